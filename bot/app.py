"""The assembly: everything that has an effect is created here and passed to what uses it."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

import structlog
from slack_bolt import App
from slack_sdk import WebClient

from bot.config.access_policy import Access, Refusals
from bot.config.filter_profiles import read_profiles
from bot.config.settings import Settings
from bot.desk import BotDesk
from bot.docspace.clients import build_context, make_folder, now, portal_clients
from bot.docspace.clock import PortalClock, elapsed
from bot.docspace.time_zone import PortalZone
from bot.doctor.cached_examination import CachedExamination, HealthReport
from bot.doctor.examination import quick
from bot.periodic_jobs import run_periodically
from bot.queries.activities import QueryActivities
from bot.queries.overview import Overview
from bot.queries.reviews import ReviewActivities
from bot.runs.activities import RunActivities
from bot.runs.admission import Admission
from bot.runs.chart_replies import ChartReplies
from bot.runs.notifier import Notifier
from bot.schedules.activities import ScheduleActivities
from bot.schedules.admin_alerts import AdminAlerts, ClockAlert
from bot.schedules.overdue import Overdue
from bot.schedules.reminders import Reminders
from bot.schedules.ticker import HOUR, TICK, Ticks, tick
from bot.slack.channels import Channels, MissingScopes
from bot.slack.clients import installation, retrying_client, translate_startup_errors, web_client
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store.database import Store, connect, single_instance
from bot.store.migration import migrate
from bot.store.replicas import new_name
from bot.web.health import Health, Heartbeat
from bot.web.metrics import Metrics
from bot.web.readiness import own_conditions
from bot.web.self_check import SelfCheck, UnpublishedRuns
from bot.web.slack_delivery import DeliveryChannel
from bot.web.startup import Supervision, serve
from bot.workflows.engine import Engine
from bot.workflows.replica import run_replica
from handlers import register
from handlers.commands.month_names import names
from reporting.evidence import chain
from reporting.evidence.ledger_check import check
from reporting.verification import LedgerFault

log = structlog.get_logger()
LOST = 70
"""Exit code of a process whose work another replica took over."""


@contextmanager
def running(settings: Settings, *, pause: Callable[[float], float] = float) -> Iterator[DeliveryChannel]:
    """The bot at work, until the context is left. *pause* says how long a pause of so many seconds takes.

    Raises:
        SlackTrouble: Slack does not accept the tokens, or cannot be reached.
        WrongSettings: the HTTP door's port is taken, or PROFILES_FILE cannot be read.
        DiskTrouble: DATA_DIR cannot be made.
        AlreadyRunning, DatabaseGone, DatabaseNewer, DatabaseTrouble: the database cannot be used.
    """
    token = settings.slack_bot_token.get_secret_value()
    slack = web_client(token, settings.slack_api_url)
    installed, refusals = installation(slack), Refusals()
    lacking = MissingScopes(installed.scopes)
    access = Access(
        team=installed.team,
        users=settings.allowed_users,
        groups=settings.allowed_usergroups,
        channels=settings.allowed_channels,
        viewers=settings.viewers,
        refusals=refusals,
    )
    people, rooms = People(slack, access), Channels(slack, settings.limits, lacking)
    named = read_profiles(settings.profiles_file)
    make_folder(settings.data_dir)
    replica, nudged, metrics = new_name(), threading.Event(), Metrics()
    clock, ticks = PortalClock(settings.docspace_api_host, now, elapsed=elapsed), Heartbeat()
    with (
        single_instance(connect(settings.database)) as store,
        portal_clients(settings, metrics.heard, clock.note_date, before=store.check, clock=clock.now) as portal,
        closing(store),
    ):
        migrate(store, now=now)
        store.remember()
        check_ledger(store)
        vitals, debts = SelfCheck(lambda: store.rescue(now())), UnpublishedRuns(store, clock.now)
        health = Health(own_conditions(vitals, ticks, clock.differs, store, debts))
        patiently = store.retrying()
        poster = Poster(patiently, slack, now)
        zone = PortalZone(portal, now)
        charts = ChartReplies(slack, poster, lacking)
        telling = Notifier(patiently, slack, poster, charts, rooms, settings.max_runs, settings.settle)
        upkeep = ScheduleActivities(patiently, poster, people, rooms.exposure, settings.report_timezone, clock.now)
        work = RunActivities(
            replica=replica,
            portal=portal,
            folder=settings.compliance_room_folder_id,
            workshop=build_context(settings),
            store=patiently,
            poster=poster,
            telling=telling,
            reception=Admission(patiently, poster, telling, people, rooms, upkeep),
            people=people,
            now=clock.now,
            check_clock=clock.check,
            close_failed_run=lambda run: engine.close_failed(run),  # noqa: PLW0108 - the engine is made of this
            on_taken_over=leave_at_once,
        )
        work.clean()
        upkeep.stop_unusable()
        inquiries = QueryActivities(
            store=patiently,
            slack=slack,
            poster=poster,
            people=people,
            rooms=rooms,
            reviewing=ReviewActivities(patiently, poster, people, telling, portal, now),
            front=Overview(patiently, portal, lambda: settings.report_timezone or zone(), refusals, lacking, now),
            examine=HealthReport(CachedExamination(partial(quick, settings)), health),
            portal=portal,
            now=now,
            telling=telling,
            scratch=work.workshop.folder,
        )
        engine = Engine(
            settings.database, work, upkeep, inquiries, replica=replica, at_once=settings.max_runs, pause=pause
        )
        app = bolt(retrying_client(token, settings.slack_api_url), settings.slack_signing_secret.get_secret_value())
        desk = BotDesk(
            store=store,
            engine=engine,
            nudge=nudged.set,
            people=people,
            profiles=named,
            zone=settings.report_timezone,
            at_once=settings.max_runs,
            now=clock.now,
            portal_zone=zone,
            settle=settings.settle,
        )
        register(app, desk)
        look = Ticks(partial(tick, store, zone=settings.report_timezone, now=clock.allowed), ticks)
        compare = ClockAlert(clock, portal, AdminAlerts(people, poster)).look
        being = run_replica(replica, store, engine, nudged=nudged, now=now, signs=vitals, lost=leave_at_once)
        alert = Overdue(store, poster, people, clock.now).look
        remind = Reminders(store, poster, portal, lambda: settings.report_timezone or zone(), clock.now).look
        inside = Supervision(store, health, metrics, lambda: refusals.total, now)
        with (
            being,
            run_periodically(
                [
                    *((job, TICK) for job in (look, look.watch, compare, debts.look, zone.refresh, alert)),
                    (remind, HOUR),
                ]
            ),
            serve(app, settings, inside) as door,
        ):
            log.info("ready", door=door.where, connected=door.connected(), replica=replica)
            threading.Thread(target=names, name="month-names", daemon=True).start()  # else who first types one waits
            yield door


def check_ledger(store: Store) -> list[LedgerFault]:
    """The ledger's faults, each one logged. The bot keeps running: reports are due all the same."""
    head, faults = store.read(lambda c: (chain.head(c), check(c)))
    for fault in faults:
        log.error("ledger broken", wrong=fault.wrong, reason=str(fault))
    log.info("ledger checked", entries=head.number if head else 0, head=head.short if head else "", faults=len(faults))
    return faults


def leave_at_once() -> None:
    """End this process: another replica took over its work, which must not be done twice."""
    log.critical("stopping: another replica took over this one's work")
    os._exit(LOST)


def bolt(slack: WebClient, signing_secret: str) -> App:
    """Bolt's app for the workspace of the client's token."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)  # it warns of SLACK_BOT_TOKEN in the environment, which the client has already
    with translate_startup_errors("to let the bot in"):
        app = App(client=slack, signing_secret=signing_secret, logger=logger)
    slack.retry_handlers.clear()  # what listeners ask is repeated as handlers.slack.call_table says, and no more
    logger.setLevel(logging.WARNING)
    return app

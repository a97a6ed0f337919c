"""The whole bot, put together. Everything that has an effect is made here and handed to what uses it."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial

import structlog
from slack_bolt import App
from slack_sdk import WebClient

from bot.access import Access, Refusals
from bot.checkup import Checkup
from bot.clock import HOUR, TICK, tick, ticking
from bot.desk import FrontDesk
from bot.doctor import quick
from bot.engine import Engine
from bot.front import Front
from bot.inquiries import Inquiries
from bot.portals import make_folder, now, portals, workshop
from bot.profiles import profiles
from bot.reception import Reception
from bot.reminders import Reminders
from bot.replica import at_work
from bot.reviewing import Reviewing
from bot.scheduling import Scheduling
from bot.settings import Settings
from bot.slack.clients import granted, patient, reached, web_client
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.slack.rooms import Lacking, Rooms
from bot.store.database import Store, connect, only_one
from bot.store.migrate import migrate
from bot.store.replicas import new_name
from bot.telling import Telling
from bot.web.doors import Door
from bot.web.entrance import Inside, entrance
from bot.web.health import Pulse
from bot.web.metrics import Metrics
from bot.work import RealWork
from bot.zones import PortalZone
from handlers import register
from reporting.evidence import chain
from reporting.evidence.check import check
from reporting.proof import Fault

log = structlog.get_logger()
LOST = 70
"""Exit code of a process that was taken for dead."""


@contextmanager
def running(settings: Settings, *, pause: Callable[[float], float] = float) -> Iterator[Door]:
    """The bot at work, until the context is left. *pause* says how long a pause of so many seconds takes.

    Raises:
        SlackTrouble: Slack does not accept the tokens, or cannot be reached.
        WrongSettings: the HTTP door's port is taken, or PROFILES_FILE cannot be read.
        DiskTrouble: DATA_DIR cannot be made.
        AlreadyRunning, DatabaseNewer, DatabaseTrouble: the database cannot be used.
    """
    token = settings.slack_bot_token.get_secret_value()
    slack = web_client(token, settings.slack_api_url)
    refusals, lacking = Refusals(), Lacking(granted(slack))
    access = Access(
        users=settings.allowed_users,
        groups=settings.allowed_usergroups,
        channels=settings.allowed_channels,
        refusals=refusals,
    )
    people, rooms = People(slack, access), Rooms(slack, settings.limits, lacking)
    named = profiles(settings.profiles_file)
    make_folder(settings.data_dir)
    store, replica, nudged = connect(settings.database), new_name(), threading.Event()
    pulse, metrics = Pulse(), Metrics()
    with only_one(store), portals(settings, metrics.heard) as portal, closing(store):
        migrate(store, now=now)
        check_ledger(store)
        patiently = store.patient()
        poster = Poster(patiently, slack, now)
        zone = PortalZone(portal, now)
        telling = Telling(patiently, slack, poster, rooms, settings.max_runs)
        upkeep = Scheduling(patiently, poster, people, rooms.exposure, settings.report_timezone, now)
        work = RealWork(
            replica=replica,
            portal=portal,
            folder=settings.compliance_room_folder_id,
            workshop=workshop(settings),
            store=patiently,
            poster=poster,
            telling=telling,
            reception=Reception(patiently, poster, telling, people, rooms, upkeep),
            people=people,
            now=now,
            mend=lambda run: engine.mend(run),  # noqa: PLW0108 - the engine is made of this
            lost=leave_at_once,
        )
        work.clean()
        inquiries = Inquiries(
            store=patiently,
            slack=slack,
            poster=poster,
            people=people,
            rooms=rooms,
            reviewing=Reviewing(patiently, poster, people, telling, portal, now),
            front=Front(patiently, portal, lambda: settings.report_timezone or zone(), refusals, lacking, now),
            examine=Checkup(partial(quick, settings)),
            portal=portal,
            now=now,
        )
        engine = Engine(
            settings.database, work, upkeep, inquiries, replica=replica, at_once=settings.max_runs, pause=pause
        )
        app = bolt(patient(token, settings.slack_api_url), settings.slack_signing_secret.get_secret_value())
        desk = FrontDesk(
            store=store,
            engine=engine,
            nudge=nudged.set,
            access=access,
            profiles=named,
            zone=settings.report_timezone,
            at_once=settings.max_runs,
            now=now,
            portal_zone=zone,
        )
        register(app, desk)
        look = partial(tick, store, zone=settings.report_timezone, now=now)
        being = at_work(replica, store, engine, nudged=nudged, now=now, beat=pulse.beat, lost=leave_at_once)
        remind = Reminders(store, poster, portal, lambda: settings.report_timezone or zone(), now).look
        inside = Inside(store, replica, pulse, metrics, lambda: refusals.total, now)
        with (
            being,
            ticking([(look, TICK), (zone.learn, TICK), (remind, HOUR)]),
            entrance(app, settings, inside) as door,
        ):
            log.info("ready", door=door.where, replica=replica)
            yield door


def check_ledger(store: Store) -> list[Fault]:
    """What is the matter with the ledger, each fault logged. The bot goes on, for reports are due nevertheless."""
    head, faults = store.read(lambda c: (chain.head(c), check(c)))
    for fault in faults:
        log.error("ledger broken", wrong=fault.wrong, reason=str(fault))
    log.info("ledger checked", entries=head.number if head else 0, head=head.short if head else "", faults=len(faults))
    return faults


def leave_at_once() -> None:
    """End this process: what it was doing is another's now, and must not be done twice."""
    log.critical("taken for dead by another replica; leaving to it what this one was doing")
    os._exit(LOST)


def bolt(slack: WebClient, signing_secret: str) -> App:
    """Bolt's app for the workspace that the client's token belongs to."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)  # it warns of SLACK_BOT_TOKEN in the environment, which the client has already
    with reached("to let the bot in"):
        app = App(client=slack, signing_secret=signing_secret, logger=logger)
    slack.retry_handlers.clear()  # what listeners ask is repeated as handlers.calls says, and no more
    logger.setLevel(logging.WARNING)
    return app

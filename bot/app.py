"""The whole bot, put together. Everything that has an effect is made here and handed to what uses it."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from urllib.error import URLError

import structlog
from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.access import Access
from bot.clock import HOUR, TICK, tick, ticking
from bot.desk import FrontDesk
from bot.doors import Door, open_http, open_socket
from bot.engine import Engine
from bot.portals import make_folder, now, portals, workshop
from bot.poster import Poster
from bot.profiles import profiles
from bot.reminders import Reminders
from bot.replica import at_work
from bot.scheduling import Scheduling
from bot.settings import Settings
from bot.slack import careful, patient
from bot.store.database import connect, only_one
from bot.store.migrate import migrate
from bot.store.replicas import new_name
from bot.telling import Telling
from bot.work import RealWork
from bot.zones import PortalZone
from handlers import register
from reporting.errors import SlackTrouble, WrongSettings

log = structlog.get_logger()
LOST = 70
"""Exit code of a process that was taken for dead."""


@contextmanager
def running(settings: Settings) -> Iterator[Door]:
    """The bot at work, until the context is left.

    Raises:
        SlackTrouble: Slack does not accept the tokens, or cannot be reached.
        WrongSettings: the HTTP door's port is taken, or PROFILES_FILE cannot be read.
        DiskTrouble: DATA_DIR cannot be made.
        AlreadyRunning, DatabaseNewer, DatabaseTrouble: the database cannot be used.
    """
    token = settings.slack_bot_token.get_secret_value()
    slack = patient(token, settings.slack_api_url)
    access = Access(users=settings.allowed_users, channels=settings.allowed_channels)
    named = profiles(settings.profiles_file)
    make_folder(settings.data_dir)
    store, replica, nudged = connect(settings.database), new_name(), threading.Event()
    with only_one(store), portals(settings) as portal, closing(store):
        migrate(store, now=now)
        patiently = store.patient()
        poster = Poster(patiently, slack, careful(token, settings.slack_api_url), now)
        upkeep = Scheduling(patiently, slack, poster, access, settings.report_timezone, now)
        work = RealWork(
            replica=replica,
            portal=portal,
            folder=settings.compliance_room_folder_id,
            workshop=workshop(settings),
            store=patiently,
            slack=slack,
            poster=poster,
            telling=Telling(patiently, slack, poster, settings.max_runs),
            access=access,
            upkeep=upkeep,
            now=now,
            mend=lambda run: engine.mend(run),  # noqa: PLW0108 - the engine is made of this
            lost=leave_at_once,
        )
        work.clean()
        engine = Engine(settings.database, work, upkeep, replica=replica, at_once=settings.max_runs)
        app, zone = bolt(slack, settings.slack_signing_secret.get_secret_value()), PortalZone(portal, now)
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
        being = at_work(replica, store, engine, nudged=nudged, now=now, lost=leave_at_once)
        remind = Reminders(store, poster, portal, lambda: settings.report_timezone or zone(), now).look
        with being, ticking([(look, TICK), (zone.learn, TICK), (remind, HOUR)]):
            door = open_door(app, settings)
            log.info("ready", door=door.where, replica=replica)
            yield door
            door.close()


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
    logger.setLevel(logging.WARNING)
    return app


def open_door(app: App, settings: Settings) -> Door:
    app_token = settings.slack_app_token.get_secret_value()
    if app_token:
        with reached("a Socket Mode connection"):
            return open_socket(app, app_token, patient("", settings.slack_api_url))
    try:
        return open_http(app, settings.http_host, settings.http_port)
    except OSError as error:
        raise WrongSettings(problems=f"HTTP_HOST and HTTP_PORT cannot be listened on ({error.strerror})") from error


@contextmanager
def reached(act: str) -> Iterator[None]:
    """Slack's refusals at the start in our words."""
    try:
        yield
    except SlackApiError as error:
        raise SlackTrouble(act=act, reason=str(error.response.get("error"))) from error
    except (BoltError, SlackClientError, URLError, OSError) as error:
        raise SlackTrouble(act=act, reason=str(error)) from error

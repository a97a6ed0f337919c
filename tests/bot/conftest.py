"""The bot in this process, between a stand-in portal and a stand-in workspace that speak the real protocols."""

import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest
import stamina
import structlog
from slack_bolt.listener import CustomListener
from structlog.typing import Processor

from bot.app import running
from bot.config.settings import PortalSettings, Settings, load
from bot.demo.demo import bot_settings
from bot.runs import chart_replies
from bot.web.slack_delivery import DeliveryChannel
from bot.workflows import engine
from sandbox.portal import PortalSetup, StandInPortal, login_events, month_of_events
from sandbox.slack import StandInSlack, WorkspaceSetup, trigger_ids
from sandbox.slack.setup import SCOPES
from tests.until import PATIENCE, until

KNOWN = {name.upper() for name in Settings.model_fields}
LOGGED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.format_exc_info,
    structlog.dev.ConsoleRenderer(colors=False),
]
"""As in production, tracebacks are without the values of their variables: writing those takes seconds."""
LEFT = """SELECT (SELECT count(*) FROM requests WHERE state = 'asked'),
                 (SELECT count(*) FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED'))"""
"""What a bot has not begun, and what it has not done."""
events_of, sign_ins_of = cache(month_of_events), cache(login_events)
Environment = Callable[..., dict[str, str]]


@contextmanager
def clean(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """No setting of this machine and no .env reaches the bot, and what it does to logging ends here."""
    before = logging.root.handlers, logging.root.level
    structlog.configure(processors=LOGGED)
    configure = structlog.configure
    # A logger that is kept from its first use on would outlive the test that configured it.
    patch.setattr(structlog, "configure", lambda **said: configure(**said | {"cache_logger_on_first_use": False}))
    for name in KNOWN:
        patch.delenv(name, raising=False)
    patch.chdir(folder)
    yield
    structlog.reset_defaults()
    logging.root.handlers, logging.root.level = before


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A test begins clean, and a transient fault is tried three times, at once."""
    with clean(monkeypatch, tmp_path), stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine looks at its queues less often than in production: looking takes a tenth of a core for each bot."""
    monkeypatch.setattr(engine, "POLL_SECONDS", 0.5)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack waits for as long as a busy machine needs: only what is told of a delay is tested here."""
    usual = StandInSlack.__init__.__kwdefaults__ or {}
    monkeypatch.setattr(StandInSlack.__init__, "__kwdefaults__", usual | {"patience": PATIENCE})
    monkeypatch.setattr(CustomListener, "ack_timeout", property(lambda _: PATIENCE, lambda _, __: None))
    monkeypatch.setattr(trigger_ids, "TRIGGER_SECONDS", PATIENCE)


@pytest.fixture
def drawing() -> bool:
    """Whether pictures are drawn: that takes a second of the processor, and few tests look at one."""
    return False


@pytest.fixture(autouse=True)
def _drawn(drawing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not drawing:
        monkeypatch.setattr(chart_replies, "chart", lambda *_, **__: b"no picture")


@pytest.fixture
def setup() -> PortalSetup:
    """How the portal is; a test overrides it with its own."""
    return PortalSetup()


@pytest.fixture
def portal(setup: PortalSetup) -> Iterator[StandInPortal]:
    with StandInPortal(setup) as portal:
        portal.audit.add_all(events_of(2024, 12, count=20, seed=1, zone=setup.zone))
        portal.audit.add_all(events_of(2025, 1, count=333, seed=1, zone=setup.zone))
        portal.logins.add_all(sign_ins_of(2025, 1, count=44, seed=1, zone=setup.zone))
        yield portal


@pytest.fixture
def scopes() -> frozenset[str]:
    """What the app may. Not to show pictures: drawing one takes a second of the processor, and few tests look at it."""
    return SCOPES - {"files:write"}


@pytest.fixture
def slack(scopes: frozenset[str]) -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=scopes)) as slack:
        yield slack


@pytest.fixture
def environment(portal: StandInPortal, slack: StandInSlack, tmp_path: Path) -> Environment:
    """Settings that lead to the stand-ins; any can be said otherwise."""

    def make(**changes: str) -> dict[str, str]:
        usual = bot_settings(portal, slack, tmp_path / "data")
        return {name: value for name, value in (usual | changes).items() if value}

    return make


@pytest.fixture(scope="session")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a bot that ran before and was asked nothing: the next start does not wait for its queues."""
    folder = tmp_path_factory.mktemp("before")
    with (
        pytest.MonkeyPatch.context() as patch,
        clean(patch, folder),
        StandInPortal() as portal,
        StandInSlack() as slack,
    ):
        for name, value in bot_settings(portal, slack, folder / "data").items():
            patch.setenv(name, value)
        with running(load(Settings)):
            slack.socket.wait_connected(1, PATIENCE)
    return folder / "data" / "bot.sqlite"


@pytest.fixture
def pause() -> Callable[[float], float]:
    """How long the bot waits for Slack where it would wait so many seconds."""
    return lambda _: 0.05


@pytest.fixture
def bot(
    environment: Environment,
    slack: StandInSlack,
    started_once: Path,
    pause: Callable[[float], float],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., AbstractContextManager[DeliveryChannel]]:
    """Runs the bot, not for the first time; over HTTP where no app token is given.

    Whoever leaves it judges what came of everything that was asked for, so that is waited for, however long it takes
    on a busy machine; a test that leaves in the middle says so by another ``engine.WAIT``.
    """
    monkeypatch.setattr(engine, "STOP_SECONDS", PATIENCE)

    @contextmanager
    def run(**changes: str) -> Iterator[DeliveryChannel]:
        said = environment(**changes)
        for name, value in said.items():
            monkeypatch.setenv(name, value)
        data = Path(said["DATA_DIR"])
        if not data.exists():
            data.mkdir(mode=0o700)
            shutil.copy(started_once, data)
        with running(load(Settings), pause=pause) as door:
            if door.where.startswith("http"):
                slack.request_url = door.where
            else:
                slack.socket.wait_connected(1, PATIENCE)
            yield door
            through(data / "bot.sqlite")

    return run


def through(file: Path) -> None:
    """Wait until a bot has done whatever it was asked for, for as long as it would be waited for when it is stopped."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as c, suppress(TimeoutError):
        until(lambda: c.execute(LEFT).fetchone() == (0, 0), engine.STOP_SECONDS)


@pytest.fixture
def portal_settings(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> PortalSettings:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    return load(PortalSettings)

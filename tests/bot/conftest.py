"""The bot in this process, between a stand-in portal and a stand-in workspace that speak the real protocols."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import stamina
import structlog

from bot import telling
from bot.app import running
from bot.sandbox.portal import PortalSetup, StandInPortal, login_events, month_of_events
from bot.sandbox.slack import StandInSlack, WorkspaceSetup
from bot.sandbox.slack.setup import SCOPES
from bot.settings import PortalSettings, Settings, load
from bot.web.doors import Door

KNOWN = {name.upper() for name in Settings.model_fields}
Environment = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """What the bot does to logging ends with the test."""
    before = logging.root.handlers, logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers, logging.root.level = before


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of this machine and no .env reaches a test; a transient fault is tried three times, at once."""
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def drawing() -> bool:
    """Whether pictures are drawn: that takes a second of the processor, and few tests look at one."""
    return False


@pytest.fixture(autouse=True)
def _drawn(drawing: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not drawing:
        monkeypatch.setattr(telling, "chart", lambda *_, **__: b"no picture")


@pytest.fixture
def setup() -> PortalSetup:
    """How the portal is; a test overrides it with its own."""
    return PortalSetup()


@pytest.fixture
def portal(setup: PortalSetup) -> Iterator[StandInPortal]:
    with StandInPortal(setup) as portal:
        portal.audit.add_all(month_of_events(2024, 12, count=20, seed=1, zone=setup.zone))
        portal.audit.add_all(month_of_events(2025, 1, count=333, seed=1, zone=setup.zone))
        portal.logins.add_all(login_events(2025, 1, count=44, seed=1, zone=setup.zone))
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
        usual = {
            "DOCSPACE_API_HOST": portal.url,
            "DOCSPACE_API_KEY": portal.key,
            "COMPLIANCE_ROOM_FOLDER_ID": str(portal.folder_id),
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "DATA_DIR": str(tmp_path / "data"),
        }
        return {name: value for name, value in (usual | changes).items() if value}

    return make


@pytest.fixture
def bot(
    environment: Environment, slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AbstractContextManager[Door]]:
    """Runs the bot; over HTTP where no app token is given."""

    @contextmanager
    def run(**changes: str) -> Iterator[Door]:
        for name, value in environment(**changes).items():
            monkeypatch.setenv(name, value)
        with running(load(Settings)) as door:
            if door.where.startswith("http"):
                slack.request_url = door.where
            else:
                slack.socket.wait_connected(1, 10)
            yield door

    return run


@pytest.fixture
def portal_settings(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> PortalSettings:
    for name, value in environment().items():
        monkeypatch.setenv(name, value)
    return load(PortalSettings)

"""The stand-ins, a gate before them, and a folder: what the bots of these tests live in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config.settings import Settings
from sandbox.portal import PortalSetup, StandInPortal, login_events, month_of_events
from sandbox.slack import StandInSlack, WorkspaceSetup
from tests.faults.gate import Gate
from tests.faults.world import MONTHS, World


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this machine reaches a bot."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def scopes() -> frozenset[str]:
    """What the bot may do in Slack: not to show pictures, which take a second to draw; a test overrides it."""
    return WorkspaceSetup().scopes - {"files:write"}


@pytest.fixture
def world(database: str, scopes: frozenset[str], tmp_path: Path) -> Iterator[World]:
    with StandInPortal(PortalSetup()) as portal, StandInSlack(WorkspaceSetup(scopes=scopes)) as slack:
        for month in MONTHS:
            portal.audit.add_all(month_of_events(month.year, month.month, count=20, seed=1, zone=portal.setup.zone))
        portal.logins.add_all(login_events(2025, 1, count=5, seed=1, zone=portal.setup.zone))
        gate = Gate(portal, slack)
        try:
            yield World(portal, slack, gate, database, tmp_path)
        finally:
            gate.open()

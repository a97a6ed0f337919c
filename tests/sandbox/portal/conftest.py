import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import settings

from sandbox.portal import AuditEvent, PortalSetup, StandInPortal
from sandbox.portal.setup import utc_now
from tests.until import PATIENCE

settings.register_profile("portal", deadline=None)
settings.register_profile("portal ci", deadline=None, derandomize=True)
settings.load_profile("portal ci" if "CI" in os.environ else "portal")

START = datetime(2025, 1, 10, 8, 0, tzinfo=UTC)


@pytest.fixture
def event() -> Callable[..., AuditEvent]:
    """One event; ``at`` is seconds after the start."""

    def make(number: int, at: float = 0, action_id: int = 5011, **values) -> AuditEvent:
        fields = {"user_id": "11111111-1111-1111-1111-111111111111", "arguments": ("Q3.docx",)} | values
        date = START + timedelta(seconds=at)
        return AuditEvent(id=number, date=date, action_id=action_id, **fields)

    return make


@pytest.fixture
def start() -> datetime:
    return START


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[StandInPortal, httpx.Client]]]:
    """A running portal and a client with its key."""
    with ExitStack() as open_things:

        def begin(*, now: Callable[[], datetime] | None = None, remember: int | None = None, **setup):
            portal = open_things.enter_context(
                StandInPortal(PortalSetup(**setup), now=now or utc_now, remember=remember)
            )
            headers = {"Authorization": f"Bearer {portal.key}"}
            client = open_things.enter_context(
                httpx.Client(base_url=portal.url, headers=headers, timeout=PATIENCE, trust_env=False)
            )
            return portal, client

        yield begin

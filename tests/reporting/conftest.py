from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import stamina

from reporting.docspace.api.client import Portal, connect
from reporting.docspace.api.rate_limit import RateLimit
from sandbox.portal import StandInPortal
from tests.reporting.stage import Knock, with_background


@pytest.fixture(autouse=True, scope="module")
def _three_tries_without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def standin() -> Iterator[StandInPortal]:
    """A portal with two events, which lie after the months that the tests read."""
    with StandInPortal() as portal:
        yield with_background(portal)


@pytest.fixture
def knock() -> Iterator[Knock]:
    """Makes a Portal for a stand-in, with its right key and more requests a minute than any test needs."""
    with ExitStack() as doors:

        def open_door(there: StandInPortal, *, at_once: int = 8) -> Portal:
            client = doors.enter_context(connect(there.url, there.key))
            return Portal(client, RateLimit(per_minute=100_000, at_once=at_once), patience=30, minutes=10)

        yield open_door

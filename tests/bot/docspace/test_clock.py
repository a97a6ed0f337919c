"""Schedules go no further than the portal's own clock, which every answer of it tells."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from bot.docspace.clock import TOLERANCE, PortalClock, difference_in_words
from bot.errors import ClocksDiffer
from reporting.docspace.api.client import Portal
from reporting.errors.portal import PortalUnreachable
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack
from tests.bot.agenda import Clock, direct, directs, keep, kept, typed
from tests.bot.talk import Bot, entries, reported, seen, written

HOST = "https://portal.example.com"
NOON = datetime(2025, 2, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Hands:
    """Both clocks of this machine, moved by hand."""

    def __init__(self) -> None:
        self.wall, self.seconds = NOON, 0.0

    def go(self, by: timedelta) -> None:
        """Time goes on."""
        self.wall += by
        self.seconds += by.total_seconds()


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def clock(hands: Hands) -> PortalClock:
    return PortalClock(HOST, lambda: hands.wall, elapsed=lambda: hands.seconds)


def answer(date: datetime | str, *, host: str = HOST, status: int = 200, **headers: str) -> httpx.Response:
    said = date if isinstance(date, str) else format_datetime(date, usegmt=True)
    return httpx.Response(status, headers={"Date": said, **headers}, request=httpx.Request("GET", f"{host}/api/2.0/x"))


def nobody(_: datetime) -> Portal:
    raise PortalUnreachable(host="portal.example.com", reason="refused")


@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (timedelta(), NOON),
        (MINUTE, NOON),
        (-MINUTE, NOON - MINUTE),
        (TOLERANCE, NOON),
        (TOLERANCE + SECOND, None),
        (-TOLERANCE, NOON - TOLERANCE),
        (-TOLERANCE - SECOND, None),
        (timedelta(days=150), None),
    ],
    ids=str,
)
def test_schedules_go_as_far_as_the_earlier_clock_and_wait_where_they_differ(
    ahead: timedelta, allowed: datetime | None, hands: Hands, clock: PortalClock
) -> None:
    clock.note_date(answer(NOON))
    hands.wall += ahead
    assert clock.allowed() == allowed
    assert clock.differs() == (None if allowed else ahead)


def test_a_jump_is_known_before_the_portal_is_asked_again(hands: Hands, clock: PortalClock) -> None:
    clock.note_date(answer(NOON))
    hands.go(timedelta(hours=3))
    assert clock.allowed() == NOON + timedelta(hours=3)
    hands.wall += timedelta(days=150)
    assert clock.allowed() is None
    with pytest.raises(ClocksDiffer, match="150 days ahead of the clock of the portal"):
        clock.check()
    hands.wall -= timedelta(days=150)
    assert clock.allowed() == NOON + timedelta(hours=3)
    clock.check()


def test_until_the_portal_was_asked_once_schedules_wait_and_then_go_by_this_machine(clock: PortalClock) -> None:
    assert clock.allowed() is None
    clock.look(nobody)
    assert clock.allowed() == NOON
    clock.check()


@pytest.mark.parametrize(
    "other",
    [
        answer(NOON - timedelta(days=9), host="https://storage.example.com"),
        answer(NOON - timedelta(days=9), Age="777600"),
        answer("yesterday"),
        answer("Fri, 31 Dec 9999 23:00:00 -2300"),
        answer(""),
        httpx.Response(200, request=httpx.Request("GET", HOST)),
    ],
    ids=["elsewhere", "cached", "no date", "no moment", "empty", "missing"],
)
def test_what_is_not_the_portal_s_time_is_not_taken_for_it(other: httpx.Response, clock: PortalClock) -> None:
    clock.note_date(other)
    assert clock.difference() is None


@pytest.mark.parametrize("status", [401, 503])
def test_a_refusal_tells_the_time_too(status: int, clock: PortalClock) -> None:
    clock.note_date(answer(NOON - MINUTE, status=status))
    assert clock.difference() == MINUTE


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(minutes=6), "6 min ahead of"),
        (timedelta(hours=-3, minutes=-20), "3 h 20 min behind"),
        (timedelta(days=151), "151 days ahead of"),
        (timedelta(days=-7_300), "7,300 days behind"),
    ],
)
def test_a_difference_is_told_as_people_say_it(ahead: timedelta, words: str) -> None:
    assert difference_in_words(ahead) == words


# -- in conversation --


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch, datetime(2025, 1, 15, 12, tzinfo=UTC))


def test_a_clock_that_is_ahead_uses_up_no_month_and_the_admins_are_told_once(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, both: Clock, tmp_path: Path
) -> None:
    with bot():
        keep(slack)
        before = kept(tmp_path)
        portal.date = lambda: datetime(2025, 1, 15, 12, 1, tzinfo=UTC)
        both.jump(datetime(2025, 6, 15, 12, tzinfo=UTC))
        message = direct(slack, "*Schedules are on hold*")
        assert "150 days ahead of the portal's" in written(message)
        typed(slack, "pause 1")
        seen(slack, "paused schedule 1")
        typed(slack, "resume 1")
        seen(slack, "resumed schedule 1")
        assert kept(tmp_path) == before
        both.jump(datetime(2025, 1, 15, 12, 2, tzinfo=UTC))
        portal.date = both
        both.at = datetime(2025, 2, 1, 7, 0, 20, tzinfo=UTC)
        reported(slack)
    assert [str(one.order.month) for one in entries(tmp_path)] == ["2025-01"]
    assert len(directs(slack)) == 1

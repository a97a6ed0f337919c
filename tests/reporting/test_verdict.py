from datetime import UTC, datetime, timedelta

import pytest

from reporting.period import Window
from reporting.report import Verdict
from reporting.verdict import Clocks, assess
from tests.reporting.stage import SECOND

WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (WINDOW.start, Verdict.PROVISIONAL),
        (WINDOW.end - SECOND, Verdict.PROVISIONAL),
        (WINDOW.end, Verdict.PROVISIONAL),
        (WINDOW.end + DAY - SECOND, Verdict.PROVISIONAL),
        (WINDOW.end + DAY, Verdict.COMPLETE),
        (WINDOW.end + 100 * DAY, Verdict.COMPLETE),
    ],
)
def test_a_month_is_complete_once_it_is_over_and_has_settled(now: datetime, verdict: Verdict) -> None:
    assert assess(WINDOW, gaps=(), clocks=Clocks(now, now), settle=DAY).verdict is verdict


def test_without_time_to_settle_a_month_is_complete_as_soon_as_it_is_over() -> None:
    assert assess(WINDOW, gaps=(), clocks=both(WINDOW.end), settle=timedelta()).verdict is Verdict.COMPLETE


def test_a_complete_month_needs_no_reason() -> None:
    assert assess(WINDOW, gaps=(), clocks=both(WINDOW.end + DAY), settle=DAY).reasons == ()


def test_a_running_month_says_that_it_is_not_over() -> None:
    assert assess(WINDOW, gaps=(), clocks=both(WINDOW.start), settle=DAY).reasons == ("the month is not over yet",)


@pytest.mark.parametrize("now", [WINDOW.start, WINDOW.end, WINDOW.end + DAY])
def test_a_month_of_which_the_portal_may_lack_events_has_gaps_whenever_it_is_read(now: datetime) -> None:
    assert assess(WINDOW, gaps=("cut",), clocks=Clocks(now, now), settle=DAY).verdict is Verdict.GAPS


def test_gaps_are_told_before_what_may_still_come() -> None:
    told = assess(WINDOW, gaps=("cut", "young"), clocks=both(WINDOW.start), settle=DAY).reasons

    assert told == ("cut", "young", "the month is not over yet")


@pytest.mark.parametrize("hours", [1, 24, 72])
def test_an_unsettled_month_says_how_many_hours_late_events_are_waited_for(hours: int) -> None:
    (reason,) = assess(WINDOW, gaps=(), clocks=both(WINDOW.end), settle=timedelta(hours=hours)).reasons

    assert f"less than {hours} hour{'s' if hours > 1 else ''} ago" in reason


def both(now: datetime) -> Clocks:
    return Clocks(now, now)


@pytest.mark.parametrize("ours", [-9, 9])
def test_a_month_is_over_when_the_portal_and_the_bot_both_say_so(ours: int) -> None:
    clocks = Clocks(ours=WINDOW.end + DAY + timedelta(days=max(ours, 0)), portal=WINDOW.end + DAY - SECOND)
    swapped = Clocks(ours=clocks.portal or WINDOW.end, portal=clocks.ours)

    assert assess(WINDOW, gaps=(), clocks=clocks, settle=DAY).verdict is Verdict.PROVISIONAL
    assert assess(WINDOW, gaps=(), clocks=swapped, settle=DAY).verdict is Verdict.PROVISIONAL


@pytest.mark.parametrize(("minutes", "said"), [(0, False), (5, False), (5.1, True), (-5.1, True)])
def test_clocks_that_differ_by_more_than_five_minutes_are_told(minutes: float, said: bool) -> None:
    ours = WINDOW.end + 100 * DAY
    judgement = assess(WINDOW, gaps=(), clocks=Clocks(ours, ours + timedelta(minutes=minutes)), settle=DAY)

    assert judgement.verdict is Verdict.COMPLETE
    assert any("clock" in reason for reason in judgement.reasons) is said


def test_a_portal_that_does_not_tell_the_time_cannot_say_that_the_month_is_over() -> None:
    judgement = assess(WINDOW, gaps=(), clocks=Clocks(WINDOW.end + 100 * DAY, None), settle=DAY)

    assert judgement.verdict is Verdict.PROVISIONAL
    assert "does not report its time" in judgement.reasons[0]

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reporting.docspace.audit.retention import days_kept, gaps, lifetime, portal_created
from reporting.errors.portal import PortalFailing
from reporting.period import Window
from sandbox.portal import PortalSetup, StandInPortal, Status
from tests.reporting.stage import SECOND, Knock, row

WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
DAY = timedelta(days=1)
KEPT = 180


@pytest.fixture
def standin() -> Iterator[StandInPortal]:
    with StandInPortal(PortalSetup(created=datetime(2019, 3, 1, tzinfo=UTC))) as portal:
        yield portal


@pytest.mark.parametrize("now", [WINDOW.end, WINDOW.start + KEPT * DAY])
def test_a_month_that_the_portal_still_keeps_whole_has_no_gap(
    standin: StandInPortal, knock: Knock, now: datetime
) -> None:
    assert list(gaps(knock(standin), WINDOW, kept=KEPT, now=now)) == []


def test_a_month_older_than_what_the_portal_keeps_may_have_been_cut(standin: StandInPortal, knock: Knock) -> None:
    (reason,) = gaps(knock(standin), WINDOW, kept=KEPT, now=WINDOW.start + KEPT * DAY + SECOND)

    assert "180 days" in reason


def test_an_older_event_proves_that_a_month_was_not_cut(standin: StandInPortal, knock: Knock) -> None:
    standin.audit.add(row(1, WINDOW.start - SECOND))

    assert list(gaps(knock(standin), WINDOW, kept=KEPT, now=WINDOW.end + 900 * DAY)) == []


def test_an_event_of_the_month_itself_proves_nothing(standin: StandInPortal, knock: Knock) -> None:
    standin.audit.add(row(1, WINDOW.start))

    assert len(list(gaps(knock(standin), WINDOW, kept=KEPT, now=WINDOW.end + 900 * DAY))) == 1


def test_without_a_word_on_how_long_events_are_kept_a_month_needs_the_proof(
    standin: StandInPortal, knock: Knock
) -> None:
    assert len(list(gaps(knock(standin), WINDOW, kept=0, now=WINDOW.end))) == 1


@pytest.mark.parametrize(
    ("made", "reasons"), [(WINDOW.start - SECOND, 0), (WINDOW.start, 0), (WINDOW.start + SECOND, 1), (WINDOW.end, 1)]
)
def test_before_a_portal_was_made_there_is_a_gap(made: datetime, reasons: int, knock: Knock) -> None:
    with StandInPortal(PortalSetup(created=made)) as standin:
        assert len(list(gaps(knock(standin), WINDOW, kept=KEPT, now=WINDOW.end))) == reasons


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        (WINDOW.start + (KEPT + 5) * DAY, ["was created on"]),
        (WINDOW.start + (KEPT + 5) * DAY + SECOND, ["was created on", "180 days"]),
    ],
)
def test_of_a_month_within_which_a_portal_was_made_both_gaps_are_told_once_it_was_cut(
    knock: Knock, now: datetime, reasons: list[str]
) -> None:
    with StandInPortal(PortalSetup(created=WINDOW.start + 5 * DAY)) as standin:
        found = list(gaps(knock(standin), WINDOW, kept=KEPT, now=now))

    assert len(found) == len(reasons)
    assert all(reason in told for reason, told in zip(reasons, found, strict=True))


@pytest.mark.parametrize("made", [WINDOW.end, WINDOW.end + DAY])
def test_nothing_can_have_been_cut_of_a_month_before_the_portal(knock: Knock, made: datetime) -> None:
    with StandInPortal(PortalSetup(created=made)) as standin:
        (reason,) = gaps(knock(standin), WINDOW, kept=KEPT, now=WINDOW.end + 900 * DAY)

    assert "was created on" in reason


def test_a_portal_says_how_long_it_keeps_its_journals(knock: Knock) -> None:
    with StandInPortal(PortalSetup(audit_lifetime_days=90, login_lifetime_days=30)) as standin:
        told = lifetime(knock(standin))

    assert (told.audit_trail_life_time, told.login_history_life_time) == (90, 30)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_portal_that_does_not_say_how_long_is_taken_at_its_word(
    standin: StandInPortal, knock: Knock, status: int
) -> None:
    standin.faults.next("/lifetime", Status(status))

    assert lifetime(knock(standin)).audit_trail_life_time == 0


def test_a_failing_portal_is_not_taken_for_one_that_does_not_say(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/lifetime", Status(500), times=None)

    with pytest.raises(PortalFailing):
        lifetime(knock(standin))


def test_it_is_not_known_how_long_a_portal_keeps_things_that_cannot_be_asked(
    standin: StandInPortal, knock: Knock
) -> None:
    standin.faults.next("/lifetime", Status(500), times=None)

    assert days_kept(knock(standin)) is None


def test_a_portal_says_when_it_was_made(standin: StandInPortal, knock: Knock) -> None:
    assert portal_created(knock(standin)) == datetime(2019, 3, 1, tzinfo=UTC)


def test_a_portal_does_not_tell_everybody_when_it_was_made(knock: Knock) -> None:
    with StandInPortal(PortalSetup(is_admin=False)) as standin:
        assert portal_created(knock(standin)) is None

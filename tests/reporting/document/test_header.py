import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import action
from reporting.document.header import LEGEND, LIMITS
from reporting.document.tally import MOST
from reporting.events import AuditEvent
from reporting.layout import RULE
from reporting.matcher import Matcher, MatchRule
from reporting.period import Month
from reporting.report import Assessment, SignIns, Verdict
from tests.reporting.paper import COMPLETE, UNREAD, counted, head, scope

SIGNED_IN = SignIns(COMPLETE, succeeded=12, failed=2, ended=7, people=3, read=30)
DELETED, SHARED, UPLOADED = 5018, 5088, 5011
ONLY_THESE = "; everything below covers only the kept events and sign-ins"
MIDDAY = datetime(2025, 10, 15, 9, tzinfo=UTC)
NASTY = st.text(st.characters() | st.sampled_from("\r\n\x0b\x0c\x1c\x85\u2028\u2029\u202e:-[]\\ID,"), max_size=30)
FORGERIES = ("x\nEvents:\n" + RULE + "\nID: 1", "\r\nVerdict: COMPLETE", "a\u2028Total events: 0", "b\x85\x0b\x1cID: 1")
EVENTS = st.lists(
    st.builds(
        AuditEvent,
        id=st.integers(1, 2**40),
        date=st.datetimes(datetime(2025, 10, 1, 12), datetime(2025, 10, 31, 12), timezones=st.just(UTC)),  # noqa: DTZ001
        user=NASTY,
        user_id=st.integers(0, 40).map(str),
        action_id=st.sampled_from([UPLOADED, DELETED, SHARED, 5061, 6009, 123_456, 0]),
        context=NASTY | st.integers(0, 40).map(str),
    ),
    max_size=60,
)


def of(number: int, action_id: int = DELETED, *, user: str = "Ann", context: str = "Rooms: Legal") -> AuditEvent:
    return AuditEvent(id=number, date=MIDDAY, user=user, user_id=user, action_id=action_id, context=context)


def section(lines: list[str], title: str) -> list[str]:
    """The lines below a heading, up to the empty one."""
    below = lines[lines.index(title) + 1 :]
    return below[: below.index("")]


def numbers(rows: Iterable[str]) -> list[int]:
    return [int(row.split()[0]) for row in rows if re.match(r" +\d", row)]


def days(lines: list[str]) -> list[int]:
    return [int(row.split()[2]) for row in section(lines, "By day:")]


@pytest.mark.parametrize(
    ("month", "last"), [("2025-01", 31), ("2025-02", 28), ("2024-02", 29), ("2025-04", 30), ("2025-12", 31)]
)
@pytest.mark.parametrize("events", [0, 1, 100])
def test_the_first_three_lines_are_those_of_the_vendors_sample(month: str, last: int, events: int) -> None:
    told = head(scope(Month.parse(month)), counted(map(of, range(events))))

    assert told[:3] == ["Compliance report", f"Period: {month}-01 - {month}-{last}", f"Total events: {events}"]


@pytest.mark.parametrize("events", [0, 1, 100])
def test_before_the_records_the_lines_are_those_of_the_vendors_sample(events: int) -> None:
    assert head(scope(), counted(map(of, range(events))))[-3:] == ["", "Events:", "-" * 80]


def test_every_reason_stands_under_the_verdict() -> None:
    judgement = Assessment(Verdict.GAPS, ("one reason", "another"))
    told = head(scope(), counted([]), judgement=judgement)

    assert told[3:6] == ["Verdict: GAPS", "Verdict reason: one reason", "Verdict reason: another"]


def test_sign_ins_that_could_not_be_read_are_not_counted_as_none() -> None:
    told = head(scope(), counted([]), signins=UNREAD)

    assert told[told.index("Sign-ins verdict: UNREAD") + 1] == "Sign-ins verdict reason: the portal refused"
    assert not [line for line in told if line.startswith(("Sign-ins: ", "Sign-ins method"))]
    assert section(told, "Highlights:")[-1] == "     unread failed sign-ins"
    assert "Total highlights: 0; the sign-ins could not be read" in told


def test_sign_ins_are_counted_by_how_they_ended() -> None:
    told = head(scope(), counted([]), signins=SIGNED_IN)

    assert "Sign-ins verdict: COMPLETE" in told
    assert "Sign-ins: 30 read, 21 kept, 2 failed; 12 succeeded, 7 ended; distinct people: 3" in told


@given(EVENTS.filter(bool))
def test_every_sum_of_the_summary_is_the_number_of_events(events: list[AuditEvent]) -> None:
    told = head(scope(), counted(events))

    assert sum(numbers(section(told, "By category:"))) == sum(days(told)) == len(events)


@given(EVENTS.filter(bool))
def test_people_add_up_and_all_are_told(events: list[AuditEvent]) -> None:
    rows = section(head(scope(), counted(events)), "By user:")

    assert len(rows) == len({one.user_id for one in events})
    assert sum(numbers(rows)) == len(events)


@given(EVENTS.filter(bool))
def test_places_add_up_unless_some_are_left_out(events: list[AuditEvent]) -> None:
    rows = section(head(scope(), counted(events)), "By room or section:")
    more = len({one.context for one in events}) - MOST

    assert len(numbers(rows)) == min(MOST + more, MOST)
    assert rows[len(numbers(rows)) :] == [f"  … and {more} more"] * (more > 0)
    assert more > 0 or sum(numbers(rows)) == len(events)


@pytest.mark.parametrize(("month", "last"), [("2025-02", 28), ("2024-02", 29), ("2025-04", 30), ("2025-12", 31)])
def test_every_day_of_the_month_has_its_line(month: str, last: int) -> None:
    rows = section(head(scope(Month.parse(month)), counted([of(1)])), "By day:")

    assert [row.split()[0] for row in rows] == [f"{day:02}" for day in range(1, last + 1)]


def test_a_day_has_its_weekday() -> None:
    rows = section(head(scope(), counted([of(1)])), "By day:")

    assert [row.split()[1] for row in rows[:8]] == ["Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]


def test_a_day_is_the_day_in_the_reports_zone() -> None:
    late = AuditEvent(id=1, date=datetime(2025, 10, 14, 21, 30, tzinfo=UTC))

    assert days(head(scope(), counted([late]))).index(1) == 15 - 1


def test_the_busiest_day_has_the_longest_bar_and_any_event_shows() -> None:
    events = [of(number) for number in range(1_000)] + [AuditEvent(id=1, date=datetime(2025, 10, 2, 9, tzinfo=UTC))]
    rows = section(head(scope(), counted(events)), "By day:")

    assert [row.count("#") for row in rows if "#" in row] == [1, 40]


@given(EVENTS)
def test_highlights_count_what_the_catalogue_marks(events: list[AuditEvent]) -> None:
    told = head(scope(), counted(events))
    marks = sum(len(action(one.action_id).highlights) for one in events)

    assert sum(numbers(section(told, "Highlights:"))) == marks
    assert f"Total highlights: {marks}" in [line.split(",")[0].split(";")[0] for line in told]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.COMPLETE, "The portal has no events for this period."),
        (Verdict.PROVISIONAL, "The portal has no events for this period yet."),
        (Verdict.GAPS, "The portal has no events for this period: they were deleted, or never existed."),
    ],
)
def test_a_month_without_events_says_so_as_far_as_it_is_known(verdict: Verdict, words: str) -> None:
    told = head(scope(), counted([]), judgement=Assessment(verdict))

    assert [line for line in told if line.startswith("The portal has no event")] == [words]


def test_of_a_month_without_events_the_first_ten_lines_say_all() -> None:
    told = head(scope(only="type:delete"), counted([]), signins=SignIns(COMPLETE, read=12), began=MIDDAY)

    assert told[:10] == [
        "Compliance report",
        "Period: 2025-10-01 - 2025-10-31",
        "Total events: 0",
        "Verdict: COMPLETE",
        "Reading began: 2025-10-15T09:00:00Z; events recorded later may be missing",
        "The portal has no events for this period.",
        "Sign-ins verdict: COMPLETE",
        "Sign-ins: 12 read, 0 kept, 0 failed; 0 succeeded, 0 ended; distinct people: 0",
        "Total highlights: 0",
        f"Filter: type:delete; 0 read, 0 kept{ONLY_THESE}",
    ]


def test_of_a_month_that_has_settled_no_time_of_reading_is_told() -> None:
    assert not [line for line in head(scope(), counted([])) if line.startswith("Reading began")]


def test_a_month_without_events_has_no_summary() -> None:
    assert not [line for line in head(scope(), counted([])) if line.startswith("By ")]


def test_what_cannot_be_in_a_report_and_how_to_read_it_are_said_in_every_one() -> None:
    told = head(scope(), counted([]))

    assert section(told, "What this report cannot contain:") == [f"  - {limit}" for limit in LIMITS]
    assert section(told, "How to read it:") == [f"  - {line}" for line in LEGEND]


def test_namesakes_are_told_apart_by_their_ids() -> None:
    told = head(scope(), counted(AuditEvent(id=n, date=MIDDAY, user="Ann", user_id=f"u{n}") for n in (1, 2)))

    assert section(told, "By user:") == ["          1 Ann [u1]", "          1 Ann [u2]"]


def test_a_month_without_an_event_that_fits_says_that_there_are_others() -> None:
    tally = counted(map(of, range(3)), Matcher((MatchRule(actions=frozenset({UPLOADED})),)))
    told = head(scope(only="type:create"), tally)

    assert f"Filter: type:create; 3 read, 0 kept{ONLY_THESE}" in told
    assert "No event in this period matches the filter." in told
    assert "The portal has no events for this period." not in told


def test_a_filter_is_told_with_how_it_was_understood() -> None:
    told = head(scope(only='-room:"Legal affairs"'), counted(map(of, range(3))), notes=("a note", "another"))
    place = told.index(f'Filter: -room:"Legal affairs"; 3 read, 3 kept{ONLY_THESE}')

    assert told[place + 1 : place + 3] == ["Filter note: a note", "Filter note: another"]


def test_without_a_filter_nothing_is_said_to_be_left_out() -> None:
    assert "Filter: none (every event); 3 read, 3 kept" in head(scope(), counted(map(of, range(3))))


@pytest.mark.parametrize("hostile", FORGERIES)
def test_a_forged_line_stays_within_the_line_of_its_value(hostile: str) -> None:
    said = '"' + hostile + '"'
    judgement = Assessment(Verdict.GAPS, (hostile,))
    told = head(
        scope(portal=hostile, version=hostile, zone=hostile, only=f"room:{said} user:{said}"),
        counted([of(1, user=hostile, context=hostile)]),
        judgement=judgement,
        signins=SignIns(judgement),
    )
    plain = head(
        scope(only="room:x user:y"),
        counted([of(1)]),
        judgement=Assessment(Verdict.GAPS, ("x",)),
        signins=SignIns(Assessment(Verdict.GAPS, ("x",))),
    )

    assert [line.partition(":")[0] for line in "\n".join(told).splitlines() if line[:1] != " "] == [
        line.partition(":")[0] for line in plain if line[:1] != " "
    ]


@given(NASTY, NASTY, NASTY, NASTY, EVENTS)
def test_no_foreign_text_adds_a_line(
    portal: str, version: str, zone: str, reason: str, events: list[AuditEvent]
) -> None:
    judgement = Assessment(Verdict.PROVISIONAL, (reason,))
    told = head(
        scope(portal=portal, version=version, zone=zone),
        counted(events),
        judgement=judgement,
        signins=SignIns(judgement),
    )

    assert "\n".join(told).splitlines() == told
    assert told.count("Events:") == told.count(RULE) == 1


@given(EVENTS, st.integers(0, 60))
def test_the_same_events_give_the_same_lines_however_they_were_cut(events: list[AuditEvent], place: int) -> None:
    tally = counted(events)
    parts = type(tally).of([counted(events[:place]), counted(events[place:])])

    assert head(scope(), parts) == head(scope(), tally)

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.document.text import RULE, header, record
from reporting.events import AuditEvent
from reporting.period import Month
from reporting.report import Judgement, Scope, SignIns, Verdict
from tests.reporting.stage import NOON, event

GOLDEN = Path(__file__).parent / "golden"
RIGA = ZoneInfo("Europe/Riga")
MONTH = Month(2025, 10)
COMPLETE = Judgement(Verdict.COMPLETE)
UNREAD = SignIns(Judgement(Verdict.UNREAD, ("the portal refused",)))
SIGNED_IN = SignIns(COMPLETE, succeeded=12, failed=2, ended=7, people=3)
HOSTILE = st.text(st.characters() | st.sampled_from("\r\n\x85\u2028\u2029\x1c-:|[]ID,"), max_size=12)
EVENTS = st.builds(
    AuditEvent,
    id=st.integers(0, 2**53),
    date=st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    action_id=st.integers(-1, 10_000),
    target=st.lists(HOSTILE, max_size=3),
    **dict.fromkeys(
        ("user", "user_id", "action", "ip", "country", "city", "browser", "platform", "page", "context"), HOSTILE
    ),
)
SMALL_MONTH = [
    AuditEvent(
        id=4_000_001,
        date=datetime(2025, 10, 1, 6, 30, tzinfo=UTC),
        user="Zoe Miller",
        user_id="aae1e103-bca5-9fa1-ba8c-42058b4abf28",
        action="File Uploaded: Q3.docx",
        action_id=5011,
        ip="192.0.2.21",
        country="Germany",
        city="Berlin",
        browser="Chrome 131",
        platform="Windows 11",
        page="https://docspace.example.com/rooms/shared/101/filter?folder=101",
        context="Rooms: Legal",
        target=["4711"],
    ),
    AuditEvent(
        id=4_000_003,
        date=datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        user="Łukasz Wiśniewski",
        user_id="1a0f",
        action="Files Moved: a, b.docx",
        action_id=5015,
        ip="2001",
        browser="Firefox 133",
        page="https://docspace.example.com/doceditor?fileId=4711&share=b0a1c2d3e4f5",
        context="Rooms: Human Resources",
        target=["4711", "102"],
    ),
    AuditEvent(
        id=4_000_002,
        date=datetime(2025, 10, 26, 1, 30, tzinfo=UTC),
        user="Mallory\nID: 1",
        user_id="4d41",
        action="",
        action_id=5017,
        country="<!channel>",
        platform="Linux",
        page="https://docspace.example.com/s/b0a1c2d3e4f5",
        target=["4712", f"\r\n{RULE}\r\nID: 2"],
    ),
    AuditEvent(id=4_000_009, date=datetime(2025, 10, 31, 21, 59, 59, tzinfo=UTC), user_id="9f00", action_id=123_456),
]


def scope(month: Month = MONTH, *, zone: str = "Europe/Riga", version: str = "3.7.2") -> Scope:
    window = month.within(RIGA)
    return Scope(month=month, portal="https://docspace.example.com", version=version, zone=zone, window=window)


def head(about: Scope, judgement: Judgement = COMPLETE, signins: SignIns = SIGNED_IN, *, events: int = 1) -> list[str]:
    return list(header(about, judgement, signins, events=events))


def lines(one: AuditEvent) -> list[str]:
    return record(one, RIGA).splitlines()


def labels(one: AuditEvent) -> list[str]:
    """The labels that the vendor's sample writes for an event that tells so much."""
    optional = {
        "Context": one.context,
        "Page": one.page,
        "Location/IP": one.ip or one.country or one.city,
        "Client": one.browser or one.platform,
    }
    return ["ID", "Date", "User", "Action", "Target", *(label for label, told in optional.items() if told)]


def test_a_small_month_reads_as_it_did() -> None:
    above = "".join(f"{line}\n" for line in head(scope(), events=len(SMALL_MONTH)))

    assert above + "".join(record(one, RIGA) for one in SMALL_MONTH) == (GOLDEN / "small-month.txt").read_text(
        encoding="utf-8"
    )


def test_an_empty_provisional_month_reads_as_it_did() -> None:
    judgement = Judgement(Verdict.PROVISIONAL, ("the month is not over yet",))
    text = "".join(f"{line}\n" for line in head(scope(), judgement, UNREAD, events=0))

    assert text == (GOLDEN / "empty-month.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("month", "last"), [("2025-01", 31), ("2025-02", 28), ("2024-02", 29), ("2025-04", 30), ("2025-12", 31)]
)
@pytest.mark.parametrize("events", [0, 1, 10_000])
def test_the_first_three_lines_are_those_of_the_vendors_sample(month: str, last: int, events: int) -> None:
    told = head(scope(Month.parse(month)), events=events)

    assert told[:3] == ["Compliance report", f"Period: {month}-01 - {month}-{last}", f"Total events: {events}"]


@pytest.mark.parametrize("events", [1, 10_000])
def test_before_the_records_the_lines_are_those_of_the_vendors_sample(events: int) -> None:
    assert head(scope(), events=events)[-3:] == ["", "Events:", "-" * 80]


def test_every_reason_stands_under_the_verdict() -> None:
    judgement = Judgement(Verdict.PROVISIONAL, ("one reason", "another"))
    verdict, first, second = head(scope(), judgement)[3:6]

    assert verdict == "Verdict: PROVISIONAL"
    assert (first.partition(": ")[2], second.partition(": ")[2]) == ("one reason", "another")


def test_sign_ins_that_could_not_be_read_are_not_counted_as_none() -> None:
    told = head(scope(), COMPLETE, UNREAD)

    assert "Sign-ins: UNREAD" in told
    assert not [line for line in told if line.startswith("Sign-ins total")]


def test_sign_ins_are_counted_by_how_they_ended() -> None:
    assert "Sign-ins total: 21 (12 succeeded, 2 failed, 7 ended); 3 people" in head(scope())


@given(EVENTS)
def test_a_record_has_exactly_the_samples_lines_whatever_its_values(one: AuditEvent) -> None:
    *told, rule = lines(one)

    assert [line.partition(":")[0] for line in told] == labels(one)
    assert rule == RULE


@given(EVENTS)
def test_every_line_of_a_record_ends_as_a_line(one: AuditEvent) -> None:
    text = record(one, RIGA)

    assert text == "".join(f"{line}\n" for line in text.splitlines())


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_foreign_word_adds_a_line_to_the_header(version: str, zone: str, reason: str) -> None:
    judgement = Judgement(Verdict.PROVISIONAL, (reason,))
    told = head(scope(version=version, zone=zone), judgement, SignIns(judgement))
    plain = Judgement(Verdict.PROVISIONAL, ("x",))

    assert len("\n".join(told).splitlines()) == len(head(scope(), plain, SignIns(plain)))


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOON, "2025-01-15T14:00:00+02:00"),
        (datetime(2025, 7, 1, tzinfo=UTC), "2025-07-01T03:00:00+03:00"),
        (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), "2025-10-26T03:30:00+03:00"),
        (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), "2025-10-26T03:30:00+02:00"),
    ],
)
def test_a_date_is_local_and_tells_its_offset(moment: datetime, shown: str) -> None:
    assert lines(event(1, moment))[1] == f"Date: {shown}"


def test_a_fraction_of_a_second_is_shown() -> None:
    assert lines(event(1, NOON + timedelta(milliseconds=5)))[1] == "Date: 2025-01-15T14:00:00.005000+02:00"


@pytest.mark.parametrize(
    ("action_id", "text", "shown"),
    [
        (5011, "File Uploaded: Q3.docx", "Action: File Uploaded: Q3.docx [5011]"),
        (123_456, "Newer than us", "Action: Newer than us [123456]"),
        (123_456, "", "Action: Action 123456 (not in our catalogue) [123456]"),
    ],
)
def test_an_action_is_told_in_the_portals_words_and_by_its_id(action_id: int, text: str, shown: str) -> None:
    assert lines(AuditEvent(id=1, date=NOON, action=text, action_id=action_id))[3] == shown


@pytest.mark.parametrize(
    ("ip", "country", "city", "shown"),
    [
        ("192.0.2.1", "Latvia", "Riga", "192.0.2.1 | Latvia, Riga"),
        ("192.0.2.1", "Latvia", "", "192.0.2.1 | Latvia"),
        ("192.0.2.1", "", "Riga", "192.0.2.1 | Riga"),
        ("192.0.2.1", "", "", "192.0.2.1"),
        ("", "Latvia", "Riga", "Latvia, Riga"),
    ],
)
def test_a_place_is_told_as_far_as_it_is_known(ip: str, country: str, city: str, shown: str) -> None:
    assert lines(AuditEvent(id=1, date=NOON, ip=ip, country=country, city=city))[-2] == f"Location/IP: {shown}"

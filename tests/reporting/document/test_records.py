from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.document.records import MOST, Memory, record, signin_record
from reporting.escape import LONGEST
from reporting.events import AuditEvent, SignIn
from reporting.layout import RULE
from reporting.matcher import Matcher, MatchRule
from reporting.report import Assessment, Verdict
from tests.reporting.paper import RIGA, document, scope
from tests.reporting.stage import NOON, event

GOLDEN = Path(__file__).parents[1] / "golden"
FIELDS = ("user", "user_id", "action", "ip", "country", "city", "browser", "platform", "page", "context")
HOSTILE = st.text(st.characters() | st.sampled_from("\r\n\x85\u2028\u2029\x1c-:|[]ID,"), max_size=12)
EVENTS = st.builds(
    AuditEvent,
    id=st.integers(0, 2**53),
    date=st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    action_id=st.integers(-1, 10_000),
    target=st.lists(HOSTILE, max_size=3),
    **dict.fromkeys(FIELDS, HOSTILE),
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
SIGN_INS = [
    SignIn(
        id=7_000_001,
        date=datetime(2025, 10, 1, 6, 29, tzinfo=UTC),
        user="Zoe Miller",
        user_id="aae1e103-bca5-9fa1-ba8c-42058b4abf28",
        action="User logged in",
        action_id=1000,
        ip="192.0.2.21",
        country="Germany",
        city="Berlin",
        browser="Chrome 131",
        platform="Windows 11",
        login="zoe@example.com",
    ),
    SignIn(
        id=7_000_002,
        date=datetime(2025, 10, 31, 21, 59, 59, tzinfo=UTC),
        user="Unknown Account",
        action_id=1002,
        ip="198.51.100.66",
        login="root\nSign-in ID: 1",
    ),
]


def lines(one: AuditEvent) -> list[str]:
    return record(one, one.date.astimezone(RIGA)).splitlines()


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
    text = document(SMALL_MONTH, SIGN_INS, about=scope())

    assert text == (GOLDEN / "small-month.txt").read_text(encoding="utf-8")


def test_an_empty_provisional_month_reads_as_it_did() -> None:
    judgement = Assessment(Verdict.PROVISIONAL, ("the month is not over yet",))
    text = document([], None, about=scope(), judgement=judgement, began=NOON)

    assert text == (GOLDEN / "empty-month.txt").read_text(encoding="utf-8")


@given(EVENTS)
def test_a_record_has_exactly_the_samples_lines_whatever_its_values(one: AuditEvent) -> None:
    *told, rule = lines(one)

    assert [line.partition(":")[0] for line in told] == labels(one)
    assert rule == RULE


@given(EVENTS)
def test_every_line_of_a_record_ends_as_a_line(one: AuditEvent) -> None:
    text = record(one, one.date)

    assert text == "".join(f"{line}\n" for line in text.splitlines())


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
        (5011, "File Uploaded: Q3.docx", "Action: File Uploaded: Q3.docx [5011, create]"),
        (123_456, "Newer than us", "Action: Newer than us [123456, other]"),
        (5064, "", "Action: (File viewed) [5064, download]"),
        (123_456, "", "Action: (Action 123456 (not in our catalogue)) [123456, other]"),
    ],
)
def test_an_action_is_told_in_the_portals_words_or_in_ours_in_parentheses(
    action_id: int, text: str, shown: str
) -> None:
    assert lines(AuditEvent(id=1, date=NOON, action=text, action_id=action_id))[3] == shown


@pytest.mark.parametrize(
    ("targets", "shown"),
    [
        ([], ""),
        (["4711"], "4711"),
        (["4711", "102"], "4711, 102"),
        (["4711, 102"], r"4711\, 102"),
        (["a,", ",b"], r"a\,, \,b"),
        (["a\\", "b"], r"a\\, b"),
        (["a\\,b\n"], r"a\\\,b\n"),
    ],
)
def test_a_comma_within_a_target_does_not_pass_for_one_between_two(targets: list[str], shown: str) -> None:
    assert lines(AuditEvent(id=1, date=NOON, target=targets))[4] == f"Target: {shown}"


@pytest.mark.parametrize(
    ("user", "user_id", "shown"),
    [
        ("Ann", "u1", "Ann [u1]"),
        ("Ann", "", "Ann"),
        ("", "u1", "[u1]"),
        ("", "", ""),
        ("Ann [u2]", "u1", "Ann [u2] [u1]"),
        ("Ann [u2]", "", "Ann [u2] []"),
        (" Ann", "u1", " Ann [u1]"),
        ("\u3000Ann", "u1", "\u3000Ann [u1]"),
        (" ", "u1", "  [u1]"),
    ],
)
def test_a_person_is_told_by_name_and_id_and_no_name_passes_for_an_id(user: str, user_id: str, shown: str) -> None:
    assert lines(AuditEvent(id=1, date=NOON, user=user, user_id=user_id))[2] == f"User: {shown}"


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


def test_a_sign_in_tells_what_was_typed_as_the_name() -> None:
    told = signin_record(SIGN_INS[1], NOON).splitlines()

    assert told[0] == "Sign-in ID: 7000002"
    assert told[3] == "Login: root\\nSign-in ID: 1"


def test_a_filter_goes_for_sign_ins_too() -> None:
    zoe = Matcher((MatchRule(users=frozenset({SIGN_INS[0].user_id})),))
    text = document(SMALL_MONTH, SIGN_INS, about=scope(only="user:zoe@example.com"), sieve=zoe)

    assert [line for line in text.splitlines() if line.startswith(("ID:", "Sign-in ID:"))] == [
        "ID: 4000001",
        "Sign-in ID: 7000001",
    ]
    assert "Sign-ins: 2 read, 1 kept, 0 failed; 1 succeeded, 0 ended; distinct people: 1" in text.splitlines()


@pytest.mark.parametrize("entries", [None, [], SIGN_INS])
def test_the_end_is_said_so_that_a_copy_that_was_cut_off_is_known(entries: list[SignIn] | None) -> None:
    text = document(SMALL_MONTH, entries, about=scope())

    assert text.endswith(f"{RULE}\n\nEnd of report.\n")
    assert text.count("End of report.") == 1


@given(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=30))
def test_what_is_remembered_is_what_would_be_made_anew(values: list[tuple[str, str]]) -> None:
    memory = Memory(lambda first, second: f"{first}|{second}")

    assert [memory[value] for value in (*values, *values)] == [f"{first}|{second}" for first, second in values * 2]


def test_a_memory_keeps_few_texts_and_no_long_ones() -> None:
    memory = Memory(str.upper)
    for number in range(3 * MOST):
        assert memory[f"n{number}",] == f"N{number}"
    assert memory["x" * (LONGEST + 1),] == "X" * (LONGEST + 1)

    assert len(memory) <= MOST
    assert max(len(text) for key in memory for text in key) <= LONGEST

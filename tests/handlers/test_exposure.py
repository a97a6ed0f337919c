"""How much of a report a channel may see, and what of people is left in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from handlers.exposure import Exposure, Kind, Limits
from handlers.views.blocks import texts
from handlers.views.evidence import verification
from handlers.views.filed_report import Published
from handlers.views.mask import filter_words, mask, masked_lines, pseudonym
from handlers.views.preview import preview
from handlers.views.summary import summary
from reporting.document.header import count_lines
from reporting.document.records import person
from reporting.escape import escape_untrusted
from reporting.filters import ALL_EVENTS, EventFilter, parse
from reporting.period import Month
from reporting.report import BuiltReport, Counted, FiledFile, UploadResult, report_name
from reporting.run import Requester
from reporting.verification import Check, Edit, Outcome, Verification
from tests.handlers.gallery import everything

COUNTS, MASKED, FULL = Exposure
Make = Callable[..., BuiltReport]
ID = "aae1e103-bca5-9fa1-ba8c-42058b4abf28"


@pytest.mark.parametrize(
    ("kind", "setting", "external", "seen"),
    [
        (Kind.PRIVATE, FULL, None, FULL),
        (Kind.PRIVATE, MASKED, None, MASKED),
        (Kind.PRIVATE, COUNTS, FULL, COUNTS),
        (Kind.PUBLIC, FULL, FULL, MASKED),
        (Kind.PUBLIC, MASKED, None, MASKED),
        (Kind.PUBLIC, COUNTS, None, COUNTS),
        (Kind.UNKNOWN, FULL, FULL, COUNTS),
        (Kind.UNKNOWN, MASKED, None, COUNTS),
        (Kind.EXTERNAL, FULL, None, COUNTS),
        (Kind.EXTERNAL, FULL, COUNTS, COUNTS),
        (Kind.EXTERNAL, FULL, MASKED, MASKED),
        (Kind.EXTERNAL, FULL, FULL, FULL),
        (Kind.EXTERNAL, MASKED, FULL, MASKED),
        (Kind.EXTERNAL, COUNTS, FULL, COUNTS),
    ],
)
def test_the_least_of_what_several_rules_allow_is_seen(
    kind: Kind, setting: Exposure, external: Exposure | None, seen: Exposure
) -> None:
    assert Limits(setting, external).of(kind) is seen


@given(st.sampled_from(Kind), st.sampled_from(Exposure), st.none() | st.sampled_from(Exposure))
def test_no_channel_sees_more_than_the_setting_and_no_open_one_all(
    kind: Kind, setting: Exposure, external: Exposure | None
) -> None:
    seen = Limits(setting, external).of(kind)
    assert seen <= setting
    assert seen < FULL or kind in {Kind.PRIVATE, Kind.EXTERNAL}


# -- masks --

LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéñжяαω中文ABCXYZ"
WORD = st.text(LETTERS, min_size=2, max_size=9)
FULL_NAME = st.builds("{} {}".format, WORD, WORD) | st.builds("{} {} {}".format, WORD, WORD, WORD)
ODD = st.sampled_from(
    [
        *("Events", "User", "Total", "Al", "Z.", ".*", "(a+)+$", "[x] y", "a|b c", "$1 \\1", "#3f2a", "0 x", "? #e3b0"),
        *("Zoe\nMiller", "\u202eeoZ M", "Ann", "Ann Lee", "Ann Lee Smith", "ann@example.com", "10.0.0.1 Kay", "C++"),
        *("O'Neil, J.", "…@…", "a", "[]", "[", "\\", "  ", "User: x", "  3 x"),
    ]
)
NAME = FULL_NAME | ODD | st.text(min_size=1, max_size=20)
MAIL = st.emails()
FOUR = st.ip_addresses(v=4)
SIX = st.ip_addresses(v=6).map(lambda address: address.compressed)


def report(names: list[str], words: str) -> list[str]:
    """Lines as the report has them, in which the people are told and come again."""
    rows = [Counted(f"{name} [{ID}]", 7) for name in names]
    return [
        "Compliance report",
        "Total events: 7",
        *count_lines("By user:", rows),
        "",
        "Events:",
        *(f"User: {person(name, ID)}" for name in names),
        f"Action: {escape_untrusted(words)} [5000, create]",
        f"Target: {', '.join(map(escape_untrusted, names))}",
    ]


@settings(deadline=None)
@given(st.lists(FULL_NAME, min_size=1, max_size=5), st.text(LETTERS + " .-_", max_size=20))
def test_no_full_name_is_left_wherever_it_stands(names: list[str], around: str) -> None:
    lines = report(names, f"File {around}{around.join(names)}{around} uploaded")
    said = "\n".join(masked_lines(lines, [])).casefold()
    assert [name for name in names if name.casefold() in said] == []


@settings(deadline=None)
@given(st.lists(NAME, min_size=1, max_size=5))
def test_nobody_is_told_by_name_or_id_in_the_lines_about_people(names: list[str]) -> None:
    assume(all(escape_untrusted(name).strip() == escape_untrusted(name) for name in names))
    said = masked_lines(report(names, "File uploaded"), names)
    rows = said[said.index("By user:") + 1 :][: len(names)]
    users = [line for line in said if line.startswith("User: ")]
    expected = [pseudonym(escape_untrusted(name)) for name in names]
    assert [row.split(maxsplit=1)[1] for row in rows] == expected
    assert [user.removeprefix("User: ") for user in users] == expected


@given(NAME)
def test_the_same_person_has_the_same_pseudonym_in_the_summary_and_in_the_lines(name: str) -> None:
    line = f"User: {person(name, ID)}"
    assert masked_lines([line], []) == masked_lines([line], [name]) == [f"User: {pseudonym(escape_untrusted(name))}"]


def test_who_has_no_name_is_told_by_the_same_pseudonym_of_their_id() -> None:
    assert masked_lines([f"User: [{ID}]"], [ID]) == [f"User: {pseudonym(ID)}"]


def test_who_is_told_in_the_summary_alone_is_masked_there_and_wherever_they_come_again() -> None:
    zoe, ann = pseudonym("Zoe Miller"), pseudonym("Ann Lee")
    lines = [
        *("By category:", "  9 create", ""),
        *("By user:", f"  7 Zoe Miller [{ID}]", f"  2 Ann Lee [{ID}]", ""),
        *("By room:", "  9 create", "", "Target: Ann Lee and Zoe Miller create a room"),
    ]
    assert masked_lines(lines, []) == [
        *("By category:", "  9 create", ""),
        *("By user:", f"  7 {zoe}", f"  2 {ann}", ""),
        *("By room:", "  9 create", "", f"Target: {ann} and {zoe} create a room"),
    ]


@pytest.mark.parametrize("line", ["User: ", "User: []"])
def test_a_line_that_names_nobody_stays_as_it_is(line: str) -> None:
    assert masked_lines([line], []) == [line]


def test_half_a_character_in_a_name_does_not_keep_it_from_being_masked() -> None:
    assert pseudonym("Zoe \ud83d").startswith("Z.")


@given(st.lists(FULL_NAME, min_size=2, max_size=6, unique_by=str.casefold))
def test_different_people_have_different_pseudonyms_in_general(names: list[str]) -> None:
    assert len({pseudonym(name) for name in names}) >= len(names) - 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Zoe Miller", "Z.M. #"),
        ("zoe miller", "Z.M. #"),
        ("Ann Lee Smith Jones", "A.L.S. #"),
        ("(guest)", "? #"),
        ("", "? #"),
    ],
)
def test_a_pseudonym_is_initials_and_four_digits(name: str, told: str) -> None:
    assert pseudonym(name).startswith(told)
    assert len(pseudonym(name)) == len(told) + 4


@given(st.text(LETTERS, max_size=10), MAIL, st.text(LETTERS, max_size=10))
def test_no_e_mail_address_is_left(before: str, mail: str, after: str) -> None:
    assert mail not in mask(f"{before} {mail} {after}", [])
    assert mail.partition("@")[2] not in mask(f"{before} <{mail}> {after}", ["Ann", "Ann Lee"])


@pytest.mark.parametrize("first", ["Ann", "ann", "ANN", "An"])
def test_of_people_whose_names_begin_alike_the_whole_name_is_masked(first: str) -> None:
    full = f"{first.title()} Lee Smith"
    names = [first, f"{first} Lee", full]
    for order in (names, names[::-1]):
        assert mask(f"{full}, {first}", order) == f"{pseudonym(full)}, {pseudonym(first)}"


def test_a_name_of_one_letter_is_no_name_that_is_sought() -> None:
    assert mask("Plan A of 1 file", ["A", "1"]) == "Plan A of 1 file"


def test_of_an_e_mail_address_the_first_letter_is_left() -> None:
    assert mask("Shared with zoe.miller@example.com, Bob@example.org.", []) == "Shared with z…@…, B…@…"


@given(FOUR)
def test_the_end_of_an_address_is_cut(address: IPv4Address) -> None:
    first, second, *_ = str(address).split(".")
    assert (
        mask(f"Location/IP: {address} | Germany, Berlin", []) == f"Location/IP: {first}.{second}.x.x | Germany, Berlin"
    )


@given(SIX)
def test_the_end_of_a_longer_address_is_cut(address: str) -> None:
    said = mask(f"Location/IP: {address} | Germany", [])
    assert said == f"Location/IP: {address.partition(':')[0]}:… | Germany"


def test_an_uncompressed_address_is_cut_as_well() -> None:
    assert mask(IPv6Address(2**127 + 1).exploded, []) == "8000:…"


@pytest.mark.parametrize(
    "line",
    [
        "Date: 2026-10-05T14:03:22.000000+02:00",
        "Period: 2025-01-01 - 2025-01-31",
        "From: 2024-12-31T22:00:00Z",
        "Portal: https://docspace.example.com (DocSpace 3.7.2)",
        "Action: File Uploaded: Q3.docx [5011, create]",
        "Target: 4711",
        "By category:",
        "  01         7 #######",
    ],
)
def test_what_tells_of_nobody_is_left_as_it_is(line: str) -> None:
    assert masked_lines([line], ["Al", "Zoe Miller", "Events", "User"]) == [line]


@pytest.mark.parametrize("name", ["Events", "User", "Total events", "Action", "Date", "Period", "Al", "Location/IP"])
def test_a_name_that_is_a_label_breaks_no_label(name: str) -> None:
    lines = ["Total events: 7", "Events:", "User: Zoe", "Action: x", "Date: 2025", "Period: y", "Location/IP: z"]
    labels = [line.partition(":")[0] for line in lines]
    assert [line.partition(":")[0] for line in masked_lines(lines, [name])] == labels


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Al", "Action: Total of Legal also Alan"),
        ("Ed", "Action: Shared, edited"),
        ("Ann", "Context: Rooms: Annual planning"),
    ],
)
def test_a_short_name_is_not_sought_inside_of_words(name: str, line: str) -> None:
    assert masked_lines([line], [name]) == [line]


@pytest.mark.parametrize("title", ["Zoe_2025.docx", "report-zoe.docx", "ZOE's room", "(Zoe)"])
def test_a_short_name_is_found_where_it_stands_by_itself(title: str) -> None:
    [line] = masked_lines([f"Target: {title}"], ["Zoe"])
    assert "zoe" not in line.casefold()
    assert pseudonym("Zoe") in line


def test_what_was_typed_to_sign_in_is_not_shown() -> None:
    assert masked_lines(["Login: zoe.miller"], []) == ["Login: …"]


def test_how_the_portal_understood_the_filter_is_not_shown() -> None:
    assert masked_lines(["Filter note: user:zoe is Zoe Miller"], []) == []


@settings(deadline=None)
@given(st.lists(NAME, max_size=4), st.lists(st.text(max_size=60), max_size=10))
def test_whatever_the_lines_they_are_masked(names: list[str], lines: list[str]) -> None:
    assert len(masked_lines(lines, names)) <= len(lines)


@pytest.mark.parametrize(
    ("exposure", "told"),
    [
        (FULL, 'room:"Legal affairs" type:delete user:"Zoe Miller",ann@example.com'),
        (MASKED, f'room:"Legal affairs" type:delete user:"{pseudonym("Zoe Miller")}",{pseudonym("ann@example.com")}'),
        (COUNTS, "room:… type:delete user:…"),
    ],
)
def test_a_filter_is_told_as_far_as_the_channel_may_see(exposure: Exposure, told: str) -> None:
    only = parse('type:delete user:"Zoe Miller",ann@example.com room:"Legal affairs"')
    assert filter_words(only, exposure) == told


@pytest.mark.parametrize(
    ("exposure", "told"),
    [
        (FULL, "-room:Legal -type:delete -user:zoe@example.com"),
        (MASKED, f"-room:Legal -type:delete -user:{pseudonym('zoe@example.com')}"),
        (COUNTS, "-room:… -type:delete -user:…"),
    ],
)
def test_what_a_filter_leaves_out_is_told_as_left_out_however_little_may_be_seen(exposure: Exposure, told: str) -> None:
    only = parse("-type:delete -user:zoe@example.com -room:Legal")
    assert filter_words(only, exposure) == told


# -- whole messages --

PEOPLE = ["Zoe Miller", "Søren Ødegård", "ann.lee@example.com"]
LINES = [
    "Total events: 7",
    "Filter: user:zoe@example.com; 9 read, 7 kept",
    *(f"User: {name} [{ID}]" for name in PEOPLE),
    "Action: User Zoe Miller removed Søren Ødegård <s@example.com> [1, user]",
    "Location/IP: 192.0.2.17 | Germany",
]
SECRETS = [*PEOPLE, "zoe@example.com", "s@example.com", "192.0.2.17", ID]


def shown(exposure: Exposure, draft: Make, filed: FiledFile) -> str:
    """Everything that a channel reads of a report of three people."""
    only = parse('user:zoe@example.com,"Zoe Miller"')
    made = draft(users=tuple(Counted(name, 5) for name in PEOPLE), scope=replace(draft().scope, only=only))
    title = made.scope.filename
    filing = UploadResult((replace(filed, title=title),))
    messages = [
        summary(Published("r1", made, filing), Requester("U0ANN00001"), exposure=exposure),
        preview(LINES, title, made, exposure=exposure),
    ]
    return "\n".join(text for message in messages for text in [message["text"], *texts(message["blocks"], str)])


@pytest.mark.parametrize("exposure", [COUNTS, MASKED])
def test_nobody_is_recognisable_where_not_all_may_be_seen(exposure: Exposure, draft: Make, filed: FiledFile) -> None:
    said = shown(exposure, draft, filed)
    assert [secret for secret in SECRETS if secret in said] == []
    assert "zoe" not in said.casefold()


def test_counts_show_no_people_and_no_lines(draft: Make, filed: FiledFile) -> None:
    said = shown(COUNTS, draft, filed)
    assert "Most active" not in said
    assert "Total events: 7" not in said
    assert not [name for name in PEOPLE if pseudonym(name) in said]
    assert "4,321 events" in said


def test_masked_people_are_the_same_in_the_summary_and_in_the_preview(draft: Make, filed: FiledFile) -> None:
    said = shown(MASKED, draft, filed)
    assert all(said.count(pseudonym(name)) >= 2 for name in PEOPLE)


def test_full_shows_all(draft: Make, filed: FiledFile) -> None:
    said = shown(FULL, draft, filed)
    assert [secret for secret in SECRETS if secret not in said] == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAME)
def test_whatever_the_name_the_summary_and_the_lines_agree(name: str, draft: Make, filed: FiledFile) -> None:
    assume(escape_untrusted(name).strip() == escape_untrusted(name))
    made = draft(users=(Counted(name, 5),))
    told = pseudonym(escape_untrusted(name))
    published = Published("r1", made, UploadResult((filed,)))
    assert told in str(summary(published, Requester("U1"), exposure=MASKED)).replace("&amp;", "&")
    assert told in str(preview([f"User: {person(name, ID)}"], "x.txt", made, exposure=MASKED))


# -- files that are called by their filter --

SUFFIXES = (".txt", ".part-1-of-2.txt", ".manifest.json")


def checked(only: EventFilter, exposure: Exposure) -> str:
    """Everything that a channel reads of a report that was looked at again."""
    name = report_name(Month(2025, 1), only)
    files = [f"{name}{suffix}" for suffix in SUFFIXES]
    checks = tuple(Check(title, f"it was renamed to “old-{title}”", Outcome.CHANGED) for title in files)
    edits = tuple(Edit(title, 3, "2026-02-03", "Zoe Miller", "") for title in files)
    traces = tuple(f"5009 FileDownloaded of {title}" for title in files)
    found = Verification(Outcome.CHANGED, "r1", name, "ab" * 32, checks, edits, traces, None)
    return "\n".join(texts(verification(found, "Check", "U0ANN00001", exposure=exposure)["blocks"], str))


@pytest.mark.parametrize("exposure", [COUNTS, MASKED])
@pytest.mark.parametrize("only", ["user:zoe@example.com", 'room:"About Zoe Miller" type:delete'])
def test_a_check_tells_files_apart_without_the_filter_that_they_are_called_by(only: str, exposure: Exposure) -> None:
    said = checked(parse(only), exposure)
    assert "zoe" not in said.casefold()
    assert parse(only).slug[-8:] not in said
    times = 4 if exposure is MASKED else 3  # what a file is called now is somebody else's word
    assert [suffix for suffix in SUFFIXES if said.count(f"compliance-report-2025-01-…{suffix}") != times] == []


@pytest.mark.parametrize(("only", "exposure"), [(parse("user:zoe@example.com"), FULL), (ALL_EVENTS, COUNTS)])
def test_files_are_called_by_their_names_where_those_say_nothing_that_may_not_be_seen(
    only: EventFilter, exposure: Exposure
) -> None:
    name, times = report_name(Month(2025, 1), only), 4 if exposure is FULL else 3
    assert [suffix for suffix in SUFFIXES if checked(only, exposure).count(f"{name}{suffix}") != times] == []


def test_who_a_highlight_names_is_masked_there_and_what_was_typed_to_sign_in_is_left_out() -> None:
    zoe, ann = pseudonym("Zoe Miller"), pseudonym("Ann \\| Lee")
    lines = [
        f"  2025-01-03T10:14:02+02:00 | ID 7 | Zoe Miller [{ID}] | Zoe Miller deleted | for Zoe Miller | a@b.example",
        f"  2025-01-03T10:14:02+02:00 | Sign-in ID -8 | Ann \\| Lee [{ID}] | Failed | ann.lee | 192.0.2.1",
        f"  2025-01-03T10:14:02+02:00 | ID 9 | [{ID}] | Deleted",
        "  2025-01-03T10:14:02+02:00 | ID 10 |  | Deleted",
    ]
    assert masked_lines(lines, []) == [
        f"  2025-01-03T10:14:02+02:00 | ID 7 | {zoe} | {zoe} deleted | for {zoe} | a…@…",
        f"  2025-01-03T10:14:02+02:00 | Sign-in ID -8 | {ann} | Failed | … | 192.0.x.x",
        f"  2025-01-03T10:14:02+02:00 | ID 9 | {pseudonym(ID)} | Deleted",
        "  2025-01-03T10:14:02+02:00 | ID 10 |  | Deleted",
    ]


# -- what buttons and forms carry --

IDS = re.compile(r"[0-9a-f]{16}|[0-9]{1,9}|[CGDUW][A-Z0-9]+|[0-9]{10}\.[0-9]{6}|[0-9]{4}-[0-9]{2}")
"""A run or a proposal, a schedule, a conversation or a person, a message, a month."""


def carried(value: object) -> Iterator[str]:
    """What buttons and forms carry for the bot; the choices of a menu are words of ours."""
    if isinstance(value, dict):
        if value.get("type") in ("button", "modal"):
            yield from str(value.get("value") or value.get("private_metadata") or "").split()
        for part in value.values():
            yield from carried(part)
    elif isinstance(value, list):
        for part in value:
            yield from carried(part)


def test_whatever_is_shown_its_buttons_and_forms_carry_ids_and_nothing_else(draft: Make, filed: FiledFile) -> None:
    """Whoever can read a message by the API, or open a form, reads what they carry."""
    shown = everything(draft, filed)
    found = [one for message in shown.values() for one in carried(message)]
    assert [one for one in found if not IDS.fullmatch(one)] == []
    assert len(found) > 100

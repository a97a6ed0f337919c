import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.build_report import BuildContext, build_report
from reporting.docspace.api.lenient import rows
from reporting.docspace.api.server_info import server_info
from reporting.errors.base import ComplianceError
from reporting.errors.portal import AnswerUnknown
from reporting.events import AuditEvent
from reporting.period import Month
from reporting.report import BuiltReport, Order, Verdict
from sandbox.portal import Garbage, LoginEvent, StandInPortal
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response
from tests.reporting.stage import NOON, SECOND, Knock, row

FILTER = "audit/events/filter"
ODD = 7
"""The event whose values are odd."""
ABSENT = "absent"
Make = Callable[[], BuiltReport]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters() | st.sampled_from("\ud800\n\x00")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [name for name in AuditEvent.__struct_encode_fields__ if name not in {"id", "date"}]


@dataclass(frozen=True)
class Oddly:
    """A portal that tells one event with these values, wherever that event comes up."""

    values: Mapping[str, object]
    status: int = 0

    def reply(self, request: Request, answer: Answer) -> Response:
        whole = json.loads(answer(request).body)
        for told in whole["response"]:
            if told["id"] == ODD:
                told.update(self.values)
                for name in [name for name, value in self.values.items() if value is ABSENT]:
                    del told[name]
        whole["status"] = self.status
        return Response(body=json.dumps(whole).encode("ascii"))


def odd(standin: StandInPortal, **values: object) -> None:
    standin.faults.next(FILTER, Oddly(values), times=None)


def record(made: BuiltReport, number: int = ODD) -> list[str]:
    lines = made.path.read_text(encoding="utf-8").split("\n")
    start = lines.index(f"ID: {number}")
    return lines[start : lines.index("-" * 80, start)]


@pytest.fixture
def make(standin: StandInPortal, knock: Knock, tmp_path: Path) -> Make:
    for number in range(1, 11):
        standin.audit.add(row(number, NOON + number * SECOND))

    def making() -> BuiltReport:
        portal = knock(standin)
        shop = BuildContext(folder=tmp_path, settle=timedelta(hours=24), now=lambda: datetime(2025, 3, 1, tzinfo=UTC))
        return build_report(Order(Month(2025, 1)), server_info(portal), portal, shop, watch=lambda _: None)

    return making


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("user", "\ud83d", r"User: \ud83d [u1]"),
        ("user", "Ann\udc00\n", r"User: Ann\udc00\n [u1]"),
        ("user", 5, "User: 5 [u1]"),
        ("user", {"displayName": "Zoe"}, 'User: {"displayName": "Zoe"} [u1]'),
        ("user", {"\ud800": ["\n"]}, r'User: {"\ud800": ["\\n"]} [u1]'),
        ("user", 10**30, f"User: {10**30} [u1]"),
        ("userId", None, "User: Zoe Miller"),
        ("userId", ABSENT, "User: Zoe Miller"),
        ("action", None, "Action: (File uploaded) [5011, create]"),
        ("action", ["a"], 'Action: ["a"] [5011, create]'),
        ("action", False, "Action: false [5011, create]"),
        ("actionId", "5011", "Action: File uploaded: Q3.docx [5011, create]"),
        ("actionId", 2**40, f"Action: File uploaded: Q3.docx [{2**40}, other]"),
        ("actionId", 10**30, "Action: File uploaded: Q3.docx [0, other]"),
        ("actionId", None, "Action: File uploaded: Q3.docx [0, other]"),
        ("actionId", 5011.0, "Action: File uploaded: Q3.docx [0, other]"),
        ("target", 4711, "Target: 4711"),
        ("target", "4711", "Target: 4711"),
        ("target", {"a": 1, "b": 2}, r'Target: {"a": 1\, "b": 2}'),
        ("target", [4711, None, {"id": 1}], 'Target: 4711, null, {"id": 1}'),
        ("target", None, "Target: "),
        ("context", ["Rooms"], 'Context: ["Rooms"]'),
        ("context", float("inf"), "Context: Infinity"),
        ("page", 7, "Page: 7"),
        ("ip", True, "Location/IP: true"),
        ("browser", 1.5, "Client: 1.5"),
        ("entries", ["1", None], "Target: "),
        ("entries", 1, "Target: "),
        ("entries", [10**30], "Target: "),
        ("unheard", {"of": ["\ud800"]}, "Target: "),
    ],
)
def test_a_value_of_another_type_is_shown_as_it_came(
    standin: StandInPortal, make: Make, name: str, value: object, line: str
) -> None:
    odd(standin, **{name: value})
    made = make()

    assert line in record(made)
    assert (made.read, made.judgement.verdict) == (10, Verdict.COMPLETE)


def test_the_other_events_are_told_as_ever(standin: StandInPortal, make: Make) -> None:
    plain = [record(make(), number) for number in range(1, ODD)]
    odd(standin, user="\ud800", target=5)

    assert [record(make(), number) for number in range(1, ODD)] == plain


def test_one_odd_value_on_one_of_many_pages_costs_no_event(standin: StandInPortal, make: Make) -> None:
    for number in range(100, 450):
        standin.audit.add(row(number, NOON - number * SECOND))
    odd(standin, action="\ud800")
    text = make().path.read_text(encoding="utf-8").split("\n")

    assert {int(line[4:]) for line in text if line.startswith("ID: ")} == {*range(1, 11), *range(100, 450)}


IDS: list[object] = [ABSENT, None, 0.5, "x", "", True, [1], {}, "-1", "٣", 2**63, 10**30]
DATES: list[object] = [
    ABSENT,
    None,
    5,
    "",
    "yesterday",
    "2025-01-15",
    "2025-01-15T12:00:00",
    [],
    {},
    "2025-02-31T00:00:00Z",
]


@pytest.mark.parametrize(
    "values", [*({"id": value} for value in IDS), *({"date": value} for value in DATES)], ids=ascii
)
def test_a_row_without_id_or_date_is_no_event_and_there_is_no_report(
    standin: StandInPortal, make: Make, tmp_path: Path, values: dict[str, object]
) -> None:
    odd(standin, **values)

    with pytest.raises(AnswerUnknown) as caught:
        make()
    assert "content of another shape" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_whatever_the_other_values_are_the_row_is_an_event(values: dict[str, object]) -> None:
    body = json.dumps({"response": [{"id": 1, "date": "2025-01-15T12:00:00.0000000Z"} | values]}).encode()
    whole = rows(body, AuditEvent)
    assert whole is not None
    (found,) = whole.response

    assert (found.id, found.date) == (1, NOON)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_a_text_stays_as_it_came(values: dict[str, Any]) -> None:
    said = {name: value for name, value in values.items() if name not in {"actionId", "entries", "target"}}
    body = json.dumps({"response": [{"id": 1, "date": "2025-01-15T12:00:00Z"} | said]}).encode()
    whole = rows(body, AuditEvent)
    assert whole is not None
    (found,) = whole.response
    fields = dict(zip(AuditEvent.__struct_encode_fields__, AuditEvent.__struct_fields__, strict=True))

    assert all(getattr(found, fields[name]) == value for name, value in said.items())


@pytest.mark.parametrize("content", ["{}", '""', "[1]", '{"a":1}', '"abc"', "[[]]", "[null]"])
def test_what_is_no_list_of_rows_is_no_empty_page(standin: StandInPortal, make: Make, content: str) -> None:
    standin.faults.next(FILTER, Garbage(f'{{"response":{content},"status":0}}'.encode()), times=None, after=2)

    with pytest.raises(AnswerUnknown):
        make()


def test_an_error_beside_odd_rows_is_an_error(standin: StandInPortal, make: Make) -> None:
    standin.faults.next(FILTER, Oddly({"user": 5}, status=1), after=2)

    with pytest.raises(ComplianceError):
        make()


def test_a_value_nested_beyond_all_measure_is_refused_in_words(standin: StandInPortal, make: Make) -> None:
    nested = b'{"response":[{"id":1,"date":"2025-01-15T12:00:00Z","user":' + b"[" * 100_000 + b"]" * 100_000 + b"}]}"
    standin.faults.next(FILTER, Garbage(nested), times=None, after=2)

    with pytest.raises(ComplianceError):
        make()


def test_one_odd_sign_in_does_not_cost_them_all(standin: StandInPortal, make: Make) -> None:
    for number in (6, ODD):
        standin.logins.add(LoginEvent(id=number, date=NOON, action_id=1000, user_id="u1"))
    standin.faults.next("audit/login/filter", Oddly({"user": "\ud800"}), times=None)

    assert make().signins.total == 2

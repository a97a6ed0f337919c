"""The order of a run's steps, with work that does what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from bot.engine import attempt
from bot.run import Outcome, produce
from bot.wire import pack, unpack
from handlers.deliver import Anchor
from handlers.desk import Place, Request
from reporting.errors import ChannelClosed, ComplianceError, FolderForbidden, KeyRejected, SlackTrouble
from reporting.period import Month, Window
from reporting.report import Draft, Failure, Filed, Filing, Judgement, Order, Scope, SignIns, Verdict

T = TypeVar("T")
REQUEST = Request(Order(Month(2025, 1)), Place("C1", "U1"), key="k")
WINDOW = Window(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC))
SCOPE = Scope(Month(2025, 1), "https://p.example", "3.7.2", "UTC", WINDOW)
DRAFT = Draft(
    SCOPE,
    Judgement(Verdict.COMPLETE),
    SignIns(Judgement(Verdict.COMPLETE)),
    1,
    1,
    None,
    (),
    1,
    (),
    (),
    0,
    Path("x.txt"),
    (),
    10,
    "ab" * 32,
)
FILED = Filing((Filed(1, 1, 4711, "x.txt", "https://p.example/x"),))
REFUSED = KeyRejected(host="p.example")


@dataclass
class TellingWork:
    """Says what was done, in order; *broken* names the step that fails, and how."""

    broken: dict[str, Exception] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def _do(self, name: str, result: T) -> T:
        self.done.append(name)
        if name in self.broken:
            raise self.broken[name]
        return result

    def announce(self, request: Request) -> Anchor:
        return self._do("announce", Anchor("C1", "1.0"))

    def draft(self, run: str, request: Request, anchor: Anchor) -> Draft:
        return self._do("draft", DRAFT)

    def file(self, draft: Draft) -> Filing:
        return self._do("file", FILED)

    def publish(self, request: Request, anchor: Anchor, draft: Draft, filed: Filing) -> None:
        self._do("publish", None)

    def refuse(self, request: Request, failure: Failure) -> None:
        self._do(f"refuse: {failure.kind}", None)

    def fail(self, request: Request, anchor: Anchor, failure: Failure) -> None:
        self._do(f"fail: {failure.kind}", None)

    def tidy(self, run: str) -> None:
        self._do("tidy", None)


def directly(name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure:
    """A step without an engine; its result goes through JSON all the same."""
    result = attempt(name, work)
    return result.failure or unpack(pack(result.value), kind)


def run(work: TellingWork) -> Outcome:
    return produce("run", REQUEST, work, directly)


def test_a_report_is_announced_made_filed_published_and_tidied_up() -> None:
    work = TellingWork()
    assert run(work) == Outcome(filed=FILED)
    assert work.done == ["announce", "draft", "file", "publish", "tidy"]


@pytest.mark.parametrize(
    ("broken", "error", "done"),
    [
        ("announce", ChannelClosed(reason="archived"), ["announce", "refuse: ChannelClosed"]),
        ("draft", REFUSED, ["announce", "draft", "fail: KeyRejected", "tidy"]),
        ("file", FolderForbidden(host="h", folder=1), ["announce", "draft", "file", "fail: FolderForbidden", "tidy"]),
        ("draft", ZeroDivisionError(), ["announce", "draft", "fail: Unexpected", "tidy"]),
    ],
)
def test_what_fails_is_said_where_it_was_asked_and_ends_the_run(broken: str, error: Exception, done: list[str]) -> None:
    work = TellingWork({broken: error})
    outcome = run(work)
    assert work.done == done
    assert outcome.filed is None
    assert outcome.failure is not None
    assert outcome.failure.kind == (type(error).__name__ if isinstance(error, ComplianceError) else "Unexpected")


def test_a_report_that_is_filed_but_not_posted_counts_as_filed_and_says_what_went_wrong() -> None:
    outcome = run(TellingWork({"publish": SlackTrouble(act="to change a message", reason="fatal_error")}))
    assert outcome.filed == FILED
    assert outcome.failure is not None
    assert outcome.failure.kind == "SlackTrouble"


@pytest.mark.parametrize("value", [DRAFT, FILED, REQUEST, Outcome(filed=FILED), Anchor("C1", "1.0")])
def test_what_a_step_remembers_comes_back_as_it_was(value: object) -> None:
    assert unpack(pack(value), type(value)) == value

"""A run that reads is looked after until it is done, or left to itself once nobody wants it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import structlog

from bot.errors import DatabaseTrouble
from bot.runs import monitor
from bot.runs.monitor import SHOW_SECONDS, run_monitored
from handlers.slack.errors import SlackTrouble
from reporting.docspace.audit.parallel_reader import OnProgress
from reporting.errors.base import Stopped
from reporting.report import Progress

PATIENCE = 10
HALF = Progress(share=0.5, events=50)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(monitor, "POLL_SECONDS", 0.002)
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
        assert not thread.is_alive()


@dataclass
class Audience:
    """Keeps what it is told and shown; *troubles* come first."""

    troubles: list[Exception] = field(default_factory=list)
    wanted_for: int = 10**9
    """Looks until nobody wants the run any more."""
    told: list[Progress] = field(default_factory=list)
    shown: list[tuple[int, Progress]] = field(default_factory=list)
    halted: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, progress: Progress) -> bool:
        with self.changed:
            self.told.append(progress)
            self.changed.notify_all()
        if self.troubles:
            raise self.troubles.pop()
        return len(self.told) < self.wanted_for

    def show(self, progress: Progress) -> None:
        with self.changed:
            self.shown.append((len(self.told), progress))
            self.changed.notify_all()
        raise SlackTrouble(act="to change a message", reason="ratelimited")

    def wait(self, told: int = 0, shown: int = 0) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.told) >= told and len(self.shown) >= shown, PATIENCE)


def look_after(them: Audience, work: Callable[[OnProgress], str]) -> str:
    return run_monitored(work, tell=them.tell, show=them.show, halt=them.halted.set)


def hang(them: Audience) -> str:
    """Work that goes on until it is halted."""
    assert them.halted.wait(PATIENCE)
    return "halted"


def test_what_the_work_gives_is_given_on() -> None:
    them = Audience()

    def read(_watch: OnProgress) -> str:
        them.wait(told=1)
        return "read"

    assert look_after(them, read) == "read"
    assert not them.halted.is_set()


def test_progress_is_told_at_each_look_and_shown_at_each_third() -> None:
    them = Audience()

    def read(_watch: OnProgress) -> str:
        them.wait(told=7, shown=2)
        return ""

    look_after(them, read)
    assert [looks for looks, _ in them.shown[:2]] == [SHOW_SECONDS, 2 * SHOW_SECONDS]
    assert not them.halted.is_set()


def test_what_is_told_and_shown_is_the_newest_progress() -> None:
    them = Audience()

    def read(watch: OnProgress) -> str:
        them.wait(told=1)
        watch(Progress(share=0.1, events=1))
        watch(HALF)
        them.wait(told=len(them.told) + 2, shown=len(them.shown) + 2)
        return ""

    look_after(them, read)
    assert them.told[0] == Progress(share=0, events=0)
    assert (them.told[-1], them.shown[-1][1]) == (HALF, HALF)


def test_the_reading_is_halted_as_soon_as_nobody_wants_it() -> None:
    them = Audience(wanted_for=4)
    with pytest.raises(Stopped):
        look_after(them, lambda _watch: hang(them))
    assert them.halted.is_set()
    assert len(them.told) == 4


def test_nobody_waits_for_a_reading_that_hangs_and_is_not_wanted_any_more() -> None:
    them, released = Audience(wanted_for=2), threading.Event()
    try:
        with pytest.raises(Stopped):
            look_after(them, lambda _watch: str(released.wait(PATIENCE)))
        assert not released.is_set()
    finally:
        released.set()


def test_what_a_reading_says_that_was_left_to_itself_reaches_nobody() -> None:
    them, released = Audience(wanted_for=2), threading.Event()

    def read(watch: OnProgress) -> str:
        released.wait(PATIENCE)
        watch(HALF)
        raise ZeroDivisionError

    with pytest.raises(Stopped):
        look_after(them, read)
    told = len(them.told)
    released.set()
    assert len(them.told) == told
    assert HALF not in them.told


def test_troubles_of_the_database_and_of_slack_do_not_end_the_looking() -> None:
    them = Audience([DatabaseTrouble(reason="locked")] * 4, wanted_for=30)
    with pytest.raises(Stopped):
        look_after(them, lambda _watch: hang(them))
    assert len(them.shown) >= 2


@pytest.mark.parametrize("error", [DatabaseTrouble(reason="x"), ZeroDivisionError(), KeyboardInterrupt()])
def test_the_looking_ends_with_the_reading_however_that_ends(error: BaseException) -> None:
    them = Audience()

    def read(_watch: OnProgress) -> str:
        them.wait(told=1)
        raise error

    with pytest.raises(type(error)):
        look_after(them, read)
    assert not them.halted.is_set()


def test_a_reading_that_is_over_at_once_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "POLL_SECONDS", PATIENCE)
    them = Audience()
    assert look_after(them, lambda _watch: "read") == "read"
    assert (them.told, them.shown) == ([], [])


def test_what_the_reading_logs_says_of_which_run() -> None:
    with structlog.contextvars.bound_contextvars(run="r1"):
        found = look_after(Audience(), lambda _watch: str(structlog.contextvars.get_contextvars()["run"]))
    assert found == "r1"

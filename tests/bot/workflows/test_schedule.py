"""The order of the steps of what people want of schedules, with work that does what a test says."""

from datetime import time

import pytest

from bot.workflows.schedule import change_schedule, save_schedule
from bot.workflows.serialization import pack, unpack
from handlers.desk import RequestContext, SaveSchedule, ScheduleAction
from handlers.errors import ForAdmins, NoSuchSchedule, NotAllowed
from handlers.recurrence import Rule
from handlers.schedule import Plan, Verb
from handlers.slack.errors import ChannelClosed, SlackTrouble
from reporting.filters import parse
from reporting.report import Failure
from tests.bot.steps import Steps, TellingWork, named
from tests.entries import ANN, COMPLIANCE

PLACE = RequestContext(COMPLIANCE, ANN, response_url="https://slack.example/r")
PLAN = Plan(Rule("second friday", time(17, 30), "Europe/Riga"), parse('type:delete -room:"Legal, old"'))
KEEPING = SaveSchedule(PLACE, PLAN, "k")
WRONG = [NotAllowed(reason="you are a guest"), ZeroDivisionError()]


class NotingSteps(TellingWork):
    """Steps that only say what was done."""

    def save(self, keeping: SaveSchedule) -> int:
        return self.do("keep", 7)

    def change(self, amendment: ScheduleAction) -> None:
        self.do("amend", None, amendment.verb)

    def tell(self, number: int, place: RequestContext, key: str, done: str, *, by: str) -> None:
        assert (place, key, by) == (PLACE, "k", "k")
        self.do("tell", None, f"{number} {done}")

    def stop(self, number: int, why: Failure) -> None:
        self.do("stop", None, f"{number} {why.kind}")

    def refuse(self, place: RequestContext, key: str, failure: Failure) -> None:
        assert (place, key) == (PLACE, "k")
        self.do("refuse", None, failure.kind)


def amendment(verb: Verb) -> ScheduleAction:
    return ScheduleAction(PLACE, 7, verb, "k")


# -- keeping --


@pytest.mark.parametrize(("number", "done"), [(0, "made"), (7, "changed")])
def test_a_schedule_is_written_down_and_then_told_in_its_channel(number: int, done: str) -> None:
    work = NotingSteps()
    save_schedule(SaveSchedule(PLACE, PLAN, "k", number=number), work, Steps())
    assert work.done == ["keep", f"tell: 7 {done}"]


@pytest.mark.parametrize("error", WRONG)
def test_who_may_not_have_a_schedule_is_told_alone(error: Exception) -> None:
    work = NotingSteps({"keep": error})
    save_schedule(KEEPING, work, Steps())
    assert work.done == ["keep", f"refuse: {named(error)}"]


def test_a_schedule_for_a_channel_that_the_bot_cannot_post_in_is_paused() -> None:
    work = NotingSteps({"tell": ChannelClosed(reason="archived")})
    save_schedule(KEEPING, work, Steps())
    assert work.done == ["keep", "tell: 7 made", "stop: 7 ChannelClosed"]


@pytest.mark.parametrize("error", [SlackTrouble(act="to post a message", reason="fatal_error"), ZeroDivisionError()])
def test_a_schedule_that_could_not_be_told_this_once_goes_on(error: Exception) -> None:
    work = NotingSteps({"tell": error})
    save_schedule(KEEPING, work, Steps())
    assert work.done == ["keep", "tell: 7 made"]


# -- amending --


@pytest.mark.parametrize(("verb", "done"), [(Verb.PAUSE, "paused"), (Verb.RESUME, "resumed"), (Verb.DELETE, "deleted")])
def test_what_was_done_with_a_schedule_is_told_in_its_channel(verb: Verb, done: str) -> None:
    work = NotingSteps()
    change_schedule(amendment(verb), work, Steps())
    assert work.done == [f"amend: {verb}", f"tell: 7 {done}"]


def test_of_a_report_that_is_made_now_the_channel_sees_for_itself() -> None:
    work = NotingSteps()
    change_schedule(amendment(Verb.RUN), work, Steps())
    assert work.done == ["amend: run"]


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("error", [NoSuchSchedule(number=7), ForAdmins(deed="change a schedule")])
def test_who_may_not_change_a_schedule_is_told_alone_and_the_channel_hears_nothing(
    verb: Verb, error: Exception
) -> None:
    work = NotingSteps({"amend": error})
    change_schedule(amendment(verb), work, Steps())
    assert work.done == [f"amend: {verb}", f"refuse: {type(error).__name__}"]


@pytest.mark.parametrize("verb", [Verb.PAUSE, Verb.RESUME, Verb.DELETE])
def test_a_change_stands_although_the_channel_cannot_be_told(verb: Verb) -> None:
    work = NotingSteps({"tell": ChannelClosed(reason="archived")})
    change_schedule(amendment(verb), work, Steps())
    assert [step.split(":")[0] for step in work.done] == ["amend", "tell"]


# -- a process that dies --


@pytest.mark.parametrize(
    ("broken", "dies_at", "rest"),
    [
        ({}, "keep", ["keep", "tell: 7 made"]),
        ({}, "tell", ["tell: 7 made"]),
        ({"keep": NotAllowed(reason="x")}, "refuse", ["refuse: NotAllowed"]),
        ({"tell": ChannelClosed(reason="x")}, "stop", ["stop: 7 ChannelClosed"]),
    ],
)
def test_who_goes_on_for_a_process_that_died_does_nothing_twice(
    broken: dict[str, Exception], dies_at: str, rest: list[str]
) -> None:
    work, step = NotingSteps(broken), Steps(dies_at=dies_at)
    with pytest.raises(KeyboardInterrupt):
        save_schedule(KEEPING, work, step)
    before = list(work.done)
    step.dies_at = ""
    save_schedule(KEEPING, work, step)
    assert work.done == [*before, *rest]


@pytest.mark.parametrize("value", [KEEPING, amendment(Verb.RUN), PLACE], ids=lambda value: type(value).__name__)
def test_what_is_wanted_of_a_schedule_comes_back_from_the_engine_as_it_was(value: object) -> None:
    assert unpack(pack(value), type(value)) == value


def test_what_an_earlier_release_left_to_be_kept_is_still_understood() -> None:
    packed = {name: value for name, value in pack(KEEPING).items() if name != "press"}
    assert unpack(packed, SaveSchedule) == KEEPING

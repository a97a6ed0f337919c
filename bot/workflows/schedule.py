"""The order of the steps of saving and changing schedules."""

from typing import Protocol

from bot.workflows.report import Step
from handlers.desk import RequestContext, SaveSchedule, ScheduleAction
from handlers.schedule import Verb
from handlers.slack.errors import ChannelClosed
from reporting.report import Failure

DONE_WORDS = {Verb.PAUSE: "paused", Verb.RESUME: "resumed", Verb.DELETE: "deleted", Verb.TAKE_OVER: "took over"}
"""What is posted in the channel; running a report needs no message."""


class ScheduleSteps(Protocol):
    """The steps. They raise ComplianceError if something cannot be done."""

    def save(self, keeping: SaveSchedule) -> int: ...
    def change(self, amendment: ScheduleAction) -> None: ...
    def tell(self, number: int, place: RequestContext, key: str, done: str, *, by: str) -> None: ...
    def stop(self, number: int, why: Failure) -> None: ...
    def refuse(self, place: RequestContext, key: str, failure: Failure) -> None: ...


def save_schedule(keeping: SaveSchedule, work: ScheduleSteps, step: Step) -> None:
    """Save a schedule and post it in its channel; where the bot cannot post, the schedule is paused."""
    number = step("keep", int, lambda: work.save(keeping))
    if isinstance(number, Failure):
        refuse_change(keeping.place, keeping.attempt, number, work, step)
        return
    done = "changed" if keeping.number else "made"
    place, key, by = keeping.place, keeping.key, keeping.attempt
    told = step("tell", type(None), lambda: work.tell(number, place, key, done, by=by))
    if isinstance(told, Failure) and told.kind == ChannelClosed.__name__:
        why = told
        step("stop", type(None), lambda: work.stop(number, why))


def change_schedule(amendment: ScheduleAction, work: ScheduleSteps, step: Step) -> None:
    """Change a schedule and post it in its channel."""
    failure = step("amend", type(None), lambda: work.change(amendment))
    place, key = amendment.place, amendment.key
    if failure:
        refuse_change(place, key, failure, work, step)
    elif amendment.verb in DONE_WORDS:
        step("tell", type(None), lambda: work.tell(amendment.number, place, key, DONE_WORDS[amendment.verb], by=key))


def refuse_change(place: RequestContext, key: str, failure: Failure, work: ScheduleSteps, step: Step) -> None:
    step("refuse", type(None), lambda: work.refuse(place, key, failure))

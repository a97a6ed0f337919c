"""Every kind of workflow, in one table: its name on the wire, what it is given, and what is done."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from bot.workflows.query import QuerySteps, answer_query, submit_review
from bot.workflows.report import (
    AdmittedRequest,
    CancelRun,
    RunSteps,
    UnfinishedPublishing,
    cancel_run,
    close_failed_run,
    end,
    make_report,
    receive,
)
from bot.workflows.schedule import ScheduleSteps, change_schedule, save_schedule
from handlers.desk import Query, ReviewSubmission, SaveSchedule, ScheduleAction

Submission: TypeAlias = CancelRun | SaveSchedule | ScheduleAction | Query | ReviewSubmission
"""What the desk hands to the engine."""


@dataclass(frozen=True, slots=True)
class WorkflowKind:
    """A kind of workflow. Its name and the fields of what it is given are stored: both outlive a release."""

    name: str
    given: type
    """``str`` is the id of a run or a request."""
    act: Callable[..., None]
    """Called with what is given, and the *step* that remembers results."""
    ending: str = ""
    """Of the workflow's id, after the request's, where the desk hands it in."""


def workflow_kinds(
    runs: RunSteps, schedules: ScheduleSteps, queries: QuerySteps, begin: Callable[[AdmittedRequest], None]
) -> list[WorkflowKind]:
    """The table; *begin* lets an admitted request's run wait for its turn."""
    rows: list[tuple[Any, ...]] = [
        ("receive", str, partial(receive, work=runs, begin=begin)),
        ("produce", str, partial(make_report, work=runs)),
        ("mend", str, partial(close_failed_run, work=runs)),
        ("end", UnfinishedPublishing, partial(end, work=runs)),
        ("dismiss", CancelRun, partial(cancel_run, work=runs), "cancel"),
        ("keep", SaveSchedule, partial(save_schedule, work=schedules), "keep"),
        ("amend", ScheduleAction, partial(change_schedule, work=schedules), "amend"),
        ("inquire", Query, partial(answer_query, work=queries), "inquire"),
        ("review", ReviewSubmission, partial(submit_review, work=queries), "review"),
    ]
    return [WorkflowKind(*row) for row in rows]

"""Schedules as values: which reports are made, for whom and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.recurrence import Rule
from reporting.filters import EventFilter
from reporting.period import Month
from reporting.run import Run


class ScheduleStatus(StrEnum):
    """Whether a schedule goes on."""

    ACTIVE = "active"
    PAUSED = "paused"
    DELETED = "deleted"


class Verb(StrEnum):
    """What people do with a schedule."""

    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"
    RUN = "run"
    TAKE_OVER = "takeover"
    """It runs in the name of the admin who does that from now on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When, and of which events; not written down yet."""

    rule: Rule
    only: EventFilter

    def __str__(self) -> str:
        return f"{self.rule} {self.only}".rstrip()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan with everything that has to be said of it before it is written down."""

    plan: Plan
    dates: tuple[datetime, ...]
    """The next three moments, in UTC."""
    reports: Month
    """The month that the first of them reports."""
    number: int = 0
    """Of the schedule that is changed; 0 for a new one."""
    overdue: bool = False
    """Whether the first moment has passed, so that its report is made as soon as the plan is kept."""
    settles: datetime | None = None
    """When the first month will have settled, if its report is made before: it is provisional then."""
    id: str = ""
    """By which it is found again when it is saved; a button carries nothing else."""
    is_filter_hidden: bool = False
    """Whether the filter is somebody else's, which the proposer may not read and has not changed."""


@dataclass(frozen=True, slots=True)
class FormOpening:
    """What a form for a schedule begins with, as far as whoever opens it may see it."""

    plan: Plan | None = None
    """None for a new one of all events."""
    hidden: str = ""
    """The filter that was left out of *plan* since it may not be read, in the words that may be."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A report of the month before, once in every month, for a channel."""

    number: int
    """What people call it."""
    channel: str
    maker: str
    """Slack's id of who made it, in whose name it runs."""
    plan: Plan
    standing: ScheduleStatus
    why: str
    """Why it is paused, if the bot did that."""
    next: Month
    """The month in which it is due; everything before is done. It only ever grows."""
    due: datetime
    """The moment in that month."""
    made: datetime
    making: str = ""
    """The run that makes its month now."""
    waits: str = ""
    """The run whose message says that its month is late, or why it is paused."""
    tries: int = 0
    """How often its month was tried in vain."""
    again: datetime | None = None
    """When its month is tried once more."""
    since: datetime | None = None
    """When it was first tried in vain."""
    trouble: str = ""
    """What went wrong the last time."""

    @property
    def reports(self) -> Month:
        """The month that will be reported next."""
        return self.next.plus(-1)


@dataclass(frozen=True, slots=True)
class ScheduleWithLastRun:
    """A schedule with the newest run that it made."""

    schedule: Schedule
    last: Run | None


@dataclass(frozen=True, slots=True)
class ScheduleList:
    """The schedules of a place, for somebody."""

    listed: tuple[ScheduleWithLastRun, ...]
    may_change: bool
    """Whether the reader may do anything with them, not only look."""

"""A run in the ledger: its request, progress and result."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from reporting.plurals import number_of
from reporting.report import Failure, FiledFile, Order, Progress, Verdict


class State(StrEnum):
    """A run's state. It moves down this list and ends in exactly one of the last four."""

    QUEUED = "queued"
    """Accepted; waits for its turn."""
    RUNNING = "running"
    """Reads the month. It can be cancelled up to here."""
    FILING = "filing"
    """Puts the report into DocSpace."""
    ENDING = "ending"
    """The result is recorded and being posted; a request now gets a new run."""
    DONE = "done"
    WARNED = "done with warning"
    """The report is filed, but not everybody got the result, or DocSpace has it twice."""
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (State.QUEUED, State.RUNNING, State.FILING)
"""What a run is in while others can join it."""
ENDED = (State.DONE, State.WARNED, State.FAILED, State.CANCELLED)


class Origin(StrEnum):
    """How a run was requested."""

    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    SCHEDULE = "schedule"
    REREAD = "reread"
    """By the bot itself, since the month had not settled when a schedule's report was made."""
    TERMINAL = "terminal"
    """The command line, on the machine that the bot is hosted on."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who requests a report: a person, or a schedule in its maker's name."""

    user: str
    """Slack's user id; empty for the bot's operator."""
    schedule: int = 0
    """Its number; 0 if a person requested the run."""
    late: datetime | None = None
    """When it was due, if that is long ago."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """An entry of the ledger's chain, which vouches for all entries before it; written ``12:ab34…``."""

    number: int
    hash: str
    """SHA-256 in hex."""

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @property
    def short(self) -> str:
        """What people compare: the first 12 hex digits."""
        return self.hash[:12]

    @property
    def length(self) -> str:
        """Of the chain up to here, in words."""
        return number_of(self.number, "entry", "entries")

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What was written as *text*; None of an empty one."""
        number, _, digits = text.partition(":")
        return cls(int(number), digits) if text else None


EMPTY_LEDGER = Progress(share=0, events=0)


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as stored in the ledger."""

    run: str
    """Its id."""
    order: Order
    origin: Origin
    place: str
    """Where it was requested: a channel's id, or nothing."""
    asker: str
    """The first requester: a user's id, or a name on the hosting machine."""
    asked: datetime
    state: State
    turn: int = 1
    """Runs with a smaller number have their turn first; how many the asker had open, this one included."""
    began: datetime | None = None
    ended: datetime | None = None
    attempts: int = 0
    """How many processes have worked on it."""
    replica: str = ""
    """Which one does now, or did last."""
    progress: Progress = EMPTY_LEDGER
    stopped_by: str = ""
    """Who cancelled it."""
    verdict: Verdict | None = None
    read: int | None = None
    kept: int | None = None
    sha256: str = ""
    portal: str = ""
    """The portal's address."""
    name: str = ""
    """What its files are called, without their endings."""
    files: tuple[FiledFile, ...] = ()
    manifest: FiledFile | None = None
    """The manifest filed beside it; None if nothing had changed."""
    supersedes: str = ""
    """The run whose report this one took the place of."""
    failure: Failure | None = None
    """Why there is no report, or what went wrong beside it."""
    rereads: str | None = None
    """The run whose month is read again."""
    head: ChainHead | None = None
    """The ledger's newest entry when filing began."""
    link: ChainHead | None = None
    """The ledger's entry of this run, which is written when its result is."""


@dataclass(frozen=True, slots=True)
class OpenRuns:
    """What is being made, and what waits."""

    here: tuple[Run, ...]
    """The runs requested in one place, or by the reader privately; those in progress first, then by turn."""
    ahead: tuple[int, ...]
    """For each of them, how many reports have their turn before."""
    elsewhere: int
    """How many runs were requested in other places."""

"""The values of a report's evidence, shared by all packages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from reporting.period import Month
from reporting.report import Verdict
from reporting.run import ChainHead, Origin, Run


class Kind(StrEnum):
    """What an entry of the ledger is about."""

    RUN = "run"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """An entry of the ledger's chain."""

    number: int
    """1 for the first; no number is left out."""
    kind: str
    run: str
    at: str
    """When it was written: ISO 8601 in UTC, to the microsecond."""
    body: Mapping[str, object]
    """What it says, as JSON has it."""
    before: str
    """The hash of the entry before; 64 zeros for the first."""
    hash: str
    """SHA-256 in hex of the canonical JSON of all of the above."""

    @property
    def head(self) -> ChainHead:
        return ChainHead(self.number, self.hash)


class FaultKind(StrEnum):
    """The kinds of ledger faults."""

    CHANGED = "changed"
    """An entry's hash does not match its content."""
    REMOVED = "removed"
    """An entry is missing."""
    MOVED = "moved"
    """An entry is not where it was written."""
    DIFFERS = "differs"
    """A run differs from its ledger entry."""
    FOREIGN = "foreign"
    """An entry is for a run that does not exist, or that already has an entry."""


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """A fault of the ledger."""

    wrong: FaultKind
    words: str
    """Names the row and says what is the matter with it."""
    number: int = 0
    """Of the entry; 0 where there is none."""
    run: str = ""

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Changes:
    """The differences between a report and the previous one; ids are ascending, the first 100 of each kind."""

    against: str
    """The run of the report before."""
    added: int = 0
    vanished: int = 0
    """Events that the portal no longer has. An audit trail must not lose any: this is an alarm."""
    changed: int = 0
    """Events whose facts are different now."""
    relabelled: int = 0
    """Events with only a different name or action text: somebody was renamed."""
    added_ids: tuple[int, ...] = ()
    vanished_ids: tuple[int, ...] = ()
    changed_ids: tuple[int, ...] = ()
    relabelled_ids: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return any((self.added, self.vanished, self.changed, self.relabelled))


EventRecord = Mapping[str, str]
"""An event's record in the TXT, by the labels of its lines: ``Date``, ``User``, ``Action``."""


@dataclass(frozen=True, slots=True)
class EventLines:
    """Both reports' records of the differing events, by id; some may be missing."""

    before: Mapping[int, EventRecord] = field(default_factory=dict)
    after: Mapping[int, EventRecord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provenance:
    """A report's provenance, for its manifest."""

    tool: str
    """Name and version of what made it."""
    run: str
    origin: Origin
    place: str
    """Where it was requested: a channel's id, or nothing."""
    asker: str
    """The first requester: a user's id, or nothing for the bot's operator."""
    asked: datetime
    began: datetime
    head: ChainHead | None
    """The ledger's newest entry when filing began; none if it had no entry yet."""
    supersedes: str
    """The run whose report this one supersedes."""


class Outcome(StrEnum):
    """The outcome of verifying a report, worst first."""

    BROKEN = "broken"
    """The ledger itself has faults, so it proves nothing."""
    CHANGED = "changed"
    """The files in DocSpace are not what was filed."""
    MISSING = "missing"
    """The report or its manifest is gone."""
    REPLACED = "replaced"
    """DocSpace has a newer version than the one that was filed."""
    UNREADABLE = "unreadable"
    """Not everything could be checked; the rest is as it was filed."""
    INTACT = "intact"
    NOT_CHECKED = "not checked"
    """A published head could not be reached; this says nothing, good or bad."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a verification."""

    what: str
    found: str
    """The finding in words; untrusted text in it is escaped."""
    outcome: Outcome
    """INTACT if it is as it must be."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A version of a file, from DocSpace's own history. Every text is untrusted."""

    title: str
    version: int
    at: str
    """ISO 8601."""
    by: str
    """The display name of who wrote it."""
    comment: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a report."""

    outcome: Outcome
    """The worst of all checks."""
    run: str
    """Whose report it is."""
    name: str
    """What its files are called, without their endings."""
    sha256: str
    """Of the TXT, as the ledger has it."""
    checks: tuple[Check, ...]
    edits: tuple[Edit, ...]
    """Of every file that is not as it was filed: the version that was, and those after it, oldest first."""
    traces: tuple[str, ...]
    """The events that the check itself added to the portal's audit trail."""
    head: ChainHead | None
    """The ledger's newest entry when it was checked."""
    heads: tuple[Check, ...] = ()
    """Checks of the ledger's end against published heads, including those that could not be reached."""

    def beside(self, check: Check) -> "Verification":
        """The same with another checked head."""
        heads = (*self.heads, check)
        return replace(self, heads=heads, outcome=worst(self.checks, heads))

    @property
    def newest(self) -> int:
        """The newest version that replaced the filed one; 0 if there is none."""
        return max((edit.version for edit in self.edits), default=0) if self.outcome is Outcome.REPLACED else 0


def worst(checks: Iterable[Check], heads: Collection[Check]) -> Outcome:
    """The overall outcome; if no head could be reached, the ledger's end is unconfirmed."""
    outcomes = [check.outcome for check in (*checks, *heads)]
    if heads and all(check.outcome is Outcome.NOT_CHECKED for check in heads):
        outcomes.append(Outcome.UNREADABLE)
    return min(outcomes, key=list(Outcome).index)


class Result(StrEnum):
    """A reviewer's result."""

    ACCEPTED = "accepted"
    REMARKS = "accepted with remarks"
    REJECTED = "rejected"
    REVOKED = "revoked"
    """The reviewer takes back their earlier review."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a report by somebody who did not request it."""

    run: str
    reviewer: str
    """A user's id."""
    result: Result
    reason: str
    """Untrusted text."""
    sha256: str
    """Of the TXT that was reviewed."""
    file: int
    """DocSpace's id of it."""
    version: int
    at: datetime
    link: ChainHead
    """The ledger's entry of this review."""

    @property
    def accepts(self) -> bool:
        return self.result in {Result.ACCEPTED, Result.REMARKS}


class MonthState(StrEnum):
    """The state of a month."""

    REVIEWED = "reviewed"
    """Its newest report was accepted by a second person."""
    MADE = "made"
    PROVISIONAL = "provisional"
    """Its newest report was made before the month had settled."""
    CHANGED_SINCE = "changed since"
    """A report of it was accepted, and its newest one is another."""
    FAILED = "failed"
    """There is no report, and the newest attempt failed."""
    RUNNING = "running"
    """There is no report yet; it is being made, or waits for that."""
    MISSING = "missing"
    """There is no report, and nobody makes one."""
    BEYOND_RETENTION = "beyond retention"
    """There is no report, and the portal is set to keep events for a shorter time; what it still has can be read."""
    AHEAD = "ahead"
    """It is not over yet, and there is no report."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the calendar. Only reports of all events count."""

    month: Month
    state: MonthState
    notes: tuple[str, ...] = ()
    """Other notes, in words."""
    run: str = ""
    """The run of its newest report."""
    verdict: Verdict | None = None
    kept: int | None = None
    sha256: str = ""
    version: int = 0
    """DocSpace's, of the TXT."""
    url: str = ""
    """Of the TXT in DocSpace; untrusted text."""
    reviewers: tuple[str, ...] = ()
    """Who accepted the newest report: users' ids."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of the history."""

    entry: Run
    superseded_by: str
    """The run whose report took the place of this one's."""
    reviews: tuple[Review, ...]
    """Those in force, oldest first."""

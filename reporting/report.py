"""The values of an order and its report, shared by all packages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from reporting.errors.base import ComplianceError
from reporting.filters import ALL_EVENTS, EventFilter
from reporting.period import Month, Window
from reporting.recording_check import NOTHING_TO_CHECK, RecordingCheck

PREFIX = "compliance-report-"
"""With which the names of all files of reports begin."""


class Verdict(StrEnum):
    """How far the audit trail of the month can be relied on."""

    COMPLETE = "COMPLETE"
    """Everything that the portal's audit API would give was read, and the month is over."""
    PROVISIONAL = "PROVISIONAL"
    """Everything was read, but more may still come."""
    GAPS = "GAPS"
    """Everything was read, but the portal may no longer have all of the month, never had, or lacks events."""
    UNREAD = "UNREAD"
    """It could not be read; only the sign-ins have this, for without the audit trail there is no report."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a request is for: a month, in a zone, with a filter."""

    month: Month
    zone: str = ""
    """An IANA name; empty for the portal's own zone."""
    only: EventFilter = ALL_EVENTS
    """Which events; all of them without."""

    def __str__(self) -> str:
        return f"{self.month} {self.only}".strip()


@dataclass(frozen=True, slots=True)
class Counted:
    """A name and how many events bear it."""

    name: str
    events: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month in the report's zone, and how many events it has."""

    day: int
    counts: Mapping[str, int]
    """By category; only those that have any."""

    @property
    def events(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a report, fixed before the first event is read."""

    month: Month
    portal: str
    """The portal's address."""
    version: str
    """Of the portal's server; untrusted text."""
    zone: str
    """IANA name of the report's zone."""
    window: Window
    only: EventFilter = ALL_EVENTS

    @property
    def name(self) -> str:
        """What its files are called, without their endings; a filtered report never takes the place of a whole one."""
        return report_name(self.month, self.only)

    @property
    def filename(self) -> str:
        return f"{self.name}.txt"


def report_name(month: Month, only: EventFilter) -> str:
    """What the files of a report are called, without their endings."""
    return f"{PREFIX}{month}" + (f"-{only.slug}" if only else "")


def month_of(name: str) -> str:
    """The month of the report whose files are called that."""
    return name.removeprefix(PREFIX)[: len("2025-01")]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict on a reading, and why it is not COMPLETE."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIns:
    """The month's sign-ins. They are read separately from the audit trail, with a weaker proof."""

    judgement: Assessment
    succeeded: int = 0
    failed: int = 0
    ended: int = 0
    """Sign-outs and sessions that were ended."""
    people: int = 0
    """How many distinct people signed in."""
    read: int | None = None
    """Sign-ins that the portal gave for the month, whether the filter keeps them or not; unknown before 0.2."""

    @property
    def total(self) -> int:
        """Those that the filter keeps."""
        return self.succeeded + self.failed + self.ended

    def counts(self, number: str) -> str:
        """Read, kept and failed, in the same words everywhere; *number* is a format such as ``,``."""
        read = [f"{self.read:{number}} read"] if self.read is not None else []
        return ", ".join([*read, f"{self.total:{number}} kept", f"{self.failed:{number}} failed"])


@dataclass(frozen=True, slots=True)
class ReadSlice:
    """A slice of the month that was read separately, from its end to its start."""

    window: Window
    requests: int
    """Pages that were requested, without retries."""
    events: int
    """Events that it holds."""


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """A finished, proven report on this machine, not filed yet."""

    scope: Scope
    judgement: Assessment
    signins: SignIns
    read: int
    """Events that the portal gave for the month."""
    kept: int
    """Events of those that are in the report."""
    before: int | None
    """Events of the month before; nothing where the two cannot be compared. It is not in the TXT."""
    highlights: tuple[Counted, ...]
    """What an auditor looks at first, in a fixed order."""
    requests: int
    """Requests that reading took."""
    categories: tuple[Counted, ...]
    """Most frequent first."""
    users: tuple[Counted, ...]
    """The most active ones, most active first; untrusted text."""
    other_users: int
    """How many people the list above leaves out."""
    path: Path
    extras: tuple[Path, ...]
    """The same events in other forms, as far as they were ordered."""
    size: int
    """Bytes."""
    sha256: str
    """Of the file's bytes, in hex."""
    records: str = ""
    """SHA-256 of its records alone, without the header, which also says when and how surely they were read."""
    slices: tuple[ReadSlice, ...] = ()
    """How the month was read, oldest first: without a gap, without an overlap."""
    index: Path | None = None
    """What tells each event's facts from those of another reading; gone once it is in the database."""
    days: tuple[Day, ...] = ()
    """Those that have events, first to last."""
    behaviour: Mapping[str, str | int | bool] = field(default_factory=dict)
    """What the portal was seen to do with questions about its audit trail, before the month was read."""
    recording: RecordingCheck = NOTHING_TO_CHECK
    """Whether the audit trail shows what the bot itself uploaded in the month."""


class Change(StrEnum):
    """What filing a file did to its folder."""

    NEW = "NEW"
    """The first file of that name."""
    VERSION = "VERSION"
    """A new version of the file."""
    TWIN = "TWIN"
    """A second file of the same name, since the first is locked or open in an editor."""
    UNCHANGED = "UNCHANGED"
    """The portal had this very content already, filed by us before; nothing was uploaded."""


@dataclass(frozen=True, slots=True)
class FiledFile:
    """A file in DocSpace, as its API confirmed it after the upload."""

    id: int
    version: int
    folder: int
    title: str
    """As the portal wrote it, which may differ from what was sent."""
    url: str
    size: int
    """Bytes."""
    sha256: str
    """Of the file's bytes, in hex."""
    change: Change
    uploaded: bool = True
    """Whether this run uploaded it; False if it lay there already."""


@dataclass(frozen=True, slots=True)
class UploadResult:
    """The report in DocSpace: one file, or its numbered parts in order."""

    files: tuple[FiledFile, ...]
    manifest: FiledFile | None = None
    """The manifest; None if nothing had changed."""

    @property
    def first(self) -> FiledFile:
        return self.files[0]

    @property
    def unchanged(self) -> bool:
        """Whether the portal had all of it already."""
        return all(file.change is Change.UNCHANGED for file in self.files)

    @property
    def duplicate(self) -> bool:
        """Whether a second file of the same name had to be made."""
        return any(file.change is Change.TWIN for file in self.files)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading has come."""

    share: float
    """Of the month's time, 0 to 1."""
    events: int
    rate: float = 0.0
    """Events per second."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no report, and what to do about it."""

    kind: str
    """The error's class name: what logs and JSON key on."""
    message: str
    hint: str
    transient: bool
    """Whether trying again later may help by itself."""

    @classmethod
    def of(cls, error: ComplianceError) -> "Failure":
        return cls(type(error).__name__, str(error), error.advice, transient=error.transient)

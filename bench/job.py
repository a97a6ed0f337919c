"""What is said to the process that runs a contestant, and what it answers."""

from dataclasses import dataclass

from bench.cases import Way

PATH = "/api/2.0/security/audit/events/filter"


@dataclass(frozen=True, slots=True)
class Job:
    way: Way
    url: str
    key: str
    room: int
    """The folder that a report would be filed in."""
    since: str
    """First second of the month in the portal's zone, as UTC with ``Z``."""
    until: str
    """Last second of it."""
    folder: str
    """Where the TXT is to be written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contestant says of its work."""

    requests: int
    path: str = ""
    """Of the TXT; empty if it was refused."""


@dataclass(frozen=True, slots=True)
class Effort:
    """What the work cost, without the start of the interpreter and the imports; the peak is the whole process's."""

    outcome: Outcome
    seconds: float
    cpu: float
    """Seconds, user and system, of all threads."""
    peak: int
    """Bytes resident at most."""

"""What truly happened in the month, and what of it a TXT has."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from reporting.period import Month
from sandbox.portal.sample_month import month_of_events

MONTH = Month(2025, 1)
ZONE = ZoneInfo("Europe/Riga")
SEED = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A TXT held against the truth."""

    claimed: int | None
    """What it gives as ``Total events:``; nothing if there is no TXT."""
    recall: float
    """Share of the month's events that it has, 0 to 1."""
    duplicates: int
    """Records of events that it has already."""
    outside: int
    """Events that are not of the month."""
    true: bool
    """Whether it has the whole month and says so: the claimed number is the true one, and no event is missing."""


def true_ids(events: int) -> frozenset[int]:
    """The ids of a month that the portal makes of the same seed."""
    return frozenset(month_of_events(MONTH.year, MONTH.month, count=events, seed=SEED, zone=ZONE).ids)


def found(path: str, truth: AbstractSet[int]) -> Finding:
    """The TXT at *path* read back, line by line, and deleted: it may have 400 MB."""
    if not path:
        return Finding(claimed=None, recall=0.0, duplicates=0, outside=0, true=False)
    claimed, rows, seen = read(Path(path))
    Path(path).unlink()
    present = len(truth & seen)
    return Finding(
        claimed=claimed,
        recall=present / len(truth),
        duplicates=rows - len(seen),
        outside=len(seen - truth),
        true=claimed == present == len(truth),
    )


def read(path: Path) -> tuple[int, int, set[int]]:
    """The claimed total, the number of records, and the ids in them."""
    claimed = rows = 0
    seen: set[int] = set()
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(b"ID: "):
                rows += 1
                seen.add(int(line[4:]))
            elif line.startswith(b"Total events: "):
                claimed = int(line[14:])
    return claimed, rows, seen

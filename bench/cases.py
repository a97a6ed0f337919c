"""Who runs against what."""

from dataclasses import dataclass
from enum import StrEnum

SAMPLES, CURRENT = "3.6", "3.7"
"""Server generations: the last that still reads the sample's dates, and the one after it, which refuses them."""
CONCURRENCY = 8


class Way(StrEnum):
    """How a month is turned into a file."""

    SAMPLE = "a  sample"
    FRESH = "b  new clients"
    KEPT = "b2 one client"
    OURS = "c  ours"


NAIVE = (Way.SAMPLE, Way.FRESH, Way.KEPT)
ALL = (*NAIVE, Way.OURS)


@dataclass(frozen=True, slots=True)
class Case:
    """One portal, and who runs against it, one after the other."""

    events: int
    """In the month; the months before and after it hold as many."""
    latency: float
    """Seconds that the portal adds to every request."""
    ways: tuple[Way, ...] = ALL
    generation: str = SAMPLES


BASICS = (
    Case(1_000, 0.0, (Way.SAMPLE, Way.OURS), CURRENT),
    Case(1_000, 0.0),
    Case(1_000, 0.05),
    Case(10_000, 0.0),
)
QUICK = (
    *BASICS,
    Case(10_000, 0.05, (Way.SAMPLE, Way.OURS)),
    Case(100_000, 0.0, (Way.SAMPLE, Way.KEPT, Way.OURS)),
    Case(100_000, 0.05, (Way.SAMPLE, Way.OURS)),
)
FULL = (
    *BASICS,
    Case(10_000, 0.05),
    Case(100_000, 0.0, (Way.SAMPLE, Way.KEPT, Way.OURS)),
    Case(100_000, 0.05, (Way.SAMPLE, Way.KEPT, Way.OURS)),
    Case(1_000_000, 0.0, (Way.SAMPLE, Way.KEPT, Way.OURS)),
    Case(1_000_000, 0.05, (Way.SAMPLE, Way.OURS)),
)
"""A new client a page goes up to 10,000 events, and one request after the other at 50 ms to 100,000: they would take
minutes, and would show nothing that the smaller ones do not."""

"""Decide the verdict of a report: how far it can be relied on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reporting.period import Window
from reporting.plurals import number_of
from reporting.report import Assessment, Verdict

CLOCKS_AGREE = timedelta(minutes=5)
"""How far two clocks may differ before the report mentions it."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The time when reading began, by the bot's clock and the portal's; both decide whether a month is over."""

    ours: datetime
    portal: datetime | None
    """The clock that dates the events; None if the portal did not report it."""

    @property
    def earliest(self) -> datetime:
        return min(self.ours, self.portal or self.ours)

    @property
    def differ(self) -> bool:
        return self.portal is not None and abs(self.ours - self.portal) > CLOCKS_AGREE


def assess(window: Window, *, gaps: tuple[str, ...], clocks: Clocks, settle: timedelta) -> Assessment:
    """The verdict on a fully read month, with its reasons, and a note if the clocks differ.

    *gaps* are reasons why the portal may not have had all events of the month.
    """
    early = tuple(unsettled(window, clocks=clocks, settle=settle))
    noted = ("the portal's clock and the bot's clock differ by more than five minutes",)
    reasons = (*gaps, *early, *(noted if clocks.differ else ()))
    if gaps:
        return Assessment(Verdict.GAPS, reasons)
    return Assessment(Verdict.PROVISIONAL if early else Verdict.COMPLETE, reasons)


def unsettled(window: Window, *, clocks: Clocks, settle: timedelta) -> Iterator[str]:
    """Yield reasons why more events may arrive: the portal records them some time after they happen."""
    if clocks.earliest < window.end:
        yield "the month is not over yet"
    elif clocks.earliest < window.end + settle:
        hours = number_of(settle // timedelta(hours=1), "hour")
        yield f"the month ended less than {hours} ago; late events may still arrive"
    if clocks.portal is None:
        yield "the portal does not report its time; only the bot's clock shows that the month is over"

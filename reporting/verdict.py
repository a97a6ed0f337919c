"""How far a reading can be relied on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from reporting.period import Window
from reporting.plurals import number_of
from reporting.report import Assessment, Verdict

CLOCKS_AGREE = timedelta(minutes=5)
"""How far two clocks may differ before it is said."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """What time it was when the reading began, by both clocks that have a say in whether a month is over."""

    ours: datetime
    portal: datetime | None
    """The clock that dates the events; None if the portal did not tell."""

    @property
    def earliest(self) -> datetime:
        return min(self.ours, self.portal or self.ours)

    @property
    def differ(self) -> bool:
        return self.portal is not None and abs(self.ours - self.portal) > CLOCKS_AGREE


def assess(window: Window, *, gaps: tuple[str, ...], clocks: Clocks, settle: timedelta) -> Assessment:
    """The verdict on a complete reading, and why it is not better; besides, that the clocks differ.

    *gaps* are reasons why the portal may not have had all of the month to give.
    """
    early = tuple(unsettled(window, clocks=clocks, settle=settle))
    noted = ("the clocks of the portal and of the bot's machine differ by more than five minutes",)
    reasons = (*gaps, *early, *(noted if clocks.differ else ()))
    if gaps:
        return Assessment(Verdict.GAPS, reasons)
    return Assessment(Verdict.PROVISIONAL if early else Verdict.COMPLETE, reasons)


def unsettled(window: Window, *, clocks: Clocks, settle: timedelta) -> Iterator[str]:
    """Why more events may come: the portal writes them some time after they happened."""
    if clocks.earliest < window.end:
        yield "the month is not over yet"
    elif clocks.earliest < window.end + settle:
        hours = number_of(settle // timedelta(hours=1), "hour")
        yield f"the month ended less than {hours} ago, and late events may still come in"
    if clocks.portal is None:
        yield "the portal does not tell the time, so only the bot's own clock says that the month is over"

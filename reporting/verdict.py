"""How far a reading can be relied on."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from reporting.period import Window
from reporting.report import Judgement, Verdict


def judge(window: Window, *, gaps: tuple[str, ...], now: datetime, settle: timedelta) -> Judgement:
    """The verdict on a complete reading that began at *now*, and why it is not better.

    *gaps* are reasons why the portal may not have had all of the month to give.
    """
    early = tuple(unsettled(window, now=now, settle=settle))
    if gaps:
        return Judgement(Verdict.GAPS, (*gaps, *early))
    return Judgement(Verdict.PROVISIONAL if early else Verdict.COMPLETE, early)


def unsettled(window: Window, *, now: datetime, settle: timedelta) -> Iterator[str]:
    """Why more events may come: the portal writes them some time after they happened."""
    if now < window.end:
        yield "the month is not over yet"
    elif now < window.end + settle:
        hours = settle // timedelta(hours=1)
        yield f"the month ended less than {hours} hours ago, and late events may still come in"

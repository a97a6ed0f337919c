"""How far a reading can be relied on."""

from datetime import datetime, timedelta

from reporting.period import Window
from reporting.report import Judgement, Verdict


def judge(window: Window, *, now: datetime, settle: timedelta) -> Judgement:
    """The verdict on a complete reading made at *now*, and why it is not better.

    The portal writes events some time after they happened, so a month counts as settled only *settle* after its end.
    """
    if now < window.end:
        return Judgement(Verdict.PROVISIONAL, ("the month is not over yet",))
    if now < window.end + settle:
        hours = settle // timedelta(hours=1)
        reason = f"the month ended less than {hours} hours ago, and late events may still come in"
        return Judgement(Verdict.PROVISIONAL, (reason,))
    return Judgement(Verdict.COMPLETE)

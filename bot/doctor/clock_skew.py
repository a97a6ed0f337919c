"""How far this machine's clock is from another one."""

from collections.abc import Callable
from datetime import datetime

from bot.doctor.finding import Finding, broken, fine, unknown, warning

NOTICED, TOO_FAR = 30, 240
"""Seconds. Slack's signatures are believed for 300, and schedules wait while the portal's clock differs by more."""
HINT = "Let this machine set its clock by NTP."


def check_clock(whose: str, ask: Callable[[], datetime | None], now: Callable[[], datetime]) -> Finding:
    before = now()
    theirs, after = ask(), now()
    if theirs is None:
        return unknown(f"{whose} does not send the time")
    ours = before + (after - before) / 2
    seconds = (ours - theirs).total_seconds() - 0.5  # an HTTP date has no fractions
    said = f"this machine is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} {whose}"
    if abs(seconds) > TOO_FAR:
        return broken(said, HINT)
    return warning(said, HINT) if abs(seconds) > NOTICED else fine(f"the same as {whose}'s within {NOTICED} s")

"""What keeps the bot from doing its work, each by its name; docs/operations.md says what to do about it."""

from collections.abc import Callable
from datetime import timedelta

from bot.docspace.clock import difference_in_words
from bot.schedules.ticker import LATE, TICK
from bot.store.database import Store
from bot.web.health import Condition, Heartbeat
from bot.web.self_check import SelfCheck, UnpublishedRuns
from bot.web.socket_watchdog import FRESH

STUCK = 60.0
"""Seconds without a heartbeat after which the process counts as stuck; there is one every two seconds."""
UNWRITABLE = 10.0
"""Seconds in which not one of the writes succeeded that there is every two seconds."""
UNTOLD = 600.0
"""Seconds that a result may wait to be told: Slack may be away for a while."""


def own_conditions(
    vitals: SelfCheck, ticks: Heartbeat, clocks: Callable[[], timedelta | None], store: Store, debts: UnpublishedRuns
) -> list[Condition]:
    """What can be known without a door to Slack.

    *ticks* is when the schedules were looked at last; *clocks* how far this machine's clock is ahead of the portal's,
    if that is too much.
    """

    def unwritable() -> str:
        if gone() or vitals.writes.age <= UNWRITABLE:
            return ""
        why = vitals.reason or "the database does not answer"
        return f"nothing could be written into the database for {vitals.writes.age:.0f} s: {why}"

    def gone() -> str:
        return store.guard.reason() if store.guard else ""

    def apart() -> str:
        differs = clocks()
        return f"this machine's clock is {difference_in_words(differs)} the portal's: schedules wait" if differs else ""

    return [
        Condition("process-stuck", lambda: old(vitals.pulse, STUCK, "no heartbeat"), restart=True),
        Condition("ticks-late", lambda: old(ticks, TICK + LATE, "the schedules were not looked at"), restart=True),
        Condition("database-gone", gone),
        Condition("database-unwritable", unwritable),
        Condition("publishing-stuck", lambda: untold(debts.seconds)),
        Condition("clock-differs", apart),
    ]


def slack_conditions(connected: Callable[[], bool], silence: Callable[[], float]) -> list[Condition]:
    """*silence* is for how many seconds nothing was heard of Slack, where that can be known."""

    def silent() -> str:
        return f"nothing heard of Slack for {silence():.0f} s" if connected() and silence() > FRESH else ""

    return [
        Condition("slack-disconnected", lambda: "" if connected() else "not connected to Slack"),
        Condition("slack-silent", silent),
    ]


def old(pulse: Heartbeat, most: float, what: str) -> str:
    return f"{what} for {pulse.age:.0f} s" if pulse.age > most else ""


def untold(seconds: float) -> str:
    return f"a result has been waiting for {seconds / 60:.0f} minutes to be told in Slack" if seconds > UNTOLD else ""

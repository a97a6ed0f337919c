"""The app's own page in Slack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.exposure import Exposure
from handlers.schedule import ScheduleWithLastRun
from handlers.views.blocks import SECTION, Block, button, context, escape_mrkdwn, header, section, shortened
from handlers.views.history import run_line, year_blocks
from handlers.views.report_form import NEW
from handlers.views.schedules import FORM, last, state, words
from reporting.verification import MonthRow, PastRun

SCHEDULES, RUNS = 8, 6
"""How many of each are shown."""
HELP = (
    "*Request a report* in a channel with `/compliance-report 2025-01`, or with the buttons above. "
    "`/compliance-report help` lists every command.\n"
    "*A report is complete* and shows how that is proven, or it is refused with the reason. It is filed in DocSpace's "
    "compliance folder with a manifest of how it was made; the ledger seals both."
)


@dataclass(frozen=True, slots=True)
class Page:
    """What there is to show."""

    portal: str
    year: int
    months: Sequence[MonthRow]
    schedules: Sequence[ScheduleWithLastRun]
    runs: Sequence[PastRun]
    health: Sequence[str]
    """Lines (mrkdwn), each of which says one thing about the bot."""
    may_ask: bool
    """Whether the reader may ask for reports, not only look."""


def home(page: Page, *, exposure: Exposure) -> dict[str, Any]:
    """For somebody who may look, and may see that much."""
    new = button("New report", action_id=NEW, primary=True)
    actions = {"type": "actions", "elements": [new, button("New schedule", action_id=FORM)]}
    blocks: list[Block] = [
        header("Compliance reports from DocSpace"),
        *([actions] if page.may_ask else []),
        header(f"Coverage of {page.year}"),
        *year_blocks(page.months, page.portal, exposure, may_ask=page.may_ask),
        header("Schedules"),
        *scheduled(page.schedules, exposure),
        header("Lately"),
        *([section(run_line(one, exposure)) for one in page.runs[:RUNS]] or [section("No reports yet.")]),
        header("Health"),
        section(shortened("\n".join(page.health), SECTION) or "Unknown."),
        header("Help"),
        section(HELP),
    ]
    return {"type": "home", "blocks": blocks}


def scheduled(schedules: Sequence[ScheduleWithLastRun], exposure: Exposure) -> list[Block]:
    shown = [
        section(
            f"*{one.schedule.number}* in <#{one.schedule.channel}> · {words(one.schedule.plan, exposure)}\n"
            f"{state(one.schedule)}\n{last(one.last)}"
        )
        for one in schedules[:SCHEDULES]
    ]
    more = len(schedules) - len(shown)
    if more > 0:
        shown.append(context(f"{more} more; `/compliance-report schedules` lists those of a channel."))
    return shown or [section("There are none. A schedule makes last month's report automatically.")]


def closed(why: str, hint: str) -> dict[str, Any]:
    """For somebody who may not."""
    blocks = [
        header("Compliance reports from DocSpace"),
        section(f":no_entry: {escape_mrkdwn(why, longest=600)}"),
        *([context(escape_mrkdwn(hint, longest=600))] if hint else []),
    ]
    return {"type": "home", "blocks": blocks}

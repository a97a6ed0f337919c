"""The form for a report."""

from typing import Any

from handlers.views.blocks import button, context, plain
from handlers.views.form_fields import channel_field, field, radio, select, words_field
from reporting.period import Month

SHORTCUT, ANYWHERE, CALLBACK = "make_report", "make_report_anywhere", "order_form"
NEW, EVERY_MONTH = "new_report", "every_month"
PRIVATE, SHARED = "private", "shared"
OFFERED_MONTHS = 24


def offered_months(this: Month) -> list[Month]:
    """The months to choose from, newest first."""
    return [this.plus(-n) for n in range(OFFERED_MONTHS)]


def order_form(this: Month, *, channel: str) -> dict[str, Any]:
    """A month, a filter and who sees it; *channel* is where it was opened, if that was in one."""
    months = [(str(month), month.title) for month in offered_months(this)]
    place = f"<#{channel}>" if channel else "the channel"
    who = [(SHARED, f"Everybody in {place}"), (PRIVATE, "Only me, in direct messages")]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": channel,
        "title": plain("Compliance report", longest=24),
        "submit": plain("Make it", longest=24),
        "close": plain("Cancel", longest=24),
        "blocks": [
            field("month", "Month", select(months, chosen=str(this.plus(-1)))),
            field("only", "Only these events, such as type:delete,share", words_field(), optional=True),
            *([] if channel else [field("channel", "Channel", channel_field())]),
            field("where", "Who sees it", radio(who, chosen=SHARED)),
            {"type": "actions", "elements": [button("Every month instead…", action_id=EVERY_MONTH)]},
            context("Every event is read and the report is filed in DocSpace; a summary is posted here."),
        ],
    }

"""A schedule's report that could not be made yet: in its channel, and for those who have to know."""

from collections.abc import Sequence

from handlers.exposure import Exposure
from handlers.schedule import Schedule, ScheduleStatus, Verb
from handlers.views.blocks import Block, Message, button, context, escape_mrkdwn, header, moment, section, with_text
from handlers.views.progress import filtered
from handlers.views.requesters import requesters
from handlers.views.schedules import ACT, words
from reporting.plurals import number_of
from reporting.report import Failure, Order
from reporting.run import Requester

LISTED = 4
"""Schedules that one direct message names; the rest is counted."""


def late_report(order: Order, askers: Sequence[Requester], failure: Failure, schedule: Schedule) -> Message:
    """The one message of a month that is late; it becomes the report once there is one."""
    title = f"Compliance report: {order.month.title}"
    reason = f"{escape_mrkdwn(failure.message, longest=1_000)}\n{escape_mrkdwn(failure.hint, longest=600)}".strip()
    state = next_try(schedule)
    blocks = [
        header(title),
        section(f":hourglass: *This report is late.* {reason}\n{state}"),
        *filtered(order),
        {"type": "actions", "elements": ways_out(schedule)},
        context(requesters(*askers)),
    ]
    return with_text(f"{title} is late. {escape_mrkdwn(failure.message, longest=1_000)}", blocks)


def next_try(schedule: Schedule) -> str:
    """How a month goes on that could not be made."""
    number = schedule.number
    if schedule.standing is ScheduleStatus.PAUSED:
        return (
            f"Retrying cannot help, so schedule {number} is paused. Once that is fixed, resume it, and the report "
            "is made at once. An admin can take the schedule over."
        )
    when = f" {moment(schedule.again)}" if schedule.again else " soon"
    return f"The next try is{when}; tries continue until it is made, and this message becomes the report."


def ways_out(schedule: Schedule) -> list[Block]:
    """What can be done about it."""
    number = str(schedule.number)
    if schedule.standing is ScheduleStatus.PAUSED:
        return [
            button("Resume", action_id=f"{ACT}{Verb.RESUME}", value=number, primary=True),
            button("Take over", action_id=f"{ACT}{Verb.TAKE_OVER}", value=number),
        ]
    return [button("Try now", action_id=f"{ACT}{Verb.RUN}", value=number)]


def stuck_schedules(schedules: Sequence[Schedule], *, reader: str) -> Message:
    """For who made schedules that do not go on for the same reason, and for the admins: a direct message."""
    first = schedules[0]
    if first.standing is ScheduleStatus.PAUSED:
        mark, what, why = ":double_vertical_bar:", "Paused:", first.why
        out = "Once that is fixed, resume it: the month that was due is made at once."
    else:
        mark, what, why = ":hourglass:", "Overdue for more than a day: the report for", first.trouble
        out = "Tries continue; nothing is lost. Fix what stands in the way, or the report will be late."
    named = [line(one, paused=first.standing is ScheduleStatus.PAUSED) for one in schedules[:LISTED]]
    more = [f"and {number_of(len(schedules) - LISTED, 'more schedule')}"] if len(schedules) > LISTED else []
    over = "" if reader == first.maker else " An admin can take over a schedule: it then runs in their name."
    text = f"{mark} {what} {'; '.join([*named, *more])}: {escape_mrkdwn(why, longest=600)} {out}{over}"
    elements = ways_out(first)
    if reader == first.maker:
        elements = elements[:1]
    blocks = [section(text), *([{"type": "actions", "elements": elements}] if len(schedules) == 1 else [])]
    return with_text("Schedules are stuck", blocks)


def line(schedule: Schedule, *, paused: bool) -> str:
    """Which one, for a person who may know all of it."""
    named = f"schedule {schedule.number} for <#{schedule.channel}> ({words(schedule.plan, Exposure.FULL)})"
    number = schedule.number
    ways = f"`/compliance-report resume {number}` or `/compliance-report delete {number}`"
    return f"{named}, {ways}" if paused else f"{schedule.reports.title} for {named}"

"""Schedules as people read them: proposed, kept, listed, and as a form."""

import math
from datetime import datetime, timedelta
from typing import Any

from handlers.exposure import Exposure
from handlers.recurrence import DAYS, NINE, SHORTEST, SPOKEN, Rule, ordinal
from handlers.schedule import (
    FormOpening,
    Plan,
    Proposal,
    Schedule,
    ScheduleList,
    ScheduleStatus,
    ScheduleWithLastRun,
    Verb,
)
from handlers.views.blocks import Block, Message, button, context, escape_mrkdwn, moment, plain, section, with_text
from handlers.views.form_fields import channel_field, field, select, words_field
from handlers.views.mask import filter_words
from handlers.views.summary import RUN_AGAIN
from reporting.period import Month
from reporting.plurals import number_of
from reporting.run import Run

SAVE, FORM, EDIT, ACT = "save_schedule", "new_schedule", "edit_schedule", "schedule_"
CALLBACK, CONFIRMED = "schedule_form", "schedule_confirmed"
SHOWN = 10
"""Schedules that are listed with their buttons; the rest is counted."""
CHOICES = [day for day in DAYS if day not in SPOKEN]
"""Days that the form offers, each once."""


def proposal(proposed: Proposal) -> Message:
    """What will be kept, said back before it is."""
    save = button("Save", action_id=SAVE, value=proposed.id, primary=True)
    change = button("Change", action_id=FORM, value=proposed.id)
    blocks = [section(proposal_blocks(proposed)), {"type": "actions", "elements": [save, change]}]
    return {**with_text("Save this schedule?", blocks), "response_type": "ephemeral"}


def proposal_blocks(proposed: Proposal) -> str:
    """The plan in words: when, in which zone, of which month, and the next three dates."""
    plan, exposure = proposed.plan, Exposure.COUNTS if proposed.is_filter_hidden else Exposure.FULL
    first, *others = [f"• {moment(date)}" for date in proposed.dates]
    if proposed.overdue:
        first = f"• *now*, as soon as it is saved, since {moment(proposed.dates[0])} has passed"
    return "\n".join(
        [
            f"A report for the previous calendar month, *{plan.rule.words()}*.",
            *(
                [f"Only events matching: {escape_mrkdwn(filter_words(plan.only, exposure), longest=1_000)}"]
                if plan.only
                else []
            ),
            "The next dates, in your time zone:",
            f"{first}, of {proposed.reports.title}",
            *others,
            *([early_warning(proposed.settles)] if proposed.settles else []),
        ]
    )


def early_warning(settles: datetime) -> str:
    """What is to be known of a rule that does not wait for its month to settle."""
    return (
        f":hourglass_flowing_sand: This is early: the month settles {moment(settles)}, so its report is PROVISIONAL "
        "first and read again automatically. On a later day of the month it would be final at once."
    )


def saved(schedule: Schedule, by: str, done: str, *, exposure: Exposure, overdue: bool) -> Message:
    """For the channel: what somebody did with a schedule; *overdue* if its moment has passed."""
    text = f"<@{by}> {done} schedule {schedule.number}: {words(schedule.plan, exposure)}."
    if schedule.standing is ScheduleStatus.ACTIVE:
        text += f" Next: {'now' if overdue else moment(schedule.due)}, of {schedule.reports.title}."
    return with_text(f"Schedule {schedule.number}: {done}", [section(text)])


def last_chance(month: Month, gone: datetime) -> Message:
    """A month without a report whose sign-ins are about to be deleted."""
    text = (
        f":hourglass: There is no report for *{month.title}* yet. From {moment(gone)} on, the portal deletes its "
        "sign-ins; a report made before then still has them."
    )
    make = button("Make it now", action_id=RUN_AGAIN, value=str(month), primary=True)
    blocks = [section(text), {"type": "actions", "elements": [make]}]
    return with_text(f"There is no report for {month.title} yet", blocks)


def listing(schedules: ScheduleList, *, everywhere: bool, reader: str, exposure: Exposure) -> Message:
    """The schedules of a channel, or all of them, each with what the *reader* can do with it.

    They see what others have made as far as *exposure* allows.
    """
    blocks: list[Block] = []
    for one in schedules.listed[:SHOWN]:
        seen = Exposure.FULL if one.schedule.maker == reader else exposure
        blocks += schedule_blocks(one, everywhere=everywhere, exposure=seen, may_change=schedules.may_change)
    if len(schedules.listed) > SHOWN:
        blocks.append(context(f"{number_of(len(schedules.listed) - SHOWN, 'more is', 'more are')} not shown."))
    if not schedules.listed:
        where = "There are no schedules yet." if everywhere else "There are no schedules in this channel."
        blocks.append(section(f"{where} `/compliance-report schedule monthly on 2 at 09:00` makes one."))
    if schedules.may_change:
        new = button("New schedule", action_id=FORM, primary=not schedules.listed)
        blocks.append({"type": "actions", "elements": [new]})
    return {**with_text("Report schedules", blocks), "response_type": "ephemeral"}


def schedule_blocks(one: ScheduleWithLastRun, *, everywhere: bool, exposure: Exposure, may_change: bool) -> list[Block]:
    schedule = one.schedule
    whole = everywhere or filter_words(schedule.plan.only, exposure) == str(schedule.plan.only)
    buttons = [{"type": "actions", "elements": action_buttons(schedule, whole=whole)}] if may_change else []
    where = f" in <#{schedule.channel}>" if everywhere else ""
    lines = [f"*{schedule.number}*{where} · {words(schedule.plan, exposure)}", state(schedule)]
    lines.append(f"Created by <@{schedule.maker}>. {last(one.last)}")
    return [section("\n".join(lines)), *buttons]


def state(schedule: Schedule) -> str:
    if schedule.standing is ScheduleStatus.PAUSED:
        return f":double_vertical_bar: Paused. {escape_mrkdwn(schedule.why, longest=200)}".strip()
    if schedule.making:
        return f"Now: making the report for {schedule.reports.title}"
    if schedule.again:
        trouble = escape_mrkdwn(schedule.trouble, longest=200)
        late = f":hourglass: The report for {schedule.reports.title} is late: {trouble}"
        return f"{late} Next try: {moment(schedule.again)}."
    return f"Next: {moment(schedule.due)}, for {schedule.reports.title}"


def last(entry: Run | None) -> str:
    if entry is None:
        return "It has not run yet."
    verdict = f", {entry.verdict}" if entry.verdict else ""
    return f"Last: {entry.order.month.title}, {entry.state}{verdict}, {moment(entry.ended or entry.asked)}."


def action_buttons(schedule: Schedule, *, whole: bool) -> list[Block]:
    """What can be done with a schedule; it is changed in a form that shows the *whole* filter."""
    number = str(schedule.number)
    other = Verb.RESUME if schedule.standing is ScheduleStatus.PAUSED else Verb.PAUSE
    delete = button("Delete", action_id=f"{ACT}{Verb.DELETE}", value=number)
    confirm = {
        "title": plain("Delete this schedule?", longest=100),
        "text": plain(f"Schedule {number} stops making reports. Existing reports are kept.", longest=300),
        "confirm": plain("Delete", longest=30),
        "deny": plain("Keep", longest=30),
        "style": "danger",
    }
    return [
        button("Run now", action_id=f"{ACT}{Verb.RUN}", value=number),
        button(other.capitalize(), action_id=f"{ACT}{other}", value=number),
        *([button("Edit", action_id=EDIT, value=number)] if whole else []),
        delete | {"confirm": confirm, "style": "danger"},
    ]


def confirm_dialog(schedule: Schedule, *, reader: str) -> Message:
    """Before a schedule is deleted that was named by its number."""
    delete = action_buttons(schedule, whole=False)[-1]
    seen = Exposure.FULL if schedule.maker == reader else Exposure.COUNTS
    text = f"Delete schedule {schedule.number}: {words(schedule.plan, seen)}?"
    blocks = [section(text), {"type": "actions", "elements": [delete]}]
    return {**with_text(text, blocks), "response_type": "ephemeral"}


def verb_words(verb: Verb, schedule: Schedule) -> Message:
    """For the requester; the channel gets a message when it is done."""
    text = {
        Verb.RUN: f"Running schedule {schedule.number}: last month's report appears in its channel.",
        Verb.PAUSE: f"Pausing schedule {schedule.number}…",
        Verb.RESUME: f"Resuming schedule {schedule.number}…",
        Verb.DELETE: f"Deleting schedule {schedule.number}…",
        Verb.TAKE_OVER: f"Taking over schedule {schedule.number} (admins only)…",
    }[verb]
    return with_text(text, [section(text)])


def words(plan: Plan, exposure: Exposure) -> str:
    only = f", only {escape_mrkdwn(filter_words(plan.only, exposure), longest=200)}" if plan.only else ""
    return f"{plan.rule.words()}{only}"


def form(opening: FormOpening, *, channel: str, settle: timedelta, number: int = 0) -> dict[str, Any]:
    """The form for a schedule: new, or with what one says now; of a new one the month before has settled first.

    Of a schedule whose filter may not be read the form has no field for it: it stays as it is.
    """
    plan = opening.plan
    days = [(day, Rule(day, NINE).spoken()) for day in CHOICES]
    proposed = min(1 + math.ceil(settle / timedelta(days=1)), SHORTEST)
    rule = plan.rule if plan else Rule(str(proposed), NINE)
    only = str(plan.only) if plan else ""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{number} {channel}",
        "title": plain(f"Schedule {number}" if number else "New schedule", longest=24),
        "submit": plain("Next", longest=24),
        "close": plain("Cancel", longest=24),
        "blocks": [
            field("day", "Day of the month", select(days, chosen=rule.on)),
            field("at", "Time", {"type": "timepicker", "action_id": "value", "initial_time": f"{rule.at:%H:%M}"}),
            field("zone", "Time zone, such as Europe/Riga", words_field(rule.zone), optional=True),
            *([] if number and opening.hidden else [events_field(only)]),
            *([context(filter_hidden_note(opening.hidden, number))] if opening.hidden else []),
            *([] if number else [field("channel", "Channel", channel_field(channel))]),
            context("It reports the previous calendar month. In shorter months, 29 to 31 mean the last day."),
            *([context(settling(settle, proposed))] if settle else []),
        ],
    }


def events_field(only: str) -> Block:
    return field("only", "Only these events, such as type:delete,share", words_field(only), optional=True)


def filter_hidden_note(words: str, number: int) -> str:
    """What is said of a filter that whoever opens the form may not read."""
    shown = escape_mrkdwn(words, longest=400)
    if number:
        return f"Filter: {shown}. It stays as it is; only its author can see all of it."
    return (
        f"The report's filter names people or rooms that you may not see here: {shown}. Enter the filter that you want."
    )


def settling(settle: timedelta, day: int) -> str:
    """Why the form proposes that day."""
    return (
        f"A report made within {hours(settle)} after the end of its month, on the 1st at 09:00 for example, is "
        f"PROVISIONAL first and is read again automatically. From the {ordinal(day)} on it is final."
    )


def hours(length: timedelta) -> str:
    count = length / timedelta(hours=1)
    return number_of(round(count), "hour") if count.is_integer() else f"{count:g} hours"


def confirmation(proposed: Proposal) -> dict[str, Any]:
    """The form's second page: what was understood, before it is kept."""
    return {
        "type": "modal",
        "callback_id": CONFIRMED,
        "private_metadata": proposed.id,
        "title": plain("Save this schedule?", longest=24),
        "submit": plain("Save", longest=24),
        "close": plain("Back", longest=24),
        "blocks": [section(proposal_blocks(proposed))],
    }

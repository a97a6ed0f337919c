"""Errors of what people type and press in Slack."""

from reporting.errors.request import WrongMonth, WrongRequest, WrongUsage


class TooLongText(WrongUsage):
    """Your text has {length:,} characters; the limit is {most:,}."""

    hint = "Use fewer values, or a profile that stands for them."


class NoMonth(WrongMonth):
    """The month is missing."""


class WrongYear(WrongUsage):
    """“{text}” is not a year."""

    hint = "Write four digits, for example 2025."


class UnknownCommand(WrongUsage):
    """“{word}” is neither a month nor a command; the nearest is “{nearest}”{odd}."""

    hint = "Start with a month, such as 2025-01, or a command, such as verify; help lists them all."
    correction = ("word", "nearest")


class FilterFirst(WrongUsage):
    """“{word}” looks like a filter; the month comes first."""

    hint = "Write the month, then its filter."


class TooManyWords(WrongUsage):
    """“{word}” takes nothing after it, but “{rest}” follows."""

    hint = "Use it alone; help lists all commands."


class UnreadableRule(WrongUsage):
    """I can't read when the schedule is due: {why}."""

    hint = "Days are 1 to 31, last, first weekday, last weekday, first monday to last sunday; times 09:00 or 9 am."


class WrongNumber(WrongUsage):
    """“{verb}” needs the number of a schedule, not “{said}”."""

    hint = "/compliance-report schedules lists the schedules of this channel with their numbers."


class TooLongToKeep(WrongUsage):
    """That filter is too long for a schedule."""

    hint = "Use fewer values, or split it into two schedules."


class TooLongToEdit(WrongUsage):
    """The filter of that schedule is too long for the form; nothing was changed."""

    hint = (
        "Type a new schedule instead: /compliance-report schedule monthly on 2 at 09:00 and its filter or "
        "profiles. Once that is saved, delete the old one."
    )


class ForAdmins(WrongRequest):
    """Only a workspace admin can {deed}."""

    hint = "Ask a workspace admin, or the person who created it."


class NotAllowed(WrongRequest):
    """You can't request compliance reports here: {reason}."""

    hint = "The bot's operator sets access with ALLOWED_USERS, ALLOWED_USERGROUPS and ALLOWED_CHANNELS."


class AccountDeactivated(NotAllowed):
    """The Slack account behind this report is deactivated."""

    hint = "Somebody else with access can request it; if it comes from a schedule, an admin can take the schedule over."


class NothingToCancel(WrongRequest):
    """No report{of} is in progress for this channel or for you."""

    hint = "/compliance-report status shows the reports in progress."


class SeveralToCancel(WrongRequest):
    """Several reports are in progress: {titles}."""

    hint = "Name the month, for example /compliance-report cancel {example}, or press Cancel under the right one."


class TooLateToCancel(WrongRequest):
    """That report is {state} and can no longer be canceled."""

    hint = "Reports can be canceled until they are uploaded to DocSpace."


class NoSuchSchedule(WrongRequest):
    """There is no schedule {number} in this channel."""

    hint = "/compliance-report schedules lists the schedules of this channel with their numbers."


class ProposalGone(WrongRequest):
    """That proposal has expired, or it was made to somebody else."""

    hint = "Describe the schedule again: /compliance-report schedule opens its form."


class ZoneUnknown(WrongRequest):
    """The portal's time zone is not known yet, so the schedule has no exact time."""

    hint = "Add a zone: /compliance-report schedule {example} Europe/Riga. Or try again in a minute."


class ZoneNotLearned(WrongRequest):
    """The portal's time zone is not known yet, so I can't tell the current month."""

    hint = "Write the month, for example 2025-01, or try again in a minute. Setting REPORT_TIMEZONE avoids the wait."


class OwnRunUnderWay(WrongRequest):
    """A report of {month} that you requested, joined or started is in progress, so somebody else has to review it."""

    hint = "Ask a colleague who did not request it to press Review."

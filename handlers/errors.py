"""What is refused of what people type and press in Slack."""

from reporting.errors.request import WrongMonth, WrongRequest, WrongUsage


class TooLongText(WrongUsage):
    """That is {length:,} characters long, and I read {most:,} at the most."""

    hint = "Use fewer values, or a profile that stands for them."


class NoMonth(WrongMonth):
    """No month is named."""


class WrongYear(WrongUsage):
    """“{text}” is not a year I understand."""

    hint = "Write four digits, for example 2025."


class UnknownCommand(WrongUsage):
    """“{word}” is neither a month nor a word that I know; the nearest is “{nearest}”{odd}."""

    hint = "A request begins with a month, such as 2025-01, or with a word, such as verify; help shows them all."
    correction = ("word", "nearest")


class FilterFirst(WrongUsage):
    """“{word}” looks like a filter, and the month comes before it."""

    hint = "First the month, then its filter."


class TooManyWords(WrongUsage):
    """“{word}” has nothing after it, and I don't know what “{rest}” is for."""

    hint = "It is written alone; help shows everything."


class UnreadableRule(WrongUsage):
    """I can't read when the schedule is due: {why}."""

    hint = "Days are 1 to 31, last, first weekday, last weekday, first monday to last sunday; times 09:00 or 9 am."


class WrongNumber(WrongUsage):
    """“{verb}” wants the number of a schedule, not “{said}”."""

    hint = "/compliance-report schedules shows the schedules of this channel with their numbers."


class TooLongToKeep(WrongUsage):
    """That filter is too long for a schedule."""

    hint = "Use fewer values, or make two schedules of it."


class TooLongToEdit(WrongUsage):
    """The filter of that schedule is longer than a form has room for; nothing has changed."""

    hint = (
        "Type the schedule anew with what is different: /compliance-report schedule monthly on 2 at 09:00 and its "
        "filter or profiles. Once that is saved, delete the one whose place it takes."
    )


class ForAdmins(WrongRequest):
    """Only an admin of the workspace may {deed}."""

    hint = "Ask whoever did that, or an admin."


class NotAllowed(WrongRequest):
    """You may not ask for compliance reports here: {reason}."""

    hint = "Whoever hosts the bot decides that with ALLOWED_USERS, ALLOWED_USERGROUPS and ALLOWED_CHANNELS."


class AccountDeactivated(NotAllowed):
    """The Slack account in whose name this report is made is deactivated."""

    hint = "Somebody else who may can ask for it; if it comes from a schedule, an admin can take the schedule over."


class NothingToCancel(WrongRequest):
    """No report{of} is being made for this channel, or for you alone."""

    hint = "/compliance-report status shows what is being made."


class SeveralToCancel(WrongRequest):
    """Several reports are being made: {titles}."""

    hint = "Say which month, for example /compliance-report cancel {example}, or press Cancel under the right one."


class TooLateToCancel(WrongRequest):
    """That report is {state} and can't be cancelled any more."""

    hint = "Reports can be cancelled until they are put into DocSpace."


class NoSuchSchedule(WrongRequest):
    """There is no schedule {number} in this channel."""

    hint = "/compliance-report schedules shows the schedules of this channel with their numbers."


class ProposalGone(WrongRequest):
    """What was to be saved is not known any more, or it was proposed to somebody else."""

    hint = "Describe the schedule once more: /compliance-report schedule opens its form."


class ZoneUnknown(WrongRequest):
    """I don't know the portal's time zone yet, so I can't say when that is."""

    hint = "Name a zone: /compliance-report schedule {example} Europe/Riga. Or try again in a minute."


class ZoneNotLearned(WrongRequest):
    """I don't know the portal's time zone yet, so I can't say which month it is."""

    hint = "Write the month, for example 2025-01, or try again in a minute. REPORT_TIMEZONE makes it known at once."


class OwnRunUnderWay(WrongRequest):
    """A report of {month} that you asked for, joined or began is being made, so somebody else has to review it now."""

    hint = "Ask a colleague who did not ask for it to press Review."

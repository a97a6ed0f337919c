"""Errors of the audit trail: it can't be trusted."""

from reporting.errors.base import ComplianceError


class TrailError(ComplianceError):
    """The audit trail of {host} cannot be trusted."""


class AuditNotInPlan(TrailError):
    """The portal {host} does not provide its audit trail: it returned events that were not requested."""

    hint = "The portal's plan has no audit trail, or the section is hidden. No report was made: it would be wrong."


class AuditEmpty(TrailError):
    """The portal {host} shows no audit events at all, so nothing proves that its audit trail works."""

    hint = (
        "Change something in DocSpace, such as the name of a room, and try again. If that does not appear, "
        "auditing is off on the server."
    )


class OldestFirst(TrailError):
    """The portal {host} lists its audit events oldest first; this bot reads them newest first."""

    hint = "No report was made. This DocSpace may be newer than this release of the bot: look for a newer release."


class OrderUnknown(TrailError):
    """The portal {host} lists its audit events in no order: event {event} of {date} comes after an older one."""

    hint = "Without an order, missing events can't be detected. No report was made; tell the portal's administrator."


class BoundsUnreliable(TrailError):
    """The portal {host} does not return event {event} of {date} when asked for that exact second."""

    hint = (
        "It reads the start or the end of a period differently from any known DocSpace, so events at its edges "
        "could be missing. No report was made. Look for a newer release of the bot."
    )


class OffsetIgnored(TrailError):
    """The portal {host} ignores startIndex, so the number of its events can't be checked."""

    hint = (
        "No report was made, because events could be missing. Look for a newer release of the bot, or report this to "
        "its authors."
    )


class RowsContradict(TrailError):
    """The portal {host} contradicts itself: {found}."""

    hint = (
        "It may be restarting, or several servers behind one address may differ. No report was made, because "
        "events could be missing. Try again later."
    )
    transient = True


class CountContradicts(TrailError):
    """For {window}, {seen} events were read from {host}; counting them (startIndex) does not confirm that."""

    hint = (
        "Events were added or removed meanwhile, several servers behind one address differ, or pages vary in "
        "length. No report was made, because events could be missing. Try again later; if it keeps failing, this "
        "portal's events can't be counted."
    )
    transient = True


class OutsideWindow(TrailError):
    """The portal {host} returned event {event} of {date}, outside the requested period ({window})."""

    hint = "The portal ignores the requested period. No report was made; tell its administrator."


class PageTooLong(TrailError):
    """The portal {host} returned {rows} events where {asked} were requested."""

    hint = "The portal ignores its own paging. No report was made; show this message to its administrator."


class UnprovenSecond(TrailError):
    """Of {rows} events in the second {second}, only {seen} could be read in {passes} passes."""

    hint = "No report was made, because events would be missing. Try again when the portal is less busy."
    transient = True


class AuditClosed(TrailError):
    """The portal {host} refuses access to its audit trail (402): its plan has none, or the section is hidden."""

    hint = "Ask the portal's owner to check the plan, and whether Login history is hidden in the portal's settings."


class CursorStuck(TrailError):
    """The portal {host} returned the same page for the second {second} {pages} times, whichever page was requested."""

    hint = "The portal ignores its own paging. No report was made; show this message to its administrator."


class UnprovenWalk(TrailError):
    """Each of {walks} passes through the sign-in history of {host} found entries that earlier passes had not."""

    hint = "Request the report again when fewer people are signing in."
    transient = True


class EndlessHistory(TrailError):
    """More than {rows:,} entries in the sign-in history of {host} are newer than the month."""

    hint = "The portal can only list all of them, newest first. Reports made sooner after their month include them."


class BeyondRetention(TrailError):
    """The portal {host} keeps its audit trail for {days} days; no events of {month} are left."""

    hint = "Reports that were made in time are in the compliance folder. The portal's owner can extend the retention."


class OutOfTime(TrailError):
    """The run on {host} took longer than {minutes} minutes and was stopped."""

    hint = "Raise DOCSPACE_REQUESTS_PER_MINUTE if the portal allows it, or try again when it is less busy."

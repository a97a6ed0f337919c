"""The audit trail cannot be trusted."""

from reporting.errors.base import ComplianceError


class TrailError(ComplianceError):
    """The audit trail of {host} cannot be trusted."""


class AuditNotInPlan(TrailError):
    """The portal {host} does not give its audit trail: it answered with events that were not asked for."""

    hint = "This portal's plan has no audit trail, or its section is hidden. A report from these events would be wrong."


class AuditEmpty(TrailError):
    """The portal {host} shows no audit event of any time, so nothing shows that its audit trail works."""

    hint = (
        "Change something in DocSpace, such as the name of a room, and try again. If that does not show, auditing is "
        "switched off on the server."
    )


class OldestFirst(TrailError):
    """The portal {host} lists its audit events oldest first; this bot reads them newest first."""

    hint = "This DocSpace may be newer than this release of the bot. Look for a newer release; no report was made."


class OrderUnknown(TrailError):
    """The portal {host} lists its audit events in no order: event {event} of {date} comes after an older one."""

    hint = "Without an order nobody can tell whether events are missing. No report was made; tell its administrator."


class BoundsUnreliable(TrailError):
    """The portal {host} does not show event {event} of {date} when it is asked for that very second."""

    hint = (
        "It reads the start or the end of a period differently from any DocSpace known, so events at its edges could "
        "be missing. No report was made. Look for a newer release of the bot."
    )


class OffsetIgnored(TrailError):
    """The portal {host} does not do what startIndex asks for, so the number of its events cannot be checked."""

    hint = "No report was made, since it could lack events. Look for a newer release of the bot, or tell its vendor."


class RowsContradict(TrailError):
    """The portal {host} contradicts itself: {found}."""

    hint = (
        "It may be restarting, or several servers behind one address may differ. Try again later; no report was made, "
        "since it could lack events."
    )
    transient = True


class CountContradicts(TrailError):
    """Of {window}, {seen} events were read from {host}; counting them (startIndex) does not confirm that number."""

    hint = (
        "Events were added or removed meanwhile, several servers behind one address differ, or pages vary in length. "
        "Try again later; if it lasts, the portal cannot be counted. No report was made, since it could lack events."
    )
    transient = True


class OutsideWindow(TrailError):
    """The portal {host} answered with event {event} of {date}, outside of what was asked ({window})."""

    hint = "The portal ignores the period that it is asked for. No report was made; tell its administrator."


class PageTooLong(TrailError):
    """The portal {host} answered with {rows} events where {asked} were asked for."""

    hint = "The portal ignores its own paging. No report was made; show its administrator this message."


class UnprovenSecond(TrailError):
    """Of {rows} events in the second {second} only {seen} could be read in {passes} passes."""

    hint = "Try again when the portal is less busy; no report was made, since it would lack events."
    transient = True


class AuditClosed(TrailError):
    """The portal {host} refuses its audit trail (402): it is not part of its plan, or its section is hidden."""

    hint = "Ask the portal's owner about the plan, and whether Login history was hidden in the portal's settings."


class CursorStuck(TrailError):
    """The portal {host} gave the same page of the second {second} {pages} times, whatever page was asked for."""

    hint = "The portal ignores its own paging. No report was made; show its administrator this message."


class UnprovenWalk(TrailError):
    """Each of {walks} walks through the sign-in history of {host} showed entries that the ones before had not."""

    hint = "Ask for the report again when fewer people sign in."
    transient = True


class EndlessHistory(TrailError):
    """More than {rows:,} entries of the sign-in history of {host} are newer than the month."""

    hint = "The portal can only be asked for them all, newest first; reports made sooner after their month have them."


class BeyondRetention(TrailError):
    """The portal {host} keeps its audit trail for {days} days; nothing of {month} is left to report."""

    hint = "Reports that were made in time are in the compliance folder. The portal's owner can have it kept longer."


class OutOfTime(TrailError):
    """The run on {host} took longer than {minutes} minutes and was given up."""

    hint = "Raise DOCSPACE_REQUESTS_PER_MINUTE if the portal allows it, or try again when it is less busy."

"""Errors of a request: it is impossible, or it can't be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from reporting.errors.base import ComplianceError
from reporting.escape import escape_untrusted

UNDERSTOOD = 150
"""Longest part of an error that repeats what was understood, in characters."""


class WrongRequest(ComplianceError):
    """I can't do that."""

    correction: ClassVar[tuple[str, str]] = ("", "")
    """Names of two facts: what was typed, and what was probably meant."""
    context: tuple[str, ...] = ()
    """What was understood before the part that could not be read."""
    line: str = ""
    """A complete replacement for what was typed."""

    @property
    def advice(self) -> str:
        parts = ", ".join(self.context)
        parts = parts if len(parts) <= UNDERSTOOD else f"{parts[:UNDERSTOOD]}…"
        before = f"Understood: {escape_untrusted(parts)}." if parts else ""
        line = f"Write: {escape_untrusted(self.line)}" if self.line else ""
        return " ".join(filter(None, (before, super().advice, line)))


@contextmanager
def error_context(*parts: str) -> Iterator[None]:
    """Add *parts*, which were understood, to the context of any error raised within."""
    try:
        yield
    except WrongRequest as error:
        error.context = (*parts, *error.context)
        raise


class WrongUsage(WrongRequest):
    """I can't read that."""


class WrongMonth(WrongUsage):
    """“{text}” is not a month{why}."""

    hint = "Write the year and the month, for example 2025-01 or January 2025."
    correction = ("text", "meant")


class MonthAhead(WrongRequest):
    """{month} has not begun yet in {zone}."""

    hint = "Request a month that has begun, for example {example}."


class UnknownZone(WrongRequest):
    """“{zone}” is not a valid time zone{why}."""

    hint = "Use a name from the time zone database, such as {example}, or a fixed offset, such as UTC+2."
    correction = ("zone", "nearest")


class UnknownWord(WrongUsage):
    """I don't know the filter word “{word}”; the nearest is “{nearest}”{odd}."""

    hint = "Filter words are type:, user:, room:, folder:, file:, action: and profile:."
    correction = ("word", "nearest")


class UnknownFilterValue(WrongUsage):
    """“{word}:” does not take “{value}”; the nearest value is {nearest}{odd}."""

    hint = "Separate values with commas, and put quotes around a value with spaces."
    correction = ("value", "nearest")


class UnreadableFilter(WrongUsage):
    """I can't read the filter from “{text}” on."""

    hint = (
        'Write a word, a colon and its values without spaces around the colon: type:delete,share room:"Legal affairs".'
    )
    correction = ("wrong", "right")


class ProfileMisused(WrongUsage):
    """“{text}” is not how profiles work: name each by itself, without a minus; a profile can't name another."""

    hint = "Write profile:name. With profile:one profile:two, an event must match both."


class UnknownProfile(WrongUsage):
    """There is no filter profile “{name}”; the nearest is {nearest}{odd}."""

    hint = "The bot's operator defines profiles in the file that PROFILES_FILE names."


class UnknownPerson(WrongRequest):
    """DocSpace has no user “{said}”; the nearest name is “{nearest}”{odd}."""

    hint = "Use the full display name in quotes, the e-mail address, or the id, which also finds people who have left."


class AmbiguousPerson(WrongRequest):
    """DocSpace has several users named “{said}”: {candidates}."""

    hint = "Use the e-mail address or id of the one you mean."


class UnknownRoom(WrongRequest):
    """There is no room “{said}” that the API key can see; the nearest is “{nearest}”{odd}."""

    hint = "Use the full title in quotes, or the room's number from its address in the browser."


class NotARoom(WrongRequest):
    """“{said}” is the number of the folder “{title}”, not of a room."""

    hint = "Write folder:{said} for events on that folder, or use the number of the room that contains it."


class AmbiguousRoom(WrongRequest):
    """Several rooms are named “{said}”: {candidates}."""

    hint = "Use the number of the one you mean."


class NoReport(WrongRequest):
    """The ledger has no report of {what}."""

    hint = "Request it first: /compliance-report {example}."


class NotComparable(WrongRequest):
    """The two reports can't be compared: {reason}."""

    hint = "Request the report now and again later: those two can be compared."


class OwnReport(WrongRequest):
    """You requested, started or scheduled this report, so somebody else has to review it."""

    hint = "Ask a colleague who was not involved to press Review."


class Superseded(WrongRequest):
    """That report is no longer the newest of its month; run {by} replaced it."""

    hint = "Review the newest one: its message has its own button."


class ReviewedAlready(WrongRequest):
    """You have already reviewed this report: {result}."""

    hint = "Revoke that review first, with the reason; both stay in the ledger."


class NothingToRevoke(WrongRequest):
    """You have no review of this report to revoke."""

    hint = "Only the reviewer can revoke a review."


class BundleRefused(WrongRequest):
    """The bundle was not written: {problem}."""

    hint = "Run python -m bot verify to see what is wrong with each part, and since when."

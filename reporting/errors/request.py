"""What was asked for cannot be made, or was not written as it has to be."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from reporting.errors.base import ComplianceError
from reporting.escape import escape_untrusted

UNDERSTOOD = 150
"""Characters that a refusal spends on what was understood."""


class WrongRequest(ComplianceError):
    """I can't make that."""

    correction: ClassVar[tuple[str, str]] = ("", "")
    """The names of two facts: what was typed, and what was probably meant."""
    context: tuple[str, ...] = ()
    """What could be read before what could not, in words."""
    line: str = ""
    """What to write instead, as a whole."""

    @property
    def advice(self) -> str:
        parts = ", ".join(self.context)
        parts = parts if len(parts) <= UNDERSTOOD else f"{parts[:UNDERSTOOD]}…"
        before = f"I understood: {escape_untrusted(parts)}." if parts else ""
        line = f"Write: {escape_untrusted(self.line)}" if self.line else ""
        return " ".join(filter(None, (before, super().advice, line)))


@contextmanager
def error_context(*parts: str) -> Iterator[None]:
    """Within, what goes wrong goes wrong after *parts*, which were understood."""
    try:
        yield
    except WrongRequest as error:
        error.context = (*parts, *error.context)
        raise


class WrongUsage(WrongRequest):
    """That is not written as it has to be."""


class WrongMonth(WrongUsage):
    """“{text}” can't be read as a month{why}."""

    hint = "Write the year and the month, for example 2025-01 or January 2025."
    correction = ("text", "meant")


class MonthAhead(WrongRequest):
    """{month} has not begun yet in {zone}."""

    hint = "Ask for a month that has begun, for example {example}."


class UnknownZone(WrongRequest):
    """“{zone}” can't be used as a time zone{why}."""

    hint = "Name a place of the time zone database, such as {example}. A fixed offset is written UTC+2."
    correction = ("zone", "nearest")


class UnknownWord(WrongUsage):
    """I don't know what to do with “{word}”; the nearest word that I know is “{nearest}”{odd}."""

    hint = "Filter words are type:, user:, room:, folder:, file:, action: and profile:."
    correction = ("word", "nearest")


class UnknownFilterValue(WrongUsage):
    """“{word}:” cannot be “{value}”; the nearest that it can be is {nearest}{odd}."""

    hint = "Several values have commas between them, and a value with spaces has quotes."
    correction = ("value", "nearest")


class UnreadableFilter(WrongUsage):
    """I can't read the filter from “{text}” on."""

    hint = 'Write a word, a colon and its values without spaces around: type:delete,share room:"Legal affairs".'
    correction = ("wrong", "right")


class ProfileMisused(WrongUsage):
    """“{text}” asks more of profiles than they can: each is named by itself, not negated, and names no other."""

    hint = "Write profile:name; with two of them, profile:one profile:two, an event has to fit both."


class UnknownProfile(WrongUsage):
    """There is no filter profile “{name}”; the nearest is {nearest}{odd}."""

    hint = "Whoever hosts the bot names profiles in the file that PROFILES_FILE points to."


class UnknownPerson(WrongRequest):
    """Nobody in DocSpace is called “{said}”; the nearest name is “{nearest}”{odd}."""

    hint = "Give the whole display name in quotes, the e-mail address, or the id, which also finds people who are gone."


class AmbiguousPerson(WrongRequest):
    """Several people in DocSpace are called “{said}”: {candidates}."""

    hint = "Name the one you mean by e-mail address or id."


class UnknownRoom(WrongRequest):
    """There is no room “{said}” that the API key can see; the nearest is “{nearest}”{odd}."""

    hint = "Give the whole title in quotes, or the room's number from its address in the browser."


class NotARoom(WrongRequest):
    """“{said}” is the number of the folder “{title}”, which is no room."""

    hint = "Write folder:{said} for events that aim at it, or the number of the room that it is in."


class AmbiguousRoom(WrongRequest):
    """Several rooms are called “{said}”: {candidates}."""

    hint = "Name the one you mean by its number."


class NoReport(WrongRequest):
    """There is no report of {what} in the ledger."""

    hint = "Ask for it first: /compliance-report {example}."


class NotComparable(WrongRequest):
    """The two reports cannot be compared: {reason}."""

    hint = "Ask for the report again now and once more later: those two can be compared."


class OwnReport(WrongRequest):
    """You have asked for this report yourself, or begun or scheduled it, so somebody else has to review it."""

    hint = "Ask a colleague who had no part in it to press Review."


class Superseded(WrongRequest):
    """That report is not the newest of its month any more; run {by} took its place."""

    hint = "Review the newest one: its message has a button of its own."


class ReviewedAlready(WrongRequest):
    """You have reviewed this report already: {result}."""

    hint = "Revoke that first, with the reason; both stay in the ledger."


class NothingToRevoke(WrongRequest):
    """You have no review of this report that could be revoked."""

    hint = "Only whoever reviewed it can revoke that."


class BundleRefused(WrongRequest):
    """No bundle was made: {problem}."""

    hint = "python -m bot verify tells what is wrong with each part, and since when."

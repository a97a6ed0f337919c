"""What people type after ``/compliance-report``, understood or refused; nothing is guessed."""

import difflib
import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from handlers import recurrence
from handlers.commands import months, recurrence_parser
from handlers.commands.month_names import ENGLISH
from handlers.commands.months import PRIVATE
from handlers.commands.slack_text import plain_text
from handlers.commands.suggestions import beginnings, can_read, corrected, endings, respaced, suggest
from handlers.errors import FilterFirst, TooLongText, TooManyWords, UnknownCommand, WrongNumber, WrongYear
from handlers.query import QueryKind
from handlers.schedule import Plan, Verb
from reporting.errors.request import UnknownZone, WrongUsage, error_context
from reporting.filters import ALL_EVENTS, EventFilter, parse_stored, unusual_hint
from reporting.filters import parse as parse_filter
from reporting.period import Month

COMMAND = "/compliance-report"
NUMBER = re.compile(r"[0-9]{1,9}")
LONGEST = 2_000
"""Characters of a command; a filter may have half of them."""
FIRST = "2025-01 type:delete,share"
SOME = Month(2025, 1)
LONGEST_MONTH = 80
MONTH_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}(?: |$)")


@dataclass(frozen=True, slots=True)
class MakeReport:
    """A report of a month, of all events or only of some; if there is one already, it is made again and compared."""

    month: Month
    only: EventFilter = ALL_EVENTS
    private: bool = False


@dataclass(frozen=True, slots=True)
class CancelRun:
    """The end of what is being made, of that month if one is named."""

    month: Month | None = None


@dataclass(frozen=True, slots=True)
class ShowStatus:
    """What is being made."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """What can be asked."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """The form for a report."""


@dataclass(frozen=True, slots=True)
class ProposeSchedule:
    """A schedule, to be said back before it is kept; without a plan, the form for one."""

    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class ListSchedules:
    """The schedules of the channel."""


@dataclass(frozen=True, slots=True)
class ChangeSchedule:
    """Something to be done with a schedule."""

    verb: Verb
    number: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """Something to be looked up, about a month's reports, a year's, or all of them."""

    question: QueryKind
    month: Month | None = None
    only: EventFilter = ALL_EVENTS
    year: int = 0
    """0 without one."""
    private: bool = False


Reader = Callable[[str, Callable[[], Month]], "Command"]
"""Understands what stands after a word."""
Command = (
    MakeReport
    | CancelRun
    | ShowStatus
    | ShowHelp
    | OpenForm
    | ProposeSchedule
    | ListSchedules
    | ChangeSchedule
    | LookUp
)
SIMPLE: Mapping[str, Command] = {
    "": OpenForm(),
    "help": ShowHelp(),
    "status": ShowStatus(),
    "cancel": CancelRun(),
    "schedule": ProposeSchedule(),
    "schedules": ListSchedules(),
    "schedules all": LookUp(QueryKind.SCHEDULES),
    "history": LookUp(QueryKind.HISTORY),
}
"""What is asked for with nothing but a word or two."""
EXAMPLES = {
    "rerun": "rerun 2025-01",
    "verify": "verify 2025-01",
    "diff": "diff 2025-01",
    "calendar": "calendar 2025",
    "schedule": "schedule monthly on 2 at 09:00",
    **{verb.value: f"{verb} 3" for verb in Verb},
}
"""How the words go on that need something after them."""
CHANGING = frozenset({*(verb.value for verb in Verb), "cancel"})
"""Words that change or end something: none of them is proposed for a word that is only a little like it."""
SURE = 0.8
"""How alike two words must be, 0 to 1, for one that changes something to be meant."""
LINES = {
    **{word: word for word in ("help", "status", "schedules", *months.RELATIVE)},
    **{name: f"{name} 2025" for name in ENGLISH},
    **EXAMPLES,
    "cancel": "cancel 2025-01",
    "history": "history 2025",
}
"""A whole line for each word that can come first."""


def parse(text: str, this: Callable[[], Month]) -> Command:
    """What *text*, as Slack hands it over, asks for; nothing typed asks for the form.

    *this* gives the month that it is now where the reports are made; it is only asked where that matters.

    Raises:
        WrongUsage, UnknownZone: it cannot be read; the error says what was understood, and one line that can be read.
        ComplianceError: of *this*.
    """
    if len(text) > LONGEST:
        raise TooLongText(length=len(text), most=LONGEST)
    words = plain_text(text)
    try:
        return read(words, this)
    except (WrongUsage, UnknownZone) as error:
        error.line = f"{COMMAND} {suggested_line(error, words)}"
        raise


def read(text: str, this: Callable[[], Month]) -> Command:
    """What *text*, in its plain form, asks for."""
    first, _, rest = text.partition(" ")
    word, rest = first.casefold(), rest.strip(" ")
    simple = SIMPLE.get(f"{word} {rest.casefold()}".strip(" "))
    if simple is not None:
        return simple
    if word in READERS:
        with error_context(word) if word != "schedule" else nullcontext():
            return READERS[word](rest, this)
    if ":" in word:
        raise FilterFirst(word=first[:40])
    if not months.looks_like_month(text[:LONGEST_MONTH]):
        raise unknown_command(word)
    return read_report(text, this)


def suggested_line(error: WrongUsage | UnknownZone, text: str) -> str:
    """What can be written in the place of *text*; the same kind of request, if it is known which that is."""
    word, tidy = text.partition(" ")[0].casefold(), respaced(text)
    if tidy != text and can_read(tidy, lambda line: read(line, lambda: SOME)):
        return tidy
    rule, only = f"schedule {error.facts.get('example')}", recurrence_parser.filter_of(tidy)
    known = (f"{rule} {only}".strip(), rule) if word == "schedule" else ()
    example = LINES.get(word) or LINES.get(str(error.facts.get("nearest")), "")
    near = nearby(text if word == "schedule" else tidy, tidy, only)
    if error.facts.get("nearest") == "help":  # nothing is near: something may stand before what is asked
        near += endings(tidy)
    examples = (*known, *near, example, f"{SOME} {only}".strip(), FIRST)
    return suggest(error, text, lambda line: read(line, lambda: SOME), *examples)


def nearby(text: str, tidy: str, only: str) -> list[str]:
    """Lines that say most of what *text* says: *tidy* with its filter *only*, and without words at the end."""
    near, head = [tidy], text[: -len(recurrence_parser.filter_of(text)) or None].strip()
    try:
        read(tidy, lambda: SOME)
    except (WrongUsage, UnknownZone) as error:
        near.append(corrected(error, tidy))
    near += [f"{line} {only}" for line in beginnings(head) if only]
    return [line for line in [*near, *beginnings(text)] if line.casefold() not in SIMPLE]


def read_report(text: str, this: Callable[[], Month]) -> MakeReport:
    """A month, a filter, and whether the answer is private."""
    month, rest = months.parse(text, this)
    words, _, last = rest.rpartition(" ")
    private = last.casefold() == PRIVATE
    with error_context(month.title):
        return MakeReport(month, parse_filter(words if private else rest), private)


def read_lookup(question: QueryKind) -> Reader:
    """Reads which report is meant."""

    def read(rest: str, this: Callable[[], Month]) -> LookUp:
        order = read_report(rest, this)
        return LookUp(question, order.month, order.only, private=order.private)

    return read


def read_history(rest: str, this: Callable[[], Month]) -> LookUp:
    """Of a year or of a month."""
    if months.YEAR.fullmatch(rest):
        return LookUp(QueryKind.HISTORY, year=int(rest))
    return LookUp(QueryKind.HISTORY, months.parse_whole(rest, this))


def year(rest: str, this: Callable[[], Month]) -> LookUp:
    """The year that is named, else the one that it is now.

    Raises:
        WrongYear: something else is named.
    """
    if rest and not months.YEAR.fullmatch(rest):
        raise WrongYear(text=rest[:40])
    return LookUp(QueryKind.CALENDAR, year=int(rest) if rest else this().year)


def without_arguments(word: str) -> Reader:
    """Refuses what stands after a word that has nothing after it."""

    def read(rest: str, _this: Callable[[], Month]) -> Command:
        raise TooManyWords(word=word, rest=rest[:80])

    return read


def unknown_command(word: str) -> UnknownCommand:
    """What to say of a word that is none of ours."""
    known = [*READERS, *ENGLISH, *months.RELATIVE]
    near = [
        *difflib.get_close_matches(word[:40], known, n=1, cutoff=SURE),
        *difflib.get_close_matches(word[:40], [one for one in known if one not in CHANGING], n=1, cutoff=0.65),
    ]
    nearest = near[0] if near else "help"
    return UnknownCommand(word=word[:40], nearest=nearest, odd=unusual_hint(word, nearest))


def schedule_change(verb: Verb, number: str) -> ChangeSchedule:
    """Something to be done with the schedule of that number.

    Raises:
        WrongNumber: that is none.
    """
    if not NUMBER.fullmatch(number):
        raise WrongNumber(verb=verb, said=number[:40] or "nothing")
    return ChangeSchedule(verb, int(number))


def read_schedule(text: str) -> Plan:
    """The plan that *text* describes: a rule, and perhaps a filter.

    Raises:
        WrongRequest: with what to write instead.
    """
    rule, rest = recurrence_parser.parse(text)
    with error_context("schedule", rule.words() if rule.zone else str(rule)):
        return Plan(rule, parse_filter(rest))


def read_button_value(value: str) -> Plan:
    """A plan, as it writes itself; buttons of earlier releases carry one. Its filter may be longer than a typed one.

    Raises:
        WrongRequest: it was made by something else.
    """
    rule, rest = recurrence.parse_canonical(value)
    return Plan(rule, parse_stored(rest))


def names_month(value: str) -> bool:
    """Whether a button names a month, and in earlier releases a filter, not a run."""
    return MONTH_FIRST.match(value) is not None


def read_rerun(value: str) -> MakeReport:
    """A month, as one of our own buttons has it; in earlier releases with a filter.

    Raises:
        WrongRequest: it was made by something else.
    """
    month, _, rest = value.partition(" ")
    return MakeReport(Month.parse(month), parse_stored(rest))


READERS: Mapping[str, Reader] = {
    **{word: without_arguments(word) for word in ("help", "status", "schedules")},
    **{verb.value: lambda rest, _this, verb=verb: schedule_change(verb, rest) for verb in Verb},  # type: ignore[misc]
    "cancel": lambda rest, this: CancelRun(months.parse_whole(rest, this)),
    "rerun": read_report,
    "schedule": lambda rest, _this: ProposeSchedule(read_schedule(rest)),
    "verify": read_lookup(QueryKind.VERIFY),
    "diff": read_lookup(QueryKind.DIFF),
    "calendar": year,
    "history": read_history,
}
"""What can begin a command besides a month."""

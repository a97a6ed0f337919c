"""What people type after ``/compliance-report``, understood or refused; nothing is guessed."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers import rules
from handlers.planned import Plan, Verb
from reporting.errors import WrongNumber
from reporting.only import EVERYTHING, Only, recalled
from reporting.only import parse as parse_filter
from reporting.period import Month

NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Make:
    """A report of a month, of all events or only of some; if there is one already, it is made again and compared."""

    month: Month
    only: Only = EVERYTHING


@dataclass(frozen=True, slots=True)
class Cancel:
    """The end of what is being made, of that month if one is named."""

    month: Month | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What is being made."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


@dataclass(frozen=True, slots=True)
class Propose:
    """A schedule, to be said back before it is kept; without a plan, the form for one."""

    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class List:
    """The schedules of the channel, or all of them."""

    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Amend:
    """Something to be done with a schedule."""

    verb: Verb
    number: int


Ask = Make | Cancel | Status | Help | Propose | List | Amend
SIMPLE: Mapping[str, Ask] = {
    "": Help(),
    "help": Help(),
    "status": Status(),
    "cancel": Cancel(),
    "schedule": Propose(),
    "schedules": List(),
    "schedules all": List(everywhere=True),
}
"""What is asked for with nothing but a word or two."""


def parse(text: str) -> Ask:
    """What *text* asks for; nothing typed asks for help.

    Raises:
        WrongMonth: where a month should be, there is none.
        WrongRequest: the words after it cannot be read.
    """
    first, _, rest = html.unescape(text).strip().partition(" ")
    word, rest = first.casefold(), rest.strip()
    simple = SIMPLE.get(f"{word} {rest}".strip())
    if simple is not None:
        return simple
    match word:
        case "cancel":
            return Cancel(Month.parse(rest))
        case "rerun":
            month, _, words = rest.partition(" ")
            return Make(Month.parse(month), parse_filter(words))
        case "schedule":
            return Propose(planned(rest))
        case "pause" | "resume" | "delete" | "run":
            return amend(Verb(word), rest)
    return Make(Month.parse(first), parse_filter(rest))


def amend(verb: Verb, number: str) -> Amend:
    """Something to be done with the schedule of that number.

    Raises:
        WrongNumber: that is none.
    """
    if not NUMBER.fullmatch(number):
        raise WrongNumber(verb=verb, said=number[:40])
    return Amend(verb, int(number))


def planned(text: str) -> Plan:
    """The plan that *text* describes: a rule, and perhaps a filter.

    Raises:
        WrongRequest: with what to write instead.
    """
    rule, rest = rules.parse(text)
    return Plan(rule, parse_filter(rest))


def again(value: str) -> Make:
    """A month and a filter, as one of our own buttons has them.

    Raises:
        WrongRequest: it was made by something else.
    """
    month, _, rest = value.partition(" ")
    return Make(Month.parse(month), recalled(rest))

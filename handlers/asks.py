"""What people type after ``/compliance-report``, understood or refused; nothing is guessed."""

import html
from dataclasses import dataclass

from reporting.only import EVERYTHING, Only
from reporting.only import parse as parse_filter
from reporting.period import Month


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


Ask = Make | Cancel | Status | Help


def parse(text: str) -> Ask:
    """What *text* asks for; nothing typed asks for help.

    Raises:
        WrongMonth: where a month should be, there is none.
        WrongRequest: the words after it are no filter.
    """
    word, _, rest = html.unescape(text).strip().partition(" ")
    match word.casefold(), rest.strip():
        case "" | "help", "":
            return Help()
        case "status", "":
            return Status()
        case "cancel", "":
            return Cancel()
        case "cancel", month:
            return Cancel(Month.parse(month))
        case "rerun", order:
            return again(order)
    return Make(Month.parse(word), parse_filter(rest))


def again(value: str) -> Make:
    """A month and a filter, as they stand in a button.

    Raises:
        WrongRequest: it was made by something else.
    """
    month, _, rest = value.partition(" ")
    return Make(Month.parse(month), parse_filter(rest))

"""What people type after ``/compliance-report``, understood or refused; nothing is guessed."""

import html
from dataclasses import dataclass

from reporting.only import EVERYTHING, Only
from reporting.only import parse as parse_filter
from reporting.period import Month


@dataclass(frozen=True, slots=True)
class Make:
    """A report of a month, of all events or only of some."""

    month: Month
    only: Only = EVERYTHING


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


Ask = Make | Help


def parse(text: str) -> Ask:
    """What *text* asks for; nothing typed asks for help.

    Raises:
        WrongMonth: the first word is no month.
        WrongRequest: the words after it are no filter.
    """
    month, _, rest = html.unescape(text).strip().partition(" ")
    if month.casefold() in {"", "help"} and not rest.strip():
        return Help()
    return Make(Month.parse(month), parse_filter(rest))


def again(value: str) -> Make:
    """What a button asks for, whose value was made by :func:`asked`.

    Raises:
        WrongRequest: it was made by something else.
    """
    month, _, rest = value.partition(" ")
    return Make(Month.parse(month), parse_filter(rest))

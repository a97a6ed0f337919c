"""What people type after ``/compliance-report``, understood or refused; nothing is guessed."""

import html
from dataclasses import dataclass

from reporting.errors import UnknownWord
from reporting.period import Month


@dataclass(frozen=True, slots=True)
class Make:
    """A report of a month."""

    month: Month


@dataclass(frozen=True, slots=True)
class Help:
    """What can be asked."""


Ask = Make | Help


def parse(text: str) -> Ask:
    """What *text* asks for; nothing typed asks for help.

    Raises:
        WrongMonth: the first word is no month.
        UnknownWord: words after the month.
    """
    words = html.unescape(text).split()
    if not words or [word.casefold() for word in words] == ["help"]:
        return Help()
    month = Month.parse(words[0])
    if words[1:]:
        raise UnknownWord(word=words[1][:40])
    return Make(month)

"""What is typed on the command line: the month, the filter and the year, read as in Slack."""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.config.settings import PortalSettings
from bot.docspace.clients import now, portal_clients
from bot.errors import Misused
from handlers.commands import months
from handlers.commands.suggestions import suggest
from handlers.errors import WrongYear
from reporting.docspace.api.server_info import server_info
from reporting.errors.request import WrongUsage, error_context
from reporting.filters import EventFilter
from reporting.filters import parse as parse_filter
from reporting.normalize_text import COLONS, normalize, quotations, strip_invisible
from reporting.period import Month, zone

PROGRAM = "python -m bot"
NAMED = re.compile(f"(?P<word>[^{COLONS}]+)[{COLONS}](?P<values>.*)")
PART = re.compile(r'(?:[^ "]|"[^"]*")+')
EXAMPLE = "2025-01 type:delete,share"
SOME = Month(2025, 1)


@dataclass(frozen=True, slots=True)
class Arguments:
    """A month and filter words as the shell passed them on, for one of the commands."""

    command: str
    month: str
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """Which the command cannot do without."""

    def read(self, settings: PortalSettings) -> tuple[Month, EventFilter]:
        """What they mean; a month such as ``last`` is the portal's, or that of REPORT_TIMEZONE.

        Raises:
            WrongUsage: they cannot be read; the error has a whole command that can.
            ComplianceError: the portal was asked for its zone, and did not tell.
        """
        refuse_options(self.command, (self.month, *self.words))
        text = normalize(" ".join(map(quote_values, (self.month, *self.words))))
        with suggest_command(
            self.command, text, lambda line: month_and_filter(line, lambda: SOME), EXAMPLE, self.options
        ):
            return month_and_filter(text, lambda: this_month(settings))


def refuse_options(command: str, words: Sequence[str]) -> None:
    """Make sure that nothing looks like an option: a filter word begins with one minus at the most.

    Raises:
        Misused: something does; typer has taken those that there are.
    """
    for word in words:
        if word.startswith("--"):
            raise Misused(reason=f"{command} has no option {word[:40]}")


def month_and_filter(text: str, this: Callable[[], Month]) -> tuple[Month, EventFilter]:
    month, rest = months.parse(text, this)
    with error_context(month.title):
        return month, parse_filter(rest)


def month_or_year(words: Sequence[str], settings: PortalSettings) -> Month | int | None:
    """A year, a month, or None if nothing was typed.

    Raises:
        WrongUsage: it is something else.
    """
    text = normalize(" ".join(words))
    if months.YEAR.fullmatch(text):
        return int(text)
    with suggest_command("history", text, lambda line: months.parse_whole(line, lambda: SOME), "2025-01"):
        return months.parse_whole(text, lambda: this_month(settings)) if text else None


def parse_year(text: str) -> int:
    """A year of this century.

    Raises:
        WrongYear: it is something else.
    """
    text = normalize(text)
    with suggest_command("calendar", text, lambda line: line, "2025"):
        if not months.YEAR.fullmatch(text):
            raise WrongYear(text=text[:40])
    return int(text)


def this_month(settings: PortalSettings) -> Month:
    """The month that it is now where the reports are made."""
    local = now().astimezone(report_zone(settings))
    return Month(local.year, local.month)


def report_zone(settings: PortalSettings) -> ZoneInfo:
    """The zone of the reports: that of the settings, or the portal's, which is asked."""
    if settings.report_timezone:
        return zone(settings.report_timezone)
    with portal_clients(settings) as portal:
        return zone(server_info(portal(now())).timezone)


@contextmanager
def suggest_command(
    command: str, text: str, reads: Callable[[str], object], example: str, options: Sequence[str] = ()
) -> Iterator[None]:
    """Within, what is refused gets a whole command that can be read."""
    try:
        yield
    except WrongUsage as error:
        line = suggest(error, text, reads, example)
        error.line = " ".join((PROGRAM, command, *map(shlex.quote, (*PART.findall(line), *options))))
        raise


def quote_values(word: str) -> str:
    """*word* with quotes around values with blanks, whose own quotes the shell has taken away."""
    found = NAMED.fullmatch(word)
    if (
        not found
        or quotations(strip_invisible(word))
        or '"' in found["values"]
        or " " not in strip_invisible(found["values"])
    ):
        return word
    values = (f'"{value}"' if " " in strip_invisible(value) else value for value in found["values"].split(","))
    return f"{found['word']}:{','.join(values)}"

"""What stands in the thread under a report."""

from collections.abc import Iterable, Iterator, Sequence

from handlers.exposure import Exposure
from handlers.views.blocks import Message, context, escape_mrkdwn, shortened, verbatim, with_text
from handlers.views.event_lines import without_titles
from handlers.views.mask import describe_filter, masked_lines
from reporting.layout import INDENT, RULE
from reporting.plurals import number_of
from reporting.report import BuiltReport

LONGEST = 2_800
"""Characters of the report that are shown."""
WITHHELD = "Names, addresses and lines of the report are hidden in this channel; see the file in DocSpace."


def preview(lines: Sequence[str], title: str, draft: BuiltReport, *, exposure: Exposure) -> Message:
    """What deserves a look, and the first events, as they stand in the file, as far as the channel may see them."""
    if exposure is Exposure.COUNTS:
        return with_text(WITHHELD, [context(WITHHELD)])
    if exposure is Exposure.FULL:
        return first(lines, f"From {escape_mrkdwn(title)}", draft)
    names = [*(user.name for user in draft.users), *describe_filter(draft.scope.only)]
    how = "From the report, with people as initials, and addresses and titles hidden"
    return first(masked_lines(map(without_titles, lines), names), how, draft)


def first(lines: Sequence[str], how: str, draft: BuiltReport) -> Message:
    """The lines, and how much more of each there is in the file."""
    shown = fitting(lines)
    if not shown:
        text = f"{how}: no events and no highlights."
        return with_text(text, [context(text)])
    rest = more(shown.splitlines(), draft)
    return with_text(f"{how}. {rest}", [context(how), verbatim(shown), context(rest)])


def more(shown: Sequence[str], draft: BuiltReport) -> str:
    """How many highlights and events the file has besides those."""
    marks = sum(mark.events for mark in draft.highlights) + draft.signins.failed
    left = {
        "more highlight": marks - sum(line.startswith(INDENT) for line in shown),
        "more event": draft.kept - sum(line.startswith("ID: ") for line in shown),
    }
    words = " and ".join(number_of(many, what) for what, many in left.items() if many > 0)
    return f"{words} in the file." if words else "That is everything."


def fitting(lines: Iterable[str]) -> str:
    """As many whole events as fit; of one that does not fit by itself, the beginning."""
    kept: list[str] = []
    left = LONGEST
    for unit in units(lines):
        text = "\n".join(unit)
        if len(text) >= left:
            return "\n".join(kept) or shortened(text, LONGEST)
        kept.append(text)
        left -= len(text) + 1
    return "\n".join(kept)


def units(lines: Iterable[str]) -> Iterator[list[str]]:
    """What is shown wholly or not at all: a line of a highlight or a record, with the headings above it."""
    unit: list[str] = []
    for line in lines:
        if line == RULE and RULE in unit:
            yield unit
            unit = []
        unit.append(line)
        if line.startswith(INDENT):
            yield unit
            unit = []
    if unit:
        yield unit


def picture(title: str, bars: str, scope: str) -> Message:
    """The chart where no picture can be put: the same numbers as bars of characters; why, if a *scope* is lacking."""
    why = f"Events by day. Grant the app the scope `{scope}` to get a chart." if scope else "Events by day"
    return with_text(f"Events by day, {title}", [context(why), verbatim(bars)])

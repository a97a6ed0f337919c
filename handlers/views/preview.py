"""What stands in the thread under a report."""

from handlers.exposure import Exposure
from handlers.views.kit import Message, context, foreign, shortened, verbatim
from handlers.views.mask import asked_for, masked_lines
from reporting.report import Draft

LONGEST = 2_800
"""Characters of the report that are shown."""
WITHHELD = "Names, addresses and lines of the report are not shown in this channel; the file in DocSpace has them."


def preview(lines: list[str], title: str, draft: Draft, *, exposure: Exposure) -> Message:
    """The first lines of the report as they stand in the file, as far as the channel may see them."""
    if exposure is Exposure.COUNTS:
        return {"text": WITHHELD, "blocks": [context(WITHHELD)]}
    if exposure is Exposure.FULL:
        return first(lines, f"The first lines of {foreign(title)}", "The first lines")
    names = [*(user.name for user in draft.users), *asked_for(draft.scope.only)]
    how = "The first lines, people by initials, addresses cut"
    return first(masked_lines(lines, names), how, how)


def first(lines: list[str], text: str, how: str) -> Message:
    return {"text": text, "blocks": [context(how), verbatim(fitting(lines))]}


def fitting(lines: list[str]) -> str:
    """As many whole lines as fit; of one that does not fit by itself, the beginning."""
    kept: list[str] = []
    for line in lines:
        if sum(len(k) + 1 for k in kept) + len(line) > LONGEST:
            break
        kept.append(line)
    return "\n".join(kept) or shortened("".join(lines[:1]), LONGEST) or "…"


def picture(title: str, bars: str, scope: str) -> Message:
    """The chart where no picture can be put: the same numbers as bars of characters; why, if a *scope* is lacking."""
    why = f"Events by day. With the scope `{scope}` the app could show a picture." if scope else "Events by day"
    return {"text": f"The days of {title}", "blocks": [context(why), verbatim(bars)]}

"""What the report tells of single events, as far as a channel may see it."""

import re
from collections.abc import Iterator

from handlers.exposure import Exposure
from handlers.views.blocks import escape_mrkdwn
from handlers.views.mask import PERSON, named, pseudonym
from reporting.actions import action
from reporting.layout import BETWEEN, INDENT
from reporting.verification import EventRecord

TITLES = {"Target", "Context", "Page"}
"""Lines of a record whose values can be titles."""
IDS = re.compile(r"[\d, ]*(and \d+ more)?")
NUMBER = re.compile(r"\[(-?\d{1,19}), [a-z-]+\]$")
LONGEST = {"Date": 40, "User": 60, "Action": 100, "Target": 40, "Context": 40}
"""Characters of each line of a record that are shown, in this order."""
DIFFERENT = 2
"""Lines of a record that are told as they were and as they are."""


def without_titles(line: str) -> str:
    """The line without the portal's free text, which can name people whom no list knows; actions in our own words."""
    if line.startswith(INDENT):
        date, number, *columns = line.split(BETWEEN)
        shown = [*columns[:1], *map(our_label, columns[1:2]), *map(numbers_only, columns[2:3])]
        place = columns[3:] if number.startswith("Sign-in") else map(numbers_only, columns[3:])
        return BETWEEN.join([date, number, *shown, *place])
    label, colon, value = line.partition(": ")
    if label == "Action":
        return f"{label}{colon}{our_label(value)}"
    return f"{label}{colon}{numbers_only(value)}" if label in TITLES else line


def our_label(text: str) -> str:
    """The action that ends in its number and its category."""
    found = NUMBER.search(text)
    return f"({action(int(found[1])).label}) {found[0]}" if found else "…"


def numbers_only(text: str) -> str:
    return text if IDS.fullmatch(text) else "…"


def event(number: int, record: EventRecord, exposure: Exposure) -> str:
    """When, who, what and of which object, in one line."""
    shown = record if exposure is Exposure.FULL else masked_record(record)
    values = [escape_mrkdwn(shown[name], longest=longest) for name, longest in LONGEST.items() if shown.get(name)]
    return " · ".join([*values, f"ID {number}"])


def masked_record(record: EventRecord) -> dict[str, str]:
    """The record without names and without the portal's free text."""
    person = PERSON.fullmatch(f"User: {record.get('User', '')}")
    name = named(person) if person else ""
    return {
        "Date": record.get("Date", ""),
        "User": pseudonym(name) if name else "",
        "Action": our_label(record.get("Action", "")),
        "Target": numbers_only(record.get("Target", "")),
    }


def difference(before: EventRecord, after: EventRecord, exposure: Exposure) -> str:
    """Which lines of a record are others now, and how they read where that may be seen."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if exposure is not Exposure.FULL:
        return f"different: {', '.join(names)}" if names else ""
    return "; ".join(differences(names, before, after))


def differences(names: list[str], before: EventRecord, after: EventRecord) -> Iterator[str]:
    for name in names[:DIFFERENT]:
        was, now = (escape_mrkdwn(record.get(name, ""), longest=60) or "nothing" for record in (before, after))
        yield f"{name} was {was}, is {now}"
    if len(names) > DIFFERENT:
        yield f"{len(names) - DIFFERENT} more"

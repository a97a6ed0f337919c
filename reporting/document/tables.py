"""The events as tables for programs: CSV for spreadsheets, JSONL for everything else. One line, one event."""

import csv
import io
import re
from datetime import datetime

import msgspec

from reporting.actions import action
from reporting.document.secrets import without_keys
from reporting.document.text import targets
from reporting.escape import visible
from reporting.events import AuditEvent

COLUMNS = (
    *("id", "date", "user", "user_id", "action_id", "category", "label", "action", "target", "context", "page"),
    *("ip", "country", "city", "browser", "platform"),
)
FORMULA = re.compile("^\\s*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet would calculate, full-width signs among them. Source: OWASP, CSV injection."""
encode = msgspec.json.Encoder().encode


def row(event: AuditEvent, local: datetime) -> dict[str, object]:
    """The event's values by column; texts are visible as in the TXT, and keys are cut out of the address."""
    known = action(event.action_id)
    texts = ("user", "user_id", "action", "context", "ip", "country", "city", "browser", "platform")
    shown = {name: visible(getattr(event, name)) for name in texts}
    return {
        "id": event.id,
        "date": local.isoformat(),
        "action_id": event.action_id,
        "category": known.category.value,
        "label": known.label,
        "target": [visible(part) for part in event.target],
        "page": visible(without_keys(event.page)),
        **shown,
    }


def jsonl(event: AuditEvent, local: datetime) -> bytes:
    """One JSON object on one line."""
    values = row(event, local)
    return encode({name: values[name] for name in COLUMNS}) + b"\n"


def csv_head() -> bytes:
    """The first line of the CSV, after the mark by which spreadsheets know UTF-8."""
    return "\ufeff".encode() + line(COLUMNS)


def csv_line(event: AuditEvent, local: datetime) -> bytes:
    """One line of the CSV, in which no cell is a formula."""
    values = row(event, local) | {"target": targets(event.target)}
    return line(tuple(harmless(values[name]) for name in COLUMNS))


def harmless(value: object) -> object:
    """*value* with an apostrophe before it if a spreadsheet would calculate it."""
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def line(values: tuple[object, ...]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow(values)
    return buffer.getvalue().encode()

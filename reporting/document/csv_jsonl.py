"""Write the events as tables for programs: CSV for spreadsheets, JSONL for everything else; one line per event."""

import re
from datetime import datetime
from functools import lru_cache

import msgspec

from reporting.actions import action
from reporting.document.records import Memory, targets
from reporting.document.redact_tokens import redact_tokens
from reporting.escape import escape_untrusted
from reporting.events import AuditEvent

FORMULA = re.compile("^\\s*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that a spreadsheet would calculate, full-width signs among them. Source: OWASP, CSV injection."""
encode = msgspec.json.Encoder().encode


class Row(msgspec.Struct, gc=False):
    """The event's values in column order; texts are escaped as in the TXT, and keys are cut out."""

    id: int
    date: str
    user: str
    user_id: str
    action_id: int
    category: str
    label: str
    action: str
    target: list[str]
    context: str
    page: str
    ip: str
    country: str
    city: str
    browser: str
    platform: str


COLUMNS = Row.__struct_fields__


def row(event: AuditEvent, local: datetime) -> Row:
    known = action(event.action_id)
    return Row(
        event.id,
        local.isoformat(),
        escape_untrusted(event.user),
        escape_untrusted(event.user_id),
        event.action_id,
        known.category.value,
        known.label,
        escape_untrusted(event.action),
        [escape_untrusted(part) for part in event.target],
        escape_untrusted(event.context),
        pages[event.page,],
        escape_untrusted(event.ip),
        escape_untrusted(event.country),
        escape_untrusted(event.city),
        escape_untrusted(event.browser),
        escape_untrusted(event.platform),
    )


def page(address: str) -> str:
    return escape_untrusted(redact_tokens(address))


pages = Memory(page)


def jsonl(event: AuditEvent, local: datetime) -> bytes:
    """One JSON object on one line."""
    return encode(row(event, local)) + b"\n"


def csv_head() -> bytes:
    """The first line of the CSV, after the mark by which spreadsheets know UTF-8."""
    return f"\ufeff{','.join(map(quote_cell, COLUMNS))}\r\n".encode()


def csv_line(event: AuditEvent, local: datetime) -> str:
    """One line of the CSV, in which no cell is a formula: RFC 4180 with every cell in quotes."""
    return (
        f'"{event.id}","{local.isoformat()}",{visible_cells[event.user, event.user_id]},{known_cells(event.action_id)},'
        f"{visible_cells[event.action,]},{quote_cell(targets(event.target))},{visible_cells[event.context,]},"
        f"{page_cells[event.page,]},"
        f"{visible_cells[event.ip, event.country, event.city, event.browser, event.platform]}\r\n"
    )


@lru_cache(maxsize=4096)
def known_cells(action_id: int) -> str:
    known = action(action_id)
    return f'"{action_id}",{quote_cell(known.category.value)},{quote_cell(known.label)}'


def cells(*values: str) -> str:
    return ",".join([quote_cell(escape_untrusted(value)) for value in values])


def page_cell(address: str) -> str:
    return quote_cell(pages[address,])


def quote_cell(value: str) -> str:
    """*value* as a cell, with an apostrophe before it if a spreadsheet would calculate it."""
    doubled = value.replace('"', '""')
    return f'"\'{doubled}"' if FORMULA.match(value) else f'"{doubled}"'


visible_cells, page_cells = Memory(cells), Memory(page_cell)

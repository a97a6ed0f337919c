"""Putting the document together on disk: its body while events come, its header when they are counted."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from reporting.document.highlights import spooled_event, spooled_signin
from reporting.document.index import index_row
from reporting.document.tables import csv_line, jsonl
from reporting.document.tally import SignInTally, Tally
from reporting.document.text import record, signin_record
from reporting.errors import DiskTrouble
from reporting.events import AuditEvent, SignIn
from reporting.layout import RULE
from reporting.recording import UPLOADED
from reporting.sieve import Sieve

BLOCK = 1 << 18
"""Bytes that are read at a time."""


class Form(StrEnum):
    """What a report can be written as. The TXT is the report; the others hold the same events for programs."""

    TXT = "txt"
    CSV = "csv"
    JSONL = "jsonl"
    INDEX = "index"
    """For the comparison with another reading; it is never filed."""
    HIGHLIGHTS = "highlights"
    """The lines of what deserves a look, which become a section of the TXT."""


WRITERS: Mapping[Form, Callable[[AuditEvent, datetime], bytes]] = {
    Form.TXT: lambda event, local: record(event, local).encode(),
    Form.CSV: csv_line,
    Form.JSONL: jsonl,
    Form.INDEX: index_row,
    Form.HIGHLIGHTS: spooled_event,
}


def write_events(
    events: Iterable[AuditEvent],
    sieve: Sieve,
    bodies: Mapping[Form, BinaryIO],
    shown: ZoneInfo,
    *,
    files: frozenset[str] = frozenset(),
) -> Tally:
    """Write each event that the sieve keeps, in every form, as it comes; count all of them, and uploads of *files*."""
    tally = Tally()
    writers = [(WRITERS[form], body) for form, body in bodies.items()]
    for event in events:
        tally.read += 1
        if event.action_id in UPLOADED:
            tally.uploads.update(files.intersection(event.target))
        if sieve.keeps(event):
            local = event.date.astimezone(shown)
            tally.add(event, local.day)
            for write, body in writers:
                body.write(write(event, local))
    return tally


def write_signins(
    entries: Iterable[SignIn], sieve: Sieve, body: BinaryIO, shown: ZoneInfo, *, highlights: BinaryIO
) -> SignInTally:
    """Write the section of the sign-ins that the sieve keeps, counting; the lines of those that failed apart."""
    tally = SignInTally()
    body.write(f"\nSign-ins:\n{RULE}\n".encode())
    for entry in entries:
        tally.read += 1
        if sieve.keeps(entry):
            tally.add(entry)
            local = entry.date.astimezone(shown)
            body.write(signin_record(entry, local).encode())
            highlights.write(spooled_signin(entry, local))
    return tally


def bind(head: bytes, bodies: Iterable[BinaryIO], path: Path) -> str:
    """Put *head* before the bodies, at *path*; give the SHA-256 of all in hex.

    A file that is there already is replaced, and only by a whole one.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as whole:
        part = Path(whole.name)
        try:
            whole.write(head)
            for body in bodies:
                body.seek(0)
                shutil.copyfileobj(body, whole)
            whole.flush()
            os.fsync(whole.fileno())
            whole.seek(0)
            sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return sha256


def digest(bodies: Iterable[BinaryIO]) -> str:
    """The SHA-256 of the bodies alone in hex: the same for the same records, whatever the header says of them."""
    found = hashlib.sha256()
    for body in bodies:
        body.seek(0)
        while block := body.read(BLOCK):
            found.update(block)
    return found.hexdigest()


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """*folder*, made if need be; a fault of the disk gets words of its own.

    Raises:
        DiskTrouble: full, forbidden or gone.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise DiskTrouble(path=folder, reason=error.strerror or str(error)) from error

"""Write the document to disk: its body as events arrive, its header once they are counted."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from reporting.document.append_file import BLOCK, Writable
from reporting.document.csv_jsonl import csv_line, jsonl
from reporting.document.event_fingerprint import fingerprint
from reporting.document.formats import Format
from reporting.document.highlights import spooled_event, spooled_signin
from reporting.document.ocsf import ocsf
from reporting.document.records import record, signin_record
from reporting.document.tally import SignInTally, Tally
from reporting.errors.base import DiskTrouble
from reporting.events import AuditEvent, SignIn
from reporting.layout import RULE
from reporting.matcher import Matcher
from reporting.os_error import os_reason
from reporting.recording_check import UPLOADED

BATCH = 200
"""Events that are written at a time."""


WRITERS: Mapping[Format, Callable[[AuditEvent, datetime], str]] = {
    Format.TXT: record,
    Format.CSV: csv_line,
}
PACKERS: Mapping[Format, Callable[[AuditEvent, datetime], bytes]] = {
    Format.JSONL: jsonl,
    Format.OCSF: ocsf,
    Format.INDEX: fingerprint,
    Format.HIGHLIGHTS: spooled_event,
}


def format_records(form: Format, events: Sequence[AuditEvent], dates: Sequence[datetime]) -> bytes:
    """The records of those events, each with its date in the report's zone, one after the other."""
    if form in WRITERS:
        return "".join(map(WRITERS[form], events, dates)).encode()
    return b"".join(map(PACKERS[form], events, dates))


def write_events(
    events: Iterable[AuditEvent],
    sieve: Matcher,
    bodies: Mapping[Format, Writable],
    shown: ZoneInfo,
    *,
    files: frozenset[str] = frozenset(),
) -> Tally:
    """Write each matching event in every form as it arrives; count all events, and uploads of *files*."""
    tally, coming = Tally(), iter(events)
    while batch := list(islice(coming, BATCH)):
        tally.read += len(batch)
        for event in batch:
            if event.action_id in UPLOADED:
                tally.uploads.update(files.intersection(event.target))
        kept = sieve.matching(batch)
        dates = [event.date.astimezone(shown) for event in kept]
        tally.add(kept, [date.day for date in dates])
        for form, body in bodies.items():
            body.write(format_records(form, kept, dates))
    return tally


def write_signins(
    entries: Iterable[SignIn], sieve: Matcher, body: BinaryIO, shown: ZoneInfo, *, highlights: BinaryIO
) -> SignInTally:
    """Write the section of matching sign-ins and count them; the lines of failed ones go to *highlights*."""
    tally = SignInTally()
    body.write(f"\nSign-ins:\n{RULE}\n".encode())
    for entry in entries:
        tally.read += 1
        if sieve.matches(entry):
            tally.add(entry)
            local = entry.date.astimezone(shown)
            body.write(signin_record(entry, local).encode())
            highlights.write(spooled_signin(entry, local))
    return tally


def write_atomically(blocks: Iterable[bytes], path: Path) -> str:
    """Write the blocks to *path* (atomic write) and return their SHA-256 in hex.

    A file that is there already is replaced, and only by a whole one.
    """
    written = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as whole:
        part = Path(whole.name)
        try:
            for block in blocks:
                whole.write(block)
                written.update(block)
            whole.flush()
            os.fsync(whole.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return written.hexdigest()


def file_blocks(file: BinaryIO) -> Iterator[bytes]:
    """A file from its start to its end."""
    file.seek(0)
    while block := file.read(BLOCK):
        yield block


def watch_blocks(blocks: Iterable[bytes], see: Callable[[bytes], None]) -> Iterator[bytes]:
    """Yield the same blocks, and pass each to *see*."""
    for block in blocks:
        see(block)
        yield block


@contextmanager
def disk_errors(folder: Path) -> Iterator[Path]:
    """Create *folder* if needed, and translate disk errors.

    Raises:
        DiskTrouble: full, forbidden or gone.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise DiskTrouble(path=folder, reason=os_reason(error)) from error

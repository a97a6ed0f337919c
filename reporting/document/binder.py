"""Putting the document together on disk: its body while events come, its header when they are counted."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from reporting.document.tally import SignInTally, Tally
from reporting.document.text import RULE, record, signin_record
from reporting.errors import DiskTrouble
from reporting.events import AuditEvent, SignIn


def write_events(events: Iterable[AuditEvent], body: BinaryIO, shown: ZoneInfo) -> Tally:
    """Write each event as it comes, counting."""
    tally = Tally()
    for event in events:
        tally.add(event)
        body.write(record(event, shown).encode())
    return tally


def write_signins(entries: Iterable[SignIn], body: BinaryIO, shown: ZoneInfo) -> SignInTally:
    """Write the section of the sign-ins, counting."""
    tally = SignInTally()
    body.write(f"\nSign-ins:\n{RULE}\n".encode())
    for entry in entries:
        tally.add(entry)
        body.write(signin_record(entry, shown).encode())
    return tally


def bind(header: Iterable[str], bodies: Iterable[BinaryIO], path: Path) -> str:
    """Put the header's lines before the bodies, at *path*; give the SHA-256 of all in hex.

    A file that is there already is replaced, and only by a whole one.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as whole:
        part = Path(whole.name)
        try:
            whole.write("".join(f"{line}\n" for line in header).encode())
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
        raise DiskTrouble(path=folder, reason=error.strerror or error) from error

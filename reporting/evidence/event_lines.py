"""Read the records of certain events from filed reports."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from reporting.docspace.api.client import Portal
from reporting.document.writer import disk_errors
from reporting.evidence.file_check import FileFindings, check_file
from reporting.layout import RULE
from reporting.report import FiledFile
from reporting.verification import Changes, EventLines, EventRecord

ID, END = b"ID: ", f"{RULE}\n".encode()
TXT = ".txt"


def event_lines(
    portal: Portal, changes: Changes, *, before: Iterable[FiledFile], after: Iterable[FiledFile], scratch: Path
) -> EventLines:
    """The records of differing events in both reports; only unchanged files are read.

    Each file is downloaded if an event is looked for in it, and lies in *scratch* meanwhile. Events are left out whose
    file is not there any more, or not as it was filed.

    Raises:
        DiskTrouble: *scratch* is full, forbidden or gone.
    """
    gone = {*changes.vanished_ids, *changes.changed_ids, *changes.relabelled_ids}
    come = {*changes.added_ids, *changes.changed_ids, *changes.relabelled_ids}
    with disk_errors(scratch):
        return EventLines(
            before=records(portal, before, gone, scratch=scratch), after=records(portal, after, come, scratch=scratch)
        )


def records(portal: Portal, files: Iterable[FiledFile], ids: set[int], *, scratch: Path) -> Mapping[int, EventRecord]:
    """The records of the events with those *ids*, from files that are unchanged since filing."""
    found: dict[int, EventRecord] = {}
    for file in files:
        if not file.title.endswith(TXT) or found.keys() >= ids:
            continue
        with tempfile.TemporaryFile(dir=scratch) as content:
            if check_file(portal, file, FileFindings(), into=content):
                content.seek(0)
                found |= dict(find_records(content, ids))
    return found


def find_records(content: IO[bytes], ids: set[int]) -> Iterator[tuple[int, EventRecord]]:
    """Yield the records of those *ids* from a TXT: the value of each line by its label."""
    record: list[str] | None = None
    for line in content:
        if line.startswith(ID):
            record = [] if int(line[len(ID) :]) in ids else None
        if line == END and record:
            values = dict(one.partition(": ")[::2] for one in record)
            yield int(values["ID"]), values
            record = None
        elif record is not None:
            record.append(line.decode().rstrip("\n"))

"""The forms in which the events are written."""

from enum import StrEnum


class Format(StrEnum):
    """What a report can be written as. The TXT is the report; the others hold the same events for programs."""

    TXT = "txt"
    CSV = "csv"
    JSONL = "jsonl"
    INDEX = "index"
    """For the comparison with another reading; it is never filed."""
    HIGHLIGHTS = "highlights"
    """The lines of what deserves a look, which become a section of the TXT."""

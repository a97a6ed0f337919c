"""The formats of a report."""

from enum import StrEnum


class Format(StrEnum):
    """A report's format. The TXT is the report; the others hold the same events for programs."""

    TXT = "txt"
    CSV = "csv"
    JSONL = "jsonl"
    OCSF = "ocsf"
    """For security tools."""
    INDEX = "index"
    """For the comparison with another reading; it is never filed."""
    HIGHLIGHTS = "highlights"
    """The lines of the highlights, which become a section of the TXT."""

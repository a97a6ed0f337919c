"""Check that the portal's audit trail recorded the bot's own uploads, which serve as a control sample.

DocSpace records each upload as event 5011 (a new file) or 5099 (a new version), with the file's id as its target. The
ledger lists the bot's uploads. If the trail lacks one of them, the trail is incomplete.

Source: ``FileUploader.cs`` and ``ChunkedUploaderHandler.cs`` of DocSpace server 3.7.2.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reporting.period import Window, utc
from reporting.plurals import number_of

UPLOADED = frozenset({5011, 5099})
"""Ids of the actions that an upload is recorded as."""
MARGIN = timedelta(hours=1)
"""How far the two clocks may differ, and how late an event may be recorded, before it counts as missing."""
MOST_NAMED = 5
"""Missing files that are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class BotUpload:
    """A file version that the bot uploaded, according to the ledger."""

    file: int
    """Its id in DocSpace."""
    version: int
    title: str
    """As the portal wrote it; untrusted text."""
    began: datetime
    """When its run began: it was not uploaded before."""
    filed_at: datetime
    """When its run ended: it was not uploaded after."""


@dataclass(frozen=True, slots=True)
class RecordingCheck:
    """How many of the bot's own uploads in a period the audit trail shows."""

    uploads: int = 0
    """Uploads that it must show."""
    missing: int = 0
    """Those that it does not show."""

    @property
    def summary(self) -> str:
        """The report's line on this check."""
        if not self.uploads:
            return "the bot filed nothing in this period, so there was nothing to check"
        shown = self.uploads - self.missing
        return f"the audit trail shows {shown} of the {self.uploads} uploads by the bot in this period"


NOTHING_TO_CHECK = RecordingCheck()


def required(uploads: Iterable[BotUpload], window: Window, *, now: datetime) -> tuple[BotUpload, ...]:
    """The uploads that the audit trail of *window* must show at *now*, oldest first.

    The bot's clock and the portal's may differ by minutes, and events are recorded late. So an upload within an hour of
    either end of the window is not required, nor is one of the last hour of a month that is still going on; an event of
    such an upload counts all the same. Once a month is over, the required uploads no longer change.
    """
    earliest, latest = window.start + MARGIN, min(window.end, now) - MARGIN
    inside = {one for one in uploads if earliest <= one.began and one.filed_at <= latest}
    return tuple(sorted(inside, key=lambda one: (one.filed_at, one.file, one.version)))


def targets(uploads: Iterable[BotUpload]) -> frozenset[str]:
    """The file ids as the audit trail writes them."""
    return frozenset(str(one.file) for one in uploads)


def check_recording(uploads: tuple[BotUpload, ...], seen: Mapping[str, int]) -> tuple[RecordingCheck, tuple[str, ...]]:
    """Compare the *required* uploads with the upload events *seen* for each target; return the result and its gaps.

    Each upload of a file needs an event of its own.
    """
    expected = Counter(str(one.file) for one in uploads)
    lacking = {file: times - seen.get(file, 0) for file, times in expected.items() if seen.get(file, 0) < times}
    newest = {str(one.file): one for one in uploads}
    missing = [newest[file] for file in lacking]
    result = RecordingCheck(len(uploads), sum(lacking.values()))
    return result, tuple(reasons(missing, expected, lacking))


def reasons(missing: list[BotUpload], expected: Mapping[str, int], lacking: Mapping[str, int]) -> Iterator[str]:
    """Yield one short reason per missing file, its title last because messages cut long lines."""
    for one in missing[:MOST_NAMED]:
        times, lack = expected[str(one.file)], lacking[str(one.file)]
        upload = "the upload" if times == 1 else f"{lack} of the {times} uploads"
        filed = f"which the bot filed by {utc(one.filed_at)}: “{one.title}”"
        yield f"the audit trail lacks {upload} of file {one.file}, {filed}"
    if len(missing) > MOST_NAMED:
        more = number_of(len(missing) - MOST_NAMED, "more file")
        yield f"the audit trail lacks uploads of {more} that the bot filed"

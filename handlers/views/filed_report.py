"""Where a report lies, by which it is known again, and what is new in it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from handlers.exposure import Exposure
from handlers.views.blocks import escape_mrkdwn, escaped, moment
from handlers.views.redaction import OUR_TITLE, may_link
from reporting.plurals import number_of
from reporting.report import BuiltReport, FiledFile, UploadResult
from reporting.run import ChainHead
from reporting.verification import Changes, Result, Review

REVIEWED = {
    Result.ACCEPTED: ":white_check_mark: *Accepted*",
    Result.REMARKS: ":white_check_mark: *Accepted with remarks*",
    Result.REJECTED: ":no_entry: *Rejected*",
}
PARTS = 5
"""Parts of a report in several files that are linked; the others lie beside them."""
REVIEWS = 5
"""Reviews that are told; the thread has them all."""
TITLE, LINK = 100, 250
"""Characters of a file's title and of its address; longer titles are cut, longer addresses shown nowhere."""
IDS = 20
"""Events that are named where they are gone."""


@dataclass(frozen=True, slots=True)
class Published:
    """A report and what stands beside it."""

    run: str
    draft: BuiltReport
    filing: UploadResult
    head: ChainHead | None = None
    """The run's entry in the ledger."""
    changes: Changes | None = None
    """Against the report before; None if there is none to compare with."""
    reviews: tuple[Review, ...] = ()
    """Those in force."""
    settles: datetime | None = None
    """When its month will have settled, if it is provisional."""
    is_reread: bool = False
    """Whether it is read again automatically then."""


def sha256_line(report: Published) -> str:
    """By which the report can be known again, wherever it turns up."""
    head = f" · ledger `{report.head.short}`, entry {report.head.number:,}" if report.head else ""
    return f"SHA-256 `{report.draft.sha256}`{head}"


def vanished_events_warning(changes: Changes) -> str:
    """Events that the portal had when the report before was made, and has no more."""
    shown = ", ".join(map(str, changes.vanished_ids[:IDS]))
    more = f" and {changes.vanished - IDS:,} more" if changes.vanished > IDS else ""
    one = changes.vanished == 1
    return (
        f":rotating_light: *{changes.vanished:,} {'event has' if one else 'events have'} vanished* from the portal's "
        f"audit trail since the previous report: ID {shown}{more}. Audit trails do not lose events on their own."
    )


def change_line(report: Published) -> list[str]:
    """What is to be known of how it was filed, and of what is new in it."""
    if report.filing.unchanged:
        return [":heavy_equals_sign: *Nothing has changed* since the previous report. Nothing was uploaded."]
    twin = (
        ":warning: DocSpace created a *second file of the same name*, because the first is locked or being edited. "
        "This report is the one below."
    )
    return [*([difference(report.changes)] if report.changes else []), *([twin] if report.filing.duplicate else [])]


def difference(changes: Changes) -> str:
    """What is new since the report before, in numbers."""
    found = {
        "added": changes.added,
        "vanished": changes.vanished,
        "changed": changes.changed,
        "renamed only": changes.relabelled,
    }
    words = ", ".join(f"{events:,} {what}" for what, events in found.items() if events)
    return f":arrows_counterclockwise: Since the previous report: {words or 'the same events'}."


def review_line(review: Review) -> str:
    return f"{REVIEWED.get(review.result, review.result)} by <@{review.reviewer}>, {moment(review.at)}"


def links(filing: UploadResult, portal: str, *, exposure: Exposure, name: str) -> list[str]:
    """Where the files lie, the manifest at the end; titles as far as they may be seen, of a report of that *name*."""
    more = len(filing.files) - PARTS
    return [
        *(place(filed, portal, exposure=exposure, name=name) for filed in filing.files[:PARTS]),
        *([f"{number_of(more, 'more part lies', 'more parts lie')} beside them"] if more > 0 else []),
        *(
            [f"{place(filing.manifest, portal, exposure=exposure, name=name)} (how it was made)"]
            if filing.manifest
            else []
        ),
    ]


def place(filed: FiledFile, portal: str, *, exposure: Exposure, name: str) -> str:
    ours = filed.title.startswith(name) and OUR_TITLE.fullmatch(filed.title)
    title = escape_mrkdwn(filed.title, longest=TITLE) if exposure is Exposure.FULL or ours else f"file {filed.id}"
    link = linked(title, filed.url, portal) if may_link(filed.url, exposure) else title
    return f"Filed in DocSpace as {link}, version {filed.version}"


def linked(words: str, url: str, portal: str) -> str:
    """*words* (mrkdwn), as a link if *url* leads to the portal that was asked."""
    return f"<{escaped(url)}|{words}>" if same_site(url, portal) else words


def same_site(url: str, portal: str) -> bool:
    """Whether *url* is an address of the portal that can stand in a link."""
    here = urlsplit(portal)
    safe = not any(mark in url for mark in "|<>") and url.isprintable() and len(escaped(url)) <= LINK
    return safe and f"{url}/".startswith(f"{here.scheme}://{here.netloc}/")

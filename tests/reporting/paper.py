"""A report on paper: made of events and sign-ins at hand, without a portal and without a disk."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from reporting.actions import Highlight
from reporting.document.formats import Format
from reporting.document.header import LAST, Findings, header
from reporting.document.highlights import section
from reporting.document.tally import Tally
from reporting.document.writer import write_events, write_signins
from reporting.events import AuditEvent, SignIn
from reporting.filters import parse
from reporting.matcher import Matcher
from reporting.period import Month
from reporting.report import Assessment, Scope, SignIns, Verdict

RIGA = ZoneInfo("Europe/Riga")
OCTOBER = Month(2025, 10)
COMPLETE = Assessment(Verdict.COMPLETE)
UNREAD = SignIns(Assessment(Verdict.UNREAD, ("the portal refused",)))
EVERYTHING = Matcher()


def scope(
    month: Month = OCTOBER,
    *,
    portal: str = "https://docspace.example.com",
    version: str = "3.7.2",
    zone: str = "Europe/Riga",
    only: str = "",
) -> Scope:
    return Scope(
        month=month,
        portal=portal,
        version=version,
        zone=zone,
        window=month.within(RIGA),
        only=parse(only),
    )


def counted(events: Iterable[AuditEvent], sieve: Matcher = EVERYTHING) -> Tally:
    return write_events(events, sieve, {}, RIGA)


def head(
    about: Scope,
    tally: Tally,
    *,
    judgement: Assessment = COMPLETE,
    signins: SignIns = UNREAD,
    notes: tuple[str, ...] = (),
    highlights: Iterable[str] = (),
    began: datetime | None = None,
) -> list[str]:
    found = Findings(judgement, signins, tally, notes, highlights=highlights, began=began)
    return list(header(about, found))


def document(
    events: Iterable[AuditEvent],
    entries: Iterable[SignIn] | None,
    *,
    about: Scope,
    judgement: Assessment = COMPLETE,
    sieve: Matcher = EVERYTHING,
    began: datetime | None = None,
) -> str:
    """The whole TXT; without *entries* the sign-ins were not read."""
    body, below, spool = BytesIO(), BytesIO(), BytesIO()
    tally = write_events(events, sieve, {Format.TXT: body, Format.HIGHLIGHTS: spool}, RIGA)
    signins = UNREAD
    if entries is not None:
        signins = write_signins(entries, sieve, below, RIGA, highlights=spool).as_signins(COMPLETE)
    counts = {**tally.highlights(), Highlight.FAILED_SIGN_IN: signins.failed}
    marked = [line.decode().rstrip("\n") for line in section(counts, spool)]
    lines = head(about, tally, judgement=judgement, signins=signins, notes=sieve.notes, highlights=marked, began=began)
    return "".join(f"{line}\n" for line in lines) + (body.getvalue() + below.getvalue() + LAST).decode()

"""``python -m bot verify | diff | calendar | history | bundle``: what proves the reports, on the hosting machine."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from bot.config.filter_profiles import read_profiles
from bot.config.settings import PortalSettings
from bot.docspace.clients import now, portal_clients
from bot.errors import AlreadyThere
from bot.store.database import Store
from bot.store.migration import open_existing
from bot.terminal.arguments import Arguments, month_or_year, parse_year
from bot.terminal.exit_codes import COMPLETE, NOT_MADE
from bot.workflows.serialization import pack
from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import server_info
from reporting.docspace.audit.retention import days_kept
from reporting.document.writer import disk_errors
from reporting.errors.request import NoReport, NotComparable
from reporting.escape import escape_untrusted
from reporting.evidence import event_index, ledger
from reporting.evidence.bundle import bundle
from reporting.evidence.calendar import calendar, history, total
from reporting.evidence.diff import compare
from reporting.evidence.event_lines import event_lines
from reporting.evidence.published_heads import unchecked
from reporting.evidence.verify import verify
from reporting.filters import expanded
from reporting.period import zone
from reporting.plurals import number_of
from reporting.report import report_name
from reporting.run import Run
from reporting.verification import Changes, EventLines, MonthRow, Outcome, PastRun, Verification

SLACK = "heads in Slack"
BY_HAND = "verify in Slack compares them; or compare the digits in the newest message of the bot there by hand"
TOLD = ("Date", "User", "Action", "Target", "Context")
"""Lines of an event's record by which it is told."""


def name_of(subject: Arguments, settings: PortalSettings) -> str:
    """What the files of the report that is meant are called, without their endings."""
    month, only = subject.read(settings)
    return report_name(month, expanded(only, read_profiles(settings.profiles_file)))


@contextmanager
def opened_with_portal(settings: PortalSettings) -> Iterator[tuple[Store, Portal]]:
    with closing(open_existing(settings.database, now=now)) as store, portal_clients(settings) as portal:
        yield store, portal(now())


def verify_report(subject: Arguments, settings: PortalSettings, *, as_json: bool) -> int:
    """Say whether the newest report is what was filed; the exit code."""
    name = name_of(subject, settings)
    with opened_with_portal(settings) as (store, portal):
        found = verify(store.read, portal, name=name).beside(unchecked(SLACK, BY_HAND))
    print_result(pack(found), verification(found), as_json=as_json)
    return COMPLETE if found.outcome is Outcome.INTACT else NOT_MADE


def verification(found: Verification) -> list[str]:
    head = f"{found.head.short}, entry {found.head.number:,}" if found.head else "none"
    return [
        f"{found.name}: {found.outcome.upper()}" + (f" by version {found.newest}" if found.newest else ""),
        *(f"  {check.outcome:<10} {check.what}: {check.found}" for check in found.checks),
        *(f"  {check.outcome:<11} {check.what}: {check.found}" for check in found.heads),
        *(
            f"  history    {e.title}, version {e.version}, {e.at}, by {e.by or 'nobody named'}: {e.comment}"
            for e in found.edits
        ),
        *(f"  trace      this check is told by the portal's audit trail: {trace}" for trace in found.traces),
        f"  ledger     {head}",
    ]


def compare_versions(subject: Arguments, settings: PortalSettings, *, as_json: bool) -> int:
    """Say what the newest report has otherwise than the one before it."""
    name = name_of(subject, settings)
    with opened_with_portal(settings) as (store, portal):
        filed = store.read(ledger.newest_filed, portal=portal.address, name=name)
        if not filed:
            raise NoReport(what=name, example=subject.month)
        if len(filed) == 1:
            raise NotComparable(reason="there is only one so far")
        after, before = filed[:2]
        rows = store.read(event_index.pair, before.run, after.run)
        changes = compare(*rows, against=before.run)
        lines = event_lines(portal, changes, before=before.files, after=after.files, scratch=settings.data_dir)
    facts = {"run": after.run, "name": name, **pack(changes), "events": pack(lines)}
    print_result(facts, comparison(name, after, changes, lines), as_json=as_json)
    return COMPLETE


def comparison(name: str, after: Run, changes: Changes, lines: EventLines) -> list[str]:
    kinds = [
        ("added", changes.added, changes.added_ids),
        ("VANISHED" if changes.vanished else "vanished", changes.vanished, changes.vanished_ids),
        ("changed", changes.changed, changes.changed_ids),
        ("relabelled", changes.relabelled, changes.relabelled_ids),
    ]
    return [
        f"{name}: run {after.run} against run {changes.against}",
        *(
            line
            for word, count, ids in kinds
            for line in (
                f"  {word:<10} {count:>9,}{f'  ID {listed(ids, count)}' if ids else ''}",
                *(f"             {told}" for number in ids for told in event_words(number, lines)),
            )
        ),
    ]


def event_words(number: int, lines: EventLines) -> Iterator[str]:
    """An event as the newer report tells it, and what the one before told otherwise."""
    before, after = lines.before.get(number, {}), lines.after.get(number, {})
    told = after or before
    if told:
        yield " | ".join([f"ID {number}", *(told[name] for name in TOLD if told.get(name))])
    if before and after:
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        for name in names:
            yield f"  {name} was {before.get(name) or 'nothing'}, is {after.get(name) or 'nothing'}"


def listed(ids: tuple[int, ...], count: int) -> str:
    more = f" and {count - len(ids):,} more" if count > len(ids) else ""
    return ", ".join(map(str, ids)) + more


def show_calendar(typed: str, settings: PortalSettings, *, as_json: bool) -> int:
    """Say how the months of a year are covered."""
    year = parse_year(typed)
    with opened_with_portal(settings) as (store, portal):
        here = ZoneInfo(settings.report_timezone) if settings.report_timezone else zone(server_info(portal).timezone)
        days = days_kept(portal)
        rows = store.read(calendar, portal.address, year, now=now(), zone=here, retention=days)
    print_result([pack(row) for row in rows], [f"{year}, {here.key}", *map(month_line, rows)], as_json=as_json)
    return COMPLETE


def month_line(row: MonthRow) -> str:
    events = f"{row.kept:>10,} {'event ' if row.kept == 1 else 'events'}" if row.kept is not None else " " * 17
    where = f"  version {row.version}, SHA-256 {row.sha256[:12]}, run {row.run}" if row.run else ""
    by = f"; accepted by {', '.join(row.reviewers)}" if row.reviewers else ""
    return f"  {row.month}  {row.state:<16} {events}{where}{by}" + "".join(
        f"\n           {escape_untrusted(n)}" for n in row.notes
    )


def show_history(words: Sequence[str], settings: PortalSettings, *, most: int | None, as_json: bool) -> int:
    """Say what was made of a year, of a month, or at all: the newest, and on standard error how many are left out."""
    of = month_or_year(words, settings)
    year, month = (of, None) if isinstance(of, int) else (None, of)
    with closing(open_existing(settings.database, now=now)) as store:
        found, count = store.read(
            lambda c: (history(c, month=month, year=year, most=most), total(c, month=month, year=year))
        )
    print_result([pack(one) for one in found], [line for one in found for line in past_lines(one)], as_json=as_json)
    if count > len(found):
        typer.echo(f"The newest {len(found):,} of {count:,} runs; --all shows every one.", err=True)
    return COMPLETE


def past_lines(past: PastRun) -> Iterator[str]:
    """What is to be known of a run, in lines."""
    entry = past.entry
    chained = f"ledger {entry.link.number}:{entry.link.short}" if entry.link else "not in the ledger's chain yet"
    what = escape_untrusted(str(entry.order))
    yield f"{entry.asked:%Y-%m-%d %H:%M} UTC  {what}: {entry.state}, run {entry.run}, {chained}"
    by = entry.asker or "whoever hosts the bot"
    yield f"  asked for  by {by}, with {entry.origin}"
    if entry.files:
        kept = f"{number_of(entry.kept or 0, 'event')}, version {entry.files[0].version}, SHA-256 {entry.sha256[:12]}"
        after = f"; superseded by run {past.superseded_by}" if past.superseded_by else ""
        yield f"  report     {entry.verdict}, {kept}{after}"
    if entry.failure:
        yield f"  failure    {escape_untrusted(entry.failure.message)}"
    for review in past.reviews:
        reason = escape_untrusted(review.reason)
        yield f"  review     {review.result} by {review.reviewer}, {review.at:%Y-%m-%d}: {reason}"


def write_bundle(subject: Arguments, settings: PortalSettings, *, out: Path) -> int:
    """Write everything that proves the newest report into one ZIP.

    Raises:
        AlreadyThere: there is something of that name.
    """
    if out.exists():
        raise AlreadyThere(path=out)
    name = name_of(subject, settings)
    with opened_with_portal(settings) as (store, portal), disk_errors(out.absolute().parent):
        made = bundle(store.read, portal, name=name, out=out.absolute())
    lines = [
        f"{out}: run {made.run}, ledger head {made.head.short}, entry {made.head.number:,}",
        *(f"  in it      {one}" for one in made.names),
        *(f"  left out   {escape_untrusted(one)}" for one in made.left_out),
        "README.txt in it tells how to check all of it without this bot.",
    ]
    print_result(None, lines, as_json=False)
    return COMPLETE


def print_result(packed: object, lines: list[str], *, as_json: bool) -> None:
    typer.echo(json.dumps(packed, indent=2) if as_json else "\n".join(lines))

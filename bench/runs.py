"""What people ask, answered from a ledger of 10,000 runs in a SQLite file: processor time of the database's part."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, update

from bench.bounds import Bound
from bot.desk import asked_for
from bot.store.database import Store, connect
from bot.store.migration import migrate
from handlers.desk import RequestContext
from reporting.evidence import chain, ledger
from reporting.evidence.calendar import calendar, history, total
from reporting.evidence.ledger import runs
from reporting.evidence.ledger_check import check
from reporting.evidence.run_statement import as_stored, statement
from reporting.filters import ALL_EVENTS
from reporting.period import Month
from reporting.report import Change, FiledFile, Order, Verdict, report_name
from reporting.run import ChainHead, Origin, Run, State
from reporting.verification import Kind

RUNS, YEARS = 10_000, 5
TIMES = 5
ANSWER, START = 30.0, 1_500.0
"""Milliseconds of processor for an answer, and for all of a start."""
PORTAL, CHANNEL, PERSON = "https://docspace.example.com", "C0COMPLY01", "U0ANN00001"
NOW = datetime(2025, 6, 1, tzinfo=UTC)
Ask = Callable[[Connection], object]


def measured() -> Mapping[str, float]:
    """Milliseconds of processor by question, the best of five."""
    with (
        tempfile.TemporaryDirectory(prefix="compliance-bench-") as folder,
        closing(connect(f"sqlite:///{Path(folder) / 'bot.sqlite'}")) as store,
    ):
        migrate(store, now=lambda: NOW)
        store.write(fill)
        return {question: best(store, ask) for question, ask in questions().items()}


def best(store: Store, ask: Ask) -> float:
    return min(once(store, ask) for _ in range(TIMES)) * 1_000


def once(store: Store, ask: Ask) -> float:
    began = time.process_time()
    store.read(ask)
    return time.process_time() - began


def questions() -> Mapping[str, Ask]:
    zone, may = ZoneInfo("Europe/Riga"), Month(2024, 5)
    return {
        "history": lambda c: (history(c, month=None, year=None, most=100), total(c, month=None, year=None)),
        "calendar": lambda c: calendar(c, PORTAL, 2024, now=NOW, zone=zone, retention=180),
        "status": lambda c: (ledger.list_open_runs(c), asked_for(c, RequestContext(CHANNEL, PERSON))),
        "verify: the report": lambda c: ledger.newest_filed(c, portal=PORTAL, name=report_name(may, ALL_EVENTS)),
        "verify, and each start: the whole ledger": check,
    }


def fill(c: Connection) -> None:
    """Every month of five years, made again and again; many at a time, since one by one it takes half a minute."""
    months = [Month(2020, 1).plus(number % (12 * YEARS)) for number in range(RUNS)]
    entries = [run(number, month, before(number)) for number, month in enumerate(months)]
    c.execute(runs.insert(), [ledger.to_row(entry) for entry in entries])
    links, last = [], ChainHead(0, chain.FIRST)
    for number, row in enumerate(c.execute(as_stored(runs).order_by(runs.c.run)).mappings().all(), start=1):
        body = statement(row)
        told = {"number": number, "kind": Kind.RUN.value, "run": row["run"], "at": row["asked"], "before": last.hash}
        last = ChainHead(number, chain.digest(told | {"body": body}))
        links.append(told | {"body": chain.canonical(body), "hash": last.hash})
    c.execute(chain.ledger.insert(), links)
    link = update(runs).where(runs.c.run == bindparam("of")).values(link=bindparam("to"))
    c.execute(link, [{"of": one["run"], "to": f"{one['number']}:{one['hash']}"} for one in links])


def before(number: int) -> str:
    """The run whose report that one takes the place of."""
    return name(number - 12 * YEARS) if number >= 12 * YEARS else ""


def name(number: int) -> str:
    return f"{number:016x}"


def run(number: int, month: Month, earlier: str) -> Run:
    order, asked = Order(month), NOW - timedelta(minutes=RUNS - number)
    return Run(
        run=name(number),
        order=order,
        origin=Origin.COMMAND,
        place=CHANNEL,
        asker=PERSON,
        asked=asked,
        state=State.DONE,
        began=asked,
        ended=asked,
        verdict=Verdict.COMPLETE,
        read=1_000,
        kept=1_000,
        sha256=f"{number:064x}",
        portal=PORTAL,
        name=report_name(month, order.only),
        files=(filed(number),),
        supersedes=earlier,
    )


def filed(number: int) -> FiledFile:
    url, sha256 = f"{PORTAL}/doceditor?fileId={number}", f"{number:064x}"
    return FiledFile(number, 1, 4711, "compliance-report.txt", url, 400_000, sha256, Change.VERSION)


def lines(found: Mapping[str, float]) -> Iterator[str]:
    yield f"| {RUNS:,} runs in the ledger | ms of processor |"
    yield "|---|---:|"
    yield from (f"| {question} | {taken:,.1f} |" for question, taken in found.items())


def bounds(found: Mapping[str, float]) -> Iterator[Bound]:
    for question, taken in found.items():
        most = START if "start" in question else ANSWER
        words = f"at most {most:,.0f} ms of processor with {RUNS:,} runs, {question}"
        yield Bound(words, f"{taken:,.1f} ms", taken <= most)

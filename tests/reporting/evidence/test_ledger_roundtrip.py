"""What is written into the ledger comes back as it was, from both databases."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from sqlalchemy.engine.default import DefaultDialect

from bot.store.database import Store
from reporting.evidence import ledger
from reporting.evidence.columns import Instant
from reporting.evidence.ledger import runs
from reporting.filters import parse
from reporting.period import Month
from reporting.report import Change, Failure, FiledFile, Order, Progress, Verdict
from reporting.run import ChainHead, Origin, Run, State
from tests.entries import NOON, entry

DIALECT = DefaultDialect()

zones = st.sampled_from([UTC, ZoneInfo("Europe/Riga"), ZoneInfo("Pacific/Kiritimati"), timezone(timedelta(hours=-9.5))])
moments = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=zones)  # noqa: DTZ001
instants = moments.map(lambda moment: moment.astimezone(UTC))  # two names of a repeated hour are never equal in Python
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
ids = st.text("ABCU0123456789", max_size=64)
numbers = st.integers(0, 2**31 - 1)
names = st.text(st.characters(categories=["L", "N"], include_characters=" ,:-"), max_size=40)
words = st.sampled_from(["type:delete,share", "-user:ann@example.com", "file:12,4"])
rooms = names.filter(str.strip).map('room:"{}"'.format)
filters = st.lists(words | rooms, max_size=4).map(" ".join)


orders = st.builds(
    Order,
    st.builds(Month, st.integers(2000, 2099), st.integers(1, 12)),
    st.sampled_from(["", "UTC", "America/Argentina/ComodRivadavia"]),
    filters.map(parse),
)
files = st.builds(
    FiledFile, numbers, numbers, numbers, texts, texts, numbers, st.just("ab" * 32), change=st.sampled_from(Change)
)
heads = st.none() | st.builds(ChainHead, st.integers(1, 2**31 - 1), st.just("ef" * 32))
entries = st.builds(
    Run,
    run=ids,
    order=orders,
    origin=st.sampled_from(Origin),
    place=ids,
    asker=ids,
    asked=instants,
    state=st.sampled_from(State),
    turn=numbers,
    began=st.none() | instants,
    ended=st.none() | instants,
    attempts=numbers,
    replica=ids,
    progress=st.builds(Progress, st.floats(0, 1), numbers, st.just(0.0)),
    stopped_by=ids,
    verdict=st.none() | st.sampled_from(Verdict),
    read=st.none() | numbers,
    kept=st.none() | numbers,
    sha256=st.sampled_from(["", "cd" * 32]),
    portal=texts,
    name=texts,
    files=st.lists(files, max_size=3).map(tuple),
    supersedes=ids,
    rereads=st.none() | ids,
    manifest=st.none() | files,
    head=heads,
    link=heads,
    failure=st.none() | st.builds(Failure, texts, texts, texts, transient=st.booleans()),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(wanted=entries)
def test_any_entry_comes_back_from_the_database_as_it_went_in(store: Store, wanted: Run) -> None:
    def through(c: Connection) -> Run | None:
        ledger.accept(c, wanted)
        found = ledger.find(c, wanted.run)
        c.execute(runs.delete())
        return found

    assert store.write(through) == wanted


LONG = "action:" + ",".join(map(str, range(5000, 5150)))


def test_a_run_with_any_filter_that_was_accepted_can_be_read_again(store: Store) -> None:
    """Numbers of actions become names, which are longer than what people may write."""
    wanted = entry(order=Order(Month(2025, 1), "", parse(LONG)))
    store.write(ledger.accept, wanted)
    assert store.write(ledger.list_open_runs) == [wanted]


def test_a_run_whose_filter_another_release_understood_does_not_keep_the_ledger_from_being_read(store: Store) -> None:
    def write(c: Connection) -> list[Run]:
        ledger.accept(c, entry())
        ledger.change(c, "r1", only="action:OfAnotherRelease colour:red")
        ledger.accept(c, entry("r2", "2025-02"))
        return ledger.list_open_runs(c)

    assert [one.run for one in store.write(write)] == ["r1", "r2"]


def bound(moment: datetime) -> str:
    return str(Instant().process_bind_param(moment, DIALECT))


@given(moment=moments)
def test_a_moment_is_kept_to_the_microsecond_whatever_its_zone(moment: datetime) -> None:
    kept = bound(moment)
    assert len(kept) == 32
    assert Instant().process_result_value(kept, DIALECT) == moment.astimezone(UTC)


@given(instants, instants)
def test_moments_sort_as_text_as_they_do_in_time(one: datetime, two: datetime) -> None:
    assert (bound(one) < bound(two)) == (one < two)


def test_a_moment_is_compared_and_read_back_as_one_by_the_database(store: Store) -> None:
    store.write(ledger.accept, entry())
    riga = NOON.astimezone(ZoneInfo("Europe/Riga"))
    assert store.write(lambda c: c.scalar(select(runs.c.asked).where(runs.c.asked == riga))) == NOON
    assert store.write(lambda c: c.scalar(select(runs.c.run).where(runs.c.asked < riga - timedelta(seconds=1)))) is None

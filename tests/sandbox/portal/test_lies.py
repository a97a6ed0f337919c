"""Each lie is the lie that it says, in those answers that it says, with and without HTTP."""

import gzip
import json
import zlib
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.portal import AuditEvent, AuditLog, AuditQuery, Damaged, DateHeader, PortalSetup
from sandbox.portal.damage import damaged
from sandbox.portal.lies import IN_ROWS, MISCOUNTS, PLAUSIBLE, READABLE, UNREADABLE, Lie, LieKind
from sandbox.portal.lying_trail import ABSENT, World
from sandbox.portal.refusals import BadParameters
from sandbox.portal.selection import Row, RowTable
from sandbox.portal.semantics import Question, Semantics
from sandbox.portal.wire import json_response
from tests.worlds import MISSING_FOR_ALL, Server, events_of, months, servers, setup_of

PATH = "/api/2.0/security/audit/events/filter"
ROWS = tuple(Row(id=number, date=number) for number in range(5))


def world(*lies: Lie, rows: tuple[Row, ...] = ROWS, **semantics) -> World[Row]:
    return World(RowTable(rows), Semantics(ties="id", **semantics), lies)


def ids(asked: World[Row], **question) -> list[int]:
    return [row.id for row in asked.ask(Question(**question)).rows]


def test_each_kind_belongs_to_one_family():
    families = (PLAUSIBLE, MISCOUNTS, UNREADABLE, READABLE)
    assert sum(map(len, families)) == len(LieKind)
    assert IN_ROWS < UNREADABLE | READABLE


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        (Lie(LieKind.CUT), [1]),
        (Lie(LieKind.CUT, first=3), [3]),
        (Lie(LieKind.CUT, first=3, answers=2), [3, 4]),
        (Lie(LieKind.CUT, first=6, answers=None), [6, 7, 8]),
        (Lie(LieKind.CUT, first=2, answers=None, every=3), [2, 5, 8]),
        (Lie(LieKind.CUT, first=1, answers=2, every=2), [1, 3]),
    ],
)
def test_a_lie_is_told_in_its_answers_and_in_no_other(lie, told):
    asked = world(lie)
    assert [place for place in range(1, 9) if asked.ask(Question()).damage is LieKind.CUT] == told


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (LieKind.EMPTY, []),
        (LieKind.ROW_TWICE, [4, 3, 2, 1, 0, 0]),
        (LieKind.ALL_TWICE, [4, 3, 2, 1, 0, 4, 3, 2, 1, 0]),
        (LieKind.ROW_REPLACED, [4, 3, 2, 1, 1]),
        (LieKind.FIRST_MISSING, [3, 2, 1, 0]),
        (LieKind.MIDDLE_MISSING, [4, 3, 1, 0]),
        (LieKind.LAST_MISSING, [4, 3, 2, 1]),
        (LieKind.REVERSED, [0, 1, 2, 3, 4]),
        (LieKind.IDS_SHIFTED, [5, 4, 3, 2, 1]),
        (LieKind.IDS_SAME, [4, 4, 4, 4, 4]),
        (LieKind.REPLICA_LAG, [3, 2, 1, 0]),
        (LieKind.REPLICA_HOLE, [3, 2, 1, 0]),
        (LieKind.OLDEST_MISSING, [4, 3, 2, 1]),
    ],
)
def test_a_plausible_lie_counts_its_rows_right(kind, found):
    answer = world(Lie(kind)).ask(Question())
    assert [row.id for row in answer.rows] == found
    assert answer.count == len(found)
    assert answer.readable


def test_a_replica_with_a_hole_lacks_the_row_it_lost():
    assert ids(world(Lie(LieKind.REPLICA_HOLE, amount=3))) == [4, 3, 1, 0]


@pytest.mark.parametrize("kind", [LieKind.REPLICA_LAG, LieKind.REPLICA_HOLE])
def test_a_replica_honours_filters_on_the_rows_that_it_has(kind):
    rows = tuple(row._replace(user="ab"[row.id % 2]) for row in ROWS)
    assert ids(world(Lie(kind, amount=2), rows=rows), filters={"userId": "b"}) == [1]


def test_a_longer_page_has_rows_that_were_not_asked_for():
    assert ids(world(Lie(LieKind.LONGER, amount=2)), count=2) == [4, 3, 2, 1]


def test_many_rows_are_thousands():
    assert len(ids(world(Lie(LieKind.MANY_ROWS, amount=3)))) == 3_000


def test_another_window_is_earlier_and_no_window_is_everything():
    assert ids(world(Lie(LieKind.OTHER_WINDOW, amount=2)), since=3, until=4) == [2, 1]
    assert ids(world(Lie(LieKind.NO_WINDOW)), since=3, until=3) == [4, 3, 2, 1, 0]


def test_dates_may_be_shown_late():
    assert [row.date for row in world(Lie(LieKind.DATES_SHIFTED, amount=60)).ask(Question()).rows] == list(
        range(64, 59, -1)
    )


def test_a_cache_answers_what_was_asked_before():
    questions = [{"until": until} for until in (0, 1, 2, 3)]
    for lie, found in (
        (Lie(LieKind.PREVIOUS, first=3), [[0], [1, 0], [1, 0], [3, 2, 1, 0]]),
        (Lie(LieKind.PREVIOUS, first=3, answers=None), [[0], [1, 0], [1, 0], [1, 0]]),
        (Lie(LieKind.CACHED, first=3, answers=None), [[0], [1, 0], [0], [0]]),
        (Lie(LieKind.STALE, first=4, amount=2), [[0], [1, 0], [2, 1, 0], [1, 0]]),
        (Lie(LieKind.PREVIOUS), [[0], [1, 0], [2, 1, 0], [3, 2, 1, 0]]),
    ):
        asked = world(lie)
        assert [ids(asked, **question) for question in questions] == found


@pytest.mark.parametrize(
    ("kind", "count", "rows"),
    [
        (LieKind.COUNT_MORE, 6, 5),
        (LieKind.COUNT_FEWER, 4, 5),
        (LieKind.COUNT_DOUBLE, 10, 5),
        (LieKind.COUNT_ABSENT, ABSENT, 5),
        (LieKind.COUNT_NULL, None, 5),
        (LieKind.COUNT_TEXT, "5", 5),
        (LieKind.COUNT_NEGATIVE, -1, 5),
        (LieKind.FIRST_MISSING_COUNTED, 5, 4),
        (LieKind.MIDDLE_MISSING_COUNTED, 5, 4),
        (LieKind.LAST_MISSING_COUNTED, 5, 4),
        (LieKind.EMPTY_COUNTED, 5, 0),
    ],
)
def test_a_count_does_not_fit(kind, count, rows):
    answer = world(Lie(kind)).ask(Question())
    assert (answer.count, len(answer.rows)) == (count, rows)


@pytest.mark.parametrize("kind", sorted(UNREADABLE))
def test_an_unreadable_answer_says_so(kind):
    assert not world(Lie(kind)).ask(Question()).readable


@pytest.mark.parametrize("kind", sorted(IN_ROWS))
def test_nothing_is_wrong_with_the_rows_of_an_empty_page(kind):
    assert world(Lie(kind), rows=()).ask(Question()).damage is None


def test_a_cache_may_keep_each_questions_first_answer():
    moving = tuple(row._replace(visible_from=row.id) for row in ROWS)
    asked = world(Lie(LieKind.BY_QUESTION, answers=None), rows=moving)
    assert [ids(asked, until=until) for until in (9, 9, 3, 9)] == [[1, 0], [1, 0], [3, 2, 1, 0], [1, 0]]


@pytest.mark.parametrize(
    ("lie", "constant"),
    [
        (Lie(LieKind.REPLICA_HOLE, answers=None), True),
        (Lie(LieKind.REPLICA_HOLE), False),
        (Lie(LieKind.REPLICA_HOLE, answers=None, first=2), False),
        (Lie(LieKind.REPLICA_HOLE, answers=None, every=2), False),
    ],
)
def test_a_lie_in_every_answer_is_constant(lie, constant):
    assert lie.constant is constant


def test_new_lies_are_counted_from_the_next_answer_and_the_same_ones_go_on():
    asked = world(Lie(LieKind.CUT, first=2))
    asked.ask(Question())
    asked.change(Semantics(cap=3, over_cap="clamped"), (Lie(LieKind.CUT, first=2),))
    answer = asked.ask(Question())
    assert (answer.damage, len(answer.rows)) == (LieKind.CUT, 3)
    asked.change(Semantics(), (Lie(LieKind.EMPTY),))
    assert ids(asked) == []


@given(month=months())
def test_a_month_moves_if_a_row_does_not_stay(month):
    table = RowTable(month.rows)
    seen = set()
    for answer in range(1, 9):
        table.settle(answer)
        seen.add(frozenset(row.id for row in table.rows))
    assert month.moves or len(seen) == 1


@given(month=months(moving=False), kind=st.sampled_from(sorted(MISSING_FOR_ALL)), amount=st.integers(1, 4))
def test_a_portal_without_a_row_has_another_truth(month, kind, amount):
    server = Server(Semantics(), (Lie(kind, answers=None, amount=amount),))
    answer = server.world(month).ask(Question(month.first, month.last))
    assert {row.id for row in answer.rows} == server.truth(month)
    assert Server(Semantics()).truth(month) == month.ids() >= server.truth(month)


# With HTTP.


class Shown(msgspec.Struct, forbid_unknown_fields=False):
    id: int
    date: datetime


class Page(msgspec.Struct, rename="camel"):
    response: list[Shown]
    status: int = 0
    status_code: int = 200


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs), "a key twice"
    return dict(pairs)


def strict(answer: httpx.Response) -> list[int]:
    """The ids on a page, read as strictly as can be."""
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") != "gzip" or len(answer.content) < 1_000_000, "too large"
    page = msgspec.json.decode(answer.content, type=Page)
    assert (page.status, page.status_code) == (0, 200)
    json.loads(answer.content.decode("utf-8"), object_pairs_hook=once)
    assert all(row.date.tzinfo and row.id < 2**63 for row in page.response)
    return [row.id for row in page.response]


REFUSALS = (AssertionError, msgspec.DecodeError, UnicodeDecodeError, RecursionError, httpx.HTTPError)


@pytest.fixture
def page(serve, event):
    portal, client = serve()
    for number in range(1, 6):
        portal.audit.add(event(number, at=number, user="Zoe Miller"))

    def ask(lie: Lie):
        portal.change(lies=(lie,))
        return client.get(PATH)

    return ask


@pytest.mark.parametrize("kind", sorted(UNREADABLE))
def test_no_strict_client_can_read_an_unreadable_answer(page, kind):
    with pytest.raises(REFUSALS):
        strict(page(Lie(kind)))


@pytest.mark.parametrize("kind", sorted(PLAUSIBLE | MISCOUNTS))
def test_a_plausible_or_miscounted_answer_can_be_read_by_a_strict_client(page, kind):
    assert strict(page(Lie(kind))) == [row.id for row in world(Lie(kind), rows=FIVE).ask(Question()).rows]


FIVE = tuple(Row(id=number, date=number) for number in range(1, 6))


@pytest.mark.parametrize("kind", [LieKind.BOM, LieKind.IDS_AS_TEXT, LieKind.WRONG_TYPE])
def test_an_odd_answer_has_the_right_rows(page, kind):
    rows = json.loads(page(Lie(kind)).content.decode("utf-8-sig"))["response"]
    assert [int(row["id"]) for row in rows] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("kind", "count"), [(LieKind.COUNT_ABSENT, "none"), (LieKind.COUNT_NULL, None), (LieKind.COUNT_TEXT, "5")]
)
def test_a_count_is_on_the_wire_what_it_is_in_the_world(page, kind, count):
    assert page(Lie(kind)).json().get("count", "none") == count


def test_the_lies_of_the_sign_ins_are_their_own(serve):
    _, client = serve(login_lies=(Lie(LieKind.CUT),))
    assert client.get(PATH).json()["response"] == []
    with pytest.raises(json.JSONDecodeError):
        client.get("/api/2.0/security/audit/login/filter").json()


def test_any_endpoint_may_answer_unreadably_after_its_work_is_done(serve):
    portal, client = serve()
    portal.faults.next("upload", Damaged(LieKind.TWO_DOCUMENTS))
    answer = client.post(f"/api/2.0/files/{portal.folder_id}/upload", files={"file": ("a.txt", b"x")})
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert [file.title for file in portal.files.files_in(portal.folder_id)] == ["a.txt"]


def test_a_gzip_bomb_is_small_and_true_to_its_checksum():
    bomb = damaged(json_response({"response": []}), LieKind.GZIP_BOMB).body
    assert len(bomb) < 200_000
    assert gzip.decompress(bomb)[:13] == b'{"response":['
    assert zlib.decompressobj(31).decompress(bomb, 20) == b'{"response":[       '


def test_a_refusal_names_the_parameter_on_the_wire(serve):
    _, client = serve(semantics=Semantics(offset="refused", offset_limit=5, cap=7))
    answer = client.get(PATH, params={"count": 8, "startIndex": 6})
    assert answer.status_code == 400
    assert sorted(answer.json()["response"]["errors"]) == ["count", "startIndex"]


@settings(max_examples=200)
@given(server=servers(), month=months())
def test_the_stand_in_answers_as_its_world_without_http(server, month):
    """One core for both: the same rows from the trail as from a world, answer by answer, with chance out of it."""
    steady = setup_of(server, timezone="UTC", seed=7)
    log, rows = AuditLog(steady), RowTable(month.rows)
    for event in events_of(month):
        log.add(event)
    bare = World(rows, server.semantics, server.lies)
    for since, until, start in ((month.first, month.last, 0), (month.first, month.last, 2), (0, month.first, 0)):
        expected = bare.ask(Question(since, until, min(server.semantics.cap, 5), start))
        query = AuditQuery(
            since=datetime.fromtimestamp(since, UTC),
            until=datetime.fromtimestamp(until, UTC),
            count=min(server.semantics.cap, 5),
            start=start,
        )
        if expected.refused:
            with pytest.raises(BadParameters):
                log.ask(query)
            continue
        answer = log.ask(query)
        assert (answer.count, answer.damage) == (expected.count, expected.damage) or chancy(server.semantics)
        if not chancy(server.semantics):
            assert [row["id"] for row in answer.rows] == [row.id for row in expected.rows]


def chancy(semantics: Semantics) -> bool:
    """Stored order is not the same in both, since a log sorts what it is given."""
    return semantics.over_cap == "varying" or semantics.order == "random" or semantics.ties in {"random", "stored"}


# The clock.


@pytest.mark.parametrize("path", [PATH, "/api/2.0/settings", "/api/2.0/nothing"])
def test_each_answer_has_the_portals_date(serve, path):
    _, client = serve(now=lambda: datetime(2025, 1, 10, 12, tzinfo=UTC))
    assert client.get(path).headers["Date"] == "Fri, 10 Jan 2025 12:00:00 GMT"


@pytest.mark.parametrize(
    ("header", "dates"),
    [
        (DateHeader(offset=-3600), ["Fri, 10 Jan 2025 11:00:00 GMT", "Fri, 10 Jan 2025 11:00:01 GMT"]),
        (DateHeader(kind="jumping", offset=60), ["Fri, 10 Jan 2025 12:00:00 GMT", "Fri, 10 Jan 2025 12:01:01 GMT"]),
        (DateHeader(kind="missing"), [None, None]),
        (DateHeader(kind="stale"), ["Fri, 10 Jan 2025 12:00:00 GMT", "Fri, 10 Jan 2025 12:00:00 GMT"]),
        (DateHeader(kind="unparsable"), ["some time this morning", "some time this morning"]),
    ],
)
def test_the_portals_date_may_be_off_missing_stale_or_nonsense(serve, header, dates):
    clock = [datetime(2025, 1, 10, 12, 0, second, tzinfo=UTC) for second in (1, 0)]
    _, client = serve(now=lambda: clock[-1], semantics=Semantics(date_header=header))
    found = [client.get("/api/2.0/settings").headers.get("Date")]
    clock.pop()
    found.append(client.get("/api/2.0/settings").headers.get("Date"))
    assert found == dates


def test_what_a_portal_does_can_be_changed_while_it_runs(serve, event):
    portal, client = serve()
    for number in range(1, 6):
        portal.audit.add(event(number))
    assert len(client.get(PATH).json()["response"]) == 5
    portal.change(semantics=Semantics(cap=2, over_cap="clamped"))
    assert len(client.get(PATH).json()["response"]) == 2
    assert PortalSetup().audit_semantics == Semantics()


@pytest.mark.parametrize(
    ("cut", "shown"),
    [
        (0, "2025-01-10T14:00:59.6000000+02:00"),
        (1, "2025-01-10T14:00:59.0000000+02:00"),
        (60, "2025-01-10T14:00:00.0000000+02:00"),
    ],
)
def test_a_date_may_be_shown_coarser_than_it_is_stored(cut, shown):
    log = AuditLog(PortalSetup(subsecond=True, semantics=Semantics(shown_cut=cut)))
    date = datetime(2025, 1, 10, 12, 0, 59, 600_000, tzinfo=UTC)
    log.add(AuditEvent(id=1, date=date, action_id=5011, user_id="u"))
    assert [row["date"] for row in log.filter(AuditQuery(since=date))] == [shown]
    assert log.filter(AuditQuery(until=date.replace(microsecond=0))) == []


def test_a_shown_date_moves_and_keeps_its_zone():
    log = AuditLog(PortalSetup(lies=(Lie(LieKind.DATES_SHIFTED, amount=3600),)))
    log.add(AuditEvent(id=1, date=datetime(2025, 1, 10, 12, tzinfo=UTC), action_id=5011, user_id="u"))
    assert log.filter(AuditQuery())[0]["date"] == "2025-01-10T15:00:00.0000000+02:00"

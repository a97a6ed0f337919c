"""What came of a run: written down by whoever was first, told by them, and ended as what it was."""

import dataclasses
import json
import threading
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.runs import notifier, outcome
from bot.runs.activities import MOST_ATTEMPTS, RunActivities
from bot.runs.notifier import Notifier
from bot.store import posts, requests
from bot.store.database import Store
from bot.store.posts import ANCHOR, PREVIEW, Post
from bot.store.requests import StoredRequest
from bot.workflows.report import CancelRun, ChannelsToTell, FiledRun
from bot.workflows.serialization import unpack
from handlers.desk import RequestContext
from handlers.errors import TooLateToCancel
from handlers.exposure import Exposure
from reporting.build_report import BuildContext
from reporting.errors.base import ComplianceError, Stopped
from reporting.errors.portal import KeyRejected
from reporting.evidence import ledger
from reporting.period import Month
from reporting.report import Change, Failure, Order
from reporting.run import Origin, Requester, Run, State
from tests.entries import ANN, BOB, COMPLIANCE, DRAFT, FAILURE, LEGAL, NOON, SCOPE, entry, filed, made, request

FAILED = outcome.failure_columns(FAILURE)
STOPPED = outcome.failure_columns(Failure.of(Stopped()))
CANCEL = CancelRun("r1", RequestContext(COMPLIANCE, ANN))


def held(store: Store, run: str = "r1", **changes: Any) -> Run:
    one = entry(run, **changes)
    store.write(ledger.accept, one)
    return one


def read(store: Store, run: str = "r1") -> Run:
    found = store.write(ledger.find, run)
    assert found is not None
    return found


def posted(store: Store, channel: str, *, ts: str = "1.0", what: str = ANCHOR) -> None:
    post = Post("r1", channel, what, "q1", NOON, ts=ts, unclear=not ts)
    store.write(posts.attempt, post)


def close(store: Store, columns: dict[str, Any]) -> ChannelsToTell:
    return store.write(outcome.record_result, "r1", columns, None, now=NOON)


def cancel(store: Store, by: str = ANN) -> ChannelsToTell:
    return store.write(outcome.record_cancelled, "r1", STOPPED, by=by, now=NOON)


def ask(store: Store, key: str, *, asker: str = ANN, channel: str = COMPLIANCE) -> StoredRequest:
    """A request that is written down and looked at, and not let in yet."""
    wanted = request(key, asker=asker, channel=channel)
    store.write(requests.accept, wanted, now=NOON, at_once=1)
    return store.write(requests.mark_received, requests.request_id(key))


def work(store: Store, replica: str = "me", lost: threading.Event | None = None, **others: Any) -> RunActivities:
    """Work with a ledger and nothing around it."""
    nothing: Any = object()
    around: dict[str, Any] = dict.fromkeys((field.name for field in dataclasses.fields(RunActivities)), nothing)
    known: dict[str, Any] = {
        "replica": replica,
        "store": store,
        "telling": Notifier(
            store, slack=nothing, poster=nothing, charts=nothing, rooms=nothing, at_once=1, settle=nothing
        ),
        "now": lambda: NOON,
        "on_taken_over": (lost or threading.Event()).set,
    }
    return RunActivities(**(around | known | others))


class Mute:
    """A reception that tells nobody."""

    def refuse(self, asked: StoredRequest, failure: Failure) -> None:
        return


def workshop(folder: Path) -> BuildContext:
    return BuildContext(folder, timedelta(), lambda: NOON)


def test_what_is_known_of_a_report_that_is_filed_is_kept_with_its_run(store: Store) -> None:
    held(store, state=State.FILING)
    result = made(Change.NEW, Change.VERSION)
    close(store, outcome.report_columns(result))
    kept = read(store)
    assert (kept.verdict, kept.read, kept.kept) == (DRAFT.judgement.verdict, DRAFT.read, DRAFT.kept)
    assert (kept.portal, kept.name, kept.sha256) == (SCOPE.portal, SCOPE.name, DRAFT.sha256)
    assert kept.files == result.filing.files
    packed = store.write(ledger.outcome, "r1")
    assert unpack(json.loads(packed or ""), FiledRun) == result


def test_a_failure_is_kept_with_its_words() -> None:
    failure = Failure.of(KeyRejected(host="p.example"))
    assert failure.kind == "KeyRejected"
    assert "p.example" in failure.message
    assert failure.hint == KeyRejected(host="p.example").advice


def test_who_closes_a_run_tells_every_channel_in_which_it_has_a_message(store: Store) -> None:
    held(store, state=State.RUNNING)
    posted(store, COMPLIANCE)
    posted(store, LEGAL, ts="")
    posted(store, COMPLIANCE, what=PREVIEW)
    assert set(close(store, FAILED).channels) == {COMPLIANCE, LEGAL}


def test_who_asked_in_a_channel_without_a_message_is_told_there_once_let_in(store: Store) -> None:
    """Its message was refused, or nobody can tell whether it was posted."""
    first, second = ask(store, "k1"), ask(store, "k2", asker=BOB, channel=LEGAL)
    store.write(requests.mark_admitted, first)
    assert store.write(outcome.channels, first.run) == [COMPLIANCE]
    store.write(requests.mark_admitted, second)
    assert set(store.write(outcome.channels, first.run)) == {COMPLIANCE, LEGAL}


def test_a_channel_with_a_message_in_which_many_asked_is_told_once(store: Store) -> None:
    for key, asker in ("k1", ANN), ("k2", BOB):
        store.write(partial(requests.mark_admitted, request=ask(store, key, asker=asker)))
    run = requests.request_id("k1")
    post = Post(run, COMPLIANCE, ANCHOR, "q1", NOON, ts="1.0", unclear=False)
    store.write(posts.attempt, post)
    assert store.write(outcome.channels, run) == [COMPLIANCE]


def test_what_was_asked_for_in_no_channel_is_told_in_none(store: Store) -> None:
    asked = ask(store, "k1", channel="")
    store.write(requests.mark_admitted, asked)
    assert store.write(outcome.record_result, asked.run, FAILED, FAILURE, now=NOON) == ChannelsToTell()


def test_who_died_after_closing_a_run_tells_the_same_channels(store: Store) -> None:
    held(store, state=State.RUNNING)
    posted(store, COMPLIANCE)
    assert close(store, FAILED) == close(store, FAILED) == ChannelsToTell((COMPLIANCE,))


def test_of_two_who_close_a_run_the_result_of_the_first_one_stands(store: Store) -> None:
    held(store, state=State.RUNNING)
    posted(store, COMPLIANCE)
    close(store, FAILED)
    close(store, {"read": 99})
    assert (read(store).failure, read(store).read) == (FAILURE, None)


@pytest.mark.parametrize("over", [False, True], ids=["being told", "over"])
def test_a_cancelled_run_is_told_as_that_once_more_by_whoever_was_making_it(store: Store, over: bool) -> None:
    """What they showed last of its progress may have come after the message that it is cancelled."""
    held(store, state=State.RUNNING)
    posted(store, COMPLIANCE)
    cancel(store)
    if over:
        store.write(ledger.end, "r1", State.CANCELLED, now=NOON)
    assert close(store, outcome.report_columns(made())) == ChannelsToTell((COMPLIANCE,))
    assert (read(store).stopped_by, read(store).files) == (ANN, ())


def test_what_came_of_a_run_before_it_was_cancelled_stands(store: Store) -> None:
    held(store, state=State.FILING)
    close(store, outcome.report_columns(made()))
    with pytest.raises(TooLateToCancel, match="done"):
        cancel(store)
    assert read(store).stopped_by == ""


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.FILING, "being filed in DocSpace"),
        (State.ENDING, "done"),
        (State.DONE, "done"),
        (State.FAILED, "done"),
        (State.CANCELLED, "already canceled"),
    ],
)
def test_who_comes_too_late_to_cancel_hears_why(store: Store, state: State, said: str) -> None:
    held(store, state=state)
    with pytest.raises(TooLateToCancel, match=said):
        cancel(store)
    assert read(store).state is state


def test_of_two_who_cancel_a_run_the_first_one_is_named_and_the_other_hears_that_it_is_too_late(store: Store) -> None:
    held(store, state=State.RUNNING)
    posted(store, COMPLIANCE)
    assert cancel(store, ANN) == cancel(store, ANN) == ChannelsToTell((COMPLIANCE,))
    with pytest.raises(TooLateToCancel):
        cancel(store, BOB)
    assert read(store).stopped_by == ANN


def test_a_refused_request_ends_its_run_only_if_nobody_else_wants_it(store: Store) -> None:
    first, second = ask(store, "k1"), ask(store, "k2", asker=BOB, channel=LEGAL)
    assert not store.write(outcome.refuse, first, FAILURE, now=NOON)
    kept = read(store, first.run)
    assert (kept.state, kept.asker, kept.place) == (State.QUEUED, BOB, LEGAL)
    assert store.write(outcome.refuse, second, FAILURE, now=NOON)
    assert (read(store, first.run).state, read(store, first.run).failure) == (State.ENDING, FAILURE)


@pytest.mark.parametrize("state", [State.FILING, State.ENDING, State.DONE])
def test_of_a_run_that_is_being_filed_the_ledger_keeps_who_asked_though_that_one_is_refused(
    store: Store, state: State
) -> None:
    """The manifest and the chain name them already."""
    first, _ = ask(store, "k1"), ask(store, "k2", asker=BOB, channel=LEGAL)
    store.write(ledger.change, first.run, state=state)
    assert not store.write(outcome.refuse, first, FAILURE, now=NOON)
    assert read(store, first.run).asker == ANN


@pytest.mark.parametrize("last", [State.DONE, State.FAILED, State.CANCELLED, State.WARNED])
def test_a_run_that_is_over_is_told_by_nobody(store: Store, last: State) -> None:
    held(store, state=last)
    posted(store, COMPLIANCE)
    assert close(store, FAILED) == ChannelsToTell()


@pytest.mark.parametrize(
    ("result", "supersedes"),
    [(made(Change.VERSION), "newer"), (made(Change.TWIN), "newer"), (made(Change.UNCHANGED), "")],
    ids=["version", "twin", "unchanged"],
)
def test_a_changed_report_takes_the_place_of_the_newest_one_before(
    store: Store, result: FiledRun, supersedes: str
) -> None:
    done = {"state": State.DONE, "portal": SCOPE.portal, "name": SCOPE.name, "files": (filed(),)}
    held(store, "older", asked=-20, **done)
    held(store, "newer", asked=-10, **done)
    held(store, "failed", asked=-5, **(done | {"files": (), "state": State.FAILED}))
    held(store)
    assert store.write(outcome.supersedes, "r1", result) == supersedes


def test_the_first_report_of_a_name_takes_no_place(store: Store) -> None:
    held(store)
    assert store.write(outcome.supersedes, "r1", made()) == ""


@pytest.mark.parametrize(
    ("one", "trouble", "last"),
    [
        (entry(files=(filed(),)), None, State.DONE),
        (entry(files=(filed(Change.UNCHANGED),)), None, State.DONE),
        (entry(files=(filed(),)), FAILURE, State.WARNED),
        (entry(files=(filed(), filed(Change.TWIN))), None, State.WARNED),
        (entry(failure=FAILURE), None, State.FAILED),
        (entry(failure=FAILURE), FAILURE, State.FAILED),
        (entry(stopped_by=ANN), None, State.CANCELLED),
        (entry(stopped_by=ANN), FAILURE, State.CANCELLED),
        (entry(), None, State.FAILED),
    ],
)
def test_a_run_ends_as_what_came_of_it(one: Run, trouble: Failure | None, last: State) -> None:
    assert outcome.last_state(one, trouble) is last


@pytest.mark.parametrize(
    ("one", "said"),
    [(entry(failure=FAILURE), FAILURE.message), (entry(), "without a result"), (entry(stopped_by=BOB), BOB)],
)
def test_a_channel_reads_why_there_is_no_report(one: Run, said: str) -> None:
    message = outcome.final_message(one, [Requester(ANN)], exposure=Exposure.FULL)
    assert said in json.dumps(message)
    assert message["text"]


@pytest.mark.parametrize(("late", "named"), [(timedelta(), None), (outcome.PUNCTUAL * 2, NOON)])
def test_a_schedule_is_named_with_whoever_made_it_and_with_its_moment_if_it_comes_late(
    late: timedelta, named: datetime | None
) -> None:
    asked = StoredRequest(
        "q1", "r1", Origin.SCHEDULE, RequestContext(COMPLIANCE, ANN), NOON + late, schedule=7, due=NOON
    )
    assert outcome.requester(asked) == Requester(ANN, 7, named)


# -- with the work around it --


def test_who_wants_to_end_a_run_whose_result_is_being_told_hears_that_it_is_too_late(store: Store) -> None:
    held(store, state=State.FILING)
    posted(store, COMPLIANCE)
    close(store, outcome.report_columns(made()))
    with pytest.raises(TooLateToCancel):
        work(store).cancel(CANCEL)


def test_who_cancels_twice_closes_once_and_may_go_on_telling_it(store: Store) -> None:
    held(store, state=State.RUNNING)
    posted(store, COMPLIANCE)
    assert work(store).cancel(CANCEL) == work(store).cancel(CANCEL) == ChannelsToTell((COMPLIANCE,))
    assert read(store).stopped_by == ANN


@pytest.mark.parametrize("state", [State.FILING, State.DONE, State.FAILED, State.CANCELLED])
def test_a_run_that_is_being_filed_or_over_cannot_be_cancelled(store: Store, state: State) -> None:
    held(store, state=state)
    with pytest.raises(TooLateToCancel):
        work(store).cancel(CANCEL)
    assert read(store).state is state


def test_who_was_taken_for_dead_does_not_end_the_run_that_another_goes_on_with(store: Store) -> None:
    """It wakes up between reading and filing: nobody stopped the run, so nobody may be told that."""
    held(store)
    for replica in "sleeper", "heir":
        assert work(store, replica).begin("r1")
    lost = threading.Event()
    with pytest.raises(ComplianceError):
        work(store, "sleeper", lost).file("r1", dataclasses.replace(DRAFT, path=Path("nowhere.txt")))
    assert lost.is_set()


def test_a_request_that_joins_after_the_only_other_one_was_refused_has_a_run_that_is_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refusing the first and closing its run are one act: whoever asks while it is told gets a run of their own."""
    joined: list[str] = []
    first = ask(store, "k1")

    def ask_late(*_: object) -> None:
        joined.append(ask(store, "k2", asker=BOB, channel=LEGAL).run)

    monkeypatch.setattr(RunActivities, "end", ask_late)
    work(store, reception=Mute()).refuse(first.id, FAILURE)
    assert [read(store, one).state for one in joined] == [State.QUEUED]
    assert joined != [first.run]


# -- runs that kill whoever works on them --


@pytest.mark.parametrize(("attempts", "begins"), [(0, True), (MOST_ATTEMPTS - 1, True), (MOST_ATTEMPTS, False)])
def test_a_run_that_killed_too_many_processes_is_not_begun_but_mended(
    store: Store, attempts: int, begins: bool
) -> None:
    held(store, attempts=attempts)
    mended: list[str] = []
    assert work(store, close_failed_run=mended.append).begin("r1") == begins
    assert mended == ([] if begins else ["r1"])


def test_who_is_overtaken_is_shown_how_many_are_ahead_now(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(
        notifier, "update_message", lambda slack, anchor, message, patience: shown.append((anchor.ts, message["text"]))
    )
    for turn, (run, month) in enumerate([("r1", "2025-01"), ("r2", "2024-12"), ("r3", "2024-11")], 1):
        order = Order(Month.parse(month), zone="UTC")
        store.write(ledger.accept, dataclasses.replace(entry(run), order=order, turn=turn, state=State.QUEUED))
        store.write(posts.attempt, Post(run, COMPLIANCE, ANCHOR, "q", NOON, f"{turn}.0", unclear=False))
    assert work(store).begin("r1")
    assert shown == []  # its place was known when its message was posted
    assert work(store).begin("r3")
    assert [ts for ts, _ in shown] == ["2.0"]
    assert "2 reports ahead" in shown[0][1]


@pytest.mark.parametrize(
    ("attempts", "said"),
    [(1, "broke down"), (MOST_ATTEMPTS - 1, "broke down"), (MOST_ATTEMPTS + 1, f"killed {MOST_ATTEMPTS} times")],
)
def test_a_run_that_is_mended_fails_with_what_broke_it(store: Store, attempts: int, said: str) -> None:
    """Of the attempts the last one was not to be: it found that there had been too many."""
    held(store, state=State.RUNNING, attempts=attempts)
    posted(store, COMPLIANCE)
    assert work(store).give_up("r1")
    assert work(store).close_broken("r1") == ChannelsToTell((COMPLIANCE,))
    failure = read(store).failure
    assert failure is not None
    assert said in failure.message


def test_a_run_that_even_kills_whoever_mends_it_is_over_without_a_word(store: Store, tmp_path: Path) -> None:
    held(store, state=State.RUNNING, attempts=2 * MOST_ATTEMPTS)
    posted(store, COMPLIANCE)
    around = work(store, workshop=workshop(tmp_path))
    assert not around.give_up("r1")
    assert read(store).state is State.FAILED


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED, State.WARNED])
def test_a_run_that_is_over_is_neither_begun_nor_mended(store: Store, state: State) -> None:
    held(store, state=state)
    assert not work(store).begin("r1")
    assert not work(store).give_up("r1")


def test_at_the_start_what_lies_here_of_runs_that_are_over_is_removed(store: Store, tmp_path: Path) -> None:
    held(store, "over", state=State.DONE)
    held(store, "going on", month="2025-02", state=State.RUNNING)
    for run in "over", "going on", "nobody's":
        (tmp_path / run).mkdir()
        (tmp_path / run / "report.txt").touch()
    work(store, workshop=workshop(tmp_path)).clean()
    assert [folder.name for folder in tmp_path.glob("*/") if folder.is_dir()] == ["going on"]

"""More reports are asked for than are made at once."""

from itertools import pairwise
from pathlib import Path

from reporting.run import State
from sandbox.portal import Hang, StandInPortal
from sandbox.slack import StandInSlack
from tests.bot.talk import (
    ANN,
    BOTH,
    CHANNEL,
    LEGAL,
    Bot,
    entries,
    offered,
    reading_hangs,
    reported,
    say,
    saying,
    seen,
    written,
)
from tests.until import PATIENCE

ONE, TWO = "1 report ahead of yours.", "2 reports ahead of yours."


def test_who_waits_is_told_their_place_and_moves_up(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/events/filter", Hang("first byte"))
    with bot(MAX_RUNS="1"):
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        assert ONE in say(slack, "2024-12", channel=LEGAL)
        assert TWO in say(slack, "2024-11")
        second, third = seen(slack, ONE, channel=LEGAL), seen(slack, TWO)
        assert offered(second) == offered(third) == ["cancel"]
        portal.faults.next("/upload", Hang("first byte", processed=True), after=2)
        portal.faults.release()
        reported(slack)
        portal.faults.wait_met(2, PATIENCE)
        seen(slack, ONE)
        portal.faults.release()
        reported(slack, channel=LEGAL)
        reported(slack, 2)
    assert len(slack.workspace.messages(LEGAL)) == 1
    kept = entries(tmp_path)
    assert [entry.state for entry in kept] == [State.DONE] * 3
    for before, after in pairwise(kept):
        assert before.ended is not None
        assert after.began is not None
        assert before.ended <= after.began


def test_with_a_place_free_nobody_is_told_to_wait(bot: Bot, slack: StandInSlack, portal: StandInPortal) -> None:
    reading_hangs(portal)
    with bot(MAX_RUNS="2"):
        say(slack, "2025-01")
        portal.faults.wait_met(1, PATIENCE)
        answer = say(slack, "2024-12", channel=LEGAL)
        message = seen(slack, "December 2024", channel=LEGAL)
        portal.faults.clear()
        reported(slack)
        reported(slack, channel=LEGAL)
    assert "turn" not in answer
    assert "turn" not in written(message)


def test_no_more_are_read_at_once_than_the_setting_says(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    reading_hangs(portal)
    with bot(MAX_RUNS="2", DOCSPACE_CONCURRENCY="8"):
        for month in ("2025-01", "2024-12", "2024-11"):
            say(slack, month)
        portal.faults.wait_met(2, PATIENCE)
        seen(slack, ONE)
        slack.workspace.wait_for(lambda w: len(saying(w, "Reading the audit trail")) == 2, PATIENCE)
        working = [entry.state for entry in entries(tmp_path)]
        portal.faults.clear()
        reported(slack, 3)
    assert sorted(working) == sorted([State.RUNNING, State.RUNNING, State.QUEUED])


def test_one_person_s_flood_does_not_keep_another_waiting_behind_all_of_it(
    bot: Bot, slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    portal.faults.next("/events/filter", Hang("first byte"))
    with bot(MAX_RUNS="1", ALLOWED_USERS=BOTH):
        say(slack, "2025-01", user="ann")
        portal.faults.wait_met(1, PATIENCE)
        for month in ("2024-12", "2024-11", "2024-10", "2024-09"):
            say(slack, month, user="ann")
        slack.workspace.wait_for(lambda w: len(w.messages(CHANNEL)) == 5, PATIENCE)
        assert ONE in say(slack, "2024-08", user="bob", channel=LEGAL)
        seen(slack, ONE, channel=LEGAL)
        portal.faults.release()
        reported(slack, 5)
        reported(slack, channel=LEGAL)
    begun = sorted(entries(tmp_path), key=lambda entry: str(entry.began))
    assert [str(entry.order.month) for entry in begun] == [
        "2025-01",
        "2024-08",
        "2024-12",
        "2024-11",
        "2024-10",
        "2024-09",
    ]
    assert [entry.turn for entry in begun if entry.asker == ANN] == [1, 2, 3, 4, 5]

"""Who asks for much waits behind everybody who asks for little."""

import pytest

from bot.workflows import fair_queue
from bot.workflows.fair_queue import WINDOW, FairQueue


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_the_first_of_somebody_comes_before_the_second_of_everybody_else() -> None:
    taken = FairQueue(Clock())
    many = [taken.next_turn("gus") for _ in range(200)]
    assert (many[0], many[-1]) == (1, 200)
    assert taken.next_turn("ann") == 1
    assert taken.next_turn("ann") == 2


def test_what_was_asked_for_more_than_a_minute_ago_does_not_count() -> None:
    clock = Clock()
    taken = FairQueue(clock)
    taken.next_turn("gus")
    clock.at = WINDOW / 2
    assert taken.next_turn("gus") == 2
    clock.at = WINDOW + 1
    assert taken.next_turn("gus") == 2


def test_not_more_people_are_counted_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "MOST_KNOWN", 3)
    clock = Clock()
    taken = FairQueue(clock)
    for number in range(10):
        clock.at = number * (WINDOW + 1)
        assert taken.next_turn(str(number)) == 1

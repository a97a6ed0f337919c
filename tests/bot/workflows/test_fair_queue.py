"""Who asks for much waits behind everybody who asks for little."""

import pytest

from bot.workflows import fair_queue
from bot.workflows.fair_queue import WINDOW, Turns


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_the_first_of_somebody_comes_before_the_second_of_everybody_else() -> None:
    taken = Turns(Clock())
    many = [taken.take("gus") for _ in range(200)]
    assert (many[0], many[-1]) == (1, 200)
    assert taken.take("ann") == 1
    assert taken.take("ann") == 2


def test_what_was_asked_for_more_than_a_minute_ago_does_not_count() -> None:
    clock = Clock()
    taken = Turns(clock)
    taken.take("gus")
    clock.at = WINDOW / 2
    assert taken.take("gus") == 2
    clock.at = WINDOW + 1
    assert taken.take("gus") == 2


def test_not_more_people_are_counted_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "MOST_KNOWN", 3)
    clock = Clock()
    taken = Turns(clock)
    for number in range(10):
        clock.at = number * (WINDOW + 1)
        assert taken.take(str(number)) == 1

import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.api import rate_limit
from reporting.docspace.api.rate_limit import RateLimit

LIMIT = 5.0
"""Seconds that a test waits at most for what must happen."""


class Clock:
    """Time that passes only while somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(rate_limit, "time", found)
    return found


def starts(paced: RateLimit, clock: Clock, works: list[float]) -> list[float]:
    """When each of some requests, one after the other, was let go; each takes its seconds."""
    times = []
    for seconds in works:
        with paced.permit():
            times.append(clock.now)
            clock.sleep(seconds)
    return times


@pytest.mark.parametrize("requests", [1, 2, 3])
def test_requests_within_the_budget_do_not_wait(clock: Clock, requests: int) -> None:
    assert starts(RateLimit(per_minute=3, at_once=1), clock, [0.0] * requests) == [1_000.0] * requests


def test_the_first_request_beyond_the_budget_waits_until_the_oldest_is_a_minute_old(clock: Clock) -> None:
    assert starts(RateLimit(per_minute=3, at_once=1), clock, [10.0, 1.0, 1.0, 0.0]) == [1_000, 1_010, 1_011, 1_060]


def test_a_request_after_a_quiet_minute_does_not_wait(clock: Clock) -> None:
    assert starts(RateLimit(per_minute=2, at_once=1), clock, [0.0, 60.0, 0.0])[-1] == 1_060


@given(st.integers(1, 6), st.lists(st.floats(0, 90), max_size=40))
def test_no_minute_ever_sees_more_requests_than_its_budget(per_minute: int, works: list[float]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate_limit, "time", clock)
        times = starts(RateLimit(per_minute=per_minute, at_once=1), clock, works)

    assert all(later - times[place] >= 60 - 1e-6 for place, later in enumerate(times[per_minute:]))


@given(st.lists(st.floats(0, 90), max_size=20))
def test_requests_go_in_the_order_in_which_they_came(works: list[float]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rate_limit, "time", clock)
        times = starts(RateLimit(per_minute=2, at_once=1), clock, works)

    assert all(one <= other for one, other in pairwise(times))


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_requests_than_allowed_are_under_way_at_once(at_once: int) -> None:
    paced = RateLimit(per_minute=1_000, at_once=at_once)
    entered, leave = threading.Semaphore(0), threading.Semaphore(0)

    def request() -> None:
        with paced.permit():
            entered.release()
            leave.acquire(timeout=LIMIT)

    threads = [threading.Thread(target=request) for _ in range(at_once + 1)]
    for thread in threads:
        thread.start()
    let_in = [entered.acquire(timeout=LIMIT) for _ in range(at_once)]
    one_more = entered.acquire(timeout=0.05)
    leave.release()
    after_one_left = entered.acquire(timeout=LIMIT)
    leave.release(at_once)
    for thread in threads:
        thread.join(LIMIT)

    assert (let_in, one_more, after_one_left) == ([True] * at_once, False, True)


def test_a_request_that_fails_gives_its_place_back() -> None:
    paced = RateLimit(per_minute=10, at_once=1)
    with pytest.raises(ConnectionError), paced.permit():
        raise ConnectionError
    came = False
    with paced.permit():
        came = True

    assert came

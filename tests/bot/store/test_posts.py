"""What was posted for a run is written down once a channel and kind."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.store import posts
from bot.store.database import Store
from bot.store.posts import ANCHOR, PREVIEW, Post
from handlers.slack.messages import Anchor
from tests.entries import COMPLIANCE, LEGAL, NOON, later

POST = Post("r1", COMPLIANCE, ANCHOR, "q1", NOON, ts="", unclear=False)


def attempt(store: Store, post: Post = POST) -> Post | None:
    return store.write(posts.attempt, post)


def find(store: Store) -> Post | None:
    return store.write(posts.find, POST.run, POST.channel, POST.what)


def test_the_first_attempt_has_none_before_it_and_the_second_is_given_the_first(store: Store) -> None:
    assert attempt(store) is None
    again = dataclasses.replace(POST, by="q2", attempted=later(1))
    assert attempt(store, again) == POST
    assert find(store) == POST


def test_each_run_channel_and_kind_is_an_attempt_of_its_own(store: Store) -> None:
    for other in [
        POST,
        dataclasses.replace(POST, run="r2"),
        dataclasses.replace(POST, channel=LEGAL),
        dataclasses.replace(POST, what=PREVIEW),
    ]:
        assert attempt(store, other) is None


def test_what_came_of_an_attempt_is_written_to_that_one_alone(store: Store) -> None:
    other = dataclasses.replace(POST, channel=LEGAL)
    attempt(store)
    attempt(store, other)
    store.write(posts.settle, dataclasses.replace(POST, ts="1.000001", at="D0ANN00001"))
    assert find(store) == dataclasses.replace(POST, ts="1.000001", at="D0ANN00001")
    assert attempt(store, other) == other


def test_an_attempt_can_be_unclear(store: Store) -> None:
    attempt(store)
    store.write(posts.settle, dataclasses.replace(POST, unclear=True))
    assert find(store) == dataclasses.replace(POST, unclear=True)


def test_after_a_withdrawn_attempt_the_next_one_is_the_first(store: Store) -> None:
    attempt(store)
    store.write(posts.withdraw, POST)
    assert find(store) is None
    assert attempt(store) is None


def test_the_messages_of_a_run_are_those_that_stand_or_may_stand_oldest_first(store: Store) -> None:
    wanted = [("C3", 2, "3.0", False), ("C1", 3, "", True), ("C2", 1, "2.0", False), ("C4", 0, "", False)]
    for channel, minute, ts, unclear in wanted:
        attempt(store, dataclasses.replace(POST, channel=channel, attempted=later(minute), ts=ts, unclear=unclear))
    attempt(store, dataclasses.replace(POST, what=PREVIEW, ts="4.0"))
    attempt(store, dataclasses.replace(POST, run="r2", ts="5.0"))
    found = store.write(posts.anchors, "r1")
    assert [(post.channel, post.ts, post.unclear) for post in found] == [
        ("C2", "2.0", False),
        ("C3", "3.0", False),
        ("C1", "", True),
    ]


def test_of_many_who_attempt_the_same_at_the_same_moment_one_is_the_first(store: Store) -> None:
    together, patient = Barrier(8), store.retrying()

    def try_it(who: int) -> list[bool]:
        firsts = []
        for run in range(10):
            together.wait(30)
            firsts.append(attempt(patient, dataclasses.replace(POST, run=f"r{run}", by=f"q{who}")) is None)
        return firsts

    with ThreadPoolExecutor(8) as crowd:
        found = list(crowd.map(try_it, range(8)))
    assert [sum(firsts) for firsts in zip(*found, strict=True)] == [1] * 10


@pytest.mark.parametrize(("at", "channel"), [("", COMPLIANCE), ("D0ANN00001", "D0ANN00001")])
def test_a_message_is_changed_in_the_conversation_that_slack_says_it_is_in(at: str, channel: str) -> None:
    """One of an older release does not say."""
    assert dataclasses.replace(POST, ts="1.000001", at=at).anchor == Anchor(channel, "1.000001")

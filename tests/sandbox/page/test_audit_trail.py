"""The portal's side of the page, without a browser."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.page import SandboxPage
from sandbox.portal import StandInPortal, month_of_events
from sandbox.portal.files import Upload
from sandbox.slack import StandInSlack
from tests.sandbox.page.conftest import Say
from tests.sandbox.page.listener import APP

NOW = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def portal() -> Iterator[StandInPortal]:
    with StandInPortal(now=lambda: NOW) as portal:
        portal.audit.add_all(month_of_events(2025, 1, count=120, seed=1, zone=portal.setup.zone))
        yield portal


@pytest.fixture
def page(slack: StandInSlack, portal: StandInPortal) -> Iterator[SandboxPage]:
    with SandboxPage(slack, portal, APP, now=lambda: NOW) as page:
        yield page


def events(say: Say, month: str, words: str = "", start: int = 0) -> Any:
    return say(f"/api/portal/events?month={month}&words={words}&start={start}")


def test_the_months_that_have_events_are_listed_with_their_counts(say: Say) -> None:
    assert say("/api/portal")["months"] == [{"month": "2025-01", "events": 120}]


def test_the_trail_is_turned_over_a_page_at_a_time_newest_first(say: Say) -> None:
    pages = [events(say, "2025-01", start=start)["events"] for start in (0, 50, 100, 150)]
    dates = [event["date"] for page in pages for event in page]
    assert [len(page) for page in pages] == [50, 50, 20, 0]
    assert dates == sorted(dates, reverse=True)


def test_a_search_keeps_events_that_have_all_its_words(say: Say) -> None:
    found = events(say, "2025-01", "miller+file")
    assert 0 < found["total"] < 120
    assert all("Miller" in event["user"] for event in found["events"])


@pytest.mark.parametrize("month", ["2025-01", "2025-02"])
def test_more_can_happen_in_a_month_whether_it_has_events_or_not(say: Say, month: str, portal: StandInPortal) -> None:
    before = events(say, month)["total"]
    assert say("/api/portal/add", month=month, count="25") == {}
    assert events(say, month)["total"] == before + 25
    ids = portal.audit.ids_between(None, None)
    assert len(set(ids)) == len(ids)


def test_nothing_happens_after_now(say: Say) -> None:
    say("/api/portal/add", month="2025-03", count="300")
    found = events(say, "2025-03")
    assert 0 < found["total"] < 300
    assert found["events"][0]["date"] <= NOW.isoformat()


def test_late_events_are_still_to_come(say: Say) -> None:
    say("/api/portal/add", month="2025-02", count="5", late=True)
    assert say("/api/portal")["coming"] == 5
    assert events(say, "2025-02")["total"] == 0


@pytest.mark.parametrize(
    ("month", "count"),
    [
        ("2025-04", "5"),
        ("2001-01", "5"),
        ("2025-13", "5"),
        ("soon", "5"),
        ("2025-02", "0"),
        ("2025-02", "20001"),
        ("2025-02", "x"),
    ],
)
def test_what_cannot_have_happened_is_refused(say: Say, month: str, count: str) -> None:
    assert say("/api/portal/add", month=month, count=count)["refused"]
    assert events(say, "2025-02")["total"] == 0


def test_each_version_of_a_file_can_be_read(say: Say, portal: StandInPortal) -> None:
    for content in (b"first", b"second", b"\x89PNG\r\n\x1a\n", b"\xff\x00"):
        upload = Upload(title="report.txt", content=content, by="nobody", at=NOW)
        file = portal.files.upload(portal.folder_id, upload)
    [listed] = say("/api/portal")["files"]
    assert [version["number"] for version in listed["versions"]] == [4, 3, 2, 1]
    read = [say(f"/api/portal/file?id={file.id}&version={number}") for number in (1, 2)]
    assert [one["text"] for one in read] == ["first", "second"]
    assert say(f"/api/portal/file?id={file.id}&version=3")["is_picture"]
    assert say(f"/api/portal/file?id={file.id}&version=")["text"] is None


def test_a_long_file_is_cut_and_says_by_how_much(say: Say, portal: StandInPortal) -> None:
    upload = Upload(title="long.txt", content=b"x" * 200_007, by="nobody", at=NOW)
    file = portal.files.upload(portal.folder_id, upload)
    read = say(f"/api/portal/file?id={file.id}&version=1")
    assert (len(read["text"]), read["more"]) == (200_000, 7)


@pytest.mark.parametrize("query", ["id=1&version=1", "id=x&version=1", "version=1"])
def test_a_file_that_is_not_there_is_refused(say: Say, query: str) -> None:
    assert say(f"/api/portal/file?{query}")["refused"]

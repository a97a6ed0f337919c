"""What drips is given up, what is large and steady is not."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.docspace.clients import PATIENCE
from reporting.docspace.api.client import RATE, Portal, connect
from reporting.docspace.api.minimum_rate import PIECE, MinimumRate, enforce
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.files.chunked_upload import CHUNK
from reporting.docspace.files.download import sha256_of
from reporting.docspace.files.listing import StoredFile
from reporting.errors.portal import PortalUnreachable
from sandbox.portal import Drip, Hang, Slow, StandInPortal
from sandbox.portal.files import Upload
from sandbox.portal.setup import utc_now

BUILD = "/settings/version/build"
HASTE = MinimumRate(grace=0.3, bytes_per_second=100_000_000)
"""Whoever drips is given up at once."""
LIMIT = 10.0
"""Seconds that a test takes at most."""


@contextmanager
def hasty(url: str, key: str, rate: MinimumRate = HASTE) -> Iterator[Portal]:
    """A portal whose every answer has to come at that rate."""
    with connect(url, key) as client:
        enforce(rate, client)
        yield Portal(client, RateLimit(per_minute=100_000, at_once=8), patience=30, minutes=10)


@pytest.mark.parametrize("fault", [Drip(0.05), Drip(0.05, at="first byte"), Hang(), Hang("body")], ids=repr)
def test_an_answer_that_drips_is_given_up_and_asked_for_again(standin: StandInPortal, fault: Drip | Hang) -> None:
    standin.faults.next(BUILD, fault)

    began = time.monotonic()
    with hasty(standin.url, standin.key) as portal:
        assert portal.get(BUILD, dict[str, str])["docSpace"] == "3.7.2"
    assert portal.requests == 2
    assert time.monotonic() - began < LIMIT


def test_an_answer_that_always_drips_is_told_as_unreachable_with_the_reason(standin: StandInPortal) -> None:
    standin.faults.next(BUILD, Drip(0.05), times=None)

    with hasty(standin.url, standin.key) as portal, pytest.raises(PortalUnreachable, match=r"too slow|timed out"):
        portal.get(BUILD, dict[str, str])


def test_a_file_whose_download_drips_is_given_up(standin: StandInPortal) -> None:
    upload = Upload(title="a.txt", content=b"x" * 1_000, by=standin._state.owner.id, at=utc_now())
    number = standin.files.upload(standin.folder_id, upload).id
    standin.faults.next("/filehandler.ashx", Drip(0.05), times=None)

    with hasty(standin.url, standin.key) as portal, pytest.raises(PortalUnreachable):
        sha256_of(portal, portal.get(f"/files/file/{number}", StoredFile))


def test_an_upload_whose_answer_drips_is_unclear_and_not_repeated(standin: StandInPortal, tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_bytes(b"x")
    standin.faults.next("/upload", Drip(0.05), times=None)

    with hasty(standin.url, standin.key) as portal, pytest.raises(PortalUnreachable) as caught:
        portal.upload(f"/files/{standin.folder_id}/upload", dict, file=report, name="a.txt", meaning={})
    assert caught.value.transient
    assert portal.requests == 1


def test_a_portal_that_takes_an_upload_by_drips_is_given_up(tmp_path: Path) -> None:
    report, over = tmp_path / "report.txt", threading.Event()
    report.write_bytes(b"x" * 16_000_000)

    def sip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            while not over.wait(0.02):
                connection.recv(1_000)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=sip, args=(listener,))
        thread.start()
        try:
            with (
                hasty(f"http://127.0.0.1:{listener.getsockname()[1]}", "sk-x") as portal,
                pytest.raises(PortalUnreachable),
            ):
                portal.upload("/files/1/upload", dict, file=report, name="a.txt", meaning={})
        finally:
            over.set()
            thread.join(LIMIT)


def test_what_comes_steadily_may_take_longer_than_the_grace(standin: StandInPortal) -> None:
    standin.faults.next(BUILD, Drip(0.005))

    began = time.monotonic()
    with hasty(standin.url, standin.key, MinimumRate(grace=0.3, bytes_per_second=5)) as portal:
        assert portal.get(BUILD, dict[str, str])["docSpace"] == "3.7.2"
    assert portal.requests == 1
    assert time.monotonic() - began > 0.3


def test_each_request_on_a_connection_has_its_own_time(standin: StandInPortal) -> None:
    standin.faults.next(BUILD, Slow(0.5), times=3)

    with hasty(standin.url, standin.key, MinimumRate(grace=1.0, bytes_per_second=1_000_000)) as portal:
        for _ in range(3):
            portal.get(BUILD, dict[str, str])
    assert portal.requests == 3


def test_time_that_the_reader_takes_for_itself_does_not_count(standin: StandInPortal) -> None:
    with connect(standin.url, standin.key) as client:
        enforce(MinimumRate(grace=0.5, bytes_per_second=100_000_000), client)
        upload = Upload(title="a.txt", content=b"x" * 1_000_000, by=standin._state.owner.id, at=utc_now())
        file = standin.files.upload(standin.folder_id, upload)
        with client.stream("GET", f"/filehandler.ashx?action=download&fileid={file.id}") as answer:
            pieces = answer.iter_bytes(PIECE)
            length = len(next(pieces))
            threading.Event().wait(0.8)
            assert length + sum(len(piece) for piece in pieces) == 1_000_000


def test_a_drip_behind_a_proxy_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInPortal() as proxy:
        proxy.faults.next("", Drip(0.05, at="first byte"), times=None)
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with hasty("https://portal.test", "sk-x") as portal, pytest.raises(PortalUnreachable):
            portal.get(BUILD, dict[str, str])
    assert proxy.requests.total == 3


@given(st.lists(st.integers(0, 1 << 40), min_size=2))
def test_the_more_has_gone_over_the_line_the_longer_it_may_take(sizes: list[int]) -> None:
    times = [RATE.seconds(size) for size in sorted(sizes)]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert times[0] >= RATE.grace


def test_a_chunk_of_an_upload_has_some_minutes_and_a_repetition_fits_into_a_requests_patience() -> None:
    assert RATE.seconds(CHUNK) > 600
    assert RATE.grace < PATIENCE

"""The body of an answer, which may be packed, cut, or a bomb."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import httpx
import pytest

from reporting.docspace.api.response_body import LARGEST_BODY, read_bounded
from reporting.errors.portal import AnswerTooLarge, AnswerUnreadable
from sandbox.portal.damage import damaged
from sandbox.portal.lies import LieKind
from sandbox.portal.wire import Response

MEBIBYTE = 1024 * 1024
WHOLE = b'{"response":["' + b"Kalni\xc5\x86a " * 900 + b'"],"count":1}'
PIECE = 1_000


def answer(body: bytes, encoding: str = "", *, piece: int = PIECE) -> httpx.Response:
    """An answer that comes in pieces."""

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), piece):
            yield body[start : start + piece]

    headers = {"content-encoding": encoding} if encoding else {}
    request = httpx.Request("GET", "https://portal.test/api/2.0/x")
    return httpx.Response(200, headers=headers, content=pieces(), request=request)


@pytest.mark.parametrize("piece", [1, 7, PIECE, 10 * MEBIBYTE])
@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", WHOLE),
        ("identity", WHOLE),
        ("gzip", gzip.compress(WHOLE)),
        ("GZIP", gzip.compress(WHOLE)),
        ("x-gzip", gzip.compress(WHOLE)),
        ("deflate", zlib.compress(WHOLE)),
    ],
    ids=["not packed", "identity", "gzip", "in capitals", "x-gzip", "deflate"],
)
def test_a_body_is_unpacked_whatever_its_pieces(encoding: str, body: bytes, piece: int) -> None:
    found = read_bounded(answer(body, encoding, piece=piece))

    assert found.content == WHOLE
    assert "content-encoding" not in found.headers


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "deflate, gzip", "nonsense"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(AnswerUnreadable, match="not asked for"):
        read_bounded(answer(gzip.compress(gzip.compress(WHOLE)), encoding))


@pytest.mark.parametrize("end", [0, 1, 10, 40, -9, -1])
def test_a_packed_body_that_is_cut_is_not_taken_for_a_shorter_one(end: int) -> None:
    with pytest.raises(AnswerUnreadable, match="cut"):
        read_bounded(answer(gzip.compress(WHOLE)[:end], "gzip"))


@pytest.mark.parametrize("place", [0, 1, 30, -1])
def test_a_packed_body_that_is_broken_cannot_be_unpacked(place: int) -> None:
    packed = bytearray(gzip.compress(WHOLE))
    packed[place] ^= 0x5A

    with pytest.raises(AnswerUnreadable):
        read_bounded(answer(bytes(packed), "gzip"))


@pytest.mark.parametrize("piece", [1, PIECE, 10 * MEBIBYTE])
@pytest.mark.parametrize("more", [b"x", gzip.compress(b"more")], ids=["a byte", "packed once more"])
def test_something_after_the_end_of_a_packed_body_is_refused(more: bytes, piece: int) -> None:
    with pytest.raises(AnswerUnreadable, match="after the end"):
        read_bounded(answer(gzip.compress(WHOLE) + more, "gzip", piece=piece))


def test_something_endless_after_the_end_of_a_packed_body_is_not_read() -> None:
    came = []

    def pieces() -> Iterator[bytes]:
        yield gzip.compress(WHOLE)
        for number in range(1_000):
            came.append(number)
            yield b"x"

    endless = httpx.Response(
        200,
        headers={"content-encoding": "gzip"},
        content=pieces(),
        request=httpx.Request("GET", "https://portal.test/"),
    )
    with pytest.raises(AnswerUnreadable):
        read_bounded(endless)
    assert came == [0]


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("", bytes), ("gzip", gzip.compress), ("deflate", zlib.compress)],
    ids=["not packed", "gzip", "deflate"],
)
@pytest.mark.parametrize("more", [0, 1])
def test_a_body_up_to_the_limit_is_taken_and_none_beyond_it(encoding: str, pack: type[bytes], more: int) -> None:
    whole = b"x" * (len(WHOLE) + more)

    if more:
        with pytest.raises(AnswerTooLarge):
            read_bounded(answer(pack(whole), encoding), limit=len(WHOLE))
    else:
        assert read_bounded(answer(pack(whole), encoding), limit=len(WHOLE)).content == whole


def test_the_refusal_names_the_limit_of_64_mebibytes() -> None:
    bomb = damaged(Response(body=b"{}"), LieKind.GZIP_BOMB)

    assert LARGEST_BODY == 64 * MEBIBYTE
    with pytest.raises(AnswerTooLarge, match="more than 64 MiB"):
        read_bounded(answer(bomb.body, "gzip"))


@pytest.mark.parametrize("piece", [PIECE, 100 * MEBIBYTE])
def test_a_bomb_of_400_megabytes_takes_no_more_memory_than_a_few_times_the_limit(piece: int) -> None:
    bomb = damaged(Response(body=b"{}"), LieKind.GZIP_BOMB, 4)
    assert len(bomb.body) < MEBIBYTE

    tracemalloc.start()
    try:
        with pytest.raises(AnswerTooLarge):
            read_bounded(answer(bomb.body, "gzip", piece=piece), limit=2 * MEBIBYTE)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * MEBIBYTE

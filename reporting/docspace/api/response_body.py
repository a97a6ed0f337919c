"""Unpack an answer's body up to a limit: a few kilobytes can unpack to gigabytes (a decompression bomb)."""

import zlib
from collections.abc import Iterator

import httpx

from reporting.errors.portal import AnswerTooLarge, AnswerUnreadable

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes, unpacked. A page of 100 events has some 60,000."""
ENCODINGS = "gzip, deflate"
"""What is asked for, and what is unpacked here."""
EITHER_HEADER = 32 + zlib.MAX_WBITS
"""For zlib: gzip's header or its own."""
PACKED = frozenset({"gzip", "x-gzip", "deflate"})
PLAIN = frozenset({"", "identity"})


def read_bounded(answer: httpx.Response, *, limit: int = LARGEST_BODY) -> httpx.Response:
    """The same answer with its body read and unpacked; *answer* has been opened as a stream.

    Raises:
        AnswerTooLarge: it has more than *limit* bytes, which are never all in memory.
        AnswerUnreadable: it is packed wrongly, not to its end, or in another way than was asked for.
    """
    encoding = answer.headers.get("content-encoding", "").strip().lower()
    if encoding in PLAIN:
        pieces = answer.iter_raw()
    elif encoding in PACKED:
        pieces = decompress(answer, limit)
    else:
        raise unreadable(answer, f"a content encoding that was not asked for ({encoding[:40]})")
    body = bytearray()
    for piece in pieces:
        if len(body) + len(piece) > limit:
            raise AnswerTooLarge(host=answer.url.host, path=answer.url.path, limit=limit // (1024 * 1024))
        body += piece
    headers = [(name, value) for name, value in answer.headers.multi_items() if name != "content-encoding"]
    return httpx.Response(answer.status_code, headers=headers, content=bytes(body), request=answer.request)


def decompress(answer: httpx.Response, limit: int) -> Iterator[bytes]:
    """The pieces unpacked, each of *limit* bytes and one at the most."""
    unpack = zlib.decompressobj(EITHER_HEADER)
    try:
        for piece in answer.iter_raw():
            yield unpack.decompress(piece, limit + 1)
            if unpack.unconsumed_tail:
                raise AnswerTooLarge(host=answer.url.host, path=answer.url.path, limit=limit // (1024 * 1024))
            if unpack.unused_data:
                raise unreadable(answer, "something after the end of a packed body")
    except zlib.error:
        raise unreadable(answer, "a body that cannot be unpacked") from None
    if not unpack.eof:
        raise unreadable(answer, "a packed body that is cut")


def unreadable(answer: httpx.Response, found: str) -> AnswerUnreadable:
    return AnswerUnreadable(host=answer.url.host, path=answer.url.path, found=found)

"""A right answer made into one that cannot be read, byte by byte: what ``LieKind`` promises, for any endpoint."""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias

from sandbox.portal.lies import LieKind
from sandbox.portal.wire import Response, json_bytes

Envelope: TypeAlias = dict[str, Any]

MEGABYTE = 1024 * 1024
NAME = "Kalni\u00f1a"


Damage: TypeAlias = Callable[[Response, int], Response]


def damaged(response: Response, kind: LieKind, amount: int = 1) -> Response:
    """Return *response*, which is right, broken in the way that *kind* says.

    Kinds that are about rows leave an answer alone that has none.
    """
    return _DAMAGES[kind](response, amount) if kind in _DAMAGES else response


def _body(change: Callable[[bytes], bytes]) -> Damage:
    return lambda response, _: replace(response, body=change(response.body))


def _envelope(change: Callable[[Envelope], object]) -> Damage:
    return lambda response, _: replace(response, body=json_bytes(change(json.loads(response.body))))


def _each_row(change: Callable[[Envelope], object]) -> Damage:
    def changed(envelope: Envelope) -> Envelope:
        rows = envelope.get("response")
        return envelope | {"response": [change(row) for row in rows]} if isinstance(rows, list) else envelope

    return _envelope(changed)


def _gzipped(response: Response) -> Response:
    return replace(
        response, headers={**response.headers, "Content-Encoding": "gzip"}, body=gzip.compress(response.body)
    )


def _typed(response: Response, kind: str) -> Response:
    return replace(response, headers={**response.headers, "Content-Type": kind})


def _cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _broken(body: bytes) -> bytes:
    """Flip bits where the packed data is."""
    middle = len(body) // 2
    return body[:middle] + bytes(byte ^ 0x5A for byte in body[middle : middle + 8]) + body[middle + 8 :]


@cache
def _bomb(megabytes: int) -> bytes:
    """Pack good JSON with so much white space in it; one packed megabyte is repeated, which deflate allows."""
    head, tail = b'{"response":[', b'],"count":0,"status":0,"statusCode":200}'
    blank = b" " * MEGABYTE
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(blank) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(tail) + packer.flush()
    sum_ = zlib.crc32(head)
    for _ in range(megabytes):
        sum_ = zlib.crc32(blank, sum_)
    sum_ = zlib.crc32(tail, sum_)
    length = (len(head) + megabytes * MEGABYTE + len(tail)) & 0xFFFFFFFF
    trailer = sum_.to_bytes(4, "little") + length.to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + start + block * megabytes + end + trailer


def _deep(response: Response, amount: int) -> Response:
    depth = amount * 10_000
    whole = json_bytes(json.loads(response.body) | {"response": 0})
    return replace(response, body=whole.replace(b'"response":0', b'"response":' + b"[" * depth + b"]" * depth, 1))


def _name(name: bytes) -> Damage:
    """Put *name* where a name belongs: into each row, and into the frame in case there is none."""

    def changed(envelope: Envelope) -> Envelope:
        for row in _rows_of(envelope):
            if isinstance(row, dict):
                row |= {key: "NAME" for key in ("user", "title", "displayName") if key in row}
        return {"portal": "NAME"} | envelope

    def damage(response: Response, amount: int) -> Response:
        marked = _envelope(changed)(response, amount)
        return replace(marked, body=marked.body.replace(b'"NAME"', b'"' + name + b'"'))

    return damage


def _without(name: str) -> Callable[[Envelope], Envelope]:
    return lambda row: {key: value for key, value in row.items() if key != name}


def _with(name: str, value: object) -> Callable[[Envelope], Envelope]:
    return lambda row: row | {name: value}


def _rows_of(envelope: Envelope) -> list[Any]:
    found = envelope.get("response")
    return found if isinstance(found, list) else [found]


_DAMAGES: Mapping[LieKind, Damage] = {
    LieKind.CUT: _body(_cut),
    LieKind.KEY_TWICE: _body(lambda body: body[:-1] + b',"response":[]}'),
    LieKind.TWO_DOCUMENTS: _body(lambda body: body + body),
    LieKind.NOT_JSON: _body(lambda _: b"Service temporarily unavailable"),
    LieKind.PREFIX: _body(lambda body: b")]}',\n" + body),
    LieKind.SUFFIX: _body(lambda body: body + b"\n<!-- served in 12 ms -->"),
    LieKind.NO_BODY: _body(lambda _: b""),
    LieKind.NUL_BYTES: _body(lambda body: body + bytes(16)),
    LieKind.BOM: _body(lambda body: b"\xef\xbb\xbf" + body),
    LieKind.HTML: lambda response, _: replace(
        _typed(response, "text/html; charset=utf-8"), body=b"<!DOCTYPE html><html><body>Please wait</body></html>"
    ),
    LieKind.NO_CONTENT: lambda response, _: replace(response, status=204, body=b""),
    LieKind.PARTIAL: lambda response, _: replace(
        response,
        status=206,
        headers={
            **response.headers,
            "Content-Range": f"bytes 0-{len(response.body) // 2 - 1}/{len(response.body)}",
        },
        body=_cut(response.body),
    ),
    LieKind.NOT_MODIFIED: lambda response, _: replace(response, status=304, body=b""),
    LieKind.UTF16: lambda response, _: replace(
        _typed(response, "application/json; charset=utf-16"), body=response.body.decode().encode("utf-16")
    ),
    LieKind.GZIP_BROKEN: lambda response, _: replace(_gzipped(response), body=_broken(_gzipped(response).body)),
    LieKind.GZIP_CUT: lambda response, _: replace(_gzipped(response), body=_cut(_gzipped(response).body)),
    LieKind.ENCODING_UNKNOWN: lambda response, _: replace(
        response, headers={**response.headers, "Content-Encoding": "compress"}, body=gzip.compress(response.body)
    ),
    LieKind.GZIP_UNDECLARED: lambda response, _: replace(response, body=gzip.compress(response.body)),
    LieKind.LENGTH_TOO_LONG: lambda response, _: replace(response, announced=len(response.body) + 100),
    LieKind.LENGTH_TOO_SHORT: lambda response, _: replace(response, announced=len(response.body) // 2),
    LieKind.WRONG_TYPE: lambda response, _: _typed(response, "text/plain"),
    LieKind.NOT_A_NUMBER: _envelope(_with("count", float("nan"))),
    LieKind.RESPONSE_ABSENT: _envelope(_without("response")),
    LieKind.RESPONSE_NULL: _envelope(_with("response", None)),
    LieKind.RESPONSE_OBJECT: _envelope(lambda envelope: envelope | {"response": {"items": envelope["response"]}}),
    LieKind.RESPONSE_TEXT: _envelope(lambda envelope: envelope | {"response": json.dumps(envelope["response"])}),
    LieKind.BARE_LIST: _envelope(lambda envelope: envelope["response"]),
    LieKind.KEYS_RENAMED: _envelope(lambda envelope: {key.capitalize(): value for key, value in envelope.items()}),
    LieKind.ROWS_NULL: _envelope(lambda envelope: envelope | {"response": [None] * len(_rows_of(envelope))}),
    LieKind.STATUS_ONE: _envelope(_with("status", 1)),
    LieKind.INNER_STATUS: _envelope(lambda envelope: envelope | {"response": [], "count": 0, "statusCode": 503}),
    LieKind.INNER_ERROR: _envelope(
        lambda envelope: {
            "error": {"message": "Something went wrong", "type": "System.Exception"},
            "status": 1,
            "statusCode": 500,
            "links": envelope.get("links", []),
        }
    ),
    LieKind.OTHER_ENDPOINT: _envelope(_with("response", {"culture": "en-US", "standalone": True, "tenantStatus": 0})),
    LieKind.COUNT_MORE: _envelope(lambda envelope: envelope | {"count": envelope["count"] + 1}),
    LieKind.COUNT_ABSENT: _envelope(_without("count")),
    LieKind.COUNT_NULL: _envelope(_with("count", None)),
    LieKind.COUNT_TEXT: _envelope(lambda envelope: envelope | {"count": str(envelope["count"])}),
    LieKind.ROWS_NESTED: _each_row(lambda row: [row]),
    LieKind.IDS_MISSING: _each_row(_without("id")),
    LieKind.IDS_NULL: _each_row(_with("id", None)),
    LieKind.IDS_HUGE: _each_row(lambda row: row | {"id": row["id"] + 2**70}),
    LieKind.IDS_FRACTION: _each_row(lambda row: row | {"id": row["id"] + 0.5}),
    LieKind.IDS_AS_TEXT: _each_row(lambda row: row | {"id": str(row["id"])}),
    LieKind.DATES_MISSING: _each_row(_without("date")),
    LieKind.DATES_NULL: _each_row(_with("date", None)),
    LieKind.DATES_UNPARSABLE: _each_row(_with("date", "the day before yesterday")),
    LieKind.DATES_WITHOUT_ZONE: _each_row(lambda row: row | {"date": str(row["date"])[:19]}),
    LieKind.ID_TWICE: _body(lambda body: body.replace(b'"actionId":', b'"id":7,"actionId":')),
    LieKind.WRONG_CHARSET: _name(NAME.encode("latin-1")),
    LieKind.INVALID_UTF8: _name(b"\xed\xa0\x80\xff"),
    LieKind.DEEP: _deep,
    LieKind.GZIP_BOMB: lambda response, amount: replace(_gzipped(response), body=_bomb(amount * 100)),
}

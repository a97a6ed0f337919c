"""A key that stands twice in an answer, of which every parser silently takes one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.api.duplicate_keys import has_duplicate_keys

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["user", "action", "target", "links"]), VALUES).map(
        lambda row: {"id": 1, "date": "2025-01-15T12:00:00Z"} | row
    ),
    max_size=4,
)
FRAMES = st.dictionaries(st.sampled_from(["count", "links", "status", "statusCode", "x", "total"]), VALUES)
KEYS = ("id", "date")


def frame(before: dict[str, Any], rows: list[dict[str, Any]], after: dict[str, Any]) -> list[tuple[str, str]]:
    """An envelope's pairs of a key and a value, both as JSON, in the order that they are written."""
    rest = {name: value for name, value in after.items() if name not in before}
    whole = {**before, "response": rows, **rest}
    return [(json.dumps(name), json.dumps(value, ensure_ascii=False)) for name, value in whole.items()]


def written(pairs: list[tuple[str, str]]) -> bytes:
    return ("{" + ", ".join(f"{name}: {value}" for name, value in pairs) + "}").encode("utf-8", "surrogatepass")


@given(FRAMES, ROWS, FRAMES)
def test_an_answer_with_every_key_once_is_believed(
    before: dict[str, Any], rows: list[dict[str, Any]], after: dict[str, Any]
) -> None:
    assert not has_duplicate_keys(written(frame(before, rows, after)), rows=len(rows))


@given(FRAMES, ROWS, FRAMES, st.data())
def test_a_key_of_the_envelope_that_stands_twice_is_found_wherever_it_stands(
    before: dict[str, Any], rows: list[dict[str, Any]], after: dict[str, Any], data: st.DataObject
) -> None:
    pairs = frame(before, rows, after)
    name, value = data.draw(st.sampled_from(pairs))
    pairs.insert(data.draw(st.integers(0, len(pairs))), (name, "[]" if name == '"response"' else value))
    last = json.loads(written(pairs))["response"]

    assert has_duplicate_keys(written(pairs), rows=len(last))


@pytest.mark.parametrize("twice", [("id",), ("date",), KEYS], ids=str)
@pytest.mark.parametrize("rows", [1, 2, 9])
def test_an_event_with_two_ids_or_two_dates_is_found(twice: tuple[str, ...], rows: int) -> None:
    whole = '{"id":1,"date":"2025-01-15T12:00:00Z"}'
    odd = whole[:-1] + "".join(f',"{name}":1' for name in twice) + "}"
    body = f'{{"response":[{",".join([whole] * (rows - 1) + [odd])}],"status":0}}'

    assert has_duplicate_keys(body.encode(), rows=rows)


def test_a_key_whose_letters_are_escaped_is_the_same_key() -> None:
    body = b'{"response":[{"id":1,"date":"2025-01-15T12:00:00Z","\\u0069d":2}]}'

    assert has_duplicate_keys(body, rows=1)


def test_a_name_that_is_no_utf_8_is_no_key_twice_and_no_failure() -> None:
    assert not has_duplicate_keys(b'{"x":"\xff","response":[{"id":1,"name":"\xed\xa0\x80"}]}', rows=1)


def test_what_is_nested_too_deeply_to_find_out_is_not_believed() -> None:
    assert has_duplicate_keys(b'{"response":' + b"[" * 900_000 + b"]" * 900_000 + b"}")


def test_a_text_that_looks_like_a_key_is_none() -> None:
    body = json.dumps({"response": [{"id": 1, "date": "x", "target": '"id":7,"date":8'}], "status": 0}).encode()

    assert not has_duplicate_keys(body, rows=1)

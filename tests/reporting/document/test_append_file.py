import io
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.document import append_file
from reporting.document.append_file import AppendFile, Records, Region

TURNS = st.lists(st.tuples(st.integers(0, 2), st.binary(max_size=12)), max_size=60)
"""Who of three writes what, one after the other."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(append_file, "BLOCK", 16)


@given(TURNS)
def test_each_writer_gets_its_own_records_back_in_their_order(turns: Sequence[tuple[int, bytes]]) -> None:
    file = AppendFile(io.BytesIO())
    writers = [Records(file) for _ in range(3)]
    for who, record in turns:
        writers[who].write(record)

    for who, writer in enumerate(writers):
        assert b"".join(file.blocks(writer.finished())) == b"".join(record for one, record in turns if one == who)


def test_what_is_written_without_a_break_is_one_region() -> None:
    file = AppendFile(io.BytesIO())
    writer = Records(file)
    for _ in range(10):
        writer.write(b"twelve bytes")

    assert writer.finished() == (Region(0, 120),)


def test_no_block_is_larger_than_a_block() -> None:
    file = AppendFile(io.BytesIO())
    writer = Records(file)
    writer.write(b"x" * 1000)

    assert max(map(len, file.blocks(writer.finished()))) <= append_file.BLOCK


def test_threads_that_write_at_once_do_not_mix() -> None:
    file = AppendFile(io.BytesIO())
    writers = [Records(file) for _ in range(8)]

    def write(number: int) -> None:
        for _ in range(200):
            writers[number].write(bytes([number]) * 7)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for number, writer in enumerate(writers):
        assert b"".join(file.blocks(writer.finished())) == bytes([number]) * 1400

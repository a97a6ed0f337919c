import io
import os
import tracemalloc
from pathlib import Path

import httpx
from hypothesis import given
from hypothesis import strategies as st

from reporting.docspace.api.file_part import FilePart
from reporting.docspace.files.chunked_upload import Upload


@given(st.binary(max_size=60), st.integers(0, 70), st.integers(0, 70), st.integers(1, 9))
def test_the_part_of_a_file_is_read_like_a_file_of_its_own(content: bytes, start: int, length: int, size: int) -> None:
    part, own = FilePart(io.BytesIO(content), start, length), io.BytesIO(content[start : start + length])

    assert part.seek(0, os.SEEK_END) == own.seek(0, os.SEEK_END) == part.length
    assert part.seek(0) == own.seek(0) == part.tell()
    assert list(iter(lambda: part.read(size), b"")) == list(iter(lambda: own.read(size), b""))
    assert part.tell() == own.tell()
    part.seek(0)
    assert part.read() == content[start : start + length]


def test_a_request_with_a_part_says_how_long_the_part_is_and_can_be_sent_twice(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    path.write_bytes(b"0123456789")
    with path.open("rb") as stream, httpx.Client() as client:
        part = FilePart(stream, 2, 5)
        bodies = []
        for _ in range(2):
            request = client.build_request("POST", "http://127.0.0.1/", files={"file": ("chunk", part)})  # type: ignore[dict-item]
            request.read()
            assert int(request.headers["content-length"]) == len(request.content)
            bodies.append(request.content)

    assert all(b"\r\n\r\n23456\r\n" in body for body in bodies)


def test_a_chunk_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "whole"
    path.write_bytes(bytes(9 << 20))
    parcel = Upload(path=path, name="whole", folder=1, chunk=4 << 20, meaning={}, landed=lambda: None)
    sent = 0
    tracemalloc.start()
    try:
        with httpx.Client() as client:
            for chunk in parcel.chunks():
                request = client.build_request("POST", "http://127.0.0.1/", files={"file": ("chunk", chunk)})  # type: ignore[dict-item]
                sent += sum(map(len, request.stream))  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert sent > 9 << 20
    assert peak < 2 << 20

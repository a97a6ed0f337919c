"""Stream part of a file, so that it is never in memory as a whole."""

import os
from typing import BinaryIO


class FilePart:
    """Bytes *start* to *start* + *length* of an open file, as a file of their own that can only be read.

    It has no ``fileno``, from which httpx would take the whole file's length. A piece of 64 KB is in memory at a time:
    httpx keeps what it has sent, bytes too, in a cycle of references until the garbage collector comes by.

    Source: httpx 0.28, ``_multipart.FileField`` and ``_utils.peek_filelike_length``.
    """

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start = file, start
        self._place = 0
        self.length = max(0, min(length, file.seek(0, os.SEEK_END) - start))
        """Bytes; fewer than requested if the file ends earlier."""

    def read(self, size: int = -1) -> bytes:
        left = self.length - self._place
        self._file.seek(self._start + self._place)
        found = self._file.read(left if size < 0 else min(size, left))
        self._place += len(found)
        return found

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.length}[whence]
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        return self._place

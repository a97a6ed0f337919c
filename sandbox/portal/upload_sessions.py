"""Uploads in chunks: the bytes so far, until the last one makes a file.

Source: DocSpace server 3.7.2, ``/files/{folderId}/session``, and ``ChunkedUploaderHandler.cs``, its elder.
"""

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from uuid import uuid4

from sandbox.portal.refusals import Failure

LARGEST_CHUNK = 10 * 1024 * 1024
"""Bytes."""


@dataclass(slots=True, kw_only=True)
class Session:
    id: str
    folder_id: int
    title: str
    size: int
    """Bytes announced."""
    created: datetime
    create_new: bool
    chunks: dict[int, bytes] = field(default_factory=dict)

    @property
    def received(self) -> int:
        return sum(len(chunk) for chunk in self.chunks.values())

    def content(self) -> bytes:
        """Return the file.

        Raises:
            Failure: chunks are missing.
        """
        whole = b"".join(self.chunks[number] for number in sorted(self.chunks))
        if len(whole) != self.size or sorted(self.chunks) != list(range(1, len(self.chunks) + 1)):
            raise Failure(400, "The uploaded chunks do not make the announced file")
        return whole


class Sessions:
    def __init__(self) -> None:
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def begin(self, folder_id: int, title: str, size: int, created: datetime, *, create_new: bool) -> Session:
        session = Session(
            id=uuid4().hex,
            folder_id=folder_id,
            title=title,
            size=size,
            created=created,
            create_new=create_new,
        )
        with self._lock:
            self._open[session.id] = session
        return session

    def session(self, session_id: str) -> Session:
        with self._lock:
            if session_id not in self._open:
                raise Failure(404, "Upload session not found")
            return self._open[session_id]

    def receive(self, session: Session, chunk: bytes, number: int | None = None) -> None:
        """Keep a chunk, the next one unless it has a *number*.

        Raises:
            Failure: it is larger than a chunk may be, or the file is.
        """
        with self._lock:
            if len(chunk) > LARGEST_CHUNK:
                raise Failure(400, f"Chunk size must not exceed {LARGEST_CHUNK} bytes")
            place = number if number is not None else len(session.chunks) + 1
            other = session.received - len(session.chunks.get(place, b""))
            if other + len(chunk) > session.size:
                raise Failure(400, "More bytes than announced")
            session.chunks[place] = chunk

    def end(self, session: Session) -> None:
        with self._lock:
            self._open.pop(session.id, None)

    def __len__(self) -> int:
        with self._lock:
            return len(self._open)

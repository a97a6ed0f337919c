"""Files that go up in chunks, by whichever of DocSpace's two protocols the portal speaks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

import httpx
import msgspec
import stamina

from reporting.docspace.api.client import API, NO_MEANING, Portal, pause
from reporting.docspace.api.file_part import FilePart
from reporting.docspace.api.responses import REASON, content, raise_for_refusal, unusable
from reporting.docspace.api.server_info import NUMBERS
from reporting.errors.base import ComplianceError
from reporting.errors.filing import UploadLost, UploadUnconfirmed
from reporting.errors.portal import (
    AnswerTooLarge,
    AnswerUnknown,
    AnswerUnreadable,
    Declined,
    PortalBusy,
    PortalFailing,
    PortalRedirects,
    PortalUnreachable,
)

CHUNK = 10 * 1024 * 1024
"""Bytes. Source: ``files:uploader:chunk-size``; all chunks but the last must be multiples of 512."""
NUMBERED = (3, 7)
"""The first DocSpace with ``/files/{folderId}/session``, which takes chunks by number and makes the elder obsolete."""
UNCLEAR = (PortalUnreachable, PortalFailing, AnswerUnreadable, AnswerTooLarge, AnswerUnknown, UploadUnconfirmed)
"""After these it is unclear whether the request was processed, so the result is looked up."""
SESSIONS = 3
"""How many sessions are begun for one file before it is given up."""


class UploadedFile(msgspec.Struct, rename="camel"):
    """The outcome of an upload."""

    id: int
    version: int = 0


class Session(msgspec.Struct):
    """Source: ``ChunkedUploadSessionResponse`` of DocSpace server 3.7.2."""

    id: str
    location: str = ""


class Opened(msgspec.Struct):
    """Source: ``POST /files/{folderId}/upload/create_session``."""

    success: bool = False
    data: Session | None = None


class Receipt(msgspec.Struct):
    """What the elder protocol says to each chunk, with HTTP 200 for errors too.

    Source: ``ChunkedUploaderHandler.cs``, ``WriteResponse``.
    """

    success: bool
    message: str = ""
    data: msgspec.Raw = msgspec.Raw()


class LastChunk(msgspec.Struct):
    """The ``data`` of the last chunk's receipt, as far as it tells that it was the last."""

    uploaded: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and where it is to go."""

    path: Path
    name: str
    folder: int
    chunk: int
    """Bytes sent at once."""
    meaning: Mapping[int, ComplianceError]
    """The words for refusals by status code."""
    landed: Callable[[], UploadedFile | None]
    """Checks whether the whole file is in the folder after a lost answer."""

    @property
    def order(self) -> Mapping[str, str | int | bool]:
        return {"fileName": self.name, "fileSize": self.path.stat().st_size, "createNewIfExist": False}

    def lost(self, host: str) -> UploadLost:
        return UploadLost(host=host, name=self.name)

    def chunks(self) -> Iterator[FilePart]:
        """The chunks in their order; each can be read until the next one is asked for."""
        with self.path.open("rb") as stream:
            for start in range(0, self.path.stat().st_size, self.chunk):
                yield FilePart(stream, start, self.chunk)


def send_in_chunks(portal: Portal, parcel: Upload, *, version: str) -> UploadedFile:
    """Send the file to a portal of DocSpace *version*, whichever way that one takes chunks.

    A chunk that got lost is sent again; where that could double it, the file is begun anew, *SESSIONS* times at most.
    A session that cannot be finished is ended.

    Raises:
        UploadLost: it got lost each time (``transient``).
        PortalRedirects: the portal wants the chunks sent to another host.
        ComplianceError: refused, not understood, or out of patience.
    """
    send = send_by_number if takes_numbers(version) else send_in_order
    for attempt in stamina.retry_context(on=UploadLost, attempts=SESSIONS, timeout=None):
        with attempt:
            sent = send(portal, parcel)
    return sent


def takes_numbers(version: str) -> bool:
    numbers = NUMBERS.match(version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= NUMBERED


def send_by_number(portal: Portal, parcel: Upload) -> UploadedFile:
    """One session of the newer protocol: a chunk sent twice under its number counts once.

    Source: ``UploadController.cs``, ``/files/{folderId}/session``, DocSpace server 3.7.2.
    """
    sessions = f"/files/{parcel.folder}/session"
    begin = partial(portal.send_change, "POST", sessions, Session, json=parcel.order, meaning=parcel.meaning)
    place = f"{sessions}/{quote(portal.again(begin).id, safe='')}"
    meaning = {**parcel.meaning, httpx.codes.NOT_FOUND: parcel.lost(portal.host)}
    with ExitStack() as undo:
        undo.callback(abort, partial(portal.send_change, "DELETE", place, dict, meaning=NO_MEANING))
        for number, chunk in enumerate(parcel.chunks(), start=1):
            portal.again(partial(push, portal, f"{API}{place}/upload?chunkNumber={number}", chunk, meaning))
        finish = partial(portal.send_change, "PUT", f"{place}/finalize", UploadedFile, meaning=meaning)
        sent = portal.again(partial(finish_upload, finish, parcel))
        undo.pop_all()
    return sent


def push(portal: Portal, path: str, chunk: FilePart, meaning: Mapping[int, ComplianceError]) -> None:
    content(portal.send_chunk(path, chunk), dict, meaning=meaning)


def finish_upload(finish: Callable[[], UploadedFile], parcel: Upload) -> UploadedFile:
    """Make the file of its chunks; where the answer got lost, or the session is gone, it may have been made already."""
    try:
        return finish()
    except (*UNCLEAR, UploadLost):
        sent = parcel.landed()
        if sent is None:
            raise
        return sent


def send_in_order(portal: Portal, parcel: Upload) -> UploadedFile:
    """One session of the elder protocol, which would take a chunk that is sent twice for two.

    So a chunk is only repeated if the portal did not look at it (429).

    Source: ``ChunkedUploaderHandler.cs``, ``/ChunkedUploader.ashx?uid=``, DocSpace server 2.0 to 3.7.2.
    """
    path = f"/files/{parcel.folder}/upload/create_session"
    begin = partial(portal.send_change, "POST", path, Opened, json=parcel.order, meaning=parcel.meaning)
    place = session_url(portal, path, portal.again(begin))
    with ExitStack() as undo:
        undo.callback(abort, partial(portal.send_chunk, f"{place}&abort=true", b""))
        sent = send_chunks(portal, place, parcel)
        undo.pop_all()
    return sent


def send_chunks(portal: Portal, place: str, parcel: Upload) -> UploadedFile:
    """Send one chunk after the other; where one may have got lost, the file may lie there nevertheless."""
    try:
        for chunk in parcel.chunks():
            receipt = portal.again(partial(send_next_chunk, portal, place, chunk, parcel.meaning), on=busy)
        return file_from_receipt(receipt, portal.host)
    except UNCLEAR as fault:
        found = parcel.landed()
        if found is None:
            raise parcel.lost(portal.host) from fault
        return found


def session_url(portal: Portal, path: str, opened: Opened) -> str:
    """Path and query of where the chunks are to go; whatever scheme or port is told, they take the portal's own.

    Raises:
        PortalRedirects: to another host, where the key must not go.
    """
    try:
        place = httpx.URL(opened.data.location if opened.success and opened.data else "")
    except httpx.InvalidURL:
        place = httpx.URL("")
    if not place.query:
        raise AnswerUnknown(host=portal.host, path=path, found="no upload session")
    if place.host not in {"", portal.host}:
        raise PortalRedirects(host=portal.host, target=place.host)
    return "/" + place.raw_path.decode("ascii").lstrip("/")  # two slashes would begin with a host again


def send_next_chunk(portal: Portal, place: str, chunk: FilePart, meaning: Mapping[int, ComplianceError]) -> Receipt:
    """Send the next chunk.

    Raises:
        Declined: with the portal's words, which came with HTTP 200.
        PortalError: refused, not understood, or unclear whether it arrived (``transient``).
    """
    answer = portal.send_chunk(place, chunk)
    refusal = raise_for_refusal(answer, meaning)
    if refusal is not None:
        raise refusal
    try:
        receipt = msgspec.json.decode(answer.content, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unusable(answer, str(error)) from None
    if not receipt.success:
        raise Declined(host=portal.host, path=answer.url.path, reason=receipt.message[:REASON] or "without a reason")
    return receipt


def file_from_receipt(last: Receipt, host: str) -> UploadedFile:
    """The file, of which the last chunk's receipt tells."""
    try:
        if msgspec.json.decode(last.data, type=LastChunk).uploaded:
            return msgspec.json.decode(last.data, type=UploadedFile)
    except msgspec.DecodeError:
        pass
    raise UploadUnconfirmed(host=host, found="an upload that is not over after its last chunk")


def busy(error: Exception) -> bool | float:
    """Whether the portal refused to look at the request, and after how many seconds it may."""
    return isinstance(error, PortalBusy) and pause(error)


def abort(end: Callable[[], object]) -> None:
    """End a session; where that fails the portal forgets it by itself, 12 hours after its last chunk."""
    with suppress(ComplianceError):
        end()

"""Upload a file in one request."""

from functools import partial

import stamina

from reporting.docspace.api.client import Portal
from reporting.docspace.files.chunked_upload import UNCLEAR, Upload, UploadedFile, busy
from reporting.docspace.files.listing import StoredFile
from reporting.errors.base import ComplianceError
from reporting.errors.filing import UploadLost, UploadUnconfirmed
from reporting.errors.portal import PortalError

TRIES = 3
"""How often one file is sent before it is given up."""
BREATH = 1.0
"""Seconds, about, before a file is sent again: what seemed lost may still come to lie there."""


def upload_single(portal: Portal, parcel: Upload) -> UploadedFile:
    """Send the file in one request; if it was certainly lost, send it again, *TRIES* times in all.

    Raises:
        UploadLost: it got lost each time (``transient``).
        PortalError: unclear whether it arrived, for the folder could not be looked into.
        ComplianceError: refused, not understood, or out of patience.
    """
    for attempt in stamina.retry_context(on=UploadLost, attempts=TRIES, timeout=None, wait_initial=BREATH):
        with attempt:
            sent = (parcel.landed() if attempt.num > 1 else None) or send_once(portal, parcel)
    return sent


def send_once(portal: Portal, parcel: Upload) -> UploadedFile:
    """Send it; if the answer was lost or is unreadable, check whether the file arrived."""
    try:
        return portal.again(partial(upload, portal, parcel), on=busy)
    except UNCLEAR as fault:
        found = look_up_lost_answer(parcel, fault)
        if found is None:
            raise parcel.lost(portal.host) from fault
        return found


def look_up_lost_answer(parcel: Upload, fault: ComplianceError) -> UploadedFile | None:
    """Find the file that arrived; if that is unknown, raise the original error."""
    try:
        return parcel.landed()
    except PortalError as blind:
        raise fault from blind


def upload(portal: Portal, parcel: Upload) -> UploadedFile:
    """Send it, once.

    Source: ``POST /files/{folderId}/upload``, whose answer is an array from DocSpace 3.7 on and an object before.
    """
    place, words = f"/files/{parcel.folder}/upload", parcel.meaning
    answer = portal.upload(place, list[StoredFile] | StoredFile, file=parcel.path, name=parcel.name, meaning=words)
    return answer if isinstance(answer, StoredFile) else only(answer, portal.host)


def only(answer: list[StoredFile], host: str) -> StoredFile:
    if len(answer) != 1:
        raise UploadUnconfirmed(host=host, found=f"{len(answer)} files instead of one")
    return answer[0]

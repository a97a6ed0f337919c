"""Download a file from DocSpace."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

import httpx

from reporting.docspace.api.client import Portal
from reporting.docspace.api.responses import raise_for_refusal
from reporting.docspace.files.listing import StoredFile
from reporting.errors.base import ComplianceError
from reporting.errors.portal import ContentElsewhere, Declined, KeyTooWeak, NotAnAnswer, PortalRedirects

T = TypeVar("T")
PIECE = 64 * 1024
"""Bytes in memory at once."""
HOPS = 4
"""Requests for one file, redirects included."""


def sha256_of(portal: Portal, stored: StoredFile) -> str:
    """The SHA-256 in hex of a file's newest version, as the portal gives it out; it is never in memory as a whole.

    Each call is a download, which the portal's audit trail records (5009 FileDownloaded).

    Raises:
        NotAnAnswer: what came is not as long as the file is said to be, like a web page, or a copy with a watermark.
        ContentElsewhere: the key would have to go to another address.
        PortalError: refused, or out of patience.
    """
    length, sha256 = fetch(portal, stored.view_url, hash_pieces, meaning=missing(portal.host, stored))
    if length != stored.pure_content_length:
        found = f"{length} bytes instead of the {stored.pure_content_length} of file {stored.id}"
        raise NotAnAnswer(host=portal.host, path=httpx.URL(stored.view_url).path, found=found)
    return sha256


def missing(host: str, stored: StoredFile) -> Mapping[int, ComplianceError]:
    gone = Declined(host=host, path=f"the download of file {stored.id}", reason="it is not there any more")
    return {403: KeyTooWeak(host=host, act=f"download file {stored.id}"), 404: gone}


def hash_pieces(pieces: Iterator[bytes]) -> tuple[int, str]:
    length, digest = 0, hashlib.sha256()
    for piece in pieces:
        length += len(piece)
        digest.update(piece)
    return length, digest.hexdigest()


def fetch(
    portal: Portal, url: str, take: Callable[[Iterator[bytes]], T], *, meaning: Mapping[int, ComplianceError]
) -> T:
    """What *take* makes of the bytes behind a ``viewUrl``; after a passing fault it gets them again from the first.

    Where the portal keeps its files in a cloud it redirects there, to an address that needs no key and gets none.

    Source: ``FileHandler.ashx.cs``, ``DownloadFile``, DocSpace server 3.x.

    Raises:
        ContentElsewhere: *url* itself is not the portal's, or what it redirects to is less safe.
        PortalError: refused, or out of patience.
    """
    place = address(url)
    if not portal.owns(place):
        raise ContentElsewhere(host=portal.host, target=safe_address(place))
    return portal.again(partial(fetch_once, portal, place, take, meaning))


def fetch_once(
    portal: Portal, place: httpx.URL, take: Callable[[Iterator[bytes]], T], meaning: Mapping[int, ComplianceError]
) -> T:
    for _ in range(HOPS):
        with portal.stream(place) as answer:
            if not answer.has_redirect_location:
                return take(pieces(answer, meaning))
            place = redirect_target(portal, place, answer.headers["location"])
    raise PortalRedirects(host=portal.host, target=safe_address(place))


def pieces(answer: httpx.Response, meaning: Mapping[int, ComplianceError]) -> Iterator[bytes]:
    """The body of a successful answer."""
    if not answer.is_success:
        answer.read()
    refusal = raise_for_refusal(answer, meaning)
    if refusal is not None:
        raise refusal
    yield from answer.iter_bytes(PIECE)


def redirect_target(portal: Portal, place: httpx.URL, location: str) -> httpx.URL:
    """The target of a redirect, if it is the portal or equally safe."""
    target = place.join(location)  # httpx has checked that it can be joined
    if target.scheme not in {"https", address(portal.address).scheme}:
        raise ContentElsewhere(host=portal.host, target=safe_address(target))
    return target


def address(text: str) -> httpx.URL:
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        return httpx.URL("")


def safe_address(place: httpx.URL) -> str:
    """Scheme, host and port; the rest may hold a key."""
    return f"{place.scheme}://{place.netloc.decode('ascii')}" if place.host else "nowhere that could be understood"

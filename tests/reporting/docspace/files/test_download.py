"""What a file's bytes are read for, and where the key goes with it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from reporting.docspace.api.client import NO_MEANING, Portal, connect
from reporting.docspace.api.rate_limit import RateLimit
from reporting.docspace.files.download import HOPS, PIECE, fetch, redirect_target, sha256_of
from reporting.docspace.files.listing import StoredFile
from reporting.errors.base import ComplianceError, Stopped
from reporting.errors.portal import (
    ContentElsewhere,
    Declined,
    KeyRejected,
    KeyTooWeak,
    NotAnAnswer,
    PortalBusy,
    PortalFailing,
    PortalRedirects,
    PortalUnreachable,
)
from sandbox.portal import Fault, Redirect, Reset, StandInPortal, Status, Truncated, too_many
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.files import Upload
from sandbox.portal.setup import utc_now
from sandbox.portal.wire import Request, Response
from tests.reporting.stage import Knock

CONTENT = bytes(range(256)) * 2_000
PLACE = "/filehandler.ashx"


@dataclass
class Cloud:
    """A storage that gives out the content to everybody, and keeps what it was sent."""

    sent: list[Request] = field(default_factory=list)

    def reply(self, request: Request, answer: Answer) -> Response:
        self.sent.append(request)
        return Response(headers={"Content-Type": "text/plain"}, body=CONTENT)


def lay(standin: StandInPortal, content: bytes = CONTENT) -> int:
    upload = Upload(title="a.txt", content=content, by=standin._state.owner.id, at=utc_now())
    return standin.files.upload(standin.folder_id, upload).id


def stored(portal: Portal, number: int) -> StoredFile:
    return portal.get(f"/files/file/{number}", StoredFile)


def whole(portal: Portal, url: str) -> bytes:
    return fetch(portal, url, b"".join, meaning=NO_MEANING)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 500_000])
def test_a_files_hash_is_that_of_its_bytes(standin: StandInPortal, knock: Knock, size: int) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin, CONTENT[:size]))

    assert sha256_of(portal, file) == hashlib.sha256(CONTENT[:size]).hexdigest()


def test_no_more_than_a_piece_is_in_memory(standin: StandInPortal, knock: Knock) -> None:
    portal = knock(standin)

    def largest(pieces: Iterator[bytes]) -> int:
        return max(len(piece) for piece in pieces)

    assert fetch(portal, stored(portal, lay(standin)).view_url, largest, meaning=NO_MEANING) <= PIECE


@pytest.mark.parametrize("fault", [Reset(), Truncated(), Status(503), too_many(0)], ids=repr)
def test_a_download_that_meets_a_passing_fault_begins_again(standin: StandInPortal, knock: Knock, fault: Fault) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin))
    standin.faults.next(PLACE, fault, times=2)

    assert whole(portal, file.view_url) == CONTENT
    assert portal.requests == 4


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Status(401), KeyRejected),
        (Status(403), KeyTooWeak),
        (Status(404), Declined),
        (Status(400, body=b"<html>"), Declined),
        (Status(500), PortalFailing),
        (Reset(), PortalUnreachable),
        (Truncated(), PortalUnreachable),
        (too_many(0), PortalBusy),
        (Status(200, body=b"<html>Please sign in</html>"), NotAnAnswer),
        (Status(302), PortalRedirects),
        (Redirect("http://127.0.0.1:port/"), PortalUnreachable),
        (Redirect("http:///nowhere"), Declined),
    ],
    ids=repr,
)
def test_what_is_no_content_is_not_taken_for_it(
    standin: StandInPortal, knock: Knock, fault: Fault, kind: type[ComplianceError]
) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin))
    standin.faults.next(PLACE, fault, times=None)

    with pytest.raises(kind):
        sha256_of(portal, file)


def test_a_run_that_was_given_up_downloads_nothing_more(standin: StandInPortal, knock: Knock) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin))
    portal.halt()

    with pytest.raises(Stopped):
        sha256_of(portal, file)
    assert standin.requests.to(PLACE) == []


@pytest.mark.parametrize("place", ["{other}/filehandler.ashx?fileid=1", "//{other_host}/filehandler.ashx?fileid=1"])
def test_the_key_goes_to_no_other_address(standin: StandInPortal, knock: Knock, place: str) -> None:
    with StandInPortal() as elsewhere:
        url = place.format(other=elsewhere.url, other_host=elsewhere.url.removeprefix("http://"))
        with pytest.raises(ContentElsewhere) as caught:
            whole(knock(standin), url)

        assert elsewhere.requests.total == standin.requests.total == 0
        assert standin.key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/filehandler.ashx?fileid=1",
        "http://[",
        "http://127.0.0.1/filehandler.ashx",
        "https://{own}/filehandler.ashx",
        "http://{own}@elsewhere.test/",
        "ftp://{own}/",
    ],
)
def test_an_address_that_is_not_quite_the_portals_gets_nothing(standin: StandInPortal, knock: Knock, url: str) -> None:
    with pytest.raises(ContentElsewhere):
        whole(knock(standin), url.format(own=standin.url.removeprefix("http://")))
    assert standin.requests.total == 0


def test_a_storage_to_which_the_portal_redirects_gives_the_content_and_gets_no_key(
    standin: StandInPortal, knock: Knock
) -> None:
    portal, cloud = knock(standin), Cloud()
    file = stored(portal, lay(standin))
    with StandInPortal() as elsewhere:
        elsewhere.faults.next("/bucket", cloud)
        standin.faults.next(PLACE, Redirect(f"{elsewhere.url}/bucket/file?signature=x"))

        assert sha256_of(portal, file) == hashlib.sha256(CONTENT).hexdigest()
    assert [(one.path, one.query) for one in cloud.sent] == [("/bucket/file", "signature=x")]
    assert all(standin.key not in str(one.headers) and "authorization" not in one.headers for one in cloud.sent)


def test_a_redirect_within_the_portal_is_followed_with_the_key(standin: StandInPortal, knock: Knock) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin))
    standin.faults.next(PLACE, Redirect(f"{PLACE}?action=download&fileid={file.id}"))

    assert whole(portal, file.view_url) == CONTENT


def test_redirects_come_to_an_end(standin: StandInPortal, knock: Knock) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin))
    standin.faults.next(PLACE, Redirect(file.view_url), times=None)

    with pytest.raises(PortalRedirects):
        whole(portal, file.view_url)
    assert len(standin.requests.to(PLACE)) == HOPS


@pytest.mark.parametrize(
    ("location", "followed"),
    [("https://storage.test/a", True), ("http://storage.test/a", False), ("http://portal.test/a", False), ("/a", True)],
)
def test_a_portal_with_tls_sends_nobody_to_an_address_without(location: str, followed: bool) -> None:
    with connect("https://portal.test", "sk-x") as client:
        portal = Portal(client, RateLimit(per_minute=10, at_once=1), patience=1, minutes=1)
        asked = httpx.URL("https://portal.test/filehandler.ashx?fileid=1")
        if followed:
            assert redirect_target(portal, asked, location).scheme == "https"
        else:
            with pytest.raises(ContentElsewhere):
                redirect_target(portal, asked, location)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "file:///etc/passwd"])
def test_a_redirect_to_what_is_no_storage_is_not_followed(standin: StandInPortal, knock: Knock, target: str) -> None:
    portal = knock(standin)
    file = stored(portal, lay(standin))
    standin.faults.next(PLACE, Redirect(target))

    with pytest.raises(ContentElsewhere):
        whole(portal, file.view_url)

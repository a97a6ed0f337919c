"""A file's versions: what DocSpace tells of them, their bytes, and the comment that stands with one."""

import hashlib
import io
from datetime import UTC, datetime

import httpx
import pytest

from reporting.docspace.api.client import Portal
from reporting.docspace.files.version_comment import LONGEST, put_comment
from reporting.docspace.files.versions import download, file_version, file_versions
from reporting.errors.portal import FileGone, KeyTooWeak, NotAnAnswer
from sandbox.portal import Reset, StandInPortal, Status
from sandbox.portal.files import TRASH_ROOT, StoredFile, Upload
from tests.reporting.stage import BACKGROUND, Knock

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def file(standin: StandInPortal) -> StoredFile:
    """Two versions."""
    for content in (b"first", b"second!"):
        found = standin.files.upload(
            standin.folder_id, Upload(title="x.txt", content=content, by="somebody", at=MOMENT)
        )
    return found


@pytest.fixture
def portal(standin: StandInPortal, knock: Knock) -> Portal:
    return knock(standin)


@pytest.mark.parametrize(("version", "content"), [(None, b"second!"), (2, b"second!"), (1, b"first")])
def test_a_version_s_bytes_come_with_their_hash(
    version: int | None, content: bytes, portal: Portal, file: StoredFile
) -> None:
    into = io.BytesIO()
    found = file_version(portal, file.id, version)
    assert download(portal, found, version=version, into=into) == hashlib.sha256(content).hexdigest()
    assert into.getvalue() == content
    assert found.version == (version or 2)


@pytest.mark.parametrize(("version", "action"), [(None, 5009), (1, 5062)])
def test_each_download_leaves_the_trace_that_it_is_said_to(
    version: int | None, action: int, portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    download(portal, file_version(portal, file.id, version), version=version, into=io.BytesIO())
    traces = [event.action_id for event in standin.audit.events_between(None, None) if event.date not in BACKGROUND]
    assert traces == [action]


def test_the_newest_version_is_asked_for_by_its_address_alone_and_any_other_by_its_number(
    portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    newest, first = file_version(portal, file.id, None), file_version(portal, file.id, 1)
    download(portal, newest, version=None, into=None)
    download(portal, first, version=1, into=None)
    asked = [httpx.QueryParams(one.query) for one in standin.requests.to("/filehandler.ashx")]
    told = [httpx.URL(one.view_url).params for one in (newest, first)]
    assert asked == [told[0], told[1].set("version", "1")]


def test_a_download_that_breaks_off_is_begun_anew_and_not_added_to(
    portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    standin.faults.next("/filehandler.ashx", Reset(), times=1)
    into = io.BytesIO(b"what was there before")
    download(portal, file_version(portal, file.id, None), version=None, into=into)
    assert into.getvalue() == b"second!"


def test_what_is_not_as_long_as_the_portal_says_is_not_taken_for_the_file(
    portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    found = file_version(portal, file.id, None)
    standin.files.overwrite(file.id, 2, b"longer than before")
    with pytest.raises(NotAnAnswer, match="18 bytes instead of the 7"):
        download(portal, found, version=None, into=io.BytesIO())


def test_the_history_is_told_with_who_wrote_each_version_when(portal: Portal, file: StoredFile) -> None:
    newest, first = file_versions(portal, file.id)
    assert (newest.version, first.version) == (2, 1)
    assert newest.updated.startswith("2026-01-02T05:04:05")
    assert newest.updated_by.display_name
    assert newest.comment == "Uploaded"


def test_a_file_in_the_trash_is_known_as_deleted_and_its_history_is_not_told(
    portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    assert not file_version(portal, file.id, None).deleted
    standin.files.move(file.id, TRASH_ROOT)
    assert file_version(portal, file.id, None).deleted
    with pytest.raises(KeyTooWeak):
        file_versions(portal, file.id)


@pytest.mark.parametrize(("version", "what"), [(None, "file {}"), (1, "version 1 of file {}")])
def test_what_is_gone_or_forbidden_is_said_to_be_so(
    version: int | None, what: str, portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    standin.faults.next("/files/file/", Status(403))
    with pytest.raises(KeyTooWeak, match=f"read {what.format(file.id)}"):
        file_version(portal, file.id, version)
    standin.files.remove(file.id)
    with pytest.raises(FileGone) as gone:
        file_version(portal, file.id, version)
    assert gone.value.facts["what"] == what.format(file.id)


@pytest.mark.parametrize(("version", "query"), [(None, {}), (1, {"version": "1"})])
def test_a_version_is_asked_for_by_its_number_in_the_portal_s_own_word(
    version: int | None, query: dict[str, str], portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    file_version(portal, file.id, version)
    assert dict(httpx.QueryParams(standin.requests.to("/files/file/")[-1].query)) == query


def test_a_comment_stands_with_its_version_and_is_cut_to_what_the_portal_keeps(
    portal: Portal, file: StoredFile
) -> None:
    put_comment(portal, file.id, 1, "seen " * 100)
    newest, first = file_versions(portal, file.id)
    assert first.comment == ("seen " * 100)[:LONGEST]
    assert newest.comment == "Uploaded"


@pytest.mark.parametrize("fault", [Status(500), Reset(), Reset(processed=True)])
def test_a_comment_whose_answer_got_lost_is_put_again(
    fault: Status | Reset, portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    standin.faults.next("/comment", fault, times=1)
    put_comment(portal, file.id, 2, "seen")
    assert file_versions(portal, file.id)[0].comment == "seen"


def test_a_comment_on_a_file_that_is_gone_or_not_ours_is_refused_in_words(
    portal: Portal, file: StoredFile, standin: StandInPortal
) -> None:
    standin.files.move(file.id, TRASH_ROOT)
    with pytest.raises(KeyTooWeak, match="comment on file"):
        put_comment(portal, file.id, 1, "seen")
    standin.files.remove(file.id)
    with pytest.raises(FileGone):
        put_comment(portal, file.id, 1, "seen")

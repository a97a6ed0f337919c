import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from reporting.docspace.files.filing import check_folder, file_once
from reporting.errors.base import ComplianceError
from reporting.errors.filing import FolderForbidden, FolderMissing, TooLargeToFile, UploadTooLarge, UploadUnconfirmed
from reporting.report import Change, FiledFile
from sandbox.portal import Fault, FolderSetup, Generation, PortalSetup, Reset, StandInPortal, Status
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.stage import Knock

NAME = "compliance-report-2025-01.txt"
CONTENT = b"Compliance report\nPeriod: 2025-01-01 - 2025-01-31\n"
CONFIRMING = "/files/file/"
GENERATIONS = [Generation.V30, Generation.V32, Generation.V35, Generation.V36, Generation.V37, Generation.NEXT]
CLOSED = [FolderSetup(may_create=False), FolderSetup(archived=True)]


class Altered:
    """The portal's answer with these facts changed."""

    def __init__(self, **facts: object) -> None:
        self._facts = facts

    def reply(self, request: Request, answer: Answer) -> Response:
        envelope = json.loads(answer(request).body)
        return json_response(envelope | {"response": envelope["response"] | self._facts})


@dataclass(frozen=True)
class Times:
    """An upload's answer that tells of the file so many times."""

    count: int

    def reply(self, request: Request, answer: Answer) -> Response:
        envelope = json.loads(answer(request).body)
        return json_response(envelope | {"response": envelope["response"] * self.count})


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "made.txt"
    path.write_bytes(CONTENT)
    return path


def filed(standin: StandInPortal, knock: Knock, report: Path, name: str = NAME) -> FiledFile:
    (found,) = file_once(
        knock(standin),
        standin.folder_id,
        path=report,
        name=name,
        version=standin.setup.generation.version,
        scratch=report.parent,
        known={},
    )
    return found


def test_a_folder_that_takes_files_passes(standin: StandInPortal, knock: Knock) -> None:
    check_folder(knock(standin), standin.folder_id)


def test_a_folder_of_a_portal_that_does_not_tell_what_may_be_done_there_passes(
    standin: StandInPortal, knock: Knock
) -> None:
    standin.faults.next("/files/folder/", Altered(security={}))
    check_folder(knock(standin), standin.folder_id)


def test_a_folder_that_is_not_there_is_missed_before_the_work(standin: StandInPortal, knock: Knock) -> None:
    with pytest.raises(FolderMissing, match="no folder 12"):
        check_folder(knock(standin), 12)


@pytest.mark.parametrize("folder", CLOSED, ids=["read-only", "archived"])
def test_a_folder_that_takes_no_files_is_found_before_the_work(folder: FolderSetup, knock: Knock) -> None:
    with StandInPortal(PortalSetup(folder=folder)) as standin, pytest.raises(FolderForbidden):
        check_folder(knock(standin), standin.folder_id)


def test_checking_a_folder_changes_nothing(standin: StandInPortal, knock: Knock) -> None:
    check_folder(knock(standin), standin.folder_id)

    assert [one.method for one in standin.requests] == ["GET"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_file_lies_where_every_generation_says_byte_for_byte(
    generation: Generation, knock: Knock, report: Path
) -> None:
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        found = filed(standin, knock, report)

        assert standin.files.content(found.id) == CONTENT
        assert found == FiledFile(
            id=found.id,
            version=1,
            folder=standin.folder_id,
            title=NAME,
            url=f"{standin.url}/doceditor?fileid={found.id}&version=1",
            size=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            change=Change.NEW,
        )


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_000_000])
def test_a_file_of_any_size_is_confirmed(standin: StandInPortal, knock: Knock, report: Path, size: int) -> None:
    report.write_bytes(b"\r" * size)

    assert len(standin.files.content(filed(standin, knock, report).id)) == size


def test_the_same_name_again_is_the_next_version_of_the_same_file(
    standin: StandInPortal, knock: Knock, report: Path
) -> None:
    first = filed(standin, knock, report)
    report.write_bytes(b"revised")
    second = filed(standin, knock, report)

    assert (second.id, second.version, second.change) == (first.id, 2, Change.VERSION)


def test_the_title_is_told_as_the_portal_wrote_it(standin: StandInPortal, knock: Knock, report: Path) -> None:
    assert filed(standin, knock, report, name="a:b.txt").title == "a_b.txt"


@pytest.mark.parametrize(
    "facts",
    [
        {"pureContentLength": len(CONTENT) - 1},
        {"pureContentLength": len(CONTENT) + 1},
        {"pureContentLength": 0},
        {"version": 2},
        {"folderId": 2},
    ],
    ids=str,
)
def test_a_file_that_does_not_lie_there_as_it_was_sent_is_not_confirmed(
    standin: StandInPortal, knock: Knock, report: Path, facts: dict[str, int]
) -> None:
    standin.faults.next(CONFIRMING, Altered(**facts))

    with pytest.raises(UploadUnconfirmed):
        filed(standin, knock, report)


@pytest.mark.parametrize("count", [0, 2])
def test_an_upload_that_is_told_as_other_than_one_file_is_looked_up_and_not_repeated(
    standin: StandInPortal, knock: Knock, report: Path, count: int
) -> None:
    standin.faults.next("/upload", Times(count), times=None)

    assert filed(standin, knock, report).version == 1
    assert len([one for one in standin.requests.to("/upload") if one.method == "POST"]) == 1


@pytest.mark.parametrize("fault", [Status(503), Reset()], ids=["503", "reset"])
def test_a_passing_fault_while_confirming_does_not_upload_twice(
    standin: StandInPortal, knock: Knock, report: Path, fault: Fault
) -> None:
    standin.faults.next(CONFIRMING, fault, times=2)

    assert filed(standin, knock, report).version == 1


@pytest.mark.parametrize(
    ("setup", "kind"),
    [
        (PortalSetup(folder=FolderSetup(may_create=False)), FolderForbidden),
        (PortalSetup(folder=FolderSetup(archived=True)), FolderForbidden),
        (PortalSetup(scopes=("*:read",)), FolderForbidden),
        (PortalSetup(max_file_size=len(CONTENT) - 1, is_admin=False), TooLargeToFile),
        (PortalSetup(tenant="unpaid"), TooLargeToFile),
    ],
    ids=["read-only", "archived", "key without files:write", "too large", "unpaid"],
)
def test_an_upload_that_is_refused_says_why(
    setup: PortalSetup, kind: type[ComplianceError], knock: Knock, report: Path
) -> None:
    with StandInPortal(setup) as standin, pytest.raises(kind):
        filed(standin, knock, report)


def test_a_proxy_that_takes_no_file_of_that_size_is_named_with_the_size(
    standin: StandInPortal, knock: Knock, report: Path
) -> None:
    standin.faults.next("upload", Status(413, body=b"<html>Request Entity Too Large</html>"))

    with pytest.raises(UploadTooLarge, match=f"{len(CONTENT)} bytes") as caught:
        filed(standin, knock, report)
    assert "proxy" in caught.value.advice


def test_a_file_as_large_as_the_portal_takes_is_filed(knock: Knock, report: Path) -> None:
    with StandInPortal(PortalSetup(max_file_size=len(CONTENT))) as standin:
        assert filed(standin, knock, report).version == 1


def test_an_upload_to_a_folder_that_is_gone_says_so(standin: StandInPortal, knock: Knock, report: Path) -> None:
    with pytest.raises(FolderMissing):
        file_once(knock(standin), 12, path=report, name=NAME, version="3.7.2", scratch=report.parent, known={})


def test_a_file_that_is_gone_after_the_upload_is_not_told_as_a_missing_portal(
    standin: StandInPortal, knock: Knock, tmp_path: Path
) -> None:
    standin.faults.next("/files/file/", Status(404))
    path = tmp_path / "report.txt"
    path.write_text("Compliance report\n")

    with pytest.raises(UploadUnconfirmed, match="not there any more"):
        filed(standin, knock, path)

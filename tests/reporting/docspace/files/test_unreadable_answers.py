"""An answer of success that cannot be read, where something is filed: looked up, never filed twice."""

from pathlib import Path

import pytest

from reporting.docspace.files.chunked_upload import CHUNK
from reporting.docspace.files.filing import file_once
from reporting.errors.base import ComplianceError
from reporting.report import FiledFile
from sandbox.portal import Damaged, Generation, LieKind, PortalSetup, StandInPortal
from tests.reporting.stage import Knock

NAME = "compliance-report-2025-01.txt"
KINDS = [
    LieKind.CUT,
    LieKind.HTML,
    LieKind.NO_BODY,
    LieKind.GZIP_CUT,
    LieKind.GZIP_BROKEN,
    LieKind.ENCODING_UNKNOWN,
    LieKind.TWO_DOCUMENTS,
    LieKind.NOT_JSON,
    LieKind.RESPONSE_NULL,
    LieKind.UTF16,
]


def lay(tmp_path: Path, size: int) -> Path:
    path = tmp_path / "made.txt"
    path.write_bytes((b"Compliance report\n" * (size // 18 + 1))[:size])
    return path


def filed(standin: StandInPortal, knock: Knock, path: Path) -> FiledFile:
    (found,) = file_once(
        knock(standin),
        standin.folder_id,
        path=path,
        name=NAME,
        version=standin.setup.generation.version,
        scratch=path.parent,
        known={},
    )
    return found


def lies_once(standin: StandInPortal, found: FiledFile, path: Path) -> bool:
    files = standin.files.files_in(standin.folder_id)
    return [version.number for file in files for version in file.versions] == [1] and standin.files.content(
        found.id
    ) == path.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, None])
def test_an_upload_whose_answer_cannot_be_read_is_looked_up_and_not_repeated(
    standin: StandInPortal, knock: Knock, tmp_path: Path, kind: LieKind, times: int | None
) -> None:
    path = lay(tmp_path, 900)
    standin.faults.next("upload", Damaged(kind), times=times, method="POST")

    assert lies_once(standin, filed(standin, knock, path), path)
    assert len([one for one in standin.requests.to("upload") if one.method == "POST"]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_asked_before_and_after_an_upload_is_asked_again(
    standin: StandInPortal, knock: Knock, tmp_path: Path, kind: LieKind
) -> None:
    path = lay(tmp_path, 900)
    for place in ("/portal/quota", f"/files/{standin.folder_id}", "/files/file/"):
        standin.faults.next(place, Damaged(kind), method="GET")

    assert lies_once(standin, filed(standin, knock, path), path)


@pytest.mark.parametrize("kind", [LieKind.CUT, LieKind.HTML, LieKind.GZIP_CUT])
@pytest.mark.parametrize("generation", [Generation.V36, Generation.V37])
@pytest.mark.parametrize("spared", [0, 1, 2])
def test_a_large_upload_meets_an_answer_that_cannot_be_read_anywhere_and_lies_there_once(
    knock: Knock, tmp_path: Path, generation: Generation, kind: LieKind, spared: int
) -> None:
    path = lay(tmp_path, CHUNK + 9)
    place = {Generation.V36: "pload", Generation.V37: "/session"}[generation]
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        standin.faults.next(place, Damaged(kind), after=spared)

        assert lies_once(standin, filed(standin, knock, path), path)


def test_a_confirmation_that_can_never_be_read_ends_with_words_that_another_run_may_help(
    standin: StandInPortal, knock: Knock, tmp_path: Path
) -> None:
    path = lay(tmp_path, 900)
    standin.faults.next("/files/file/", Damaged(LieKind.CUT), times=None, method="GET")

    with pytest.raises(ComplianceError, match="unreadable") as caught:
        filed(standin, knock, path)
    assert caught.value.transient
    standin.faults.clear()
    assert lies_once(standin, filed(standin, knock, path), path)

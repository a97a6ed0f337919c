import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporting.build_report import BuildContext, build_report, file_report
from reporting.docspace.api.server_info import server_info
from reporting.docspace.files.chunked_upload import CHUNK
from reporting.docspace.files.filing import file_once
from reporting.document.csv_jsonl import csv_head
from reporting.document.formats import Format
from reporting.document.header import LAST
from reporting.errors.filing import TooLargeForParts, TooLargeToFile, UploadLost, UploadUnconfirmed
from reporting.layout import RULE
from reporting.period import Month
from reporting.report import Change, FiledFile, Order
from sandbox.portal import (
    ErrorBody,
    Fault,
    Garbage,
    Generation,
    Html,
    NoResponse,
    PortalSetup,
    Reset,
    StandInPortal,
    Status,
    month_of_events,
)
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.stage import ORIGIN, Knock

NAME = "compliance-report-2025-01.txt"
BOTH = [Generation.V36, Generation.V37]
HEADER = f"Compliance report\nPeriod: 2025-01-01 - 2025-01-31\nTotal events: 9\nVerdict: COMPLETE\n\nEvents:\n{RULE}\n"
RECORDS = [f"ID: {number}\nTarget: {'x' * 300}\n{RULE}\n" for number in range(9)]
QUOTA = "/portal/quota"


class Quota:
    """A plan whose largest file is told as this, or not at all."""

    def __init__(self, **facts: object) -> None:
        self._facts = facts

    def reply(self, request: Request, answer: Answer) -> Response:
        envelope = json.loads(answer(request).body)
        del envelope["response"]["maxFileSize"]
        return json_response(envelope | {"response": envelope["response"] | self._facts})


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "made.txt"
    path.write_text(HEADER + "".join(RECORDS) + LAST.decode(), encoding="utf-8")
    return path


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / "scratch"
    path.mkdir()
    return path


def filed(standin: StandInPortal, knock: Knock, report: Path, scratch: Path) -> tuple[FiledFile, ...]:
    version = standin.setup.generation.version
    return file_once(
        knock(standin), standin.folder_id, path=report, name=NAME, version=version, scratch=scratch, known={}
    )


def texts(standin: StandInPortal, found: tuple[FiledFile, ...]) -> list[str]:
    return [standin.files.content(one.id, one.version).decode() for one in found]


@pytest.mark.parametrize(("size", "sessions"), [(CHUNK - 1, 0), (CHUNK, 0), (CHUNK + 1, 1), (2 * CHUNK + 1, 1)])
@pytest.mark.parametrize("generation", BOTH)
def test_a_file_over_10_mib_goes_up_in_chunks(
    generation: Generation, knock: Knock, report: Path, scratch: Path, size: int, sessions: int
) -> None:
    report.write_bytes(b"x" * size)
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        (found,) = filed(standin, knock, report, scratch)
        begun = [one for one in standin.requests if one.path.endswith(("/session", "/create_session"))]

        assert len(begun) == sessions
        assert len(standin.files.content(found.id)) == size


@pytest.mark.parametrize("generation", BOTH)
def test_what_went_up_in_chunks_is_told_like_any_other_file(
    generation: Generation, knock: Knock, report: Path, scratch: Path
) -> None:
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        (small,) = filed(standin, knock, report, scratch)
        report.write_bytes(b"x" * (CHUNK + 1))
        (large,) = filed(standin, knock, report, scratch)

        assert large == FiledFile(
            id=small.id,
            version=2,
            folder=standin.folder_id,
            title=NAME,
            url=f"{standin.url}/doceditor?fileid={small.id}&version=2",
            size=CHUNK + 1,
            sha256=hashlib.sha256(report.read_bytes()).hexdigest(),
            change=Change.VERSION,
        )


@pytest.mark.parametrize("generation", BOTH)
@pytest.mark.parametrize("fault", [Reset(), Reset(processed=True), Status(500)], ids=repr)
def test_a_large_chunk_that_gets_lost_costs_neither_bytes_nor_a_second_version(
    generation: Generation, knock: Knock, report: Path, scratch: Path, fault: Fault
) -> None:
    content = b"".join(bytes([number]) * (CHUNK // 2) for number in range(5))
    report.write_bytes(content)
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        path = "/upload" if generation is Generation.V37 else "/ChunkedUploader.ashx"
        standin.faults.next(path, fault, after=1, method="POST")
        (found,) = filed(standin, knock, report, scratch)

        assert found.version == 1
        assert standin.files.content(found.id) == content


def test_what_went_up_in_chunks_is_confirmed_like_any_other_file(
    standin: StandInPortal, knock: Knock, report: Path, scratch: Path
) -> None:
    class Shorter:
        def reply(self, request: Request, answer: Answer) -> Response:
            envelope = json.loads(answer(request).body)
            return json_response(envelope | {"response": envelope["response"] | {"pureContentLength": CHUNK}})

    report.write_bytes(b"x" * (CHUNK + 1))
    standin.faults.next("/files/file/", Shorter())

    with pytest.raises(UploadUnconfirmed):
        filed(standin, knock, report, scratch)


@pytest.mark.parametrize("generation", BOTH)
def test_a_file_larger_than_the_portals_largest_goes_up_as_numbered_parts(
    generation: Generation, knock: Knock, report: Path, scratch: Path
) -> None:
    with StandInPortal(PortalSetup(generation=generation, max_file_size=1_300)) as standin:
        found = filed(standin, knock, report, scratch)
        parts = texts(standin, found)

        assert [one.title for one in found] == [f"compliance-report-2025-01.part-{n}-of-5.txt" for n in range(1, 6)]
        assert [part.splitlines()[3] for part in parts] == [f"Part {n} of 5" for n in range(1, 6)]
        assert "".join(part.split(f"Events:\n{RULE}\n")[1] for part in parts) == "".join(RECORDS) + LAST.decode()
        assert all(len(part) < 1_300 for part in parts)


@pytest.mark.parametrize("form", [Format.CSV, Format.JSONL, Format.OCSF])
def test_a_table_larger_than_the_portals_largest_file_is_filed_whole(knock: Knock, scratch: Path, form: Format) -> None:
    with StandInPortal(PortalSetup(max_file_size=100_000)) as standin:
        standin.audit.add_all(month_of_events(2025, 1, count=700, seed=5, zone=standin.setup.zone))
        portal = knock(standin)
        shop = BuildContext(scratch, timedelta(hours=24), now=lambda: datetime(2025, 3, 1, tzinfo=UTC), extras=(form,))
        made = build_report(Order(Month(2025, 1)), server_info(portal), portal, shop, watch=lambda _: None)
        found = file_report(made, portal, standin.folder_id, known={}, origin=ORIGIN).files
        parts = texts(standin, tuple(one for one in found if one.title.endswith(f".{form}")))
        head = csv_head().decode() if form is Format.CSV else ""

        assert len(parts) > 1
        assert all(len(part.encode()) < 100_000 for part in parts)
        whole = head + "".join(part.removeprefix(head) for part in parts)
        assert whole.encode() == made.extras[0].read_bytes()


def test_parts_over_10_mib_go_up_in_chunks(knock: Knock, report: Path, scratch: Path) -> None:
    report.write_text(HEADER + f"{'x' * 100_000}\n{RULE}\n" * 200, encoding="utf-8")
    with StandInPortal(PortalSetup(max_file_size=CHUNK + 1_000_000)) as standin:
        found = filed(standin, knock, report, scratch)

        assert len(found) == 2
        assert len([one for one in standin.requests if one.path.endswith("/session")]) == 1


@pytest.mark.parametrize("spare", [0, 1])
def test_a_file_no_larger_than_the_portals_largest_goes_up_whole(
    knock: Knock, report: Path, scratch: Path, spare: int
) -> None:
    with StandInPortal(PortalSetup(max_file_size=report.stat().st_size + spare)) as standin:
        (found,) = filed(standin, knock, report, scratch)

        assert found.title == NAME


def test_parts_that_are_filed_again_are_the_next_versions_of_the_same_files(
    knock: Knock, report: Path, scratch: Path
) -> None:
    with StandInPortal(PortalSetup(max_file_size=1_300)) as standin:
        first = filed(standin, knock, report, scratch)
        report.write_text(report.read_text(encoding="utf-8").replace("x", "y"), encoding="utf-8")
        second = filed(standin, knock, report, scratch)

        assert [(one.id, 2) for one in first] == [(one.id, one.version) for one in second]


def test_an_event_larger_than_the_portals_largest_file_is_refused_before_anything_is_sent(
    knock: Knock, report: Path, scratch: Path
) -> None:
    with StandInPortal(PortalSetup(max_file_size=500)) as standin:
        with pytest.raises(TooLargeForParts, match="less than 500 bytes"):
            filed(standin, knock, report, scratch)

        assert standin.requests.to("/files/") == []


def test_nothing_of_the_parts_stays_on_this_machine(knock: Knock, report: Path, scratch: Path) -> None:
    with StandInPortal(PortalSetup(max_file_size=1_300)) as standin:
        standin.faults.next("/upload", Reset(), times=None, after=1)
        with pytest.raises(UploadLost):
            filed(standin, knock, report, scratch)

    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("told", [{}, {"maxFileSize": 0}, {"maxFileSize": -1}], ids=repr)
def test_a_portal_that_does_not_tell_its_largest_file_gets_the_whole(
    standin: StandInPortal, knock: Knock, report: Path, scratch: Path, told: dict[str, int]
) -> None:
    standin.faults.next(QUOTA, Quota(**told))

    assert len(filed(standin, knock, report, scratch)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Status(403),
        Status(404),
        Status(402),
        Status(500),
        Html(),
        Garbage(),
        NoResponse(null=True),
        ErrorBody(),
        Reset(),
    ],
    ids=repr,
)
def test_a_report_is_filed_even_if_the_quota_cannot_be_read(
    standin: StandInPortal, knock: Knock, report: Path, scratch: Path, fault: Fault
) -> None:
    standin.faults.next(QUOTA, fault, times=None)

    assert len(filed(standin, knock, report, scratch)) == 1


@pytest.mark.parametrize("size", [1_000, CHUNK + 1])
def test_a_file_too_large_for_a_portal_that_hides_its_quota_is_refused_in_words(
    knock: Knock, report: Path, scratch: Path, size: int
) -> None:
    report.write_bytes(b"x" * size)
    with (
        StandInPortal(PortalSetup(is_admin=False, max_file_size=999)) as standin,
        pytest.raises(TooLargeToFile, match=f"{size} bytes"),
    ):
        filed(standin, knock, report, scratch)

"""A report comes to lie in its folder once, whatever gets lost on the way."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reporting.docspace.files.chunked_upload import CHUNK
from reporting.docspace.files.content_match import MOST
from reporting.docspace.files.filing import file_once
from reporting.document.header import LAST
from reporting.errors.base import ComplianceError
from reporting.errors.filing import FolderMissing, UploadLost, UploadUnconfirmed
from reporting.errors.portal import PortalBusy, PortalFailing, PortalUnreachable
from reporting.layout import RULE
from reporting.report import Change, FiledFile, UploadResult
from sandbox.portal import Fault, Generation, PortalSetup, Reset, StandInPortal, Status, Truncated, too_many
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.files import Folder, Upload
from sandbox.portal.setup import utc_now
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.stage import Knock

NAME = "compliance-report-2025-01.txt"
CONTENT = b"Compliance report\nPeriod: 2025-01-01 - 2025-01-31\n"
OTHER = CONTENT.replace(b"31", b"30")
SOMEBODY = "22222222-2222-2222-2222-222222222222"
DOWNLOADED = 5009
BOTH = [Generation.V36, Generation.V37]
ARRIVED: list[Fault] = [Reset(processed=True), Status(502, processed=True), Truncated()]
LOST: list[Fault] = [Reset(), Status(500), Status(503)]


@dataclass
class Scene:
    """A portal, a report, and what the ledger knows."""

    standin: StandInPortal
    knock: Knock
    path: Path
    known: dict[tuple[int, int], str] = field(default_factory=dict)

    def file(self, name: str = NAME) -> tuple[FiledFile, ...]:
        version, place = self.standin.setup.generation.version, self.path.parent
        portal, folder = self.knock(self.standin), self.standin.folder_id
        return file_once(
            portal, folder, path=self.path, name=name, version=version, scratch=place, known=dict(self.known)
        )

    def file_one(self, name: str = NAME) -> FiledFile:
        (found,) = self.file(name)
        return found

    def remember(self, *files: FiledFile) -> None:
        self.known.update({(file.id, file.version): file.sha256 for file in files})

    def lay(self, content: bytes, name: str = NAME) -> int:
        """Somebody else puts a file there; its id."""
        upload = Upload(title=name, content=content, by=SOMEBODY, at=utc_now())
        return self.standin.files.upload(self.standin.folder_id, upload).id

    def fails(self, path: str, fault: Fault, *, times: int | None = 1, after: int = 0, method: str = "POST") -> None:
        self.standin.faults.next(path, fault, times, after=after, method=method)

    def blind(self, *, after: int) -> None:
        """The folder cannot be looked into any more after so many looks."""
        self.fails(f"/files/{self.standin.folder_id}", Status(503), times=None, after=after, method="GET")

    @property
    def uploads(self) -> int:
        return len(self.standin.requests.to("/upload", "POST"))

    @property
    def downloads(self) -> int:
        """Of which the audit trail tells."""
        return sum(event.action_id == DOWNLOADED for event in self.standin.audit.events_between(None, None))

    def versions(self) -> list[bytes]:
        """Of the files that lie there, the newest file first."""
        files = self.standin.files.files_in(self.standin.folder_id)
        return [version.content for file in files for version in file.versions]


@pytest.fixture
def scene(standin: StandInPortal, knock: Knock, tmp_path: Path) -> Scene:
    return on(standin, knock, tmp_path)


def on(standin: StandInPortal, knock: Knock, folder: Path, content: bytes = CONTENT) -> Scene:
    path = folder / "made.txt"
    path.write_bytes(content)
    return Scene(standin, knock, path)


class InListing:
    """A folder whose files are listed with these facts instead."""

    def __init__(self, **facts: object) -> None:
        self._facts = facts

    def reply(self, request: Request, answer: Answer) -> Response:
        envelope = json.loads(answer(request).body)
        for file in envelope["response"]["files"]:
            file.update(self._facts)
        return json_response(envelope)


def test_content_that_the_ledger_knows_is_neither_uploaded_nor_downloaded(scene: Scene) -> None:
    first = scene.file_one()
    scene.remember(first)
    second = scene.file_one()

    assert (second.id, second.version, second.change) == (first.id, 1, Change.UNCHANGED)
    assert (scene.uploads, scene.downloads, scene.versions()) == (1, 0, [CONTENT])


def test_content_that_the_ledger_does_not_know_is_found_by_a_download(scene: Scene) -> None:
    first = scene.file_one()
    second = scene.file_one()

    assert (second.id, second.version, second.sha256) == (first.id, 1, hashlib.sha256(CONTENT).hexdigest())
    assert second.change is Change.NEW
    assert (scene.uploads, scene.downloads) == (1, 1)


def test_what_is_found_in_a_later_version_is_told_as_a_version(scene: Scene) -> None:
    scene.lay(OTHER)
    scene.lay(CONTENT)
    found = scene.file_one()

    assert (found.version, found.change, scene.uploads) == (2, Change.VERSION, 0)


def test_other_content_of_the_same_size_is_the_next_version(scene: Scene) -> None:
    number = scene.lay(OTHER)
    found = scene.file_one()

    assert (found.id, found.version, found.change) == (number, 2, Change.VERSION)
    assert scene.versions() == [OTHER, CONTENT]


def test_what_the_ledger_knows_to_be_something_else_is_not_downloaded(scene: Scene) -> None:
    number = scene.lay(OTHER)
    scene.known[number, 1] = hashlib.sha256(OTHER).hexdigest()

    assert scene.file_one().change is Change.VERSION
    assert scene.downloads == 0


def test_a_file_of_another_size_is_not_downloaded(scene: Scene) -> None:
    scene.lay(CONTENT + b"\n")

    assert scene.file_one().change is Change.VERSION
    assert scene.downloads == 0


def test_a_version_that_somebody_wrote_over_ours_is_not_taken_for_ours(scene: Scene) -> None:
    scene.remember(scene.file_one())
    scene.lay(OTHER)
    found = scene.file_one()

    assert (found.version, found.change) == (3, Change.VERSION)


def test_of_many_files_of_one_title_only_the_newest_are_downloaded(scene: Scene) -> None:
    for number in range(MOST + 2):
        scene.standin.files.edit(scene.lay(OTHER[:-1] + bytes([65 + number])), going_on=True)

    assert scene.file_one().change is Change.TWIN
    assert scene.downloads == MOST


def test_what_is_known_is_found_behind_what_is_not(scene: Scene) -> None:
    first = scene.file_one()
    scene.remember(first)
    scene.standin.files.edit(first.id, going_on=True)
    scene.lay(OTHER)

    assert (scene.file_one().id, scene.downloads) == (first.id, 0)


@pytest.mark.parametrize("fault", [Status(403), Status(404), Status(500), Reset()], ids=repr)
def test_what_cannot_be_downloaded_is_filed_again_rather_than_not_at_all(scene: Scene, fault: Fault) -> None:
    scene.lay(CONTENT)
    scene.fails("/filehandler.ashx", fault, times=None, method="GET")

    assert scene.file_one().change is Change.VERSION


@pytest.mark.parametrize("fault", ARRIVED, ids=repr)
def test_a_run_that_ended_between_the_upload_and_its_record_finds_its_own_file(scene: Scene, fault: Fault) -> None:
    scene.fails("/upload", fault)
    scene.blind(after=1)
    with pytest.raises((PortalUnreachable, PortalFailing)):
        scene.file_one()
    assert scene.uploads == 1
    scene.standin.faults.clear()
    found = scene.file_one()

    assert (found.version, found.change) == (1, Change.NEW)
    assert (scene.uploads, scene.versions()) == (1, [CONTENT])


@pytest.mark.parametrize("fault", ARRIVED, ids=repr)
@pytest.mark.parametrize("before", [None, OTHER, b"short"], ids=["none", "same size", "other size"])
def test_an_upload_whose_answer_got_lost_is_found_in_the_folder(
    scene: Scene, fault: Fault, before: bytes | None
) -> None:
    if before is not None:
        scene.lay(before)
    scene.fails("/upload", fault)
    found = scene.file_one()

    assert found.change is (Change.NEW if before is None else Change.VERSION)
    assert scene.uploads == 1
    assert scene.versions() == [*([] if before is None else [before]), CONTENT]


@pytest.mark.parametrize("fault", LOST, ids=repr)
@pytest.mark.parametrize("times", [1, 2])
def test_an_upload_that_surely_got_lost_is_sent_again(scene: Scene, fault: Fault, times: int) -> None:
    scene.fails("/upload", fault, times=times)

    assert scene.file_one().change is Change.NEW
    assert (scene.uploads, scene.versions()) == (times + 1, [CONTENT])


def test_what_lay_there_before_is_not_downloaded_again_for_a_lost_upload(scene: Scene) -> None:
    scene.lay(OTHER)
    scene.fails("/upload", Reset(), times=2)

    assert scene.file_one().change is Change.VERSION
    assert (scene.uploads, scene.downloads) == (3, 1)


@pytest.mark.parametrize("fault", LOST, ids=repr)
def test_an_upload_that_gets_lost_each_time_is_given_up_after_three(scene: Scene, fault: Fault) -> None:
    scene.fails("/upload", fault, times=None)

    with pytest.raises(UploadLost) as caught:
        scene.file_one()
    assert caught.value.transient
    assert (scene.uploads, scene.versions()) == (3, [])


@pytest.mark.parametrize(("fault", "kind"), [(Reset(), PortalUnreachable), (Status(500), PortalFailing)], ids=repr)
def test_an_upload_that_cannot_be_looked_up_is_not_repeated(
    scene: Scene, fault: Fault, kind: type[ComplianceError]
) -> None:
    scene.fails("/upload", fault)
    scene.blind(after=1)

    with pytest.raises(kind):
        scene.file_one()
    assert scene.uploads == 1


def test_an_upload_of_which_only_a_file_that_cannot_be_read_is_there_is_not_repeated(scene: Scene) -> None:
    scene.fails("/upload", Reset(processed=True))
    scene.fails("/filehandler.ashx", Status(403), times=None, method="GET")

    with pytest.raises(PortalUnreachable):
        scene.file_one()
    assert scene.uploads == 1


def test_what_comes_to_lie_there_late_is_not_sent_again(scene: Scene) -> None:
    @dataclass
    class Late:
        """The first look after the upload does not show it yet."""

        scene: Scene

        def reply(self, request: Request, answer: Answer) -> Response:
            seen = answer(request)
            self.scene.lay(CONTENT)
            return seen

    scene.fails("/upload", Reset())
    scene.fails(f"/files/{scene.standin.folder_id}", Late(scene), after=1, method="GET")

    assert (scene.file_one().version, scene.uploads, scene.versions()) == (1, 1, [CONTENT])


def test_what_somebody_else_filed_meanwhile_is_not_taken_for_ours(scene: Scene) -> None:
    @dataclass
    class Overtaken:
        scene: Scene

        def reply(self, request: Request, answer: Answer) -> Response:
            self.scene.lay(OTHER)
            return Response(delivery="reset")

    scene.fails("/upload", Overtaken(scene))

    assert scene.file_one().version == 2
    assert scene.versions() == [OTHER, CONTENT]


def test_a_busy_portal_is_asked_again_without_a_look(scene: Scene) -> None:
    scene.fails("/upload", too_many(0), times=2)

    assert scene.file_one().change is Change.NEW
    assert (scene.uploads, scene.versions()) == (3, [CONTENT])


def test_a_portal_that_stays_busy_is_told_as_that(scene: Scene) -> None:
    scene.fails("/upload", too_many(0), times=None)

    with pytest.raises(PortalBusy):
        scene.file_one()


def test_a_folder_that_goes_away_while_the_answer_gets_lost_is_missing(scene: Scene) -> None:
    scene.fails("/upload", Reset())
    scene.fails(f"/files/{scene.standin.folder_id}", Status(404), times=None, after=1, method="GET")

    with pytest.raises(FolderMissing):
        scene.file_one()
    assert scene.uploads == 1


def lock(scene: Scene, number: int) -> None:
    scene.standin.files.lock(number, SOMEBODY)


def edit(scene: Scene, number: int) -> None:
    scene.standin.files.edit(number, going_on=True)


@pytest.mark.parametrize("take", [lock, edit])
@pytest.mark.parametrize("fault", [None, Reset(processed=True), Reset()], ids=["in order", "answer lost", "lost"])
def test_beside_a_file_that_is_taken_the_second_of_its_name_is_told_as_a_twin(
    scene: Scene, take: Callable[[Scene, int], None], fault: Fault | None
) -> None:
    first = scene.file_one()
    scene.remember(first)
    take(scene, first.id)
    scene.path.write_bytes(OTHER)
    if fault:
        scene.fails("/upload", fault)
    twin = scene.file_one()

    assert (twin.id != first.id, twin.version, twin.change) == (True, 1, Change.TWIN)
    assert twin.title == NAME
    assert scene.standin.files.content(twin.id) == OTHER


def test_a_file_that_is_taken_and_has_the_content_needs_no_twin(scene: Scene) -> None:
    first = scene.file_one()
    scene.remember(first)
    edit(scene, first.id)

    assert (scene.file_one().change, scene.uploads) == (Change.UNCHANGED, 1)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("COMPLIANCE-Report-2025-01.TXT", NAME),
        ("Résumé.txt", "resume.txt"),
        ("resume.txt", "Résumé.txt"),
        ("a_b.txt", "a:b.txt"),
        ("a__b.txt", "a😀b.txt"),
        ("x" * 166 + ".txt", "x" * 200 + ".txt"),
    ],
)
def test_a_title_is_what_the_portal_takes_for_the_same(scene: Scene, theirs: str, ours: str) -> None:
    number = scene.lay(CONTENT, theirs)

    assert (scene.file_one(ours).id, scene.uploads) == (number, 0)
    scene.path.write_bytes(OTHER)
    assert (scene.file_one(ours).id, scene.file_one(ours).version) == (number, 2)


def test_a_twin_is_noticed_by_the_title_that_the_portal_gave(scene: Scene) -> None:
    class Retitled:
        def reply(self, request: Request, answer: Answer) -> Response:
            envelope = json.loads(answer(request).body)
            return json_response(envelope | {"response": envelope["response"] | {"title": "kept.txt"}})

    scene.lay(OTHER, "kept.txt")
    scene.fails("/files/file/", Retitled(), method="GET")

    assert scene.file_one("sent.txt").change is Change.TWIN


@pytest.mark.parametrize("others", [0, 98, 99, 100, 250])
def test_a_file_is_found_in_a_folder_of_any_size(scene: Scene, others: int) -> None:
    number = scene.lay(CONTENT)
    for other in range(others):
        scene.lay(b"x", f"other-{other}.txt")

    assert (scene.file_one().id, scene.uploads) == (number, 0)


def test_what_was_filed_just_now_is_found_even_if_the_search_is_behind(scene: Scene) -> None:
    class Behind:
        """A search index that knows nothing yet."""

        def reply(self, request: Request, answer: Answer) -> Response:
            if "filtervalue" not in request.params:
                return answer(request)
            envelope = json.loads(answer(request).body)
            return json_response(envelope | {"response": {"files": [], "total": 0}})

    for other in range(150):
        scene.lay(b"x", f"other-{other}.txt")
    number = scene.lay(CONTENT)
    scene.fails(f"/files/{scene.standin.folder_id}", Behind(), times=None, method="GET")

    assert (scene.file_one().id, scene.uploads) == (number, 0)


def test_folders_beside_the_reports_hide_none(scene: Scene) -> None:
    number = scene.lay(CONTENT)
    for one in range(120):
        scene.standin.files.add_folder(Folder(id=50_000 + one, title=f"{one}", parent_id=scene.standin.folder_id))

    assert (scene.file_one().id, scene.uploads) == (number, 0)


def test_a_file_elsewhere_is_not_asked_for_and_ours_is_filed(scene: Scene, knock: Knock) -> None:
    scene.lay(CONTENT)
    with StandInPortal() as elsewhere:
        listed = InListing(viewUrl=f"{elsewhere.url}/filehandler.ashx?action=download&fileid=1")
        scene.fails(f"/files/{scene.standin.folder_id}", listed, times=None, method="GET")

        assert scene.file_one().change is Change.VERSION
        assert elsewhere.requests.total == 0


@pytest.mark.parametrize("generation", BOTH)
def test_a_large_file_that_lies_there_is_not_sent_again(generation: Generation, knock: Knock, tmp_path: Path) -> None:
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        scene = on(standin, knock, tmp_path, b"x" * (CHUNK + 1))
        first, found = scene.file_one(), scene.file_one()
        scene.remember(first)

        assert (first.change, found.change, scene.file_one().change) == (Change.NEW, Change.NEW, Change.UNCHANGED)
        begun = [one for one in standin.requests if one.path.endswith(("/session", "/create_session"))]
        assert (len(begun), scene.downloads, found.id) == (1, 1, first.id)


@pytest.mark.parametrize("generation", BOTH)
def test_a_large_file_of_the_same_size_is_not_taken_for_ours(
    generation: Generation, knock: Knock, tmp_path: Path
) -> None:
    @dataclass
    class Overtaken:
        """Somebody else's file of the same size comes, and ours gets lost."""

        scene: Scene

        def reply(self, request: Request, answer: Answer) -> Response:
            self.scene.lay(b"y" * (CHUNK + 1))
            return Response(status=503)

    with StandInPortal(PortalSetup(generation=generation)) as standin:
        scene = on(standin, knock, tmp_path, b"x" * (CHUNK + 1))
        newer = generation is Generation.V37
        path, method = ("/finalize", "PUT") if newer else ("/ChunkedUploader.ashx", "POST")
        scene.fails(path, Overtaken(scene), after=0 if newer else 1, method=method)
        found = scene.file_one()

        assert (found.version, found.change) == (2 if newer else found.version, Change.VERSION)
        assert standin.files.content(found.id, found.version) == scene.path.read_bytes()


@pytest.mark.parametrize("generation", BOTH)
def test_a_large_twin_is_told_as_that(generation: Generation, knock: Knock, tmp_path: Path) -> None:
    with StandInPortal(PortalSetup(generation=generation)) as standin:
        scene = on(standin, knock, tmp_path, b"x" * (CHUNK + 1))
        edit(scene, scene.lay(b"short"))

        assert scene.file_one().change is Change.TWIN


HEADER = f"Compliance report\nPeriod: 2025-01-01 - 2025-01-31\nTotal events: 9\nVerdict: COMPLETE\n\nEvents:\n{RULE}\n"
RECORDS = [f"ID: {number}\nTarget: {'x' * 300}\n{RULE}\n" for number in range(9)]
WHOLE = (HEADER + "".join(RECORDS) + LAST.decode()).encode()


def test_only_the_parts_that_changed_are_sent(knock: Knock, tmp_path: Path) -> None:
    with StandInPortal(PortalSetup(max_file_size=1_300)) as standin:
        scene = on(standin, knock, tmp_path, WHOLE)
        first = scene.file()
        scene.remember(*first)
        scene.path.write_bytes(WHOLE.replace(b"ID: 2\nTarget: x", b"ID: 2\nTarget: y"))
        second = scene.file()
        changed = [Change.UNCHANGED, Change.VERSION, *[Change.UNCHANGED] * 3]

        assert [file.change for file in first] == [Change.NEW] * 5
        assert [file.change for file in second] == changed
        assert [(file.id, file.size) for file in second] == [(file.id, file.size) for file in first]
        assert (scene.uploads, scene.downloads) == (6, 0)


def test_a_run_that_ended_between_two_parts_sends_only_the_rest(knock: Knock, tmp_path: Path) -> None:
    with StandInPortal(PortalSetup(max_file_size=1_300)) as standin:
        scene = on(standin, knock, tmp_path, WHOLE)
        scene.fails("/upload", Status(403), after=2)
        with pytest.raises(ComplianceError):
            scene.file()
        found = scene.file()

        assert [file.version for file in found] == [1] * 5
        assert (scene.uploads, scene.downloads) == (6, 2)


def test_a_file_that_changes_between_the_look_and_its_confirmation_is_not_confirmed(scene: Scene) -> None:
    @dataclass
    class Changed:
        scene: Scene

        def reply(self, request: Request, answer: Answer) -> Response:
            self.scene.lay(OTHER)
            return answer(request)

    scene.remember(scene.file_one())
    scene.fails("/files/file/", Changed(scene), method="GET")

    with pytest.raises(UploadUnconfirmed):
        scene.file_one()


def one(change: Change) -> FiledFile:
    return FiledFile(1, 1, 4711, NAME, "https://p.example/x", 10, "ab" * 32, change)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([Change.NEW], (False, False)),
        ([Change.UNCHANGED], (True, False)),
        ([Change.UNCHANGED, Change.VERSION], (False, False)),
        ([Change.UNCHANGED, Change.TWIN], (False, True)),
    ],
)
def test_a_filing_is_what_its_files_are(changes: list[Change], told: tuple[bool, bool]) -> None:
    filing = UploadResult(tuple(one(change) for change in changes))

    assert (filing.unchanged, filing.duplicate) == told

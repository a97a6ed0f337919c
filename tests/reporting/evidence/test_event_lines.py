"""Events that differ are told by the reports themselves, as far as these are as they were filed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from reporting.events import AuditEvent, SignIn
from reporting.evidence.event_lines import event_lines
from reporting.report import Change, FiledFile
from reporting.verification import Changes, EventLines
from sandbox.portal import StandInPortal
from sandbox.portal.files import Upload
from tests.entries import NOON
from tests.reporting.paper import document, scope
from tests.reporting.stage import Knock


def event(number: int, user: str = "Ann", **said: object) -> AuditEvent:
    return AuditEvent(id=number, date=NOON, user=user, action=f"Did {number}", action_id=5011, **said)  # type: ignore[arg-type]


def laid(standin: StandInPortal, title: str, events: Iterable[AuditEvent]) -> FiledFile:
    """A report that was filed; a sign-in of the same number as an event is in it too."""
    text = document(events, [SignIn(id=1, date=NOON, action_id=1000)], about=scope()).encode()
    file = standin.files.upload(standin.folder_id, Upload(title=title, content=text, by="bot", at=NOON))
    sha256 = hashlib.sha256(text).hexdigest()
    return FiledFile(file.id, 1, standin.folder_id, title, "", size=len(text), sha256=sha256, change=Change.NEW)


CHANGES = Changes("r0", added=1, vanished=1, relabelled=1, added_ids=(3,), vanished_ids=(1,), relabelled_ids=(2,))


def users(lines: EventLines) -> tuple[dict[int, str], dict[int, str]]:
    before, after = ({n: one["User"] for n, one in found.items()} for found in (lines.before, lines.after))
    return before, after


def test_each_event_is_told_by_the_report_that_has_it_and_a_renamed_one_by_both(
    standin: StandInPortal, knock: Knock, tmp_path: Path
) -> None:
    before = [laid(standin, "a.txt", [event(1)]), laid(standin, "b.txt", [event(2), event(9)])]
    after = [laid(standin, "c.txt", [event(2, "Bob"), event(3, "Forged\nID: 1")]), laid(standin, "c.csv", [event(3)])]
    lines = event_lines(knock(standin), CHANGES, before=before, after=after, scratch=tmp_path / "new")

    assert users(lines) == ({1: "Ann", 2: "Ann"}, {2: "Bob", 3: "Forged\\nID: 1"})
    assert lines.after[3]["Action"] == "Did 3 [5011, create]"


def test_a_file_that_is_not_as_it_was_filed_tells_nothing(standin: StandInPortal, knock: Knock, tmp_path: Path) -> None:
    file = laid(standin, "a.txt", [event(1), event(2)])
    standin.files.overwrite(file.id, 1, document([event(1, "Eve"), event(2)], None, about=scope()).encode())

    assert users(event_lines(knock(standin), CHANGES, before=[file], after=[], scratch=tmp_path)) == ({}, {})


def test_where_nothing_differs_no_file_is_downloaded(standin: StandInPortal, knock: Knock, tmp_path: Path) -> None:
    file = laid(standin, "a.txt", [event(1)])
    portal = knock(standin)
    event_lines(portal, Changes("r0"), before=[file], after=[file], scratch=tmp_path)

    assert portal.requests == 0

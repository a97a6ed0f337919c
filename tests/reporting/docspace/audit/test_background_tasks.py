"""What is done beside the reading: it never costs the report, and ends with it."""

import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reporting.docspace.api.client import Portal
from reporting.errors.base import Stopped
from reporting.events import AuditEvent
from reporting.report import Progress
from sandbox.portal import StandInPortal
from tests.reporting.stage import DAY, NOON, Knock, row, trail_of
from tests.until import PATIENCE

RIGA = ZoneInfo("Europe/Riga")


class Tired(Exception):
    """Whoever watched does not want the result any more."""


def give_up(progress: Progress) -> None:
    raise Tired


def asking_on(portal: Portal, began: threading.Event) -> None:
    """Ask until nobody answers; bounded, so that a test that fails ends."""
    for _ in range(2_000):
        portal.get("/settings", dict)
        began.set()


@pytest.mark.parametrize("events", [0, 1, 250])
def test_errands_are_done_when_the_reading_is(
    standin: StandInPortal, knock: Knock, tmp_path: Path, events: int
) -> None:
    for number in range(events):
        standin.audit.add(row(number + 1, NOON))
    done: list[str] = []
    read = trail_of(
        knock(standin),
        DAY,
        RIGA,
        folder=tmp_path,
        finish=lambda found: len(list(found)),
        watch=lambda progress: None,
        errands=[lambda: done.append("one"), lambda: done.append("two")],
    )
    assert sum(length for _, length in read.parts) == events
    assert sorted(done) == ["one", "two"]


def test_an_errand_ends_when_the_reading_is_given_up(standin: StandInPortal, knock: Knock, tmp_path: Path) -> None:
    portal, began = knock(standin), threading.Event()
    ended: list[type[BaseException]] = []

    def errand() -> None:
        try:
            asking_on(portal, began)
        except Stopped as stopped:
            ended.append(type(stopped))
            raise

    def watch(progress: Progress) -> None:
        began.wait(PATIENCE)
        give_up(progress)

    def finish(found: object) -> list[AuditEvent]:
        return []

    with pytest.raises(Tired):
        trail_of(portal, DAY, RIGA, folder=tmp_path, finish=finish, watch=watch, errands=[errand])
    assert ended == [Stopped]

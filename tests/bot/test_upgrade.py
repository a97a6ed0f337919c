"""What an installation of an older release has (upgrade/), taken over by this one.

The portal's address is another than when it was recorded, for its port is: nothing is verified against its files here.
"""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config.settings import Settings, load
from bot.store.database import connect
from handlers.exposure import Exposure
from handlers.schedule import ScheduleStatus
from reporting.evidence import chain
from reporting.evidence.ledger_check import check
from reporting.run import Run, State
from sandbox.portal import StandInPortal, month_of_events
from sandbox.portal.files import Upload
from sandbox.slack import Message, StandInSlack, WorkspaceSetup
from tests.bot.agenda import Clock, kept, listed
from tests.bot.talk import Bot, entries, summaries
from tests.until import until

HELD = Path(__file__).parent / "upgrade"
RELEASES = sorted(folder.name for folder in HELD.iterdir() if (folder / "dotenv").exists())
DAY = datetime(2025, 2, 10, 12, tzinfo=UTC)
"""When it was recorded; the upgrade is on the same day."""


@dataclass(frozen=True, slots=True)
class Installation:
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "data" / "bot.sqlite"

    def schedules(self) -> list[tuple[Any, ...]]:
        """What the older release knew of each, whichever release the database is of by now."""
        with closing(sqlite3.connect(self.database)) as database:
            rows = (
                'SELECT number, "key", channel, maker, day, at, zone, "only", standing FROM schedules ORDER BY number'
            )
            return database.execute(rows).fetchall()

    def wait_over(self) -> dict[str, Run]:
        """The ledger by month, once no run is under way."""
        until(lambda: all(entry.ended for entry in entries(self.folder)))
        return {str(entry.order.month): entry for entry in entries(self.folder)}


def unpacked(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> Path:
    return HELD / str(request.param)


@pytest.fixture
def portal(release: Path) -> Iterator[StandInPortal]:
    with StandInPortal() as portal:
        for year, month in ((2024, 11), (2024, 12), (2025, 1)):
            portal.audit.add_all(month_of_events(year, month, count=40, seed=1, zone=portal.setup.zone))
        for file in outside(release)["files"]:
            upload = Upload(title=file["title"], content=file["content"].encode(), by=portal.setup.key, at=DAY)
            assert portal.files.upload(portal.folder_id, upload).id == file["id"]
        yield portal


@pytest.fixture
def slack(release: Path, scopes: frozenset[str]) -> Iterator[StandInSlack]:
    with StandInSlack(WorkspaceSetup(scopes=scopes)) as slack:
        for message in outside(release)["messages"]:
            slack.workspace.keep(Message(**message | {"blocks": tuple(message["blocks"])}))
        yield slack


def outside(release: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(unpacked(release / "outside.json.gz"))
    return found


@pytest.fixture
def installation(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Its database, its DATA_DIR and its .env, in the working directory."""
    installation = Installation(tmp_path)
    installation.database.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(installation.database)) as database:
        database.executescript(unpacked(release / "database.sql.gz"))
    for name, text in outside(release)["runs"].items():
        (installation.database.parent / name).parent.mkdir(parents=True, exist_ok=True)
        (installation.database.parent / name).write_text(text)
    (tmp_path / ".env").write_text((release / "dotenv").read_text())
    Clock(monkeypatch, DAY)
    return installation


@pytest.mark.usefixtures("installation")
def test_the_settings_of_an_older_release_are_read() -> None:
    settings = load(Settings)
    assert (settings.docspace_api_host, settings.compliance_room_folder_id) == ("https://yourname.onlyoffice.com", 4711)
    assert (settings.preview, settings.external_channels) == (Exposure.COUNTS, None)
    assert settings.allowed_users == {"U0ANN00001", "U0BOB00001"}
    assert settings.allowed_usergroups == {"S0123ABCD"}
    assert settings.allowed_channels == {"C0COMPLY01", "C0LEGAL001"}
    assert (settings.report_timezone, settings.settle_hours) == ("Europe/Riga", 48)
    assert (settings.upload_csv, settings.upload_jsonl, settings.data_dir) == (True, True, Path("data"))
    assert (settings.max_runs, settings.http_host, settings.http_port) == (1, "127.0.0.1", 3001)
    assert (settings.docspace_requests_per_minute, settings.docspace_concurrency) == (600, 4)


def test_what_was_under_way_ends_and_everything_else_is_as_it_was(
    installation: Installation, bot: Bot, slack: StandInSlack
) -> None:
    before = {str(entry.order.month): entry for entry in entries(installation.folder)}
    [running] = [entry for entry in before.values() if not entry.ended]
    schedules = installation.schedules()
    with bot(HTTP_PORT="0", ALLOWED_USERGROUPS=""):
        after = installation.wait_over()
        until(lambda: len(summaries(slack.workspace)) == len(before))
        assert "Schedule 1" in listed(slack)
    month = str(running.order.month)
    assert (after[month].run, after[month].state) == (running.run, State.DONE)
    assert {name: entry for name, entry in after.items() if name != month} == {
        name: entry for name, entry in before.items() if name != month
    }
    assert installation.schedules() == schedules
    found = [(one.number, one.standing) for one in kept(installation.folder)]
    assert found == [(1, ScheduleStatus.ACTIVE), (2, ScheduleStatus.PAUSED)]
    check_chain(installation, at_least=4)


def check_chain(installation: Installation, *, at_least: int) -> None:
    """Three reports and a review at least, and no fault in their order or content."""
    store = connect(f"sqlite:///{installation.database}")
    try:
        assert store.read(check) == []
        assert len(store.read(lambda c: list(chain.links(c)))) >= at_least
    finally:
        store.engine.dispose()

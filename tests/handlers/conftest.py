"""Values that messages are made of, with foreign text at its worst where a test wants it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import stamina
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.listener import CustomListener
from slack_sdk import WebClient

from handlers import register
from reporting.period import Month, Window
from reporting.report import Assessment, BuiltReport, Change, Counted, FiledFile, Scope, SignIns, Verdict
from tests.handlers.dispatch import SECRET, RecordingDesk, checked
from tests.handlers.loopback import Recorded, recorded
from tests.until import PATIENCE


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a listener answers is judged, not whether a busy machine needed more than Slack's three seconds for it."""
    monkeypatch.setattr(CustomListener, "ack_timeout", property(lambda _: PATIENCE, lambda _, __: None))


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A passing fault is met three times, at once."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def api() -> Iterator[Recorded]:
    """What the listeners call of Slack."""
    with recorded() as api:
        yield api


@pytest.fixture
def app(desk: RecordingDesk, api: Recorded) -> App:
    return taught(desk, api)


@pytest.fixture
def waiting_app(desk: RecordingDesk, api: Recorded) -> App:
    """Answers an event once it is through with it; usually an event is acknowledged before anybody looks at it."""
    return taught(desk, api, process_before_response=True)


def taught(desk: RecordingDesk, api: Recorded, *, process_before_response: bool = False) -> App:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1")
    client = WebClient(base_url=api.url)
    app = App(
        signing_secret=SECRET,
        authorize=lambda: bot,
        client=client,
        process_before_response=process_before_response,
    )
    register(app, checked(desk))
    return app


@pytest.fixture(scope="session")
def draft() -> Callable[..., BuiltReport]:
    """A report of January 2025; any field can be said otherwise."""
    window = Window(datetime(2024, 12, 31, 22, tzinfo=UTC), datetime(2025, 1, 31, 22, tzinfo=UTC))
    usual = BuiltReport(
        scope=Scope(Month(2025, 1), "https://docspace.example.com", "3.7.2", "Europe/Riga", window),
        judgement=Assessment(Verdict.COMPLETE),
        signins=SignIns(Assessment(Verdict.GAPS, ("sign-ins are gone after 180 days",)), 400, 12, 19, 9, read=431),
        read=4321,
        kept=4321,
        before=3858,
        highlights=(Counted("deletions", 12), Counted("public links created or changed", 0)),
        requests=48,
        categories=(Counted("download", 2000), Counted("create", 1500), Counted("share", 821)),
        users=tuple(Counted(name, 1000 - n) for n, name in enumerate(["Zoe Miller", "Søren Ødegård", "Ann Lee"])),
        other_users=4,
        path=Path("compliance-report-2025-01.txt"),
        extras=(),
        size=1_797_441,
        sha256="10bfaaff64c799c6aaec10bda0a73835254893f242d7d8dab0c50a17706343a3",
    )

    def make(**changes: Any) -> BuiltReport:
        return replace(usual, **changes)

    return make


@pytest.fixture(scope="session")
def filed() -> FiledFile:
    url = "https://docspace.example.com/doceditor?fileid=90001&version=2"
    return FiledFile(
        id=90001,
        version=2,
        folder=4711,
        title="compliance-report-2025-01.txt",
        url=url,
        size=10,
        sha256="ab" * 32,
        change=Change.VERSION,
    )

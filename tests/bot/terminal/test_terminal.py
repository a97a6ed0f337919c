"""The command line and the running bot share one ledger."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.config.settings import PortalSettings, SubmitSettings, load
from bot.docspace.clients import make_folder, now
from bot.store.migration import open_store
from bot.terminal.report import ReportArgs, make_report
from bot.terminal.submit import SubmitArgs, submit_request
from bot.web.slack_delivery import DeliveryChannel
from handlers.slack.errors import ChannelClosed
from reporting.errors.request import MonthAhead, WrongMonth
from reporting.evidence import ledger
from reporting.report import Change
from reporting.run import Origin, Run, State
from sandbox.portal import StandInPortal
from sandbox.slack import Message, StandInSlack, Workspace
from tests.bot.talk import filed_texts

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]
WISH = ReportArgs("2025-01", (), out=None, upload=True, extras=frozenset())
PATIENCE = 45


def entries(settings: PortalSettings) -> list[Run]:
    store = open_store(settings.database, now=now)
    found = store.write(ledger.newest_filed, portal=settings.docspace_api_host, name="compliance-report-2025-01")
    store.engine.dispose()
    return found


def ended(workspace: Workspace) -> list[Message]:
    return [m for m in workspace.messages("#compliance") if "events, " in m.text]


def test_a_report_made_on_the_command_line_is_in_the_ledger(portal_settings: PortalSettings) -> None:
    make_report(WISH, portal_settings, as_json=True)
    [entry] = entries(portal_settings)
    assert (entry.origin, entry.state, entry.kept, entry.files[0].version) == (Origin.TERMINAL, State.DONE, 333, 1)


def test_made_again_without_a_change_it_uploads_nothing_and_says_so(
    portal_settings: PortalSettings, portal: StandInPortal, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        make_report(WISH, portal_settings, as_json=False)
    [again, first] = entries(portal_settings)
    assert "nothing has changed; nothing was uploaded" in capsys.readouterr().out
    assert [file.change for file in again.files] == [Change.UNCHANGED]
    assert again.supersedes == ""
    [file] = filed_texts(portal)
    assert file.version(None).number == 1
    assert first.sha256 == again.sha256


def test_a_request_from_the_command_line_is_posted_by_the_running_bot(bot: Bot, slack: StandInSlack) -> None:
    with bot(ALLOWED_USERS="U0NOBODY"):
        said = submit_request(
            SubmitArgs("2025-01", (), slack.workspace.channel("#compliance").id), load(SubmitSettings)
        )
        [anchor] = slack.workspace.wait_for(ended, PATIENCE)
    assert "The bot will post it in C" in said
    assert "the bot's operator" in str(anchor.blocks)


def test_a_request_that_is_written_down_while_no_bot_runs_is_made_by_the_next_one(
    bot: Bot, slack: StandInSlack, portal_settings: PortalSettings
) -> None:
    with bot():
        pass
    said = submit_request(SubmitArgs("2025-01", (), slack.workspace.channel("#compliance").id), load(SubmitSettings))
    assert "No bot is running" in said
    with bot():
        slack.workspace.wait_for(ended, PATIENCE)


@pytest.mark.parametrize(("month", "error"), [("2099-01", MonthAhead), ("soon", WrongMonth)])
def test_what_cannot_be_made_is_refused_before_anything_is_written_down(
    month: str, error: type[Exception], portal_settings: PortalSettings
) -> None:
    with pytest.raises(error):
        submit_request(SubmitArgs(month, (), "C1"), load(SubmitSettings))
    assert not Path(portal_settings.data_dir).exists()


@pytest.mark.parametrize("channel", ["C0NOWHERE1", "#compliance", "#random", "#old"])
def test_a_channel_that_the_bot_cannot_post_in_is_refused_before_anything_is_written_down(
    channel: str, bot: Bot, slack: StandInSlack, portal_settings: PortalSettings
) -> None:
    known = {"#random": "C0RANDOM01", "#old": "C0OLD00001"}
    with bot():
        pass
    with pytest.raises(ChannelClosed):
        submit_request(SubmitArgs("2025-01", (), known.get(channel, channel)), load(SubmitSettings))
    assert entries(portal_settings) == []


def test_the_command_line_says_that_a_channel_does_not_exist_and_ends_with_1(
    environment: Callable[..., dict[str, str]], slack: StandInSlack, portal_settings: PortalSettings
) -> None:
    command = [sys.executable, "-m", "bot", "submit", "2025-01", "--channel", "C0NOWHERE1"]
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        command, env=environment() | {"PYTHONPATH": root}, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert b"I can't post in this channel" in done.stderr


def test_without_the_token_the_channel_is_not_looked_at_and_that_is_said(
    bot: Bot, slack: StandInSlack, portal_settings: PortalSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bot():
        pass
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    said = submit_request(SubmitArgs("2025-01", (), "C0NOWHERE1"), load(SubmitSettings))
    assert "The channel was not looked at: SLACK_BOT_TOKEN is not set here." in said


def test_submit_without_a_channel_is_wrong_usage(environment: Callable[..., dict[str, str]]) -> None:
    command = [sys.executable, "-m", "bot", "submit", "2025-01"]
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        command, env=environment() | {"PYTHONPATH": root}, capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 2
    assert b"--channel" in done.stderr


def test_a_new_data_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    make_folder(tmp_path / "data")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700

import json
import logging

import pytest
import stamina
import structlog
from slack_sdk.errors import SlackApiError

from bot.config import logs
from bot.slack.clients import web_client
from sandbox.slack import StandInSlack, half

SECRETS = ["xoxb-12-34-abcDEF", "xapp-1-A0-99-ffee", "sk-0123456789abcdef", "Bearer sk-whatever"]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_wherever_it_stands(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().info(f"said {secret}", value=f"a {secret} b")
    logging.getLogger("somebody").warning("heard %s", secret)
    try:
        int(secret)
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("somebody").exception("failed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert secret not in "".join(lines)


def test_a_line_is_one_json_object_when_nobody_is_looking(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().info("run ended", run="abc")
    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["run"], entry["level"]) == ("run ended", "abc", "info")


@pytest.mark.parametrize("library", ["httpx", "slack_sdk", "slack_bolt", "waitress"])
def test_libraries_chatter_is_left_out_and_their_warnings_are_kept(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    logging.getLogger(library).info("chatter")
    logging.getLogger(library).warning("trouble")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["trouble"]


def test_an_answer_of_slack_s_that_cannot_be_read_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with StandInSlack() as slack:
        slack.faults.plan("auth.test", half())
        with pytest.raises((SlackApiError, ValueError)):
            web_client(slack.bot_token, slack.api_url).auth_test()
        said = capsys.readouterr().err
    assert "ok" not in said


def test_a_call_that_is_tried_again_is_logged_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    tries = iter([OSError("cut"), None])
    for attempt in stamina.retry_context(on=OSError, wait_initial=0.01, wait_jitter=0):
        with attempt:
            if error := next(tries):
                raise error
    said = json.loads(capsys.readouterr().err)
    assert {name: said[name] for name in ("event", "reason", "attempt", "seconds", "level")} == {
        "event": "retrying",
        "reason": "cut",
        "attempt": 1,
        "seconds": 0.0,
        "level": "warning",
    }


def test_whatever_is_written_while_a_run_is_worked_on_has_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    with structlog.contextvars.bound_contextvars(run="abc"):
        structlog.get_logger().info("ours")
        logging.getLogger("somebody").warning("theirs")
    structlog.get_logger().info("after")
    runs = [json.loads(line).get("run") for line in capsys.readouterr().err.splitlines()]
    assert runs == ["abc", "abc", None]


@pytest.mark.parametrize("place", ["plain {}", "https://x/{}?a=b", "['{}']", 'said "{}".'])
def test_a_secret_of_the_settings_is_never_written_whatever_its_form(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(secrets=["5a9db0c7f0e1d2c3", ""])
    structlog.get_logger().info(place.format("5a9db0c7f0e1d2c3"), nested={"deep": [place.format("5a9db0c7f0e1d2c3")]})
    said = capsys.readouterr().err
    assert "5a9db0c7f0e1d2c3" not in said
    assert "***" in said


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("postgresql://bot:hunter2@db/bot", "postgresql://***@db/bot"),
        ("wss://x/link/?ticket=abc123&app_id=9", "wss://x/link/?ticket=***&app_id=9"),
        ("https://hooks.slack.com/commands/T1/2/hush", "https://hooks.slack.com/***"),
        ("http://127.0.0.1:80/a@b", "http://127.0.0.1:80/a@b"),
    ],
)
def test_addresses_lose_what_opens_them_and_nothing_else(
    text: str, left: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()
    structlog.get_logger().info(text)
    assert json.loads(capsys.readouterr().err)["event"] == left

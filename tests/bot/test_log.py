import json
import logging

import pytest
import structlog

from bot import log

SECRETS = ["xoxb-12-34-abcDEF", "xapp-1-A0-99-ffee", "sk-0123456789abcdef", "Bearer sk-whatever"]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_wherever_it_stands(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
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
    log.configure()
    structlog.get_logger().info("run ended", run="abc")
    entry = json.loads(capsys.readouterr().err)
    assert (entry["event"], entry["run"], entry["level"]) == ("run ended", "abc", "info")


@pytest.mark.parametrize("library", ["httpx", "slack_sdk", "slack_bolt", "waitress"])
def test_libraries_chatter_is_left_out_and_their_warnings_are_kept(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    log.configure()
    logging.getLogger(library).info("chatter")
    logging.getLogger(library).warning("trouble")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["trouble"]

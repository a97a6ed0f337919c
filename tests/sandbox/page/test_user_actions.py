"""What the person before the page does, without a browser."""

import pytest

from sandbox.portal import StandInPortal
from sandbox.portal.files import Upload
from sandbox.portal.setup import utc_now
from sandbox.slack import File, StandInSlack
from tests.sandbox.page.conftest import Say
from tests.sandbox.page.listener import Listener

ANN = {"user": "ann", "channel": "C0COMPLY01"}


def test_an_answer_in_a_thread_lies_in_that_thread(say: Say, slack: StandInSlack, listener: Listener) -> None:
    posted = listener.post(text="a report")
    assert say("/api/say", **ANN, text="thank you", thread_ts=posted.ts) == {}
    assert [one.text for one in slack.workspace.thread("compliance", posted.ts)] == ["a report", "thank you"]


def test_threads_take_no_commands_as_in_slack(say: Say, listener: Listener) -> None:
    posted = listener.post(text="a report")
    told = say("/api/say", **ANN, text="/compliance-report 2025-01", thread_ts=posted.ts)
    assert "no slash commands in threads" in told["refused"]
    assert listener.heard == []


def test_a_message_that_is_gone_cannot_be_pressed(say: Say) -> None:
    told = say("/api/press", **ANN, ts="1.0", block_id="b", action_id="a")
    assert told["refused"] == "that message is gone"


@pytest.mark.parametrize("who", ["gus", "olga"])
def test_nobody_speaks_where_they_are_not(say: Say, who: str) -> None:
    assert say("/api/say", user=who, channel="C0LEGAL001", text="hello")["refused"]


def test_what_is_no_picture_is_only_to_be_saved(say: Say, slack: StandInSlack) -> None:
    page = b"<script>alert(1)</script>"
    slack.workspace.files["F1"] = File("F1", "a.html", "A", "U0BOT00001", len(page), page, ("C0COMPLY01",))
    told = say("/files?user=ann&id=F1")
    assert (told.body, told.content_type) == (page, "application/octet-stream")
    assert told.headers["Content-Disposition"].startswith("attachment")


def test_a_file_is_kept_from_who_is_not_in_its_channel(say: Say, slack: StandInSlack) -> None:
    slack.workspace.files["F1"] = File("F1", "a.png", "A", "U0BOT00001", 1, b"x", ("C0COMPLY01",))
    assert say("/files?user=olga&id=F1")["refused"]


def test_a_filed_report_can_be_saved(say: Say, portal: StandInPortal) -> None:
    upload = Upload(title="report.txt", content=b"whole", by="nobody", at=utc_now())
    file = portal.files.upload(portal.folder_id, upload)
    assert say(f"/portal/files?id={file.id}&version=1").body == b"whole"

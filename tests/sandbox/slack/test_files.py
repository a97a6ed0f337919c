from dataclasses import replace

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import StandInSlack, WorkspaceSetup

CHANNEL = "C0COMPLY01"


def test_the_sdks_upload_shares_a_file_in_a_thread(slack: StandInSlack, client: WebClient) -> None:
    parent = str(client.chat_postMessage(channel=CHANNEL, text="report")["ts"])
    client.files_upload_v2(
        channel=CHANNEL,
        thread_ts=parent,
        content=b"a chart",
        filename="chart.png",
        title="By day",
        initial_comment="The month",
    )
    message = slack.workspace.thread(CHANNEL, parent)[1]
    file = slack.workspace.files[message.files[0]]
    assert (message.text, file.title, file.content) == ("The month", "By day", b"a chart")
    assert [call.method for call in slack.calls] == [
        "chat.postMessage",
        "files.getUploadURLExternal",
        "upload",
        "files.completeUploadExternal",
    ]


def test_a_multipart_upload_is_taken_too(slack: StandInSlack, client: WebClient) -> None:
    url = client.files_getUploadURLExternal(filename="a.txt", length=3)
    assert httpx.post(str(url["upload_url"]), files={"file": ("a.txt", b"abc")}).text == "OK - 3"
    assert slack.workspace.files[str(url["file_id"])].content == b"abc"


def test_a_file_is_downloaded_with_the_bots_token_only() -> None:
    setup = WorkspaceSetup()
    with StandInSlack(replace(setup, scopes=setup.scopes | {"files:read"})) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        uploaded = client.files_upload_v2(content="words", filename="a.txt")
        info = client.files_info(file=str(uploaded["file"]["id"]))["file"]
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        assert httpx.get(info["url_private"], headers=headers).text == "words"
        assert httpx.get(info["url_private"]).status_code == 403
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_info(file="F1")


@pytest.mark.parametrize(("length", "snippet", "said"), [(0, None, "invalid_arguments"), (1_000_001, "text", "size")])
def test_what_slack_will_not_store_gets_no_url(client: WebClient, length: int, snippet: str | None, said: str) -> None:
    with pytest.raises(SlackApiError, match=said):
        client.files_getUploadURLExternal(filename="a.txt", length=length, snippet_type=snippet)


def test_an_upload_has_exactly_the_bytes_announced_and_comes_once(client: WebClient) -> None:
    url = str(client.files_getUploadURLExternal(filename="a.txt", length=3)["upload_url"])
    assert httpx.post(url, content=b"abcd").text == "upload_size_mismatch"
    assert httpx.post(url, content=b"abc").status_code == 200
    assert httpx.post(url, content=b"abc").text == "upload_url_not_found"


@pytest.mark.parametrize("files", [[], [{}], "words", [{"id": "F1"}]])
def test_only_uploaded_files_are_completed(client: WebClient, files: object) -> None:
    with pytest.raises(SlackApiError, match=r"invalid_arguments|file_not_found"):
        client.api_call("files.completeUploadExternal", json={"files": files})


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("C0RANDOM01", "not_in_channel"),
        ("C0OLD00001", "is_archived"),
        ("C1", "channel_not_found"),
    ],
)
def test_sharing_needs_membership_whatever_the_scopes(channel: str, said: str) -> None:
    setup = WorkspaceSetup()
    with StandInSlack(replace(setup, scopes=setup.scopes | {"chat:write.public"})) as slack:
        client = WebClient(slack.bot_token, base_url=slack.api_url)
        url = client.files_getUploadURLExternal(filename="a.txt", length=1)
        httpx.post(str(url["upload_url"]), content=b"a")
        with pytest.raises(SlackApiError, match=said):
            client.files_completeUploadExternal(files=[{"id": str(url["file_id"])}], channel_id=channel)


def test_a_read_only_channel_takes_no_files(slack: StandInSlack, client: WebClient) -> None:
    slack.workspace.change_channel(CHANNEL, is_read_only=True)
    with pytest.raises(SlackApiError, match="posting_to_channel_denied"):
        client.files_upload_v2(channel=CHANNEL, content="x", filename="a.txt")

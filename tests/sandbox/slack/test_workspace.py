import socket
import threading

import pytest
from slack_sdk import WebClient

from sandbox.slack import StandInSlack, Workspace, WorkspaceSetup
from tests.sandbox.slack.conftest import Clock
from tests.until import PATIENCE


def test_waiting_ends_when_the_message_is_there(slack: StandInSlack, client: WebClient) -> None:
    poster = threading.Thread(target=lambda: client.chat_postMessage(channel="C0COMPLY01", text="late"))
    poster.start()
    [message] = slack.workspace.wait_for(lambda workspace: workspace.messages("#compliance"), timeout=PATIENCE)
    poster.join()
    assert message.text == "late"


def test_waiting_ends_after_its_time() -> None:
    workspace = Workspace(WorkspaceSetup(), Clock())
    with pytest.raises(TimeoutError, match="revision 0"):
        workspace.wait_for(lambda workspace: workspace.messages("#compliance"), timeout=0.01)


def test_a_stamp_is_never_given_twice_while_the_clock_stands_still() -> None:
    workspace = Workspace(WorkspaceSetup(), Clock())
    stamps = [workspace.stamp() for _ in range(1000)]
    assert stamps == sorted(set(stamps))
    assert stamps[0] == "1738400000.000000"


def test_who_may_see_what_follows_membership() -> None:
    workspace = Workspace(WorkspaceSetup(), Clock())
    seen = {
        (name, channel): workspace.may_see(workspace.user(name), workspace.channel(channel))
        for name in ("ann", "gus", "olga")
        for channel in ("#compliance", "#legal", "#partners")
    }
    assert [pair for pair, may in seen.items() if not may] == [
        ("gus", "#legal"),
        ("gus", "#partners"),
        ("olga", "#compliance"),
        ("olga", "#legal"),
    ]


def test_nothing_listens_once_the_context_is_left() -> None:
    before = threading.active_count()
    with StandInSlack() as slack:
        port = int(slack.api_url.split(":")[2].split("/")[0])
        idle = socket.create_connection(("127.0.0.1", port))
    with idle, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    assert threading.active_count() == before


def test_people_can_say_things_where_they_may(slack: StandInSlack) -> None:
    first = slack.say("a <b> & c", user="ann", channel="#legal")
    slack.say("an answer", user="bob", channel="#legal", thread_ts=first.ts)
    assert first.text == "a &lt;b&gt; &amp; c"
    assert [message.text for message in slack.workspace.thread("#legal", first.ts)] == [first.text, "an answer"]


@pytest.mark.parametrize(("who", "channel"), [("gus", "#legal"), ("olga", "#compliance"), ("ann", "#old")])
def test_nobody_says_things_where_they_may_not(slack: StandInSlack, who: str, channel: str) -> None:
    with pytest.raises(PermissionError):
        slack.say("hello", user=who, channel=channel)

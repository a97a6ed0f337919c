from collections.abc import Callable, Iterator

import httpx
import pytest

from sandbox.slack import Message, StandInSlack
from sandbox.slack.http_server import Answer, HttpServer
from sandbox.slack.refusal import Refusal
from sandbox.slack.trigger_ids import ReplyTo, Tickets
from tests.sandbox.slack.conftest import Clock

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}


@pytest.fixture
def silent(slack: StandInSlack) -> Iterator[None]:
    """An app that acknowledges everything and says nothing."""
    with HttpServer(lambda asked: Answer(200, b"")) as server:
        slack.request_url = server.url
        yield


@pytest.fixture
def url(slack: StandInSlack, silent: None) -> str:
    return str(slack.command("/c", user="ann", channel="#random").payload["response_url"])


def test_a_trigger_id_lives_for_three_seconds() -> None:
    clock = Clock()
    tickets = Tickets(clock)
    early, late = tickets.trigger("U1"), tickets.trigger("U1")
    clock.now += 3
    assert tickets.exchange(early) == "U1"
    clock.now += 0.1
    with pytest.raises(Refusal, match="expired_trigger_id"):
        tickets.exchange(late)


def test_a_response_url_lives_for_thirty_minutes() -> None:
    clock = Clock()
    tickets = Tickets(clock)
    ticket = tickets.response(ReplyTo("C1", "U1"))
    clock.now += 30 * 60
    assert tickets.use(ticket) == ReplyTo("C1", "U1")
    clock.now += 1
    with pytest.raises(Refusal, match="expired_url"):
        tickets.use(ticket)


def test_a_response_url_works_five_times(slack: StandInSlack, url: str) -> None:
    answers = [httpx.post(url, json={"text": str(number)}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert (answers[0].text, answers[5].json()["error"]) == ("ok", "used_url")
    assert [one.text for one in slack.workspace.ephemerals("ann")] == ["0", "1", "2", "3", "4"]


def test_a_response_url_reaches_channels_the_bot_is_not_in(slack: StandInSlack, url: str) -> None:
    httpx.post(url, json={"text": "for all", "response_type": "in_channel"})
    assert [one.text for one in slack.workspace.messages("#random")] == ["for all"]


def test_a_commands_first_answer_can_be_replaced_and_deleted(slack: StandInSlack, url: str) -> None:
    httpx.post(url, json={"text": "first"})
    httpx.post(url, json={"text": "second", "replace_original": True})
    assert [one.text for one in slack.workspace.ephemerals("ann")] == ["second"]
    httpx.post(url, json={"delete_original": True})
    assert slack.workspace.ephemerals("ann") == []


def test_a_press_replaces_the_message_it_was_on(
    slack: StandInSlack, silent: None, posted: Callable[..., Message]
) -> None:
    message = posted(blocks=[{"type": "actions", "elements": [BUTTON]}])
    url = slack.press(message, "go", user="bob").payload["response_url"]
    httpx.post(url, json={"text": "done", "replace_original": True})
    assert [(one.ts, one.text) for one in slack.workspace.messages("#compliance")] == [(message.ts, "done")]


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"words": "x"}, "invalid_payload"),
        ([], "invalid_payload"),
        ({"text": ""}, "no_text"),
        ({"text": "x", "response_type": "loud"}, "invalid_response_type"),
        ({"text": "x", "blocks": [{"type": "carousel"}]}, "invalid_blocks"),
    ],
)
def test_a_wrong_payload_is_refused(url: str, payload: object, said: str) -> None:
    answer = httpx.post(url, json=payload)
    assert (answer.status_code, answer.json()["error"]) == (404, said)


def test_a_url_nobody_was_given_leads_nowhere(slack: StandInSlack) -> None:
    base = slack.api_url.removesuffix("api/")
    assert httpx.post(f"{base}commands/1/x", json={"text": "x"}).json()["error"] == "invalid_url"
    assert httpx.post(f"{base}commands/1/x", content=b"{").status_code == 400
    assert httpx.post(f"{base}elsewhere").status_code == 404
    assert httpx.get(f"{base}commands/1/x").status_code == 404


def test_one_cannot_press_what_is_not_there(slack: StandInSlack, silent: None, posted: Callable[..., Message]) -> None:
    message = posted("legal", blocks=[{"type": "actions", "elements": [BUTTON]}])
    with pytest.raises(LookupError, match="nothing to press is called stop"):
        slack.press(message, "stop", user="ann")
    with pytest.raises(PermissionError, match="gus is not in #legal"):
        slack.press(message, "go", user="gus")
    slack.workspace.remove(message)
    with pytest.raises(LookupError, match="is gone"):
        slack.press(message, "go", user="ann")


def test_a_menu_in_a_message_sends_the_option_and_the_state(
    slack: StandInSlack, silent: None, posted: Callable[..., Message]
) -> None:
    option = {"text": {"type": "plain_text", "text": "January"}, "value": "2025-01"}
    menu = {"type": "static_select", "action_id": "month", "options": [option]}
    message = posted(blocks=[{"type": "actions", "block_id": "b", "elements": [menu, BUTTON]}])
    payload = slack.press(message, "month", user="ann", value="2025-01").payload
    assert payload["actions"][0]["selected_option"] == option
    assert payload["state"]["values"] == {"b": {"month": {"type": "static_select", "selected_option": option}}}

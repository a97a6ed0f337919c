from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Delivery, StandInSlack, Touch, View, screen
from sandbox.slack.http_server import Answer, Asked, HttpServer
from sandbox.slack.setup import ANN

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def input_block(block_id: str, element: Json, **fields: object) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **fields}


MONTH = input_block("month", {"type": "plain_text_input", "action_id": "typed", "initial_value": "2025-01"})
KIND = input_block(
    "kind",
    {
        "type": "static_select",
        "action_id": "chosen",
        "options": [{"text": plain("All"), "value": "all"}, {"text": plain("Deletions"), "value": "delete"}],
    },
    optional=True,
)
FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("New report"),
    "submit": plain("Make it"),
    "close": plain("Cancel"),
    "blocks": [MONTH, KIND],
    "private_metadata": "secret",
    "notify_on_close": True,
}


class Listener:
    """An app that always gives the same answer and remembers what it was sent."""

    def __init__(self) -> None:
        self.body = b""
        self.asked: list[Asked] = []

    def respond(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return Answer(200, self.body)


@pytest.fixture
def listener(slack: StandInSlack) -> Iterator[Listener]:
    listener = Listener()
    with HttpServer(listener.respond) as server:
        slack.request_url = server.url
        yield listener


@pytest.fixture
def trigger(slack: StandInSlack, listener: Listener) -> Callable[[], str]:
    return lambda: str(slack.command("/c", user="ann", channel="#compliance").payload["trigger_id"])


@pytest.fixture
def form(slack: StandInSlack, client: WebClient, trigger: Callable[[], str]) -> View:
    client.views_open(trigger_id=trigger(), view=FORM)
    view = slack.workspace.views.top(ANN)
    assert view is not None
    return view


def test_a_trigger_opens_one_modal(slack: StandInSlack, client: WebClient, trigger: Callable[[], str]) -> None:
    ticket = trigger()
    answer = client.views_open(trigger_id=ticket, view=FORM)
    assert answer["view"]["callback_id"] == "form"
    assert answer["view"]["root_view_id"] == answer["view"]["id"]
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=ticket, view=FORM)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id="1.2.3", view=FORM)


def test_a_submission_carries_what_was_typed_and_what_was_there(
    slack: StandInSlack, listener: Listener, form: View
) -> None:
    delivery = slack.submit_view(form.id, {"kind": {"chosen": "delete"}}, user="ann")
    view = delivery.payload["view"]
    assert view["private_metadata"] == "secret"
    assert view["state"]["values"] == {
        "month": {"typed": {"type": "plain_text_input", "value": "2025-01"}},
        "kind": {
            "chosen": {
                "type": "static_select",
                "selected_option": {"text": plain("Deletions"), "value": "delete"},
            }
        },
    }
    assert slack.workspace.views.top(ANN) is None


def test_a_required_input_left_empty_is_not_sent(slack: StandInSlack, listener: Listener, form: View) -> None:
    sent = len(listener.asked)
    with pytest.raises(ValueError, match="month"):
        slack.submit_view(form.id, {"month": {"typed": ""}}, user="ann")
    with pytest.raises(ValueError, match="does not offer"):
        slack.submit_view(form.id, {"kind": {"chosen": "everything"}}, user="ann")
    assert len(listener.asked) == sent


def submitted(slack: StandInSlack, listener: Listener, form: View, body: bytes) -> Delivery:
    listener.body = body
    return slack.submit_view(form.id, {}, user="ann")


def test_a_modal_belongs_to_its_user_and_stays_when_nobody_answers(
    slack: StandInSlack, listener: Listener, form: View
) -> None:
    with pytest.raises(PermissionError, match="bob does not have"):
        slack.submit_view(form.id, {}, user="bob")
    slack.request_url = None
    assert slack.submit_view(form.id, {}, user="ann").trouble == "dispatch_failed"
    assert slack.workspace.views.top(ANN) is not None


def test_a_modal_is_drawn_with_its_inputs_and_buttons(slack: StandInSlack, form: View) -> None:
    assert screen(slack.workspace, form).splitlines() == [
        "New report",
        "═" * 88,
        "month",
        "[ 2025-01 ]",
        "kind (optional)",
        "[ ▾ ]",
        "[ Cancel ] [ Make it ]",
    ]


def test_errors_are_shown_under_their_inputs(slack: StandInSlack, listener: Listener, form: View) -> None:
    submitted(slack, listener, form, b'{"response_action": "errors", "errors": {"month": "Too early"}}')
    view = slack.workspace.views.find(form.id)
    assert view.errors == {"month": "Too early"}
    assert "! Too early" in screen(slack.workspace, view)


@pytest.mark.parametrize(
    "body",
    [
        b'{"response_action": "errors", "errors": {"nowhere": "x"}}',
        b'{"response_action": "errors"}',
        b'{"response_action": "dance"}',
        b'{"response_action": "update", "view": {"type": "modal"}}',
        b'"words"',
    ],
)
def test_an_answer_slack_cannot_follow_is_trouble(
    slack: StandInSlack, listener: Listener, form: View, body: bytes
) -> None:
    assert submitted(slack, listener, form, body).trouble == "invalid_view_response"
    assert slack.workspace.views.find(form.id).errors == {}


def test_a_submission_may_push_update_and_clear(slack: StandInSlack, listener: Listener, form: View) -> None:
    other = b'{"type": "modal", "title": {"type": "plain_text", "text": "Next"}, "blocks": []}'
    submitted(slack, listener, form, b'{"response_action": "push", "view": ' + other + b"}")
    first, second = slack.workspace.views.stack(ANN)
    assert (second.previous_view_id, second.root_view_id) == (first.id, first.id)
    submitted(slack, listener, second, b'{"response_action": "update", "view": ' + other + b"}")
    assert slack.workspace.views.stack(ANN)[1].payload["title"]["text"] == "Next"
    submitted(slack, listener, second, b'{"response_action": "clear"}')
    assert slack.workspace.views.stack(ANN) == ()


def test_at_most_three_modals_are_stacked(
    slack: StandInSlack, client: WebClient, form: View, trigger: Callable[[], str]
) -> None:
    for _ in range(2):
        client.views_push(trigger_id=trigger(), view=FORM)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=trigger(), view=FORM)


def test_an_update_may_ask_that_nothing_changed_meanwhile(client: WebClient, form: View) -> None:
    client.views_update(view_id=form.id, view=FORM, hash=form.hash)
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=form.id, view=FORM, hash=form.hash)
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id="V1", view=FORM)


def test_an_external_id_finds_its_view_and_is_used_once(client: WebClient, trigger: Callable[[], str]) -> None:
    named = {**FORM, "external_id": "mine"}
    client.views_open(trigger_id=trigger(), view=named)
    assert client.views_update(external_id="mine", view=named)["ok"]
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        client.views_open(trigger_id=trigger(), view=named)


def test_closing_tells_the_app_that_asked_for_it(slack: StandInSlack, form: View) -> None:
    delivery = slack.close_view(form.id, user="ann")
    assert delivery is not None
    assert (delivery.payload["type"], delivery.payload["is_cleared"]) == ("view_closed", False)
    assert slack.workspace.views.stack(ANN) == ()


def test_the_home_tab_is_published_and_its_buttons_work(
    slack: StandInSlack, client: WebClient, listener: Listener
) -> None:
    button = {"type": "button", "action_id": "run", "text": plain("Run"), "value": "1"}
    home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    client.views_publish(user_id=ANN, view=home)
    view = slack.workspace.views.home(ANN)
    assert view is not None
    delivery = slack.press(view, "run", user="ann")
    assert delivery.payload["container"] == {"type": "view", "view_id": view.id}
    assert "[ Run ]" in screen(slack.workspace, view)
    client.views_publish(user_id=ANN, view={"type": "home", "blocks": []})
    again = slack.workspace.views.home(ANN)
    assert again is not None
    assert (again.id, again.payload["blocks"]) == (view.id, [])
    with pytest.raises(SlackApiError, match="user_not_found"):
        client.views_publish(user_id="U1", view=home)


def test_shortcuts_carry_their_callback_and_message(slack: StandInSlack, client: WebClient, listener: Listener) -> None:
    client.chat_postMessage(channel="C0COMPLY01", text="x")
    [message] = slack.workspace.messages("#compliance")
    on_message = slack.shortcut("verify", message, user="bob").payload
    everywhere = slack.shortcut("new", user="bob").payload
    assert (on_message["type"], on_message["callback_id"], on_message["message_ts"]) == (
        "message_action",
        "verify",
        message.ts,
    )
    assert (everywhere["type"], everywhere["callback_id"]) == ("shortcut", "new")


def test_the_cross_closes_what_lies_below_too(slack: StandInSlack, form: View) -> None:
    second = slack.workspace.views.push(ANN, {**form.payload, "title": plain("Second")})
    delivery = slack.close_view(second.id, user="ann", whole=True)
    assert delivery is not None
    assert delivery.payload["is_cleared"] is True
    assert slack.workspace.views.stack(ANN) == ()


def test_a_control_of_a_form_carries_what_stands_in_its_fields(slack: StandInSlack, form: View) -> None:
    touch = Touch("chosen", "delete", "kind", {"month": {"typed": "2025-02"}})
    delivery = slack.use(form, touch, user="ann")
    values = delivery.payload["view"]["state"]["values"]
    assert values["month"]["typed"]["value"] == "2025-02"
    assert values["kind"]["chosen"]["selected_option"]["value"] == "delete"

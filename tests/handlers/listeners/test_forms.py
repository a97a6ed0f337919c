"""Forms and the app's own page: how they are opened, filled in, and answered."""

import json
from typing import Any

import pytest
from slack_bolt import App

from handlers.desk import Query, Request, RequestContext, ReviewSubmission
from handlers.errors import NotAllowed, ZoneNotLearned
from handlers.listeners.form_values import LONGEST
from handlers.query import QueryKind
from handlers.schedule import FormOpening, Plan
from reporting.filters import parse as only
from reporting.period import Month
from reporting.report import Order
from reporting.run import Origin
from tests.handlers.dispatch import (
    PLAN,
    RecordingDesk,
    command,
    payload,
    press,
    pressed,
    pressed_in_view,
    sent,
    submission,
    told,
)
from tests.handlers.loopback import Recorded

OPEN, PUSH = "views.open", "views.push"
EXPIRED = ["expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"]


def opened(api: Recorded, method: str = OPEN) -> dict[str, Any]:
    """The one form that was shown."""
    [arguments] = api.said(method)
    view: dict[str, Any] = arguments["view"]
    return view


def blocks(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def chosen(view: dict[str, Any], name: str) -> str:
    [block] = [block for block in view["blocks"] if block.get("block_id") == name]
    return str(block["element"]["initial_option"]["value"])


def ordered(
    month: str = "2025-01", only: str | None = None, where: str = "shared", channel: str = ""
) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "month": {"type": "static_select", "selected_option": {"value": month}},
        "only": {"type": "plain_text_input", "value": only},
        "where": {"type": "radio_buttons", "selected_option": {"value": where}},
    }
    chosen = {"channel": {"type": "conversations_select", "selected_conversation": channel}}
    return fields | (chosen if channel else {})


def test_nothing_typed_opens_the_form_for_this_channel(app: App, api: Recorded, desk: RecordingDesk) -> None:
    answer = sent(app, command(""))
    view = opened(api)
    assert (answer.status, answer.body) == (200, "")
    assert api.said(OPEN)[0]["trigger_id"] == "T.1"
    assert view["private_metadata"] == "C1"
    assert blocks(view) == ["month", "only", "where"]
    assert chosen(view, "month") == "2026-01"
    assert desk.untouched


def test_schedule_alone_opens_its_form(app: App, api: Recorded) -> None:
    assert sent(app, command("schedule")).status == 200
    assert opened(api)["callback_id"] == "schedule_form"


def test_the_form_offers_two_years_of_months(app: App, api: Recorded) -> None:
    sent(app, command(""))
    options = opened(api)["blocks"][0]["element"]["options"]
    assert [option["value"] for option in options] == [str(Month(2026, 2).plus(-n)) for n in range(24)]


def test_a_message_s_shortcut_opens_the_form_for_its_channel(app: App, api: Recorded) -> None:
    message = {"ts": "1.7", "thread_ts": "1.5", "text": "please"}
    shortcut = payload(
        "message_action",
        callback_id="make_report",
        channel={"id": "C5", "name": "legal"},
        message=message,
        message_ts="1.7",
        response_url="https://hooks.slack.example/1",
    )
    assert sent(app, shortcut).status == 200
    assert opened(api)["private_metadata"] == "C5"
    assert blocks(opened(api)) == ["month", "only", "where"]


def test_a_shortcut_from_anywhere_asks_for_the_channel(app: App, api: Recorded) -> None:
    assert sent(app, payload("shortcut", callback_id="make_report_anywhere", action_ts="1.5")).status == 200
    assert opened(api)["private_metadata"] == ""
    assert blocks(opened(api)) == ["month", "only", "channel", "where"]


@pytest.mark.parametrize(("action", "callback"), [("new_report", "order_form"), ("new_schedule", "schedule_form")])
def test_the_page_s_buttons_open_forms_that_ask_for_the_channel(
    action: str, callback: str, app: App, api: Recorded
) -> None:
    assert sent(app, pressed_in_view(action)).status == 200
    assert opened(api)["callback_id"] == callback
    assert "channel" in blocks(opened(api))


def test_every_month_puts_the_schedule_s_form_on_top(app: App, api: Recorded) -> None:
    assert sent(app, pressed_in_view("every_month", kind="modal", metadata="C5")).status == 200
    view = opened(api, PUSH)
    assert (view["callback_id"], view["private_metadata"]) == ("schedule_form", "0 C5")


@pytest.mark.parametrize("code", EXPIRED)
@pytest.mark.parametrize("text", ["", "schedule"])
def test_a_command_whose_three_seconds_are_over_says_so(code: str, text: str, app: App, api: Recorded) -> None:
    api.refusals[OPEN] = code
    answer = json.loads(sent(app, command(text)).body)
    assert "took too long" in answer["text"]
    assert "Try again" in answer["text"]
    assert answer["response_type"] == "ephemeral"


@pytest.mark.parametrize("code", EXPIRED)
@pytest.mark.parametrize("action", ["new_report", "new_schedule", "edit_schedule", "review"])
def test_a_button_whose_three_seconds_are_over_tells_the_presser_alone(
    code: str, action: str, app: App, api: Recorded
) -> None:
    api.refusals[OPEN] = code
    value = f"3 {PLAN}" if action == "edit_schedule" else ""
    assert sent(app, press(value, action=action, response_url=f"{api.url}whisper")).status == 200
    [answer] = api.whispers
    assert "took too long" in answer["text"]
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)


@pytest.mark.parametrize("code", EXPIRED)
@pytest.mark.parametrize("pressed", [("new_report", "home"), ("every_month", "modal")])
def test_a_button_in_a_view_whose_three_seconds_are_over_is_answered_in_direct_messages(
    code: str, pressed: tuple[str, str], app: App, api: Recorded
) -> None:
    action, kind = pressed
    api.refusals |= {OPEN: code, PUSH: code}
    assert sent(app, pressed_in_view(action, kind=kind, metadata="C5")).status == 200
    [answer] = api.said("chat.postMessage")
    assert answer["channel"] == "U7"
    assert "took too long" in answer["text"]


def test_without_a_zone_a_shortcut_says_that_no_month_is_known(app: App, api: Recorded, desk: RecordingDesk) -> None:
    desk.unzoned = ZoneNotLearned()
    shortcut = payload(
        "message_action",
        callback_id="make_report",
        channel={"id": "C5"},
        message={"ts": "1.7"},
        response_url=f"{api.url}whisper",
    )
    assert sent(app, shortcut).status == 200
    [answer] = api.whispers
    assert "the current month" in answer["text"]
    assert api.said(OPEN) == []


def test_the_order_is_asked_for_in_the_channel_where_the_form_was_opened(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, submission("order_form", "C1", ordered(only="type:delete")))
    assert (answer.status, answer.body) == (200, "")
    order = Order(Month(2025, 1), only=only("type:delete"))
    assert desk.requests == [Request(order, RequestContext("C1", "U7"), "V1", Origin.FORM)]


def test_a_channel_that_was_chosen_is_where_the_report_goes(app: App, desk: RecordingDesk) -> None:
    sent(app, submission("order_form", "", ordered(channel="C5")))
    assert desk.requests[0].place == RequestContext("C5", "U7")


@pytest.mark.parametrize(("where", "private"), [("shared", False), ("private", True)])
def test_the_form_says_who_sees_the_report(where: str, private: bool, app: App, desk: RecordingDesk) -> None:
    sent(app, submission("order_form", "C1", ordered(where=where)))
    assert desk.requests[0].private is private


@pytest.mark.parametrize("wrong", ["typ:delete", "delete", "type:delte", 'room:"Legal', "file:x", "x" * 1_001])
def test_a_filter_that_cannot_be_read_is_said_beside_its_field(wrong: str, app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("order_form", "C1", ordered(only=wrong))).body)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["only"]
    assert 0 < len(answer["errors"]["only"]) <= LONGEST
    assert desk.untouched


def test_a_stranger_who_fills_in_a_form_is_known_as_one(app: App, desk: RecordingDesk) -> None:
    sent(app, submission("order_form", "C1", ordered(), team="T2"))
    sent(app, submission("review_form", "run C1 1.5", opinion(), team="T2"))
    assert desk.requests[0].place.stranger
    assert desk.opinions[0].place.stranger


def opinion(result: str = "accepted", reason: str = "As expected") -> dict[str, Any]:
    return {
        "result": {"type": "radio_buttons", "selected_option": {"value": result}},
        "reason": {"type": "plain_text_input", "value": reason},
    }


@pytest.mark.parametrize(
    ("message", "metadata"),
    [({"ts": "1.5"}, "a-run C1 1.5"), ({"ts": "1.7", "thread_ts": "1.5"}, "a-run C1 1.5")],
)
def test_review_opens_the_form_for_the_report_of_its_message(
    message: dict[str, str], metadata: str, app: App, api: Recorded, desk: RecordingDesk
) -> None:
    assert sent(app, press("a-run", action="review", message=message)).status == 200
    view = opened(api)
    assert (view["callback_id"], view["private_metadata"]) == ("review_form", metadata)
    assert desk.untouched


@pytest.mark.parametrize("result", ["accepted", "accepted with remarks", "rejected", "revoked"])
def test_a_review_is_handed_on_with_its_report_and_thread(result: str, app: App, desk: RecordingDesk) -> None:
    answer = sent(app, submission("review_form", "a-run C1 1.5", opinion(result)))
    assert (answer.status, answer.body) == (200, "")
    assert desk.opinions == [ReviewSubmission(RequestContext("C1", "U7"), "a-run", result, "As expected", "1.5", "V1")]


@pytest.mark.parametrize("callback", ["order_form", "review_form"])
def test_a_refusal_of_a_form_is_a_page_of_it(callback: str, app: App, desk: RecordingDesk) -> None:
    desk.refusal = NotAllowed(reason="you are a guest")
    fields, metadata = (ordered(), "C1") if callback == "order_form" else (opinion(), "a-run C1 1.5")
    answer = json.loads(sent(app, submission(callback, metadata, fields)).body)
    assert answer["response_action"] == "push"
    assert "you are a guest" in json.dumps(answer["view"])


@pytest.mark.parametrize("opening", [FormOpening(), FormOpening(PLAN)])
def test_a_new_schedule_opens_the_form_with_what_the_desk_says(
    opening: FormOpening, app: App, api: Recorded, desk: RecordingDesk
) -> None:
    desk.opening = opening
    assert sent(app, pressed("new_schedule", "a-proposal")).status == 200
    assert opened(api)["private_metadata"] == "0 C1"
    assert ("Europe/Riga" in json.dumps(opened(api)["blocks"][2]["element"])) == bool(opening.plan)


def test_edit_opens_the_form_with_what_the_schedule_says(app: App, api: Recorded, desk: RecordingDesk) -> None:
    desk.opening = FormOpening(PLAN)
    assert sent(app, pressed("edit_schedule", "3")).status == 200
    assert opened(api)["private_metadata"] == "3 C1"
    assert "type:delete" in json.dumps(opened(api))


@pytest.mark.parametrize("room", ["Legal  affairs", "Legal\u00a0affairs", "a:b  c/d"])
def test_edit_changes_nothing_of_a_filter_by_itself(room: str, app: App, api: Recorded, desk: RecordingDesk) -> None:
    kept = only(f'room:"{room}"')
    desk.opening = FormOpening(Plan(PLAN.rule, kept))
    sent(app, pressed("edit_schedule", "3"))
    [block] = [block for block in opened(api)["blocks"] if block.get("block_id") == "only"]
    assert block["element"]["initial_value"] == str(kept)


def home_opened(tab: str) -> dict[str, Any]:
    return {"type": "app_home_opened", "user": "U7", "channel": "D1", "tab": tab, "event_ts": "1.5"}


def test_the_app_s_page_is_filled_when_it_is_opened(waiting_app: App, desk: RecordingDesk) -> None:
    assert told(waiting_app, home_opened("home")).status == 200
    assert desk.inquiries == [Query(QueryKind.HOME, RequestContext("U7", "U7"), "Ev1", private=True)]


def test_the_app_s_other_tabs_are_left_alone(waiting_app: App, desk: RecordingDesk) -> None:
    assert told(waiting_app, home_opened("messages")).status == 200
    assert desk.untouched


def test_who_may_not_see_the_page_is_told_so_on_it(waiting_app: App, desk: RecordingDesk, api: Recorded) -> None:
    desk.refusal = NotAllowed(reason="you are a guest")
    assert told(waiting_app, home_opened("home")).status == 200
    [published] = api.said("views.publish")
    assert published["user_id"] == "U7"
    assert "you are a guest" in json.dumps(published["view"])


@pytest.mark.parametrize(("number", "fields"), [("3", 3), ("", 5)])
def test_a_filter_that_may_not_be_read_is_not_in_the_form_and_that_is_said(
    number: str, fields: int, app: App, api: Recorded, desk: RecordingDesk
) -> None:
    """Of a schedule it stays as it is; for a new one it has to be written."""
    desk.opening = FormOpening(Plan(PLAN.rule, only("")), hidden="user:…")
    sent(app, pressed("edit_schedule", number) if number else press("a-run", action="new_schedule"))
    view = opened(api)
    assert len(blocks(view)) == fields
    assert "user:…" in json.dumps(view, ensure_ascii=False)

"""What happens when somebody types or presses something, through Bolt's own dispatch."""

import json
from typing import Any

import pytest
from slack_bolt import App

from handlers.commands.suggestions import can_read
from handlers.desk import (
    Cancellation,
    FormSource,
    Query,
    Receipt,
    Request,
    RequestContext,
    ReviewSubmission,
    SaveProposal,
    SaveSchedule,
    ScheduleAction,
)
from handlers.errors import NoSuchSchedule, NotAllowed, NothingToCancel, ZoneNotLearned
from handlers.listeners.form_values import validation_errors
from handlers.query import QueryKind
from handlers.schedule import Verb
from reporting.errors.base import ComplianceError
from reporting.filters import parse as parse_filter
from reporting.period import Month
from reporting.report import Order
from reporting.run import OpenRuns, Origin
from tests.handlers.dispatch import (
    ENTRY,
    HERE,
    PLAN,
    RecordingDesk,
    command,
    payload,
    press,
    pressed,
    pressed_in_view,
    sent,
    submission,
)
from tests.handlers.loopback import Recorded

JANUARY = Order(Month(2025, 1))


def test_a_month_is_written_down_before_it_is_acknowledged(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("2025-01"))
    assert desk.requests == [Request(Order(Month(2025, 1)), HERE, "T.1", Origin.COMMAND)]
    assert answer.status == 200
    assert "Requested: the report for January 2025" in answer.body


def test_rerun_is_written_down_like_any_other_request(app: App, desk: RecordingDesk) -> None:
    assert sent(app, command("rerun 2025-01")).status == 200
    assert desk.requests == [Request(Order(Month(2025, 1)), HERE, "T.1", Origin.COMMAND)]


@pytest.mark.parametrize(
    ("receipt", "said"),
    [
        (Receipt("run", joined=True), "is already being made"),
        (Receipt("run", ahead=1), "1 report ahead of yours."),
        (Receipt("run", joined=True, ahead=3), "3 reports ahead of yours."),
    ],
)
def test_what_becomes_of_the_request_is_said_at_once(
    receipt: Receipt, said: str, app: App, desk: RecordingDesk
) -> None:
    desk.receipt = receipt
    assert said in sent(app, command("2025-01")).body


@pytest.mark.parametrize(("text", "month"), [("cancel", None), ("cancel 2025-01", Month(2025, 1))])
def test_cancel_is_written_down_and_its_month_said_back(
    text: str, month: Month | None, app: App, desk: RecordingDesk
) -> None:
    answer = sent(app, command(text))
    assert desk.cancellations == [Cancellation(HERE, "T.1", month=month)]
    assert "Canceling the report for January 2025" in answer.body


def test_status_is_answered_at_once_to_the_asker_alone(app: App, desk: RecordingDesk) -> None:
    desk.standing = OpenRuns((ENTRY,), (0,), elsewhere=2)
    answer = sent(app, command("status"))
    assert desk.asked == [HERE]
    assert "January 2025" in answer.body
    assert "2 more elsewhere" in answer.body
    assert "in_channel" not in answer.body
    assert desk.requests == []


@pytest.mark.parametrize("text", ["cancel", "status"])
def test_a_refused_cancel_or_status_is_told_to_the_asker_alone(text: str, app: App, desk: RecordingDesk) -> None:
    desk.refusal = NothingToCancel(of=" of January 2025")
    answer = sent(app, command(text))
    assert answer.status == 200
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert "No report of January 2025 is in progress" in answer.body


def test_help_is_answered_without_a_request(app: App, desk: RecordingDesk) -> None:
    assert "Compliance reports from DocSpace" in sent(app, command("help")).body
    assert desk.requests == []


@pytest.mark.parametrize("text", ["2025-13", "yesterday", "2025-01 typ:delete"])
def test_what_is_not_understood_is_refused_to_the_asker_alone(text: str, app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command(text))
    assert answer.status == 200
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert "2025-01" in answer.body
    assert desk.requests == []


@pytest.mark.parametrize(
    ("refusal", "said"),
    [(NotAllowed(reason="you are not one of those who may"), "not one of those"), (KeyError("x"), "Unexpected error")],
)
def test_a_refusal_and_a_fault_of_our_own_both_end_in_words(
    refusal: Exception, said: str, app: App, desk: RecordingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.refusal = refusal
    answer = sent(app, command("2025-01"))
    assert said in answer.body
    assert "Traceback" not in answer.body
    assert bool(caplog.records) != isinstance(refusal, ComplianceError)


def test_run_again_asks_for_what_a_run_was_to_report(app: App, desk: RecordingDesk) -> None:
    assert sent(app, press("6a1b2c3d4e5f6071")).status == 200
    assert desk.reruns == [(HERE, "6a1b2c3d4e5f6071", "T.2")]
    assert desk.requests == []


def test_a_button_that_names_a_month_asks_for_it_where_it_was_pressed(app: App, desk: RecordingDesk) -> None:
    """A reminder's; and those of earlier releases, which carry a filter too."""
    sent(app, press("2025-01 type:delete"))
    assert [str(request.order) for request in desk.requests] == ["2025-01 type:delete"]
    desk.requests.clear()
    assert sent(app, press("2025-01")).status == 200
    [request] = desk.requests
    assert (request.order.month, request.place.channel, request.place.asker) == (Month(2025, 1), "C1", "U7")
    assert (request.key, request.origin) == ("T.2", Origin.BUTTON)
    assert not request.place.stranger


def test_the_cancel_button_ends_the_run_that_its_message_stands_for(app: App, desk: RecordingDesk) -> None:
    assert sent(app, press("a-run", action="cancel")).status == 200
    assert desk.cancellations == [Cancellation(HERE, "T.2", run="a-run")]


def test_a_stranger_who_presses_cancel_is_known_as_one(app: App, desk: RecordingDesk) -> None:
    sent(app, press("a-run", action="cancel", team="T2"))
    assert desk.cancellations[0].place.stranger


def test_somebody_of_another_workspace_is_known_as_a_stranger(app: App, desk: RecordingDesk) -> None:
    sent(app, press("2025-01", team="T2"))
    assert desk.requests[0].place.stranger


@pytest.mark.parametrize(("text", "month"), [("this", Month(2026, 2)), ("last", Month(2026, 1))])
def test_a_relative_month_is_that_of_the_reports_zone(text: str, month: Month, app: App, desk: RecordingDesk) -> None:
    assert month.title in sent(app, command(text)).body
    assert [request.order.month for request in desk.requests] == [month]


@pytest.mark.parametrize("text", ["this", "last", "cancel last", "calendar", ""])
def test_without_a_zone_a_relative_month_is_refused_and_not_guessed(text: str, app: App, desk: RecordingDesk) -> None:
    desk.unzoned = ZoneNotLearned()
    answer = json.loads(sent(app, command(text)).body)
    assert "the current month" in answer["text"]
    assert desk.untouched


def test_a_private_report_is_asked_for_as_that_and_promised_in_direct_messages(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("2025-01 type:delete private"))
    assert "our direct messages" in answer.body
    [request] = desk.requests
    assert (request.private, str(request.order.only)) == (True, "type:delete")


@pytest.mark.parametrize(
    ("text", "question", "private"),
    [
        ("verify 2025-01", QueryKind.VERIFY, False),
        ("verify 2025-01 private", QueryKind.VERIFY, True),
        ("diff 2025-01", QueryKind.DIFF, False),
        ("diff 2025-01 private", QueryKind.DIFF, True),
        ("calendar 2025", QueryKind.CALENDAR, True),
        ("history", QueryKind.HISTORY, True),
        ("history 2025", QueryKind.HISTORY, True),
        ("schedules all", QueryKind.SCHEDULES, True),
    ],
)
def test_evidence_is_answered_where_it_was_asked_and_lists_to_the_asker_alone(
    text: str, question: QueryKind, private: bool, app: App, desk: RecordingDesk
) -> None:
    assert sent(app, command(text)).status == 200
    [inquiry] = desk.inquiries
    assert (inquiry.question, inquiry.private, inquiry.place, inquiry.key) == (question, private, HERE, "T.1")


@pytest.mark.parametrize(
    ("action", "question"),
    [("compare", QueryKind.DIFF), ("verify", QueryKind.VERIFY), ("show_how", QueryKind.REQUESTS)],
)
def test_what_a_report_s_buttons_look_up_is_answered_in_its_thread(
    action: str, question: QueryKind, app: App, desk: RecordingDesk
) -> None:
    assert sent(app, press("a-run", action=action, message={"ts": "1.5"})).status == 200
    assert desk.inquiries == [Query(question, HERE, "T.2", run="a-run", thread="1.5")]


@pytest.mark.parametrize(
    ("message", "container", "thread"),
    [
        ({"ts": "1.5"}, {}, "1.5"),
        ({"ts": "1.7", "thread_ts": "1.5"}, {}, "1.5"),
        (None, {"type": "message", "message_ts": "1.5"}, "1.5"),
        (None, None, ""),
    ],
)
def test_the_thread_is_that_of_the_pressed_message(
    message: dict[str, str] | None, container: dict[str, str] | None, thread: str, app: App, desk: RecordingDesk
) -> None:
    sent(app, press("a-run", action="verify", message=message, container=container))
    assert [inquiry.thread for inquiry in desk.inquiries] == [thread]


def test_the_link_to_docspace_is_acknowledged_and_nothing_is_asked(app: App, desk: RecordingDesk) -> None:
    assert sent(app, press("", action="open_in_docspace")).status == 200
    assert desk.untouched


@pytest.mark.parametrize("action", ["compare", "verify", "show_how", "run_again", "cancel"])
def test_a_stranger_who_presses_a_report_s_button_is_known_as_one(action: str, app: App, desk: RecordingDesk) -> None:
    sent(app, press("2025-01", action=action, team="T2"))
    asked: list[Query | Request | Cancellation] = [*desk.inquiries, *desk.requests, *desk.cancellations]
    assert [one.place.stranger for one in asked] == [True]


@pytest.mark.parametrize("team", [None, "T2"])
def test_who_shows_no_team_of_ours_is_a_stranger(team: str | None, app: App, desk: RecordingDesk) -> None:
    user = {"id": "U7"} | ({"team_id": team} if team else {})
    sent(app, press("2025-01", user=user))
    assert desk.requests[0].place.stranger


def test_a_button_of_the_app_s_page_belongs_to_direct_messages(app: App, desk: RecordingDesk) -> None:
    assert sent(app, pressed_in_view("run_again", "2025-01")).status == 200
    [request] = desk.requests
    assert request.place == RequestContext("U7", "U7")


def test_a_command_of_an_unknown_word_shows_the_nearest_with_an_example(app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, command("calender 2025")).body)
    assert "/compliance-report calendar 2025" in answer["text"]
    assert answer["response_type"] == "ephemeral"
    assert desk.untouched


@pytest.mark.parametrize("action", ["run_again", "cancel", "compare", "verify", "show_how"])
def test_a_button_s_refusal_reaches_the_presser_and_leaves_the_message_alone(
    action: str, app: App, desk: RecordingDesk, api: Recorded
) -> None:
    desk.refusal = NotAllowed(reason="you belong to another workspace")
    assert sent(app, press("2025-01", action=action, response_url=f"{api.url}whisper")).status == 200
    [answer] = api.whispers
    assert "another workspace" in answer["text"]
    assert answer["response_type"] == "ephemeral"
    assert answer["replace_original"] is False


# -- schedules --


def filled(zone: str | None = "Europe/Riga", filtered: str | None = "type:delete") -> dict[str, Any]:
    return {
        "day": {"type": "static_select", "selected_option": {"value": "1"}},
        "at": {"type": "timepicker", "selected_time": "09:00"},
        "zone": {"type": "plain_text_input", "value": zone},
        "only": {"type": "plain_text_input", "value": filtered},
        "channel": {"type": "conversations_select", "selected_conversation": "C2"},
    }


def test_a_schedule_is_said_back_and_not_kept(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command(f"schedule {PLAN}"))
    assert "every month on the 1st at 09:00 (Europe/Riga)" in answer.body
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert (desk.asked, desk.keepings) == ([HERE], [])


def test_save_keeps_the_proposal_that_the_button_names(app: App, desk: RecordingDesk) -> None:
    assert sent(app, pressed("save_schedule", "a-proposal")).status == 200
    assert desk.savings == [SaveProposal(HERE, "a-proposal", "T.2")]


def test_a_plan_in_a_button_of_an_earlier_release_is_kept_under_a_name_that_every_press_has_beside_its_own(
    app: App, desk: RecordingDesk
) -> None:
    first = sent(app, pressed("save_schedule", str(PLAN)))
    again = sent(app, pressed("save_schedule", str(PLAN), trigger_id="T.3"))
    assert (first.status, again.status) == (200, 200)
    one, other = desk.keepings
    assert (one.plan, one.number, one.place.asker, one.place.channel) == (PLAN, 0, "U7", "C1")
    assert (one.press, other.press) == ("T.2", "T.3")
    assert one.key == other.key


@pytest.mark.parametrize(("text", "verb"), [("pause 3", Verb.PAUSE), ("resume 3", Verb.RESUME), ("run 3", Verb.RUN)])
def test_what_is_to_be_done_with_a_schedule_is_written_down(
    text: str, verb: Verb, app: App, desk: RecordingDesk
) -> None:
    assert "chedule 3" in sent(app, command(text)).body
    assert desk.amendments == [ScheduleAction(HERE, 3, verb, "T.1")]


def test_delete_asks_first(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("delete 3"))
    assert "Delete schedule 3: every month" in answer.body
    assert '"confirm"' in answer.body
    assert desk.amendments == []


@pytest.mark.parametrize("verb", list(Verb))
def test_a_schedule_s_buttons_do_what_they_say(verb: Verb, app: App, desk: RecordingDesk) -> None:
    assert sent(app, pressed(f"schedule_{verb}", "3")).status == 200
    [amendment] = desk.amendments
    assert (amendment.number, amendment.verb, amendment.key, amendment.place) == (3, verb, "T.2", HERE)


def test_schedules_are_listed_to_the_asker_alone(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("schedules"))
    assert "*3* · every month on the 1st" in json.dumps(json.loads(answer.body), ensure_ascii=False)
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert desk.asked == [HERE]


def test_all_schedules_are_promised_to_admins(app: App, desk: RecordingDesk) -> None:
    assert "admins only" in sent(app, command("schedules all")).body
    assert desk.inquiries == [Query(QueryKind.SCHEDULES, HERE, "T.1", private=True)]


def test_the_form_is_said_back_on_a_second_page(app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_form", "0 C1", filled())).body)
    assert answer["response_action"] == "push"
    assert answer["view"]["private_metadata"] == "a-proposal"
    assert desk.proposed == [(PLAN, "V1 T.2", False)]
    assert desk.asked == [RequestContext("C2", "U7")]
    assert desk.keepings == []


def test_a_form_for_a_schedule_stays_with_the_channel_it_was_opened_in(app: App, desk: RecordingDesk) -> None:
    fields = {name: found for name, found in filled(None, None).items() if name != "channel"}
    answer = json.loads(sent(app, submission("schedule_form", "3 C1", fields)).body)
    assert answer["response_action"] == "push"
    assert [str(plan) for plan, _, _ in desk.proposed] == ["monthly on 1 at 09:00"]
    assert desk.asked == [RequestContext("C1", "U7")]


def test_what_is_wrong_in_the_form_is_said_beside_its_field(app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_form", "0 C1", filled("Europe/Rgia", "typ:x"))).body)
    assert answer["response_action"] == "errors"
    assert "Europe/Riga" in answer["errors"]["zone"]
    assert "type:" in answer["errors"]["only"]
    assert max(map(len, answer["errors"].values())) <= 150
    assert desk.asked == []


@pytest.mark.parametrize(
    ("zone", "name"), [("riga", "Europe/Riga"), ("\u200beurope/riga\u00a0", "Europe/Riga"), ("UTC\u22125", "Etc/GMT+5")]
)
def test_the_form_s_fields_are_read_as_commands_are(zone: str, name: str, app: App, desk: RecordingDesk) -> None:
    fields = filled(zone, "Type\uff1a\u201cdelete\u201d\u00a0\u2013room:\u00abLegal\u00a0affairs\u00bb")
    sent(app, submission("schedule_form", "0 C1", fields))
    [(plan, _, _)] = desk.proposed
    assert str(plan) == f'monthly on 1 at 09:00 {name} -room:"Legal affairs" type:delete'


def test_a_form_without_a_field_for_the_filter_leaves_it_as_it_is(app: App, desk: RecordingDesk) -> None:
    fields = {name: found for name, found in filled().items() if name != "only"}
    sent(app, submission("schedule_form", "3 C1", fields))
    assert [keeps for _, _, keeps in desk.proposed] == [True]


def test_a_fixed_offset_is_said_to_be_one_before_it_is_kept(app: App) -> None:
    answer = sent(app, command("schedule monthly on 1 at 9am UTC+2"))
    assert "at 09:00 (UTC+2, a fixed offset without summer time)" in answer.body


@pytest.mark.parametrize(
    ("zone", "line"),
    [
        ("localtime", "Europe/Riga"),
        ("CEST", "Europe/Berlin"),
        ("Europe/Rgia", "Europe/Riga"),
        ("x" * 200, "Europe/Riga"),
    ],
)
def test_beside_a_field_stands_what_can_be_written_into_it(zone: str, line: str, app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_form", "0 C1", filled(zone))).body)
    assert answer["errors"]["zone"].endswith(f" Write: {line}")
    assert len(answer["errors"]["zone"]) <= 150
    assert desk.untouched


def test_the_second_page_keeps_what_it_said_and_closes_the_form(app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_confirmed", "a-proposal")).body)
    assert answer == {"response_action": "clear"}
    assert desk.savings == [SaveProposal(RequestContext("", "U7"), "a-proposal")]


@pytest.mark.parametrize("number", [0, 3])
def test_the_second_page_of_an_earlier_release_keeps_and_closes_the_form(
    number: int, app: App, desk: RecordingDesk
) -> None:
    answer = json.loads(sent(app, submission("schedule_confirmed", f"{number} C2 {PLAN}")).body)
    assert answer == {"response_action": "clear"}
    assert desk.keepings == [SaveSchedule(RequestContext("C2", "U7"), PLAN, "V1", number)]


def test_a_stranger_who_fills_in_the_form_is_known_as_one(app: App, desk: RecordingDesk) -> None:
    sent(app, submission("schedule_form", "0 C1", filled(), team="T2"))
    sent(app, submission("schedule_confirmed", f"0 C2 {PLAN}", team="T2"))
    assert desk.asked[0].stranger
    assert desk.keepings[0].place.stranger


@pytest.mark.parametrize(("callback", "metadata"), [("schedule_form", "3 C1"), ("schedule_confirmed", f"3 C1 {PLAN}")])
def test_a_refusal_of_the_form_is_a_page_of_it(callback: str, metadata: str, app: App, desk: RecordingDesk) -> None:
    desk.refusal = NoSuchSchedule(number=3)
    answer = json.loads(sent(app, submission(callback, metadata, filled())).body)
    assert answer["response_action"] == "push"
    assert "There is no schedule 3" in json.dumps(answer["view"])
    assert "response_type" not in answer["view"]


@pytest.mark.parametrize("action", ["save_schedule", *(f"schedule_{verb}" for verb in Verb)])
def test_a_refused_button_of_a_schedule_is_told_to_the_presser_alone(
    action: str, app: App, desk: RecordingDesk, api: Recorded
) -> None:
    desk.refusal = NotAllowed(reason="you belong to another workspace")
    assert (
        sent(
            app, pressed(action, str(PLAN) if action == "save_schedule" else "3", response_url=f"{api.url}whisper")
        ).status
        == 200
    )
    [answer] = api.whispers
    assert "another workspace" in answer["text"]
    assert answer["response_type"] == "ephemeral"


@pytest.mark.parametrize("words", [10, 20, 60, 200, 600])
def test_what_to_write_into_a_field_is_never_cut(words: int) -> None:
    typed = " ".join(["tpye:delete", *(f'room:"Room number {number}"' for number in range(words // 10))])
    said = validation_errors({"only": typed}, {"only": parse_filter})["only"]

    assert len(said) <= 150
    assert can_read(said.rpartition(" Write: ")[2], parse_filter)


def test_all_missing_months_are_asked_for_each_by_itself(app: App, desk: RecordingDesk) -> None:
    assert sent(app, pressed("make_all", "2025-01 2025-03")).status == 200

    assert [(one.order, one.origin, one.place.asker) for one in desk.requests] == [
        (JANUARY, Origin.BUTTON, "U7"),
        (Order(Month(2025, 3)), Origin.BUTTON, "U7"),
    ]
    assert len({one.key for one in desk.requests}) == 2


# -- forms --

OPENINGS = {
    "the command alone": command(""),
    "schedule alone": command("schedule"),
    "the app's page": pressed_in_view("new_report"),
    "a list of schedules": pressed("new_schedule", ""),
    "a report": press("6a1b2c3d4e5f6071", action="new_schedule"),
    "a schedule": pressed("edit_schedule", "3"),
    "a report's review": press("6a1b2c3d4e5f6071", action="review", message={"ts": "1.5"}),
    "a form": pressed_in_view("every_month", kind="modal", metadata="C1"),
    "a shortcut": payload("shortcut", callback_id="make_report_anywhere", action_ts="1.0"),
    "a message's shortcut": payload(
        "message_action", callback_id="make_report", action_ts="1.0", channel={"id": "C1"}, message={"ts": "1.5"}
    ),
}


@pytest.mark.parametrize("how", OPENINGS)
def test_no_form_opens_for_somebody_who_may_not_ask(how: str, app: App, desk: RecordingDesk, api: Recorded) -> None:
    desk.refusal = NotAllowed(reason="guests may not")
    said = {
        name: value.replace("https://hooks.slack.example/1", f"{api.url}whisper")
        for name, value in OPENINGS[how].items()
    }
    sent(app, said)
    assert [method for method, _ in api.calls if method.startswith("views.")] == []


@pytest.mark.parametrize("how", OPENINGS)
def test_the_desk_is_asked_before_any_form_opens(how: str, app: App, desk: RecordingDesk, api: Recorded) -> None:
    assert sent(app, OPENINGS[how]).status == 200
    assert [place.asker for place in desk.admitted] == ["U7"]
    assert [method for method, _ in api.calls if method.startswith("views.")] != []


@pytest.mark.parametrize(
    ("form", "source"),
    [
        (pressed("new_schedule", "a-proposal"), FormSource(about="a-proposal")),
        (pressed("new_schedule", str(PLAN)), FormSource(written=PLAN, own=True)),
        (press(str(PLAN), action="new_schedule"), FormSource(written=PLAN)),
        (pressed("edit_schedule", f"3 {PLAN}"), FormSource(number=3)),
    ],
)
def test_what_a_form_begins_with_is_the_desk_s_to_say(
    form: dict[str, str], source: FormSource, app: App, desk: RecordingDesk
) -> None:
    """A plan in a button of an earlier release is known to be the presser's own only where nobody else sees it."""
    assert sent(app, form).status == 200
    assert desk.sources == [source]


# -- whose workspace --

FORMS = [("order_form", "C1"), ("schedule_confirmed", f"0 C2 {PLAN}"), ("review_form", "a-run C1 1.5")]


def asked_places(desk: RecordingDesk) -> list[RequestContext]:
    asked: list[Request | SaveSchedule | ReviewSubmission | Query | SaveProposal] = [
        *desk.requests,
        *desk.keepings,
        *desk.opinions,
    ]
    return [one.place for one in [*asked, *desk.inquiries, *desk.savings]] + desk.asked


@pytest.mark.parametrize(("callback", "metadata"), [*FORMS, ("schedule_form", "0 C1"), ("schedule_confirmed", "p")])
@pytest.mark.parametrize(("own", "stranger"), [("T2", True), ("T1", False)])
def test_of_a_form_the_team_is_that_of_who_filled_it_in_and_the_app_s_stands_in_the_view(
    callback: str, metadata: str, own: str, stranger: bool, app: App, desk: RecordingDesk
) -> None:
    """Slack sends it so from a connected workspace."""
    fields = filled() | {
        "month": {"type": "static_select", "selected_option": {"value": "2025-01"}},
        "where": {"type": "radio_buttons", "selected_option": {"value": "shared"}},
        "result": {"type": "radio_buttons", "selected_option": {"value": "accepted"}},
        "reason": {"type": "plain_text_input", "value": "fine"},
    }
    body = json.loads(submission(callback, metadata, fields, team=own)["payload"])
    body["team"], body["view"]["app_installed_team_id"] = {"id": own}, "T1"
    assert sent(app, {"payload": json.dumps(body)}).status == 200
    assert [place.stranger for place in asked_places(desk)] == [stranger]


@pytest.mark.parametrize("mark", [{"enterprise": {"id": "E1"}}, {"is_enterprise_install": True, "team": None}])
def test_in_an_organization_a_payload_does_not_show_who_is_a_stranger(
    mark: dict[str, Any], app: App, desk: RecordingDesk
) -> None:
    """People of it belong to several workspaces: the desk looks it up."""
    body = json.loads(press("a-run", action="verify", team="T2")["payload"]) | mark
    assert sent(app, {"payload": json.dumps(body)}).status == 200
    assert [place.stranger for place in asked_places(desk)] == [False]

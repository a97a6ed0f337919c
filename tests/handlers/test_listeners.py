"""What happens when somebody types or presses something, through Bolt's own dispatch."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import time as seconds
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier

from handlers import register
from handlers.desk import Amendment, Cancellation, Desk, Keeping, Place, Receipt, Request
from handlers.planned import Listed, Plan, Proposal, Schedule, Verb
from handlers.planned import Standing as Kept
from handlers.rules import Rule
from reporting.entry import Entry, Origin, Standing, State
from reporting.errors import ComplianceError, NoSuchSchedule, NotAllowed, NothingToCancel
from reporting.only import parse as only
from reporting.period import Month
from reporting.report import Order

SECRET = "a signing secret"
ENTRY = Entry("run", Order(Month(2025, 1)), Origin.COMMAND, "C1", "U7", datetime(2026, 1, 1, tzinfo=UTC), State.RUNNING)
PLAN = Plan(Rule("1", time(9), "Europe/Riga"), only("type:delete"))
HERE = Place("C1", "U7", response_url="https://hooks.slack.example/1")


def schedule(number: int) -> Schedule:
    due, made = datetime(2026, 3, 1, 7, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC)
    return Schedule(number, "C1", "U7", PLAN, Kept.ACTIVE, "", Month(2026, 3), due, made)


@dataclass
class RecordingDesk:
    """Takes every request, or refuses every one with *refusal*."""

    refusal: Exception | None = None
    receipt: Receipt = field(default_factory=lambda: Receipt("run"))
    standing: Standing = field(default_factory=lambda: Standing((), (), elsewhere=0))
    requests: list[Request] = field(default_factory=list)
    cancellations: list[Cancellation] = field(default_factory=list)
    asked: list[Place] = field(default_factory=list)
    keepings: list[Keeping] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    everywhere: list[tuple[Place, str]] = field(default_factory=list)

    def submit(self, request: Request) -> Receipt:
        self._let_in()
        self.requests.append(request)
        return self.receipt

    def cancel(self, cancellation: Cancellation) -> Entry:
        self._let_in()
        self.cancellations.append(cancellation)
        return ENTRY

    def status(self, place: Place) -> Standing:
        self._let_in()
        self.asked.append(place)
        return self.standing

    def propose(self, place: Place, plan: Plan, *, number: int = 0) -> Proposal:
        self._let_in()
        self.asked.append(place)
        plan = Plan(Rule(plan.rule.on, plan.rule.at, plan.rule.zone or "UTC"), plan.only)
        return Proposal(plan, (plan.rule.due(Month(2026, 3)),), Month(2026, 2), number)

    def keep(self, keeping: Keeping) -> None:
        self._let_in()
        self.keepings.append(keeping)

    def amend(self, amendment: Amendment) -> Schedule:
        self._let_in()
        self.amendments.append(amendment)
        return schedule(amendment.number)

    def schedule(self, place: Place, number: int) -> Schedule:
        self._let_in()
        self.asked.append(place)
        return schedule(number)

    def schedules(self, place: Place) -> tuple[Listed, ...]:
        self._let_in()
        self.asked.append(place)
        return (Listed(schedule(3), ENTRY),)

    def all_schedules(self, place: Place, key: str) -> None:
        self._let_in()
        self.everywhere.append((place, key))

    def _let_in(self) -> None:
        if self.refusal:
            raise self.refusal


def checked(desk: Desk) -> Desk:
    """The same; it has every verb that there is."""
    return desk


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def app(desk: RecordingDesk) -> App:
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B1", bot_user_id="U1")
    app = App(signing_secret=SECRET, authorize=lambda: bot)
    register(app, checked(desk))
    return app


def sent(app: App, form: dict[str, str]) -> BoltResponse:
    body = urlencode(form)
    signed = SignatureVerifier(SECRET).generate_signature
    stamp = str(int(seconds()))
    headers: dict[str, str | Sequence[str]] = {
        "content-type": ["application/x-www-form-urlencoded"],
        "x-slack-request-timestamp": [stamp],
        "x-slack-signature": [signed(timestamp=stamp, body=body) or ""],
    }
    return app.dispatch(BoltRequest(body=body, headers=headers))


def command(text: str, response_url: str = "https://hooks.slack.example/1") -> dict[str, str]:
    return {
        "command": "/compliance-report",
        "text": text,
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U7",
        "trigger_id": "T.1",
        "response_url": response_url,
    }


def press(
    value: str,
    *,
    action: str = "run_again",
    team: str = "T1",
    response_url: str = "https://hooks.slack.example/1",
) -> dict[str, str]:
    payload: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U7", "team_id": team},
        "team": {"id": "T1", "domain": "example"},
        "channel": {"id": "C1"},
        "trigger_id": "T.2",
        "response_url": response_url,
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return {"payload": json.dumps(payload)}


def test_a_month_is_written_down_before_it_is_acknowledged(app: App, desk: RecordingDesk) -> None:
    answer = sent(app, command("2025-01"))
    assert desk.requests == [Request(Order(Month(2025, 1)), HERE, "T.1", Origin.COMMAND)]
    assert answer.status == 200
    assert "January 2025 is on its way" in answer.body


def test_rerun_is_written_down_like_any_other_request(app: App, desk: RecordingDesk) -> None:
    assert sent(app, command("rerun 2025-01")).status == 200
    assert desk.requests == [Request(Order(Month(2025, 1)), HERE, "T.1", Origin.COMMAND)]


@pytest.mark.parametrize(
    ("receipt", "said"),
    [
        (Receipt("run", joined=True), "is being made already"),
        (Receipt("run", ahead=1), "One report has its turn before it."),
        (Receipt("run", joined=True, ahead=3), "3 reports have their turn before it."),
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
    assert "ending the report of January 2025" in answer.body


def test_status_is_answered_at_once_to_the_asker_alone(app: App, desk: RecordingDesk) -> None:
    desk.standing = Standing((ENTRY,), (0,), elsewhere=2)
    answer = sent(app, command("status"))
    assert desk.asked == [HERE]
    assert "January 2025" in answer.body
    assert "2 more in other places" in answer.body
    assert "in_channel" not in answer.body
    assert desk.requests == []


@pytest.mark.parametrize("text", ["cancel", "status"])
def test_a_refused_cancel_or_status_is_told_to_the_asker_alone(text: str, app: App, desk: RecordingDesk) -> None:
    desk.refusal = NothingToCancel(of=" of January 2025")
    answer = sent(app, command(text))
    assert answer.status == 200
    assert json.loads(answer.body)["response_type"] == "ephemeral"
    assert "No report of January 2025 is being made" in answer.body


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
    [(NotAllowed(reason="you are not one of those who may"), "not one of those"), (KeyError("x"), "should not have")],
)
def test_a_refusal_and_a_fault_of_our_own_both_end_in_words(
    refusal: Exception, said: str, app: App, desk: RecordingDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.refusal = refusal
    answer = sent(app, command("2025-01"))
    assert said in answer.body
    assert "Traceback" not in answer.body
    assert bool(caplog.records) != isinstance(refusal, ComplianceError)


def test_run_again_asks_for_the_same_month_where_it_was_pressed(app: App, desk: RecordingDesk) -> None:
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


@pytest.fixture
def response_url() -> Iterator[tuple[str, list[bytes]]]:
    """An address of Slack's for private answers, and what was sent there."""
    said: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", said
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("action", ["run_again", "cancel"])
def test_a_button_s_refusal_reaches_the_presser_and_leaves_the_message_alone(
    action: str, app: App, desk: RecordingDesk, response_url: tuple[str, list[bytes]]
) -> None:
    desk.refusal = NotAllowed(reason="you belong to another workspace")
    url, said = response_url
    assert sent(app, press("2025-01", action=action, response_url=url)).status == 200
    [answer] = map(json.loads, said)
    assert "another workspace" in answer["text"]
    assert answer["response_type"] == "ephemeral"
    assert answer["replace_original"] is False


# -- schedules --


def pressed(action: str, value: str, **changes: Any) -> dict[str, str]:
    """A button under a message that only the presser sees."""
    payload = json.loads(press(value, action=action)["payload"])
    container = {"type": "message", "message_ts": "1.5", "channel_id": "C1", "is_ephemeral": True}
    return {"payload": json.dumps(payload | {"container": container} | changes)}


def submission(callback: str, metadata: str, fields: dict[str, Any] | None = None, team: str = "T1") -> dict[str, str]:
    values = {name: {"value": field} for name, field in (fields or {}).items()}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "state": {"values": values},
    }
    payload = {
        "type": "view_submission",
        "user": {"id": "U7", "team_id": team},
        "team": {"id": "T1", "domain": "example"},
        "view": view,
    }
    return {"payload": json.dumps(payload)}


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


def test_save_keeps_what_was_said_back_under_a_name_that_every_press_has(app: App, desk: RecordingDesk) -> None:
    first = sent(app, pressed("save_schedule", str(PLAN)))
    again = sent(app, pressed("save_schedule", str(PLAN), trigger_id="T.3"))
    assert (first.status, again.status) == (200, 200)
    one, other = desk.keepings
    assert (one.plan, one.number, one.place.asker, one.place.channel) == (PLAN, 0, "U7", "C1")
    assert one == other


@pytest.mark.parametrize(("text", "verb"), [("pause 3", Verb.PAUSE), ("resume 3", Verb.RESUME), ("run 3", Verb.RUN)])
def test_what_is_to_be_done_with_a_schedule_is_written_down(
    text: str, verb: Verb, app: App, desk: RecordingDesk
) -> None:
    assert "chedule 3" in sent(app, command(text)).body
    assert desk.amendments == [Amendment(HERE, 3, verb, "T.1")]


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
    assert "If you are an admin" in sent(app, command("schedules all")).body
    assert desk.everywhere == [(HERE, "T.1")]


def test_the_form_is_said_back_on_a_second_page(app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_form", "0 C1", filled())).body)
    assert answer["response_action"] == "push"
    assert answer["view"]["private_metadata"] == f"0 C2 {PLAN}"
    assert desk.asked == [Place("C2", "U7")]
    assert desk.keepings == []


def test_a_form_for_a_schedule_stays_with_the_channel_it_was_opened_in(app: App, desk: RecordingDesk) -> None:
    fields = {name: found for name, found in filled(None, None).items() if name != "channel"}
    answer = json.loads(sent(app, submission("schedule_form", "3 C1", fields)).body)
    assert answer["view"]["private_metadata"] == "3 C1 monthly on 1 at 09:00 UTC"
    assert desk.asked == [Place("C1", "U7")]


def test_what_is_wrong_in_the_form_is_said_beside_its_field(app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_form", "0 C1", filled("Europe/Rgia", "typ:x"))).body)
    assert answer["response_action"] == "errors"
    assert "Europe/Riga" in answer["errors"]["zone"]
    assert "type:" in answer["errors"]["only"]
    assert max(map(len, answer["errors"].values())) <= 150
    assert desk.asked == []


@pytest.mark.parametrize("number", [0, 3])
def test_the_second_page_keeps_and_closes_the_form(number: int, app: App, desk: RecordingDesk) -> None:
    answer = json.loads(sent(app, submission("schedule_confirmed", f"{number} C2 {PLAN}")).body)
    assert answer == {"response_action": "clear"}
    assert desk.keepings == [Keeping(Place("C2", "U7"), PLAN, "V1", number)]


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
    action: str, app: App, desk: RecordingDesk, response_url: tuple[str, list[bytes]]
) -> None:
    desk.refusal = NotAllowed(reason="you belong to another workspace")
    url, said = response_url
    assert sent(app, pressed(action, str(PLAN) if action == "save_schedule" else "3", response_url=url)).status == 200
    [answer] = map(json.loads, said)
    assert "another workspace" in answer["text"]
    assert answer["response_type"] == "ephemeral"

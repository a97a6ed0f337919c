"""A desk that notes what it is asked, and everything that people can do, as Slack sends it to Bolt."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from time import time as seconds
from typing import Any
from urllib.parse import urlencode

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from handlers.desk import (
    Cancellation,
    Desk,
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
from handlers.recurrence import Rule
from handlers.schedule import FormOpening, Plan, Proposal, Schedule, ScheduleList, ScheduleWithLastRun
from handlers.schedule import ScheduleStatus as Kept
from reporting.filters import parse as only
from reporting.period import Month
from reporting.report import Order
from reporting.run import OpenRuns, Origin, Run, State

SECRET = "a signing secret"
ENTRY = Run("run", Order(Month(2025, 1)), Origin.COMMAND, "C1", "U7", datetime(2026, 1, 1, tzinfo=UTC), State.RUNNING)
PLAN = Plan(Rule("1", time(9), "Europe/Riga"), only("type:delete"))
HERE = RequestContext("C1", "U7", response_url="https://hooks.slack.example/1")
NOW = Month(2026, 2)


def schedule(number: int) -> Schedule:
    due, made = datetime(2026, 3, 1, 7, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC)
    return Schedule(number, "C1", "U7", PLAN, Kept.ACTIVE, "", Month(2026, 3), due, made)


@dataclass
class RecordingDesk:
    """Takes every request, or refuses every one with *refusal*."""

    refusal: Exception | None = None
    settle: timedelta = timedelta(days=1)
    receipt: Receipt = field(default_factory=lambda: Receipt("run"))
    standing: OpenRuns = field(default_factory=lambda: OpenRuns((), (), elsewhere=0))
    unzoned: Exception | None = None
    """Why it does not know what month it is."""
    requests: list[Request] = field(default_factory=list)
    cancellations: list[Cancellation] = field(default_factory=list)
    asked: list[RequestContext] = field(default_factory=list)
    keepings: list[SaveSchedule] = field(default_factory=list)
    amendments: list[ScheduleAction] = field(default_factory=list)
    inquiries: list[Query] = field(default_factory=list)
    opinions: list[ReviewSubmission] = field(default_factory=list)
    admitted: list[RequestContext] = field(default_factory=list)
    reruns: list[tuple[RequestContext, str, str]] = field(default_factory=list)
    savings: list[SaveProposal] = field(default_factory=list)
    sources: list[FormSource] = field(default_factory=list)
    opening: FormOpening = field(default_factory=FormOpening)
    proposed: list[tuple[Plan, str, bool]] = field(default_factory=list)
    """Each with its key, and whether the filter is to stay as it is."""

    def this_month(self) -> Month:
        if self.unzoned:
            raise self.unzoned
        return NOW

    def admit(self, place: RequestContext) -> None:
        self._let_in()
        self.admitted.append(place)

    def rerun(self, place: RequestContext, run: str, key: str) -> Receipt:
        self._let_in()
        self.reruns.append((place, run, key))
        return self.receipt

    def open_schedule(self, place: RequestContext, source: FormSource) -> FormOpening:
        self._let_in()
        self.admitted.append(place)
        self.sources.append(source)
        return self.opening

    def save_proposal(self, saving: SaveProposal) -> None:
        self._let_in()
        self.savings.append(saving)

    def submit(self, request: Request) -> Receipt:
        self._let_in()
        self.requests.append(request)
        return self.receipt

    def cancel(self, cancellation: Cancellation) -> Run:
        self._let_in()
        self.cancellations.append(cancellation)
        return ENTRY

    def status(self, place: RequestContext) -> OpenRuns:
        self._let_in()
        self.asked.append(place)
        return self.standing

    def propose(
        self, place: RequestContext, plan: Plan, *, key: str, number: int = 0, keeps_filter: bool = False
    ) -> Proposal:
        self._let_in()
        self.asked.append(place)
        self.proposed.append((plan, key, keeps_filter))
        plan = Plan(Rule(plan.rule.on, plan.rule.at, plan.rule.zone or "UTC"), plan.only)
        return Proposal(plan, (plan.rule.due(Month(2026, 3)),), Month(2026, 2), number, id="a-proposal")

    def save_schedule(self, keeping: SaveSchedule) -> None:
        self._let_in()
        self.keepings.append(keeping)

    def change_schedule(self, amendment: ScheduleAction) -> Schedule:
        self._let_in()
        self.amendments.append(amendment)
        return schedule(amendment.number)

    def schedule(self, place: RequestContext, number: int) -> Schedule:
        self._let_in()
        self.asked.append(place)
        return schedule(number)

    def schedules(self, place: RequestContext) -> ScheduleList:
        self._let_in()
        self.asked.append(place)
        return ScheduleList((ScheduleWithLastRun(schedule(3), ENTRY),), may_change=True)

    def look_up(self, inquiry: Query) -> None:
        self._let_in()
        self.inquiries.append(inquiry)

    def open_review(self, place: RequestContext, run: str) -> None:
        self._let_in()
        self.admitted.append(place)

    def submit_review(self, opinion: ReviewSubmission) -> None:
        self._let_in()
        self.opinions.append(opinion)

    def _let_in(self) -> None:
        if self.refusal:
            raise self.refusal

    @property
    def untouched(self) -> bool:
        """Whether nothing was asked of it."""
        asked = [*self.requests, *self.cancellations, *self.asked, *self.keepings]
        acts = [*self.amendments, *self.inquiries, *self.opinions, *self.reruns, *self.savings, *self.sources]
        return not [*asked, *acts]


def checked(desk: Desk) -> Desk:
    """The same; it has every verb that there is."""
    return desk


def sent(app: App, form: Mapping[str, str]) -> BoltResponse:
    return signed(app, urlencode(form), "application/x-www-form-urlencoded")


def told(app: App, event: Mapping[str, Any]) -> BoltResponse:
    """An event of Slack's Events API."""
    payload = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event": event}
    return signed(app, json.dumps(payload), "application/json")


def signed(app: App, body: str, kind: str) -> BoltResponse:
    stamp = str(int(seconds()))
    headers: dict[str, str | Sequence[str]] = {
        "content-type": [kind],
        "x-slack-request-timestamp": [stamp],
        "x-slack-signature": [SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""],
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


def payload(kind: str, *, team: str = "T1", **more: Any) -> dict[str, str]:
    """What somebody of a *team* did with their hands."""
    usual = {
        "type": kind,
        "user": {"id": "U7", "team_id": team},
        "team": {"id": "T1", "domain": "example"},
        "trigger_id": "T.2",
    }
    return {"payload": json.dumps({name: value for name, value in (usual | more).items() if value is not None})}


def press(value: str, *, action: str = "run_again", team: str = "T1", **more: Any) -> dict[str, str]:
    """A button under a message in the channel."""
    usual: dict[str, Any] = {
        "channel": {"id": "C1"},
        "response_url": "https://hooks.slack.example/1",
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value}],
    }
    return payload("block_actions", team=team, **(usual | more))


def pressed(action: str, value: str, **more: Any) -> dict[str, str]:
    """A button under a message that only the presser sees."""
    container = {"type": "message", "message_ts": "1.5", "channel_id": "C1", "is_ephemeral": True}
    return press(value, action=action, **({"container": container} | more))


def pressed_in_view(action: str, value: str = "", *, kind: str = "home", metadata: str = "") -> dict[str, str]:
    """A button on the app's own page, or in a form: Slack names no channel and no response URL."""
    view = {"id": "V1", "type": kind, "private_metadata": metadata, "state": {"values": {}}}
    container = {"type": "view", "view_id": "V1"}
    return press(value, action=action, channel=None, response_url=None, view=view, container=container)


def submission(callback: str, metadata: str, fields: dict[str, Any] | None = None, team: str = "T1") -> dict[str, str]:
    values = {name: {"value": field} for name, field in (fields or {}).items()}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "state": {"values": values},
    }
    return payload("view_submission", team=team, view=view)

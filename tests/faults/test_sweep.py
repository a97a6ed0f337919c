"""Each call of a run, each kind of fault, for a moment and for an hour: the right report, or words that say why not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from bot import app
from handlers.slack.call_table import SLACK
from reporting.errors.base import ComplianceError
from reporting.run import State
from sandbox.portal import (
    AuditEvent,
    Drip,
    Garbage,
    Hang,
    Html,
    Reset,
    StandInPortal,
    Status,
    Truncated,
    too_many,
)
from sandbox.portal import Fault as PortalFault
from sandbox.slack import (
    Fault,
    drip,
    half,
    hang,
    html,
    rate_limit,
    refuse,
    reset,
    server_error,
    unclear,
)
from tests.bot.agenda import OFTEN, Clock, keep
from tests.bot.conftest import clean
from tests.bot.forms import own_page, shown
from tests.bot.talk import CHANNEL, seen, summaries, written
from tests.faults.sweep import (
    COMMAND,
    DEADLINE,
    HOUR,
    MONTHS,
    SCOPES,
    TRIES,
    PortalRefusal,
    Refusal,
    World,
    spoil,
    world,
)
from tests.until import PATIENCE, until

EARLY = datetime(2025, 1, 31, 22, 31, tzinfo=UTC)
"""Half an hour after January's end in Riga."""
LENGTHS = ("once", "three times", "a minute", "an hour")
TRANSIENT = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited")
FAULTS: dict[str, Fault] = {
    "hang": hang(),
    "hang after it was done": hang(performed=True),
    "reset before": reset(),
    "reset after it was done": unclear(),
    "429": rate_limit(0),
    "429 without a time": rate_limit(None),
    **{str(status): server_error(status) for status in (500, 502, 503, 504)},
    **{f"{status} after it was done": server_error(status, performed=True) for status in (500, 502, 503, 504)},
    "a page": html(),
    "a page after it was done": html(performed=True),
    "cut JSON": half(),
    "drip": drip(0.2),
    **{code: refuse(code) for code in TRANSIENT},
}
REPORT = ("users.info", "usergroups.users.list", "conversations.info", "chat.postMessage", "chat.update")
"""Calls of a report that somebody asks for in a channel."""
PICTURE = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
LOOKUPS = {"conversations.history": 0, "conversations.replies": 1}
"""Look-ups, and how many messages are posted before the one that makes one needed."""
FORMS = ("views.open", "views.push")
PAGE = "views.publish"
LINK, ADMINS = "chat.getPermalink", "users.list"
ELSEWHERE = {"conversations.open", "response_url", *FORMS, PAGE, ADMINS, LINK}
"""What no report in a channel calls."""
AT_START = {"auth.test", "apps.connections.open"}
PORTAL: dict[str, PortalFault] = {
    "reset before": Reset(),
    "reset after it was done": Reset(processed=True),
    "hang": Hang(),
    "hang in the body": Hang("body"),
    "429": too_many(0),
    "429 without a time": too_many(),
    **{str(status): Status(status) for status in (500, 502, 503, 504)},
    "a page": Html(),
    "cut JSON": Garbage(),
    "cut": Truncated(),
    "drip": Drip(DEADLINE / 2, "first byte"),
    "drip in the body": Drip(DEADLINE / 2),
}
ENDPOINTS = (
    "/settings",
    "/security/audit/settings/lifetime",
    "/portal/quota",
    "/security/audit/events/filter",
    "/security/audit/login/filter",
    "/files/folder/4711",
    "/files/4711",
    "/files/4711/upload",
    "/files/file/",
)
TIMES = {"once": 1, "three times": 3, "a minute": 3, "an hour": None}
"""How often a request to the portal fails: it is repeated for two minutes, here four times."""
SHARE = 97
"""The gate tries every 97th, the sweep all of them."""
SLACK_CASES = [(method, name) for method in (*REPORT, *PICTURE, *LOOKUPS) for name in (*FAULTS, "refused")]
PORTAL_CASES = [(place, name) for place in ENDPOINTS for name in (*PORTAL, "refused")]


def cases(found: list[tuple[str, str]], *, share: bool) -> list[tuple[str, str]]:
    return found[::SHARE] if share else found


class Start(Protocol):
    def __call__(
        self, *, scopes: frozenset[str] = ..., before: Callable[[World], None] | None = ..., **settings: str
    ) -> AbstractContextManager[World]: ...


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    with clean(monkeypatch, tmp_path):
        yield partial(world, tmp_path, monkeypatch, scopes=SCOPES - {"files:write"})


def slack_case(start: Start, method: str, name: str) -> None:
    scopes = SCOPES if method in PICTURE else SCOPES - {"files:write"}
    settings = {"ALLOWED_USERGROUPS": "S0AUDITORS"} if method == "usergroups.users.list" else {}
    with start(scopes=scopes, before=None, **settings) as here:
        for length, month in zip(LENGTHS, MONTHS, strict=True):
            with pytest.MonkeyPatch.context() as patch:
                if method in LOOKUPS:
                    here.slack.faults.plan("chat.postMessage", unclear(), after=2 * LOOKUPS[method])
                if name == "refused":
                    Refusal(here, method, length, patch)
                else:
                    spoil(here, method, FAULTS[name], length)
                here.ask(month)
                entry = here.over(month)
            here.slack.faults.clear()
            here.check(month, entry, case=f"{method}, {name}, {length}")


def portal_case(start: Start, place: str, name: str) -> None:
    with start() as here:
        for length, month in zip(LENGTHS, MONTHS, strict=True):
            with pytest.MonkeyPatch.context() as patch:
                refusal = PortalRefusal(here, TIMES[length], patch)
                here.portal.faults.next(place, PORTAL.get(name, refusal), TIMES[length] if name in PORTAL else 1)
                here.ask(month)
                entry = here.over(month)
                refusal.end()
            here.portal.faults.clear()
            here.check(month, entry, case=f"{place}, {name}, {length}: {entry.failure}")


@pytest.mark.parametrize(("method", "name"), cases(SLACK_CASES, share=True))
def test_a_fault_of_slack_s_costs_no_report(method: str, name: str, start: Start) -> None:
    slack_case(start, method, name)


@pytest.mark.parametrize(("place", "name"), cases(PORTAL_CASES, share=True))
def test_a_fault_of_the_portal_s_costs_no_report_or_is_told(place: str, name: str, start: Start) -> None:
    portal_case(start, place, name)


@pytest.mark.faults
@pytest.mark.parametrize(("method", "name"), cases(SLACK_CASES, share=False))
def test_no_fault_of_slack_s_costs_a_report(method: str, name: str, start: Start) -> None:
    slack_case(start, method, name)


@pytest.mark.faults
@pytest.mark.parametrize(("place", "name"), cases(PORTAL_CASES, share=False))
def test_no_fault_of_the_portal_s_costs_a_report_without_being_told(place: str, name: str, start: Start) -> None:
    portal_case(start, place, name)


@pytest.mark.faults
@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_costs_an_answer_in_direct_messages(name: str, start: Start) -> None:
    """The report that somebody asked for in private, and what they asked to see."""
    with start() as here:
        for length, month in zip(LENGTHS, MONTHS, strict=True):
            here.slack.faults.plan("chat.postMessage", unclear())
            spoil(here, "conversations.open", FAULTS[name], length)
            here.slack.command(COMMAND, f"{month} private", user="ann", channel=CHANNEL)
            entry, direct = here.over(month), here.slack.workspace.direct("ann").id
            assert entry.state is State.DONE, f"{name}, {length}: {entry.failure}"
            [message] = here.said(month, direct)
            assert message in summaries(here.slack.workspace, direct), f"{name}, {length}"
            here.slack.faults.clear()


@pytest.mark.faults
@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_costs_an_answer_beside_the_command(name: str, start: Start) -> None:
    """What is told nobody else comes beside the command, or in direct messages."""
    for length in LENGTHS:
        with start() as here:
            spoil(here, "response_url", FAULTS[name], length)
            here.slack.command(COMMAND, "history", user="ann", channel=CHANNEL)
            here.slack.workspace.wait_for(
                lambda w: [
                    one
                    for one in (*w.ephemerals("ann"), *w.messages(w.direct("ann").id))
                    if "What was made lately" in written(one)
                ],
                PATIENCE,
            )


@pytest.mark.faults
@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("method", FORMS)
def test_a_form_opens_or_who_wanted_it_is_told_why_not(method: str, name: str, start: Start) -> None:
    """Slack gives three seconds for a form, so it is not tried again; whoever wanted it tries again themselves."""
    with start() as here:
        for length in LENGTHS:
            spoil(here, method, FAULTS[name], length)
            answers = [here.form(method)] + ([] if length == "once" else [here.form(method)])
            assert "" not in answers, f"{method}, {name}, {length}"
            here.slack.faults.clear()
            assert here.form(method) == "a form", f"{method}, {name}, {length}"


@pytest.mark.faults
@pytest.mark.parametrize("name", FAULTS)
def test_the_home_tab_is_filled_at_the_latest_when_it_is_opened_again(name: str, start: Start) -> None:
    for length in LENGTHS:
        with start() as here:
            spoil(here, PAGE, FAULTS[name], length)
            here.slack.open_home("ann")
            until(here.idle, PATIENCE)
            here.slack.faults.clear()
            assert "new_report" in shown(own_page(here.slack)), f"{name}, {length}"


@pytest.mark.faults
@pytest.mark.parametrize("name", FAULTS)
def test_a_bot_that_meets_a_fault_as_it_starts_works_or_says_what_to_do(name: str, start: Start) -> None:
    month = MONTHS[0]
    try:
        with start(before=lambda here: here.slack.faults.plan("auth.test", FAULTS[name])) as here:
            here.ask(month)
            here.check(month, here.over(month), case=name)
    except ComplianceError as error:
        assert error.advice, name


@pytest.mark.faults
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", FAULTS)
def test_a_revision_is_posted_whether_slack_tells_the_links_or_not(
    name: str, length: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch, EARLY - timedelta(days=1))
    with start(REPORT_TIMEZONE="Europe/Riga", SETTLE_HOURS="24") as here:
        late = datetime(2025, 1, 20, 9, tzinfo=UTC)
        keep(here.slack, "monthly on 1 at 00:30 Europe/Riga")
        clock.at = EARLY
        [early] = here.slack.workspace.wait_for(summaries, PATIENCE)
        here.portal.audit.add(AuditEvent(id=here.portal.audit.next_id(), date=late, action_id=5011, user_id="u"))
        spoil(here, LINK, FAULTS[name], length)
        clock.at = EARLY + timedelta(days=1)
        seen(here.slack, "*Revised* after the month settled", channel=CHANNEL)
        marked = seen(here.slack, "*Superseded*", channel=CHANNEL)
        here.slack.faults.clear()
        assert marked.ts == early.ts
        assert len(summaries(here.slack.workspace)) == 2


@pytest.mark.faults
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("name", FAULTS)
def test_an_alert_reaches_the_admins_once_they_can_be_looked_up(
    name: str, length: str, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "TICK", OFTEN)
    monkeypatch.setattr(StandInPortal, "date", staticmethod(lambda: datetime.now(UTC) + timedelta(minutes=9)))
    met: list[str] = []

    def spoiled(here: World) -> None:
        spoil(here, ADMINS, FAULTS[name], length)
        usual = here.slack.faults.take

        def take(called: str) -> Fault | None:
            met.append(called)
            return usual(called)

        monkeypatch.setattr(here.slack.faults, "take", take)

    with start(before=spoiled) as here:
        if TIMES[length] is None or length == "a minute":
            until(lambda: met.count(ADMINS) > TRIES, PATIENCE)  # one look has failed as a whole
        here.clock.pause(2 * HOUR)
        direct = here.slack.workspace.direct("ann").id
        told = seen(here.slack, "*Schedules are on hold*", channel=direct)
    assert here.slack.workspace.messages(direct) == [told]


def test_every_method_of_slack_s_is_swept_over() -> None:
    swept = {*REPORT, *PICTURE, *LOOKUPS, *ELSEWHERE, *AT_START}
    assert {call.name for call in SLACK} == swept


def test_the_guarantees_say_how_many_cases_the_sweep_has() -> None:
    per_length = len(SLACK_CASES) + len(PORTAL_CASES) + (5 + len(FORMS)) * len(FAULTS)
    count = len(LENGTHS) * per_length + len(FAULTS)
    assert f"{count:,} cases" in (Path(__file__).parents[2] / "docs" / "guarantees.md").read_text()

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.planned import Listed, Plan
from handlers.planned import Standing as Planned
from handlers.views.answers import accepted, joined, refusal, stopping, usage
from handlers.views.kit import Message, foreign
from handlers.views.progress import cancelled, failed, filing, reading, waiting
from handlers.views.schedules import confirmation, form, kept, listing, paused, proposal, really
from handlers.views.status import SHOWN, status
from handlers.views.summary import preview, same_site, summary
from reporting.entry import Asker, Entry, Origin, Standing, State
from reporting.only import LONGEST, parse
from reporting.period import Month
from reporting.report import (
    Change,
    Counted,
    Draft,
    Failure,
    Filed,
    Filing,
    Judgement,
    Order,
    Progress,
    SignIns,
    Verdict,
)
from tests.handlers.agenda import LAST, all_listed, proposed, schedule, schedule_messages

GOLDEN = Path(__file__).parent / "golden"
ORDER = Order(Month(2025, 1))
ASKER, OTHER, ADMIN = Asker("U0ANN00001"), Asker("U0BOB00001"), "U0EVE00001"
RUN = "6a1b2c3d4e5f6071"
HOSTILE = "<!channel> <@U1> <https://evil.example|click> &amp; *b* `c`\n\u202efdp.exe\u200b"
Make = Callable[..., Draft]


def texts(part: Any) -> Iterator[str]:
    """Every text of a message's blocks, however deep."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts(value)


def written(message: Message) -> str:
    return json.dumps(message, indent=2, ensure_ascii=False) + "\n"


FAILURE = Failure("FolderForbidden", "The API key's owner may not add files.", "Give it a role.", transient=False)


def entry(state: State, month: Month = ORDER.month, asker: str = ASKER.user, **changes: Any) -> Entry:
    usual = Entry(RUN, Order(month), Origin.COMMAND, "C1", asker, datetime(2026, 2, 1, 8, 30, tzinfo=UTC), state)
    return replace(usual, **changes)


@pytest.fixture
def standing() -> Standing:
    """Everything that a channel can wait for."""
    return Standing(
        here=(
            entry(State.ENDING, Month(2024, 10)),
            entry(State.FILING, Month(2024, 11)),
            entry(State.RUNNING, progress=Progress(share=0.42, events=1815)),
            entry(State.QUEUED, Month(2024, 12), OTHER.user),
            entry(State.QUEUED, Month(2025, 2), order=Order(Month(2025, 2), only=parse('room:"A & <b>"'))),
            entry(State.QUEUED, Month(2025, 3), ""),
        ),
        ahead=(0, 0, 0, 0, 4, 5),
        elsewhere=2,
    )


@pytest.fixture
def messages(standing: Standing, draft: Make, filed: Filed) -> dict[str, Message]:
    """Every message there is, by the name of its golden file."""
    provisional = Judgement(Verdict.PROVISIONAL, ("the month is not over yet",))
    gaps = Judgement(Verdict.GAPS, ("the portal keeps its audit trail for 180 days",))
    unread = Judgement(Verdict.UNREAD, ("The portal kept failing with HTTP 500.",))
    filtered = replace(draft().scope, only=parse('type:delete,share -room:"Legal & <b>"'))
    return {
        "usage": usage(),
        "accepted": accepted(ORDER, joined=False, ahead=0),
        "accepted-behind-others": accepted(ORDER, joined=False, ahead=2),
        "accepted-joined": accepted(ORDER, joined=True, ahead=0),
        "joined": joined(ORDER),
        "stopping": stopping(ORDER),
        "status": status(standing),
        "status-nothing": status(Standing((), (), elsewhere=0)),
        "refusal": refusal("“soon” is not a month I understand.", "Write 2025-01."),
        "beginning": waiting(ORDER, ASKER, RUN, 0),
        "waiting": waiting(Order(ORDER.month, only=filtered.only), ASKER, RUN, 2),
        "reading": reading(ORDER, ASKER, RUN, Progress(share=0.42, events=1815)),
        "filing": filing(ORDER, ASKER),
        "failed": failed(ORDER, ASKER, FAILURE),
        "cancelled": cancelled(ORDER, ASKER, ADMIN),
        "summary": summary(draft(), Filing((filed,)), ASKER),
        "summary-provisional": summary(draft(judgement=provisional), Filing((filed,)), ASKER),
        "summary-gaps": summary(draft(judgement=gaps, signins=SignIns(unread)), Filing((filed,)), ASKER),
        "summary-filtered": summary(draft(scope=filtered, kept=133), Filing((filed,)), ASKER),
        "summary-unchanged": summary(draft(), Filing((replace(filed, change=Change.UNCHANGED),)), ASKER),
        "summary-twin": summary(draft(), Filing((replace(filed, version=1, change=Change.TWIN),)), ASKER),
        "summary-several-askers": summary(draft(), Filing((filed,)), ASKER, also=(OTHER, Asker(""))),
        "reading-filtered": reading(Order(ORDER.month, only=filtered.only), ASKER, RUN, Progress(share=0, events=0)),
        "summary-empty": summary(
            draft(read=0, kept=0, categories=(), users=(), other_users=0), Filing((filed,)), ASKER
        ),
        "preview": preview(["Compliance report", "Period: 2025-01-01 - 2025-01-31"], filed.title),
        **schedule_messages(draft, filed),
    }


@pytest.mark.parametrize("name", [path.stem for path in sorted(GOLDEN.glob("*.json"))])
def test_a_message_is_what_was_looked_at_and_agreed(name: str, messages: dict[str, Message]) -> None:
    assert written(messages[name]) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def test_every_message_has_been_looked_at(messages: dict[str, Message]) -> None:
    assert set(messages) == {path.stem for path in GOLDEN.glob("*.json")}


def test_every_message_makes_sense_in_a_notification(messages: dict[str, Message]) -> None:
    for message in messages.values():
        assert message.get("type") == "modal" or 10 < len(message["text"]) < 4_000


def test_what_has_ended_cannot_be_cancelled_and_what_goes_on_cannot_be_asked_again(
    messages: dict[str, Message],
) -> None:
    going_on = {name for name, message in messages.items() if '"cancel"' in written(message)}
    over = {name for name, message in messages.items() if '"run_again"' in written(message)}
    assert going_on == {"beginning", "waiting", "reading", "reading-filtered"}
    assert over == {"failed", "cancelled", "schedule-last-chance"} | {
        name for name in messages if name.startswith("summary")
    }


@pytest.mark.parametrize("only", ["", 'room:"Legal affairs" type:delete,share', 'room:"' + "&" * 200 + '"'])
@pytest.mark.parametrize(("runs", "counted"), [(SHOWN - 1, 0), (SHOWN, 0), (SHOWN + 1, 1), (500, 500 - SHOWN)])
def test_of_many_runs_the_first_are_shown_and_the_rest_is_counted(runs: int, counted: int, only: str) -> None:
    order = Order(Month(2025, 1), only=parse(only))
    here = tuple(entry(State.QUEUED, order=order) for _ in range(runs))
    message = status(Standing(here, tuple(range(runs)), elsewhere=0))
    said = "\n".join(texts(message["blocks"]))
    assert said.count("•") == min(runs, SHOWN)
    assert (f"{counted} more in this channel" in said) == bool(counted)
    assert_fits(message)


@pytest.mark.parametrize("others", [0, 8, 9, 10, 500])
def test_of_many_askers_ten_are_named(others: int, draft: Make, filed: Filed) -> None:
    also = tuple(Asker(f"U0{number:08}") for number in range(others))
    said = list(texts(summary(draft(), Filing((filed,)), ASKER, also=also)["blocks"]))[-1]
    assert said.count("<@") == min(others + 1, 10)
    assert (f"and {others - 9} more" in said) == (others > 9)


def test_a_hostile_filter_mentions_nobody_in_the_status(standing: Standing) -> None:
    hostile = entry(State.QUEUED, order=Order(ORDER.month, only=parse('room:"<!channel> <@U1>"')))
    [said] = texts(status(Standing((hostile,), (0,), elsewhere=0))["blocks"])
    assert "<!channel>" not in said
    assert "<@U1>" not in said


def test_a_hostile_name_mentions_nobody_links_nowhere_and_hides_nothing(draft: Make, filed: Filed) -> None:
    hostile = summary(draft(users=(Counted(HOSTILE, 3),)), Filing((replace(filed, title=HOSTILE),)), ASKER)
    said = "\n".join([*texts(hostile["blocks"]), hostile["text"]])
    assert set(re.findall(r"<[^>]*>", said)) == {
        f"<@{ASKER.user}>",
        "<https://docspace.example.com/doceditor?fileid=90001&amp;version=2|" + foreign(HOSTILE) + ">",
    }
    assert not re.search("[\u200b\u202e]", said)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://evil.example/doceditor?fileid=1",
        "https://docspace.example.com.evil.example/",
        "https://docspace.example.com/a|b",
        "https://docspace.example.com/a>b",
        "",
    ],
)
def test_a_link_that_does_not_lead_to_the_portal_is_not_shown(url: str, draft: Make, filed: Filed) -> None:
    said = json.dumps(summary(draft(), Filing((replace(filed, url=url),)), ASKER))
    assert not same_site(url, "https://docspace.example.com")
    assert "open_in_docspace" not in said
    assert "evil.example" not in said


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(), reason=st.text(), lines=st.lists(st.text(max_size=400), max_size=60), count=st.integers(0, 10**12)
)
def test_a_message_fits_slack_s_limits_whatever_the_data(
    name: str, reason: str, lines: list[str], count: int, draft: Make, filed: Filed
) -> None:
    judgement = Judgement(Verdict.PROVISIONAL, (reason,) * 3)
    signins = SignIns(judgement, succeeded=count)
    made = draft(
        users=(Counted(name, count),) * 20, other_users=count, judgement=judgement, signins=signins, kept=count
    )
    failure = Failure(reason, reason, name, transient=True)
    for message in (
        summary(made, Filing((replace(filed, title=name),) * 7), ASKER),
        preview(lines, name),
        failed(ORDER, ASKER, failure),
        cancelled(ORDER, ASKER, ADMIN),
        refusal(reason, name),
    ):
        assert_fits(message)


def assert_fits(message: Message) -> None:
    """Source: the limits of Slack's Block Kit reference; the sum is not documented."""
    said = list(texts(message["blocks"]))
    assert len(message["blocks"]) <= 50
    assert sum(map(len, said)) <= 9_000
    assert max(map(len, said)) <= 3_000
    assert len(message["text"]) <= 4_000


LONG = "&" * 5_000
"""Five times as long once it is escaped."""


@pytest.mark.parametrize("name", ["failed", "cancelled", "refusal", "waiting", "reading", "summary", "status"])
def test_a_message_fits_slack_s_limits_at_the_worst(name: str, draft: Make, filed: Filed) -> None:
    order = Order(ORDER.month, only=parse(f'room:"{LONG[: LONGEST - 7]}"'))
    failure = Failure(LONG, LONG, LONG, transient=True)
    reasons = Judgement(Verdict.GAPS, (LONG,) * 3)
    scope = replace(draft().scope, only=order.only, zone=LONG)
    worst = draft(scope=scope, users=(Counted(LONG, 1),) * 20, judgement=reasons, signins=SignIns(reasons))
    make: dict[str, Callable[[], Message]] = {
        "failed": lambda: failed(order, ASKER, failure),
        "cancelled": lambda: cancelled(order, ASKER, ADMIN),
        "refusal": lambda: refusal(LONG, LONG),
        "waiting": lambda: waiting(order, ASKER, RUN, 10**6),
        "reading": lambda: reading(order, ASKER, RUN, Progress(share=1, events=10**12)),
        "summary": lambda: summary(worst, Filing((replace(filed, title=LONG),) * 7), ASKER, also=(OTHER,) * 500),
        "status": lambda: status(Standing((entry(State.QUEUED, order=order),) * 50, (10,) * 50, elsewhere=10**6)),
    }
    assert_fits(make[name]())


@pytest.mark.parametrize("name", ["failed", "cancelled", "waiting", "summary"])
def test_a_button_takes_no_more_than_slack_lets_it_hold(name: str, draft: Make, filed: Filed) -> None:
    order = Order(
        ORDER.month, only=parse("file:" + ",".join(str(10**9 + number) for number in range((LONGEST - 5) // 11)))
    )
    made = draft(scope=replace(draft().scope, only=order.only))
    make: dict[str, Callable[[], Message]] = {
        "failed": lambda: failed(order, ASKER, FAILURE),
        "cancelled": lambda: cancelled(order, ASKER, ADMIN),
        "waiting": lambda: waiting(order, ASKER, RUN, 1),
        "summary": lambda: summary(made, Filing((filed,)), ASKER),
    }
    blocks = make[name]()["blocks"]
    pressed = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert all(len(element.get("value", "")) <= 2_000 for element in pressed)


@pytest.mark.parametrize("name", ["proposal", "listing", "kept", "paused", "really", "form", "confirmation"])
def test_what_is_said_of_a_schedule_fits_slack_s_limits_at_the_worst(name: str) -> None:
    worst = Plan(LAST.rule, parse(f'room:"{LONG[: LONGEST - 7]}"'))
    planned = schedule(10**6, worst, standing=Planned.PAUSED, why=LONG)
    make: dict[str, Callable[[], Message]] = {
        "proposal": lambda: proposal(proposed(worst)),
        "listing": lambda: listing((Listed(planned, entry(State.DONE)),) * 100, everywhere=True),
        "kept": lambda: kept(planned, ASKER.user, "changed"),
        "paused": lambda: paused(planned, LONG),
        "really": lambda: really(planned),
        "form": lambda: form(worst, channel="C0COMPLY01", number=10**6),
        "confirmation": lambda: confirmation(proposed(worst, 10**6), "C0COMPLY01"),
    }
    message = make[name]()
    assert_fits({"text": "", **message})
    assert len(message.get("private_metadata", "")) <= 3_000
    actions = [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert all(len(action.get("value", "")) <= 2_000 for action in actions)


@pytest.mark.parametrize(("number", "rest"), [(10, 0), (11, 1), (100, 90)])
def test_of_many_schedules_the_first_are_shown_and_the_rest_is_counted(number: int, rest: int) -> None:
    said = "\n".join(texts(listing(all_listed()[:1] * number, everywhere=False)["blocks"]))
    assert said.count("Made by") == number - rest
    assert (f"{rest} more are not shown." in said) == bool(rest)


def test_a_hostile_filter_or_reason_mentions_nobody_in_what_is_said_of_a_schedule() -> None:
    hostile = Plan(LAST.rule, parse('room:"<!channel> <@U1>"'))
    planned = schedule(3, hostile, standing=Planned.PAUSED, why=HOSTILE)
    messages = [
        proposal(proposed(hostile)),
        listing((Listed(planned, None),), everywhere=True),
        kept(planned, ASKER.user, "made"),
        paused(planned, HOSTILE),
        really(planned),
        confirmation(proposed(hostile), "C1"),
    ]
    shown = [part for message in messages for part in mrkdwn(message["blocks"])]
    assert {found for part in shown for found in re.findall(r"<[^>]*>", part) if "date^" not in found} <= {
        f"<@{ASKER.user}>",
        "<#C1>",
    }


def mrkdwn(part: Any) -> Iterator[str]:
    """Every text in which Slack reads marks."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for value in part.values():
            yield from mrkdwn(value)
    elif isinstance(part, list):
        for value in part:
            yield from mrkdwn(value)

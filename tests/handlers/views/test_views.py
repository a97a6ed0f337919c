import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.exposure import Exposure
from handlers.views import evidence, history
from handlers.views.blocks import Message, as_words, texts
from handlers.views.filed_report import Published, same_site
from handlers.views.progress import about, reading, time_left
from handlers.views.replies import USAGE
from handlers.views.review import review_reply
from handlers.views.schedules import listing
from handlers.views.status import CHECKS, SHOWN, health, status
from handlers.views.summary import summary
from reporting.actions import Category
from reporting.api_call import ApiCall
from reporting.filters import WORDS, parse
from reporting.period import Month
from reporting.report import Assessment, BuiltReport, Change, FiledFile, Order, Progress, SignIns, UploadResult, Verdict
from reporting.run import OpenRuns, Requester, State
from reporting.verification import Changes, Check, MonthRow, MonthState, Outcome
from tests.handlers.agenda import all_listed, changeable, published
from tests.handlers.fitting import assert_fits, read
from tests.handlers.gallery import (
    ASKER,
    ORDER,
    PORTAL,
    RUN,
    entry,
    everything,
    review,
    runs,
    summaries,
    verification,
)

GOLDEN = Path(__file__).parents[1] / "golden"
OURS = re.compile(
    r"<(@U0[A-Z0-9]+|#C[A-Z0-9]+|!date\^\d+\^[^<>|]+\|[^<>|]+|https://docspace\.example\.com/[^<>|]*\|[^<>]*|"
    r"https://acme\.slack\.com/archives/[^<>|]*\|[^<>]*)>"
)
"""Everything of Slack's that a message may have: people, channels, dates, links to the portal and to messages."""
FULL, COMPLETE = Exposure.FULL, Assessment(Verdict.COMPLETE)
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
Make = Callable[..., BuiltReport]


@pytest.fixture(scope="module")
def messages(draft: Make, filed: FiledFile) -> dict[str, Message]:
    return everything(draft, filed)


NAMES = [path.stem for path in sorted(GOLDEN.glob("*.json"))]


def written(message: Message) -> str:
    return json.dumps(message, indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_what_was_looked_at_and_agreed(name: str, messages: dict[str, Message]) -> None:
    assert written(messages[name]) == (GOLDEN / f"{name}.json").read_text(encoding="utf-8")


def test_every_message_has_been_looked_at(messages: dict[str, Message]) -> None:
    assert set(messages) == set(NAMES)


def test_slack_takes_every_message(messages: dict[str, Message]) -> None:
    for message in messages.values():
        assert_fits({part: value for part, value in message.items() if part != "response_type"})


def test_every_message_can_be_said_without_blocks(messages: dict[str, Message]) -> None:
    for name, message in messages.items():
        if "text" in message:
            plain = as_words(message)
            assert plain["blocks"] == [], name
            assert 10 < len(plain["text"]) < 4_000, name
            assert OURS.sub("", plain["text"]).count("<") == 0, name


def test_what_has_ended_cannot_be_cancelled_and_what_goes_on_cannot_be_asked_again(
    messages: dict[str, Message],
) -> None:
    going_on = {name for name, message in messages.items() if '"cancel"' in written(message)}
    over = {name for name, message in messages.items() if '"run_again"' in written(message)}
    assert going_on == {
        "beginning",
        "waiting",
        "reading",
        "reading-time-left",
        "reading-filtered",
        "reading-portal-silent",
    }
    assert over == {"failed", "cancelled", "schedule-last-chance", "calendar", "home", "home-full"} | {
        name for name in messages if name.startswith("summary")
    }


def test_help_names_every_word_of_a_filter_and_every_type() -> None:
    said = "\n".join(USAGE)
    assert [word for word in WORDS if f"`{word}:`" not in said] == []
    assert [kind.value for kind in Category if kind.value not in said] == []


# -- summaries --


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("summary-masked", "4,321 events, COMPLETE."),
        ("summary-provisional", "4,321 events, PROVISIONAL."),
        ("summary-gaps", "4,321 events, GAPS."),
        ("summary-unchanged", "4,321 events, COMPLETE, nothing has changed."),
        ("summary-vanished", "EVENTS HAVE VANISHED."),
        ("summary-empty", "0 events, COMPLETE."),
    ],
)
def test_a_notification_says_the_month_the_events_and_the_verdict(
    name: str, said: str, messages: dict[str, Message]
) -> None:
    assert messages[name]["text"].startswith("Compliance report: January 2025: ")
    assert said in messages[name]["text"]


@pytest.mark.parametrize(("reasons", "more"), [(6, 0), (7, 1), (30, 24)])
def test_of_many_reasons_the_first_are_told_and_the_rest_is_counted(
    reasons: int, more: int, draft: Make, filed: FiledFile
) -> None:
    judged = Assessment(Verdict.GAPS, tuple(f"reason {number}" for number in range(reasons)))
    said = read(summary(published(draft(judgement=judged), filed), ASKER, exposure=FULL))
    assert said.count("• reason ") == min(reasons, 6)
    assert (f"{more} more reason{'s' * (more > 1)} in the report" in said) == bool(more)


@pytest.mark.parametrize(("parts", "more"), [(1, 0), (5, 0), (6, 1), (40, 35)])
def test_of_many_parts_the_first_are_linked_and_the_rest_is_counted(
    parts: int, more: int, draft: Make, filed: FiledFile
) -> None:
    report = Published(RUN, draft(), UploadResult((filed,) * parts))
    said = read(summary(report, ASKER, exposure=FULL))
    assert said.count("<https://") == min(parts, 5)
    assert (f"{more} more part{' lies' if more == 1 else 's lie'}" in said) == bool(more)


@pytest.mark.parametrize("others", [0, 8, 9, 10, 500])
def test_of_many_askers_ten_are_named(others: int, draft: Make, filed: FiledFile) -> None:
    also = tuple(Requester(f"U0{number:08}") for number in range(others))
    said = list(texts(summary(published(draft(), filed), ASKER, exposure=FULL, also=also)["blocks"], str))[-1]
    assert said.count("<@") == min(others + 1, 10)
    assert (f"and {others - 9} more" in said) == (others > 9)


@pytest.mark.parametrize("vanished", [1, 20, 21, 10**6])
def test_vanished_events_are_an_alarm_that_names_the_first_of_them(
    vanished: int, draft: Make, filed: FiledFile
) -> None:
    ids = tuple(range(1, min(vanished, 100) + 1))
    report = published(draft(), filed, changes=Changes("before", vanished=vanished, vanished_ids=ids))
    [alarm] = [text for text in texts(summary(report, ASKER, exposure=FULL)["blocks"], str) if "rotating_light" in text]
    assert alarm.startswith(f":rotating_light: *{vanished:,} event{'s have' if vanished > 1 else ' has'} vanished*")
    assert (f"and {vanished - 20:,} more" in alarm) == (vanished > 20)


def test_the_change_is_against_the_month_before(draft: Make, filed: FiledFile) -> None:
    assert "(+12% against 3,858 in December 2024)" in read(summary(published(draft(), filed), ASKER, exposure=FULL))
    assert "in December" not in read(summary(published(draft(before=None), filed), ASKER, exposure=FULL))


@pytest.mark.parametrize(
    ("before", "kept", "said"),
    [
        (2, 2_500, "(2 in December 2024)"),
        (0, 12, "(0 in December 2024)"),
        (1_250, 0, "(1,250 in December 2024)"),
        (99, 198, "(99 in December 2024)"),
        (100, 200, "(+100% against 100 in December 2024)"),
        (100, 401, "(100 in December 2024)"),
        (1_000, 249, "(1,000 in December 2024)"),
        (1_000, 250, "(-75% against 1,000 in December 2024)"),
    ],
)
def test_a_change_in_per_cent_is_told_only_where_it_says_something(
    before: int, kept: int, said: str, draft: Make, filed: FiledFile
) -> None:
    assert said in read(summary(published(draft(before=before, kept=kept), filed), ASKER, exposure=FULL))


@pytest.mark.parametrize(
    ("signins", "said"),
    [
        (SignIns(COMPLETE, read=150), "COMPLETE: 150 read, 0 kept, 0 failed"),
        (SignIns(COMPLETE, 120, 3, 6, 14, read=150), "COMPLETE: 150 read, 129 kept, 3 failed"),
        (SignIns(COMPLETE, 120, 3, 6, 14), "COMPLETE: 129 kept, 3 failed"),
        (SignIns(Assessment(Verdict.UNREAD)), "UNREAD: not read"),
    ],
)
def test_sign_ins_that_a_filter_leaves_out_are_not_told_as_none(
    signins: SignIns, said: str, draft: Make, filed: FiledFile
) -> None:
    assert said in read(summary(published(draft(signins=signins), filed), ASKER, exposure=FULL))


@pytest.mark.parametrize(
    ("fit", "said"), [(0, "filter."), (1, "filter; 1 sign-in matches."), (2, "filter; 2 sign-ins match.")]
)
def test_where_no_event_fits_the_filter_but_sign_ins_do_that_is_said(
    fit: int, said: str, draft: Make, filed: FiledFile
) -> None:
    none = draft(kept=0, categories=(), users=(), signins=SignIns(COMPLETE, fit, read=150))
    assert f"No event of the audit trail matches the {said}" in read(
        summary(published(none, filed), ASKER, exposure=FULL)
    )


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://evil.example/doceditor?fileid=1",
        "https://docspace.example.com.evil.example/",
        "https://docspace.example.com@evil.example/",
        "https://docspace.example.com\\@evil.example/",
        "http://docspace.example.com/doceditor",
        "https://docspace.example.com:8443/doceditor",
        "//docspace.example.com/doceditor",
        "https://docspace.example.com/a|b",
        "https://docspace.example.com/a>b",
        "https://docspace.example.com/a\nb",
        "https://docspace.example.com/\u202eb",
        "https://docspace.example.com/" + "x" * 3_000,
        "https://docspace.example.com/" + "&" * 200,
        "https://[",
        "https://[::1",
        "",
    ],
)
def test_a_link_that_does_not_lead_to_the_portal_is_not_shown(url: str, draft: Make, filed: FiledFile) -> None:
    report = published(draft(), replace(filed, url=url))
    said = json.dumps(summary(report, ASKER, exposure=FULL))
    assert not same_site(url, PORTAL)
    assert "open_in_docspace" not in said
    assert "evil.example" not in said
    row = MonthRow(Month(2025, 1), MonthState.MADE, run=RUN, version=2, url=url)
    assert "version 2" in history.month(row, PORTAL, FULL)
    assert "<" not in history.month(row, PORTAL, FULL)


@pytest.mark.parametrize("url", [f"{PORTAL}/doceditor?fileid=1&version=2", PORTAL, f"{PORTAL}/"])
def test_a_link_that_leads_to_the_portal_is_shown_and_can_be_pressed(url: str, draft: Make, filed: FiledFile) -> None:
    said = summary(published(draft(), replace(filed, url=url)), ASKER, exposure=FULL)
    assert f'"url": "{url}"' in json.dumps(said)
    assert f"<{url.replace('&', '&amp;')}|" in read(said)


# -- progress --


@pytest.mark.parametrize(
    ("share", "left"),
    [(0, None), (0.04, None), (0.05, timedelta(minutes=19)), (0.5, timedelta(minutes=1)), (1, timedelta(0))],
)
def test_the_time_left_is_known_once_enough_is_read(share: float, left: timedelta | None) -> None:
    assert time_left(NOON, NOON + timedelta(minutes=1), share) == left
    assert time_left(None, NOON, share) is None


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "about 1 minute"),
        (timedelta(seconds=119), "about 2 minutes"),
        (timedelta(hours=2), "about 120 minutes"),
    ],
)
def test_the_time_left_is_said_no_more_exactly_than_it_is_known(left: timedelta, said: str) -> None:
    assert about(left) == said
    assert f"{said} left" in reading(ORDER, ASKER, RUN, Progress(0.5, 10), left=left)["text"]


# -- lists --


@pytest.mark.parametrize("only", ["", 'room:"Legal affairs" type:delete,share', 'room:"' + "&" * 200 + '"'])
@pytest.mark.parametrize(("many", "counted"), [(SHOWN - 1, 0), (SHOWN, 0), (SHOWN + 1, 1), (500, 500 - SHOWN)])
def test_of_many_runs_the_first_are_shown_and_the_rest_is_counted(many: int, counted: int, only: str) -> None:
    order = Order(Month(2025, 1), only=parse(only))
    here = tuple(entry(State.QUEUED, order=order) for _ in range(many))
    message = status(OpenRuns(here, tuple(range(many)), elsewhere=0), reader=ASKER.user)
    assert read(message).count("•") == min(many, SHOWN)
    assert (f"{counted} more {'is' if counted == 1 else 'are'} not shown" in read(message)) == bool(counted)
    assert_fits(message)


@pytest.mark.parametrize(("number", "rest"), [(10, 0), (11, 1), (100, 90)])
def test_of_many_schedules_the_first_are_shown_and_the_rest_is_counted(number: int, rest: int) -> None:
    said = read(listing(changeable(all_listed()[:1] * number), everywhere=False, reader="", exposure=FULL))
    assert said.count("Created by") == number - rest
    assert (f"{rest} more {'is' if rest == 1 else 'are'} not shown." in said) == bool(rest)


@pytest.mark.parametrize(("number", "rest"), [(0, 0), (10, 0), (11, 1), (100, 90)])
def test_of_a_long_history_the_newest_are_shown_and_the_rest_is_counted(number: int, rest: int) -> None:
    said = read(history.history("What was made lately", runs()[:1] * number, total=number, exposure=FULL))
    assert said.count("Requested by") == number - rest
    assert (f"{rest} more; " in said) == bool(rest)
    assert ("No reports yet" in said) == (number == 0)


def test_a_check_that_failed_is_told_however_many_did_not() -> None:
    fine = (Check("a part", "as it was filed", Outcome.INTACT),) * 60
    gone = Check("part 61", "it is not in the folder", Outcome.MISSING)
    found = replace(verification(Outcome.MISSING), checks=(*fine, gone))
    said = read(evidence.verification(found, "Check", ASKER.user, exposure=FULL))
    assert "part 61" in said
    assert "46 more checks" in said


@pytest.mark.parametrize("many", [1, 16, 17, 500])
def test_of_many_requests_the_first_and_the_last_are_shown(many: int) -> None:
    made = [ApiCall("GET", f"/api/2.0/x?startIndex={number}", 200, 100, 10, 5) for number in range(many)]
    said = read(evidence.requests("How", made, exposure=FULL))
    assert said.count("startIndex=") == min(many, 16)
    assert (f"{many - 16:,} more" in said) == (many > 16)
    assert f"{many:,} request{'s' * (many > 1)} to the portal" in said
    assert re.search(rf"startIndex={many - 1}\b", said)


def test_a_reason_of_several_lines_is_one_that_can_be_read() -> None:
    said = read(review_reply(review(reason="Looks right.\n\nSee the ticket."), "January 2025"))
    assert ">Looks right. See the ticket." in said


@pytest.mark.parametrize("change", Change)
def test_how_it_was_filed_is_told(change: Change, draft: Make, filed: FiledFile) -> None:
    said = read(summary(published(draft(), replace(filed, change=change)), ASKER, exposure=FULL))
    assert ("Nothing has changed" in said) == (change is Change.UNCHANGED)
    assert ("second file of the same name" in said) == (change is Change.TWIN)


def test_a_summary_is_a_headline_before_its_details(draft: Make, filed: FiledFile) -> None:
    for message in summaries(draft, filed).values():
        assert message["blocks"][0] == {
            "type": "header",
            "text": {"type": "plain_text", "text": "Compliance report: January 2025"},
        }


def test_a_month_that_can_be_made_has_a_button_and_several_have_one_for_all() -> None:
    def offered(*states: MonthState, may_ask: bool = True) -> list[tuple[str, str]]:
        rows = [MonthRow(Month(2025, n), state) for n, state in enumerate(states, 1)]
        message = history.calendar(2025, rows, PORTAL, exposure=FULL, may_ask=may_ask)
        buttons = [one for block in message["blocks"] for one in (block.get("accessory"), *block.get("elements", []))]
        return [(one["action_id"], one["value"]) for one in buttons if one and one["type"] == "button"]

    assert offered(MonthState.MISSING, MonthState.AHEAD, MonthState.RUNNING) == [("run_again", "2025-01")]
    assert offered(MonthState.MISSING, MonthState.MISSING, may_ask=False) == []
    assert offered(MonthState.FAILED, MonthState.MADE, MonthState.BEYOND_RETENTION) == [
        ("run_again", "2025-01"),
        ("run_again", "2025-03"),
        ("make_all", "2025-01 2025-03"),
    ]


@pytest.mark.parametrize(
    ("many", "more"), [(1, ""), (CHECKS, ""), (CHECKS + 1, "1 more check;"), (CHECKS + 9, "9 more checks;")]
)
def test_checks_that_have_no_room_are_counted(many: int, more: str) -> None:
    message = health([f"Check {number} is fine." for number in range(many)])
    assert_fits(message)
    assert (more or "Bot health") in read(message)
    assert ("more check" in read(message)) == bool(more)

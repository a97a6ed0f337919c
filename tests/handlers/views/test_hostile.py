"""Text of DocSpace and of people is text, whatever it looks like."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from handlers.exposure import Exposure
from handlers.schedule import FormOpening, Plan, ScheduleWithLastRun
from handlers.schedule import ScheduleStatus as Planned
from handlers.views import evidence, history
from handlers.views.admin_alerts import clocks_differ
from handlers.views.blocks import Message, as_words, escape_mrkdwn
from handlers.views.filed_report import Published
from handlers.views.home import Page, closed, home
from handlers.views.overdue import late_report, stuck_schedules
from handlers.views.preview import preview
from handlers.views.progress import failed
from handlers.views.replies import moved_to_dm, refusal
from handlers.views.review import review_reply
from handlers.views.schedules import confirm_dialog, confirmation, form, listing, proposal, saved
from handlers.views.status import status
from handlers.views.summary import revised, summary
from reporting.api_call import ApiCall
from reporting.escape import escape_untrusted
from reporting.filters import parse
from reporting.period import Month
from reporting.report import Assessment, BuiltReport, Counted, Failure, FiledFile, Order, UploadResult, Verdict
from reporting.run import OpenRuns, State
from reporting.verification import Check, Edit, MonthRow, MonthState, Outcome, PastRun
from tests.handlers.agenda import DAY, LAST, changeable, proposed, published, schedule
from tests.handlers.fitting import marked, read
from tests.handlers.gallery import (
    ASKER,
    HEAD,
    ORDER,
    PORTAL,
    RUN,
    entry,
    review,
    verification,
)

HOSTILE = "<!channel> <@U1> <https://evil.example|click> &amp; *b* `c`\n\u202efdp.exe\u200b"
OURS = re.compile(
    r"<(@U0[A-Z0-9]+|#C[A-Z0-9]+|!date\^\d+\^[^<>|]+\|[^<>|]+|https://docspace\.example\.com/[^<>|]*\|[^<>]*|"
    r"https://acme\.slack\.com/archives/[^<>|]*\|[^<>]*)>"
)
"""Everything of Slack's that a message may have: people, channels, dates, links to the portal and to messages."""
FULL = Exposure.FULL
Make = Callable[..., BuiltReport]


def hostile_messages(draft: Make, filed: FiledFile) -> Iterator[Message]:
    """Foreign text at its worst, wherever there can be any."""
    only = parse('room:"<!channel> <@U1> <https://evil.example|click>"')
    plan = Plan(LAST.rule, only)
    planned = schedule(3, plan, standing=Planned.PAUSED, why=HOSTILE)
    failure = Failure(HOSTILE, HOSTILE, HOSTILE, transient=False)
    judged = Assessment(Verdict.GAPS, (HOSTILE,))
    run = entry(State.FAILED, order=Order(ORDER.month, only=only), failure=failure, name=HOSTILE)
    gone = entry(State.QUEUED, order=Order(ORDER.month, only=only))
    scope = replace(draft().scope, only=only, zone=HOSTILE, version=HOSTILE)
    made = draft(scope=scope, users=(Counted(HOSTILE, 3),), judgement=judged)
    report = Published(RUN, made, UploadResult((replace(filed, title=HOSTILE),), replace(filed, title=HOSTILE)), HEAD)
    reviewed = review(reason=HOSTILE)
    row = MonthRow(Month(2025, 1), MonthState.MADE, (HOSTILE,), RUN, version=2, url=HOSTILE)
    edit = Edit(HOSTILE, 3, HOSTILE, HOSTILE, HOSTILE)
    found = replace(
        verification(Outcome.REPLACED),
        checks=(Check(HOSTILE, HOSTILE, Outcome.CHANGED),),
        edits=(edit,),
        traces=(HOSTILE,),
    )
    for exposure in Exposure:
        yield summary(report, ASKER, exposure=exposure)
        yield revised(draft(), report, ASKER, exposure=exposure, earlier="")
        yield preview([f"User: {escape_untrusted(HOSTILE)}"], HOSTILE, made, exposure=exposure)
        yield evidence.verification(found, "Check", ASKER.user, exposure=exposure)
        yield evidence.requests("How", [ApiCall("GET", f"/{HOSTILE}", 200, 1, 1, 1)], exposure=exposure)
        yield history.history("What was made", [PastRun(run, "", (reviewed,))], total=1, exposure=exposure)
        yield home(
            Page(
                PORTAL,
                2025,
                [row],
                [ScheduleWithLastRun(planned, run)],
                [PastRun(run, "", ())],
                ["Fine."],
                may_ask=True,
            ),
            exposure=exposure,
        )
        yield listing(changeable([ScheduleWithLastRun(planned, run)]), everywhere=True, reader="", exposure=exposure)
        yield saved(planned, ASKER.user, "made", exposure=exposure, overdue=False)
    yield failed(Order(ORDER.month, only=only), ASKER, failure, run="r1")
    yield status(OpenRuns((gone,), (0,), elsewhere=0), reader=gone.asker)
    yield refusal(HOSTILE, HOSTILE)
    yield moved_to_dm(ORDER, "C1", HOSTILE, HOSTILE)
    yield review_reply(reviewed, "January 2025")
    yield history.calendar(2025, [row], PORTAL, exposure=Exposure.FULL, may_ask=True)
    yield closed(HOSTILE, HOSTILE)
    yield proposal(proposed(plan))
    stopped = replace(planned, standing=Planned.PAUSED, why=HOSTILE, trouble=HOSTILE)
    yield stuck_schedules([stopped], reader="")
    yield stuck_schedules([replace(stopped, standing=Planned.ACTIVE)], reader="")
    yield late_report(Order(ORDER.month, only=only), [ASKER], failure, stopped)
    yield clocks_differ(HOSTILE)
    yield confirm_dialog(planned, reader=planned.maker)
    yield confirmation(proposed(plan))
    yield form(FormOpening(plan), channel="C1", settle=DAY)


def test_foreign_text_mentions_nobody_links_nowhere_and_hides_nothing(draft: Make, filed: FiledFile) -> None:
    for message in hostile_messages(draft, filed):
        said = "\n".join([*marked(message["blocks"]), message.get("text", "")])
        left = OURS.sub("", said)
        assert re.findall("[<>]", re.sub("^>", "", left, flags=re.MULTILINE)) == []
        assert not re.search("[\u200b\u202e]", json.dumps(message["blocks"], ensure_ascii=False))


def test_foreign_text_stays_harmless_where_slack_takes_no_blocks(draft: Make, filed: FiledFile) -> None:
    for message in hostile_messages(draft, filed):
        if "text" in message:
            left = OURS.sub("", as_words(message)["text"])
            assert re.findall("[<>]", re.sub("^>", "", left, flags=re.MULTILINE)) == []


def test_a_hostile_title_stands_in_its_link_as_text(draft: Make, filed: FiledFile) -> None:
    said = read(summary(published(draft(), replace(filed, title=HOSTILE)), ASKER, exposure=FULL))
    assert f"version=2|{escape_mrkdwn(HOSTILE, longest=100)}>" in said


@pytest.mark.parametrize("text", ["https://evil.example", "evil.example", "@channel", "#general", ":tada:"])
def test_slack_makes_no_link_and_no_mention_of_text_by_itself(text: str, draft: Make, filed: FiledFile) -> None:
    message = summary(published(draft(users=(Counted(text, 3),)), filed), ASKER, exposure=FULL)
    assert any(text in part for part in marked(message["blocks"]))  # each is verbatim

"""Whatever the data, every message and every view stays within what Slack takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.exposure import Exposure
from handlers.schedule import FormOpening, Proposal, Schedule, ScheduleStatus, ScheduleWithLastRun, Verb
from handlers.views import evidence, history
from handlers.views.admin_alerts import clocks_differ
from handlers.views.blocks import Message
from handlers.views.filed_report import Published
from handlers.views.home import Page, closed, home
from handlers.views.overdue import late_report, stuck_schedules
from handlers.views.preview import picture, preview
from handlers.views.progress import cancelled, failed, reading, waiting
from handlers.views.replies import accepted, moved_to_dm, refusal, refused
from handlers.views.report_form import order_form
from handlers.views.review import review_form, review_reply
from handlers.views.schedules import (
    confirm_dialog,
    confirmation,
    form,
    last_chance,
    listing,
    proposal,
    saved,
    verb_words,
)
from handlers.views.status import status
from handlers.views.summary import reread_unchanged, revised, summary
from reporting.api_call import ApiCall
from reporting.period import Month
from reporting.report import (
    BuiltReport,
    Failure,
    Order,
    Progress,
)
from reporting.run import OpenRuns, Requester, Run
from reporting.verification import Changes, EventLines, MonthRow, PastRun, Result, Review, Verification
from tests.handlers.agenda import DAY, EARLIER, changeable
from tests.handlers.fitting import assert_fits
from tests.handlers.worst import (
    ASKER,
    CHANNEL,
    DRAFT,
    FAILED,
    FAILURE,
    FOUND,
    FULL_PAGE,
    FULLEST,
    FULLEST_PAST,
    HIDDEN,
    LONG,
    MESSAGE,
    MONTH,
    MOST,
    NOON,
    ORDER,
    PAUSED,
    PLAN,
    PORTAL,
    PROPOSED,
    REQUESTS,
    REVIEW,
    RUN,
    USER,
    WORST,
    askers,
    changes,
    drafts,
    entries,
    exchanges,
    exposures,
    listed,
    numbers,
    orders,
    pasts,
    proposals,
    published,
    reviews,
    rows,
    schedules,
    texts,
    verifications,
    worst,
)

titles = texts.map(lambda text: text[:255])
"""What DocSpace calls files by: no longer than this."""
relaxed = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def posted(answer: Message) -> Message:
    """An answer as it would be posted: that only the asker sees it is no part of a message."""
    return {name: value for name, value in answer.items() if name != "response_type"}


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("exposure", Exposure)
def test_the_fullest_summary_fits(text: str, exposure: Exposure) -> None:
    report = worst(text)
    asker, also = Requester(USER, MOST, NOON), (Requester(USER, MOST),) * 100
    none = replace(report.draft, categories=())
    assert_fits(summary(report, asker, exposure=exposure, also=also))
    assert_fits(reread_unchanged(report, asker, exposure=exposure, also=also))
    assert_fits(revised(none, report, asker, exposure=exposure, earlier=EARLIER, also=also))


@relaxed
@given(published, askers, exposures, st.lists(askers, max_size=100))
def test_a_summary_fits_whatever_the_data(
    report: Published, asker: Requester, exposure: Exposure, also: list[Requester]
) -> None:
    assert_fits(summary(report, asker, exposure=exposure, also=tuple(also)))
    assert_fits(reread_unchanged(report, asker, exposure=exposure, also=tuple(also)))


@relaxed
@given(drafts, published, askers, exposures)
def test_a_revision_fits_whatever_the_data(
    before: BuiltReport, report: Published, asker: Requester, exposure: Exposure
) -> None:
    assert_fits(revised(before, report, asker, exposure=exposure, earlier=EARLIER))


@relaxed
@given(st.lists(texts, max_size=60), titles, drafts, exposures)
def test_a_preview_fits_whatever_the_lines(
    lines: list[str], title: str, draft: BuiltReport, exposure: Exposure
) -> None:
    assert_fits(preview(lines, title, draft, exposure=exposure))


def test_the_bars_of_a_month_fit() -> None:
    bars = "\n".join(f"{day:02} {'█' * 60} {MOST:,}" for day in range(1, 32))
    assert_fits(picture(MONTH.title, bars, "files:write"))


@relaxed
@given(orders, askers, texts, texts, numbers, st.floats(0, 1))
def test_progress_and_its_end_fit_whatever_the_data(
    order: Order, asker: Requester, message: str, hint: str, many: int, share: float
) -> None:
    failure = Failure(message, message, hint, transient=True)
    left = timedelta(minutes=10**6)
    for shown in (
        waiting(order, asker, RUN, many),
        reading(order, asker, RUN, Progress(share, many), left=left),
        failed(order, asker, failure, run=RUN),
        failed(order, asker, failure, run=RUN, title="Not read again, the earlier report stands"),
        cancelled(order, asker, USER, run=RUN),
    ):
        assert_fits(shown)


@relaxed
@given(orders, texts, texts, numbers)
def test_answers_fit_whatever_the_data(order: Order, message: str, hint: str, ahead: int) -> None:
    why = refusal(f"That cannot be: {message}", hint)
    assert_fits(posted(why))
    assert_fits(refused(why))
    assert_fits(closed(message, hint))
    assert_fits(moved_to_dm(order, CHANNEL, message, hint))
    assert_fits(accepted(order, joined=True, ahead=ahead, private=True))


@relaxed
@given(st.lists(entries, max_size=60), numbers, st.sampled_from([USER, ""]))
def test_the_status_fits_however_much_there_is(here: list[Run], elsewhere: int, reader: str) -> None:
    assert_fits(status(OpenRuns(tuple(here), (MOST,) * len(here), elsewhere), reader=reader))


@relaxed
@given(verifications, exposures)
def test_a_verification_fits_whatever_was_found(found: Verification, exposure: Exposure) -> None:
    assert_fits(evidence.verification(found, f"Check of {MONTH.title}", USER, exposure=exposure))


@relaxed
@given(changes, entries, entries, exposures, texts)
def test_a_comparison_fits_however_much_is_new(
    found: Changes, before: Run, after: Run, exposure: Exposure, text: str
) -> None:
    record = dict.fromkeys(["Date", "User", "Action", "Target", "Context", "Page"], text)
    ids = (*found.added_ids, *found.vanished_ids, *found.changed_ids, *found.relabelled_ids)
    lines = EventLines(dict.fromkeys(ids, record), dict.fromkeys(ids, record | {"Action": f"{text} [5018, delete]"}))
    title = f"{MONTH.title}, compared with the previous report"
    assert_fits(evidence.comparison(title, found, before, after, lines, exposure=exposure))
    assert_fits(evidence.incomparable(MONTH.title, "There is only one."))


@relaxed
@given(st.lists(exchanges, max_size=40), exposures)
def test_how_it_was_read_fits_however_much_was_asked(made: list[ApiCall], exposure: Exposure) -> None:
    assert_fits(evidence.requests(f"How {MONTH.title} was read", made, exposure=exposure))


@relaxed
@given(st.lists(rows, max_size=12))
def test_a_calendar_fits_whatever_the_year(months: list[MonthRow]) -> None:
    assert_fits(history.calendar(2099, months, PORTAL, exposure=Exposure.FULL, may_ask=True))


@relaxed
@given(st.lists(pasts, max_size=40), exposures)
def test_a_history_fits_however_long(runs: list[PastRun], exposure: Exposure) -> None:
    assert_fits(history.history("What was made lately", runs, total=len(runs), exposure=exposure))


@relaxed
@given(schedules, texts, exposures)
def test_what_is_told_of_a_schedule_fits(schedule: Schedule, why: str, exposure: Exposure) -> None:
    asked, done = (
        posted(confirm_dialog(schedule, reader=USER)),
        saved(schedule, USER, "changed", exposure=exposure, overdue=False),
    )
    stopped = replace(schedule, why=why, trouble=why)
    for shown in (done, stuck_schedules([stopped] * 20, reader=USER), asked, last_chance(MONTH, NOON)):
        assert_fits(shown)
    for verb in Verb:
        assert_fits(verb_words(verb, schedule))


@relaxed
@given(st.lists(listed, max_size=40), st.booleans(), exposures)
def test_a_list_of_schedules_fits_however_long(
    found: list[ScheduleWithLastRun], everywhere: bool, exposure: Exposure
) -> None:
    assert_fits(posted(listing(changeable(tuple(found)), everywhere=everywhere, reader="", exposure=exposure)))


@relaxed
@given(proposals)
def test_a_proposal_and_its_forms_fit_whatever_the_filter(proposed: Proposal) -> None:
    assert_fits(posted(proposal(proposed)))
    assert_fits(confirmation(proposed))
    assert_fits(form(FormOpening(proposed.plan), channel=CHANNEL, settle=DAY, number=proposed.number))


@pytest.mark.parametrize("channel", ["", CHANNEL])
@pytest.mark.parametrize("this", [Month(2000, 1), MONTH])
def test_the_forms_fit(channel: str, this: Month) -> None:
    assert_fits(order_form(this, channel=channel))
    assert_fits(review_form(RUN, CHANNEL, MESSAGE))
    assert_fits(form(FormOpening(), channel=channel, settle=DAY))


@relaxed
@given(
    st.lists(rows, max_size=12),
    st.lists(listed, max_size=30),
    st.lists(pasts, max_size=30),
    st.lists(texts, max_size=8),
    exposures,
)
def test_the_app_s_page_fits_however_much_there_is(
    months: list[MonthRow],
    schedules: list[ScheduleWithLastRun],
    runs: list[PastRun],
    health: list[str],
    exposure: Exposure,
) -> None:
    assert_fits(home(Page(PORTAL, 2099, months, schedules, runs, health, may_ask=True), exposure=exposure))


@relaxed
@given(reviews)
def test_what_is_told_of_a_review_fits(review: Review) -> None:
    assert_fits(review_reply(review, MONTH.title))


@pytest.mark.parametrize("make", [lambda: worst(WORST), lambda: worst("")])
def test_a_button_never_carries_more_than_it_can(make: Callable[[], Published]) -> None:
    buttons = [
        block
        for block in summary(make(), Requester(USER), exposure=Exposure.FULL)["blocks"]
        if block["type"] == "actions"
    ]
    assert all(len(one.get("value", "")) <= 2_000 for block in buttons for one in block["elements"])


FULLEST_OF_ALL: dict[str, Callable[[], Message]] = {
    "preview of long lines": lambda: preview(["&" * 2_801] * 3, WORST, DRAFT, exposure=Exposure.FULL),
    "preview of names": lambda: preview([f"User: {'A ' * 1_390}"] * 3, WORST, DRAFT, exposure=Exposure.MASKED),
    "preview of nothing": lambda: preview([], "", DRAFT, exposure=Exposure.MASKED),
    "preview of an empty line": lambda: preview([""], "", DRAFT, exposure=Exposure.FULL),
    "waiting": lambda: waiting(ORDER, ASKER, RUN, MOST),
    "reading": lambda: reading(ORDER, ASKER, RUN, Progress(1.0, MOST), left=timedelta(days=10**6)),
    "failed": lambda: failed(ORDER, ASKER, FAILURE, run=RUN),
    "cancelled": lambda: cancelled(ORDER, ASKER, USER, run=RUN),
    "refusal": lambda: posted(refusal(WORST, WORST)),
    "refusal without a hint": lambda: posted(refusal("That cannot be.", "")),
    "a refused form": lambda: refused(refusal(WORST, WORST)),
    "closed": lambda: closed(WORST, WORST),
    "closed without a hint": lambda: closed("You may not.", ""),
    "elsewhere": lambda: moved_to_dm(ORDER, CHANNEL, WORST, WORST),
    "status": lambda: status(OpenRuns((FAILED,) * 500, (MOST,) * 500, MOST), reader=USER),
    "verification": lambda: evidence.verification(FOUND, "Check of a month", USER, exposure=Exposure.FULL),
    "requests": lambda: evidence.requests("How it was read", REQUESTS, exposure=Exposure.FULL),
    "requests with hidden marks": lambda: evidence.requests("How it was read", HIDDEN, exposure=Exposure.MASKED),
    "calendar": lambda: history.calendar(2099, [FULLEST] * 12, PORTAL, exposure=Exposure.FULL, may_ask=True),
    "history": lambda: history.history(
        "What was made lately", [FULLEST_PAST] * 100, total=10**9, exposure=Exposure.FULL
    ),
    "listing": lambda: posted(
        listing(
            changeable([ScheduleWithLastRun(PAUSED, FAILED)] * 100),
            everywhere=True,
            reader=USER,
            exposure=Exposure.FULL,
        )
    ),
    "proposal": lambda: posted(proposal(PROPOSED)),
    "confirmation": lambda: confirmation(PROPOSED),
    "schedule form": lambda: form(FormOpening(PLAN), channel=CHANNEL, settle=DAY, number=MOST),
    "stuck": lambda: stuck_schedules([PAUSED] * 100, reader=""),
    "late": lambda: late_report(
        ORDER, [ASKER] * 100, FAILURE, replace(PAUSED, standing=ScheduleStatus.ACTIVE, again=NOON)
    ),
    "late and paused": lambda: late_report(ORDER, [ASKER] * 100, FAILURE, PAUSED),
    "clocks": lambda: clocks_differ(WORST),
    "page": lambda: home(FULL_PAGE, exposure=Exposure.FULL),
    "page without health": lambda: home(replace(FULL_PAGE, health=[]), exposure=Exposure.FULL),
    "review": lambda: review_reply(REVIEW, MONTH.title),
    "revoked review": lambda: review_reply(replace(REVIEW, result=Result.REVOKED, reason=WORST), MONTH.title),
}


@pytest.mark.parametrize("name", FULLEST_OF_ALL)
def test_a_message_fits_with_as_much_of_everything_as_there_can_be(name: str) -> None:
    assert_fits(FULLEST_OF_ALL[name]())

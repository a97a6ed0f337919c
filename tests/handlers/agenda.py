"""Everything that people read of schedules."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from handlers.exposure import Exposure
from handlers.recurrence import Rule
from handlers.schedule import (
    FormOpening,
    Plan,
    Proposal,
    Schedule,
    ScheduleList,
    ScheduleStatus,
    ScheduleWithLastRun,
    Verb,
)
from handlers.views.admin_alerts import clocks_differ
from handlers.views.blocks import Message
from handlers.views.filed_report import Published
from handlers.views.overdue import late_report, stuck_schedules
from handlers.views.replies import read_again, refusal, refused
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
from handlers.views.summary import reread_unchanged, revised, summary, superseded
from reporting.filters import ALL_EVENTS, parse
from reporting.period import Month
from reporting.report import BuiltReport, Counted, Failure, FiledFile, Order, SignIns, UploadResult, Verdict
from reporting.run import Origin, Requester, Run, State

ANN, BOB = "U0ANN00001", "U0BOB00001"
DUE = datetime(2026, 3, 1, 7, tzinfo=UTC)
FIRST = Plan(Rule("1", time(9), "Europe/Riga"), ALL_EVENTS)
LAST = Plan(Rule("31", time(17, 30), "Asia/Tokyo"), parse('type:delete,share -room:"Legal & <b>"'))
WHY = "I can't post in this channel: it is archived. Bring it back, or invite me: /invite @Compliance Reports."
BY = Requester(ANN, 3)
DAY = timedelta(days=1)
EARLIER = "https://acme.slack.com/archives/C1/p1770000000000100"


def schedule(number: int = 3, plan: Plan = FIRST, **changes: Any) -> Schedule:
    made = datetime(2026, 1, 7, tzinfo=UTC)
    usual = Schedule(number, "C1", ANN, plan, ScheduleStatus.ACTIVE, "", Month(2026, 3), DUE, made)
    return replace(usual, **changes)


DOWN = Failure(
    "PortalFailing",
    "The portal portal.example.com keeps failing with HTTP 503.",
    "The portal has a problem. Try again later; if it keeps failing, show this message to its administrator.",
    transient=True,
)
LATE = schedule(
    waits="r1",
    tries=4,
    again=datetime(2026, 3, 1, 8, 15, tzinfo=UTC),
    since=DUE,
    trouble="The portal portal.example.com keeps failing with HTTP 503.",
)


def proposed(plan: Plan = FIRST, number: int = 0) -> Proposal:
    months = [Month(2026, 3).plus(n) for n in range(3)]
    return Proposal(
        plan, tuple(plan.rule.due(month) for month in months), Month(2026, 2), number, id="5e1f3a9bd2c40e77"
    )


def run(state: State, **changes: Any) -> Run:
    usual = Run("r1", Order(Month(2026, 1)), Origin.SCHEDULE, "C1", ANN, datetime(2026, 2, 1, 7, tzinfo=UTC), state)
    return replace(usual, **changes)


def all_listed() -> tuple[ScheduleWithLastRun, ...]:
    """Schedules in every condition."""
    ended = datetime(2026, 2, 1, 7, 4, tzinfo=UTC)
    return (
        ScheduleWithLastRun(schedule(1), None),
        ScheduleWithLastRun(schedule(2, LAST), run(State.DONE, ended=ended, verdict=Verdict.COMPLETE)),
        ScheduleWithLastRun(
            schedule(3, standing=ScheduleStatus.PAUSED, why=WHY, channel="C2"), run(State.FAILED, ended=ended)
        ),
        ScheduleWithLastRun(schedule(4, standing=ScheduleStatus.PAUSED, maker=BOB), run(State.RUNNING)),
        ScheduleWithLastRun(replace(LATE, number=5), run(State.FAILED, ended=ended)),
        ScheduleWithLastRun(schedule(6, making="r2"), run(State.RUNNING)),
    )


def changeable(found: Sequence[ScheduleWithLastRun]) -> ScheduleList:
    """Those, for somebody who may change them."""
    return ScheduleList(tuple(found), may_change=True)


def everything() -> ScheduleList:
    return changeable(all_listed())


def published(draft: BuiltReport, *files: FiledFile, **beside: Any) -> Published:
    return Published("6a1b2c3d4e5f6071", draft, UploadResult(files), **beside)


def schedule_messages(draft: Callable[..., BuiltReport], filed: FiledFile) -> dict[str, Message]:
    """By the name of its golden file."""
    late = draft(
        categories=(Counted("download", 2003), Counted("create", 1499), Counted("share", 821), Counted("room", 1)),
        signins=SignIns(draft().signins.judgement, 401, 12, 19, 9),
    )
    by_two = (BY, Requester(BOB, 4, datetime(2026, 2, 1, 7, tzinfo=UTC)))
    report, masked = published(draft(), filed), Exposure.MASKED
    return {
        "schedule-proposal": proposal(proposed()),
        "schedule-proposal-filtered": proposal(proposed(LAST)),
        "schedules": listing(everything(), everywhere=False, reader=ANN, exposure=Exposure.COUNTS),
        "schedules-of-others": listing(
            changeable(all_listed()[:2]), everywhere=False, reader=BOB, exposure=Exposure.COUNTS
        ),
        "schedules-for-a-viewer": listing(
            replace(everything(), may_change=False), everywhere=False, reader="", exposure=Exposure.COUNTS
        ),
        "schedules-all": listing(everything(), everywhere=True, reader=BOB, exposure=Exposure.FULL),
        "schedules-none": listing(changeable(()), everywhere=False, reader=ANN, exposure=Exposure.COUNTS),
        "schedules-all-none": listing(changeable(()), everywhere=True, reader=ANN, exposure=Exposure.FULL),
        "schedule-made": saved(schedule(), ANN, "made", exposure=masked, overdue=False),
        "schedule-changed": saved(schedule(plan=LAST), ANN, "changed", exposure=Exposure.FULL, overdue=False),
        "schedule-changed-counts": saved(schedule(plan=LAST), ANN, "changed", exposure=Exposure.COUNTS, overdue=False),
        "schedule-paused": saved(
            schedule(standing=ScheduleStatus.PAUSED), BOB, "paused", exposure=masked, overdue=False
        ),
        "schedule-resumed": saved(schedule(), ANN, "resumed", exposure=masked, overdue=False),
        "schedule-deleted": saved(
            schedule(standing=ScheduleStatus.DELETED), ANN, "deleted", exposure=masked, overdue=False
        ),
        "schedule-stopped": stuck_schedules([schedule(standing=ScheduleStatus.PAUSED, why=WHY)], reader=ANN),
        "schedule-stopped-admin": stuck_schedules([schedule(standing=ScheduleStatus.PAUSED, why=WHY)], reader=BOB),
        "schedules-late-a-day": stuck_schedules([LATE, replace(LATE, number=9)], reader=BOB),
        "schedule-late": late_report(Order(LATE.reports), [BY], DOWN, LATE),
        "schedule-late-paused": late_report(
            Order(LATE.reports), [BY], DOWN, replace(LATE, standing=ScheduleStatus.PAUSED, why=WHY)
        ),
        "clocks-differ": clocks_differ("3 h 20 min ahead of"),
        "schedule-really": confirm_dialog(schedule(plan=LAST), reader=ANN),
        **{f"schedule-doing-{verb}": verb_words(verb, schedule()) for verb in Verb},
        "schedule-last-chance": last_chance(Month(2025, 9), DUE),
        "schedule-form": form(FormOpening(), channel="C1", settle=DAY),
        "schedule-form-edit": form(FormOpening(LAST), channel="C1", settle=DAY, number=3),
        "schedule-form-withheld": form(FormOpening(FIRST, "room:… type:delete"), channel="C1", settle=DAY, number=3),
        "schedule-form-of-a-report": form(FormOpening(FIRST, "user:…"), channel="C1", settle=DAY),
        "schedule-confirmation": confirmation(proposed(LAST, 3)),
        "schedule-confirmation-withheld": confirmation(replace(proposed(LAST, 3), is_filter_hidden=True)),
        "schedule-refused": refused(refusal("There is no schedule 3 in this channel.", "Look for another.")),
        "summary-settled": reread_unchanged(report, BY, exposure=masked),
        "summary-revised": revised(
            draft(), published(late, filed), BY, exposure=masked, earlier=EARLIER, also=(Requester(BOB),)
        ),
        "summary-superseded": summary(report, BY, exposure=masked, note=superseded(EARLIER)),
        "summary-provisional-by-hand": summary(replace(report, settles=DUE), BY, exposure=masked),
        "summary-provisional-by-schedule": summary(replace(report, settles=DUE, is_reread=True), BY, exposure=masked),
        "schedule-proposal-now": proposal(replace(proposed(LAST, 3), overdue=True)),
        "schedule-proposal-early": proposal(replace(proposed(), settles=datetime(2026, 3, 1, 22, tzinfo=UTC))),
        "schedule-changed-now": saved(schedule(plan=LAST), ANN, "changed", exposure=Exposure.FULL, overdue=True),
        "read-again": read_again("January 2026", DUE),
        "summary-revised-equal-counts": revised(draft(), report, BY, exposure=masked, earlier=EARLIER),
        "summary-scheduled-late": summary(report, by_two[0], exposure=masked, also=by_two[1:]),
    }

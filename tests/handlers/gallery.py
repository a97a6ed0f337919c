"""Every message, form and page that there is, by the name of its golden file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.exposure import Exposure
from handlers.query import QueryKind
from handlers.schedule import ScheduleWithLastRun
from handlers.views import evidence, history
from handlers.views.blocks import Message
from handlers.views.home import Page, closed, home
from handlers.views.preview import picture, preview
from handlers.views.progress import cancelled, failed, filing, reading, waiting
from handlers.views.replies import accepted, cancelling, joined, looking_up, moved_to_dm, refusal, usage
from handlers.views.report_form import order_form
from handlers.views.review import review_form, review_reply
from handlers.views.run_ended import report_cancelled, report_failed, report_ready
from handlers.views.status import health, status
from handlers.views.summary import summary
from reporting.api_call import ApiCall
from reporting.filters import parse
from reporting.layout import RULE
from reporting.period import Month
from reporting.report import (
    Assessment,
    BuiltReport,
    Change,
    Failure,
    FiledFile,
    Order,
    Progress,
    SignIns,
    UploadResult,
    Verdict,
)
from reporting.run import ChainHead, OpenRuns, Origin, Requester, Run, State
from reporting.verification import (
    Changes,
    Check,
    Edit,
    EventLines,
    MonthRow,
    MonthState,
    Outcome,
    PastRun,
    Result,
    Review,
    Verification,
)
from tests.handlers.agenda import all_listed, published, schedule_messages

COUNTS, MASKED, FULL = Exposure
ORDER = Order(Month(2025, 1))
FILTERED = parse('type:delete,share -room:"Legal & <b>"')
ABOUT_PEOPLE = parse('user:"Zoe Miller",ann@example.com type:delete')
ASKER, OTHER, ADMIN = Requester("U0ANN00001"), Requester("U0BOB00001"), "U0EVE00001"
RUN, BEFORE = "6a1b2c3d4e5f6071", "5a1b2c3d4e5f6071"
HEAD = ChainHead(1_204, "9f86d081884c7d65" * 4)
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
PORTAL = "https://docspace.example.com"
FAILURE = Failure("FolderForbidden", "The API key's owner may not add files.", "Give it a role.", transient=False)
Make = Callable[..., BuiltReport]


def entry(state: State, month: Month = ORDER.month, asker: str = ASKER.user, **changes: Any) -> Run:
    usual = Run(RUN, Order(month), Origin.COMMAND, "C1", asker, datetime(2026, 2, 1, 8, 30, tzinfo=UTC), state)
    return replace(usual, **changes)


def review(result: Result = Result.ACCEPTED, reason: str = "As expected", **changes: Any) -> Review:
    usual = Review(RUN, OTHER.user, result, reason, "ab" * 32, 90001, 2, NOON, HEAD)
    return replace(usual, **changes)


def standing() -> OpenRuns:
    """Everything that a channel can wait for."""
    return OpenRuns(
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


CHANGES = Changes(
    BEFORE, added=4, changed=1, relabelled=2, added_ids=(7, 8, 9, 10), changed_ids=(3,), relabelled_ids=(1, 2)
)
ACTED: dict[str, str] = {
    "ID": "7",
    "Date": "2025-01-03T10:14:02+02:00",
    "User": "Zoe Miller [aae1e103]",
    "Action": "Deleted: Ann's <plan>.docx [5018, delete]",
    "Target": "4711",
    "Context": "Rooms: Legal",
}
DIFFERENT = EventLines(
    before={4: ACTED, 3: ACTED | {"Location/IP": "192.0.2.1"}, 1: ACTED | {"User": "Zoe Archer [aae1e103]"}},
    after={7: ACTED, 8: ACTED, 3: ACTED, 1: ACTED},
)
VANISHED = Changes(BEFORE, vanished=2, vanished_ids=(4, 5))
REASONS = tuple(f"day {day} could not be proven" for day in range(1, 10))
REVIEWS = (review(), review(Result.REMARKS, reviewer="U0CYD00001"), review(Result.REJECTED, reviewer="U0DAN00001"))


def summaries(draft: Make, filed: FiledFile) -> dict[str, Message]:
    def of(made: BuiltReport, *files: FiledFile, exposure: Exposure = MASKED, **beside: Any) -> Message:
        return summary(published(made, *(files or (filed,)), **beside), ASKER, exposure=exposure)

    gaps = Assessment(Verdict.GAPS, ("the portal keeps its audit trail for 180 days",))
    unread = Assessment(Verdict.UNREAD, ("The portal keeps failing with HTTP 500.",))
    filtered = replace(draft().scope, only=FILTERED)
    about = draft(scope=replace(draft().scope, only=ABOUT_PEOPLE), kept=12)
    parts = [replace(filed, id=90_000 + n, title=f"compliance-report-2025-01.part-{n}.txt") for n in range(1, 8)]
    manifest = replace(filed, id=90_100, title="compliance-report-2025-01.manifest.json", version=1)
    return {
        "summary-counts": of(draft(), exposure=COUNTS),
        "summary-masked": of(draft()),
        "summary-full": of(draft(), exposure=FULL),
        "summary-provisional": of(draft(judgement=Assessment(Verdict.PROVISIONAL, ("the month is not over yet",)))),
        "summary-gaps": of(draft(judgement=gaps, signins=SignIns(unread))),
        "summary-many-reasons": of(draft(judgement=Assessment(Verdict.GAPS, REASONS))),
        "summary-filtered": of(draft(scope=filtered, kept=133), exposure=FULL),
        "summary-filtered-masked": of(about),
        "summary-filtered-counts": of(about, exposure=COUNTS),
        "summary-filtered-empty": of(draft(scope=filtered, kept=0, categories=(), users=(), other_users=0)),
        "summary-unchanged": of(draft(), replace(filed, change=Change.UNCHANGED), head=HEAD),
        "summary-twin": of(draft(), replace(filed, version=1, change=Change.TWIN)),
        "summary-parts": summary(
            replace(published(draft()), filing=UploadResult(tuple(parts), manifest)), ASKER, exposure=MASKED
        ),
        "summary-manifest": summary(
            replace(published(draft(), head=HEAD), filing=UploadResult((filed,), manifest)), ASKER, exposure=MASKED
        ),
        "summary-changes": of(draft(), changes=CHANGES, head=HEAD),
        "summary-no-changes": of(draft(), changes=Changes(BEFORE)),
        "summary-vanished": of(draft(), changes=VANISHED, head=HEAD),
        "summary-reviewed": of(draft(), reviews=REVIEWS, head=HEAD),
        "summary-several-askers": summary(
            published(draft(), filed), ASKER, exposure=MASKED, also=(OTHER, Requester(""))
        ),
        "summary-empty": of(draft(read=0, kept=0, categories=(), users=(), other_users=0)),
    }


def progress() -> dict[str, Message]:
    order, now = Order(ORDER.month, only=FILTERED), Progress(share=0.42, events=1815)
    return {
        "beginning": waiting(ORDER, ASKER, RUN, 0),
        "waiting": waiting(order, ASKER, RUN, 2),
        "reading": reading(ORDER, ASKER, RUN, now),
        "reading-time-left": reading(ORDER, ASKER, RUN, now, left=timedelta(minutes=7, seconds=40)),
        "reading-portal-silent": reading(
            ORDER, ASKER, RUN, now, trouble="HTTP 503; it is asked again within 10 seconds"
        ),
        "reading-filtered": reading(order, ASKER, RUN, Progress(share=0, events=0)),
        "filing": filing(ORDER, ASKER),
        "failed": failed(ORDER, ASKER, FAILURE, run=RUN),
        "cancelled": cancelled(ORDER, ASKER, ADMIN, run=RUN),
    }


def answers() -> dict[str, Message]:
    why = "I can't post in this channel: it is archived."
    return {
        "usage": usage(),
        "accepted": accepted(ORDER, joined=False, ahead=0),
        "accepted-behind-others": accepted(ORDER, joined=False, ahead=2),
        "accepted-joined": accepted(ORDER, joined=True, ahead=0),
        "accepted-private": accepted(ORDER, joined=False, ahead=0, private=True),
        "joined": joined(ORDER),
        "stopping": cancelling(ORDER),
        "elsewhere": moved_to_dm(ORDER, "C0OLD00001", why, "Invite me with /invite and my name, then ask again."),
        "status": status(standing(), reader=ASKER.user),
        "health": health(["broken: portal: it does not answer. Look at it <!here>."] * 30),
        "status-nothing": status(OpenRuns((), (), elsewhere=0), reader=ASKER.user),
        "refusal": refusal("“soon” is not a month I understand.", "Write 2025-01."),
        **{f"looking-{question}": looking_up(question) for question in QueryKind},
    }


LINES = [
    "Highlights:",
    "12 deletions:",
    "  2025-01-03T10:14:02+02:00 | ID 4711 | Zoe Miller [aae1] | Deleted: Zoe Miller.docx [5018, delete] | 77 | Legal",
    "12 failed sign-ins:",
    "  2025-01-04T09:00:00+02:00 | Sign-in ID 12 | Ann Lee [u2] | Failed [1002, sign-in] | ann | 192.0.2.1 | Latvia",
    "",
    "Events:",
    RULE,
    "ID: 4711",
    "User: Zoe Miller [aae1e103]",
    "Location/IP: 192.0.2.1",
]


def threads(draft: Make, filed: FiledFile) -> dict[str, Message]:
    return {
        **{f"preview-{one.name.lower()}": preview(LINES, filed.title, draft(), exposure=one) for one in Exposure},
        "ready": report_ready(
            published(draft(), filed),
            (ASKER, OTHER, Requester(ADMIN, 3), Requester("")),
            preview(LINES, filed.title, draft(), exposure=MASKED),
        ),
        "ready-counts": report_ready(
            published(draft(), filed, changes=VANISHED),
            (ASKER,),
            preview(LINES, filed.title, draft(), exposure=COUNTS),
        ),
        "not-ready": report_failed(ORDER, (ASKER,), FAILURE, late=False, again=False),
        "not-ready-late": report_failed(ORDER, (Requester(ADMIN, 3),), FAILURE, late=True, again=False),
        "not-read-again": report_failed(ORDER, (ASKER,), FAILURE, late=False, again=True),
        "not-wanted": report_cancelled(ORDER, (OTHER,), ADMIN),
        "preview-empty": preview([], filed.title, draft(), exposure=FULL),
        "picture": picture("January 2025", "01 ████ 12\n02 ██ 6", ""),
        "picture-without-scope": picture("January 2025", "01 ████ 12\n02 ██ 6", "files:write"),
        "review-told": review_reply(review(reason="As expected.\nSee ticket <4711> & its answer."), "January 2025"),
        "review-revoked": review_reply(review(Result.REVOKED, "I looked at the wrong month."), "January 2025"),
    }


CHECKED = Check("the TXT", "its SHA-256 is the ledger's", Outcome.INTACT)
FOUND: dict[Outcome, tuple[Check, ...]] = {
    Outcome.INTACT: (CHECKED,),
    Outcome.CHANGED: (CHECKED, Check("the manifest", "its SHA-256 is another", Outcome.CHANGED)),
    Outcome.MISSING: (CHECKED, Check("the manifest", "it is not in the folder", Outcome.MISSING)),
    Outcome.REPLACED: (Check("compliance-report-2025-01.txt", "version 3 replaced it", Outcome.REPLACED),),
    Outcome.UNREADABLE: (CHECKED, Check("the manifest", "the portal kept failing", Outcome.UNREADABLE)),
    Outcome.BROKEN: (Check("the ledger", "entry 7 was changed", Outcome.BROKEN),),
}
EDITS = tuple(
    Edit("compliance-report-2025-01.txt", version, f"2026-02-0{version}T09:00:00Z", "Zoe Miller", comment)
    for version, comment in [(2, ""), (3, "Corrected & <b>")]
)


def verification(outcome: Outcome) -> Verification:
    edits = EDITS if outcome in {Outcome.REPLACED, Outcome.CHANGED} else ()
    traces = ("a download of compliance-report-2025-01.txt",)
    head = None if outcome is Outcome.BROKEN else HEAD
    return Verification(outcome, RUN, "compliance-report-2025-01", "ab" * 32, FOUND[outcome], edits, traces, head)


def exchanges(many: int) -> list[ApiCall]:
    target = "/api/2.0/security/audit/events/filter?from=2025-01-01T00:00:00Z&to=2025-01-31T23:59:59Z&count=100"
    made = [ApiCall("GET", target, 200, 100, 48_100, 120) for _ in range(many)]
    return [*made, ApiCall("GET", "/api/2.0/settings", 0, None, 0, 15_000)] if made else []


def lookups() -> dict[str, Message]:
    title, after, before = "January 2025, compared", entry(State.DONE), entry(State.DONE, run=BEFORE)
    return {
        **{
            f"verification-{outcome}": evidence.verification(
                verification(outcome), "Check of January 2025", ADMIN, exposure=MASKED
            )
            for outcome in FOUND
        },
        **{
            f"verification-replaced-{one.name.lower()}": evidence.verification(
                verification(Outcome.REPLACED), "Check of January 2025", ADMIN, exposure=one
            )
            for one in (COUNTS, FULL)
        },
        **{
            f"compared-{one.name.lower()}": evidence.comparison(title, CHANGES, before, after, DIFFERENT, exposure=one)
            for one in Exposure
        },
        "compared-unknown": evidence.comparison(title, CHANGES, before, after, EventLines(), exposure=FULL),
        "compared-vanished": evidence.comparison(title, VANISHED, before, after, DIFFERENT, exposure=FULL),
        "compared-equal": evidence.comparison(title, Changes(BEFORE), before, after, EventLines(), exposure=FULL),
        "incomparable": evidence.incomparable(title, "There is only one so far."),
        "requests": evidence.requests("How January 2025 was read", exchanges(3), exposure=MASKED),
        "requests-many": evidence.requests("How January 2025 was read", exchanges(3_000), exposure=MASKED),
        "requests-none": evidence.requests("How January 2025 was read", [], exposure=MASKED),
        "calendar": history.calendar(2025, months(), PORTAL, exposure=FULL, may_ask=True),
        "history": history.history("What was made of 2025", runs(), total=1_204, exposure=FULL),
        "history-counts": history.history("What was made of 2025", runs(), total=4, exposure=COUNTS),
        "history-none": history.history("What was made of 2025", [], total=0, exposure=FULL),
    }


def months() -> list[MonthRow]:
    """A year that has every state."""
    there: dict[str, Any] = {
        "run": RUN,
        "kept": 4321,
        "sha256": "ab" * 32,
        "version": 2,
        "url": f"{PORTAL}/doceditor?id=9",
    }
    made = {MonthState.REVIEWED, MonthState.MADE, MonthState.PROVISIONAL, MonthState.CHANGED_SINCE}
    rows = [MonthRow(Month(2025, n), state) for n, state in enumerate(MonthState, 1)]
    shown = [replace(row, **there) if row.state in made else row for row in rows]
    shown[0] = replace(shown[0], reviewers=(OTHER.user, ADMIN), verdict=Verdict.COMPLETE)
    shown[7] = replace(shown[7], notes=("older than the portal's 180 days setting, may be incomplete",))
    shown[3] = replace(shown[3], notes=("a newer attempt failed", "the file was made by <somebody> else"))
    return [*shown, *(MonthRow(Month(2025, n), MonthState.AHEAD) for n in range(len(shown) + 1, 13))]


def runs() -> list[PastRun]:
    files = (FiledFile(90001, 2, 4711, "x.txt", f"{PORTAL}/x", 10, "ab" * 32, Change.VERSION),)
    done: dict[str, Any] = {
        "verdict": Verdict.COMPLETE,
        "kept": 4321,
        "files": files,
        "sha256": "ab" * 32,
        "ended": NOON,
    }
    return [
        PastRun(entry(State.DONE, **done), "", REVIEWS),
        PastRun(entry(State.DONE, order=Order(Month(2025, 1), only=FILTERED), **done), BEFORE, ()),
        PastRun(entry(State.FAILED, Month(2025, 2), failure=FAILURE), "", ()),
        PastRun(entry(State.RUNNING, Month(2025, 3), ""), "", ()),
    ]


def views() -> dict[str, dict[str, Any]]:
    health = ("Version 1.0.0; the time zone of the reports is Europe/Riga.", "No report is being made.")
    page = Page(PORTAL, 2025, months(), all_listed(), runs(), health, may_ask=True)
    listed: list[ScheduleWithLastRun] = list(all_listed()) * 5
    return {
        "order-form": order_form(Month(2025, 2), channel="C0COMPLY01"),
        "order-form-anywhere": order_form(Month(2025, 2), channel=""),
        "review-form": review_form(RUN, "C0COMPLY01", "1738400000.000100"),
        "home": home(page, exposure=FULL),
        "home-full": home(replace(page, schedules=listed, runs=runs() * 5), exposure=FULL),
        "home-of-a-viewer": home(replace(page, may_ask=False), exposure=FULL),
        "home-empty": home(replace(page, schedules=(), runs=(), months=()), exposure=FULL),
        "home-closed": closed("You can't request compliance reports here.", "Ask the bot's operator."),
    }


def everything(draft: Make, filed: FiledFile) -> dict[str, Message]:
    return {
        **summaries(draft, filed),
        **progress(),
        **answers(),
        **threads(draft, filed),
        **lookups(),
        **views(),
        **schedule_messages(draft, filed),
    }

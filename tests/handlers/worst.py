"""Everything that messages are made of, at its longest and at its strangest."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from handlers.exposure import Exposure
from handlers.recurrence import DAYS, Rule
from handlers.schedule import Plan, Proposal, Schedule, ScheduleWithLastRun
from handlers.schedule import ScheduleStatus as Planned
from handlers.views.filed_report import Published
from handlers.views.home import Page
from handlers.views.review import LONGEST as REASON
from reporting.api_call import ApiCall
from reporting.filters import ALL_EVENTS, LONGEST, Clause, EventFilter
from reporting.period import Month, Window
from reporting.report import (
    Assessment,
    BuiltReport,
    Change,
    Counted,
    Failure,
    FiledFile,
    Order,
    Scope,
    SignIns,
    UploadResult,
    Verdict,
)
from reporting.run import ChainHead, Origin, Requester, Run, State
from reporting.verification import (
    Changes,
    Check,
    Edit,
    MonthRow,
    MonthState,
    Outcome,
    PastRun,
    Result,
    Review,
    Verification,
)

PORTAL = "https://docspace.example.com"
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
MOST = 10**12
HASH, RUN = "f" * 64, "f" * 32
CHANNEL, USER, MESSAGE = "C" + "0" * 20, "U" + "0" * 20, "1738400000.000100"
MONTH = Month(2099, 9)
LONG = [
    "x" * 1_300,
    "&" * 1_300,
    "<" * 300,
    "W " * 650,
    "\n" * 1_300,
    "\u202e" * 1_300,
    "中" * 1_300,
    "\U0001f600" * 1_300,
    "",
]
WORST, WIDE = "&" * 1_300, "x" * 1_300
texts = st.integers(0, len(LONG) - 1).map(LONG.__getitem__) | st.text(max_size=40)
exposures = st.sampled_from(Exposure)
numbers = st.sampled_from([0, 1, 999, MOST])
ADDRESSES = [f"{PORTAL}/doceditor?{tail}" for tail in ("id=1", "&" * 1_000, "x" * 3_100, "x" * 200)]
urls = st.integers(0, len(ADDRESSES) - 1).map(ADDRESSES.__getitem__) | texts
"""A file's address is as long as the portal likes."""


def ids(many: int) -> tuple[int, ...]:
    return tuple(range(MOST, MOST + min(many, 100)))


clauses = st.builds(
    Clause,
    st.sampled_from(["room", "user", "file", "type"]),
    st.lists(texts.map(lambda text: text[: LONGEST - 10]), min_size=1, max_size=3).map(tuple),
)
filters = (
    st.just(ALL_EVENTS)
    | st.builds(EventFilter, st.tuples(clauses))
    | st.builds(EventFilter, st.tuples(clauses, clauses))
)
orders = st.builds(Order, st.just(MONTH), st.just("Europe/Riga"), filters)
askers = st.builds(Requester, st.just(USER), numbers, st.none() | st.just(NOON))
judgements = st.builds(Assessment, st.sampled_from(Verdict), st.lists(texts, max_size=30).map(tuple))
filed = st.builds(FiledFile, numbers, numbers, numbers, texts, urls, numbers, st.just(HASH), st.sampled_from(Change))
heads = st.builds(ChainHead, numbers, st.just(HASH))
reviews = st.builds(
    Review,
    st.just(RUN),
    st.just(USER),
    st.sampled_from(Result),
    texts,
    st.just(HASH),
    numbers,
    numbers,
    st.just(NOON),
    heads,
)
changes = st.builds(
    lambda many: Changes(RUN, many, many, many, many, ids(many), ids(many), ids(many), ids(many)), numbers
)
filings = st.builds(UploadResult, st.lists(filed, min_size=1, max_size=40).map(tuple), st.none() | filed)
counted = st.builds(Counted, texts, numbers)
categories = st.integers(0, 11).map(lambda n: tuple(Counted(f"category {one}", MOST) for one in range(n)))
highlights = st.integers(0, 7).map(
    lambda n: tuple(Counted(f"changes of administrators' rights {i}", MOST) for i in range(n))
)
entries = st.builds(
    Run,
    st.just(RUN),
    orders,
    st.sampled_from(Origin),
    st.just(CHANNEL),
    st.just(USER),
    st.just(NOON),
    st.sampled_from(State),
    verdict=st.none() | st.sampled_from(Verdict),
    kept=st.none() | numbers,
    sha256=st.sampled_from(["", HASH]),
    files=st.lists(filed, max_size=2).map(tuple),
    failure=st.none() | st.builds(Failure, texts, texts, texts, st.booleans()),
)
scopes = st.builds(
    Scope, st.just(MONTH), st.just(PORTAL), texts, texts, st.just(Window(NOON, NOON + timedelta(days=31))), filters
)
drafts = st.builds(
    BuiltReport,
    scope=scopes,
    judgement=judgements,
    signins=st.builds(SignIns, judgements, numbers, numbers, numbers, numbers),
    read=numbers,
    kept=numbers,
    before=st.none() | numbers,
    highlights=highlights,
    requests=numbers,
    categories=categories,
    users=st.lists(counted, max_size=20).map(tuple),
    other_users=numbers,
    path=st.just(Path("x.txt")),
    extras=st.just(()),
    size=numbers,
    sha256=st.just(HASH),
)
published = st.builds(
    Published,
    st.just(RUN),
    drafts,
    filings,
    st.none() | heads,
    st.none() | changes,
    st.lists(reviews, max_size=12).map(tuple),
)


def worst(text: str, *, parts: int = 40, reasons: int = 30, many: int = 12) -> Published:
    """A report with as much of everything as there can be."""
    judged = Assessment(Verdict.PROVISIONAL, (text,) * reasons)
    one = FiledFile(MOST, MOST, MOST, text, f"{PORTAL}/?{'x' * 200}", MOST, HASH, Change.TWIN)
    head = ChainHead(MOST, HASH)
    review = Review(RUN, USER, Result.REMARKS, text, HASH, MOST, MOST, NOON, head)
    only = EventFilter((Clause("room", (text[: LONGEST - 10],)),))
    draft = BuiltReport(
        scope=Scope(MONTH, PORTAL, text, text, Window(NOON, NOON), only),
        judgement=judged,
        signins=SignIns(judged, MOST, MOST, MOST, MOST),
        read=MOST,
        kept=MOST,
        before=1,
        highlights=tuple(Counted("changes of administrators' rights", MOST) for _ in range(8)),
        requests=MOST,
        categories=tuple(Counted(f"category {one}", MOST) for one in range(11)),
        users=(Counted(text, MOST),) * 20,
        other_users=MOST,
        path=Path("x.txt"),
        extras=(),
        size=MOST,
        sha256=HASH,
    )
    all_new = Changes(RUN, MOST, MOST, MOST, MOST, ids(MOST), ids(MOST), ids(MOST), ids(MOST))
    return Published(RUN, draft, UploadResult((one,) * parts, one), head, all_new, (review,) * many)


outcomes = st.sampled_from(Outcome)
verifications = st.builds(
    Verification,
    outcomes,
    st.just(RUN),
    texts,
    st.just(HASH),
    st.lists(st.builds(Check, texts, texts, outcomes), max_size=60).map(tuple),
    st.lists(st.builds(Edit, texts, numbers, texts, texts, texts), max_size=100).map(tuple),
    st.lists(texts, max_size=100).map(tuple),
    st.none() | heads,
)


exchanges = st.builds(
    ApiCall,
    st.sampled_from(["GET", "POST"]),
    texts.map(lambda text: f"/{text}"),
    numbers,
    st.none() | numbers,
    numbers,
    numbers,
)


rows = st.builds(
    MonthRow,
    st.just(MONTH),
    st.sampled_from(MonthState),
    st.lists(texts, max_size=4).map(tuple),
    st.sampled_from(["", RUN]),
    st.none() | st.sampled_from(Verdict),
    st.none() | numbers,
    st.just(HASH),
    numbers,
    urls,
    st.lists(st.just(USER), max_size=12).map(tuple),
)
FULLEST = MonthRow(
    MONTH, MonthState.BEYOND_RETENTION, (WIDE,) * 3, RUN, None, MOST, HASH, MOST, f"{PORTAL}/{'x' * 200}", (USER,) * 12
)
pasts = st.builds(PastRun, entries, st.sampled_from(["", RUN]), st.lists(reviews, max_size=12).map(tuple))
FILE = FiledFile(MOST, MOST, MOST, WIDE, WIDE, MOST, HASH, Change.TWIN)
FAILED = Run(
    RUN,
    Order(MONTH, only=EventFilter((Clause("room", (WIDE[:900],)),))),
    Origin.COMMAND,
    CHANNEL,
    USER,
    NOON,
    State.WARNED,
    verdict=Verdict.PROVISIONAL,
    kept=MOST,
    sha256=HASH,
    files=(FILE,),
    failure=Failure(WIDE, WIDE, WIDE, transient=True),
)
FULLEST_PAST = PastRun(
    FAILED, RUN, (Review(RUN, USER, Result.REMARKS, WIDE, HASH, MOST, MOST, NOON, ChainHead(MOST, HASH)),) * 12
)


brief = st.builds(
    EventFilter, st.tuples(st.builds(Clause, st.just("room"), st.tuples(texts.map(lambda text: text[:990]))))
)
"""The desk lets nobody keep a schedule with more than that."""
rules = st.builds(Rule, st.sampled_from(DAYS), st.just(NOON.time()), st.just("America/Argentina/ComodRivadavia"))
plans = st.builds(Plan, rules, st.just(ALL_EVENTS) | brief)
schedules = st.builds(
    Schedule,
    numbers,
    st.just(CHANNEL),
    st.just(USER),
    plans,
    st.sampled_from(Planned),
    texts,
    st.just(MONTH),
    st.just(NOON),
    st.just(NOON),
)
listed = st.builds(ScheduleWithLastRun, schedules, st.none() | entries)
proposals = st.builds(Proposal, plans, st.just((NOON,) * 3), st.just(MONTH), numbers)


PLAN = Plan(Rule("last wednesday", NOON.time(), "America/Argentina/ComodRivadavia"), FAILED.order.only)
PAUSED = Schedule(MOST, CHANNEL, USER, PLAN, Planned.PAUSED, WORST, MONTH, NOON, NOON)
PROPOSED = Proposal(PLAN, (NOON,) * 3, MONTH, MOST)
FAILURE = Failure(WORST, WORST, WORST, transient=True)
ORDER, ASKER = FAILED.order, Requester(USER, MOST, NOON)
HEAD = ChainHead(MOST, HASH)
REQUESTS = [ApiCall("GET", f"/{number}{WIDE}", 200, MOST, MOST, MOST) for number in range(500)]
HIDDEN = [ApiCall("GET", f"/{number}\u202e\n", 200, MOST, MOST, MOST) for number in range(16)]
FOUND = Verification(
    Outcome.REPLACED,
    RUN,
    WORST,
    HASH,
    (Check(WIDE, WIDE, Outcome.REPLACED),) * 1_000,
    (Edit(WIDE, MOST, WIDE, WIDE, WIDE),) * 1_000,
    (WIDE,) * 100,
    HEAD,
)
REVIEW = Review(RUN, USER, Result.REMARKS, "&\n" * (REASON // 2), HASH, MOST, MOST, NOON, HEAD)
FULL_PAGE = Page(
    PORTAL,
    2099,
    [FULLEST] * 12,
    [ScheduleWithLastRun(PAUSED, FAILED)] * 100,
    [FULLEST_PAST] * 100,
    [WIDE] * 9,
    may_ask=True,
)
DRAFT = worst(WIDE).draft

"""The desk checks what is known at once, writes down, and only then has somebody look at it."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.config.access_policy import Access, Refusals, Right, Viewers
from bot.desk import BotDesk, complete_order
from bot.errors import DatabaseTrouble
from bot.runs.cancellation import run_to_cancel
from bot.store import requests, schedules
from bot.store.database import Store, connect
from bot.workflows.kinds import Submission
from bot.workflows.report import CancelRun
from handlers.desk import (
    Cancellation,
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
from handlers.errors import (
    ForAdmins,
    NoSuchSchedule,
    NotAllowed,
    NothingToCancel,
    ProposalGone,
    SeveralToCancel,
    ZoneNotLearned,
    ZoneUnknown,
)
from handlers.exposure import Exposure
from handlers.query import QueryKind
from handlers.recurrence import Rule
from handlers.schedule import FormOpening, Plan, Proposal, Schedule, Verb
from handlers.views.schedules import confirmation, listing
from reporting.errors.request import MonthAhead, NoReport, UnknownProfile
from reporting.evidence import ledger
from reporting.filters import ALL_EVENTS, EventFilter, parse
from reporting.period import Month
from reporting.run import Origin, State
from reporting.verification import Result
from tests.entries import ANN, BOB, COMPLIANCE, LEGAL, NOON, entry, request

OPEN_TO_ALL = Access(
    team="T1",
    users=frozenset(),
    groups=frozenset(),
    channels=frozenset(),
    viewers=Viewers.REQUESTERS,
    refusals=Refusals(),
)
PROFILES = {"hr": parse('type:user room:"HR"')}
HERE = RequestContext(COMPLIANCE, ANN)
PLAN = Plan(Rule("1", time(9), "UTC"), ALL_EVENTS)


@dataclass(frozen=True)
class Doorkeeper:
    """Lets in by what is known without asking Slack; everybody is an admin but those who are said not to be."""

    access: Access = OPEN_TO_ALL
    plain: frozenset[str] = frozenset()

    def recall(self, place: RequestContext, right: Right = Right.ASK) -> None:
        self.access.check(place, right)

    def admit_now(self, place: RequestContext, right: Right = Right.ASK) -> Mapping[str, Any]:
        self.access.check(place, right)
        return {"id": place.asker, "is_admin": place.asker not in self.plain}

    def may_ask(self, place: RequestContext) -> bool:
        return place.asker not in self.plain


@dataclass
class Recorder:
    """An engine that keeps what it is asked for, and how often somebody was nudged to look at the requests."""

    submitted: list[tuple[Submission, str]] = field(default_factory=list)
    """Each with its key."""
    nudges: int = 0

    def nudge(self) -> None:
        self.nudges += 1

    def submit(self, work: Submission, key: str) -> None:
        self.submitted.append((work, key))

    @property
    def untouched(self) -> bool:
        return self == Recorder()


def at_the_desk(store: Store, engine: Recorder) -> BotDesk:
    return BotDesk(
        store,
        engine,
        engine.nudge,
        Doorkeeper(),
        PROFILES,
        "Europe/Riga",
        at_once=1,
        now=lambda: NOON,
        portal_zone=lambda: "",
        settle=timedelta(hours=24),
    )


@pytest.fixture
def engine() -> Recorder:
    return Recorder()


@pytest.fixture
def desk(store: Store, engine: Recorder) -> BotDesk:
    return at_the_desk(store, engine)


def cancel(desk: BotDesk, key: str = "c", *, channel: str = COMPLIANCE, run: str = "", month: str = "") -> str:
    wanted = Month.parse(month) if month else None
    return desk.cancel(Cancellation(RequestContext(channel, BOB), key, run=run, month=wanted)).run


def submit(desk: BotDesk, wanted: Request) -> Receipt:
    """Ask, as somebody of whom Slack has said that they may."""
    receipt = desk.submit(wanted)
    opened = desk.store.write(requests.open_run, requests.request_id(wanted.key))
    return dataclasses.replace(receipt, run=opened.run)


# -- submitting --


def test_a_request_is_written_down_in_the_zone_of_the_reports_before_somebody_is_nudged(
    store: Store, engine: Recorder
) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(list(store.write(requests.unreceived)))

    desk = dataclasses.replace(at_the_desk(store, engine), nudge=look)
    receipt = desk.submit(request("k"))
    assert seen == [[requests.request_id("k")]]
    assert desk.store.write(ledger.find, receipt.run) is None  # nobody has said yet that they may
    opened = desk.store.write(requests.open_run, receipt.run)
    assert desk.store.write(ledger.get, opened.run).order == request("k", zone="Europe/Riga").order


def test_a_click_that_is_delivered_twice_is_one_request(desk: BotDesk) -> None:
    assert desk.submit(request("k")) == desk.submit(request("k"))
    assert list(desk.store.write(requests.unreceived)) == [requests.request_id("k")]


def test_who_asks_for_the_same_joins(desk: BotDesk, engine: Recorder) -> None:
    first, second = submit(desk, request("k1")), desk.submit(request("k2", asker=BOB, channel=LEGAL))
    assert (second.run, second.joined) == (first.run, True)
    assert set(desk.store.write(requests.unreceived)) == {requests.request_id("k1"), requests.request_id("k2")}
    assert engine.nudges == 2


@pytest.mark.parametrize(("at_once", "ahead"), [(1, [0, 1, 2]), (2, [0, 0, 1]), (5, [0, 0, 0])])
def test_who_asks_hears_how_many_reports_have_to_end_before(desk: BotDesk, at_once: int, ahead: list[int]) -> None:
    several = dataclasses.replace(desk, at_once=at_once)
    assert [several.submit(request(f"{month}", f"2024-0{month}")).ahead for month in (1, 2, 3)] == ahead


def test_a_profile_joins_the_run_of_the_filter_that_it_stands_for(desk: BotDesk) -> None:
    first = submit(desk, request("k1", only="profile:HR"))
    assert submit(desk, request("k2", only='room:"HR" type:user')).run == first.run


@pytest.mark.parametrize(
    "place",
    [RequestContext(COMPLIANCE, ANN, stranger=True), RequestContext(LEGAL, ANN), RequestContext(COMPLIANCE, BOB)],
)
def test_who_may_not_leaves_nothing_behind(desk: BotDesk, engine: Recorder, place: RequestContext) -> None:
    refusals = Refusals()
    access = Access("T1", frozenset({ANN}), frozenset(), frozenset({COMPLIANCE}), Viewers.REQUESTERS, refusals)
    strict = dataclasses.replace(desk, people=Doorkeeper(access))
    acts: list[Callable[[], object]] = [
        lambda: strict.submit(dataclasses.replace(request("k"), place=place)),
        lambda: strict.cancel(Cancellation(place, "c")),
        lambda: strict.status(place),
        lambda: strict.admit(place),
        lambda: strict.rerun(place, "r1", "k"),
        lambda: strict.open_schedule(place, FormSource()),
        lambda: strict.propose(place, PLAN, key="p"),
        lambda: strict.save_schedule(SaveSchedule(place, PLAN, "s")),
        lambda: strict.change_schedule(ScheduleAction(place, 1, Verb.PAUSE, "a")),
        lambda: strict.schedule(place, 1),
        lambda: strict.schedules(place),
        lambda: strict.look_up(Query(QueryKind.VERIFY, place, "i")),
        lambda: strict.submit_review(ReviewSubmission(place, "r1", Result.ACCEPTED, "fine", "1.0", "o")),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert refusals.total == len(acts)
    assert engine.untouched
    assert desk.store.write(ledger.list_open_runs) == []


def test_nobody_is_nudged_for_what_cannot_be_written_down(engine: Recorder) -> None:
    nowhere = connect("sqlite:////nowhere/bot.sqlite")
    with pytest.raises(DatabaseTrouble):
        at_the_desk(nowhere, engine).submit(request("k"))
    assert engine.untouched
    nowhere.close()


def test_a_long_filter_of_a_person_does_not_close_the_desk_to_everybody(desk: BotDesk) -> None:
    """Actions written as numbers become names, which are longer than a filter may be."""
    submit(desk, request("k1", only="action:" + ",".join(map(str, range(5000, 5150)))))
    submit(desk, request("k2"))
    assert len(desk.status(RequestContext(COMPLIANCE, ANN)).here) == 2


def test_several_profiles_together_do_not_close_the_desk_to_everybody(desk: BotDesk) -> None:
    rooms = {name: parse(f'room:"{name * 450}" user:"{name * 450}"') for name in "ab"}
    desk = dataclasses.replace(desk, profiles=rooms)
    submit(desk, request("k1", only="profile:a profile:b"))
    submit(desk, request("k2"))
    assert len(desk.status(RequestContext(COMPLIANCE, ANN)).here) == 2


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2025, 1, 31, 9, 59, tzinfo=UTC), "2025-02"),
        (datetime(2025, 1, 31, 10, 0, tzinfo=UTC), "2025-03"),
        (NOON, "2099-01"),
    ],
)
def test_a_month_that_has_begun_nowhere_on_earth_is_refused(now: datetime, month: str) -> None:
    with pytest.raises(MonthAhead):
        complete_order(request("k", month), {}, zone="", now=now)


@pytest.mark.parametrize("now", [datetime(2025, 1, 31, 10, 0, tzinfo=UTC), NOON])
def test_a_month_that_has_begun_on_some_island_can_be_asked_for(now: datetime) -> None:
    assert complete_order(request("k", "2025-02"), {}, zone="UTC", now=now) == request("k", "2025-02", zone="UTC")


@pytest.mark.parametrize("profiles", [{}, PROFILES])
def test_an_unknown_profile_is_refused(profiles: Mapping[str, EventFilter]) -> None:
    with pytest.raises(UnknownProfile):
        complete_order(request("k", only="profile:nobody"), profiles, zone="", now=NOON)


# -- cancelling --


def test_the_only_run_of_the_channel_is_the_one_that_is_meant(desk: BotDesk, engine: Recorder) -> None:
    run = submit(desk, request("k")).run
    submit(desk, request("other", "2024-12", channel=LEGAL))
    assert cancel(desk) == run
    assert engine.submitted == [(CancelRun(run, RequestContext(COMPLIANCE, BOB)), "c")]


def test_a_run_that_was_joined_from_a_channel_can_be_cancelled_there(desk: BotDesk) -> None:
    run = submit(desk, request("k1")).run
    submit(desk, request("k2", channel=LEGAL))
    assert cancel(desk, channel=LEGAL) == run


def test_of_several_runs_the_month_or_the_button_says_which_is_meant(desk: BotDesk) -> None:
    runs = [submit(desk, request(month, month)).run for month in ("2024-11", "2024-12")]
    with pytest.raises(SeveralToCancel, match="November 2024, December 2024"):
        cancel(desk)
    assert cancel(desk, month="2024-12") == runs[1]
    assert cancel(desk, run=runs[0]) == runs[0]


def test_two_filters_of_one_month_are_several_and_each_is_named(desk: BotDesk) -> None:
    submit(desk, request("k1"))
    submit(desk, request("k2", only="type:delete"))
    with pytest.raises(SeveralToCancel, match=r"January 2025(, January 2025 type:delete| type:delete, January 2025)"):
        cancel(desk, month="2025-01")


def test_what_is_not_being_made_cannot_be_cancelled(desk: BotDesk, engine: Recorder) -> None:
    over = submit(desk, request("k")).run
    desk.store.write(ledger.end, over, State.DONE, now=NOON)
    submit(desk, request("other", "2024-12", channel=LEGAL))
    for which in {}, {"month": "2025-01"}, {"month": "2024-12"}, {"run": over}, {"run": "nowhere"}:
        with pytest.raises(NothingToCancel):
            cancel(desk, **which)
    assert engine.submitted == []


def test_which_run_is_meant_follows_from_what_goes_on_alone() -> None:
    going_on = [entry("a"), entry("b", "2025-02")]
    cancellation = Cancellation(RequestContext(COMPLIANCE, ANN), "c")
    assert run_to_cancel(going_on, {"b"}, cancellation).run == "b"
    with pytest.raises(NothingToCancel):
        run_to_cancel(going_on, set(), cancellation)


# -- looking --


def test_nothing_is_being_made_at_first(desk: BotDesk) -> None:
    standing = desk.status(RequestContext(COMPLIANCE, ANN))
    assert (standing.here, standing.ahead, standing.elsewhere) == ((), (), 0)


def test_the_runs_of_a_channel_are_shown_with_their_places_and_those_of_others_are_counted(desk: BotDesk) -> None:
    first = submit(desk, request("k1", "2024-10")).run
    submit(desk, request("k2", "2024-11", channel=LEGAL, asker=BOB))
    last = submit(desk, request("k3", "2024-12")).run
    desk.store.write(ledger.begin, first, replica="me", now=NOON)
    standing = desk.status(RequestContext(COMPLIANCE, ANN))
    assert [one.run for one in standing.here] == [first, last]
    assert (standing.ahead, standing.elsewhere) == ((0, 2), 1)


@pytest.mark.parametrize(("plain", "counted"), [(frozenset({ANN}), 1), (frozenset(), 2)], ids=["a member", "an admin"])
def test_private_runs_of_others_are_counted_for_admins_alone(
    desk: BotDesk, plain: frozenset[str], counted: int
) -> None:
    submit(desk, request("k1", "2024-10", channel=LEGAL, asker=BOB))
    submit(desk, request("k2", "2024-11", channel=BOB, asker=BOB))
    desk = dataclasses.replace(desk, people=Doorkeeper(plain=plain))
    assert desk.status(RequestContext(COMPLIANCE, ANN)).elsewhere == counted


# -- schedules --


def kept(desk: BotDesk, plan: Plan, *, channel: str = COMPLIANCE, key: str = "s") -> Schedule:
    """A schedule as the engine writes it down."""
    return desk.store.write(schedules.save, plan, key=key, channel=channel, maker=ANN, now=NOON)


def test_a_plan_is_told_with_its_next_three_moments_the_first_month_and_what_its_profile_stands_for(
    desk: BotDesk,
) -> None:
    proposal = desk.propose(HERE, Plan(Rule("1", time(9), "UTC"), parse("profile:hr")), key="p")
    assert proposal.dates == tuple(datetime(2025, month, 1, 9, tzinfo=UTC) for month in (3, 4, 5))
    assert (proposal.reports, proposal.number) == (Month(2025, 2), 0)
    assert proposal.plan.only == PROFILES["hr"]


def test_a_plan_that_is_changed_to_a_day_that_has_passed_says_that_its_report_is_made_now(desk: BotDesk) -> None:
    number = kept(desk, Plan(Rule("20", time(9), "UTC"), ALL_EVENTS)).number
    passed = desk.propose(HERE, Plan(Rule("2", time(9), "UTC"), ALL_EVENTS), key="p", number=number)
    to_come = desk.propose(HERE, Plan(Rule("21", time(9), "UTC"), ALL_EVENTS), key="p", number=number)
    assert (passed.overdue, to_come.overdue) == (True, False)
    assert passed.reports == Month(2025, 1)


@pytest.mark.parametrize(
    ("day", "hour", "settles"),
    [("1", 9, True), ("1", 23, True), ("2", 0, False), ("2", 9, False), ("last", 9, False)],
)
def test_a_plan_that_does_not_wait_for_its_month_to_settle_says_when_that_is(
    day: str, hour: int, settles: bool, desk: BotDesk
) -> None:
    there = dataclasses.replace(desk, zone="UTC")
    proposal = there.propose(HERE, Plan(Rule(day, time(hour), "UTC"), ALL_EVENTS), key="p")
    reported = proposal.reports.plus(1)
    expected = datetime(reported.year, reported.month, 2, tzinfo=UTC)
    assert proposal.settles == (expected if settles else None)


@pytest.mark.parametrize(
    ("named", "newest", "reports", "portal", "zone"),
    [
        ("UTC", "Asia/Tokyo", "Europe/Riga", "Europe/Paris", "UTC"),
        ("", "Asia/Tokyo", "Europe/Riga", "Europe/Paris", "Asia/Tokyo"),
        ("", "", "Europe/Riga", "Europe/Paris", "Europe/Riga"),
        ("", "", "", "Europe/Paris", "Europe/Paris"),
    ],
)
def test_a_plan_without_a_zone_has_the_nearest_that_is_known(
    desk: BotDesk, named: str, newest: str, reports: str, portal: str, zone: str
) -> None:
    if newest:
        kept(desk, Plan(Rule("1", time(9), newest), ALL_EVENTS))
    kept(desk, Plan(Rule("1", time(9), "America/Lima"), ALL_EVENTS), channel=LEGAL, key="other")
    there = dataclasses.replace(desk, zone=reports, portal_zone=lambda: portal)
    assert there.propose(HERE, Plan(Rule("1", time(9), named), ALL_EVENTS), key="p").plan.rule.zone == zone


def test_as_long_as_no_zone_is_known_one_has_to_be_named(desk: BotDesk, engine: Recorder) -> None:
    nowhere = dataclasses.replace(desk, zone="")
    plan = Plan(Rule("1", time(9)), ALL_EVENTS)
    acts: list[Callable[[], object]] = [
        lambda: nowhere.propose(HERE, plan, key="p"),
        lambda: nowhere.save_schedule(SaveSchedule(HERE, plan, "s")),
    ]
    for act in acts:
        with pytest.raises(ZoneUnknown, match="zone") as unknown:
            act()
        assert "monthly on 1 at 09:00" in unknown.value.advice
    assert engine.untouched


def test_a_changed_plan_goes_on_with_the_month_whose_turn_it_is(desk: BotDesk) -> None:
    number = kept(desk, PLAN).number
    desk.store.write(lambda c: schedules.advance(c, schedules.get(c, number), Month(2025, 6)))
    proposal = desk.propose(HERE, Plan(Rule("15", time(9), "UTC"), ALL_EVENTS), key="p", number=number)
    assert proposal.dates == tuple(datetime(2025, month, 15, 9, tzinfo=UTC) for month in (6, 7, 8))
    assert (proposal.reports, proposal.number) == (Month(2025, 5), number)


def test_a_schedule_is_handed_to_the_engine_with_its_zone_and_what_its_profile_stands_for(
    desk: BotDesk, engine: Recorder
) -> None:
    desk.save_schedule(SaveSchedule(HERE, Plan(Rule("1", time(9)), parse("profile:hr")), "s"))
    assert engine.submitted == [(SaveSchedule(HERE, Plan(Rule("1", time(9), "Europe/Riga"), PROFILES["hr"]), "s"), "s")]
    assert desk.schedules(HERE).listed == ()


def test_what_somebody_does_with_a_schedule_is_handed_to_the_engine(desk: BotDesk, engine: Recorder) -> None:
    schedule = kept(desk, PLAN)
    amendment = ScheduleAction(HERE, schedule.number, Verb.PAUSE, "a")
    assert desk.change_schedule(amendment) == schedule
    assert engine.submitted == [(amendment, amendment.key)]


def test_nothing_is_done_with_a_schedule_that_there_is_not(desk: BotDesk, engine: Recorder) -> None:
    gone = kept(desk, PLAN).number
    desk.store.write(schedules.delete, gone)
    for number in gone, 99:
        acts: list[Callable[[], object]] = [
            lambda: desk.change_schedule(ScheduleAction(HERE, number, Verb.RUN, "a")),  # noqa: B023 - called at once
            lambda: desk.schedule(HERE, number),  # noqa: B023
            lambda: desk.propose(HERE, PLAN, key="p", number=number),  # noqa: B023
            lambda: desk.save_schedule(SaveSchedule(HERE, PLAN, "s", number=number)),  # noqa: B023
        ]
        for act in acts:
            with pytest.raises(NoSuchSchedule, match=str(number)):
                act()
    assert engine.untouched


def test_the_schedules_of_a_channel_are_listed_with_their_newest_runs(desk: BotDesk) -> None:
    first, second = kept(desk, PLAN), kept(desk, PLAN, key="s2")
    kept(desk, PLAN, channel=LEGAL, key="s3")
    wanted = dataclasses.replace(request("k"), schedule=second.number)
    run = desk.store.write(requests.save, wanted, now=NOON)
    found = desk.schedules(HERE).listed
    assert [one.schedule for one in found] == [first, second]
    assert [one.last.run if one.last else "" for one in found] == ["", run]


# -- looking up --


def test_what_is_to_be_looked_up_is_handed_to_the_engine_with_its_profiles_spelled_out(
    desk: BotDesk, engine: Recorder
) -> None:
    asked = Query(QueryKind.VERIFY, HERE, "i", Month(2025, 1), parse("profile:hr"))
    desk.look_up(asked)
    assert engine.submitted == [(dataclasses.replace(asked, only=PROFILES["hr"]), asked.key)]
    with pytest.raises(UnknownProfile):
        desk.look_up(dataclasses.replace(asked, only=parse("profile:losses")))


def test_a_review_is_handed_to_the_engine_which_knows_who_asked_for_the_report(desk: BotDesk, engine: Recorder) -> None:
    opinion = ReviewSubmission(HERE, "r1", Result.REJECTED, "half of it is missing", "1.0", "o")
    desk.submit_review(opinion)
    assert engine.submitted == [(opinion, opinion.key)]


def test_what_was_asked_for_a_moment_ago_can_be_cancelled_by_who_may_ask(desk: BotDesk, engine: Recorder) -> None:
    run = desk.submit(request("k", asker=BOB)).run
    plain = dataclasses.replace(desk, people=Doorkeeper(plain=frozenset({BOB})))
    with pytest.raises(NothingToCancel):
        cancel(plain)
    assert desk.store.read(ledger.list_open_runs) == []
    assert cancel(desk) == run
    assert [work.run for work, _ in engine.submitted if isinstance(work, CancelRun)] == [run]


# -- for oneself alone --


def test_a_private_request_belongs_into_the_direct_messages_of_who_asks(desk: BotDesk) -> None:
    receipt = submit(desk, dataclasses.replace(request("k"), private=True))
    [asked] = desk.store.write(requests.of_run, receipt.run)
    assert (asked.place.channel, asked.place.asker) == (ANN, ANN)
    [shown] = desk.status(HERE).here
    assert (shown.place, shown.asker) == (ANN, ANN)
    assert desk.status(RequestContext(COMPLIANCE, BOB)).here == ()


def test_a_private_request_is_refused_where_the_asker_may_not_ask(desk: BotDesk) -> None:
    access = Access("T1", frozenset(), frozenset(), frozenset({LEGAL}), Viewers.REQUESTERS, Refusals())
    strict = dataclasses.replace(desk, people=Doorkeeper(access))
    with pytest.raises(NotAllowed):
        strict.submit(dataclasses.replace(request("k"), private=True))


# -- the month --


def test_the_month_is_that_of_the_reports_zone_and_none_while_that_is_not_known(desk: BotDesk) -> None:
    late = datetime(2025, 1, 31, 23, tzinfo=UTC)
    here = dataclasses.replace(desk, now=lambda: late)
    assert here.this_month() == Month(2025, 2)
    assert dataclasses.replace(here, zone="UTC").this_month() == Month(2025, 1)
    assert dataclasses.replace(here, zone="", portal_zone=lambda: "Europe/Riga").this_month() == Month(2025, 2)
    with pytest.raises(ZoneNotLearned):
        dataclasses.replace(here, zone="").this_month()


# -- what buttons and forms carry --

WITHHELD = "type:delete user:…"
ABOUT_ZOE = Plan(Rule("1", time(9), "UTC"), parse("user:zoe@example.com type:delete"))


def proposal_of(desk: BotDesk, plan: Plan = ABOUT_ZOE, **more: Any) -> Proposal:
    return desk.propose(HERE, plan, key="p", **more)


def test_a_proposal_is_found_again_by_its_id_and_kept_as_it_was_said_back(desk: BotDesk, engine: Recorder) -> None:
    meant = proposal_of(desk)
    desk.save_proposal(SaveProposal(RequestContext("", ANN), meant.id, "press"))
    assert [work for work, _ in engine.submitted] == [SaveSchedule(HERE, meant.plan, meant.id, press="press")]


@pytest.mark.parametrize("other", ["nothing", ""])
def test_what_was_never_proposed_is_not_kept(other: str, desk: BotDesk, engine: Recorder) -> None:
    with pytest.raises(ProposalGone):
        desk.save_proposal(SaveProposal(HERE, other))
    assert engine.untouched


def test_nobody_saves_or_reads_what_was_proposed_to_somebody_else(desk: BotDesk, engine: Recorder) -> None:
    meant = proposal_of(desk)
    there = RequestContext(COMPLIANCE, BOB)
    with pytest.raises(ProposalGone):
        desk.save_proposal(SaveProposal(there, meant.id))
    with pytest.raises(NoReport):
        desk.open_schedule(there, FormSource(about=meant.id))
    assert desk.open_schedule(HERE, FormSource(about=meant.id)) == FormOpening(meant.plan)
    assert engine.untouched


def test_a_proposal_that_is_made_twice_of_the_same_words_is_one(desk: BotDesk) -> None:
    assert proposal_of(desk).id == proposal_of(desk).id
    assert desk.propose(HERE, PLAN, key="q").id != proposal_of(desk).id


def test_a_form_for_somebody_else_s_schedule_opens_without_the_filter_that_they_wrote(desk: BotDesk) -> None:
    number = kept(desk, ABOUT_ZOE).number
    source = FormSource(number=number)
    assert desk.open_schedule(HERE, source) == FormOpening(ABOUT_ZOE)
    opened = desk.open_schedule(RequestContext(COMPLIANCE, BOB), source)
    assert opened == FormOpening(Plan(ABOUT_ZOE.rule, ALL_EVENTS), "type:delete user:…")
    plain = dataclasses.replace(desk, people=Doorkeeper(plain=frozenset({BOB})))
    with pytest.raises(ForAdmins):
        plain.open_schedule(RequestContext(COMPLIANCE, BOB), source)
    with pytest.raises(ForAdmins):
        plain.propose(RequestContext(COMPLIANCE, BOB), PLAN, key="p", number=number)


def test_a_filter_that_may_not_be_read_stays_as_it_is_and_is_said_back_without_names(desk: BotDesk) -> None:
    number = kept(desk, ABOUT_ZOE).number
    changed = Plan(Rule("7", time(9), "UTC"), ALL_EVENTS)
    there = RequestContext(COMPLIANCE, BOB)
    meant = desk.propose(there, changed, key="p", number=number, keeps_filter=True)
    assert (meant.plan.only, meant.is_filter_hidden) == (ABOUT_ZOE.only, True)
    assert "zoe" not in str(confirmation(meant))
    assert not desk.propose(there, changed, key="q", number=number).plan.only


@pytest.mark.parametrize(
    ("user", "origin", "words"),
    [
        (ANN, Origin.COMMAND, ""),
        (BOB, Origin.COMMAND, "type:delete user:…"),
        (ANN, Origin.BUTTON, "type:delete user:…"),
    ],
)
def test_a_schedule_is_proposed_with_the_filter_of_a_report_to_who_wrote_that_alone(
    user: str, origin: Origin, words: str, desk: BotDesk
) -> None:
    run = submit(desk, dataclasses.replace(request("k", only=str(ABOUT_ZOE.only)), origin=origin)).run
    opened = desk.open_schedule(RequestContext(COMPLIANCE, user), FormSource(about=run))
    assert opened.hidden == words
    assert opened.plan is not None
    assert opened.plan.only == (ALL_EVENTS if words else ABOUT_ZOE.only)


@pytest.mark.parametrize("own", [True, False])
def test_a_button_of_an_earlier_release_shows_its_plan_to_who_wrote_it_alone(own: bool, desk: BotDesk) -> None:
    opened = desk.open_schedule(HERE, FormSource(written=ABOUT_ZOE, own=own))
    assert (opened.plan == ABOUT_ZOE) is own
    assert bool(opened.hidden) is not own


def test_a_report_is_asked_for_again_by_its_run_with_its_filter(desk: BotDesk) -> None:
    first = submit(desk, request("k", only="user:zoe@example.com")).run
    again = desk.rerun(RequestContext(COMPLIANCE, BOB), first, "press")
    desk.store.write(requests.open_run, requests.request_id("press"))
    [_, second] = desk.store.write(requests.of_run, first)
    assert (again.run, second.place.asker, second.origin) == (first, BOB, Origin.BUTTON)


def test_nobody_asks_again_for_what_somebody_else_asked_for_in_private(desk: BotDesk) -> None:
    run = submit(desk, dataclasses.replace(request("k"), private=True)).run
    for place, which in ((RequestContext(COMPLIANCE, BOB), run), (HERE, "none")):
        with pytest.raises(NoReport):
            desk.rerun(place, which, "press")
    assert desk.rerun(HERE, run, "press").run == run


# -- looking --


def test_who_only_looks_is_shown_schedules_without_buttons(desk: BotDesk) -> None:
    kept(desk, PLAN)
    viewer = dataclasses.replace(desk, people=Doorkeeper(plain=frozenset({BOB})))
    found = viewer.schedules(RequestContext(COMPLIANCE, BOB))
    assert "button" not in str(listing(found, everywhere=False, reader=BOB, exposure=Exposure.COUNTS))
    assert "button" in str(listing(viewer.schedules(HERE), everywhere=False, reader=ANN, exposure=Exposure.COUNTS))

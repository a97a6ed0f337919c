"""Queries: find the answer, check who may read it, post it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from slack_sdk import WebClient
from sqlalchemy import Connection

from bot.config.access_policy import Right
from bot.desk import required_right
from bot.queries.overview import PUBLIC_VIEWER, Overview, Viewer
from bot.queries.reviews import ReviewActivities
from bot.runs import outcome
from bot.runs.notifier import Notifier
from bot.slack.channels import Channels
from bot.slack.ledger_heads import heads_in_slack
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import api_calls, posts, requests, rereads, run_causes, schedules
from bot.store.database import Store
from bot.store.posts import ANCHOR, CHART
from bot.store.run_causes import Act
from handlers.desk import Query, RequestContext, ReviewSubmission, is_direct_message
from handlers.exposure import Exposure
from handlers.query import QueryKind
from handlers.schedule import ScheduleList, ScheduleWithLastRun
from handlers.slack.errors import MissingScope, SlackTrouble
from handlers.slack.files import upload_and_share
from handlers.slack.messages import Anchor, publish_home
from handlers.views import evidence, history
from handlers.views.blocks import Message
from handlers.views.home import closed, home
from handlers.views.replies import read_again, refusal
from handlers.views.schedules import listing
from handlers.views.status import health
from reporting.docspace.api.client import Portal
from reporting.errors.base import ComplianceError
from reporting.errors.request import NoReport, NotComparable
from reporting.evidence import event_index, ledger
from reporting.evidence.diff import compare
from reporting.evidence.event_lines import event_lines
from reporting.evidence.verify import verify
from reporting.plurals import number_of
from reporting.report import Failure, Verdict, report_name
from reporting.run import Run
from reporting.verification import Check, EventLines

log = structlog.get_logger()
EPHEMERAL = "ephemeral"
"""Slack's word for what only the requester sees."""
ABOUT_A_REPORT = {QueryKind.VERIFY, QueryKind.DIFF, QueryKind.REQUESTS}
"""Queries about one report; all others are answered privately."""


@dataclass(frozen=True, slots=True)
class QueryActivities:
    """The steps of queries and reviews."""

    store: Store
    slack: WebClient
    poster: Poster
    people: People
    rooms: Channels
    reviewing: ReviewActivities
    front: Overview
    examine: Callable[[], list[str]]
    """The doctor's findings, one line per check; takes some seconds."""
    portal: Callable[[datetime], Portal]
    now: Callable[[], datetime]
    telling: Notifier
    scratch: Path
    """Where downloads from DocSpace are kept while they are read."""

    def answer(self, inquiry: Query) -> Message:
        """Check access and find the answer; empty if there is nothing to post."""
        place = inquiry.place
        if inquiry.question is QueryKind.HOME:
            self._show_home(place)
            return {}
        if not self._may(inquiry):
            return {}
        inquiry = self._addressed(inquiry)
        if inquiry.private:
            return {**self._look_up(inquiry, self._exposure(inquiry)), "response_type": EPHEMERAL}
        self.rooms.enter(place)
        return self._look_up(inquiry, self._exposure(inquiry))

    def _addressed(self, inquiry: Query) -> Query:
        """The same query, made private if it is about a private report."""
        if inquiry.private or is_direct_message(inquiry.place.channel) or inquiry.question not in ABOUT_A_REPORT:
            return inquiry
        entry = self._entry(inquiry)
        return replace(inquiry, private=not self.store.read(PUBLIC_VIEWER.knows_run, entry))

    def _reader(self, inquiry: Query) -> Viewer:
        """The requester, with what they may see."""
        asker = inquiry.place.asker
        return Viewer(asker, admin=self.people.is_admin(asker))

    def _audience(self, inquiry: Query) -> Viewer:
        """Who reads the answer, with what all of them may see."""
        return self._reader(inquiry) if inquiry.private or is_direct_message(inquiry.place.channel) else PUBLIC_VIEWER

    def tell_answer(self, inquiry: Query, message: Message) -> None:
        """Post the answer where it belongs."""
        place, key = inquiry.place, f"inquiry-{requests.request_id(inquiry.key)}"
        if inquiry.private or message.get("response_type") == EPHEMERAL:
            self.poster.privately(place, key, {**message, "response_type": "ephemeral"})
            return
        self.poster.once(key, place.channel, ANCHOR, message, by=key, thread=inquiry.thread)
        if inquiry.question is QueryKind.REQUESTS and (exposure := self._exposure(inquiry)) is not Exposure.COUNTS:
            self._attach(inquiry, key, exposure)

    def _exposure(self, inquiry: Query) -> Exposure:
        """How much may be shown where the answer is posted."""
        return self.rooms.exposure(inquiry.place.asker if inquiry.private else inquiry.place.channel)

    def _may(self, inquiry: Query) -> bool:
        """Whether to answer at all: health is sent along with `status`, to admins only, and nobody is refused for it.

        Raises:
            NotAllowed: with the reason.
        """
        if inquiry.question is QueryKind.HEALTH:
            return self.people.is_admin(inquiry.place.asker)
        self.people.admit(inquiry.place, required_right(inquiry.question))
        return True

    def _attach(self, inquiry: Query, key: str, exposure: Exposure) -> None:
        """Attach the full list of requests as a file; skipped where the app may not upload."""
        run, place = inquiry.run, inquiry.place
        made = self.store.read(api_calls.of_run, run)
        text = "".join(f"{evidence.line(one, exposure, longest=0)}\n" for one in made).encode()
        name, title = f"requests-{run}.txt", f"All {number_of(len(made), 'request')}"

        def show() -> Anchor:
            upload_and_share(self.slack, place.channel, inquiry.thread, text, name=name, title=title, alt=title)
            return Anchor(place.channel, inquiry.thread)

        try:
            self.rooms.lacking.demand("files:write", act="to show a file")
            self.poster.at_most_once(key, place.channel, CHART, show, by=key)
        except MissingScope as error:
            self.rooms.lacking(str(error.facts["scope"]), without="pictures of the month and lists of requests")
        except SlackTrouble as error:
            log.warning("request list not shown", run=run, reason=str(error))

    def review(self, opinion: ReviewSubmission) -> int:
        return self.reviewing.review(opinion)

    def tell_review(self, opinion: ReviewSubmission, number: int) -> None:
        self.reviewing.tell(opinion, number)

    def refuse(self, place: RequestContext, key: str, failure: Failure) -> None:
        """Tell the requester privately why nothing was done."""
        message = refusal(failure.message, failure.hint)
        self.poster.privately(place, f"refused-{requests.request_id(key)}", message)

    def _look_up(self, inquiry: Query, exposure: Exposure) -> Message:
        finders: dict[QueryKind, Callable[[Query, Exposure], Message]] = {
            QueryKind.VERIFY: self._verify,
            QueryKind.DIFF: self._compare,
            QueryKind.CALENDAR: self._year,
            QueryKind.HISTORY: self._history,
            QueryKind.REQUESTS: self._requests,
            QueryKind.REREAD: self._reread,
            QueryKind.SCHEDULES: self._schedules,
            QueryKind.HEALTH: lambda *_: health(self.examine()),
        }
        return finders[inquiry.question](inquiry, exposure)

    def _year(self, inquiry: Query, exposure: Exposure) -> Message:
        rows = self.front.months(inquiry.year, self._audience(inquiry))
        may_ask = self.people.may_ask(inquiry.place)
        return history.calendar(inquiry.year, rows, self._portal().address, exposure=exposure, may_ask=may_ask)

    def _history(self, inquiry: Query, exposure: Exposure) -> Message:
        reader = self._audience(inquiry)
        of = inquiry.month.title if inquiry.month else inquiry.year or ""
        title = f"What was made of {of}" if of else "What was made lately"
        found = self.front.history(inquiry.month, inquiry.year, reader)
        total = self.front.total(inquiry.month, inquiry.year, reader)
        return history.history(title, found, total=total, exposure=exposure)

    def _requests(self, inquiry: Query, exposure: Exposure) -> Message:
        entry = self._entry(inquiry)
        made = self.store.read(api_calls.of_run, entry.run)
        return evidence.requests(f"How {entry.order.month.title} was read", made, exposure=exposure)

    def _reread(self, inquiry: Query, _exposure: Exposure) -> Message:
        """Plan to read a provisional month again once it has settled, and say so in its message."""
        entry = self._entry(inquiry)
        made = self.store.read(outcome.result_of, entry.run)
        if made is None or entry.verdict is not Verdict.PROVISIONAL:
            raise NoReport(what=f"{entry.order.month.title} that is provisional", example=entry.order.month)
        settles = outcome.settled_at(made, self.telling.settle)
        self.store.write(self._plan_reread, entry.run, settles, inquiry.place.asker)
        self.telling.refresh(entry.run)
        return read_again(entry.order.month.title, settles)

    def _plan_reread(self, c: Connection, run: str, settles: datetime, person: str) -> None:
        run_causes.note(c, Act.REREAD, person, run=run, now=self.now())
        rereads.plan(c, run, settles)

    def _verify(self, inquiry: Query, exposure: Exposure) -> Message:
        portal, entry = self._portal(), self._entry(inquiry)
        known = self._audience(inquiry).knows_run
        found = verify(self.store.read, portal, name=entry.name, known=known).beside(self._posted_message(entry))
        title, asker = f"Check of {entry.order.month.title}", inquiry.place.asker
        return evidence.verification(found, title, asker, exposure=exposure)

    def _posted_message(self, entry: Run) -> Check:
        """Check the ledger heads posted in the messages of a report."""
        there = self.store.read(lambda c: [post.anchor for post in posts.anchors(c, entry.run) if post.ts])
        return heads_in_slack(self.slack, self.store.read, there, since=entry.asked)

    def _compare(self, inquiry: Query, exposure: Exposure) -> Message:
        entry = self._entry(inquiry)
        reader = self._audience(inquiry)
        filed = self.store.read(known_reports, reader, portal=entry.portal, name=entry.name)
        before = next((one for one in filed if ledger.chain_position(one) < ledger.chain_position(entry)), None)
        if before is None:
            raise NotComparable(reason="there is only one so far")
        last = before.run
        rows = self.store.read(event_index.pair, last, entry.run)
        title = f"{entry.order.month.title}, compared with the previous report"
        changes = compare(*rows, against=last)
        lines = EventLines()
        if changes and exposure is not Exposure.COUNTS:
            lines = event_lines(self._portal(), changes, before=before.files, after=entry.files, scratch=self.scratch)
        return evidence.comparison(title, changes, before, entry, lines, exposure=exposure)

    def _entry(self, inquiry: Query) -> Run:
        """The run in question: that of the message, or the newest that filed a report for the month.

        Raises:
            NoReport: there is none that the asker may know of.
        """
        run, reader = inquiry.run, self._reader(inquiry)
        found = self.store.read(known_run, reader, run) if run else self._newest(inquiry, reader)
        if found is None:
            month = inquiry.month
            raise NoReport(what=month.title if month else "that", example=month or "2025-01")
        return found

    def _newest(self, inquiry: Query, reader: Viewer) -> Run | None:
        if inquiry.month is None:
            return None
        name, portal = report_name(inquiry.month, inquiry.only), self._portal().address
        return next(iter(self.store.read(known_reports, reader, portal=portal, name=name)), None)

    def _schedules(self, inquiry: Query, exposure: Exposure) -> Message:
        asker = inquiry.place.asker
        self.people.check_admin(asker, deed="see the schedules of every channel")
        found = self.store.read(
            lambda c: [
                ScheduleWithLastRun(one, requests.last_of(c, one.number)) for one in schedules.list_schedules(c, None)
            ]
        )
        return listing(ScheduleList(tuple(found), may_change=True), everywhere=True, reader=asker, exposure=exposure)

    def _show_home(self, place: RequestContext) -> None:
        """Show the Home tab; if the person may not see it, say why."""
        try:
            person = self.people.admit(place, Right.LOOK)
            page = self.front.page(person, may_ask=self.people.may_ask(place))
            view = home(page, exposure=self.rooms.exposure(place.asker))
        except ComplianceError as error:
            view = closed(str(error), error.advice)
        publish_home(self.slack, place.asker, view)

    def _portal(self) -> Portal:
        return self.portal(self.now())


def known_reports(c: Connection, reader: Viewer, *, portal: str, name: str) -> list[Run]:
    """The runs that filed a report of that name and that the viewer may know about, newest first."""
    return [one for one in ledger.newest_filed(c, portal=portal, name=name) if reader.knows_run(c, one)]


def known_run(c: Connection, reader: Viewer, run: str) -> Run | None:
    """The run, if the viewer may know about it."""
    entry = ledger.find(c, run)
    return entry if entry and reader.knows_run(c, entry) else None

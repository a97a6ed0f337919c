"""What people ask to be looked up: found out, and told where it belongs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from slack_sdk import WebClient
from sqlalchemy import Connection

from bot.config.access_policy import Right
from bot.desk import right_to
from bot.queries.overview import ANYBODY, Front, Reader
from bot.queries.reviews import Reviewing
from bot.runs import outcome
from bot.runs.notifier import Telling
from bot.slack.channels import Rooms
from bot.slack.ledger_heads import heads_in_slack
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import api_calls, posts, requests, rereads, run_causes, schedules
from bot.store.database import Store
from bot.store.posts import ANCHOR, CHART
from bot.store.run_causes import Act
from handlers.desk import Inquiry, Opinion, Place, direct
from handlers.exposure import Exposure
from handlers.query import Question
from handlers.schedule import Listed, Schedules
from handlers.slack.files import share
from handlers.slack.messages import Anchor, publish_home
from handlers.views import evidence, history
from handlers.views.blocks import Message
from handlers.views.home import closed, home
from handlers.views.replies import read_again, refusal
from handlers.views.schedules import listing
from handlers.views.status import health
from reporting.docspace.api.client import Portal
from reporting.errors import ComplianceError, MissingScope, NoReport, NotComparable, SlackTrouble
from reporting.evidence import event_index, ledger
from reporting.evidence.diff import compare
from reporting.evidence.event_lines import event_lines
from reporting.evidence.verify import verify
from reporting.plurals import number_of
from reporting.report import Failure, Verdict, report_name
from reporting.run import Entry
from reporting.verification import Check, EventLines

log = structlog.get_logger()
EPHEMERAL = "ephemeral"
"""Slack's word for what only the asker sees."""
ABOUT_A_REPORT = {Question.VERIFY, Question.DIFF, Question.REQUESTS}
"""Questions whose answers tell of one report; the others are always answered to the asker alone."""


@dataclass(frozen=True, slots=True)
class Inquiries:
    """Answers, for real."""

    store: Store
    slack: WebClient
    poster: Poster
    people: People
    rooms: Rooms
    reviewing: Reviewing
    front: Front
    examine: Callable[[], list[str]]
    """What the doctor says, a line a check; it takes some seconds."""
    portal: Callable[[datetime], Portal]
    now: Callable[[], datetime]
    telling: Telling
    scratch: Path
    """Where files of DocSpace lie while they are read."""

    def answer(self, inquiry: Inquiry) -> Message:
        """Make sure that the asker may know, and find it out; what is to be told of it, or nothing."""
        place = inquiry.place
        if inquiry.question is Question.HOME:
            self._show_home(place)
            return {}
        if not self._may(inquiry):
            return {}
        inquiry = self._addressed(inquiry)
        if inquiry.private:
            return {**self._found(inquiry, self._exposure(inquiry)), "response_type": EPHEMERAL}
        self.rooms.enter(place)
        return self._found(inquiry, self._exposure(inquiry))

    def _addressed(self, inquiry: Inquiry) -> Inquiry:
        """The same, answered to the asker alone if it is about a report that only some may know of."""
        if inquiry.private or direct(inquiry.place.channel) or inquiry.question not in ABOUT_A_REPORT:
            return inquiry
        entry = self._entry(inquiry)
        return replace(inquiry, private=not self.store.read(lambda c: ANYBODY.knows(c, entry)))

    def _reader(self, inquiry: Inquiry) -> Reader:
        """Who asks, with what they may know."""
        asker = inquiry.place.asker
        return Reader(asker, admin=self.people.is_admin(asker))

    def _audience(self, inquiry: Inquiry) -> Reader:
        """Who reads the answer, with what all of them may know."""
        return self._reader(inquiry) if inquiry.private or direct(inquiry.place.channel) else ANYBODY

    def tell_answer(self, inquiry: Inquiry, message: Message) -> None:
        """Tell it where it belongs."""
        place, key = inquiry.place, f"inquiry-{requests.request_id(inquiry.key)}"
        if inquiry.private or message.get("response_type") == EPHEMERAL:
            self.poster.privately(place, key, {**message, "response_type": "ephemeral"})
            return
        self.poster.once(key, place.channel, ANCHOR, message, by=key, thread=inquiry.thread)
        if inquiry.question is Question.REQUESTS and (exposure := self._exposure(inquiry)) is not Exposure.COUNTS:
            self._attach(inquiry, key, exposure)

    def _exposure(self, inquiry: Inquiry) -> Exposure:
        """How much may be seen where it is told."""
        return self.rooms.exposure(inquiry.place.asker if inquiry.private else inquiry.place.channel)

    def _may(self, inquiry: Inquiry) -> bool:
        """Whether to answer. How the bot is comes unasked beside its status: to admins, and nobody else is refused it.

        Raises:
            NotAllowed: with the reason.
        """
        if inquiry.question is Question.HEALTH:
            return self.people.is_admin(inquiry.place.asker)
        self.people.admit(inquiry.place, right_to(inquiry.question))
        return True

    def _attach(self, inquiry: Inquiry, key: str, exposure: Exposure) -> None:
        """Every request, for a message has room for a few; left out where the app may not upload."""
        run, place = inquiry.run, inquiry.place
        made = self.store.read(lambda c: api_calls.of_run(c, run))
        text = "".join(f"{evidence.line(one, exposure, longest=0)}\n" for one in made).encode()
        name, title = f"requests-{run}.txt", f"All {number_of(len(made), 'request')}"

        def show() -> Anchor:
            share(self.slack, place.channel, inquiry.thread, text, name=name, title=title, alt=title)
            return Anchor(place.channel, inquiry.thread)

        try:
            self.rooms.lacking.demand("files:write", act="to show a file")
            self.poster.at_most_once(key, place.channel, CHART, show, by=key)
        except MissingScope as error:
            self.rooms.lacking(str(error.facts["scope"]), without="pictures of the month and lists of requests")
        except SlackTrouble as error:
            log.warning("the list of requests is not shown", run=run, reason=str(error))

    def review(self, opinion: Opinion) -> int:
        return self.reviewing.review(opinion)

    def tell_review(self, opinion: Opinion, number: int) -> None:
        self.reviewing.tell(opinion, number)

    def refuse(self, place: Place, key: str, failure: Failure) -> None:
        """Tell the asker alone why nothing was done."""
        message = refusal(failure.message, failure.hint)
        self.poster.privately(place, f"refused-{requests.request_id(key)}", message)

    def _found(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        finders: dict[Question, Callable[[Inquiry, Exposure], Message]] = {
            Question.VERIFY: self._verified,
            Question.DIFF: self._compared,
            Question.CALENDAR: self._year,
            Question.HISTORY: self._past,
            Question.REQUESTS: self._requests,
            Question.REREAD: self._reread,
            Question.SCHEDULES: self._schedules,
            Question.HEALTH: lambda *_: health(self.examine()),
        }
        return finders[inquiry.question](inquiry, exposure)

    def _year(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        rows = self.front.months(inquiry.year, self._audience(inquiry))
        may_ask = self.people.may_ask(inquiry.place)
        return history.calendar(inquiry.year, rows, self._portal().address, exposure=exposure, may_ask=may_ask)

    def _past(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        reader = self._audience(inquiry)
        of = inquiry.month.title if inquiry.month else inquiry.year or ""
        title = f"What was made of {of}" if of else "What was made lately"
        found = self.front.history(inquiry.month, inquiry.year, reader)
        total = self.front.total(inquiry.month, inquiry.year, reader)
        return history.history(title, found, total=total, exposure=exposure)

    def _requests(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        entry = self._entry(inquiry)
        made = self.store.read(lambda c: api_calls.of_run(c, entry.run))
        return evidence.requests(f"How {entry.order.month.title} was read", made, exposure=exposure)

    def _reread(self, inquiry: Inquiry, _exposure: Exposure) -> Message:
        """Have the month of a provisional report read again once it has settled; its message says so from then on."""
        entry = self._entry(inquiry)
        made = self.store.read(lambda c: outcome.made_by(c, entry.run))
        if made is None or entry.verdict is not Verdict.PROVISIONAL:
            raise NoReport(what=f"{entry.order.month.title} that is provisional", example=entry.order.month)
        settles = outcome.settled_at(made, self.telling.settle)
        self.store.write(lambda c: self._plan_reread(c, entry.run, settles, inquiry.place.asker))
        self.telling.refresh(entry.run)
        return read_again(entry.order.month.title, settles)

    def _plan_reread(self, c: Connection, run: str, settles: datetime, person: str) -> None:
        run_causes.note(c, Act.REREAD, person, run=run, now=self.now())
        rereads.plan(c, run, settles)

    def _verified(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        portal, entry = self._portal(), self._entry(inquiry)
        known = self._audience(inquiry).knows
        found = verify(self.store.read, portal, name=entry.name, known=known).beside(self._posted(entry))
        title, asker = f"Check of {entry.order.month.title}", inquiry.place.asker
        return evidence.verification(found, title, asker, exposure=exposure)

    def _posted(self, entry: Entry) -> Check:
        """What the heads say that stand in the messages of a run's report."""
        there = self.store.read(lambda c: [post.anchor for post in posts.anchors(c, entry.run) if post.ts])
        return heads_in_slack(self.slack, self.store.read, there, since=entry.asked)

    def _compared(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        entry = self._entry(inquiry)
        reader = self._audience(inquiry)
        filed = self.store.read(lambda c: known(c, reader, portal=entry.portal, name=entry.name))
        before = next((one for one in filed if ledger.chained(one) < ledger.chained(entry)), None)
        if before is None:
            raise NotComparable(reason="there is only one so far")
        last = before.run
        rows = self.store.read(lambda c: event_index.pair(c, last, entry.run))
        title = f"{entry.order.month.title}, compared with the report before"
        changes = compare(*rows, against=last)
        lines = EventLines()
        if changes and exposure is not Exposure.COUNTS:
            lines = event_lines(self._portal(), changes, before=before.files, after=entry.files, scratch=self.scratch)
        return evidence.compared(title, changes, before, entry, lines, exposure=exposure)

    def _entry(self, inquiry: Inquiry) -> Entry:
        """The run that is meant: the one of a message, or the newest that filed a report of the month.

        Raises:
            NoReport: there is none that the asker may know of.
        """
        run, reader = inquiry.run, self._reader(inquiry)
        found = self.store.read(lambda c: known_run(c, reader, run)) if run else self._newest(inquiry, reader)
        if found is None:
            month = inquiry.month
            raise NoReport(what=month.title if month else "that", example=month or "2025-01")
        return found

    def _newest(self, inquiry: Inquiry, reader: Reader) -> Entry | None:
        if inquiry.month is None:
            return None
        name, portal = report_name(inquiry.month, inquiry.only), self._portal().address
        return next(iter(self.store.read(lambda c: known(c, reader, portal=portal, name=name))), None)

    def _schedules(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        asker = inquiry.place.asker
        self.people.check_admin(asker, deed="see the schedules of every channel")
        found = self.store.read(
            lambda c: [Listed(one, requests.last_of(c, one.number)) for one in schedules.listed(c, None)]
        )
        return listing(Schedules(tuple(found), may_change=True), everywhere=True, reader=asker, exposure=exposure)

    def _show_home(self, place: Place) -> None:
        """The page for who may ask for reports; for anybody else, and while there is none, why not."""
        try:
            person = self.people.admit(place, Right.LOOK)
            page = self.front.page(person, may_ask=self.people.may_ask(place))
            view = home(page, exposure=self.rooms.exposure(place.asker))
        except ComplianceError as error:
            view = closed(str(error), error.advice)
        publish_home(self.slack, place.asker, view)

    def _portal(self) -> Portal:
        return self.portal(self.now())


def known(c: Connection, reader: Reader, *, portal: str, name: str) -> list[Entry]:
    """The runs that filed a report of that name and that the reader may know of, newest first."""
    return [one for one in ledger.filed(c, portal=portal, name=name) if reader.knows(c, one)]


def known_run(c: Connection, reader: Reader, run: str) -> Entry | None:
    """The run, if the reader may know of it."""
    entry = ledger.entry(c, run)
    return entry if entry and reader.knows(c, entry) else None

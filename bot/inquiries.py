"""What people ask to be looked up: found out, and told where it belongs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from slack_sdk import WebClient

from bot import outcome
from bot.front import Front, Reader
from bot.reviewing import Reviewing
from bot.slack.heads import heads_in_slack
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.slack.rooms import Rooms
from bot.store import exchanges, posts, requests, rereads, schedules
from bot.store.database import Store
from bot.store.posts import ANCHOR, CHART
from bot.telling import Telling
from handlers.deliver import Anchor, publish_home
from handlers.desk import Inquiry, Opinion, Place
from handlers.exposure import Exposure
from handlers.pictures import share
from handlers.planned import Listed
from handlers.questions import Question
from handlers.views import evidence, past
from handlers.views.answers import read_again, refusal
from handlers.views.home import closed, home
from handlers.views.kit import Message
from handlers.views.schedules import listing
from handlers.views.status import health
from reporting.docspace.portal import Portal
from reporting.entry import Entry
from reporting.errors import ComplianceError, MissingScope, NoReport, NotComparable, SlackTrouble
from reporting.evidence import index, ledger
from reporting.evidence.changes import compare
from reporting.evidence.verify import verify
from reporting.proof import Check
from reporting.report import Failure, Verdict, report_name

log = structlog.get_logger()


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

    def answer(self, inquiry: Inquiry) -> Message:
        """Make sure that the asker may know, and find it out; what is to be told of it, or nothing."""
        place = inquiry.place
        if inquiry.question is Question.HOME:
            self._show_home(place)
            return {}
        if not self._may(inquiry):
            return {}
        if not inquiry.private:
            self.rooms.enter(place)
        return self._found(inquiry, self._exposure(inquiry))

    def tell_answer(self, inquiry: Inquiry, message: Message) -> None:
        """Tell it where it belongs."""
        place, key = inquiry.place, f"inquiry-{requests.request_id(inquiry.key)}"
        if inquiry.private:
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
        self.people.admit(inquiry.place)
        return True

    def _attach(self, inquiry: Inquiry, key: str, exposure: Exposure) -> None:
        """Every request, for a message has room for a few; left out where the app may not upload."""
        run, place = inquiry.run, inquiry.place
        made = self.store.read(lambda c: exchanges.of_run(c, run))
        text = "".join(f"{evidence.line(one, exposure, longest=0)}\n" for one in made).encode()
        name, title = f"requests-{run}.txt", f"All {len(made):,} requests"

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

    def _year(self, inquiry: Inquiry, _exposure: Exposure) -> Message:
        return past.calendar(inquiry.year, self.front.months(inquiry.year), self._portal().address)

    def _past(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        asker = inquiry.place.asker
        reader = Reader(asker, admin=self.people.is_admin(asker))
        of = inquiry.month.title if inquiry.month else inquiry.year or ""
        title = f"What was made of {of}" if of else "What was made lately"
        found = self.front.history(inquiry.month, inquiry.year, reader)
        total = self.front.total(inquiry.month, inquiry.year, reader)
        return past.history(title, found, total=total, exposure=exposure)

    def _requests(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        entry = self._entry(inquiry)
        made = self.store.read(lambda c: exchanges.of_run(c, entry.run))
        return evidence.requests(f"How {entry.order.month.title} was read", made, exposure=exposure)

    def _reread(self, inquiry: Inquiry, _exposure: Exposure) -> Message:
        """Have the month of a provisional report read again once it has settled; its message says so from then on."""
        entry = self._entry(inquiry)
        made = self.store.read(lambda c: outcome.made_by(c, entry.run))
        if made is None or entry.verdict is not Verdict.PROVISIONAL:
            raise NoReport(what=f"{entry.order.month.title} that is provisional", example=entry.order.month)
        settles = outcome.settled_at(made, self.telling.settle)
        self.store.write(lambda c: rereads.plan(c, entry.run, settles))
        self.telling.refresh(entry.run)
        return read_again(entry.order.month.title, settles)

    def _verified(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        portal, entry = self._portal(), self._entry(inquiry)
        found = verify(self.store.read, portal, name=entry.name).beside(self._posted(entry))
        title, asker = f"Check of {entry.order.month.title}", inquiry.place.asker
        return evidence.verification(found, title, asker, exposure=exposure)

    def _posted(self, entry: Entry) -> Check:
        """What the heads say that stand in the messages of a run's report."""
        there = self.store.read(lambda c: [post.anchor for post in posts.anchors(c, entry.run) if post.ts])
        return heads_in_slack(self.slack, self.store.read, there, since=entry.asked)

    def _compared(self, inquiry: Inquiry, _exposure: Exposure) -> Message:
        entry = self._entry(inquiry)
        filed = self.store.read(lambda c: ledger.filed(c, portal=entry.portal, name=entry.name))
        before = next((one for one in filed if ledger.chained(one) < ledger.chained(entry)), None)
        if before is None:
            raise NotComparable(reason="there is only one so far")
        last = before.run
        rows = self.store.read(lambda c: index.pair(c, last, entry.run))
        title = f"{entry.order.month.title}, compared with the report before"
        return evidence.compared(title, compare(*rows, against=last), before, entry)

    def _entry(self, inquiry: Inquiry) -> Entry:
        """The run that is meant: the one of a message, or the newest that filed a report of the month.

        Raises:
            NoReport: there is none.
        """
        run = inquiry.run
        found = self.store.read(lambda c: ledger.entry(c, run)) if run else self._newest(inquiry)
        if found is None:
            month = inquiry.month
            raise NoReport(what=month.title if month else "that", example=month or "2025-01")
        return found

    def _newest(self, inquiry: Inquiry) -> Entry | None:
        if inquiry.month is None:
            return None
        name, portal = report_name(inquiry.month, inquiry.only), self._portal().address
        return next(iter(self.store.read(lambda c: ledger.filed(c, portal=portal, name=name))), None)

    def _schedules(self, inquiry: Inquiry, exposure: Exposure) -> Message:
        asker = inquiry.place.asker
        self.people.check_admin(asker, deed="see the schedules of every channel")
        found = self.store.read(
            lambda c: [Listed(one, requests.last_of(c, one.number)) for one in schedules.listed(c, None)]
        )
        return listing(tuple(found), everywhere=True, reader=asker, exposure=exposure)

    def _show_home(self, place: Place) -> None:
        """The page for who may ask for reports; for anybody else, and while there is none, why not."""
        try:
            view = home(self.front.page(self.people.admit(place)), exposure=self.rooms.exposure(place.asker))
        except ComplianceError as error:
            view = closed(str(error), error.advice)
        publish_home(self.slack, place.asker, view)

    def _portal(self) -> Portal:
        return self.portal(self.now())

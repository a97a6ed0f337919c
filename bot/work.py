"""What the steps of a run do: DocSpace on one side, Slack on the other, the ledger between."""

import dataclasses
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import structlog
from slack_sdk import WebClient
from sqlalchemy import Connection

from bot import outcome
from bot.access import Access
from bot.attend import attended
from bot.poster import Poster
from bot.run import Announced, Closed, Dismissal, Made
from bot.store import posts, requests
from bot.store.database import Store
from bot.store.posts import ANCHOR, PREVIEW, SUMMARY
from bot.store.requests import Asked
from bot.wire import unpack
from handlers.deliver import Anchor, change, gone, understood, whisper
from handlers.desk import Place
from handlers.views.answers import joined, refusal
from handlers.views.kit import Message
from handlers.views.progress import filing, reading, waiting
from handlers.views.summary import preview
from reporting.docspace.portal import Portal
from reporting.entry import Entry, Origin, State
from reporting.errors import (
    KeepsDying,
    PostUnclear,
    SlackTrouble,
    Stopped,
    TooLateToCancel,
    Unexpected,
)
from reporting.evidence import ledger
from reporting.make import Workshop, draft, file, meet
from reporting.report import Draft, Failure, Progress

log = structlog.get_logger()
PREVIEWED = 40
"""Lines of the report that the preview may show."""
MOST_ATTEMPTS = 5
"""Processes that may die over one run."""


@dataclass(frozen=True, slots=True)
class RealWork:
    """The work of a run, for real."""

    replica: str
    """This process, as the database knows it."""
    portal: Callable[[datetime], Portal]
    """A portal with counters of its own, for a run that began then."""
    folder: int
    """DocSpace's number of the compliance folder."""
    workshop: Workshop
    store: Store
    slack: WebClient
    """Repeats what Slack turned down for the moment."""
    poster: Poster
    access: Access
    now: Callable[[], datetime]
    lost: Callable[[], None]
    """Called when another process has taken over what this one was doing."""

    def announce(self, request: str) -> Announced:
        """Make sure that the asker may, and post the message that will become the report."""
        asked = self.store.write(lambda c: requests.take(c, request))
        self._admit(asked)
        entry = self._entry(asked.run)
        ahead = self.store.write(lambda c: requests.ahead(ledger.going_on(c), asked.run))
        message = waiting(entry.order, asked.place.asker, asked.run, ahead)
        if asked.place.channel:
            self._anchor(asked, entry, message)
        state = self.store.write(lambda c: ledger.state(c, asked.run))
        return Announced(asked, entry.turn, late=state not in (State.QUEUED, State.RUNNING, State.FILING))

    def _admit(self, asked: Asked) -> None:
        """Check what only Slack can tell; whoever has the hosting machine's command line has everything anyway."""
        if asked.origin is Origin.TERMINAL:
            return
        self.access.check(asked.place)
        self.access.check_person(self._person(asked.place))

    def _anchor(self, asked: Asked, entry: Entry, message: Message) -> None:
        """The run's message in the request's channel; there is one of it, whoever else asks there."""
        try:
            post = self.poster.once(asked.run, asked.place.channel, ANCHOR, message, request=asked.id)
        except PostUnclear as error:
            log.warning("anchor unclear", run=asked.run, reason=str(error))  # the result gets a message of its own
            return
        if post.request != asked.id and asked.origin is Origin.BUTTON:
            self._try_to(lambda: whisper(asked.place.response_url, joined(entry.order)))

    def refuse(self, request: str, failure: Failure) -> None:
        """Nothing was posted: tell the asker alone. A run that nobody else wants is over."""
        asked = self.store.write(lambda c: requests.take(c, request))
        if self.store.write(lambda c: requests.refuse(c, asked)):
            self.close(asked.run, failure)
            self.end(asked.run, None)
        if asked.place.response_url:
            whisper(asked.place.response_url, refusal(failure.message, failure.hint))

    def begin(self, run: str) -> bool:
        entry = self.store.write(lambda c: ledger.begin(c, run, replica=self.replica, now=self.now()))
        return entry is not None

    def draft(self, run: str) -> Draft:
        entry = self._entry(run)
        if entry.attempts > MOST_ATTEMPTS:
            raise KeepsDying(attempts=entry.attempts - 1)
        portal = self.portal(entry.began or self.now())
        place = dataclasses.replace(self.workshop, folder=self.workshop.folder / run)
        with attended(lambda p: self._goes_on(run, p), lambda p: self._show_reading(entry, p), portal.halt) as watch:
            told = meet(portal, folder=self.folder)
            return draft(entry.order, told, portal, place, watch=watch)

    def file(self, run: str, made: Draft) -> Made:
        if not self.store.write(lambda c: ledger.claim(c, run, replica=self.replica)):
            raise Stopped
        entry = self._entry(run)
        self._show(run, filing(entry.order, entry.asker))
        if not made.path.exists():  # it lies on a machine that died
            made = self.draft(run)
        scope = made.scope
        before = self.store.write(lambda c: ledger.filed(c, portal=scope.portal, name=scope.name))
        filed = file(made, self.portal(entry.began or self.now()), self.folder, known=ledger.known(before))
        with made.path.open(encoding="utf-8") as report:
            lines = tuple(line.rstrip("\n") for line in islice(report, PREVIEWED))
        return Made(made, filed, lines)

    def close(self, run: str, result: Made | Failure) -> Closed:
        """Write down what came of the run."""
        if isinstance(result, Failure):
            return self.store.write(lambda c: outcome.close(c, run, outcome.failed_columns(result)))
        columns = outcome.made_columns(result)
        return self.store.write(
            lambda c: outcome.close(c, run, columns | {"supersedes": outcome.supersedes(c, run, result)})
        )

    def dismiss(self, dismissal: Dismissal) -> Closed:
        """End the run, if whoever wants that may, and if it is not being filed already."""
        run, place = dismissal.run, dismissal.place
        entry = self._entry(run)
        if place.asker != entry.asker:
            self.access.check_admin(self._person(place))
        columns = outcome.failed_columns(outcome.failure_of(Stopped()))

        def close(c: Connection) -> Closed:
            state = ledger.state(c, run)
            if state not in (State.QUEUED, State.RUNNING, State.ENDING):
                raise TooLateToCancel(state=outcome.TOO_LATE.get(state, "done"))
            return outcome.close(c, run, columns, stopped_by=place.asker)

        return self.store.write(close)

    def not_dismissed(self, dismissal: Dismissal, failure: Failure) -> None:
        whisper(dismissal.place.response_url, refusal(failure.message, failure.hint))

    def publish(self, run: str, channel: str) -> None:
        """Put the result where the run's message is; the preview goes to its thread."""
        entry = self._entry(run)
        packed = self.store.write(lambda c: ledger.outcome(c, run))
        made = unpack(json.loads(packed), Made) if packed else None
        wanted = self.store.write(lambda c: requests.of_run(c, run))
        askers = list(dict.fromkeys(one.place.asker for one in wanted if one.place.channel == channel))
        ts = self._show_result(run, channel, outcome.told(entry, made, askers or [entry.asker]))
        if made:
            self.poster.once(run, channel, PREVIEW, preview(list(made.preview), made.filing.first.title), thread=ts)

    def _show_result(self, run: str, channel: str, message: Message) -> str:
        """In the message that stands for the run; in a new one, if that is gone or was never seen."""
        anchor = self.store.write(lambda c: posts.find(c, run, channel, ANCHOR))
        if anchor and anchor.ts:
            try:
                change(self.slack, Anchor(channel, anchor.ts), message)
            except SlackTrouble as error:
                if not gone(error):
                    raise
            else:
                return anchor.ts
        post = self.poster.once(run, channel, SUMMARY, message)
        if post.unclear:
            raise PostUnclear(act="the summary", reason="its posting was interrupted")
        return post.ts

    def end(self, run: str, trouble: Failure | None) -> None:
        """The run is over; what lies in DocSpace need not lie here too."""
        entry = self._entry(run)
        last = outcome.last_state(entry, trouble)
        why = {"failure": ledger.encoded(trouble)} if trouble and not entry.failure else {}
        if self.store.write(lambda c: ledger.end(c, run, last, now=self.now(), **why)):
            log.info("run ended", state=last, failure=entry.failure.kind if entry.failure else "")
        shutil.rmtree(self.workshop.folder / run, ignore_errors=True)
        self._move_up()

    def _move_up(self) -> None:
        """Tell those who wait how many are still before them."""
        going_on = self.store.write(ledger.going_on)
        for entry in going_on:
            ahead = requests.ahead(going_on, entry.run)
            if ahead:
                self._show(entry.run, waiting(entry.order, entry.asker, entry.run, ahead))

    def _goes_on(self, run: str, progress: Progress) -> bool:
        """Write down how far the run is; whether it is still wanted, and still this process's."""
        entry = self.store.write(lambda c: ledger.tell(c, run, progress))
        if entry and entry.replica != self.replica:
            self.lost()
            return False
        return entry is not None and entry.state in (State.RUNNING, State.FILING)

    def _show_reading(self, entry: Entry, progress: Progress) -> None:
        self._show(entry.run, reading(entry.order, entry.asker, entry.run, progress))

    def _show(self, run: str, message: Message) -> None:
        """In every channel that waits for the run; a report is not given up because that fails."""
        for anchor in self.store.write(lambda c: posts.anchors(c, run)):
            if anchor.ts:
                self._try_to(lambda to=anchor: change(self.slack, Anchor(to.channel, to.ts), message))  # type: ignore[misc]

    def _try_to(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except SlackTrouble as error:
            log.warning("not told", reason=str(error))

    def _entry(self, run: str) -> Entry:
        entry = self.store.write(lambda c: ledger.entry(c, run))
        if entry is None:
            raise Unexpected(kind="a run that is not in the ledger")
        return entry

    def _person(self, place: Place) -> dict[str, Any]:
        with understood("to say who you are"):
            person: dict[str, Any] = self.slack.users_info(user=place.asker)["user"]
        return person

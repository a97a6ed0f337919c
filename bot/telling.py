"""Telling people in Slack how a run goes on and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from slack_sdk import WebClient

from bot import outcome
from bot.poster import Poster
from bot.run import Made
from bot.store import posts, requests
from bot.store.database import Store
from bot.store.posts import ANCHOR, PREVIEW, SUMMARY
from handlers.deliver import Anchor, change, gone
from handlers.views.kit import Message
from handlers.views.progress import filing, reading, waiting
from handlers.views.summary import preview, revised, settled
from reporting.entry import OPEN, Asker, Entry, Origin, State
from reporting.errors import ChannelClosed, PostUnclear, SlackTrouble
from reporting.evidence import ledger

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Telling:
    """The messages of runs."""

    store: Store
    slack: WebClient
    """Repeats what Slack turned down for the moment."""
    poster: Poster
    at_once: int
    """How many reports are made at the same time."""

    def publish(self, run: str, channel: str, by: str) -> None:
        """Put the result where the run's message is; the preview goes to its thread."""
        entry = self.store.write(lambda c: ledger.get(c, run))
        made = self.store.write(lambda c: outcome.made_by(c, run))
        if entry.rereads and made:
            self._publish_again(entry, entry.rereads, made, channel, by)
        else:
            askers = self._askers(run, channel) or self._askers(entry.rereads or "", channel) or [Asker(entry.asker)]
            self._publish(run, made, outcome.told(entry, made, askers), channel, by)
        anchor = self.store.write(lambda c: posts.find(c, run, channel, ANCHOR))
        if anchor and anchor.unclear:
            raise PostUnclear(act="the message that showed the progress", reason="it may stand there unfinished")

    def _publish_again(self, entry: Entry, first: str, made: Made, channel: str, by: str) -> None:
        """Of a month that was read again: mark the first report as settled, or post what has come in since.

        Whoever asked for the month meanwhile has a message that waits for the result.
        """
        before = self.store.write(lambda c: outcome.made_by(c, first))
        asker, *also = self._askers(first, channel) or [self.asker(first)]
        joined = self._askers(entry.run, channel)
        if before and before.draft.records != made.draft.records:
            message = revised(before.draft, made.draft, made.filing, asker, also=(*also, *joined))
            self._publish(entry.run, made, message, channel, by)
            return
        self._replace(first, channel, ANCHOR, settled(made.draft, made.filing, asker, also=tuple(also)))
        self._replace(first, channel, PREVIEW, preview(list(made.preview), made.filing.first.title))
        if joined:
            self._publish(entry.run, made, outcome.told(entry, made, joined), channel, by)

    def _replace(self, run: str, channel: str, what: str, message: Message) -> None:
        """Change a message of an earlier run, if it is still there."""
        found = self.store.write(lambda c: posts.find(c, run, channel, what))
        if found and found.ts:
            self.try_to(lambda: change(self.slack, Anchor(channel, found.ts), message))

    def _publish(self, run: str, made: Made | None, message: Message, channel: str, by: str) -> None:
        ts = self._show_result(run, channel, message, by)
        if made:
            self._preview(run, channel, made, by, ts)

    def _askers(self, run: str, channel: str) -> list[Asker]:
        """Who asked there; a month that is read again is asked for by nobody."""
        wanted = self.store.write(lambda c: requests.of_run(c, run))
        there = [one for one in wanted if one.place.channel == channel and one.origin is not Origin.REREAD]
        return list(dict.fromkeys(map(outcome.asker, there)))

    def _preview(self, run: str, channel: str, made: Made, by: str, thread: str) -> None:
        message = preview(list(made.preview), made.filing.first.title)
        self.poster.once(run, channel, PREVIEW, message, by=by, thread=thread)

    def asker(self, run: str) -> Asker:
        """Who asked first, of those who still want it."""
        wanted = self.store.write(lambda c: requests.of_run(c, run))
        return outcome.asker(wanted[0]) if wanted else Asker(self.store.write(lambda c: ledger.get(c, run)).asker)

    def _show_result(self, run: str, channel: str, message: Message, by: str) -> str:
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
        post = self.poster.once(run, channel, SUMMARY, message, by=by)
        if post.unclear:
            raise PostUnclear(act="the summary", reason="its posting was interrupted")
        return post.ts

    def move_up(self) -> None:
        """Tell those who wait how many are still before them."""
        going_on = self.store.write(ledger.going_on)
        for entry in going_on:
            if requests.ahead(going_on, entry.run, self.at_once):
                self.show(entry.run, self.now(entry))
                self._correct(entry.run)

    def _correct(self, run: str) -> None:
        """Show again what came of a run that ended while something else was shown."""
        closed = self.store.write(lambda c: outcome.channels(c, run) if ledger.state(c, run) not in OPEN else [])
        for channel in closed:
            self.try_to(lambda to=channel: self.publish(run, to, f"{run} corrected"))  # type: ignore[misc]

    def now(self, entry: Entry) -> Message:
        """How far the run is, for a channel."""
        match entry.state:
            case State.QUEUED:
                ahead = self.store.write(lambda c: requests.ahead(ledger.going_on(c), entry.run, self.at_once))
                return waiting(entry.order, self.asker(entry.run), entry.run, ahead)
            case State.RUNNING:
                return reading(entry.order, self.asker(entry.run), entry.run, entry.progress)
            case _:
                return filing(entry.order, self.asker(entry.run))

    def show(self, run: str, message: Message) -> None:
        """In every channel that waits for the run; a report is not given up because that fails."""
        for anchor in self.store.write(lambda c: posts.anchors(c, run)):
            if anchor.ts:
                self.try_to(lambda to=anchor: change(self.slack, Anchor(to.channel, to.ts), message))  # type: ignore[misc]

    def try_to(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except (SlackTrouble, ChannelClosed) as error:
            log.warning("not told", reason=str(error))

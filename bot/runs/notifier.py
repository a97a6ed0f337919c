"""Telling people in Slack how a run goes on and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from slack_sdk import WebClient

from bot.runs import outcome
from bot.runs.chart_replies import ChartReplies
from bot.runs.requesters import first_requester, requesters_in, requesters_to_name
from bot.slack.channels import Channels
from bot.slack.poster import Poster
from bot.store import posts, requests, rereads, schedules
from bot.store.database import Store
from bot.store.posts import ANCHOR, ENDING, PREVIEW, SUMMARY
from bot.store.requests import StoredRequest
from bot.workflows.report import FiledRun
from handlers.desk import is_direct_message
from handlers.exposure import Exposure
from handlers.slack.errors import ChannelClosed, PostUnclear, SlackFailing, SlackTrouble
from handlers.slack.messages import Anchor, is_deleted, permalink, update_message
from handlers.views.blocks import Message
from handlers.views.filed_report import Published
from handlers.views.overdue import late_report
from handlers.views.preview import preview
from handlers.views.progress import filing, reading, waiting
from handlers.views.redaction import redact_failure
from handlers.views.run_ended import report_ready
from handlers.views.summary import reread_unchanged, revised, summary, superseded
from reporting.evidence import ledger
from reporting.run import OPEN, Requester, Run, State

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Notifier:
    """The messages of runs."""

    store: Store
    slack: WebClient
    """Repeats nothing by itself."""
    poster: Poster
    charts: ChartReplies
    rooms: Channels
    at_once: int
    """How many reports are made at the same time."""
    settle: timedelta
    """How long after a month's end its events may still come in."""

    def publish(self, run: str, channel: str, by: str) -> None:
        """Put the result where the run's message is; the preview and the picture go to its thread."""
        self.rooms.stay(channel)
        entry = self.store.read(ledger.get, run)
        made = self.store.read(outcome.result_of, run)
        if entry.rereads and made:
            self._publish_again(entry, entry.rereads, made, channel, by)
        elif self._is_put_off(entry) and not requesters_in(self.store, run, channel):
            return  # the report before says that it will be read again
        else:
            askers = (
                requesters_in(self.store, run, channel)
                or requesters_in(self.store, entry.rereads or "", channel)
                or [Requester(entry.asker)]
            )
            self._publish(entry, made, askers, self.final_message(entry, made, askers, channel), channel, by)
        anchor = self.store.read(posts.find, run, channel, ANCHOR)
        if anchor and anchor.unclear:
            raise PostUnclear(act="the message that showed the progress", reason="it may stand there unfinished")

    def _is_put_off(self, entry: Run) -> bool:
        """Whether a month could not be read again now, and will be later."""
        first = entry.rereads
        return bool(first and self.store.read(rereads.planned, first))

    def post_replacement(self, asked: StoredRequest, message: Message) -> None:
        """Put *message* where the one of a run would be that is not even begun; the next try goes on with it."""
        run, channel = asked.run, asked.place.channel
        before = self.store.read(posts.find, run, channel, ANCHOR)
        if before and before.ts:
            update_message(self.slack, before.anchor, message)
        else:
            self.poster.once(run, channel, ANCHOR, message, by=asked.id)

    def final_message(self, entry: Run, made: FiledRun | None, askers: list[Requester], channel: str) -> Message:
        """What a channel reads in the end, where those asked."""
        exposure = self.rooms.exposure(channel)
        late = self.store.read(schedules.waiting, entry.run, channel) if made is None else []
        if late and entry.failure:
            return late_report(
                entry.order, askers, redact_failure(entry.failure, min(exposure, Exposure.MASKED)), late[0]
            )
        if made is None:
            return outcome.final_message(
                entry, askers, exposure=Exposure.FULL if is_direct_message(channel) else exposure
            )
        later = self._revision(entry.run, made)
        note = superseded(self._link(later, channel)) if later else ""
        report = self._published(entry, made, channel, askers[0].user)
        return summary(report, askers[0], exposure=exposure, also=tuple(askers[1:]), note=note)

    def _revision(self, run: str, made: FiledRun) -> str:
        """The run that has read the month again and found something else; empty if there is none."""
        again = self.store.read(ledger.find_reread, run)
        later = self.store.read(outcome.result_of, again.run) if again else None
        return again.run if again and later and later.draft.records != made.draft.records else ""

    def _link(self, run: str, channel: str) -> str:
        """The address of the message that has a run's result; empty where that is not known."""
        rows = self.store.read(lambda c: [posts.find(c, run, channel, what) for what in (ANCHOR, SUMMARY)])
        try:
            return next((permalink(self.slack, row.anchor) for row in rows if row and row.ts), "")
        except (SlackTrouble, ChannelClosed) as error:
            log.warning("no link to a message", reason=str(error))
            return ""

    def is_published(self, run: str, channel: str) -> bool:
        """Whether the result stands there, if only something beside it is unclear: the run's message has become it."""
        post = self.store.read(posts.find, run, channel, SUMMARY)
        return post is None or bool(post.ts)

    def refresh(self, run: str) -> None:
        """Show anew what stands beside the report, wherever its message is; the report stays told if that fails."""
        entry = self.store.read(outcome.displayed_run, run)
        made = self.store.read(outcome.result_of, entry.run)
        for channel in self.store.read(outcome.channels, entry.run):
            for shown_for, message in self._beside(entry, made, channel):
                self._replace(shown_for, channel, ANCHOR, message)
                self._replace(shown_for, channel, SUMMARY, message)

    def _beside(self, entry: Run, made: FiledRun | None, channel: str) -> list[tuple[str, Message]]:
        """What a channel reads of a report by now, each with the run whose message it is."""
        if entry.rereads and made:
            return self._final_message_again(entry, entry.rereads, made, channel)
        askers = requesters_to_name(self.store, entry.run, channel)
        return [(entry.run, self.final_message(entry, made, askers, channel))]

    def _published(self, entry: Run, made: FiledRun, channel: str, user: str) -> Published:
        """The report as the readers of a channel may know it, who in direct messages are that *user*."""
        reader = user if is_direct_message(channel) else ""
        return self.store.read(outcome.published_report, entry, made, settle=self.settle, reader=reader)

    def _publish_again(self, entry: Run, first: str, made: FiledRun, channel: str, by: str) -> None:
        """Of a month that was read again: mark the first report as settled, or post what has come in since.

        Whoever asked for the month meanwhile has a message that waits for the result.
        """
        here = [one for run in (first, entry.run) for one in requesters_in(self.store, run, channel)]
        askers = list(dict.fromkeys(here)) or [first_requester(self.store, first)]
        for run, message in self._final_message_again(entry, first, made, channel):
            if run == entry.run:
                self._publish(entry, made, askers, message, channel, by)
                self._supersede(first, channel)
            else:
                self._replace(run, channel, ANCHOR, message)
                self._replace(run, channel, PREVIEW, self._preview(entry, made, askers, channel))

    def _supersede(self, run: str, channel: str) -> None:
        """Have the message of a report say that a revision took its place, if one did."""
        entry, made = self.store.read(lambda c: (ledger.get(c, run), outcome.result_of(c, run)))
        if made and self._revision(run, made):
            message = self.final_message(entry, made, requesters_to_name(self.store, run, channel), channel)
            self._replace(run, channel, ANCHOR, message)
            self._replace(run, channel, SUMMARY, message)

    def _final_message_again(self, entry: Run, first: str, made: FiledRun, channel: str) -> list[tuple[str, Message]]:
        """What a channel reads of a month that was read again, each with the run whose message it is."""
        before = self.store.read(outcome.result_of, first)
        asker, *also = requesters_to_name(self.store, first, channel)
        joined = requesters_in(self.store, entry.run, channel)
        report, exposure = self._published(entry, made, channel, asker.user), self.rooms.exposure(channel)
        if before and before.draft.records != made.draft.records:
            earlier = self._link(first, channel)
            message = revised(before.draft, report, asker, exposure=exposure, also=(*also, *joined), earlier=earlier)
            return [(entry.run, message)]
        mark = reread_unchanged(report, asker, exposure=exposure, also=tuple(also))
        return [(first, mark)] + ([(entry.run, self.final_message(entry, made, joined, channel))] if joined else [])

    def _replace(self, run: str, channel: str, what: str, message: Message) -> None:
        """Change a message of an earlier run, if it is still there."""
        found = self.store.read(posts.find, run, channel, what)
        if found and found.ts:
            self.best_effort(lambda: update_message(self.slack, found.anchor, message))

    def _publish(
        self, entry: Run, made: FiledRun | None, askers: list[Requester], message: Message, channel: str, by: str
    ) -> None:
        """Show what came of the run, and tell those who asked in a reply: Slack notifies of no change."""
        run, anchor = entry.run, self._show_result(entry.run, channel, message, by)
        if made:
            reply = self._preview(entry, made, askers, channel)
            self.poster.once(run, channel, PREVIEW, reply, by=by, thread=anchor.ts)
            self.best_effort(lambda: self.charts.post(run, channel, made.draft, anchor, by=by))
        else:
            self._post_end(entry, askers, anchor, channel, by)

    def _post_end(self, entry: Run, askers: list[Requester], anchor: Anchor, channel: str, by: str) -> None:
        """Say that there is no report; of a month that is late once, however often it is tried: its message stays."""
        late = self._is_late(entry.run, channel)
        exposure = Exposure.FULL if is_direct_message(channel) else self.rooms.exposure(channel)
        message = outcome.end_reply(entry, askers, exposure=exposure, late=late)
        if message:
            run = f"late {anchor.ts}" if late else entry.run
            self.poster.once(run, channel, ENDING, message, by=by, thread=anchor.ts)

    def _is_late(self, run: str, channel: str) -> bool:
        return bool(self.store.read(schedules.waiting, run, channel))

    def _preview(self, entry: Run, made: FiledRun, askers: list[Requester], channel: str) -> Message:
        lines, title = list(made.preview), made.filing.first.title
        excerpt = preview(lines, title, made.draft, exposure=self.rooms.exposure(channel))
        asker = askers[0] if askers else first_requester(self.store, entry.run)
        return report_ready(self._published(entry, made, channel, asker.user), askers, excerpt)

    def _show_result(self, run: str, channel: str, message: Message, by: str) -> Anchor:
        """In the message that stands for the run; in a new one, if that is gone or was never seen."""
        anchor = self.store.read(posts.find, run, channel, ANCHOR)
        if anchor and anchor.ts:
            try:
                update_message(self.slack, anchor.anchor, message)
            except SlackTrouble as error:
                if not is_deleted(error):
                    raise
            else:
                return anchor.anchor
        post = self.poster.once(run, channel, SUMMARY, message, by=by)
        if post.unclear:
            raise PostUnclear(act="the summary", reason="its posting was interrupted")
        if not post.ts:
            raise SlackFailing(act="to post the summary", reason="somebody else is about to")
        return post.anchor

    def retract(self, run: str, channel: str, message: Message) -> None:
        """Put *message* in the place of the one that stands for the run: nothing more of it is told there."""
        anchor = self.store.read(posts.find, run, channel, ANCHOR)
        if anchor:
            if anchor.ts:
                self.best_effort(lambda: update_message(self.slack, anchor.anchor, message))
            self.store.write(posts.withdraw, anchor)

    def refresh_queue(self, overtaken_by: Run | None = None) -> None:
        """Show waiting runs how many are ahead of them; after an overtaking, those that were overtaken."""
        going_on = self.store.read(ledger.list_open_runs)
        for entry in going_on:
            concerned = not overtaken_by or (entry.turn, entry.asked) < (overtaken_by.turn, overtaken_by.asked)
            if concerned and requests.ahead(going_on, entry.run, self.at_once):
                self.update_all(entry.run, lambda channel, one=entry: self.progress_message(one, channel))  # type: ignore[misc]
                self._correct(entry.run)

    def _correct(self, run: str) -> None:
        """Show again what came of a run that ended while something else was shown."""
        closed = self.store.read(lambda c: outcome.channels(c, run) if ledger.state(c, run) not in OPEN else [])
        for channel in closed:
            self.best_effort(lambda to=channel: self.publish(run, to, f"{run} corrected"))  # type: ignore[misc]

    def progress_message(self, entry: Run, channel: str) -> Message:
        """How far the run is, for a channel."""
        asker = first_requester(self.store, entry.run, channel)
        match entry.state:
            case State.QUEUED:
                ahead = self.store.read(lambda c: requests.ahead(ledger.list_open_runs(c), entry.run, self.at_once))
                return waiting(entry.order, asker, entry.run, ahead)
            case State.RUNNING:
                return reading(entry.order, asker, entry.run, entry.progress)
            case _:
                return filing(entry.order, asker)

    def update_all(self, run: str, message: Callable[[str], Message]) -> None:
        """In every channel that waits for the run; a report is not given up because that fails."""
        for anchor in self.store.read(posts.anchors, run):
            if anchor.ts:
                self.best_effort(partial(self._update, anchor, message))

    def _update(self, post: posts.Post, message: Callable[[str], Message]) -> None:
        update_message(self.slack, post.anchor, message(post.channel), patience=0)

    def best_effort(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except (SlackTrouble, ChannelClosed) as error:
            log.warning("not told", reason=str(error))

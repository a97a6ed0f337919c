"""A run's messages in Slack: progress, result, replies."""

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
    """Posts and updates the messages of runs."""

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
        """Turn the run's message into the summary; post the preview and the chart in its thread."""
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
        """Whether reading the month again was postponed."""
        first = entry.rereads
        return bool(first and self.store.read(rereads.planned, first))

    def post_replacement(self, asked: StoredRequest, message: Message) -> None:
        """Post *message* in place of the run's own; the next try updates it."""
        run, channel = asked.run, asked.place.channel
        before = self.store.read(posts.find, run, channel, ANCHOR)
        if before and before.ts:
            update_message(self.slack, before.anchor, message)
        else:
            self.poster.once(run, channel, ANCHOR, message, by=asked.id)

    def final_message(self, entry: Run, made: FiledRun | None, askers: list[Requester], channel: str) -> Message:
        """The final message of a run in a channel."""
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
        """The later run that read the month again and found something different; empty if none."""
        again = self.store.read(ledger.find_reread, run)
        later = self.store.read(outcome.result_of, again.run) if again else None
        return again.run if again and later and later.draft.records != made.draft.records else ""

    def _link(self, run: str, channel: str) -> str:
        """The link to the message with a run's result; empty if unknown."""
        rows = self.store.read(lambda c: [posts.find(c, run, channel, what) for what in (ANCHOR, SUMMARY)])
        try:
            return next((permalink(self.slack, row.anchor) for row in rows if row and row.ts), "")
        except (SlackTrouble, ChannelClosed) as error:
            log.warning("permalink not found", reason=str(error))
            return ""

    def is_published(self, run: str, channel: str) -> bool:
        """Whether the result is posted, although something beside it is unclear."""
        post = self.store.read(posts.find, run, channel, SUMMARY)
        return post is None or bool(post.ts)

    def refresh(self, run: str) -> None:
        """Update the report's messages everywhere; a failure leaves them as they are."""
        entry = self.store.read(outcome.displayed_run, run)
        made = self.store.read(outcome.result_of, entry.run)
        for channel in self.store.read(outcome.channels, entry.run):
            for shown_for, message in self._beside(entry, made, channel):
                self._replace(shown_for, channel, ANCHOR, message)
                self._replace(shown_for, channel, SUMMARY, message)

    def _beside(self, entry: Run, made: FiledRun | None, channel: str) -> list[tuple[str, Message]]:
        """The current messages about a report in a channel, each with the run that it belongs to."""
        if entry.rereads and made:
            return self._final_message_again(entry, entry.rereads, made, channel)
        askers = requesters_to_name(self.store, entry.run, channel)
        return [(entry.run, self.final_message(entry, made, askers, channel))]

    def _published(self, entry: Run, made: FiledRun, channel: str, user: str) -> Published:
        """The report as a channel's readers may see it; in direct messages the reader is *user*."""
        reader = user if is_direct_message(channel) else ""
        return self.store.read(outcome.published_report, entry, made, settle=self.settle, reader=reader)

    def _publish_again(self, entry: Run, first: str, made: FiledRun, channel: str, by: str) -> None:
        """After reading a month again: mark the first report as settled, or post the revision.

        Requests for the month that came meanwhile have a message waiting for the result.
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
        """Mark a report's message as superseded, if a revision replaced it."""
        entry, made = self.store.read(lambda c: (ledger.get(c, run), outcome.result_of(c, run)))
        if made and self._revision(run, made):
            message = self.final_message(entry, made, requesters_to_name(self.store, run, channel), channel)
            self._replace(run, channel, ANCHOR, message)
            self._replace(run, channel, SUMMARY, message)

    def _final_message_again(self, entry: Run, first: str, made: FiledRun, channel: str) -> list[tuple[str, Message]]:
        """The messages about a month that was read again, each with the run that it belongs to."""
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
        """Update a message of an earlier run, if it still exists."""
        found = self.store.read(posts.find, run, channel, what)
        if found and found.ts:
            self.best_effort(lambda: update_message(self.slack, found.anchor, message))

    def _publish(
        self, entry: Run, made: FiledRun | None, askers: list[Requester], message: Message, channel: str, by: str
    ) -> None:
        """Show the result, and mention the requesters in a reply: Slack notifies nobody of an update."""
        run, anchor = entry.run, self._show_result(entry.run, channel, message, by)
        if made:
            reply = self._preview(entry, made, askers, channel)
            self.poster.once(run, channel, PREVIEW, reply, by=by, thread=anchor.ts)
            self.best_effort(lambda: self.charts.post(run, channel, made.draft, anchor, by=by))
        else:
            self._post_end(entry, askers, anchor, channel, by)

    def _post_end(self, entry: Run, askers: list[Requester], anchor: Anchor, channel: str, by: str) -> None:
        """Reply that there is no report; only once for a late month, however often it is tried."""
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
        """Show the result in the run's message, or in a new one if that is gone."""
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
        """Replace the run's message with *message*, and post nothing more about the run there."""
        anchor = self.store.read(posts.find, run, channel, ANCHOR)
        if anchor:
            if anchor.ts:
                self.best_effort(lambda: update_message(self.slack, anchor.anchor, message))
            self.store.write(posts.withdraw, anchor)

    def refresh_queue(self, changed_by: Run | None = None) -> None:
        """Show waiting runs how many are ahead of them.

        With *changed_by* only those whose place it changed: before it in the queue if it has begun, else behind it.
        """
        going_on = self.store.read(ledger.list_open_runs)
        for entry in going_on:
            is_before = changed_by is not None and (entry.turn, entry.asked) < (changed_by.turn, changed_by.asked)
            concerned = changed_by is None or is_before == (changed_by.state is not State.QUEUED)
            if concerned and requests.ahead(going_on, entry.run, self.at_once):
                self.update_all(entry.run, lambda channel, one=entry: self.progress_message(one, channel))  # type: ignore[misc]
                self._correct(entry.run)

    def _correct(self, run: str) -> None:
        """Show the result again if a late update covered it."""
        closed = self.store.read(lambda c: outcome.channels(c, run) if ledger.state(c, run) not in OPEN else [])
        for channel in closed:
            self.best_effort(lambda to=channel: self.publish(run, to, f"{run} corrected"))  # type: ignore[misc]

    def progress_message(self, entry: Run, channel: str) -> Message:
        """The progress message of a run in a channel."""
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
        """Update the run's message in every channel; failures are logged, the run goes on."""
        for anchor in self.store.read(posts.anchors, run):
            if anchor.ts:
                self.best_effort(partial(self._update, anchor, message))

    def _update(self, post: posts.Post, message: Callable[[str], Message]) -> None:
        update_message(self.slack, post.anchor, message(post.channel), patience=0)

    def best_effort(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except (SlackTrouble, ChannelClosed) as error:
            log.warning("message not posted", reason=str(error))

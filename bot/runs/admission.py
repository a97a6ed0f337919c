"""Admission: check the requester, post the run's message, or refuse with the reason."""

from dataclasses import dataclass, replace

import structlog

from bot.runs import outcome
from bot.runs.notifier import Notifier
from bot.schedules.activities import ScheduleActivities
from bot.slack.channels import Channels
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import requests
from bot.store.database import Store
from bot.store.posts import ANCHOR, CLOSED
from bot.store.requests import StoredRequest
from bot.workflows.report import AdmittedRequest
from handlers.errors import NotAllowed
from handlers.slack.errors import ChannelClosed, PostUnclear, SlackTrouble
from handlers.slack.response_url import post_ephemeral
from handlers.views.progress import failed
from handlers.views.replies import joined, moved_to_dm, refusal
from reporting.errors.base import ComplianceError
from reporting.evidence import ledger
from reporting.report import Failure
from reporting.run import OPEN, Origin, Run

log = structlog.get_logger()
UNASKED = {Origin.TERMINAL, Origin.REREAD}
"""Origins that need no check: the command line of the bot's machine, and the bot itself."""


@dataclass(frozen=True, slots=True)
class Admission:
    """Admits requests."""

    store: Store
    poster: Poster
    telling: Notifier
    people: People
    rooms: Channels
    upkeep: ScheduleActivities

    def announce(self, request: str) -> AdmittedRequest:
        """Check the requester and post the message that will become the report's summary."""
        asked = self.store.write(requests.mark_received, request)
        structlog.contextvars.bind_contextvars(run=asked.run)
        self._admit(asked)
        asked = self.store.write(requests.open_run, request)
        structlog.contextvars.bind_contextvars(run=asked.run)
        entry = self._entry(asked.run)
        if asked.place.channel and asked.origin is not Origin.REREAD:
            asked = self._announced(asked, entry)
            self.telling.refresh_queue(changed_by=entry)
        state = self.store.write(requests.mark_admitted, asked)
        return AdmittedRequest(asked, entry.turn, late=state not in OPEN)

    def _admit(self, asked: StoredRequest) -> None:
        """Check what only Slack knows about the requester."""
        if asked.origin not in UNASKED:
            self.people.admit(asked.place)

    def recheck(self, run: str) -> None:
        """Check the requesters again when the run's turn comes; it goes on if anybody still has the right."""
        wanted = self.store.read(requests.of_run, run)
        lost = [(asked, refusal) for asked in wanted if (refusal := self._refusal(asked))]
        if lost and len(lost) == len(wanted):
            raise lost[0][1]
        for asked, refusal in lost:
            self._reject(asked, Failure.of(refusal))

    def _reject(self, asked: StoredRequest, failure: Failure) -> None:
        """Drop a request that lost its right; its channel gets no result unless somebody else requested it there."""
        run, channel = asked.run, asked.place.channel
        others = [one for one in self.store.read(requests.of_run, run) if one.id != asked.id]
        if not any(one.place.channel == channel for one in others):
            message = failed(self._entry(run).order, outcome.requester(asked), failure, run=run)
            self.telling.retract(run, channel, message)
        self.store.write(outcome.refuse, asked, failure, now=self.poster.now())
        log.warning("access lost", kind=failure.kind)

    def _refusal(self, asked: StoredRequest) -> NotAllowed | None:
        """Why the requester lost the right; an unreachable Slack is no reason, for they were admitted before."""
        try:
            self._admit(asked)
        except NotAllowed as error:
            return error
        except SlackTrouble as error:
            log.warning("access not rechecked", reason=str(error))
        return None

    def _announced(self, asked: StoredRequest, entry: Run) -> StoredRequest:
        """Post the run's message: in the channel, or in direct messages if the channel is closed."""
        try:
            self.rooms.enter(asked.place)
            self._anchor(asked, entry)
        except ChannelClosed as error:
            if not asked.place.asker:
                raise
            return self.move_to_dm(asked, entry, error)
        return asked

    def move_to_dm(self, asked: StoredRequest, entry: Run, error: ComplianceError) -> StoredRequest:
        """Move the answer to the requester's direct messages, and say why."""
        run, asker = asked.run, asked.place.asker
        if asked.schedule and isinstance(error, ChannelClosed):
            self.upkeep.stop(asked.schedule, Failure.of(error))
        note = moved_to_dm(entry.order, asked.place.channel, str(error), error.advice)
        self.poster.once(run, asker, CLOSED, note, by=asked.id)
        moved = self.store.write(requests.move, asked, asker)
        self._anchor(moved, entry)
        return moved

    def _anchor(self, asked: StoredRequest, entry: Run) -> None:
        """Post the run's message in the channel, once, however many request it there."""
        run, channel = asked.run, asked.place.channel
        try:
            post = self.poster.once(run, channel, ANCHOR, self.telling.progress_message(entry, channel), by=asked.id)
        except PostUnclear as error:  # the result gets a message of its own
            log.warning("first message unconfirmed", run=asked.run, reason=str(error))
            return
        if post.by != asked.id and asked.origin is Origin.BUTTON:
            self.telling.best_effort(lambda: post_ephemeral(asked.place.response_url, joined(entry.order)))

    def refuse(self, asked: StoredRequest, failure: Failure) -> None:
        """Tell the requester privately; for a schedule, tell its channel."""
        if asked.schedule:
            self._fail_schedule(asked, failure)
        elif asked.place.asker:
            self.poster.privately(asked.place, f"refused-{asked.id}", refusal(failure.message, failure.hint))
        else:
            log.warning("report refused", request=asked.id, run=asked.run, reason=failure.message)

    def _fail_schedule(self, asked: StoredRequest, failure: Failure) -> None:
        """Tell the channel why a schedule's report could not start; if that fails, admins are told."""
        entry = self._entry(asked.run)
        failing = replace(entry, failure=failure)
        try:
            self.telling.post_replacement(
                asked, self.telling.final_message(failing, None, [outcome.requester(asked)], asked.place.channel)
            )
        except ComplianceError as error:
            if error.transient:
                raise
            log.warning("channel of a schedule not notified", schedule=asked.schedule, reason=str(error))

    def _entry(self, run: str) -> Run:
        return self.store.read(ledger.get, run)

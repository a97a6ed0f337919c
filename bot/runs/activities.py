"""The steps of a run: DocSpace on one side, Slack on the other, the ledger between."""

import dataclasses
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.errors import KeepsDying
from bot.runs import outcome
from bot.runs.admission import Admission
from bot.runs.filing import file_with_evidence, store_index
from bot.runs.monitor import run_monitored
from bot.runs.notifier import Notifier
from bot.runs.requesters import first_requester
from bot.slack.people import People
from bot.slack.poster import Poster
from bot.store import api_calls, requests, rereads
from bot.store.database import Store
from bot.store.requests import StoredRequest
from bot.workflows.report import AdmittedRequest, CancelRun, ChannelsToTell, FiledRun
from handlers.desk import is_direct_message
from handlers.slack.errors import ChannelClosed, PostUnclear, SlackTrouble
from handlers.views.progress import filing, reading, time_left
from handlers.views.replies import refusal
from reporting.api_call import portal_trouble
from reporting.build_report import BuildContext, build_report, preflight
from reporting.docspace.api.client import Portal
from reporting.docspace.audit.parallel_reader import OnProgress
from reporting.docspace.audit.retention import check_kept
from reporting.document.excerpt import excerpt
from reporting.errors.base import ComplianceError, Stopped, Unexpected
from reporting.evidence import ledger
from reporting.evidence.own_uploads import bot_uploads
from reporting.period import zone
from reporting.report import BuiltReport, Failure, Progress, Verdict
from reporting.report_scope import window_of
from reporting.run import ENDED, Origin, Run, State

log = structlog.get_logger()
MOST_ATTEMPTS = 5
"""How many processes may die while working on one run."""


@dataclass(frozen=True, slots=True)
class RunActivities:
    """The steps of a run."""

    replica: str
    """This process's name in the database."""
    portal: Callable[[datetime], Portal]
    """Creates the portal client of a run that began at that time."""
    folder: int
    """The id of the compliance folder in DocSpace."""
    workshop: BuildContext
    store: Store
    poster: Poster
    telling: Notifier
    reception: Admission
    people: People
    now: Callable[[], datetime]
    check_clock: Callable[[], None]
    """Raises ClocksDiffer if this machine's clock and the portal's disagree."""
    close_failed_run: Callable[[str], None]
    """Starts the workflow that ends a run whose own workflow failed."""
    on_taken_over: Callable[[], None]
    """Ends this process: another replica took over its work."""

    def clean(self) -> None:
        """Remove local files of runs that have ended."""
        for folder in self.workshop.folder.glob("*/"):
            entry = self.store.read(lambda c, run=folder.name: ledger.find(c, run))  # type: ignore[misc]
            if entry is None or entry.state in ENDED:
                shutil.rmtree(folder, ignore_errors=True)

    def announce(self, request: str) -> AdmittedRequest:
        return self.reception.announce(request)

    def refuse(self, request: str, failure: Failure) -> None:
        """Refuse the request privately; end the run if nobody else wants it."""
        asked = self.store.write(requests.mark_received, request)
        if self.store.write(outcome.refuse, asked, failure, now=self.now()):
            self.end(asked.run, None)
        self.reception.refuse(asked, failure)

    def begin(self, run: str) -> bool:
        """Start working on the run; False if it is over, or if it has killed too many processes."""
        entry = self.store.write(ledger.begin, run, replica=self.replica, now=self.now())
        if entry and entry.attempts > MOST_ATTEMPTS:
            self.close_failed_run(run)
            return False
        if entry:
            self.telling.refresh_queue(changed_by=entry)
        return entry is not None

    def give_up(self, run: str) -> bool:
        """Start ending a failed run; False if even that has killed too many processes."""
        self.store.write(requests.rescue, run)
        entry = self.store.write(ledger.begin, run, replica=self.replica, now=self.now())
        if entry and entry.attempts > 2 * MOST_ATTEMPTS:
            self.close_broken(run)
            self.end(run, None)
            return False
        return entry is not None

    def close_broken(self, run: str) -> ChannelsToTell:
        attempts = self._entry(run).attempts - 2
        died = KeepsDying(attempts=attempts) if attempts >= MOST_ATTEMPTS else Unexpected(kind="the run broke down")
        return self.close(run, Failure.of(died))

    def build(self, run: str) -> BuiltReport:
        entry = self._entry(run)
        if entry.state not in (State.RUNNING, State.FILING):
            raise Stopped
        self.reception.recheck(run)
        portal = self.portal(entry.began or self.now())
        place = dataclasses.replace(self.workshop, folder=self.workshop.folder / run, began=entry.began)

        def read(watch: OnProgress) -> BuiltReport:
            told = preflight(portal, folder=self.folder)
            if entry.origin is Origin.SCHEDULE:
                self.check_clock()
                check_kept(portal, entry.order.month, zone(entry.order.zone or told.timezone), now=self.now())
            uploads = self.store.read(bot_uploads, portal=told.address, window=window_of(entry.order, told))
            return build_report(entry.order, told, portal, place, watch=watch, uploads=uploads)

        try:
            return run_monitored(
                read,
                tell=lambda p: self._goes_on(run, p),
                show=lambda p: self._show(entry, p, portal_trouble(portal.exchanges)),
                halt=portal.halt,
            )
        finally:
            asked = tuple(portal.exchanges)
            self.store.write(api_calls.save, run, api_calls.READING, asked)

    def file(self, run: str, made: BuiltReport) -> FiledRun:
        if not self.store.write(ledger.claim, run, replica=self.replica):
            self._check_mine(run)
            raise Stopped
        entry = self._entry(run)
        self.telling.update_all(run, lambda channel: filing(entry.order, first_requester(self.store, run, channel)))
        if not made.path.exists():  # it lies on a machine that died
            made = self.build(run)
        store_index(made, run, self.store)
        portal = self.portal(entry.began or self.now())
        proven = file_with_evidence(made, entry, portal, self.folder, self.store)
        self.store.write(api_calls.save, run, api_calls.FILING, portal.exchanges)
        with made.path.open(encoding="utf-8") as report:
            lines = excerpt(line.rstrip("\n") for line in report)
        return FiledRun(made, proven.filing, lines, proven.changes, proven.not_compared)

    def close(self, run: str, result: FiledRun | Failure) -> ChannelsToTell:
        """Record the result of the run."""
        self._check_mine(run)
        if isinstance(result, Failure):
            failed = outcome.failure_columns(result)
            return self.store.write(outcome.record_result, run, failed, result, now=self.now())
        columns = outcome.report_columns(result)
        return self.store.write(
            lambda c: outcome.record_result(
                c, run, columns | {"supersedes": outcome.supersedes(c, run, result)}, None, now=self.now()
            )
        )

    def cancel(self, dismissal: CancelRun) -> ChannelsToTell:
        """Cancel the run if the requester may, and if it is not being filed yet."""
        run, place = dismissal.run, dismissal.place
        if place.asker != self._entry(run).asker:
            self.people.check_admin(place.asker, deed="cancel a report that somebody else asked for")
        columns = outcome.failure_columns(Failure.of(Stopped()))
        return self.store.write(outcome.record_cancelled, run, columns, by=place.asker, now=self.now())

    def refuse_cancel(self, dismissal: CancelRun, failure: Failure) -> None:
        key = f"not-cancelled-{dismissal.run}"
        self.poster.privately(dismissal.place, key, refusal(failure.message, failure.hint))

    def publish(self, run: str, channel: str, by: str) -> None:
        """Post the result in a channel; if that is no longer possible, to the requesters in direct messages.

        Raises:
            SlackBusy, SlackFailing, SlackUnreachable: try again later (``transient``).
            ChannelClosed, SlackTrouble: it cannot be posted.
        """
        try:
            self.telling.publish(run, channel, by)
        except (ChannelClosed, SlackTrouble) as error:
            seen = isinstance(error, PostUnclear) and self.telling.is_published(run, channel)
            if error.transient or seen or is_direct_message(channel):
                raise
            for asked in self.store.read(requests.of_run, run):
                self._tell_elsewhere(asked, channel, error, by)
            raise

    def _tell_elsewhere(self, asked: StoredRequest, channel: str, error: ComplianceError, by: str) -> None:
        """Send the result to a requester whose channel is closed; also if their answer was moved before."""
        asker = asked.place.asker
        if asker and asked.place.channel in {channel, asker}:
            if asked.place.channel == channel:
                self.reception.move_to_dm(asked, self._entry(asked.run), error)
            self.telling.publish(asked.run, asker, by)

    def end(self, run: str, trouble: Failure | None) -> None:
        """End the run and remove its local files."""
        entry = self._entry(run)
        last = outcome.last_state(entry, trouble)
        why = {"failure": ledger.encoded(trouble)} if trouble and not entry.failure else {}

        def end(c: Connection) -> bool:
            self._plan_reread(c, entry)
            return ledger.end(c, run, last, now=self.now(), **why)

        if self.store.write(end):
            log.info("run ended", run=run, state=last, failure=entry.failure.kind if entry.failure else "")
        shutil.rmtree(self.workshop.folder / run, ignore_errors=True)
        self.telling.refresh_queue()

    def _plan_reread(self, c: Connection, entry: Run) -> None:
        """Plan to read a schedule's month again once it has settled, if the report is provisional."""
        provisional = entry.verdict is Verdict.PROVISIONAL and outcome.is_scheduled(c, entry.run)
        made = outcome.result_of(c, entry.run) if provisional else None
        if made:
            rereads.plan(c, entry.run, outcome.settled_at(made, self.workshop.settle))

    def _goes_on(self, run: str, progress: Progress) -> bool:
        """Record the progress; False if the run is no longer wanted."""
        entry = self.store.write(ledger.update_progress, run, progress)
        self._check_mine(run)
        return entry is not None and entry.state in (State.RUNNING, State.FILING)

    def _show(self, entry: Run, progress: Progress, failing: str) -> None:
        left = time_left(entry.began, self.now(), progress.share)
        run, order = entry.run, entry.order
        self.telling.update_all(
            run,
            lambda channel: reading(
                order, first_requester(self.store, run, channel), run, progress, left=left, trouble=failing
            ),
        )

    def _check_mine(self, run: str) -> None:
        """Stop if another replica took over the run: the work would be done twice."""
        if self._entry(run).replica not in {"", self.replica}:
            self.on_taken_over()
            raise Stopped

    def _entry(self, run: str) -> Run:
        return self.store.read(ledger.get, run)

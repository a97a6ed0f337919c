"""The engine: whatever was accepted is carried out, even if the process dies in between.

Everything that is done is a durable workflow of DBOS: its input is written down before it begins, each step's result
when the step is done. Whoever goes on with it, this process after a restart or another replica, goes on after the last
remembered step.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID, WorkflowStatus

from bot.store.database import translate_errors
from bot.store.requests import request_id
from bot.workflows.fair_queue import FairQueue
from bot.workflows.kinds import Submission, WorkflowKind, workflow_kinds
from bot.workflows.query import QuerySteps
from bot.workflows.report import AdmittedRequest, Postponed, RunSteps
from bot.workflows.schedule import ScheduleSteps
from bot.workflows.serialization import pack, unpack
from handlers.slack.errors import ChannelClosed, SlackBusy, SlackFailing, SlackTrouble, SlackUnreachable
from reporting.errors.base import ComplianceError, Unexpected
from reporting.report import Failure

T = TypeVar("T")
log = structlog.get_logger()
REPORTS, SHORT = "reports", "front"
"""Queues: reports are long and few at a time; everything else is short."""
SHORT_WORKFLOWS_AT_ONCE = 8
"""Short workflows per process at a time."""
POLL_SECONDS = 0.2
"""Seconds between two polls for new work."""
STEPS_VERSION = "1"
"""Change it only when the recorded steps of older runs can no longer be continued: a new release strands no run."""
BROKEN = ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
CONTINUATION = " again "
"""In the id of a workflow, before the number of its continuation."""
RETRYABLE = {kind.__name__ for kind in (SlackBusy, SlackFailing, SlackUnreachable)}
"""Failures of a step that pass with time."""
RETRY_PAUSES = (*(5.0 * 2**n for n in range(8)), *[900.0] * 669)
"""Seconds before each retry of what Slack did not accept: 5 s, doubled up to 15 minutes, for a week."""
BEGIN_SECONDS = 5.0
"""Seconds that a workflow may take from being dequeued to being worked on."""
STOP_SECONDS = 5
"""Seconds that running work gets to finish when the bot stops."""


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """The result of a step: its value, or why there is none."""

    value: T | None = None
    failure: Failure | None = None


class Engine:
    """Runs on DBOS, whose tables are in the database at *url*."""

    def __init__(
        self,
        url: str,
        work: RunSteps,
        upkeep: ScheduleSteps,
        lookups: QuerySteps,
        *,
        replica: str,
        at_once: int,
        pause: Callable[[float], float] = float,
    ) -> None:
        """*at_once* is how many reports are made at the same time, by all replicas together.

        *pause* says how long a pause of so many seconds takes.
        """
        self._replica, self._at_once, self._pause = replica, at_once, pause
        self._under_way: set[str] = set()
        self._turns = FairQueue()
        self._idle: dict[str, float] = {}
        """Since when a workflow is assigned to this process without being worked on (monotonic)."""
        config: DBOSConfig = {
            "name": "compliance-reports",
            "system_database_url": url,
            "application_version": STEPS_VERSION,
            "executor_id": replica,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": POLL_SECONDS,
        }
        DBOS(config=config)

        kinds = workflow_kinds(work, upkeep, lookups, self._begin)
        self._flows = {kind.name: self._workflow(kind) for kind in kinds}
        self._handed_in = {kind.given: kind for kind in kinds if kind.ending}

    def _workflow(self, kind: WorkflowKind) -> Callable[..., None]:
        """A durable workflow; postponed work continues in another one of the same kind, after a pause."""

        @DBOS.workflow(name=kind.name)
        def workflow(packed: Any, tried: int = 0, done: dict[str, Any] | None = None) -> None:  # noqa: ANN401
            steps = Steps(done or {}, last=tried >= len(RETRY_PAUSES))
            with self._working(), structlog.contextvars.bound_contextvars(**log_context(kind.name, packed)):
                try:
                    kind.act(unpack(packed, kind.given), step=steps)
                except Postponed as rest:
                    later = ("end", pack(rest.ending), {}) if rest.ending else (kind.name, packed, steps.done)
                    self._postpone(*later, tried=tried)

        return workflow

    def _postpone(self, name: str, packed: object, done: dict[str, Any], *, tried: int) -> None:
        """Continue later, without holding a place in the queue."""
        first = str(DBOS.workflow_id).split(CONTINUATION)[0]
        log.warning("postponed", workflow=first, tried=tried + 1, seconds=RETRY_PAUSES[tried])
        with (
            SetWorkflowID(f"{first}{CONTINUATION}{tried + 1}"),
            SetEnqueueOptions(delay_seconds=self._pause(RETRY_PAUSES[tried])),
        ):
            DBOS.enqueue_workflow(SHORT, self._flows[name], packed, tried + 1, done)

    def start(self) -> None:
        """Start working."""
        with translate_errors():
            DBOS.launch()
            DBOS.register_queue(REPORTS, global_concurrency=self._at_once, polling_interval_sec=POLL_SECONDS)
            DBOS.register_queue(SHORT, worker_concurrency=SHORT_WORKFLOWS_AT_ONCE, polling_interval_sec=POLL_SECONDS)

    def stop(self) -> None:
        """Stop working; what does not end within seconds is left to the next start or another replica."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=STOP_SECONDS if self._under_way else 0)

    @contextmanager
    def _working(self) -> Iterator[None]:
        """Mark the workflow as being worked on by this process."""
        workflow = str(DBOS.workflow_id)
        self._under_way.add(workflow)
        try:
            yield
        finally:
            self._under_way.discard(workflow)

    def receive(self, request: str, asker: str) -> None:
        """Enqueue a saved request; repeating it changes nothing."""
        with translate_errors(), SetWorkflowID(request_workflow(request)), self._turn_of(asker):
            DBOS.enqueue_workflow(SHORT, self._flows["receive"], request)

    def submit(self, work: Submission, key: str) -> None:
        """Enqueue *work* at its requester's turn; repeating it with the same *key* changes nothing."""
        kind = self._handed_in[type(work)]
        with (
            translate_errors(),
            SetWorkflowID(f"{request_id(key)}-{kind.ending}"),
            self._turn_of(work.place.asker),
        ):
            DBOS.enqueue_workflow(SHORT, self._flows[kind.name], pack(work))

    def _turn_of(self, person: str) -> SetEnqueueOptions:
        """Options that order a queue fairly: many requests wait behind few."""
        return SetEnqueueOptions(priority=self._turns.next_turn(person))

    def _begin(self, announced: AdmittedRequest) -> None:
        """Enqueue the run of an admitted request; once, however many requests it has."""
        run = announced.asked.run
        with SetWorkflowID(run), SetEnqueueOptions(priority=announced.turn):
            DBOS.enqueue_workflow(REPORTS, self._flows["produce"], run)

    def take_over(self, alive: Callable[[], set[str]]) -> None:
        """Resume the workflows of dead processes; only one replica may do this at a time."""
        pending = self._pending()  # before it is asked who is alive: who comes in between has nothing of it
        living = alive() if pending else set()
        for workflow in pending:
            if workflow.executor_id not in living:
                log.warning("workflow taken over", workflow=workflow.workflow_id, from_replica=workflow.executor_id)
                self._resume(workflow)

    def look_after(self, runs: list[str]) -> None:
        """Resume workflows that no thread here is working on, and end *runs* whose workflow broke down.

        A workflow whose last step could not be recorded has no thread any more; its earlier steps are recorded.
        """
        mine = {w.workflow_id: w for w in self._pending() if w.executor_id == self._replica}
        now, idle = time.monotonic(), mine.keys() - self._under_way
        self._idle = {name: self._idle.get(name, now) for name in idle}
        for name in [name for name, since in self._idle.items() if now - since > BEGIN_SECONDS]:
            log.warning("workflow resumed", workflow=name)
            self._resume(mine[name])
            del self._idle[name]
        for workflow in self._broken([name for run in runs for name in (run, request_workflow(run))]):
            log.error("workflow failed", workflow=workflow.workflow_id, status=workflow.status)
            self.close_failed(workflow.workflow_id.split(CONTINUATION)[0].removesuffix(request_workflow("")))

    def _broken(self, ids: list[str]) -> list[WorkflowStatus]:
        """Workflows of those ids, and their continuations, that failed."""
        if not ids:
            return []
        later = [f"{name}{CONTINUATION}" for name in ids]
        with translate_errors():
            first = DBOS.list_workflows(workflow_ids=ids, status=BROKEN, load_input=False, load_output=False)
            return first + DBOS.list_workflows(
                workflow_id_prefix=later, status=BROKEN, load_input=False, load_output=False
            )

    def close_failed(self, run: str) -> None:
        """End a run whose own workflow failed."""

        def enqueue() -> None:
            with translate_errors(), SetWorkflowID(f"{run}-mend"):
                DBOS.enqueue_workflow(SHORT, self._flows["mend"], run)

        Context().run(enqueue)  # the run's own workflow may ask for it, where another step is remembered already

    def _pending(self) -> list[WorkflowStatus]:
        with translate_errors():
            return DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)

    def _resume(self, workflow: WorkflowStatus) -> None:
        with translate_errors():
            DBOS.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name or SHORT)


def log_context(name: str, packed: Any) -> dict[str, str]:  # noqa: ANN401
    """The run of a workflow, for the log."""
    run = packed.get("run") if isinstance(packed, dict) else packed
    return {"run": str(run)} if run and name in {"receive", "produce", "dismiss", "mend", "end"} else {}


def request_workflow(request: str) -> str:
    """The id of a request's workflow."""
    return f"{request}-request"


class Steps:
    """Steps whose results DBOS records, so that none is done twice."""

    def __init__(self, done: dict[str, Any], *, last: bool) -> None:
        """*done* has the results from before a pause; at the *last* attempt nothing is postponed."""
        self.done = dict(done)
        self._last = last

    def __call__(self, name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure:
        packed = self.done.get(name) or DBOS.run_step({"name": name}, lambda: pack(attempt(name, work)))
        result = unpack(packed, Result[kind])  # type: ignore[valid-type]
        if result.failure and result.failure.kind in RETRYABLE and not self._last:
            raise Postponed
        self.done[name] = packed
        return result.failure or cast("T", result.value)


def attempt(name: str, work: Callable[[], T]) -> Result[T]:
    """The result of *work*; whatever goes wrong becomes a failure that people can read."""
    try:
        return Result(value=work())
    except ComplianceError as error:
        kind = type(error).__name__
        told = isinstance(error, SlackTrouble | ChannelClosed)
        cause = None if told else error.__cause__  # of a long outage, one line a try is enough
        log.warning("step failed", step=name, kind=kind, reason=str(error), exc_info=cause)
        return Result(failure=Failure.of(error))
    except Exception as error:
        log.exception("step failed", step=name, kind=type(error).__name__)
        return Result(failure=Failure.of(Unexpected(kind=type(error).__name__)))

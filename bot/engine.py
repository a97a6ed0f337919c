"""The engine: what was accepted is carried out, also when the process dies in between.

Everything that is done is a durable workflow of DBOS: its input is written down before it begins, each step's result
when the step is done. Whoever goes on with it, this process after a restart or another replica, goes on after the last
remembered step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID

from bot.outcome import failure_of
from bot.run import Announced, Dismissal, Work, dismiss, mend, produce, receive
from bot.wire import pack, unpack
from reporting.errors import ComplianceError, Unexpected
from reporting.report import Failure

T = TypeVar("T")
log = structlog.get_logger()
REPORTS, FRONT = "reports", "front"
"""Queues: of the reports, which are long and few at a time; of everything that is over in a moment."""
AT_ONCE = 8
"""Short workflows of one process at the same time."""
LOOK = 0.2
"""Seconds between two looks for new work."""
STEPS_VERSION = "1"
"""Changes only when remembered steps of older runs can no longer be continued; a new release alone strands no run."""
BROKEN = ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
WAIT = 5
"""Seconds that work under way has to come to its end when the bot is stopped."""


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """What a step left behind: its value, or why there is none."""

    value: T | None = None
    failure: Failure | None = None


class Engine:
    """Runs on DBOS, whose tables are in the database at *url*."""

    def __init__(self, url: str, work: Work, *, replica: str, at_once: int) -> None:
        """*at_once* is how many reports are made at the same time, by all replicas together."""
        self._replica, self._at_once = replica, at_once
        config: DBOSConfig = {
            "name": "compliance-reports",
            "system_database_url": url,
            "application_version": STEPS_VERSION,
            "executor_id": replica,
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": LOOK,
        }
        DBOS(config=config)

        @DBOS.workflow(name="receive")
        def receive_workflow(request: str) -> None:
            receive(request, work, remembered, self._begin)

        @DBOS.workflow(name="produce")
        def produce_workflow(run: str) -> None:
            with structlog.contextvars.bound_contextvars(run=run):
                produce(run, work, remembered)

        @DBOS.workflow(name="dismiss")
        def dismiss_workflow(packed: dict[str, Any]) -> None:
            dismissal = unpack(packed, Dismissal)
            with structlog.contextvars.bound_contextvars(run=dismissal.run):
                dismiss(dismissal, work, remembered)

        @DBOS.workflow(name="mend")
        def mend_workflow(run: str) -> None:
            with structlog.contextvars.bound_contextvars(run=run):
                mend(run, work, remembered)

        self._receive, self._produce, self._dismiss = receive_workflow, produce_workflow, dismiss_workflow
        self._mend = mend_workflow

    def start(self) -> None:
        """Take what comes."""
        DBOS.launch()
        DBOS.register_queue(REPORTS, global_concurrency=self._at_once, polling_interval_sec=LOOK)
        DBOS.register_queue(FRONT, worker_concurrency=AT_ONCE, polling_interval_sec=LOOK)

    def stop(self) -> None:
        """Take nothing more, and leave what does not end within seconds to the next start, or to another replica."""
        busy = DBOS.list_workflows(status="PENDING", executor_id=self._replica, load_input=False, load_output=False)
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=WAIT if busy else 0)

    def receive(self, request: str) -> None:
        """Look at a request that is written down; a second time is the same."""
        with SetWorkflowID(request_workflow(request)):
            DBOS.enqueue_workflow(FRONT, self._receive, request)

    def dismiss(self, key: str, dismissal: Dismissal) -> None:
        """Write down that a run is not wanted any more; a second time with the same *key* is the same."""
        with SetWorkflowID(f"{key}-cancel"):
            DBOS.enqueue_workflow(FRONT, self._dismiss, pack(dismissal))

    def _begin(self, announced: Announced) -> None:
        """Let the run wait for its turn; another request for it does not make it wait twice."""
        run = announced.asked.run
        with SetWorkflowID(run), SetEnqueueOptions(priority=announced.turn):
            DBOS.enqueue_workflow(REPORTS, self._produce, run)

    def take_over(self, alive: set[str]) -> None:
        """Go on with what processes were doing that are no more; nobody else may do the same meanwhile."""
        for workflow in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
            if workflow.executor_id not in alive:
                log.warning("taken over", workflow=workflow.workflow_id, from_replica=workflow.executor_id)
                DBOS.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name or FRONT)

    def look_after(self, runs: list[str]) -> None:
        """Bring those open runs to an end whose workflow broke down, so that nobody waits for them for ever."""
        ids = [name for run in runs for name in (run, request_workflow(run))]
        for workflow in DBOS.list_workflows(workflow_ids=ids, status=BROKEN, load_input=False, load_output=False):
            run = workflow.workflow_id.removesuffix(request_workflow(""))
            log.error("workflow broke down", workflow=workflow.workflow_id, status=workflow.status)
            with SetWorkflowID(f"{run}-mend"):
                DBOS.enqueue_workflow(FRONT, self._mend, run)


def request_workflow(request: str) -> str:
    """The id of the workflow that looks at a request; the first one for a run has the run's own id."""
    return f"{request}-request"


def remembered(name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure:
    """A step whose result DBOS keeps, so that it is not done again."""
    packed = DBOS.run_step({"name": name}, lambda: pack(attempt(name, work)))
    result = unpack(packed, Result[kind])  # type: ignore[valid-type]
    return result.failure or cast("T", result.value)


def attempt(name: str, work: Callable[[], T]) -> Result[T]:
    """What came of *work*. Whatever goes wrong in it becomes a reason that people can read."""
    try:
        return Result(value=work())
    except ComplianceError as error:
        log.warning("step failed", step=name, kind=type(error).__name__, reason=str(error), exc_info=error.__cause__)
        return Result(failure=failure_of(error))
    except Exception as error:
        log.exception("step failed", step=name, kind=type(error).__name__)
        return Result(failure=failure_of(Unexpected(kind=type(error).__name__)))

"""The engine: what was accepted is carried out, also when the process dies in between.

A run is one durable workflow. Its request is written down before the acknowledgement, each step's result when the
step is done; at the next start the runs that were under way go on after their last remembered step.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from bot.run import Outcome, Work, produce
from bot.wire import pack, unpack
from handlers.desk import Request
from reporting.errors import ComplianceError, Unexpected
from reporting.report import Failure

T = TypeVar("T")
log = structlog.get_logger()
QUEUE = "reports"
AT_ONCE = 2
"""Reports that are made at the same time."""
LOOK = 0.2
"""Seconds between two looks for new work."""
STEPS_VERSION = "1"
"""Changes only when remembered steps of older runs can no longer be continued; a new release alone strands no run."""


@dataclass(frozen=True, slots=True)
class Result(Generic[T]):
    """What a step left behind: its value, or why there is none."""

    value: T | None = None
    failure: Failure | None = None


class Engine:
    """Runs on DBOS, whose tables are in the database at *url*."""

    def __init__(self, url: str, work: Work) -> None:
        config: DBOSConfig = {
            "name": "compliance-reports",
            "system_database_url": url,
            "application_version": STEPS_VERSION,
            "executor_id": "bot",
            "serializer": DBOSPortableJSONSerializer(),
            "enable_otlp": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": LOOK,
        }
        DBOS(config=config)

        @DBOS.workflow(name="produce")
        def workflow(packed: dict[str, Any]) -> Any:  # noqa: ANN401
            run = str(DBOS.workflow_id)
            with structlog.contextvars.bound_contextvars(run=run):
                outcome = produce(run, unpack(packed, Request), work, remembered)
                log.info("run ended", filed=outcome.filed is not None, failure=kind_of(outcome))
                return pack(outcome)

        self._workflow = workflow

    def start(self) -> None:
        """Go on with what was under way, then take what comes."""
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=LOOK)

    def stop(self) -> None:
        """Let go at once: what is under way goes on at the next start."""
        DBOS.destroy(destroy_registry=True)

    def enqueue(self, run: str, request: Request) -> None:
        """Write the request down as the run *run*; a second time is the same run."""
        with SetWorkflowID(run):
            DBOS.enqueue_workflow(QUEUE, self._workflow, pack(request))

    def outcome(self, run: str) -> Outcome:
        """Wait for the run to end."""
        return unpack(DBOS.retrieve_workflow(run).get_result(), Outcome)


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
        return Result(failure=failure(error))
    except Exception as error:
        log.exception("step failed", step=name, kind=type(error).__name__)
        return Result(failure=failure(Unexpected(kind=type(error).__name__)))


def failure(error: ComplianceError) -> Failure:
    return Failure(type(error).__name__, str(error), error.advice, transient=error.transient)


def kind_of(outcome: Outcome) -> str:
    return outcome.failure.kind if outcome.failure else ""

"""What can be measured, for Prometheus.

What is counted in the database is counted once for all replicas, and each of them tells the same; the rest is this
process's own since its start.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import httpx
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.errors import DatabaseTrouble
from bot.store import statistics
from bot.store.database import Store
from bot.store.statistics import Statistics
from bot.web.health import Health
from bot.web.router import Page

KIND = "text/plain; version=0.0.4; charset=utf-8"
ACKNOWLEDGED = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds; after three, Slack shows its users an error."""
LASTED = (5, 15, 60, 300, 900, 1800, 3600, 5400)
"""Seconds."""
UP = "Whether the database answers."


class Metrics:
    """The meters of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._portal = Counter(
            "compliance_portal_answers",
            "Answers of the portal by HTTP status; 429 is too many requests.",
            ["status"],
            registry=self.registry,
        )
        self._acknowledged = Histogram(
            "compliance_acknowledgement_seconds",
            "From the arrival of Slack's request to its acknowledgement.",
            buckets=ACKNOWLEDGED,
            registry=self.registry,
        )
        self._refused = Counter(
            "compliance_http_refused",
            "Requests that the HTTP door did not let in.",
            ["reason"],
            registry=self.registry,
        )
        Gauge("compliance_build", "This release.", ["version"], registry=self.registry).labels(__version__).set(1)

    def heard(self, answer: httpx.Response) -> None:
        """Count an answer of the portal."""
        self._portal.labels(str(answer.status_code)).inc()

    def acknowledged(self, seconds: float) -> None:
        self._acknowledged.observe(seconds)

    def refused(self, reason: str) -> None:
        self._refused.labels(reason).inc()

    def watch(
        self,
        store: Store,
        health: Health,
        *,
        silence: Callable[[], float],
        turned_away: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        """Look at these too from now on, each time somebody asks for the page."""
        silent = Gauge("compliance_slack_silence_seconds", "Since Slack was last heard.", registry=self.registry)
        silent.set_function(silence)
        self.registry.register(TurnedAway(turned_away))
        self.registry.register(Failing(health))
        self.registry.register(Ledger(store, health, now))

    def page(self) -> Page:
        return Page(generate_latest(self.registry).decode(), kind=KIND)


@dataclass(frozen=True, slots=True)
class TurnedAway(Collector):
    """How many people were turned away."""

    total: Callable[[], int]

    def describe(self) -> Iterator[Metric]:
        yield from ()

    def collect(self) -> Iterator[Metric]:
        words = "Requests of people who may not."
        yield CounterMetricFamily("compliance_turned_away", words, value=self.total())


@dataclass(frozen=True, slots=True)
class Failing(Collector):
    """What keeps the bot from doing its work."""

    health: Health

    def describe(self) -> Iterator[Metric]:
        yield from ()

    def collect(self) -> Iterator[Metric]:
        words = "Whether that condition fails /readyz."
        failing = GaugeMetricFamily("compliance_failing", words, labels=["condition"])
        for condition, wrong in self.health.found():
            failing.add_metric([condition.name], float(bool(wrong)))
        yield failing


@dataclass(frozen=True, slots=True)
class Ledger(Collector):
    """What the database says of runs and schedules; it is not asked where it is known not to answer."""

    store: Store
    health: Health
    now: Callable[[], datetime]

    def describe(self) -> Iterator[Metric]:
        yield from ()

    def collect(self) -> Iterator[Metric]:
        if any(wrong and one.name.startswith("database-") for one, wrong in self.health.found()):
            yield GaugeMetricFamily("compliance_database_up", UP, value=0)
            return
        try:
            found = self.store.read(statistics.gather_statistics, now=self.now())
        except DatabaseTrouble:
            yield GaugeMetricFamily("compliance_database_up", UP, value=0)
            return
        yield GaugeMetricFamily("compliance_database_up", UP, value=1)
        yield from told(found)


def told(found: Statistics) -> Iterator[Metric]:
    """What was gathered, as Prometheus wants it."""
    ended = CounterMetricFamily("compliance_runs", "Runs that are over.", labels=["state", "verdict"])
    for (state, verdict), count in sorted(found.ended.items()):
        ended.add_metric([state, verdict], count)
    yield ended
    yield CounterMetricFamily("compliance_events_read", "Audit events that were read for reports.", value=found.read)
    yield CounterMetricFamily("compliance_events_kept", "Audit events in the reports.", value=found.kept)
    yield GaugeMetricFamily("compliance_runs_waiting", "Runs that wait for their turn.", value=found.waiting)
    yield GaugeMetricFamily("compliance_runs_at_work", "Runs that are being made.", value=found.at_work)
    late = "How long the schedule that waits longest is overdue."
    yield GaugeMetricFamily("compliance_schedule_lag_seconds", late, value=found.late)
    yield durations(found.seconds)


def durations(seconds: tuple[float, ...]) -> Metric:
    """How long runs took, from their beginning to their end."""
    buckets = [(str(float(most)), float(sum(one <= most for one in seconds))) for most in LASTED]
    words = "From a run's beginning to its end."
    return HistogramMetricFamily(
        "compliance_run_seconds", words, buckets=[*buckets, ("+Inf", float(len(seconds)))], sum_value=sum(seconds)
    )

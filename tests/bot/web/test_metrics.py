"""What Prometheus is told, after things have really happened."""

import http.client
import re
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import time, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from bot.store import schedules, tables
from bot.store.database import Store
from bot.web.health import Condition, Health
from bot.web.metrics import Metrics, durations
from bot.web.slack_delivery import DeliveryChannel
from handlers.recurrence import Rule
from handlers.schedule import Plan
from reporting.evidence import ledger
from reporting.filters import parse
from reporting.run import State
from sandbox.portal import StandInPortal, Status
from sandbox.slack import StandInSlack
from tests.bot.talk import reported, say
from tests.entries import NOON, entry, later
from tests.until import PATIENCE, until

Bot = Callable[..., AbstractContextManager[DeliveryChannel]]


def values(page: str) -> dict[str, float]:
    """Samples by name and labels, as Prometheus reads them."""
    return {
        one.name + "".join(sorted(f" {k}={v}" for k, v in one.labels.items())): one.value
        for family in text_string_to_metric_families(page)
        for one in family.samples
    }


def looked(where: str) -> dict[str, float]:
    parts = urlsplit(where)
    connection = http.client.HTTPConnection(str(parts.hostname), int(parts.port or 0), timeout=PATIENCE)
    try:
        connection.request("GET", "/metrics")
        return values(connection.getresponse().read().decode())
    finally:
        connection.close()


def watching(store: Store) -> dict[str, float]:
    metrics = Metrics()
    metrics.watch(store, Health([]), silence=lambda: 3.5, turned_away=lambda: 2, now=lambda: NOON)
    return values(metrics.page().text)


def test_a_report_that_was_made_is_counted_with_everything_that_it_took(
    bot: Bot, slack: StandInSlack, portal: StandInPortal
) -> None:
    portal.faults.next("/events/filter", Status(429))
    with bot(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=slack.signing_secret, HTTP_PORT="0") as door:
        say(slack, "2025-01")
        reported(slack)
        until(lambda: looked(door.where)["compliance_run_seconds_count"])
        found = looked(door.where)
    assert found["compliance_runs_total state=done verdict=COMPLETE"] == 1
    assert found["compliance_events_read_total"] == found["compliance_events_kept_total"] == 333
    assert found["compliance_portal_answers_total status=429"] == 1
    assert found["compliance_portal_answers_total status=200"] > 4
    assert found["compliance_acknowledgement_seconds_count"] >= 1
    assert (
        found["compliance_acknowledgement_seconds_bucket le=3.0"] == found["compliance_acknowledgement_seconds_count"]
    )
    assert found["compliance_database_up"] == 1


def test_who_waits_and_who_is_at_work_are_told_apart(sqlite_store: Store) -> None:
    for number, state in enumerate([State.QUEUED, State.QUEUED, State.RUNNING, State.FILING]):
        one = entry(f"r{number}", f"2025-0{number + 1}", state=state)
        sqlite_store.write(lambda c, one=one: ledger.accept(c, one))  # type: ignore[misc]
    found = watching(sqlite_store)
    assert (found["compliance_runs_waiting"], found["compliance_runs_at_work"]) == (2, 2)


def test_what_is_overdue_is_told_in_seconds_and_what_is_paused_is_not(sqlite_store: Store) -> None:
    assert watching(sqlite_store)["compliance_schedule_lag_seconds"] == 0
    plan = Plan(Rule("1", time(9), "UTC"), parse(""))
    kept = sqlite_store.write(schedules.save, plan, key="k", channel="C", maker="U", now=NOON)
    due = sa.update(tables.schedules).values(due=NOON - timedelta(minutes=5))
    sqlite_store.write(lambda c: c.execute(due))
    assert watching(sqlite_store)["compliance_schedule_lag_seconds"] == 300
    sqlite_store.write(schedules.pause, kept.number)
    assert watching(sqlite_store)["compliance_schedule_lag_seconds"] == 0


def test_a_database_that_is_away_leaves_everything_else_on_the_page(sqlite_store: Store) -> None:
    sqlite_store.write(lambda c: c.execute(sa.text("DROP TABLE schedules")))
    found = watching(sqlite_store)
    assert (found["compliance_database_up"], found["compliance_turned_away_total"]) == (0, 2)
    assert found["compliance_slack_silence_seconds"] == 3.5


def test_a_database_that_somebody_writes_to_is_up(sqlite_store: Store) -> None:
    with closing(sqlite3.connect(str(sqlite_store.file), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert watching(sqlite_store)["compliance_database_up"] == 1


def test_durations_are_counted_into_every_bucket_that_they_fit() -> None:
    samples = {one.name + str(one.labels.get("le", "")): one.value for one in durations((5.0, 5.1, 9_000.0)).samples}
    assert samples["compliance_run_seconds_bucket5.0"] == 1
    assert samples["compliance_run_seconds_bucket15.0"] == 2
    assert samples["compliance_run_seconds_bucket+Inf"] == samples["compliance_run_seconds_count"] == 3
    assert samples["compliance_run_seconds_sum"] == 9_010.1


def test_how_long_runs_took_is_from_their_beginning_to_their_end(sqlite_store: Store) -> None:
    one = entry("r1", state=State.FAILED, began=later(1), ended=later(2))
    sqlite_store.write(ledger.accept, one)
    found = watching(sqlite_store)
    assert found["compliance_run_seconds_sum"] == 60
    assert found["compliance_runs_total state=failed verdict="] == 1


def test_every_meter_has_the_prefix_and_is_explained(sqlite_store: Store) -> None:
    metrics = Metrics()
    metrics.watch(sqlite_store, Health([]), silence=lambda: 0.0, turned_away=lambda: 0, now=lambda: NOON)
    families = re.findall(r"^# HELP (\w+) (.*)$", metrics.page().text, re.MULTILINE)
    assert all(name.startswith("compliance_") and words for name, words in families)
    assert len(families) > 12


def test_a_database_that_is_known_not_to_answer_is_not_asked_for_figures(sqlite_store: Store) -> None:
    asked: list[object] = []
    sa.event.listen(sqlite_store.engine, "begin", asked.append)
    metrics, health = Metrics(), Health([Condition("database-unwritable", lambda: "it does not answer")])
    metrics.watch(sqlite_store, health, silence=lambda: 0.0, turned_away=lambda: 0, now=lambda: NOON)
    found = values(metrics.page().text)
    assert (found["compliance_database_up"], asked) == (0, [])
    assert "compliance_runs_waiting" not in found

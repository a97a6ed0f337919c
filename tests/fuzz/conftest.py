"""Says how much was tried; and a ledger to be tampered with."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.store.database import Store
from reporting.evidence import ledger
from tests.conftest import made
from tests.entries import NOON, entry
from tests.fuzz.tried import COUNTS, MOST


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if COUNTS:
        terminalreporter.write_line(f"{COUNTS.total():,} inputs were tried, up to {MOST:,} for each property")


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database with three entries in its ledger, and nothing that forbids to change them."""
    with made(f"sqlite:///{tmp_path_factory.mktemp('ledger') / 'bot.sqlite'}") as store:
        for month in ("2025-01", "2025-02", "2025-03"):
            one = entry(f"r{month}", month)
            store.write(lambda c, one=one: ledger.record(c, one, now=NOON))  # type: ignore[misc]
        with store.engine.begin() as c:
            for (name,) in c.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                c.execute(sa.text(f"DROP TRIGGER {name}"))
        yield store

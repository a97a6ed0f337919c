"""How this process is, as its own threads found it last: whoever asks that waits for nobody."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, func, select

from bot.errors import DatabaseGone, DatabaseTrouble
from bot.store.database import Store
from bot.web.health import Heartbeat
from reporting.evidence.chain import ledger
from reporting.evidence.ledger import runs
from reporting.run import State

log = structlog.get_logger()


class SelfCheck:
    """Of the thread that everything depends on, and of the database as that thread met it."""

    def __init__(self, rescue: Callable[[], Path | None], clock: Callable[[], float] = time.monotonic) -> None:
        """*rescue* copies what can still be read of a database that is gone. *clock* only ever grows."""
        self.pulse, self.writes = Heartbeat(clock), Heartbeat(clock)
        self._rescue, self._reason, self._gone = rescue, "", False

    @property
    def reason(self) -> str:
        """Why nothing could be written last; empty if it could."""
        return self._reason

    def beat(self) -> None:
        self.pulse.beat()

    def wrote(self) -> None:
        self.writes.beat()
        self._reason, self._gone = "", False

    def failed(self, error: DatabaseTrouble) -> None:
        """Nothing could be written; of a database that is gone, save what this process can still read, once."""
        self._reason = str(error.facts["reason"])
        if not isinstance(error, DatabaseGone):
            log.warning("heartbeat failed", reason=str(error))
        elif not self._gone:
            self._gone = True
            copy = self._rescue()
            log.critical("database file gone; no work is done", reason=self._reason, rescued=str(copy or ""))


class UnpublishedRuns:
    """How long somebody has been waiting to be told what came of a run."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self.seconds = 0.0

    def look(self) -> None:
        try:
            oldest = self._store.read(oldest_untold)
        except DatabaseTrouble as error:
            log.warning("unpublished runs not counted", reason=str(error))
        else:
            self.seconds = (self._now() - oldest).total_seconds() if oldest else 0.0


def oldest_untold(c: Connection) -> datetime | None:
    """When the result was written down that has waited longest to be told."""
    waits = select(func.min(ledger.c.at)).join(runs, runs.c.run == ledger.c.run).where(runs.c.state == State.ENDING)
    found = c.scalar(waits)
    return datetime.fromisoformat(found) if found else None

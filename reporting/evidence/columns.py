"""Shared column types and metadata of the database's tables."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData()
UNREADABLE = datetime(1, 1, 2, tzinfo=UTC)
"""In place of what is no moment, which the bot never writes: the ledger's check names it."""


class Instant(TypeDecorator[datetime]):
    """A moment as text in UTC, to the microsecond: the same in every database, sorted by time, and plain to read."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return as_text(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
        except (ValueError, TypeError):
            return UNREADABLE
        return found if found.tzinfo else found.replace(tzinfo=UTC)


def as_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

"""What all tables of the database are made with."""

from datetime import UTC, datetime

from sqlalchemy import Dialect, MetaData, String
from sqlalchemy.types import TypeDecorator

metadata = MetaData()


class Instant(TypeDecorator[datetime]):
    """A moment as text in UTC, to the microsecond: the same in every database, sorted by time, and plain to read."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return written(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return datetime.fromisoformat(value) if value else None


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")

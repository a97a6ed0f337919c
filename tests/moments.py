"""Moments at which calendars are at their most awkward: whatever asks what time it is, is asked at each of them."""

from datetime import UTC, datetime

MOMENTS = [
    datetime(2028, 2, 29, 12, tzinfo=UTC),  # a day that most years have not
    datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC),  # the last second of a February without it
    datetime(2026, 12, 31, 22, 30, tzinfo=UTC),  # another year already in Riga
    datetime(2026, 12, 31, 23, 59, 50, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, 5, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # in Riga, the first second after an hour that does not come
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # in Riga, in an hour that comes twice: the first time
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # and the second time
]

"""What a broken server, cache, proxy or replica may answer instead of the truth, as values.

Three families: other rows than asked for, in an answer that looks right (``PLAUSIBLE``); the right rows and a ``count``
that does not fit (``MISCOUNTS``); and bytes that no client can read as a page (the rest, ``UNREADABLE``).
"""

from dataclasses import dataclass
from enum import StrEnum


class LieKind(StrEnum):
    """The values are what the command line and JSON files call them."""

    EMPTY = "empty"
    ROW_TWICE = "row twice"
    """The last row comes once more, and is counted."""
    ALL_TWICE = "all twice"
    ROW_REPLACED = "row replaced"
    """The last row gives way to a copy of the one before it: the length is right."""
    FIRST_MISSING = "first missing"
    MIDDLE_MISSING = "middle missing"
    LAST_MISSING = "last missing"
    REVERSED = "reversed"
    LONGER = "longer"
    """*amount* rows beyond what was asked for."""
    MANY_ROWS = "many rows"
    """The page's rows again and again, until they are *amount* thousand."""
    PREVIOUS = "previous"
    """The answer before this one, once more."""
    CACHED = "cached"
    """The first answer there ever was, whatever is asked: a cache that leaves out the query."""
    STALE = "stale"
    """What was answered *amount* answers ago."""
    BY_QUESTION = "by question"
    """A cache that keeps each answer for ever: what the same question was answered the first time."""
    OTHER_WINDOW = "other window"
    """Both bounds are *amount* seconds earlier."""
    NO_WINDOW = "no window"
    """Both bounds are left out."""
    REPLICA_LAG = "replica lag"
    """A replica that does not have the newest *amount* rows yet."""
    REPLICA_HOLE = "replica hole"
    """A replica that lost one row, the *amount*-th newest of all."""
    OLDEST_MISSING = "oldest missing"
    """A replica that was set up late: it lacks the oldest *amount* rows."""
    DATES_SHIFTED = "dates shifted"
    """Each date is shown *amount* seconds late."""
    IDS_SHIFTED = "ids shifted"
    """Each id is shown *amount* higher."""
    IDS_SAME = "ids same"
    """All rows of the page show the first one's id."""

    COUNT_MORE = "count more"
    COUNT_FEWER = "count fewer"
    COUNT_DOUBLE = "count double"
    COUNT_ABSENT = "count absent"
    COUNT_NULL = "count null"
    COUNT_TEXT = "count text"
    COUNT_NEGATIVE = "count negative"
    FIRST_MISSING_COUNTED = "first missing counted"
    """A row is missing and ``count`` is that of the whole page; so the next two."""
    MIDDLE_MISSING_COUNTED = "middle missing counted"
    LAST_MISSING_COUNTED = "last missing counted"
    EMPTY_COUNTED = "empty counted"

    CUT = "cut"
    """The JSON ends in its middle, and the length announced is that of what came."""
    KEY_TWICE = "key twice"
    """``response`` with the rows, then ``response`` with none."""
    TWO_DOCUMENTS = "two documents"
    NOT_JSON = "not json"
    PREFIX = "prefix"
    """A guard against inclusion by scripts comes before the JSON."""
    SUFFIX = "suffix"
    """A proxy's comment comes after it."""
    HTML = "html"
    NO_BODY = "no body"
    NO_CONTENT = "no content"
    """204."""
    PARTIAL = "partial"
    """206 and the first half of the bytes."""
    NOT_MODIFIED = "not modified"
    """304, unasked."""
    WRONG_CHARSET = "wrong charset"
    """A name in Latin-1, called UTF-8."""
    INVALID_UTF8 = "invalid utf-8"
    UTF16 = "utf-16"
    NUL_BYTES = "nul bytes"
    NOT_A_NUMBER = "not a number"
    """``NaN``, which Python reads and JSON does not have."""
    RESPONSE_ABSENT = "response absent"
    RESPONSE_NULL = "response null"
    RESPONSE_OBJECT = "response object"
    RESPONSE_TEXT = "response text"
    BARE_LIST = "bare list"
    KEYS_RENAMED = "keys renamed"
    ROWS_NULL = "rows null"
    ROWS_NESTED = "rows nested"
    """A list of lists."""
    IDS_MISSING = "ids missing"
    IDS_NULL = "ids null"
    IDS_HUGE = "ids huge"
    """Beyond 64 bits."""
    IDS_FRACTION = "ids fraction"
    ID_TWICE = "id twice"
    """Each row has the key ``id`` a second time, with another value."""
    DATES_MISSING = "dates missing"
    DATES_NULL = "dates null"
    DATES_UNPARSABLE = "dates unparsable"
    DATES_WITHOUT_ZONE = "dates without zone"
    GZIP_BROKEN = "gzip broken"
    GZIP_CUT = "gzip cut"
    GZIP_UNDECLARED = "gzip undeclared"
    GZIP_BOMB = "gzip bomb"
    """A small body that unpacks to *amount* times 100 MB of blanks within good JSON."""
    ENCODING_UNKNOWN = "encoding unknown"
    DEEP = "deep"
    """*amount* times ten thousand lists within each other."""
    STATUS_ONE = "status one"
    """200 with ``"status": 1``."""
    INNER_ERROR = "inner error"
    """200 with ``"statusCode": 500`` and an ``error``."""
    INNER_STATUS = "inner status"
    """200, ``"status": 0``, no rows and ``"statusCode": 503``."""
    OTHER_ENDPOINT = "other endpoint"
    """The answer to somebody else's question: that of ``/settings``."""
    LENGTH_TOO_LONG = "length too long"
    LENGTH_TOO_SHORT = "length too short"

    BOM = "bom"
    """A byte order mark before the JSON: a client may read it or refuse it."""
    IDS_AS_TEXT = "ids as text"
    WRONG_TYPE = "wrong type"
    """The page is right and called ``text/plain``."""


REPEATS = frozenset({LieKind.PREVIOUS, LieKind.CACHED, LieKind.STALE, LieKind.BY_QUESTION})
OTHER_ROWS = frozenset(
    {
        LieKind.FIRST_MISSING,
        LieKind.MIDDLE_MISSING,
        LieKind.LAST_MISSING,
        LieKind.REPLICA_LAG,
        LieKind.REPLICA_HOLE,
        LieKind.OLDEST_MISSING,
    }
)
"""Answered from other rows than the pages before and after, and right in itself: no reading that asks once can see all
of it, and none at all sees what every answer lacks."""
MISCOUNTS = frozenset(
    {
        LieKind.COUNT_MORE,
        LieKind.COUNT_FEWER,
        LieKind.COUNT_DOUBLE,
        LieKind.COUNT_ABSENT,
        LieKind.COUNT_NULL,
        LieKind.COUNT_TEXT,
        LieKind.COUNT_NEGATIVE,
        LieKind.FIRST_MISSING_COUNTED,
        LieKind.MIDDLE_MISSING_COUNTED,
        LieKind.LAST_MISSING_COUNTED,
        LieKind.EMPTY_COUNTED,
    }
)
READABLE = frozenset({LieKind.BOM, LieKind.IDS_AS_TEXT, LieKind.WRONG_TYPE})
"""The rows are right and come in another form: a client may take them or refuse them."""
PLAUSIBLE = frozenset(
    {
        LieKind.EMPTY,
        LieKind.ROW_TWICE,
        LieKind.ALL_TWICE,
        LieKind.ROW_REPLACED,
        LieKind.REVERSED,
        LieKind.LONGER,
        LieKind.MANY_ROWS,
        LieKind.OTHER_WINDOW,
        LieKind.NO_WINDOW,
        LieKind.DATES_SHIFTED,
        LieKind.IDS_SHIFTED,
        LieKind.IDS_SAME,
    }
    | REPEATS
    | OTHER_ROWS
)
UNREADABLE = frozenset(LieKind) - PLAUSIBLE - MISCOUNTS - READABLE
IN_ROWS = frozenset(
    {
        LieKind.ROWS_NULL,
        LieKind.ROWS_NESTED,
        LieKind.IDS_MISSING,
        LieKind.IDS_NULL,
        LieKind.IDS_HUGE,
        LieKind.IDS_FRACTION,
        LieKind.ID_TWICE,
        LieKind.IDS_AS_TEXT,
        LieKind.DATES_MISSING,
        LieKind.DATES_NULL,
        LieKind.DATES_UNPARSABLE,
        LieKind.DATES_WITHOUT_ZONE,
    }
)
"""Nothing is wrong with an empty page."""


@dataclass(frozen=True, slots=True)
class Lie:
    """Answers are counted from 1; a lie about answers there are too few of is never told."""

    kind: LieKind
    first: int = 1
    """The number of the first answer that lies."""
    answers: int | None = 1
    """How many do; None for all that follow."""
    every: int = 1
    """Only each *every*-th of them: 2 is a balancer with one good server behind it and one bad."""
    amount: int = 1
    """Rows, seconds, answers or what else the kind has."""

    @property
    def constant(self) -> bool:
        """Whether it is told in every answer, so that a replica without a row is a portal without it."""
        return self.first == 1 and self.every == 1 and self.answers is None

    def strikes(self, answer: int) -> bool:
        place = answer - self.first
        if place < 0 or place % self.every:
            return False
        return self.answers is None or place // self.every < self.answers

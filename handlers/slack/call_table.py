"""Every call that leaves the process, in one table: what is done when it fails.

Slack's rows are obeyed by :mod:`handlers.slack.api`, which makes no call without one. The others say what ``reporting``
does with DocSpace, and the bot with its database and its disk. docs/guarantees.md prints the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class System(StrEnum):
    """Who is called."""

    SLACK = "Slack"
    DOCSPACE = "DocSpace"
    DATABASE = "database"
    DISK = "disk"


class Repeat(StrEnum):
    """Whether a call that failed is simply made again."""

    ALWAYS = "yes"
    """It changes nothing, or a second time changes nothing more."""
    NOT_DONE = "only if it was surely not done"
    """After "too many requests" or a refused connection."""
    NEVER = "no"


@dataclass(frozen=True, slots=True)
class Call:
    """One row."""

    system: System
    name: str
    """Slack's method, the path of DocSpace's API, or the kind of work."""
    purpose: str
    repeat: Repeat
    patience: float
    """Seconds for which a step repeats it."""
    failure: str
    """What becomes of the run when all fails."""
    told: str
    """Who is told, and where."""
    lookup: str = ""
    """How it is found out whether an unclear one was done; empty where that is never needed."""
    later: bool = False
    """Whether the step is made again with growing pauses, over restarts, once its patience is over."""
    deadline: float = 30.0
    """Seconds until one try is given up, however slowly its answer drips in."""


STEP, LOOKUP, FORM, START = 20.0, 10.0, 2.0, 60.0
"""Seconds of patience with Slack: of a step, of what is only a part of one, of a person before a form, of a start."""
PORTAL, QUOTA, COUNT, SIGN_INS = 120.0, 30.0, 5.0, 15.0
"""Seconds of patience with DocSpace."""
DATABASE = 600.0
"""Seconds that a run waits for its database."""
ALWAYS, NOT_DONE, NEVER = Repeat.ALWAYS, Repeat.NOT_DONE, Repeat.NEVER
ASKER = "who asked: beside the command, else in direct messages; of a schedule, its channel"
CHANNEL = "the channel; where it is closed, who asked, in direct messages"
EVERYBODY = "every channel that asked"
NOBODY = "nobody"
WAITS = "the request waits for a week, then it is refused"
OWED = "the report is filed and the result owed for a week; then *done with warning*"
FAILS = "the run fails and files nothing"
NOTHING = "nothing"
BARS = "none: the month is shown in characters instead"
BY_MARK = "by the mark it carries, in the conversation or thread"
BY_BYTES = "the folder is looked through for these very bytes"

_SLACK: tuple[tuple[str, str, Repeat, float, str, str], ...] = (
    ("users.info", "who somebody is, and so whether they may ask", ALWAYS, STEP, WAITS, ASKER),
    ("usergroups.users.list", "who is in `ALLOWED_USERGROUPS`", ALWAYS, STEP, WAITS, ASKER),
    ("conversations.info", "who can read a channel", ALWAYS, STEP, OWED, CHANNEL),
    ("conversations.open", "the id of somebody's direct messages, to look there", ALWAYS, LOOKUP, OWED, CHANNEL),
    ("conversations.history", "whether a message is there", ALWAYS, LOOKUP, OWED, CHANNEL),
    ("conversations.replies", "whether a reply is there", ALWAYS, LOOKUP, OWED, CHANNEL),
    ("chat.update", "progress (once), and the result", ALWAYS, STEP, OWED, CHANNEL),
    ("users.list", "who the admins are, to be told", ALWAYS, STEP, NOTHING, "nobody: the next look tells them"),
    ("views.publish", "the app's page", ALWAYS, STEP, NOTHING, "nobody: the page stays as it was"),
)
SLACK = (
    *(Call(System.SLACK, *row, later=True) for row in _SLACK),
    Call(
        System.SLACK,
        "chat.postMessage",
        "a run's first message, the reply that ends it, private answers",
        NOT_DONE,
        STEP,
        OWED,
        CHANNEL,
        lookup=BY_MARK,
        later=True,
    ),
    Call(
        System.SLACK,
        "response_url",
        "an answer beside the command",
        NOT_DONE,
        LOOKUP,
        NOTHING,
        "the same person, in direct messages",
        lookup="cannot be: it is told in direct messages as well",
    ),
    Call(
        System.SLACK,
        "views.open",
        "a form",
        NOT_DONE,
        FORM,
        NOTHING,
        "who wanted it, beside what they typed or pressed",
        lookup="cannot be: who pressed sees it",
        deadline=2.5,
    ),
    Call(
        System.SLACK,
        "views.push",
        "a form over a form",
        NOT_DONE,
        FORM,
        NOTHING,
        "who wanted it, beside what they pressed",
        lookup="cannot be: who pressed sees it",
        deadline=2.5,
    ),
    Call(System.SLACK, "chat.getPermalink", "a link to a message", ALWAYS, LOOKUP, NOTHING, "nobody: it is left out"),
    Call(System.SLACK, "files.getUploadURLExternal", "a place for the picture", ALWAYS, LOOKUP, BARS, CHANNEL),
    Call(
        System.SLACK,
        "upload",
        "the picture's bytes",
        NOT_DONE,
        LOOKUP,
        BARS,
        CHANNEL,
        lookup="need not be: nobody sees it before it is shown",
    ),
    Call(
        System.SLACK,
        "files.completeUploadExternal",
        "the picture, in the report's thread",
        NOT_DONE,
        LOOKUP,
        BARS,
        CHANNEL,
        lookup="cannot be: an unclear one is left alone",
    ),
    Call(
        System.SLACK,
        "auth.test",
        "being let in at the start",
        ALWAYS,
        START,
        "waits for the next start of the bot",
        "the log and the exit code",
    ),
    Call(
        System.SLACK,
        "apps.connections.open",
        "Socket Mode's connection",
        ALWAYS,
        START,
        "goes on meanwhile",
        "`/readyz` and the log",
    ),
)


def _read(path: str, purpose: str, failure: str = FAILS, *, patience: float = PORTAL, told: str = EVERYBODY) -> Call:
    return Call(System.DOCSPACE, f"GET {path}", purpose, ALWAYS, patience, failure, told, deadline=60.0)


def _change(name: str, purpose: str, repeat: Repeat, lookup: str, failure: str, *, told: str = EVERYBODY) -> Call:
    return Call(System.DOCSPACE, name, purpose, repeat, PORTAL, failure, told, lookup=lookup, deadline=60.0)


UNLESS_KNOWN = "the run fails, or goes on without knowing it where that is safe"
NOT_ANSWERED = "none: who asked to have it looked up is told why not"
DOCSPACE = (
    _read("/settings", "the portal's version and zone"),
    _read("/settings/version/build", "the version, for the doctor", NOTHING, told="who runs the doctor"),
    _read("/keys/@self", "whether the key is taken", told="every channel that asked; who runs the doctor"),
    _read("/people/@self", "whose key it is", NOTHING, told="who runs the doctor"),
    _read("/portal", "how old the portal is", UNLESS_KNOWN),
    _read("/portal/quota", "how large a file may be", NOTHING, patience=QUOTA, told=NOBODY),
    _read("/security/audit/settings/lifetime", "how long events are kept", UNLESS_KNOWN),
    _read("/security/audit/events/filter", "the events of a month"),
    _read("/security/audit/login/filter", "the sign-ins of a month", patience=SIGN_INS),
    _read("/people", "whom a filter names"),
    _read("/files/rooms", "which room a filter names"),
    _read("/files/folder/{id}", "whether the compliance folder takes files"),
    _read("/files/{id}", "what lies in the compliance folder"),
    _read("/files/folder/{id}/log", "how a room came to be called what a filter says"),
    _read("/files/file/{id}", "what was filed, once more"),
    _read("/files/file/{id}/history", "the versions of a file", NOT_ANSWERED, told=ASKER),
    _read("/filehandler.ashx", "the bytes of a file"),
    _change("POST /files/{id}/upload", "the report and its manifest", NOT_DONE, BY_BYTES, FAILS),
    _change("POST /files/{id}/session", "a large report, in chunks", ALWAYS, "need not be: it ends by itself", FAILS),
    _change(
        "POST /files/{id}/session/{session}/upload", "a numbered chunk", ALWAYS, "need not be: it counts once", FAILS
    ),
    _change("PUT /files/{id}/session/{session}/finalize", "the file of the chunks", ALWAYS, BY_BYTES, FAILS),
    _change("DELETE /files/{id}/session/{session}", "an end of it", NEVER, "need not be: it ends by itself", NOTHING),
    _change(
        "POST /files/{id}/upload/create_session",
        "a large report, before DocSpace 3.7",
        ALWAYS,
        "need not be: it ends by itself",
        FAILS,
    ),
    _change("POST /ChunkedUploader.ashx", "the next chunk, before DocSpace 3.7", NOT_DONE, BY_BYTES, FAILS),
    _change(
        "PUT /files/file/{id}/comment",
        "a review, beside the version",
        ALWAYS,
        "",
        "none: the review stands",
        told=ASKER,
    ),
)
OWN = (
    Call(
        System.DATABASE,
        "transaction",
        "whatever is remembered",
        ALWAYS,
        DATABASE,
        "goes on once the database is back, in this process or another",
        "`/readyz` and the log; who asks meanwhile, at once",
        lookup="need not be: all of it is written, or nothing",
        later=True,
    ),
    Call(
        System.DATABASE,
        "migration",
        "the tables, at the start",
        NEVER,
        0.0,
        "waits for the next start of the bot",
        "the log and the exit code",
        lookup="need not be: all of it is written, or nothing",
    ),
    Call(
        System.DISK,
        "the report being made",
        "its lines, its index, its parts",
        NEVER,
        0.0,
        FAILS,
        EVERYBODY,
        lookup="need not be: it is read anew",
    ),
    Call(
        System.DISK,
        "the copy before an upgrade",
        "the SQLite file",
        NEVER,
        0.0,
        "waits for the next start of the bot",
        "the log and the exit code",
    ),
)
TABLE = (*SLACK, *DOCSPACE, *OWN)
METHODS: Mapping[str, Call] = {call.name: call for call in SLACK}
"""Slack's rows, by method."""

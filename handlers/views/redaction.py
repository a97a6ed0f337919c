"""What of DocSpace's texts a channel may read: whatever goes there passes through here, as far as it is not ours.

At `counts` nothing of a foreign text is left, whatever it is written in: it is not searched for names but left out.
Our own sentences stay, without the facts in them that are foreign. At `masked` people and addresses are made
unrecognisable (:mod:`handlers.views.mask`), in whatever way a name is encoded.
"""

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit

from handlers.exposure import Exposure
from handlers.views.mask import mask
from reporting.errors.base import ComplianceError
from reporting.report import PREFIX, Failure

WITHHELD = "…"
OUR_TITLE = re.compile(
    rf"{re.escape(PREFIX)}\d{{4}}-\d{{2}}(?:-…)?(?:\.part-\d+(?:-of-\d+)?)?(?:\.txt|\.csv|\.jsonl|\.ocsf|\.manifest\.json)"
)
"""What a file of ours is called, without the words of its filter."""
PATH_WORDS = {
    *("api", "2.0", "files", "file", "folder", "rooms", "comment", "history", "log", "session", "upload", "people"),
    *("create_session", "keys", "portal", "quota", "security", "audit", "events", "login", "filter", "settings"),
    *("lifetime", "version", "build"),
}
"""What our own requests ask for."""
QUERY_WORDS = {
    *("chunkNumber", "count", "filterType", "filterValue", "from", "fromDate", "sortBy", "sortOrder", "startIndex"),
    *("to", "toDate", "userId", "version"),
}
"""The parameters of our own requests."""
PLAIN_VALUE = re.compile(r"\d{1,19}|\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?")
"""Numbers and dates."""
EDITOR = re.compile(r"/(?:products/files/)?doceditor(?:\.aspx)?(?:\?(?:[a-z]{1,10}=\d{1,19}&?)*)?", re.IGNORECASE)
"""Addresses in DocSpace that say nothing but numbers."""
OWN_FACTS = {
    *("host", "status", "folder", "month", "days", "minutes", "size", "limit", "attempts", "rows", "asked", "seen"),
    *("second", "window", "event", "date", "passes", "pages", "walks", "act", "deed", "scope", "difference", "kind"),
}
"""Facts of errors that are ours, or numbers and dates."""
FOREIGN_REASONS = {"Declined"}
"""Errors whose reason is in the portal's words; those of others are a library's, or ours."""
ASK_IN_PRIVATE = "Ask again with the word private at the end to see who is meant."
UNNAMED = "The filter names a person whom DocSpace does not know, or whose name is not unique."
UNNAMED_ROOM = "The filter names a room that DocSpace does not have, or whose name is not unique."
NAMING = {
    **dict.fromkeys(("UnknownPerson", "AmbiguousPerson"), UNNAMED),
    **dict.fromkeys(("UnknownRoom", "AmbiguousRoom", "NotARoom"), UNNAMED_ROOM),
}
"""Failures that name what is in the portal, and what is said in their place."""


def redact(text: str, exposure: Exposure, names: Iterable[str] = ()) -> str:
    """A foreign text as far as it may be seen; *names* are people who are known to be in it."""
    if exposure is Exposure.FULL or not text:
        return text
    return mask(text, names) if exposure is Exposure.MASKED else WITHHELD


def redact_title(title: str, exposure: Exposure) -> str:
    """A file's title; what is not one of ours is left out where names may not be read."""
    return title if exposure is Exposure.FULL or OUR_TITLE.fullmatch(title) else redact(title, exposure)


def redact_sentence(text: str, exposure: Exposure) -> str:
    """A sentence of ours that may have foreign facts in it: an error's, or one that quotes “something”."""
    if exposure is Exposure.FULL:
        return text
    for kind, pattern in sentences():
        found = pattern.fullmatch(text)
        if found:
            return "".join(redact_facts(kind, found.groupdict(), exposure))
    if exposure is Exposure.MASKED:
        return mask(text, ())
    return re.sub("“[^”]*”", lambda found: f"“{redact_title(found[0][1:-1], exposure)}”", text)


def redact_failure(failure: Failure, exposure: Exposure) -> Failure:
    """Why there is no report, as far as a channel may know it."""
    if exposure is Exposure.FULL:
        return failure
    if failure.kind in NAMING:
        return replace(failure, message=NAMING[failure.kind], hint=ASK_IN_PRIVATE)
    hint = redact_sentence(failure.hint, exposure)
    return replace(failure, message=redact_sentence(failure.message, exposure), hint=hint)


def redact_target(target: str, exposure: Exposure) -> str:
    """What a request asked for; below `full` without whatever in it is neither ours nor a number nor a date."""
    if exposure is Exposure.FULL:
        return unquote(target)
    path, mark, query = target.partition("?")
    parts = [
        part if part in PATH_WORDS or PLAIN_VALUE.fullmatch(part) else WITHHELD for part in path.split("/") if part
    ]
    pairs = [
        f"{name if name in QUERY_WORDS else WITHHELD}={value if PLAIN_VALUE.fullmatch(value) else WITHHELD}"
        for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return f"/{'/'.join(parts)}{mark}{'&'.join(pairs)}"


def may_link(url: str, exposure: Exposure) -> bool:
    """Whether an address in DocSpace says nothing that may not be read."""
    if exposure is not Exposure.COUNTS:
        return True
    parts = urlsplit(url)
    return EDITOR.fullmatch(f"{parts.path}{'?' if parts.query else ''}{parts.query}") is not None and not parts.fragment


def redact_facts(kind: type[ComplianceError], facts: dict[str, str], exposure: Exposure) -> Iterator[str]:
    """An error's sentence with its facts as far as they may be seen; at `masked` the host alone is left as it is."""
    for words, name, _, _ in string.Formatter().parse(" ".join((kind.__doc__ or "").split())):
        yield words
        if name is not None:
            own = name == "host" if exposure is Exposure.MASKED else is_own(kind, name, facts[name])
            yield facts[name] if own else redact(facts[name], exposure)


def is_own(kind: type[ComplianceError], name: str, value: str) -> bool:
    own_reason = name == "reason" and kind.__name__ not in FOREIGN_REASONS
    return name in OWN_FACTS or own_reason or value.replace(",", "").isdecimal()


def sentence(kind: type[ComplianceError]) -> re.Pattern[str]:
    """What a message of that kind looks like, each fact a group of its name."""
    seen: set[str] = set()
    pattern = ""
    for words, name, _, _ in string.Formatter().parse(" ".join((kind.__doc__ or "").split())):
        pattern += re.escape(words)
        if name is not None:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
            seen.add(name)
    return re.compile(pattern, re.DOTALL)


def kinds(kind: type[ComplianceError] = ComplianceError) -> Iterator[type[ComplianceError]]:
    """Every error with a sentence of its own that has facts in it."""
    for child in kind.__subclasses__():
        if "{" in (child.__doc__ or ""):
            yield child
        yield from kinds(child)


@cache
def sentences() -> list[tuple[type[ComplianceError], re.Pattern[str]]]:
    """Every error with its sentence; asked for when the first one is read, for by then all of them are defined."""
    return [(kind, sentence(kind)) for kind in kinds()]

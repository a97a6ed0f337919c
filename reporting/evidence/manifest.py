"""Write the manifest: what a report is, how it was made and where it is; filed beside the TXT.

The same run makes the same bytes, however often it has to write them.
"""

import json
import re
from collections.abc import Iterable, Mapping

from reporting.document.header import METHOD, SIGN_INS_METHOD
from reporting.escape import BASIC_PLANE, HOSTILE
from reporting.period import Window, utc
from reporting.recording_check import RecordingCheck
from reporting.report import BuiltReport, FiledFile, ReadSlice, SignIns
from reporting.run import ChainHead
from reporting.verification import Provenance

SCHEMA = 1
ENDING = ".manifest.json"
SYNTAX = frozenset("\n\\")
"""What stands in the JSON text itself; within its values both are escaped already."""
FIRST_ASTRAL = 0x10000


def manifest(made: BuiltReport, origin: Provenance, files: Iterable[Mapping[str, object]]) -> bytes:
    """The manifest of a report; *files* come from :func:`in_docspace` or :func:`on_disk`."""
    return escape_value(facts(made, origin) | {"files": list(files)}).encode()


def facts(made: BuiltReport, origin: Provenance) -> dict[str, object]:
    scope = made.scope
    return {
        "manifest": SCHEMA,
        "tool": origin.tool,
        "run": origin.run,
        "supersedes": origin.supersedes or None,
        "asked_with": origin.origin.value,
        "asked_by": origin.asker or None,
        "asked_in": origin.place or None,
        "asked": utc(origin.asked),
        "began": utc(origin.began),
        "portal": {"address": scope.portal, "version": scope.version, "behaviour": dict(made.behaviour)},
        "period": str(scope.month),
        "zone": scope.zone,
        "window": bounds(scope.window),
        "filter": str(scope.only) or None,
        "verdict": made.judgement.verdict.value,
        "reasons": list(made.judgement.reasons),
        "read": made.read,
        "kept": made.kept,
        "requests": made.requests,
        "method": METHOD,
        "recording_check": recording_check(made.recording),
        "slices": [piece(one) for one in made.slices],
        "signins": signins_facts(made.signins),
        "report": {"name": scope.filename, "size": made.size, "sha256": made.sha256, "records_sha256": made.records},
        "ledger": head(origin.head),
    }


def bounds(window: Window) -> dict[str, object]:
    """Half open."""
    return {"from": utc(window.start), "until": utc(window.end)}


def piece(one: ReadSlice) -> dict[str, object]:
    return bounds(one.window) | {"requests": one.requests, "events": one.events}


def recording_check(found: RecordingCheck) -> dict[str, object]:
    """Of the bot's own uploads."""
    return {"uploads": found.uploads, "missing": found.missing, "result": found.summary}


def signins_facts(found: SignIns) -> dict[str, object]:
    return {
        "verdict": found.judgement.verdict.value,
        "reasons": list(found.judgement.reasons),
        "read": found.read,
        "kept": found.total,
        "succeeded": found.succeeded,
        "failed": found.failed,
        "ended": found.ended,
        "people": found.people,
        "method": SIGN_INS_METHOD,
    }


def head(found: ChainHead | None) -> dict[str, object] | None:
    return {"entry": found.number, "hash": found.hash} if found else None


def in_docspace(file: FiledFile) -> dict[str, object]:
    place = {"id": file.id, "version": file.version, "url": file.url}
    return {"name": file.title, "size": file.size, "sha256": file.sha256, "docspace": place}


def on_disk(name: str, size: int, sha256: str) -> dict[str, object]:
    """A file that was not uploaded."""
    return {"name": name, "size": size, "sha256": sha256, "docspace": None}


def escape_value(value: object) -> str:
    """*value* as JSON for people too, with an escape for every character that cannot be seen or reorders text."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return HOSTILE.sub(escape, text) + "\n"


def escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in SYNTAX:
        return character
    code = ord(character)
    if code <= BASIC_PLANE:
        return f"\\u{code:04x}"
    high, low = divmod(code - FIRST_ASTRAL, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"

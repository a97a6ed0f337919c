"""What a check found, and how checks are made side by side."""

import inspect
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import ParamSpec

from reporting.errors.base import ComplianceError

P = ParamSpec("P")


class Grade(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    """It works, and will not for ever, or not all of it."""
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """It could not be looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    grade: Grade
    words: str
    hint: str = ""
    """What to do next."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at."""

    name: str
    proves: str
    """What it means that nothing is wrong."""
    look: Callable[[], Finding]
    needs: str = ""
    """Name of the check that has to be in order before anything can be said of this one."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check, and what it found."""

    name: str
    proves: str
    finding: Finding
    needs: str = ""
    cause: str = ""
    """Name of the check whose trouble keeps this one from being made; empty if it was made."""


def fine(words: str) -> Finding:
    return Finding(Grade.OK, words)


def warning(words: str, hint: str) -> Finding:
    return Finding(Grade.WARNING, words, hint)


def broken(words: str, hint: str) -> Finding:
    return Finding(Grade.BROKEN, words, hint)


def unknown(words: str, hint: str = "") -> Finding:
    return Finding(Grade.UNKNOWN, words, hint)


def check(name: str, look: Callable[P, Finding], *given: P.args, **named: P.kwargs) -> Check:
    return Check(name, " ".join((inspect.getdoc(look) or "").split()), partial(look, *given, **named))


def run_checks(checks: Sequence[Check], *, seconds: float) -> list[CheckResult]:
    """What they find, in their order; what takes longer than so many seconds is left to itself."""
    found: dict[int, Finding] = {}
    over = threading.Event()
    threads = [
        threading.Thread(target=note, args=(found, number, one, over), name=one.name, daemon=True)
        for number, one in enumerate(checks)
    ]
    until = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    over.set()
    late = unknown(f"no answer within {seconds:g} seconds", "Look at what it asks, and at the network between.")
    return merge_same_cause(
        [CheckResult(one.name, one.proves, found.get(n, late), one.needs) for n, one in enumerate(checks)]
    )


def note(found: dict[int, Finding], number: int, one: Check, over: threading.Event) -> None:
    """Write down what a check finds; once it is *over*, nobody reads that."""
    try:
        found[number] = one.look()
    except ComplianceError as error:
        found[number] = broken(str(error).removesuffix("."), error.advice)
    except RuntimeError:  # httpx's, for a client that was closed meanwhile
        if not over.is_set():
            raise


def merge_same_cause(looked: Sequence[CheckResult]) -> list[CheckResult]:
    """The same with each trouble told where it was met first: what only met it too is not known."""
    first: dict[str, str] = {}
    bad: set[str] = set()
    told = []
    for one in looked:
        cause = one.needs if one.needs in bad else first.get(one.finding.words, "")
        if one.finding.grade is Grade.BROKEN:
            first.setdefault(one.finding.words, one.name)
            bad.add(one.name)
            skipped = replace(one, finding=unknown(f"skipped: fix “{cause}” first"), cause=cause)
            told.append(skipped if cause else one)
        else:
            told.append(one)
    return told


def skip_dependents(looked: Sequence[CheckResult]) -> dict[str, list[str]]:
    """By the name of each check that found a trouble of its own: the names of those that could not be made for it."""
    causes = {one.name: one.cause for one in looked}
    found: dict[str, list[str]] = {}
    for one in looked:
        root = one.cause
        while causes.get(root):
            root = causes[root]
        if root:
            found.setdefault(root, []).append(one.name)
    return found


def after(name: str, checks: Sequence[Check]) -> list[Check]:
    """The same checks, of which nothing can be said until the one of that name is in order."""
    return [replace(one, needs=name) for one in checks]

"""Change the code that a verdict depends on, one small thing at a time; does a test notice? ``make mutants``.

``python tests/mutants/run.py [NAME ...]`` tries the mutants whose names match (``reporting.filters.*``), or all that
have not been tried since their function changed. What survived and is not in ``survivors.toml`` is tried again, so a
run goes on where the last one ended. mutmut makes the mutants and runs the tests; what it changes, and with which
tests, stands in ``pyproject.toml``. Prose is left out: what a message says is looked at by people.
"""

import os
import signal
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import libcst as cst
from mutmut.__main__ import _run as run_mutants
from mutmut.mutation import mutators
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

LIST = Path(__file__).with_name("survivors.toml")
KILLED = {"killed", "timeout"}
MISTYPED, UNTRIED = "caught by type check", "not checked"
NO_VERDICT = 255
"""Exit code where pytest itself failed, which mutmut takes for a timeout."""
LEAST = 0.9
"""The share of mutants that tests have to notice."""
CHILDREN = int(os.environ.get("MUTANTS_PROCESSES", "2"))
MINUTES = int(os.environ.get("MUTANTS_MINUTES", "120"))


@dataclass(frozen=True, slots=True)
class Change:
    """What a mutant does, in words that stay the same when other lines of the function are changed."""

    function: str
    """``reporting.filters.Clause.__str__``"""
    was: str
    now: str

    def __str__(self) -> str:
        return "\n".join(
            [*(f"  - {one}" for one in self.was.split("\n")), *(f"  + {one}" for one in self.now.split("\n"))]
        )


@dataclass(frozen=True, slots=True)
class Mutant:
    """A function with one change, and what came of it."""

    name: str
    path: Path
    status: str

    @property
    def survived(self) -> bool:
        return self.status not in {*KILLED, MISTYPED, UNTRIED}

    @property
    def change(self) -> Change:
        module, _, mangled = self.name.partition("__mutmut_")[0].rpartition(".")
        function = mangled.removeprefix("x").removeprefix("_").strip("ǁ").replace("ǁ", ".")
        lines = get_diff_for_mutant(self.name, path=self.path).splitlines()[2:]
        was, now = ("\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
        return Change(f"{module}.{function}", was, now)


def main(names: Sequence[str]) -> int:
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # mypy
    leave_prose_out()
    listed = survivors()
    forget(mutant for mutant in mutants() if mutant.survived and mutant.change not in listed)
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(MINUTES * 60)
    run_mutants(tuple(names), CHILDREN)
    signal.alarm(0)
    found = [mutant for mutant in mutants() if not names or any(fnmatch(mutant.name, name) for name in names)]
    lines, fine = report(found, listed)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if fine else 1


def leave_prose_out() -> None:
    """Make no mutants of the words that people read: texts with a space in them."""

    def of_string(node: cst.BaseString) -> Iterable[cst.BaseString]:
        prose = isinstance(node, cst.SimpleString) and " " in node.raw_value.strip()
        return () if prose else mutators.operator_string(node)

    operators: Any = mutators.mutation_operators
    place = next(place for place, (_, made) in enumerate(operators) if made is mutators.operator_string)
    operators[place] = (cst.BaseString, of_string)


def mutants() -> Iterator[Mutant]:
    """Every mutant that was made so far."""
    for path in walk_mutatable_files():
        kept = SourceFileMutationData(path=path)
        kept.load()
        for name, code in kept.exit_code_by_key.items():
            yield Mutant(name, path, "no verdict" if code == NO_VERDICT else status_by_exit_code[code])


def forget(again: Iterable[Mutant]) -> None:
    """Have mutants tried again."""
    for mutant in list(again):
        kept = SourceFileMutationData(path=mutant.path)
        kept.load()
        kept.exit_code_by_key[mutant.name] = None
        kept.save()


def survivors() -> dict[Change, str]:
    """Changes that no test can or need notice, and why."""
    listed = tomllib.loads(LIST.read_text("utf-8"))["mutant"]
    return {Change(one["function"], one["was"], one["now"]): one["why"] for one in listed}


def report(found: Sequence[Mutant], listed: Mapping[Change, str]) -> tuple[list[str], bool]:
    """What came of the mutants, a line for each module, and whether it is as it has to be."""
    new = [mutant for mutant in found if mutant.survived and mutant.change not in listed]
    left = sum(mutant.status == UNTRIED for mutant in found)
    lines = [f"{mutant.name}: {mutant.status}\n{mutant.change}\n" for mutant in new]
    lines.append(f"{'module':36}{'mutants':>8}{'mistyped':>10}{'killed':>8}{'survived':>10}{'share':>8}")
    paths = dict.fromkeys(mutant.path for mutant in found)
    lines += [line(str(path), [mutant for mutant in found if mutant.path == path]) for path in paths]
    lines.append(line("all", found))
    if new:
        lines.append(f"{len(new)} survived that {LIST.name} has no reason for")
    if left:
        lines.append(f"{left} are not tried yet: run it again to go on")
    if share(found) < LEAST:
        lines.append(f"tests have to notice {LEAST:.0%} of all that have the right types")
    return lines, not new and not left and share(found) >= LEAST


def line(name: str, found: Sequence[Mutant]) -> str:
    mistyped = sum(mutant.status == MISTYPED for mutant in found)
    killed = sum(mutant.status in KILLED for mutant in found)
    survived = sum(mutant.survived for mutant in found)
    noticed = f"{share(found):.1%}" if killed + survived else "-"
    return f"{name:36}{len(found):8}{mistyped:10}{killed:8}{survived:10}{noticed:>8}"


def share(found: Sequence[Mutant]) -> float:
    """Of those that were tried with tests, how many a test noticed."""
    killed, survived = (sum(one) for one in ((m.status in KILLED for m in found), (m.survived for m in found)))
    return killed / (killed + survived) if killed + survived else 1.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

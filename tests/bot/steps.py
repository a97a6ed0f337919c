"""Steps without an engine, and what goes wrong in them as people are told of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.workflows.engine import attempt
from bot.workflows.serialization import pack, unpack
from reporting.errors.base import ComplianceError
from reporting.report import Failure

T = TypeVar("T")


@dataclass
class Steps:
    """What was done before the death at *dies_at* is remembered."""

    remembered: dict[str, object] = field(default_factory=dict)
    dies_at: str = ""

    def __call__(self, name: str, kind: type[T], work: Callable[[], T], /) -> T | Failure:
        if name == self.dies_at:
            raise KeyboardInterrupt
        if name not in self.remembered:
            result = attempt(name, work)
            self.remembered[name] = result.failure or pack(result.value)
        found = self.remembered[name]
        return found if isinstance(found, Failure) else unpack(found, kind)


@dataclass
class TellingWork:
    """Says what was done, in order; *broken* names the step that fails, and how."""

    broken: dict[str, Exception] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def do(self, name: str, result: T, said: str = "") -> T:
        self.done.append(f"{name}: {said}" if said else name)
        if name in self.broken:
            raise self.broken[name]
        return result


def named(error: Exception) -> str:
    return type(error).__name__ if isinstance(error, ComplianceError) else "Unexpected"

"""The root of the error tree, and errors of this machine."""

from pathlib import PurePath
from typing import Any, ClassVar, Protocol, TypeAlias

from reporting.escape import escape_untrusted


class Value(Protocol):
    """A value of our own: a month, a window, a rule."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Fact: TypeAlias = str | int | float | PurePath | Value
"""A fact of an error; never None, which would appear in its message."""


class ComplianceError(Exception):
    """Something went wrong."""

    hint: ClassVar[str] = ""
    transient: ClassVar[bool] = False

    def __init__(self, **facts: Fact) -> None:
        self.facts = {name: escape_untrusted(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        words = " ".join((type(self).__doc__ or "").split())
        super().__init__(words.format(**self.facts))

    @property
    def advice(self) -> str:
        """What a person can do next, with this error's facts filled in."""
        return type(self).hint.format(**self.facts)


class WrongSettings(ComplianceError):
    """Invalid settings: {problems}."""

    hint = "Correct them in the environment or in a file named .env; .env.example explains each one."


class RunUnreadable(ComplianceError):
    """The database entry of run {run} can't be read: it is not what the bot wrote."""

    hint = (
        "Leave everything as it is. Run python -m bot verify to see what was changed; docs/auditors.md says what "
        "to do next."
    )


class DiskTrouble(ComplianceError):
    """Can't write to {path}: {reason}."""

    hint = "Check the free space and the permissions there. DATA_DIR sets where reports are made."


class Stopped(ComplianceError):
    """The run was stopped."""

    hint = "Request the report again if you still need it."


class ChartFailed(ComplianceError):
    """The chart could not be drawn: {reason}."""

    hint = "The report is complete without it and has the same numbers."


class Unexpected(ComplianceError):
    """Unexpected error: {kind}."""

    hint = "This is a bug in the bot; please report it. The details are in the bot's log."

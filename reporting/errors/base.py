"""The root of the errors, and what goes wrong on this machine."""

from pathlib import PurePath
from typing import Any, ClassVar, Protocol, TypeAlias

from reporting.escape import escape_untrusted


class Value(Protocol):
    """One of our own values: a month, a window, a rule."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


Fact: TypeAlias = str | int | float | PurePath | Value
"""What an error may tell; not None, which would stand in its message as a word."""


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
        """What a person can do, with this error's own facts filled in."""
        return type(self).hint.format(**self.facts)


class WrongSettings(ComplianceError):
    """The settings are not usable: {problems}."""

    hint = "Set them in the environment or in a file named .env; .env.example explains each one."


class RunUnreadable(ComplianceError):
    """What the database holds of run {run} cannot be read any more: it is not what the bot wrote."""

    hint = "Keep everything as it is: python -m bot verify names what was changed, docs/auditors.md says what to do."


class DiskTrouble(ComplianceError):
    """Nothing could be written to {path}: {reason}."""

    hint = "Check the free space and the rights there; DATA_DIR says where reports are made."


class Stopped(ComplianceError):
    """The run was stopped."""

    hint = "Ask for the report again if you want it after all."


class ChartFailed(ComplianceError):
    """The month could not be drawn: {reason}."""

    hint = "The report is whole without it, and tells the same in numbers."


class Unexpected(ComplianceError):
    """Something went wrong that should not have: {kind}."""

    hint = "The bot's log has the details; whoever hosts it will want to see them."

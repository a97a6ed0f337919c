"""How much of a report a channel may see."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from reporting.run import Origin, Run


class Exposure(IntEnum):
    """From little to much; the least of what several rules allow is what counts."""

    COUNTS = 0
    """Numbers, and nothing by which a person could be told."""
    MASKED = 1
    """People by initials and a number that is theirs, addresses cut."""
    FULL = 2


class Kind(StrEnum):
    """Who can read a channel."""

    PRIVATE = "private"
    """Its members, and nobody else; direct messages too."""
    PUBLIC = "public"
    """Everybody in the workspace."""
    EXTERNAL = "external"
    """People of other companies, or soon so."""
    UNKNOWN = "unknown"
    """The app may not look."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings allow."""

    preview: Exposure
    """Anywhere."""
    external: Exposure | None
    """In channels that other companies share; None: no reports there."""

    def of(self, kind: Kind) -> Exposure:
        """What a channel of that kind may see. What is not known might be shared with anybody."""
        highest = {Kind.PRIVATE: Exposure.FULL, Kind.PUBLIC: Exposure.MASKED}
        if kind is Kind.EXTERNAL and self.external is not None:
            return min(self.preview, self.external)
        return min(self.preview, highest.get(kind, Exposure.COUNTS))


def is_wording_of(entry: Run, user: str) -> bool:
    """Whether somebody has written the run's filter, and so may read it: not who pressed a button to have it again."""
    return entry.asker == user and entry.origin is not Origin.BUTTON

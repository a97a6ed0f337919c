"""A record of a request to the portal and its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

TOO_MANY, FAILING = 429, 500
"""Of HTTP's codes, the one for too many requests, and the first of a server's own faults."""

LONGEST_WAIT, LONGEST_PAUSE = 10.0, 60.0
"""Maximum seconds before a retry: without and with a delay from the portal."""


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A request and its answer, without the key and without content."""

    method: str
    target: str
    """Path and query."""
    status: int
    """HTTP's; 0 if no answer came."""
    rows: int | None
    """How far the answer's page came; None if it was no answer of the API."""
    size: int
    """Bytes of the answer's body."""
    milliseconds: int

    def __str__(self) -> str:
        """The answer first, for the request can be long."""
        rows = "" if self.rows is None else f" {self.rows:>3} rows"
        came = f"{self.status}{rows} {self.milliseconds:>5,} ms" if self.status else "no answer"
        return f"{came}  {self.method} {unquote(self.target)}"


def portal_trouble(made: Sequence[ApiCall]) -> str:
    """How the newest request failed, and when it is retried; empty if it succeeded."""
    status = made[-1].status if made else FAILING - 1
    if status == TOO_MANY:
        return f"HTTP {status}, it asks to wait; it is asked again within {LONGEST_PAUSE:.0f} seconds"
    if status and status < FAILING:
        return ""
    return f"{f'HTTP {status}' if status else 'no answer came'}; it is asked again within {LONGEST_WAIT:.0f} seconds"

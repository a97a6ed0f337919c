"""What the app asked of the workspace."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.wire import Wire


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    """``upload`` and ``response_url`` are the two doors that are no methods."""
    args: Mapping[str, Wire]
    """As sent, without the token."""
    ok: bool
    error: str | None
    status: int
    """HTTP's; 0 when the connection was cut and nothing performed."""
    at: float
    """Seconds since 1970 by the workspace's clock."""

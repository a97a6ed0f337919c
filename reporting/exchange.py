"""What was asked of the portal, and what came back."""

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer, as far as anybody may know them: nothing of the key, nothing of the content."""

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

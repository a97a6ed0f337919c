"""What Slack says when it will not."""

from collections.abc import Mapping, Sequence

from sandbox.slack.wire import Json, Wire


class Refusal(Exception):
    """The workspace refused the call."""

    def __init__(self, error: str, details: Mapping[str, Wire] | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.details = dict(details or {})

    def wire(self) -> Json:
        return {"ok": False, "error": self.error, **self.details}


def refusal_of(error: str, problems: Sequence[str]) -> Refusal:
    """Return a refusal that lists *problems* the way Slack does, twice."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return Refusal(error, {"errors": list(problems), "response_metadata": {"messages": messages}})

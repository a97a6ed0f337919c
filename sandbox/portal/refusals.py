"""Answers the portal gives instead of what was asked for.

Refusal
├── BadParameters   400, validation details inside the *success* envelope
├── Failure         any status, the error envelope
└── Silence         any status, an empty body
"""

from collections.abc import Mapping

NULL = "Object reference not set to an instance of an object."


class Refusal(Exception):
    """The portal refuses."""

    def __init__(self, status: int, message: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


class BadParameters(Refusal):
    """ASP.NET could not bind a parameter."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(400, "One or more validation errors occurred.")
        self.errors = dict(errors)


class Failure(Refusal):
    """The server's code threw; *kind* is the .NET name of what it threw."""

    def __init__(self, status: int, message: str, kind: str = "System.Exception") -> None:
        super().__init__(status, message)
        self.kind = kind


class Silence(Refusal):
    """A status and nothing else: 401, 402, 404, 429, and 403 for a scope."""

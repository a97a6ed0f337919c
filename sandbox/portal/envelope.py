"""The envelopes answers and refusals come in.

Source: DocSpace server 3.7.2, ``CommonApiResponse.cs:69-144``, ``Middleware/ResponseWrapper.cs:71-75``.
"""

from collections.abc import Sequence
from typing import TypeVar

from sandbox.portal.refusals import BadParameters, Failure, Refusal
from sandbox.portal.rows import present
from sandbox.portal.wire import Request, Response, json_response

T = TypeVar("T")


def reply(
    request: Request, response: object, *, status: int = 200, count: int | None = None, total: int | None = None
) -> Response:
    """Wrap *response*; *count* is its length, and ``total`` only exists where the server sets it."""
    return json_response(
        present(
            {
                "response": response,
                "count": count if count is not None else len(response) if isinstance(response, list) else 1,
                "total": total,
                "links": _links(request),
                "status": 0,
                "statusCode": status,
            }
        ),
        status,
    )


def window(request: Request, rows: Sequence[T], largest: int = 100) -> list[T]:
    """Cut the page that ``startIndex`` and ``count`` ask for."""
    start = max(0, number(request, "startIndex", 0))
    size = number(request, "count", largest)
    if not 1 <= size <= largest:
        raise BadParameters({"count": f"The field count must be between 1 and {largest}."})
    return list(rows[start : start + size])


def number(request: Request, name: str, default: int) -> int:
    text = request.params.get(name.lower(), "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise BadParameters({name: f"The value '{text}' is not valid."}) from None


def refusal(request: Request, reason: Refusal) -> Response:
    if isinstance(reason, BadParameters):
        return _invalid(request, reason)
    if isinstance(reason, Failure):
        error = {"message": reason.message, "type": reason.kind, "stack": "", "hresult": -2146233088}
        return json_response({"error": error, "status": 1, "statusCode": reason.status}, reason.status)
    return Response(status=reason.status, headers=reason.headers)


def _invalid(request: Request, reason: BadParameters) -> Response:
    problem = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": reason.message,
        "status": 400,
        "errors": {name: [message] for name, message in reason.errors.items()},
    }
    envelope = {"response": problem, "count": 1, "links": _links(request), "status": 1, "statusCode": 400}
    return json_response(envelope, 400)


def _links(request: Request) -> list[dict[str, str]]:
    return [{"href": request.url, "action": request.method}]

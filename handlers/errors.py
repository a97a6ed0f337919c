"""What a person reads when a listener could not do what was asked."""

from collections.abc import Mapping
from logging import Logger
from typing import Any

from slack_bolt import App, BoltResponse, Respond

from handlers.views.answers import refusal, refused
from reporting.errors import ComplianceError, Unexpected


def register(app: App) -> None:
    app.error(explain)


def explain(error: Exception, body: Mapping[str, Any], respond: Respond, logger: Logger) -> BoltResponse:
    """Answer with the error's own words, to the asker alone; the acknowledgement has not been sent yet.

    A command shows what its acknowledgement says, a form what it is answered; after a button, only the response URL is
    seen.
    """
    known = error if isinstance(error, ComplianceError) else Unexpected(kind=type(error).__name__)
    if known is not error:
        logger.error("A listener failed", exc_info=error)
    answer = refusal(str(known), known.advice)
    if "command" in body:
        return BoltResponse(status=200, body=answer)
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "push", "view": refused(answer)})
    respond(**answer, replace_original=False)
    return BoltResponse(status=200, body="")

"""The answer when a listener raises an error."""

from collections.abc import Mapping
from logging import Logger
from typing import Any

from slack_bolt import App, BoltResponse, Respond
from slack_sdk import WebClient

from handlers.slack.messages import post, publish_home
from handlers.views.home import closed
from handlers.views.replies import refusal, refused
from reporting.errors.base import ComplianceError, Unexpected


def register(app: App) -> None:
    app.error(explain)


def explain(
    error: Exception, body: Mapping[str, Any], client: WebClient, respond: Respond, logger: Logger
) -> BoltResponse:
    """Answer privately with the error's own words; the acknowledgement has not been sent yet.

    A command shows what its acknowledgement says, a form what it is answered; after a button, only the response URL is
    seen, and where there is none, as in a form and on the app's page, direct messages.
    """
    known = error if isinstance(error, ComplianceError) else Unexpected(kind=type(error).__name__)
    if known is not error:
        logger.error("A listener failed", exc_info=error)
    answer = refusal(str(known), known.advice)
    if "command" in body:
        return BoltResponse(status=200, body=answer)
    if body.get("type") == "view_submission":
        return BoltResponse(status=200, body={"response_action": "push", "view": refused(answer)})
    if "event" in body:
        publish_home(client, body["event"]["user"], closed(str(known), known.advice))
    elif body.get("response_url"):
        respond(**answer, replace_original=False)
    else:
        post(client, body["user"]["id"], {"text": answer["text"], "blocks": answer["blocks"]}, tag=body["trigger_id"])
    return BoltResponse(status=200, body="")

"""Answers beside what somebody typed or pressed, which nobody else sees.

Source: https://docs.slack.dev/interactivity/handling-user-interaction, "Message responses"
"""

import json
from http import HTTPStatus

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from handlers.slack.api import REFUSED, ask
from handlers.slack.messages import with_text_fallback
from handlers.views.blocks import Message


def post_ephemeral(response_url: str, message: Message) -> None:
    """Tell only the person who asked; possible for 30 minutes after they did.

    Raises:
        PostUnclear: nobody knows whether they were told.
        SlackTrouble: they were not told.
    """

    def send(shown: Message) -> None:
        ask(
            "response_url",
            lambda: answer_url(response_url, shown),
            type(None),
            act="to answer privately",
            unclear="the answer",
        )

    with_text_fallback(message, send)


def answer_url(address: str, message: Message) -> None:
    """Answer to a response URL, once.

    Raises:
        SlackApiError: it was not taken, as from a method.
    """
    hook = WebhookClient(address, retry_handlers=[])
    sent = hook.send(text=message["text"], blocks=message["blocks"], response_type="ephemeral", replace_original=False)
    code = code_in(sent.body)
    if sent.status_code != HTTPStatus.OK or code:
        data = {"error": code}
        raise SlackApiError(  # type: ignore[no-untyped-call]
            "not taken",
            SlackResponse(
                client=hook,
                http_verb="POST",
                api_url="",
                req_args={},
                data=data,
                headers=dict(sent.headers),
                status_code=sent.status_code,
            ),
        )


def code_in(body: str) -> str:
    """Slack's code in an answer that is JSON or plain words; empty for a yes, and what is neither is no code."""
    refused = next((code for code in REFUSED if code in body), "")
    try:
        said = json.loads(body)
    except ValueError:
        said = {"ok": body.strip() == "ok", "error": body.strip()}
    if not isinstance(said, dict):
        return "?"
    return refused or ("" if said.get("ok") else str(said.get("error", "?")))

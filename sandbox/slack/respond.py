"""What a command's own answer or a response URL does to the conversation."""

from dataclasses import replace

from sandbox.slack.messages import Message
from sandbox.slack.refusal import Refusal
from sandbox.slack.trigger_ids import ReplyTo
from sandbox.slack.webapi.content import POST_CHARACTERS, content
from sandbox.slack.webapi.method import Arguments, Site
from sandbox.slack.wire import Json, Wire

KNOWN = frozenset(
    {
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "metadata",
        "unfurl_links",
        "unfurl_media",
        "mrkdwn",
        "parse",
        "link_names",
    }
)


def answer_url(site: Site, ticket: str, payload: Wire) -> None:
    """Do what was posted to a response URL."""
    reply_to = site.tickets.use(ticket)
    with site.workspace.locked():
        message = answer(site, reply_to, payload)
    if message is not None:
        site.tickets.points_to(ticket, message.ts)


def answer(site: Site, reply_to: ReplyTo, payload: Wire) -> Message | None:
    """Post, replace or delete; return the message that is there now.

    Raises:
        Refusal: the payload is not one Slack takes.
    """
    if not isinstance(payload, dict) or not payload.keys() <= KNOWN:
        raise Refusal("invalid_payload")
    original = site.workspace.message(reply_to.channel, reply_to.ts) if reply_to.ts else None
    if payload.get("delete_original"):
        if original is not None:
            site.workspace.remove(original)
        return None
    message = _message(site, reply_to, payload)
    if payload.get("replace_original") and original is not None:
        message = replace(
            message,
            ts=original.ts,
            thread_ts=original.thread_ts,
            only_for=original.only_for,
            revisions=original.revisions + 1,
        )
    return site.workspace.keep(message)


def _message(site: Site, reply_to: ReplyTo, payload: Json) -> Message:
    workspace = site.workspace
    kind = payload.get("response_type", "ephemeral")
    if kind not in {"ephemeral", "in_channel"}:
        raise Refusal("invalid_response_type")
    said = content(Arguments(payload), workspace.setup, most=POST_CHARACTERS)
    return Message(
        channel=reply_to.channel,
        ts=workspace.stamp(),
        user=workspace.setup.bot_user,
        text=said.text,
        blocks=said.blocks or (),
        attachments=said.attachments,
        metadata=said.metadata,
        thread_ts=payload.get("thread_ts"),
        only_for=reply_to.user if kind == "ephemeral" else None,
    )

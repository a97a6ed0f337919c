"""The review form, and the reply that announces a review."""

from typing import Any

from handlers.views.blocks import Message, context, escape_mrkdwn, plain, section, with_text
from handlers.views.filed_report import review_line
from handlers.views.form_fields import field, radio, words_field
from reporting.verification import Result, Review

REVIEW, CALLBACK = "review", "review_form"
LONGEST = 1_000
"""Characters of a reason."""
RESULTS: list[tuple[str, str]] = [
    (Result.ACCEPTED, "*Accepted*"),
    (Result.REMARKS, "*Accepted with remarks*"),
    (Result.REJECTED, "*Rejected*"),
    (Result.REVOKED, "*Revoke* my earlier review"),
]


def review_form(run: str, channel: str, thread: str) -> dict[str, Any]:
    """What a second person thinks of the report of a run, whose message that is."""
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": f"{run} {channel} {thread}",
        "title": plain("Review this report", longest=24),
        "submit": plain("Submit review", longest=24),
        "close": plain("Cancel", longest=24),
        "blocks": [
            field("result", "Result", radio(RESULTS)),
            field("reason", "Reason", words_field(longest=LONGEST, lines=True)),
            context(
                "It is recorded in the ledger, posted in the thread, and added as a comment on the file in DocSpace. "
                "It cannot be deleted; you can revoke it."
            ),
        ],
    }


def review_reply(review: Review, title: str) -> Message:
    """For the thread: what a second person said of a report."""
    reason = escape_mrkdwn(" ".join(review.reason.split()), longest=LONGEST)
    text = f"{review_line(review)}: *{title}*\n>{reason}"
    if review.result is Result.REVOKED:
        text = f":leftwards_arrow_with_hook: <@{review.reviewer}> revoked their review of *{title}*\n"
        text += f">{reason}"
    mark = f"Version {review.version} of file {review.file} · SHA-256 `{review.sha256}` · ledger `{review.link.short}`"
    mark += f", entry {review.link.number:,}"
    return with_text(f"{title}: {review.result}", [section(text), context(mark)])

"""Messages that are posted once, whatever dies meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from slack_sdk import WebClient

from bot.store import posts
from bot.store.database import Store
from bot.store.posts import ANCHOR, Post
from handlers.desk import RequestContext
from handlers.slack.errors import PostUnclear, SlackBusy, SlackFailing, SlackTrouble, SlackUnreachable
from handlers.slack.messages import Anchor, find, post
from handlers.slack.response_url import post_ephemeral
from handlers.views.blocks import Message
from reporting.errors.base import ComplianceError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts a message once per run, channel and kind; after an unclear answer it looks before it retries."""

    store: Store
    slack: WebClient
    """Repeats nothing by itself."""
    now: Callable[[], datetime]

    def once(self, run: str, channel: str, what: str, message: Message, *, by: str, thread: str = "") -> Post:
        """The message, posted now or before, or being posted by somebody else than *by*.

        *by* does one thing at a time: an earlier attempt under that name has died or was given up
        for now, and is looked up before anything is posted.

        Raises:
            PostUnclear: nobody can tell whether it was posted.
            SlackBusy, SlackFailing, SlackUnreachable: it may be tried again (``transient``).
            ChannelClosed, SlackTrouble: it was definitely not posted.
        """
        wanted = Post(run, channel, what, by, self.now(), ts="", unclear=False)
        before = self.store.write(posts.attempt, wanted)
        if before and (before.ts or before.unclear or before.by != by):
            return before
        tag = f"{run}:{channel}:{what}"

        def attempt() -> Anchor:
            found = self._found(before, tag, thread) if before else None
            return found or self._posted(wanted, message, tag, thread)

        return self._settled(wanted, attempt, looked_for=True)

    def at_most_once(self, run: str, channel: str, what: str, act: Callable[[], Anchor], *, by: str) -> Post | None:
        """Post with *act* what cannot be looked up later: skipped after an attempt that died.

        Raises:
            PostUnclear: nobody can tell whether it was posted.
            SlackTrouble: it was definitely not, and may be tried again.
        """
        wanted = Post(run, channel, what, by, self.now(), ts="", unclear=False)
        before = self.store.write(posts.attempt, wanted)
        return before or self._settled(wanted, act, looked_for=False)

    def privately(self, place: RequestContext, key: str, message: Message) -> None:
        """Tell the requester privately, once per *key*: beside what they typed or pressed, else in direct messages.

        Raises:
            SlackTrouble: it could not be delivered.
        """
        if not (place.response_url and post_ephemeral_once(place.response_url, message)):
            shown = {name: value for name, value in message.items() if name != "response_type"}
            self.once(key, place.asker, ANCHOR, shown, by=key)

    def _settled(self, wanted: Post, act: Callable[[], Anchor], *, looked_for: bool) -> Post:
        """Post with *act* and record the result.

        After a failure an attempt that can be *looked_for* stays on record: the next one looks before it posts.
        """
        try:
            anchor = act()
        except PostUnclear:
            self.store.write(posts.settle, replace(wanted, unclear=True))
            raise
        except ComplianceError as error:
            if not (looked_for and isinstance(error, SlackFailing)):
                self.store.write(posts.withdraw, wanted)
            raise
        settled = replace(wanted, ts=anchor.ts, at=anchor.channel)
        self.store.write(posts.settle, settled)
        return settled

    def _posted(self, wanted: Post, message: Message, tag: str, thread: str) -> Anchor:
        """Post the message; look it up after an unclear answer.

        What is not there yet may still appear, so it is not posted again at once.

        Raises:
            PostUnclear: it cannot be looked up.
            SlackFailing: it is to be looked for later.
        """
        try:
            return post(self.slack, wanted.channel, message, tag=tag, thread=thread)
        except PostUnclear as unclear:
            found = self._looked_up(wanted, tag, thread, unclear)
            if found is None:
                reason = str(unclear.facts["reason"])
                raise SlackFailing(act="to post a message", reason=reason) from unclear
            return found

    def _looked_up(self, wanted: Post, tag: str, thread: str, unclear: PostUnclear) -> Anchor | None:
        """The message after an unclear answer; raises the original error if it cannot be looked up."""
        try:
            return self._found(wanted, tag, thread)
        except PostUnclear as error:
            raise unclear from error

    def _found(self, attempt: Post, tag: str, thread: str) -> Anchor | None:
        """The message posted with that tag, if there is one.

        Raises:
            PostUnclear: it cannot be looked up.
            SlackFailing: not now.
        """
        try:
            return find(self.slack, Anchor(attempt.channel, thread), tag=tag, since=attempt.attempted)
        except (SlackBusy, SlackUnreachable) as error:
            reason = str(error.facts.get("reason", ""))
            raise SlackFailing(act="to look for a message", reason=reason) from error


def post_ephemeral_once(response_url: str, message: Message) -> bool:
    """Whether Slack took it: after half an hour, which a bot can be down for, it does not any more."""
    try:
        post_ephemeral(response_url, message)
    except SlackTrouble as error:
        log.warning("ephemeral reply not posted", reason=str(error))
        return False
    return True

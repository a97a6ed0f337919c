"""Messages that appear once, whatever dies while they are posted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk import WebClient

from bot.store import posts
from bot.store.database import Store
from bot.store.posts import Post
from handlers.deliver import Anchor, find, post
from handlers.views.kit import Message
from reporting.errors import ComplianceError, PostUnclear


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts a message once a run, channel and kind; after an unclear answer it looks before it tries again."""

    store: Store
    slack: WebClient
    """Repeats what Slack turned down for the moment."""
    careful: WebClient
    """Repeats nothing that may have been done."""
    now: Callable[[], datetime]

    def once(self, run: str, channel: str, what: str, message: Message, *, by: str, thread: str = "") -> Post:
        """The message, posted now or before; as somebody else attempts it, if *by* was not the first to.

        Whoever is named by *by* does one thing at a time: an earlier attempt of the same name has died.

        Raises:
            PostUnclear: nobody can tell whether it was posted.
            SlackTrouble: it surely was not.
        """
        wanted = Post(run, channel, what, by, self.now(), ts="", unclear=False)
        before = self.store.write(lambda c: posts.attempt(c, wanted))
        if before and (before.ts or before.unclear or before.by != by):
            return before
        tag = f"{run}:{channel}:{what}"
        try:
            ts = self._found(before, tag, thread) if before else ""
            ts = ts or self._posted(wanted, message, tag, thread)
        except PostUnclear:
            self.store.write(lambda c: posts.settle(c, wanted, unclear=True))
            raise
        except ComplianceError:
            self.store.write(lambda c: posts.withdraw(c, wanted))
            raise
        self.store.write(lambda c: posts.settle(c, wanted, ts=ts))
        return Post(run, channel, what, by, wanted.attempted, ts, unclear=False)

    def _posted(self, wanted: Post, message: Message, tag: str, thread: str) -> str:
        """Post it; an unclear answer is looked up, and what is surely not there is posted once more."""
        try:
            return post(self.careful, wanted.channel, message, tag=tag, thread=thread).ts
        except PostUnclear as unclear:
            found = self._found(wanted, tag, thread, unclear)
            return found or post(self.careful, wanted.channel, message, tag=tag, thread=thread).ts

    def _found(self, attempt: Post, tag: str, thread: str, unclear: PostUnclear | None = None) -> str:
        """Slack's id of a message that was posted with that tag; empty if there is none."""
        anchor = Anchor(attempt.channel, thread)
        return find(self.slack, anchor, tag=tag, since=attempt.attempted, unclear=unclear)

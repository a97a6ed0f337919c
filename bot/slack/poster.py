"""Messages that appear once, whatever dies while they are posted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from slack_sdk import WebClient

from bot.store import posts
from bot.store.database import Store
from bot.store.posts import ANCHOR, Post
from handlers.deliver import Anchor, find, post, whisper
from handlers.desk import Place
from handlers.views.kit import Message
from reporting.errors import ComplianceError, PostUnclear, SlackTrouble

log = structlog.get_logger()


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

        def attempt() -> Anchor:
            found = self._found(before, tag, thread) if before else None
            return found or self._posted(wanted, message, tag, thread)

        return self._settled(wanted, attempt)

    def at_most_once(self, run: str, channel: str, what: str, act: Callable[[], Anchor], *, by: str) -> Post | None:
        """What *act* posts, which cannot be looked up: after an attempt that died it is left out.

        Raises:
            PostUnclear: nobody can tell whether it was posted.
            SlackTrouble: it surely was not, and may be tried again.
        """
        wanted = Post(run, channel, what, by, self.now(), ts="", unclear=False)
        before = self.store.write(lambda c: posts.attempt(c, wanted))
        return before or self._settled(wanted, act)

    def privately(self, place: Place, key: str, message: Message) -> None:
        """Tell the asker alone, once a *key*: beside what they typed or pressed, else in direct messages.

        Raises:
            SlackTrouble: they could not be told.
        """
        if not (place.response_url and whispered(place.response_url, message)):
            shown = {name: value for name, value in message.items() if name != "response_type"}
            self.once(key, place.asker, ANCHOR, shown, by=key)

    def _settled(self, wanted: Post, act: Callable[[], Anchor]) -> Post:
        """What *act* posts, with what came of it written down."""
        try:
            anchor = act()
        except PostUnclear:
            self.store.write(lambda c: posts.settle(c, replace(wanted, unclear=True)))
            raise
        except ComplianceError:
            self.store.write(lambda c: posts.withdraw(c, wanted))
            raise
        settled = replace(wanted, ts=anchor.ts, at=anchor.channel)
        self.store.write(lambda c: posts.settle(c, settled))
        return settled

    def _posted(self, wanted: Post, message: Message, tag: str, thread: str) -> Anchor:
        """Post it; an unclear answer is looked up, and what is surely not there is posted once more."""
        try:
            return post(self.careful, wanted.channel, message, tag=tag, thread=thread)
        except PostUnclear as unclear:
            found = self._found(wanted, tag, thread, unclear)
            return found or post(self.careful, wanted.channel, message, tag=tag, thread=thread)

    def _found(self, attempt: Post, tag: str, thread: str, unclear: PostUnclear | None = None) -> Anchor | None:
        """A message that was posted with that tag, if there is one."""
        place = Anchor(attempt.channel, thread)
        ts = find(self.slack, place, tag=tag, since=attempt.attempted, unclear=unclear)
        return Anchor(attempt.channel, ts) if ts else None


def whispered(response_url: str, message: Message) -> bool:
    """Whether Slack took it: after half an hour, which a bot can be down for, it does not any more."""
    try:
        whisper(response_url, message)
    except SlackTrouble as error:
        log.warning("not told beside the command", reason=str(error))
        return False
    return True

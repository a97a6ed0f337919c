"""What was posted for a run: once a channel, and looked up before it is tried again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from bot.store.tables import posts
from handlers.slack.messages import Anchor

ANCHOR, SUMMARY, PREVIEW, CHART, CLOSED = "anchor", "summary", "preview", "chart", "closed"
"""The message that changes while the run goes on; one in its place, if it could not be posted; the replies under it;
why somebody is told in direct messages."""
ENDING = "ending"
"""The reply where there is no report."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message, or the attempt to post one."""

    run: str
    channel: str
    what: str
    by: str
    """Who attempted it: a request, a run."""
    attempted: datetime
    ts: str
    """Slack's id of the message; empty while it is not known."""
    unclear: bool
    """Whether nobody can tell if it was posted."""
    at: str = ""
    """Slack's id of the conversation that it is in: of direct messages, which are addressed by a person's id."""

    @property
    def anchor(self) -> Anchor:
        """The message, to be changed or answered."""
        return Anchor(self.at or self.channel, self.ts)


def attempt(c: Connection, post: Post) -> Post | None:
    """Write down that the message is about to be posted; the attempt before, if there was one."""
    before = find(c, post.run, post.channel, post.what)
    if before is None:
        c.execute(posts.insert().values({name: getattr(post, name) for name in Post.__dataclass_fields__}))
    return before


def find(c: Connection, run: str, channel: str, what: str) -> Post | None:
    row = c.execute(select(posts).where(*key(run, channel, what))).mappings().one_or_none()
    return unpacked(row) if row else None


def settle(c: Connection, post: Post) -> None:
    """Write down what came of it."""
    columns = {"ts": post.ts, "unclear": post.unclear, "at": post.at}
    c.execute(update(posts).where(*key(post.run, post.channel, post.what)).values(**columns))


def withdraw(c: Connection, post: Post) -> None:
    """It was surely not posted."""
    c.execute(posts.delete().where(*key(post.run, post.channel, post.what)))


def hand_on(c: Connection, run: str, to: str, channel: str) -> bool:
    """Let the message that stands for a run in that channel stand for another one; whether there was one."""
    mine = find(c, run, channel, ANCHOR)
    if mine is None or not mine.ts or find(c, to, channel, ANCHOR):
        return False
    c.execute(update(posts).where(*key(run, channel, ANCHOR)).values(run=to))
    return True


def anchors(c: Connection, run: str) -> list[Post]:
    """The messages that stand for the run, or were meant to, one a channel."""
    mine = posts.c.run == run, posts.c.what == ANCHOR
    found = c.execute(select(posts).where(*mine).order_by(posts.c.attempted, posts.c.channel)).mappings()
    return [post for post in map(unpacked, found) if post.ts or post.unclear]


def key(run: str, channel: str, what: str) -> tuple[ColumnElement[bool], ...]:
    return posts.c.run == run, posts.c.channel == channel, posts.c.what == what


def unpacked(row: RowMapping) -> Post:
    return Post(**row)

"""What is in the workspace: one lock, one condition, no doors."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from sandbox.slack.messages import File, Message
from sandbox.slack.setup import Channel, User, WorkspaceSetup
from sandbox.slack.views import Views

Value = TypeVar("Value")


class Workspace:
    """The state a browser page, a terminal or a test looks at.

    Whoever changes it does so inside ``changing()``; whoever waits is woken once per change.
    """

    def __init__(self, setup: WorkspaceSetup, clock: Callable[[], float]) -> None:
        bot = User(setup.bot_user, setup.bot_name, setup.app_name, team_id=setup.team_id, is_bot=True)
        self.setup = setup
        self.clock = clock
        self.revision = 0
        self.users = {user.id: user for user in (*setup.users, bot)}
        self.channels = {channel.id: channel for channel in setup.channels}
        self.files: dict[str, File] = {}
        self.views = Views(self.stamp)
        self._messages: dict[str, dict[str, Message]] = {}
        self._ephemerals: list[Message] = []
        self._changed = threading.Condition()
        self._last_stamp = 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep everybody else out, without waking anybody."""
        with self._changed:
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        with self._changed:
            yield
            self.revision += 1
            self._changed.notify_all()

    def wait_for(self, predicate: Callable[["Workspace"], Value], timeout: float) -> Value:
        """Return what *predicate* says of this workspace, once it is true.

        Raises:
            TimeoutError: it was not within *timeout* seconds.
        """
        with self._changed:
            value = self._changed.wait_for(lambda: predicate(self), timeout)
        if not value:
            raise TimeoutError(f"not within {timeout} s; the workspace is at revision {self.revision}")
        return value

    def stamp(self) -> str:
        """Return a ``ts`` no other thing has: Slack's message ids are times."""
        with self._changed:
            self._last_stamp = max(self._last_stamp + 1, int(self.clock() * 1_000_000))
            return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"

    def user(self, who: str | User) -> User:
        """Return the user with this id or name."""
        word = who.id if isinstance(who, User) else who.removeprefix("@")
        found = [user for user in self.users.values() if word in {user.id, user.name}]
        if not found:
            raise LookupError(f"nobody is called {word}")
        return found[0]

    def channel(self, where: str | Channel) -> Channel:
        """Return the channel with this id or name, ``#`` or not."""
        word = where.id if isinstance(where, Channel) else where.removeprefix("#")
        found = [one for one in self.channels.values() if word == one.id or (word == one.name and not one.is_im)]
        if not found:
            raise LookupError(f"no channel is called {word}")
        return found[0]

    def direct(self, who: str | User) -> Channel:
        """Return the direct messages between this user and the bot, opened if they were not."""
        user = self.user(who)
        channel = Channel(f"D{user.id[1:]}", user.name, frozenset({user.id, self.setup.bot_user}), is_im=True)
        with self._changed:
            return self.channels.setdefault(channel.id, channel)

    def may_see(self, user: User, channel: Channel) -> bool:
        if user.id in channel.members:
            return True
        return not (channel.is_private or channel.is_im or user.is_guest or user.is_stranger)

    def change_channel(self, where: str | Channel, **changes: object) -> Channel:
        """Archive, rename, share or otherwise change a channel: any field of ``Channel``."""
        with self.changing():
            changed: Channel = replace(self.channel(where), **changes)  # type: ignore[arg-type]
            self.channels[changed.id] = changed
        return changed

    def change_user(self, who: str | User, **changes: object) -> User:
        """Deactivate, promote or otherwise change somebody: any field of ``User``."""
        with self.changing():
            changed: User = replace(self.user(who), **changes)  # type: ignore[arg-type]
            self.users[changed.id] = changed
        return changed

    def invite_bot(self, where: str | Channel) -> Channel:
        return self.change_channel(where, members=self.channel(where).members | {self.setup.bot_user})

    def remove_bot(self, where: str | Channel) -> Channel:
        return self.change_channel(where, members=self.channel(where).members - {self.setup.bot_user})

    def keep(self, message: Message) -> Message:
        """Add *message*, or put it in place of the one with its ts."""
        with self.changing():
            if message.only_for is None:
                self._messages.setdefault(message.channel, {})[message.ts] = message
            else:
                self._ephemerals = [one for one in self._ephemerals if one.ts != message.ts]
                self._ephemerals.append(message)
        return message

    def remove(self, message: Message) -> None:
        with self.changing():
            self._messages.get(message.channel, {}).pop(message.ts, None)
            self._ephemerals = [one for one in self._ephemerals if one.ts != message.ts]

    def message(self, where: str | Channel, ts: str) -> Message | None:
        """Return the message with this ts, ephemeral or not."""
        channel = self.channel(where).id
        with self._changed:
            kept = self._messages.get(channel, {}).get(ts)
            return kept or next((one for one in self._ephemerals if (one.channel, one.ts) == (channel, ts)), None)

    def messages(self, where: str | Channel) -> list[Message]:
        """Return what the channel shows, oldest first: no replies but the broadcast ones."""
        return [one for one in self._all(where) if one.thread_ts is None or one.broadcast]

    def thread(self, where: str | Channel, ts: str) -> list[Message]:
        """Return the parent and its replies, oldest first."""
        return [one for one in self._all(where) if ts in {one.ts, one.thread_ts}]

    def ephemerals(self, who: str | User, where: str | Channel | None = None) -> list[Message]:
        """Return what only this user was shown, oldest first."""
        user = self.user(who).id
        channel = None if where is None else self.channel(where).id
        with self._changed:
            mine = [one for one in self._ephemerals if one.only_for == user]
        return [one for one in mine if channel in {None, one.channel}]

    def last_post(self, where: str | Channel) -> float | None:
        """Return when the bot last posted there, in seconds since 1970."""
        mine = [float(one.ts) for one in self._all(where) if one.user == self.setup.bot_user]
        return max(mine, default=None)

    def _all(self, where: str | Channel) -> list[Message]:
        with self._changed:
            kept = list(self._messages.get(self.channel(where).id, {}).values())
        return sorted(kept, key=lambda message: message.ts)

"""Prove that a window has exactly the events that were read, however its pages were cut or ordered.

The portal does not say how many events a window has. But if it has more than the N that were read, then the offset N
shows one; and if the page that ends there is a full one, and ends with the oldest event that was read, then the offset
does what it should and nothing is cut off a page. So two questions tell whether N is all there is, and one of them has
an answer that cannot be empty: a portal that answers nothing at all fails it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reporting.docspace.audit.seek import Source, read_second
from reporting.docspace.audit.segment import Segment
from reporting.errors.portal import Declined
from reporting.period import Window

MOST = 20_000
"""Events that are counted at once, unless one stretch has more: the portal passes as many rows for each answer."""


@dataclass(frozen=True, slots=True)
class Group:
    """Adjacent segments that are counted together, oldest first."""

    stretches: tuple[Segment, ...]
    at_end: int
    """Events of the very moment of its end, which are not its own, but are shown where it is asked for."""

    @property
    def window(self) -> Window:
        """With both its ends."""
        return Window(self.stretches[0].start, self.stretches[-1].end)

    @property
    def events(self) -> int:
        return sum(stretch.events for stretch in self.stretches)

    @property
    def rows(self) -> int:
        """How many the portal has to show where the window is asked for."""
        return self.events + self.at_end

    @property
    def oldest_ids(self) -> frozenset[int]:
        """Ids of its oldest events, of which the last one shown is one."""
        return next((stretch.oldest_ids for stretch in self.stretches if stretch.events), frozenset())


def groups(stretches: Sequence[Segment], *, at_end: int) -> list[Group]:
    """All of the stretches, oldest first, in groups of *MOST* events; *at_end* events bear the moment of their end.

    Each group has an event, unless there is none at all.
    """
    found: list[Group] = []
    waiting: list[Segment] = []
    for stretch in reversed(stretches):
        events = sum(one.events for one in waiting)
        if events and stretch.events and events + stretch.events > MOST:
            found.append(Group(tuple(reversed(waiting)), at_end))
            at_end, waiting = at_start(waiting[-1]), []
        waiting.append(stretch)
    return [Group(tuple(reversed(waiting)), at_end), *reversed(found)]


def at_start(stretch: Segment) -> int:
    """How many of its events bear the very moment of its start."""
    return len(stretch.oldest_ids) if stretch.oldest == stretch.start else 0


def one_by_one(group: Group) -> Iterator[Group]:
    """Each of its stretches by itself, newest first."""
    at_end = group.at_end
    for stretch in reversed(group.stretches):
        yield Group((stretch,), at_end)
        at_end = at_start(stretch)


def count_matches(source: Source, group: Group) -> bool:
    """Whether the portal has as many events in the group's window as were read, and no more.

    Raises:
        PortalError, RowsContradict: it could not be asked.
    """
    length = min(source.length.longest, group.rows)
    try:
        last = source.fetch(group.window, group.rows - length) if group.rows else []
        beyond = source.fetch(group.window, group.rows) or source.fetch(group.window, group.rows)
    except Declined:  # the portal refuses so large an offset
        return False
    ends_known = not group.events or (bool(last) and last[-1].id in group.oldest_ids)
    return len(last) == length and ends_known and not beyond


def events_at_end(source: Source, stretch: Segment) -> int:
    """How many events bear the very moment of the stretch's end."""
    moment = Window(stretch.end, stretch.end)
    events = source.page(moment, late=stretch.late)
    full = len(events) >= max(source.length.longest, 2)
    return len(read_second(source, moment, late=stretch.late)) if full else len(events)

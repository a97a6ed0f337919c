"""Find an event next to an empty window, to count both: an empty answer alone proves nothing."""

from datetime import timedelta

from reporting.docspace.audit.dst_fold import SECOND
from reporting.docspace.audit.seek import Source
from reporting.events import AuditEvent
from reporting.period import Window

FIRST_REACH = timedelta(hours=1)
"""How far beside the window the search starts; the distance doubles each time."""


def widen(source: Source, window: Window, horizon: Window) -> Window | None:
    """*window* and a little more, such that an event lies in it; after its end if there is any, else before its start.

    None if the portal shows nothing in all of *horizon*. It takes some 50 requests at the most.
    """
    return window_with_event(source, window, horizon.end - window.end, after=True) or window_with_event(
        source, window, window.start - horizon.start, after=False
    )


def window_with_event(source: Source, window: Window, farthest: timedelta, *, after: bool) -> Window | None:
    """The window with just enough on one side of it for an event, *farthest* at the most."""

    def wide(reach: timedelta) -> Window:
        return Window(window.start, window.end + reach) if after else Window(window.start - reach, window.end)

    nothing, reach = timedelta(), FIRST_REACH
    events: list[AuditEvent] = []
    while nothing < farthest and not events:
        reach = min(reach, farthest)
        events = source.fetch(wide(reach), 0)
        if not events:
            nothing, reach = reach, 2 * reach
    if not events:
        return None
    while len(events) >= source.length.longest and reach - nothing > SECOND:  # there may be a million of them
        middle = nothing + (reach - nothing) // 2 // SECOND * SECOND
        fewer = source.fetch(wide(middle), 0)
        events, reach, nothing = (fewer, middle, nothing) if fewer else (events, reach, middle)
    return wide(reach)

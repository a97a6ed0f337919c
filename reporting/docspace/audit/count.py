"""Count the events of a window without reading them."""

from datetime import timedelta

from reporting.docspace.api.client import Portal
from reporting.docspace.audit.page import endpoint
from reporting.errors.trail import OffsetIgnored
from reporting.period import Window

PATIENCE = 5.0
"""Seconds that a request is repeated for: the number is not worth the turns that the report itself needs."""
MOST = 2**26
"""Events of a month; no portal has more."""


def count(portal: Portal, window: Window) -> int:
    """The number of events in *window*, which the portal does not tell: the first offset with nothing behind it.

    Found by doubling and halving, in about twice as many requests as the number has binary digits.

    Raises:
        OffsetIgnored: there is something behind every offset.
    """
    asked, audit = Window(window.start, window.end - timedelta(seconds=1)), endpoint(portal, patience=PATIENCE)

    def beyond(offset: int) -> bool:
        return not audit.page(asked, start=offset, count=1)

    high = 1
    while not beyond(high - 1):
        high *= 2
        if high > MOST:
            raise OffsetIgnored(host=portal.host)
    low = high // 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if beyond(middle) else (middle + 1, high)
    return low

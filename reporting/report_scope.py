"""Determine a report's scope from the order and the portal's settings."""

from datetime import datetime

from reporting.docspace.api.server_info import ServerInfo
from reporting.errors.request import MonthAhead
from reporting.period import Month, Window, zone
from reporting.report import Order, Scope


def window_of(order: Order, told: ServerInfo) -> Window:
    """The month in the report's zone, which is the portal's unless another was ordered.

    Raises:
        UnknownZone: there is no such zone.
    """
    return order.month.within(zone(order.zone or told.timezone))


def report_scope(order: Order, told: ServerInfo, *, now: datetime) -> Scope:
    """The scope of an order on this portal.

    Raises:
        MonthAhead: nothing of the month has happened yet.
    """
    chosen, window = zone(order.zone or told.timezone), window_of(order, told)
    if now < window.start:
        today = now.astimezone(chosen)
        raise MonthAhead(month=order.month.title, zone=chosen.key, example=Month(today.year, today.month))
    return Scope(order.month, told.address, told.version, chosen.key, window, order.only)

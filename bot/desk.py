"""The desk for real: checks what is known at once, writes the request down, says that it did."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.access import Access
from handlers.desk import Receipt, Request
from reporting.errors import MonthAhead
from reporting.only import Only, expanded
from reporting.period import Month

log = structlog.get_logger()
EARLIEST = ZoneInfo("Pacific/Kiritimati")
"""Where every month begins first, at UTC+14."""


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Takes requests for the engine."""

    enqueue: Callable[[str, Request], None]
    access: Access
    profiles: Mapping[str, Only]
    zone: str
    """Of the reports; empty for the portal's own."""
    now: Callable[[], datetime]

    def submit(self, request: Request) -> Receipt:
        self.access.check(request.place)
        today, month = self.now().astimezone(EARLIEST), request.order.month
        if Month(today.year, today.month) < month:
            example = Month(today.year, today.month).plus(-1)
            raise MonthAhead(month=month.title, zone="any time zone", example=example)
        only = expanded(request.order.only, self.profiles)
        request = replace(request, order=replace(request.order, zone=self.zone, only=only))
        run = hashlib.sha256(request.key.encode()).hexdigest()[:16]
        self.enqueue(run, request)
        log.info("run accepted", run=run, month=str(month), filtered=bool(only), channel=request.place.channel)
        return Receipt(run)

"""The portal's own time zone, learned once."""

from collections.abc import Callable
from datetime import datetime

import structlog

from reporting.docspace.api.client import Portal
from reporting.docspace.api.server_info import server_info
from reporting.errors.base import ComplianceError

log = structlog.get_logger()


class PortalZone:
    """The zone's IANA name; empty while it is not known."""

    def __init__(self, portal: Callable[[datetime], Portal], now: Callable[[], datetime]) -> None:
        self._portal = portal
        self._now = now
        self._name = ""

    def __call__(self) -> str:
        return self._name

    def refresh(self) -> None:
        """Ask the portal, unless it has told."""
        if self._name:
            return
        try:
            self._name = server_info(self._portal(self._now())).timezone
        except ComplianceError as error:
            log.warning("portal time zone unknown", reason=str(error))

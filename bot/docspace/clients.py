"""What making a report needs, from the settings: the same for the bot and for the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from bot.config.settings import PortalSettings
from reporting.build_report import BuildContext
from reporting.docspace.api.client import Portal, connect
from reporting.docspace.api.rate_limit import RateLimit
from reporting.errors.base import DiskTrouble
from reporting.os_error import os_reason

PATIENCE = 120.0
"""Seconds that one request to the portal is repeated for."""
MINUTES = 90
"""What a run may take in all; a million events take nine at the usual request budget."""


def now() -> datetime:
    return datetime.now(UTC)


def make_folder(folder: Path) -> None:
    """Make sure that the folder is there; a new one is for its owner's eyes only.

    Raises:
        DiskTrouble: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DiskTrouble(path=folder, reason=os_reason(error)) from error


@contextmanager
def portal_clients(
    settings: PortalSettings,
    *heard: Callable[[httpx.Response], None],
    before: Callable[[], None] | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Iterator[Callable[[datetime], Portal]]:
    """A source of portals, one a run that began then; they share one connection pool and one request budget.

    Who is to be told of each answer has *heard* it before anything is made of it. *before* is called before each
    request, which is not sent if that raises an error. *clock* says how long a run has gone on, in the place of this
    machine's.
    """
    client = connect(settings.docspace_api_host, settings.docspace_api_key.get_secret_value())
    client.event_hooks = {"request": [lambda _: before()] if before else [], "response": [*heard]}
    budget = RateLimit(per_minute=settings.docspace_requests_per_minute, at_once=settings.docspace_concurrency)

    def portal(began: datetime) -> Portal:
        return Portal(
            client, budget, patience=PATIENCE, minutes=MINUTES - ((clock or now)() - began).total_seconds() / 60
        )

    with client:
        yield portal


def build_context(settings: PortalSettings) -> BuildContext:
    return BuildContext(folder=settings.data_dir / "runs", settle=settings.settle, now=now, extras=settings.extras)

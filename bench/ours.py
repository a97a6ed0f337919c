"""The product's own reading and writing, put together as for the command line."""

from pathlib import Path

from pydantic import SecretStr

from bench.cases import CONCURRENCY
from bench.job import Job, Outcome
from bot.config.settings import PortalSettings
from bot.docspace.clients import build_context, now, portal_clients
from reporting.build_report import build_report, preflight
from reporting.period import Month
from reporting.report import Order, Progress

UNTHROTTLED = 1_000_000
"""Requests a minute; the bot allows itself 1,200 by default, for the sake of the portal."""


def ours(job: Job) -> Outcome:
    """Meet the portal, read the month, prove it whole, write the TXT."""
    settings = settings_for(job)
    with portal_clients(settings) as source:
        portal = source(now())
        told = preflight(portal, folder=job.room)
        made = build_report(Order(Month(2025, 1)), told, portal, build_context(settings), watch=unwatched)
    return Outcome(made.requests, str(made.path))


def settings_for(job: Job) -> PortalSettings:
    """All of them, so that this machine's own say nothing."""
    return PortalSettings(
        docspace_api_host=job.url,
        docspace_api_key=SecretStr(job.key),
        compliance_room_folder_id=job.room,
        report_timezone="",
        settle_hours=24,
        data_dir=Path(job.folder),
        docspace_requests_per_minute=UNTHROTTLED,
        docspace_concurrency=CONCURRENCY,
    )


def unwatched(progress: Progress) -> None:
    """Nobody looks on."""

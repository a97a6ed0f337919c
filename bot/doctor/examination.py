"""``python -m bot doctor``: what is in order, what is not, and what to do about it."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from bot import __version__
from bot.config.settings import PortalSettings, Secret, Settings, load
from bot.docspace.clients import now
from bot.doctor.finding import (
    Check,
    CheckResult,
    Finding,
    Grade,
    broken,
    check,
    fine,
    run_checks,
    skip_dependents,
    unknown,
)
from bot.doctor.machine import PACKAGES, imported, machine_checks
from bot.doctor.portal import portal_checks
from bot.doctor.slack import slack_checks
from bot.slack.clients import apply_proxy_settings
from reporting.docspace.api.client import Portal, connect
from reporting.docspace.api.network import Proxy, https_proxy, proxy_for
from reporting.docspace.api.rate_limit import RateLimit
from reporting.errors.base import WrongSettings
from reporting.plurals import number_of

SECONDS = 4.0
"""That all checks together may take."""
TIMEOUT = httpx.Timeout(2.0, pool=None)
AT_ONCE = 32
"""Requests to the portal."""
MARKS = {Grade.OK: "ok", Grade.WARNING: "warning", Grade.BROKEN: "BROKEN", Grade.UNKNOWN: "unknown"}


class SlackTokens(PortalSettings):
    """Whether anything of Slack is set at all."""

    slack_bot_token: Secret = SecretStr("")
    slack_app_token: Secret = SecretStr("")
    slack_signing_secret: Secret = SecretStr("")

    @property
    def any(self) -> bool:
        given = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        return any(secret.get_secret_value() for secret in given)


def examine() -> list[CheckResult]:
    """Look at everything that the settings name, in a few seconds, whatever hangs.

    Without anything of Slack's in the settings, that is not looked at: ``python -m bot report`` needs none of it.
    """
    try:
        settings: PortalSettings = load(SlackTokens)
        if settings.any:  # type: ignore[attr-defined]
            settings = load(Settings)
    except WrongSettings as error:
        reason = error
        return [*run_checks([check("settings", refused, reason)], seconds=SECONDS)]
    proxy = https_proxy(os.environ)  # as it was set: what comes next puts it in HTTPS_PROXY
    if isinstance(settings, Settings):
        apply_proxy_settings(os.environ, settings.slack_api_url)
    return run_all_checks(settings, now=now, proxy=proxy)


def refused(error: WrongSettings) -> Finding:
    """Every setting that is needed is there, and none of them is impossible."""
    return broken(str(error), error.advice)


def accepted_settings(settings: PortalSettings) -> Finding:
    """Every setting that is needed is there, and none of them is impossible."""
    return fine("all there" if isinstance(settings, Settings) else "all there to make reports")


def proxy_route(settings: PortalSettings, proxy: Proxy | None) -> Finding:
    """It is known through which proxy https goes; plain http, which is for this machine alone, goes through none."""
    addresses = [settings.docspace_api_host, *([settings.slack_api_url] if isinstance(settings, Settings) else [])]
    if proxy is None:
        return fine("no proxy is set; every connection is direct")
    through = {urlsplit(one).hostname for one in addresses if proxy_for(one, os.environ)}
    straight = {urlsplit(one).hostname for one in addresses} - through
    words = [
        *([f"{host_list(through)} through {proxy.address} ({proxy.variable})"] if through else []),
        *([f"{host_list(straight)} without the proxy of {proxy.variable}"] if straight else []),
    ]
    return fine("; ".join(words))


def host_list(hosts: Iterable[str | None]) -> str:
    return " and ".join(sorted(map(str, hosts)))


def no_slack() -> Finding:
    """The bot can be reached from Slack."""
    return unknown("not set up: nothing of Slack's is in the settings", "docs/install.md says how.")


def run_all_checks(settings: PortalSettings, *, now: Callable[[], datetime], proxy: Proxy | None) -> list[CheckResult]:
    """What everything looks like that those settings name."""
    with quick_portal(settings) as portal:
        return run_checks([*checks(settings, portal, now, proxy)], seconds=SECONDS)


def checks(
    settings: PortalSettings, portal: Portal, now: Callable[[], datetime], proxy: Proxy | None
) -> Iterator[Check]:
    yield check("settings", accepted_settings, settings)
    yield check("way out", proxy_route, settings, proxy)
    yield from machine_checks(settings, imported(PACKAGES, sys.modules), Path.cwd())
    yield from portal_checks(settings, portal, now)
    if isinstance(settings, Settings):
        yield from slack_checks(settings, now)
    else:
        yield check("Slack", no_slack)


@contextmanager
def quick_portal(settings: PortalSettings) -> Iterator[Portal]:
    """The portal, asked once each time, and not for long."""
    with connect(settings.docspace_api_host, settings.docspace_api_key.get_secret_value()) as client:
        client.timeout = TIMEOUT
        yield Portal(client, RateLimit(per_minute=AT_ONCE * 4, at_once=AT_ONCE), patience=0.001, minutes=1)


def quick(settings: Settings) -> list[str]:
    """What an admin in Slack is told: a line for each check that is not in order, or one for all of them."""
    looked = run_all_checks(settings, now=now, proxy=https_proxy(os.environ))
    held = skip_dependents(looked)
    shown = [one for one in looked if one.finding.grade is not Grade.OK and not one.cause]
    lines = [f"{line(one)} {skipped(held[one.name])}" if one.name in held else line(one) for one in shown]
    return lines or [f"All {number_of(len(looked), 'check is', 'checks are')} in order."]


def skipped(names: Sequence[str]) -> str:
    return f"{number_of(len(names), 'check needs', 'checks need')} that first: {', '.join(names)}."


def line(one: CheckResult) -> str:
    hint = f" {one.finding.hint}" if one.finding.hint else ""
    return f"{MARKS[one.finding.grade]}: {one.name}: {one.finding.words}.{hint}"


def is_sound(looked: Sequence[CheckResult]) -> bool:
    return all(one.finding.grade is not Grade.BROKEN for one in looked)


def as_text(looked: Sequence[CheckResult]) -> str:
    """What people are told."""
    wide = max(len(one.name) for one in looked)
    held = skip_dependents(looked)
    lines = [text for one in looked if not one.cause for text in describe(one, wide, held.get(one.name, []))]
    bad = sum(one.finding.grade is Grade.BROKEN for one in looked)
    end = (
        f"{bad} of {number_of(len(looked), 'check')} found something broken."
        if bad
        else f"Nothing is broken ({number_of(len(looked), 'check')})."
    )
    return "\n".join([*lines, "", end])


def describe(one: CheckResult, wide: int, held: Sequence[str]) -> Iterator[str]:
    found, left = one.finding, " " * (wide + 11)
    yield f"{MARKS[found.grade]:<9} {one.name:<{wide}} {found.words}"
    if found.hint:
        yield f"{left}would prove: {one.proves}"
        yield f"{left}do: {found.hint}"
    if held:
        yield f"{left}{skipped(held)}"


def findings_json(looked: Sequence[CheckResult]) -> dict[str, object]:
    """What other programs are told."""
    return {
        "version": __version__,
        "sound": is_sound(looked),
        "checks": [
            {
                "name": one.name,
                "proves": one.proves,
                "result": one.finding.grade,
                "found": one.finding.words,
                "hint": one.finding.hint,
            }
            for one in looked
        ],
    }

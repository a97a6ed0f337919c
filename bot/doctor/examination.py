"""``python -m bot doctor``: what is in order, what is not, and what to do about it."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot import __version__
from bot.config.env_file import written_in
from bot.config.settings import ENV_FILE, PortalSettings, ReadSettings, Settings, misspelled_settings, read
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
FOR_SLACK = {name.upper() for name in Settings.model_fields.keys() - PortalSettings.model_fields.keys()} - {
    "HTTP_HOST",
    "HTTP_PORT",
    "SLACK_API_URL",
}
"""Settings that nothing but the bot in Slack needs, and no other program has."""
PORTAL = {"docspace_api_host", "docspace_api_key"}
SLACK = {"slack_bot_token", "slack_api_url"}
NEEDED: dict[str, set[str]] = {
    "proxy": {"docspace_api_host", "slack_api_url"},
    "packages": set(),
    "files": set(),
    "disk": {"data_dir"},
    "profiles": {"profiles_file"},
    "database": {"data_dir", "database_url"},
    "ledger": {"data_dir", "database_url"},
    "folder": {*PORTAL, "compliance_room_folder_id"},
    "time zone": {*PORTAL, "report_timezone"},
    "bot token": SLACK,
    "app's scopes": SLACK,
    "Slack's clock": SLACK,
    "Socket Mode": {"slack_app_token", "slack_api_url"},
    "signing secret": {"slack_signing_secret"},
    "Slack": set(),
}
"""The settings that a check needs; those that are not named here ask the portal."""
MARKS = {Grade.OK: "ok", Grade.WARNING: "warning", Grade.BROKEN: "BROKEN", Grade.UNKNOWN: "unknown"}


def examine() -> list[CheckResult]:
    """Look at everything that the settings name, in a few seconds, whatever hangs.

    Without anything of Slack's in the settings, that is not looked at: ``python -m bot report`` needs none of it.
    What needs a setting that is missing or wrong is skipped, everything else is looked at.
    """
    try:
        found = read(Settings if names_slack() else PortalSettings)
        proxy = https_proxy(os.environ)  # as it was set: what comes next puts it in HTTPS_PROXY
    except WrongSettings as error:
        return run_checks([check("settings", settings_are, PortalSettings, error)], seconds=SECONDS)
    if isinstance(found.settings, Settings):
        apply_proxy_settings(os.environ, found.settings.slack_api_url)
    return run_all_checks(found, now=now, proxy=proxy)


def names_slack() -> bool:
    """Whether any setting that only Slack needs is there."""
    given = {name.upper() for name, value in {**written_in(Path(ENV_FILE)), **os.environ}.items() if value.strip()}
    return bool(FOR_SLACK & {name.removesuffix("_FILE") for name in given})


def settings_are(kind: type[PortalSettings], refusal: WrongSettings | None) -> Finding:
    """All required settings are set and valid."""
    if refusal:
        return broken(str(refusal), refusal.advice)
    return fine("all set" if kind is Settings else "all set for reports without Slack")


def names() -> Finding:
    """No setting's name is misspelled."""
    found = misspelled_settings()
    if found:
        said = ", ".join(f"{name} (did you mean {meant}?)" for name, meant in found.items())
        return broken(f"unknown setting: {said}", "Correct the name; until then the default is used.")
    return fine("none is misspelled")


def proxy_route(settings: PortalSettings, proxy: Proxy | None) -> Finding:
    """The proxy for https is usable; plain http to this machine uses none."""
    addresses = [settings.docspace_api_host, *([settings.slack_api_url] if isinstance(settings, Settings) else [])]
    if proxy is None:
        return fine("no proxy; connections are direct")
    through = {urlsplit(one).hostname for one in addresses if proxy_for(one, os.environ)}
    straight = {urlsplit(one).hostname for one in addresses} - through
    words = [
        *([f"{host_list(through)} through {proxy.address} ({proxy.variable})"] if through else []),
        *([f"{host_list(straight)} directly"] if straight else []),
    ]
    return fine("; ".join(words))


def host_list(hosts: Iterable[str | None]) -> str:
    return " and ".join(sorted(map(str, hosts)))


def no_slack() -> Finding:
    """The bot can connect to Slack."""
    return unknown("not set up: no Slack settings", "docs/install.md says how.")


def run_all_checks(
    found: ReadSettings[PortalSettings], *, now: Callable[[], datetime], proxy: Proxy | None
) -> list[CheckResult]:
    """What everything looks like that those settings name."""
    with quick_portal(found.settings) as portal:
        return run_checks([*checks(found, portal, now, proxy)], seconds=SECONDS)


def checks(
    found: ReadSettings[PortalSettings], portal: Portal, now: Callable[[], datetime], proxy: Proxy | None
) -> Iterator[Check]:
    settings = found.settings
    yield check("settings", settings_are, type(settings), found.refusal)
    yield check("names", names)
    everything = [
        check("proxy", proxy_route, settings, proxy),
        *machine_checks(settings, imported(PACKAGES, sys.modules), Path.cwd()),
        *portal_checks(settings, portal, now),
        *(slack_checks(settings, now) if isinstance(settings, Settings) else [check("Slack", no_slack)]),
    ]
    for one in everything:
        yield impossible(one) if NEEDED.get(one.name, PORTAL) & found.wrong else one


def impossible(one: Check) -> Check:
    """A check that cannot be made before the settings are right."""
    return replace(one, look=lambda: broken("not checked", ""), needs="settings")


@contextmanager
def quick_portal(settings: PortalSettings) -> Iterator[Portal]:
    """The portal, asked once each time, and not for long."""
    with connect(settings.docspace_api_host, settings.docspace_api_key.get_secret_value()) as client:
        client.timeout = TIMEOUT
        yield Portal(client, RateLimit(per_minute=AT_ONCE * 4, at_once=AT_ONCE), patience=0.001, minutes=1)


def quick(settings: Settings) -> list[str]:
    """What an admin in Slack is told: a line for each check that is not in order, or one for all of them."""
    looked = run_all_checks(ReadSettings(settings), now=now, proxy=https_proxy(os.environ))
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
        yield f"{left}checks: {one.proves}"
        yield f"{left}fix: {found.hint}"
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

"""Values that people filled into a form."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from handlers.commands.slack_text import plain_text
from handlers.commands.suggestions import suggest
from handlers.desk import RequestContext
from reporting.errors.request import WrongRequest

Payload = Mapping[str, Any]
EXAMPLES = {"only": "type:delete,share", "zone": "Europe/Riga"}
"""Examples of what a field takes."""
LONGEST, LINE = 150, 80
"""Characters of an error beside a field, and of the suggested line in it; a longer one is replaced by an example."""


def form_values(view: Payload) -> dict[str, str]:
    """Every field's value by its block id; empty if not filled in."""
    return {name: value(field["value"]) for name, field in view["state"]["values"].items() if "value" in field}


def value(field: Payload) -> str:
    """A field's value, whatever kind it is."""
    chosen = field.get("selected_option") or {}
    found = (
        chosen.get("value") or field.get("selected_time") or field.get("selected_conversation") or field.get("value")
    )
    return str(found or "").strip()


def plain_fields(view: Payload, names: Iterable[str]) -> dict[str, str]:
    """Every field's value; those of *names* as plain text, as filters and zones are read."""
    return {name: plain_text(text) if name in names else text for name, text in form_values(view).items()}


def validation_errors(filled: Mapping[str, str], checks: Mapping[str, Callable[[str], object]]) -> dict[str, str]:
    """Error messages by field."""
    return {
        name: problem
        for name, check in checks.items()
        if filled.get(name) and (problem := validation_error(name, check, filled[name]))
    }


def validation_error(name: str, check: Callable[[str], object], text: str) -> str:
    """Why *text* is invalid, short enough to stand beside a field; empty if it is valid."""
    try:
        check(text)
    except WrongRequest as error:
        found = suggest(error, text, check, EXAMPLES[name])
        line = f" Write: {found if len(found) <= LINE else EXAMPLES[name]}"
        return shorten(str(error), LONGEST - len(line)) + line
    return ""


def shorten(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: max(longest - 1, 0)]}…"


def requester_in(body: Payload, channel: str) -> RequestContext:
    """Who submitted a form, and for which channel."""
    return RequestContext(channel, body["user"]["id"], stranger=is_outsider(body))


def is_outsider(body: Payload) -> bool:
    """Whether a payload shows that somebody belongs to another workspace than the app.

    In an organization (Enterprise Grid) no payload shows it, since people belong to several workspaces there; that is
    looked up before anything is told or done.

    Source: Slack's interaction payloads: ``user.team_id`` is the person's; of a form, ``team.id`` is that of who filled
    it in and ``view.app_installed_team_id`` the app's, elsewhere ``team.id`` is the app's.
    """
    if body.get("enterprise") or body.get("is_enterprise_install"):
        return False
    app = (body.get("view") or {}).get("app_installed_team_id") or (body.get("team") or {}).get("id")
    return app is None or body["user"].get("team_id") != app

"""auth.test and apps.connections.open: the app itself."""

from collections.abc import Mapping

from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.wire import Json


def test(site: Site, args: Arguments) -> Json:  # noqa: ARG001 - a method takes both
    setup = site.workspace.setup
    return {
        "ok": True,
        "url": setup.team_url(),
        "team": setup.team_name,
        "user": setup.bot_name,
        "team_id": setup.team_id,
        "user_id": setup.bot_user,
        "bot_id": setup.bot_id,
        "is_enterprise_install": False,
        **({"enterprise_id": setup.enterprise_id} if setup.enterprise_id else {}),
    }


def connect(site: Site, args: Arguments) -> Json:  # noqa: ARG001 - a method takes both
    return {"ok": True, "url": site.socket_url()}


METHODS: Mapping[str, Method] = {
    "auth.test": Method(test),
    "apps.connections.open": Method(connect, token="app"),  # noqa: S106 - which of the two, not its text
}

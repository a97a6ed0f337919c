"""One call of the Web API, from its token to its answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.slack.refusal import Refusal
from sandbox.slack.webapi import app, chat, conversations, files, people, views
from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.wire import Json, Wire

METHODS: Mapping[str, Method] = {
    **app.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **people.METHODS,
    **views.METHODS,
}


@dataclass(frozen=True, slots=True)
class Tokens:
    bot: str
    app: str

    def check(self, given: str, method: Method) -> None:
        """Refuse a call without the token its method wants."""
        if not given:
            raise Refusal("not_authed")
        if given not in {self.bot, self.app}:
            raise Refusal("invalid_auth")
        if given != (self.app if method.token == "app" else self.bot):  # noqa: S105 - a kind
            raise Refusal("not_allowed_token_type")


def call(site: Site, tokens: Tokens, name: str, token: str, values: Mapping[str, Wire]) -> Json:
    """Return the answer of one call, refused or performed."""
    method = METHODS.get(name)
    if method is None:
        return Refusal("unknown_method", {"req_method": name}).wire()
    try:
        tokens.check(token, method)
        if method.scope:
            site.require(method.scope)
        method.check(values)
        with site.workspace.locked():
            return method.call(site, Arguments(values))
    except Refusal as refusal:
        return refusal.wire()

"""views.*: modals and the home tab."""

from collections.abc import Mapping

from sandbox.slack.block_kit.surface import check_view, with_ids
from sandbox.slack.refusal import Refusal
from sandbox.slack.views import View, view_wire
from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.wire import Json, Wire


def opened(site: Site, args: Arguments) -> Json:
    payload = _payload(site, args, ("modal",))
    user = site.tickets.exchange(_trigger(args))
    return _shown(site, site.workspace.views.open(user, payload))


def pushed(site: Site, args: Arguments) -> Json:
    payload = _payload(site, args, ("modal",))
    user = site.tickets.exchange(_trigger(args))
    return _shown(site, site.workspace.views.push(user, payload))


def updated(site: Site, args: Arguments) -> Json:
    views = site.workspace.views
    payload = _payload(site, args, ("modal", "home"))
    view = views.find(args.text("view_id") or None, args.text("external_id") or None)
    return _shown(site, views.update(view, payload, args.text("hash") or None))


def published(site: Site, args: Arguments) -> Json:
    payload = _payload(site, args, ("home",))
    user = args.text("user_id")
    if user not in site.workspace.users:
        raise Refusal("user_not_found")
    return _shown(site, site.workspace.views.publish(user, payload, args.text("hash") or None))


def checked_view(view: Wire, kinds: tuple[str, ...], site: Site) -> Json:
    """Return the view with Slack's ids in it, or refuse it."""
    check_view(view, kinds, site.workspace.setup.extra_blocks)
    return {**view, "blocks": list(with_ids(view["blocks"]))}


def _payload(site: Site, args: Arguments, kinds: tuple[str, ...]) -> Json:
    return checked_view(args.json("view", "invalid_arguments"), kinds, site)


def _trigger(args: Arguments) -> str:
    return args.text("trigger_id") or args.text("interactivity_pointer")


def _shown(site: Site, view: View) -> Json:
    with site.workspace.changing():
        return {"ok": True, "view": view_wire(view, site.workspace.setup)}


METHODS: Mapping[str, Method] = {
    "views.open": Method(opened, ("view",), ("trigger_id", "interactivity_pointer")),
    "views.push": Method(pushed, ("view",), ("trigger_id", "interactivity_pointer")),
    "views.update": Method(updated, ("view",), ("view_id", "external_id", "hash")),
    "views.publish": Method(published, ("user_id", "view"), ("hash",)),
}

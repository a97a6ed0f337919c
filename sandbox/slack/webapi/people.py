"""users.* and usergroups.*: who is who."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.slack.refusal import Refusal
from sandbox.slack.setup import User, UserGroup
from sandbox.slack.webapi.method import Arguments, Method, Site
from sandbox.slack.webapi.paging import page
from sandbox.slack.wire import Json


def info(site: Site, args: Arguments) -> Json:
    user = site.workspace.users.get(args.text("user"))
    if user is None:
        raise Refusal("user_not_found")
    return {"ok": True, "user": _wire(site, user)}


def listed(site: Site, args: Arguments) -> Json:
    return page("members", [_wire(site, user) for user in site.workspace.users.values()], args)


def groups(site: Site, args: Arguments) -> Json:
    _paid(site)
    wires = [_group_wire(site, group) for group in site.workspace.setup.usergroups]
    if args.flag("include_users"):
        wires = [{**wire, "users": list(_group(site, wire["id"]).users)} for wire in wires]
    return {"ok": True, "usergroups": wires}


def group_users(site: Site, args: Arguments) -> Json:
    _paid(site)
    return {"ok": True, "users": list(_group(site, args.text("usergroup")).users)}


def _paid(site: Site) -> None:
    if not site.workspace.setup.paid:
        raise Refusal("paid_teams_only")


def _group(site: Site, group_id: str) -> UserGroup:
    for group in site.workspace.setup.usergroups:
        if group.id == group_id:
            return group
    raise Refusal("no_such_subteam")


def _wire(site: Site, user: User) -> Json:
    now = datetime.fromtimestamp(site.workspace.clock(), UTC).astimezone(ZoneInfo(user.tz))
    offset = now.utcoffset()
    wire: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": now.tzname(),
        "tz_offset": 0 if offset is None else int(offset.total_seconds()),
        "profile": {"real_name": user.real_name, "display_name": user.name, "team": user.team_id},
        "is_admin": user.is_admin,
        "is_owner": user.is_owner,
        "is_primary_owner": False,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    if user.is_stranger and user.is_marked:
        wire["is_stranger"] = True
    if user.enterprise_teams:
        wire["enterprise_user"] = {
            "id": f"W{user.id[1:]}",
            "enterprise_id": site.workspace.setup.enterprise_id,
            "teams": list(user.enterprise_teams),
            "is_admin": False,
            "is_owner": False,
        }
    return wire


def _group_wire(site: Site, group: UserGroup) -> Json:
    return {
        "id": group.id,
        "team_id": site.workspace.setup.team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "is_external": False,
        "date_delete": 0,
        "user_count": len(group.users),
    }


METHODS: Mapping[str, Method] = {
    "users.info": Method(info, ("user",), ("include_locale",), "users:read"),
    "users.list": Method(listed, (), ("cursor", "limit", "include_locale"), "users:read"),
    "usergroups.list": Method(groups, (), ("include_count", "include_disabled", "include_users"), "usergroups:read"),
    "usergroups.users.list": Method(group_users, ("usergroup",), ("include_disabled",), "usergroups:read"),
}

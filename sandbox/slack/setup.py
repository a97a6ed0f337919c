"""Who and what a workspace starts with: people, channels, user groups, the app and its scopes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TEAM = "T0SANDBOX"
OTHER_TEAM = "T0PARTNER"
BOT_USER = "U0BOT00001"
ANN, BOB, GUS, OLGA = "U0ANN00001", "U0BOB00001", "U0GUS00001", "U0OLGA0001"
SCOPES = frozenset(
    {
        "commands",
        "chat:write",
        "files:write",
        "channels:read",
        "groups:read",
        "users:read",
        "usergroups:read",
    }
)


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    real_name: str
    tz: str = "Europe/Berlin"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    """A guest of several channels, or of one."""
    is_ultra_restricted: bool = False
    """A guest of one channel."""
    is_stranger: bool = False
    """Comes from another company through a shared channel."""
    is_marked: bool = True
    """Whether Slack says so by ``is_stranger``: not of those who share a channel with the app."""
    team_id: str = TEAM
    enterprise_teams: tuple[str, ...] = ()
    """On Enterprise Grid: every workspace of the organization that the person is in."""
    is_bot: bool = False
    deleted: bool = False

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    members: frozenset[str] = frozenset()
    """User ids; the bot's own among them when it has been invited."""
    is_private: bool = False
    is_ext_shared: bool = False
    is_pending_ext_shared: bool = False
    is_archived: bool = False
    is_read_only: bool = False
    """Only some may post: the bot is answered ``restricted_action``."""
    is_im: bool = False
    topic: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


def _people() -> tuple[User, ...]:
    return (
        User(ANN, "ann", "Ann Archer", is_admin=True, is_owner=True),
        User(BOB, "bob", "Bob Baker", tz="America/New_York"),
        User(GUS, "gus", "Gus Gray", is_restricted=True, is_ultra_restricted=True),
        User(OLGA, "olga", "Olga Orlova", tz="Asia/Tokyo", is_stranger=True, team_id=OTHER_TEAM),
    )


def _channels() -> tuple[Channel, ...]:
    staff = frozenset({ANN, BOB})
    return (
        Channel("C0COMPLY01", "compliance", staff | {GUS, BOT_USER}, purpose="Monthly compliance reports"),
        Channel("C0LEGAL001", "legal", staff | {BOT_USER}, is_private=True),
        Channel("C0PARTNER1", "partners", staff | {OLGA, BOT_USER}, is_ext_shared=True),
        Channel("C0RANDOM01", "random", staff),
        Channel("C0OLD00001", "old", staff | {BOT_USER}, is_archived=True),
    )


def _groups() -> tuple[UserGroup, ...]:
    return (UserGroup("S0AUDITORS", "auditors", "Auditors", (ANN,)),)


@dataclass(frozen=True, slots=True)
class WorkspaceSetup:
    users: tuple[User, ...] = field(default_factory=_people)
    channels: tuple[Channel, ...] = field(default_factory=_channels)
    usergroups: tuple[UserGroup, ...] = field(default_factory=_groups)
    scopes: frozenset[str] = SCOPES
    """The bot token's."""
    extra_blocks: frozenset[str] = frozenset()
    """Block types of a phased roll-out that this workspace already takes, ``data_visualization`` say."""
    should_escape: bool = True
    """The command's own setting in the manifest: names, channels and links arrive as ``<…>``."""
    paid: bool = True
    """User groups are for paid plans: without one, ``paid_teams_only``."""
    post_interval: float = 0.0
    """Seconds between two posts to one channel before ``ratelimited``; Slack's own is about 1."""
    team_id: str = TEAM
    enterprise_id: str = ""
    """Of the organization that the workspace is in, on Enterprise Grid."""
    team_name: str = "Sandbox"
    team_domain: str = "sandbox"
    app_id: str = "A0SANDBOX1"
    app_name: str = "Compliance Reports"
    bot_id: str = "B0SANDBOX1"
    bot_user: str = BOT_USER
    bot_name: str = "compliance_reports"
    teams: Mapping[str, str] = field(default_factory=lambda: {TEAM: "sandbox", OTHER_TEAM: "partner"})
    """Domain by team id."""

    def team_url(self) -> str:
        return f"https://{self.team_domain}.slack.com/"

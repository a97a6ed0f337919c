"""The bot's settings: from the environment, or from a file named ``.env`` in the working directory."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.access_policy import Viewers
from bot.config.env_file import ENCODING, check_env_file, check_spelling, misspelled, unreadable
from bot.config.secret_files import SecretFiles, clean_token, read_secret, strip_blanks
from handlers.exposure import Exposure, Limits
from reporting.docspace.api.network import certificates, exceptions, https_proxy, is_host
from reporting.document.formats import Format
from reporting.errors.base import WrongSettings
from reporting.errors.request import UnknownZone
from reporting.normalize_text import normalize
from reporting.time_zones import find

S = TypeVar("S", bound=BaseSettings)
ID = re.compile(r"[A-Z][A-Z0-9]+")
ENV_FILE = ".env"
LONGEST_NAME = 255
LARGEST_ID = 2**31 - 1
"""Of a folder. Source: DocSpace server 3.7.2 keeps it in 32 bits."""
WORDS = {
    "int_parsing": "must be a whole number (an integer), such as 12",
    "bool_parsing": "write true or false",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be greater than or equal to {ge}",
    "less_than_equal": "must be less than or equal to {le}",
}
"""What pydantic finds, in our words, by its kinds."""


STAND_INS = {
    "docspace_api_host": "http://127.0.0.1:9",
    "docspace_api_key": "none",
    "compliance_room_folder_id": 1,
    "slack_bot_token": "none",
    "slack_signing_secret": "none",
}
"""Placeholders for needed settings that are missing or wrong, so that the others can be checked; never sent."""


def safe_address(value: str) -> str:
    """*value* without a slash at its end, if a secret may be sent there: https, or http that stays on this machine."""
    value = strip_blanks(value)
    try:
        parts = urlsplit(value)
        port_fits, hosts = parts.port != 0, {httpx.URL(value).host, parts.hostname}
    except (ValueError, httpx.InvalidURL):
        parts, port_fits, hosts = urlsplit(""), False, set()
    whole = parts.scheme in {"http", "https"} and port_fits and value.isprintable() and " " not in value
    if not whole or not all(host and is_host(host) for host in hosts):
        raise ValueError("write the whole address, such as https://yourname.onlyoffice.com")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("write only the address, without a name, a password, ? or #")
    if parts.scheme == "http" and not loopback(parts.hostname or ""):
        raise ValueError("must begin with https:// (http:// is for this machine's own loopback address)")
    return value.rstrip("/")


def loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_folder(value: Path) -> Path:
    """*value*, if the address of the database that lies there can be written."""
    if not str(value).isprintable() or "?" in str(value):
        raise ValueError("holds a ? or a character that cannot be seen; choose another folder")
    if any(len(os.fsencode(part)) > LONGEST_NAME for part in value.parts):
        raise ValueError("has a name of more than 255 bytes in it, which no folder can have")
    return value


def check_zone(value: str) -> str:
    try:
        named = normalize(value)
        return find(named) if named else ""
    except UnknownZone as error:
        raise ValueError(f"{str(error).removesuffix('.')}; {error.advice.removesuffix('.')}") from None


def words(value: object) -> object:
    """``U1, U2`` as a list."""
    return normalize(value).replace(",", " ").split() if isinstance(value, str) else value


def exposure(value: object) -> object:
    """``masked`` as what it stands for."""
    if not isinstance(value, str):
        return value
    try:
        return Exposure[normalize(value).upper()]
    except KeyError:
        raise ValueError("write counts, masked or full") from None


def limit(value: object) -> object:
    """The same, or ``refuse``, which is None."""
    if isinstance(value, str) and normalize(value).casefold() == "refuse":
        return None
    try:
        return exposure(value)
    except ValueError:
        raise ValueError("write counts, masked, full or refuse") from None


def audience(value: object) -> object:
    """``members`` as what it stands for."""
    try:
        return Viewers(normalize(value).casefold()) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("write requesters or members") from None


def ids(first: str, said: frozenset[str]) -> frozenset[str]:
    """*said*, if each is an id of Slack's that begins with one of the letters *first*; a name never is."""
    wrong = sorted(one for one in said if one[0] not in first or not ID.fullmatch(one))
    if wrong:
        example = f"{first[0]}0123ABCD"
        raise ValueError(f"“{wrong[0][:40]}” is no id of Slack's, such as {example}; names do not do")
    return said


Address = Annotated[str, AfterValidator(safe_address)]
Secret = Annotated[SecretStr, BeforeValidator(read_secret)]
Token = Annotated[SecretStr, BeforeValidator(clean_token)]
Folder = Annotated[Path, AfterValidator(check_folder)]
Zone = Annotated[str, AfterValidator(check_zone)]
Preview = Annotated[Exposure, BeforeValidator(exposure)]
External = Annotated[Exposure | None, BeforeValidator(limit)]
Audience = Annotated[Viewers, BeforeValidator(audience)]
Users = Annotated[frozenset[str], NoDecode, BeforeValidator(words), AfterValidator(partial(ids, "UW"))]
Groups = Annotated[frozenset[str], NoDecode, BeforeValidator(words), AfterValidator(partial(ids, "S"))]
Channels = Annotated[frozenset[str], NoDecode, BeforeValidator(words), AfterValidator(partial(ids, "CGD"))]


class PortalSettings(BaseSettings):
    """What making a report needs; the command line needs no more."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
    )

    docspace_api_host: Address = Field(description="The portal's address, such as https://yourname.onlyoffice.com")
    docspace_api_key: Token = Field(min_length=1, description="API key with the scopes *:read and files:write")
    compliance_room_folder_id: int = Field(
        gt=0, le=LARGEST_ID, description="Number of the DocSpace folder that reports are filed in"
    )
    report_timezone: Zone = Field(default="", description="IANA zone of the reports; empty: the portal's own")
    settle_hours: int = Field(
        default=24, ge=0, le=8_760, description="Hours after a month's end until it counts as complete"
    )
    upload_csv: bool = Field(default=False, description="File the events as CSV too")
    upload_jsonl: bool = Field(default=False, description="File the events as JSONL too")
    upload_ocsf: bool = Field(default=False, description="File the events as OCSF too, for security tools")
    profiles_file: Path | None = Field(default=None, description="TOML file with named filters")
    data_dir: Folder = Field(default=Path("data"), description="Folder for the database and for reports being made")
    database_url: Secret = Field(default=SecretStr(""), description="Database of the runs; empty: SQLite in DATA_DIR")
    docspace_requests_per_minute: int = Field(
        default=1200, gt=0, le=1_000_000, description="Most requests to the portal in a minute"
    )
    docspace_concurrency: int = Field(default=8, gt=0, le=256, description="Most requests to the portal at once")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual ones, and after what is given in the code the files that secrets are kept in."""
        usual = (*sources, *named.values())
        return usual[0], SecretFiles(settings_cls, usual), *usual[1:]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may read, neither in a log nor in a message."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(found for value in values if isinstance(value, SecretStr) and (found := value.get_secret_value()))

    @property
    def settle(self) -> timedelta:
        return timedelta(hours=self.settle_hours)

    @property
    def database(self) -> str:
        file = str(self.data_dir / "bot.sqlite").replace("%", "%25")  # in an address, what follows a % has a meaning
        return self.database_url.get_secret_value() or f"sqlite:///{file}"

    @property
    def extras(self) -> tuple[Format, ...]:
        """Forms besides the TXT."""
        wanted = {Format.CSV: self.upload_csv, Format.JSONL: self.upload_jsonl, Format.OCSF: self.upload_ocsf}
        return tuple(form for form, asked in wanted.items() if asked)


class SubmitSettings(PortalSettings):
    """What asking for a report in a channel needs: with the bot's token the channel is looked at first."""

    slack_bot_token: Token = Field(default=SecretStr(""), description="Bot token, xoxb-…")
    slack_api_url: Address = Field(default="https://slack.com/api/", description="Where Slack's Web API is")


class Settings(PortalSettings):
    """What the bot needs to run."""

    slack_bot_token: Token = Field(min_length=1, description="Bot token, xoxb-…")
    slack_app_token: Token = Field(default=SecretStr(""), description="App token, xapp-…: Socket Mode")
    slack_signing_secret: Token = Field(
        default=SecretStr(""), validate_default=True, description="Signing secret: HTTP"
    )
    slack_api_url: Address = Field(default="https://slack.com/api/", description="Where Slack's Web API is")
    http_host: str = Field(default="127.0.0.1", description="Address that the HTTP door listens on")
    http_port: int = Field(default=3000, ge=0, le=65535, description="Port of the HTTP door; 0: any free one")
    max_runs: int = Field(
        default=2, gt=0, le=256, description="Reports made at the same time, by all replicas together"
    )
    allowed_users: Users = Field(
        default=frozenset(), description="Slack user ids who may ask; empty: admins and owners"
    )
    allowed_usergroups: Groups = Field(
        default=frozenset(), description="Slack user group ids whose members may ask too"
    )
    allowed_channels: Channels = Field(default=frozenset(), description="Slack channel ids to ask in; empty: any")
    viewers: Audience = Field(
        default=Viewers.REQUESTERS, description="Who may look at status, schedules and history: requesters or members"
    )
    preview: Preview = Field(default=Exposure.MASKED, description="Most that Slack is shown: counts, masked or full")
    external_channels: External = Field(
        default=Exposure.COUNTS, description="The same in channels shared with other companies; or refuse"
    )

    @property
    def limits(self) -> Limits:
        return Limits(self.preview, self.external_channels)

    @property
    def names_port(self) -> bool:
        """Whether HTTP_PORT is set; without that nothing is listened on in Socket Mode, so two bots do not collide."""
        return "http_port" in self.model_fields_set

    @field_validator("slack_signing_secret")
    @classmethod
    def has_a_door(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        token = info.data.get("slack_app_token")
        if not secret.get_secret_value() and not (token and token.get_secret_value()):
            raise ValueError("is missing, and SLACK_APP_TOKEN too; one of them is needed (HTTP or Socket Mode)")
        return secret


def misspelled_settings() -> dict[str, str]:
    """Names in .env and in the environment that are no setting's, each with the one that was probably meant."""
    known = {name.upper() for name in Settings.model_fields}
    return misspelled({*known, *(f"{name}_FILE" for name in known)}, Path(ENV_FILE), os.environ)


def load(kind: type[S]) -> S:
    """The settings as they are now, and an environment in which a client can be made.

    Raises:
        WrongSettings: with everything that is missing or wrong, at once.
    """
    found = read(kind)
    if found.refusal:
        raise found.refusal
    return found.settings


@dataclass(frozen=True, slots=True)
class Problems:
    """What is wrong with the settings, as it was found; each text is escaped already."""

    found: tuple[WrongSettings, ...]

    def __str__(self) -> str:
        return "; ".join(str(one.facts["problems"]) for one in self.found)


@dataclass(frozen=True, slots=True)
class ReadSettings(Generic[S]):
    """Settings, and what is wrong with them."""

    settings: S
    """With a stand-in for each one that is wrong."""
    wrong: frozenset[str] = frozenset()
    """Fields of them that are missing or cannot be used."""
    refusal: WrongSettings | None = None
    """All that is wrong, each with the name of its variable."""


def read(kind: type[S]) -> ReadSettings[S]:
    """The settings as they are now, as far as they can be used.

    Raises:
        WrongSettings: .env or a secret's file cannot be read.
    """
    check_env_file(Path(ENV_FILE))
    refusals = [*refused(partial(check_spelling, kind.model_fields, os.environ))]
    found: list[dict[str, object]] = []
    try:
        settings: S | None = kind()
    except ValidationError as error:
        found = [dict(one) for one in error.errors(include_url=False, include_input=False)]
        settings = None
    except OSError as error:
        raise unreadable(str(error.filename or ENV_FILE), error) from None
    wrong = frozenset(str(place[0]) for one in found if isinstance(place := one["loc"], tuple) and place)
    if settings is None:
        instead: dict[str, Any] = {name: STAND_INS.get(name, kind.model_fields[name].default) for name in wrong}
        settings = kind(**instead)
        refusals.append(WrongSettings(problems="; ".join(map(validation_problem, found))))
    refusals += refused(partial(check_network, settings))
    return ReadSettings(settings, wrong, WrongSettings(problems=Problems(tuple(refusals))) if refusals else None)


def refused(look: Callable[[], None]) -> Iterator[WrongSettings]:
    try:
        look()
    except WrongSettings as error:
        yield error


def check_network(settings: BaseSettings) -> None:
    """Make sure that the environment's proxy and certificates can be used.

    Raises:
        WrongSettings: naming the variable.
    """
    [*exceptions(os.environ)]
    certificates(os.environ)
    proxy = https_proxy(os.environ)
    if proxy and hasattr(settings, "slack_bot_token") and not proxy.url.startswith("http:"):
        problem = f"{proxy.variable} names a proxy by https://, which cannot be used for Slack; name it by http://"
        raise WrongSettings(problems=problem)


def validation_problem(found: dict[str, object]) -> str:
    """One line of pydantic's as a person would say it; values are left out, for they may be secrets."""
    place = found["loc"]
    name = str(place[0]).upper() if isinstance(place, tuple) and place else ""
    kind, bounds = str(found["type"]), found.get("ctx")
    if kind in {"missing", "string_too_short", "too_short"}:
        return f"{name} is missing"
    words = WORDS.get(kind.removesuffix("_size").removesuffix("_from_float"), "")
    if words and isinstance(bounds, dict):
        words = words.format(**bounds)
    message = words or str(found["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message

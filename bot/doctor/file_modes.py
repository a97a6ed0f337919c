"""Whether what is secret in files can be read by other users of this machine."""

import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from bot.config.env_file import ENCODING
from bot.config.secret_files import SecretFiles
from bot.config.settings import ENV_FILE, PortalSettings
from bot.doctor.finding import Finding, fine, warning
from bot.store.database import connect

OTHERS = stat.S_IRWXO | stat.S_IWGRP
"""Anything for everybody, or writing for the group; that a group reads can be meant, as of root and the bot's user."""


def closed_to_others(settings: PortalSettings) -> Finding:
    """Only the bot's user can read or change its secrets, database and filters."""
    found = [(what, path, mode) for what, path in places(settings) if (mode := mode_of(path)) & OTHERS]
    if not found:
        return fine("settings, secrets and data are private")
    words = ", ".join(f"{what} ({path}, mode {stat.S_IMODE(mode):04o})" for what, path, mode in found)
    wanted = {f"chmod {'700' if stat.S_ISDIR(mode) else '600'} {path}": None for _, path, mode in found}
    return warning(f"other users of this machine can access {words}", f"Run {' && '.join(wanted)}.")


def places(settings: PortalSettings) -> Iterator[tuple[str, Path]]:
    """What it is, by the name of its setting, and where."""
    yield ".env", Path(ENV_FILE)
    yield "DATA_DIR", settings.data_dir
    database = connect(settings.database).file
    if database and settings.data_dir.absolute() not in database.absolute().parents:
        yield "DATABASE_URL", database
    if settings.profiles_file:
        yield "PROFILES_FILE", settings.profiles_file
    kind = type(settings)
    sources = EnvSettingsSource(kind), DotEnvSettingsSource(kind, env_file=ENV_FILE, env_file_encoding=ENCODING)
    for kept in SecretFiles(kind, sources)().values():
        yield kept.setting, kept.path


def mode_of(path: Path) -> int:
    """Its mode; none where there is nothing, or nothing that can be looked at."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0

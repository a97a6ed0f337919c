"""The file named ``.env``: refused in words where it would be read as something else than it says, or not at all."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from reporting.errors.base import WrongSettings
from reporting.os_error import os_reason

ENCODING = "utf-8-sig"
"""With a byte-order mark or without, which some editors put before everything."""
NEAR, NEARER = 0.8, 0.9
"""How similar to a setting's name a misspelled one is: in .env, and in the environment, which others use too."""


def check_env_file(path: Path) -> None:
    """Make sure that every line of the file is read as a setting, a comment or nothing.

    Raises:
        WrongSettings: it cannot be read, is in another encoding, or has a line that is none of these.
    """
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding=ENCODING)
    except OSError as error:
        raise unreadable(str(path), error) from None
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise WrongSettings(problems=f"{path} is not a text in UTF-8; save it as UTF-8")
    for binding in parse_stream(StringIO(text)):  # whoever reads it for the settings only logs what is wrong with it
        if binding.error:
            raise WrongSettings(problems=f"{path}, line {binding.original.line}, is not NAME=value")


def unreadable(name: str, error: OSError) -> WrongSettings:
    problem = f"{name} cannot be read ({os_reason(error)}); give it to the user that the bot runs as, or remove it"
    return WrongSettings(problems=problem)


def misspelled(known: Collection[str], path: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Names in *path* and the environment that are none of the *known* but similar to one, each with that one."""
    written, found = written_in(path), dict[str, str]()
    for name in sorted({*written, *environment} - {*known}):
        near = get_close_matches(name.upper(), known, n=1, cutoff=NEAR if name in written else NEARER)
        if near and near[0] != name.upper():
            found[name] = near[0]
    return found


def written_in(path: Path) -> dict[str, str]:
    """The file's values by their names.

    Raises:
        WrongSettings: as for :func:`check_env_file`.
    """
    check_env_file(path)
    lines = parse_stream(StringIO(path.read_text(encoding=ENCODING))) if path.is_file() else ()
    return {line.key: line.value or "" for line in lines if line.key}


def check_spelling(names: Mapping[str, object], environment: Mapping[str, str]) -> None:
    """Make sure that no setting is there twice, in capitals and small letters, with two values.

    Raises:
        WrongSettings: one is; nobody could tell which of them counts.
    """
    for name in names:
        spellings = {one: environment[one] for one in (name.upper(), name.lower()) if environment.get(one)}
        if len(set(spellings.values())) > 1:
            raise WrongSettings(problems=f"{' and '.join(spellings)} have two values; keep one of them")

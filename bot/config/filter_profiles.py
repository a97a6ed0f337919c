"""Named filters, so that ``profile:contracts`` stands for a longer one; read from a TOML file at the start."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from reporting.errors.base import ComplianceError, WrongSettings
from reporting.filters import EventFilter, parse
from reporting.normalize_text import fold, normalize
from reporting.os_error import os_reason


def read_profiles(path: Path | None) -> Mapping[str, EventFilter]:
    """The filters of the file's table ``[profiles]``; none without a file.

    Raises:
        WrongSettings: the file cannot be read, or one of its filters cannot be understood.
    """
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("profiles", {})
        return {fold(name): parse(normalize(str(text))) for name, text in table.items()}
    except OSError as error:
        raise WrongSettings(problems=f"PROFILES_FILE {path} cannot be read ({os_reason(error)})") from error
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(problems=f"PROFILES_FILE {path} cannot be read, for it is not TOML ({error})") from error
    except (ValueError, AttributeError, RecursionError) as error:
        words = "for it is not a text in UTF-8 with a table [profiles]"
        raise WrongSettings(problems=f"PROFILES_FILE {path} cannot be read, {words}") from error
    except ComplianceError as error:
        raise WrongSettings(problems=f"PROFILES_FILE {path}: {error}") from error

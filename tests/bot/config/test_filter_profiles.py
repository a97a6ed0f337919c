"""The file of named filters, as an editor or a word processor leaves it."""

from pathlib import Path

import pytest

from bot.config.filter_profiles import read_profiles
from reporting.errors.base import WrongSettings
from reporting.filters import expanded, parse


def test_a_profile_is_read_as_a_filter_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(
        "[profiles]\n\"Ann\u2019s losses\" = '\u2013room:\u201cLegal\u00a0affairs\u201d type:Delete\u200b'\n",
        encoding="utf-8",
    )
    named = read_profiles(path)
    for name in ("Ann's losses", "ANN\u2019S LOSSES"):
        assert expanded(parse(f'profile:"{name}"'), named) == parse('-room:"Legal affairs" type:delete')


def test_a_profile_that_cannot_be_read_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text("[profiles]\nlosses = 'typ:delete'\n", encoding="utf-8")
    with pytest.raises(WrongSettings, match=r"PROFILES_FILE .*the nearest is “type:”"):
        read_profiles(path)

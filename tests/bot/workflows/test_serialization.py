"""Values as JSON and back."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.workflows.report import FiledRun
from bot.workflows.serialization import pack, unpack
from tests.entries import made


def test_what_was_packed_comes_back() -> None:
    assert unpack(pack(made()), FiledRun) == made()


@pytest.mark.parametrize("value", [[], {}, None, 7, True])
def test_what_was_never_a_path_is_refused(value: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        unpack(value, Path)

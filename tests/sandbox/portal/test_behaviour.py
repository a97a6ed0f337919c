import json
import subprocess
import sys

import httpx
import pytest

from sandbox.portal.behaviour import read_behaviour
from sandbox.portal.lies import Lie, LieKind
from sandbox.portal.semantics import Bound, DateHeader, Semantics


def test_semantics_and_lies_are_read_by_their_names():
    text = """{
      "semantics": {"cap": 50, "over_cap": "clamped", "until": {"included": false}, "filters_ignored": ["action"],
                    "date_header": {"offset": 3600}},
      "lies": [{"kind": "empty", "first": 9, "answers": null}, {"kind": "key twice"}]
    }"""
    assert read_behaviour(text.encode()) == {
        "semantics": Semantics(
            cap=50,
            over_cap="clamped",
            until=Bound(included=False),
            filters_ignored=frozenset({"action"}),
            date_header=DateHeader(offset=3600),
        ),
        "lies": (Lie(LieKind.EMPTY, first=9, answers=None), Lie(LieKind.KEY_TWICE)),
    }


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{"semantic": {}}', "semantic"),
        ('{"semantics": {"caps": 1}}', "semantics.caps"),
        ('{"semantics": {"until": {"include": false}}}', "semantics.until.include"),
        ('{"lies": [{"kind": "cut"}, {"kind": "cut", "times": 2}]}', r"lies\[1\].times"),
        ('{"lies": [{"kind": "white lie"}]}', "white lie"),
        ('{"semantics": {"order": "by chance"}}', "by chance"),
        ("[]", "object"),
        ("{", "truncated"),
    ],
)
def test_what_is_not_known_is_named(text, named):
    with pytest.raises(ValueError, match=named):
        read_behaviour(text.encode())


def test_the_command_line_reads_it_from_a_file(tmp_path):
    file = tmp_path / "behaviour.json"
    file.write_text('{"semantics": {"cap": 7, "over_cap": "clamped"}}')
    command = [sys.executable, "-m", "sandbox.portal", "--events", "20", "--behaviour", str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        portal = json.loads(running.stdout.readline())
        headers = {"Authorization": f"Bearer {portal['key']}"}
        path = f"{portal['url']}/api/2.0/security/audit/events/filter"
        answer = httpx.get(path, params={"count": 100}, headers=headers, trust_env=False)
        running.communicate("", timeout=30)
    assert answer.json()["count"] == 7

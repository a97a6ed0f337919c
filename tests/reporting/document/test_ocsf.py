"""OCSF: each line is valid by OCSF's own schema, loses nothing, and says of each action what the documentation says."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from reporting.actions import Highlight, action, catalogue
from reporting.document.csv_jsonl import jsonl
from reporting.document.ocsf import ocsf
from reporting.document.ocsf_mapping import BASE, NOT_IN_CATALOGUE, OcsfActivity, activity, mapping, read
from reporting.escape import HOSTILE
from reporting.events import AuditEvent
from tests.reporting.document.test_csv_jsonl import EVENTS
from tests.reporting.paper import RIGA
from tests.reporting.stage import NOON

LOCAL = NOON.astimezone(RIGA)
DOCUMENT = Path(__file__).parents[3] / "docs" / "ocsf.md"
DATA = Path(__file__).parents[3] / "reporting" / "document" / "ocsf.toml"
IDS = st.sampled_from([*catalogue(), 424_242])
KINDS = st.lists(st.sampled_from([1, 2, 23, 24, 25, 99]), max_size=2)
ADDRESSES = st.ip_addresses().map(str) | st.sampled_from(["", "2001", "1.2.3.4:80", "fe80::1%\n", "::ffff:1.2.3.4"])


@cache
def schema() -> OcsfJsonSchemaEmbedded:
    return OcsfJsonSchemaEmbedded(get_ocsf_schema(version=mapping().version))


@cache
def validator(class_uid: int) -> Draft202012Validator:
    kind = schema().lookup_class_name_from_uid(class_uid)
    return Draft202012Validator(schema().get_class_schema(kind, profiles=["host"]))


def faults(found: dict[str, Any]) -> list[str]:
    assert found["metadata"]["profiles"] == ["host"]
    return [f"{error.json_path}: {error.message}" for error in validator(found["class_uid"]).iter_errors(found)]


def told(action_id: int, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ocsf(AuditEvent(id=7, date=NOON, action_id=action_id, **fields), LOCAL))
    return found


@settings(max_examples=30)
@given(event=EVENTS, action_id=IDS, ip=ADDRESSES, kinds=KINDS, platform=st.sampled_from(["", "Windows 11", "BeOS"]))
def test_every_line_is_valid_by_ocsfs_own_schema(
    event: AuditEvent, action_id: int, ip: str, kinds: list[int], platform: str
) -> None:
    changed = {name: getattr(event, name) for name in AuditEvent.__struct_fields__}
    changed |= {"action_id": action_id, "ip": ip, "entries": kinds, "platform": platform}
    assert faults(json.loads(ocsf(AuditEvent(**changed), LOCAL))) == []


@pytest.mark.parametrize("empty", [True, False])
def test_every_action_makes_a_valid_event_whether_the_portal_tells_little_or_much(*, empty: bool) -> None:
    fields = {} if empty else {"ip": "192.0.2.1", "target": ["4711"], "entries": [1], "user": "Ann", "city": "Riga"}
    assert {number: found for number in catalogue() if (found := faults(told(number, **fields)))} == {}


def test_the_schema_finds_what_is_wrong() -> None:
    found = told(5011)
    assert faults(found | {"severity_id": 1_000})
    assert faults(found | {"nonsense": 1})
    assert faults({name: value for name, value in found.items() if name != "file"})


def test_each_action_is_mapped_once_and_nothing_else_is() -> None:
    assert set(mapping().activities) == set(catalogue())
    with pytest.raises(ValueError, match="action 5011: two activities"):
        read(DATA.read_text(encoding="utf-8").replace("actions = [-1,", "actions = [5011, -1,"))


def test_classes_categories_and_activities_have_ocsfs_numbers_and_names() -> None:
    known = get_ocsf_schema(version=mapping().version)["classes"]
    for one in set(mapping().activities.values()):
        kind = known[schema().lookup_class_name_from_uid(one.class_uid)]
        assert (kind["caption"], kind["category_uid"] if one.class_uid else 0) == (one.class_name, one.category_uid)
        assert kind["attributes"]["activity_id"]["enum"][str(one.activity_id)]["caption"] == one.activity_name
        assert "@deprecated" not in kind


def test_an_action_of_a_newer_server_is_a_base_event_of_unknown_activity() -> None:
    found = told(424_242, action="Something new")
    assert (found["class_uid"], found["activity_id"], found["type_uid"]) == (0, 0, 0)
    assert activity(424_242) == NOT_IN_CATALOGUE != BASE
    assert found["message"] == "Something new"


@given(EVENTS)
def test_no_field_of_the_jsonl_is_lost(event: AuditEvent) -> None:
    found = json.loads(ocsf(event, LOCAL))
    assert found["unmapped"] == json.loads(jsonl(event, LOCAL)) | {"entries": event.entries}


@given(EVENTS)
def test_one_event_is_one_line_of_visible_characters(event: AuditEvent) -> None:
    text = ocsf(event, LOCAL).decode()
    assert text.splitlines() == [text.removesuffix("\n")]
    assert not set(HOSTILE.findall(text)) - set("\\\n")


def test_keys_of_links_are_cut_out() -> None:
    event = AuditEvent(id=1, date=NOON, action_id=5064, page="https://docspace.example.com/s/b0a1c2d3?key=e4f5a6")
    line = ocsf(event, LOCAL)
    assert b"/s/***" in line
    assert b"b0a1c2d3" not in line
    assert b"e4f5a6" not in line


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_time_is_in_milliseconds_of_utc(date: datetime) -> None:
    found = json.loads(ocsf(AuditEvent(id=1, date=date), date.astimezone(RIGA)))
    whole = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=found["time"])
    assert timedelta() <= date - whole < timedelta(milliseconds=1)
    assert timedelta(minutes=found["timezone_offset"]) == date.astimezone(RIGA).utcoffset()


@pytest.mark.parametrize(
    ("platform", "number"),
    [("Windows 11", 100), ("macOS 14", 300), ("iOS 18", 301), ("Android 15", 201), ("Linux", 200), ("BeOS", 99)],
)
def test_the_operating_system_is_ocsfs(platform: str, number: int) -> None:
    found = told(5011, ip="192.0.2.1", platform=platform)
    assert found["device"]["os"] == {"name": platform, "type_id": number}


def test_a_cut_address_is_a_name_and_none_is_unknown() -> None:
    assert told(5011, ip="2001")["src_endpoint"] == {"name": "2001"}
    assert told(5011)["src_endpoint"] == {"name": "Unknown"}
    assert told(5011, ip="192.0.2.1")["src_endpoint"] == {"ip": "192.0.2.1"}
    assert "src_endpoint" not in told(4000)


def test_who_signs_in_is_the_user_and_who_is_changed_is_not_the_actor() -> None:
    assert told(1000, user="Ann", user_id="a1")["user"] == {"name": "Ann", "uid": "a1"}
    assert told(4017, user="Ann", user_id="a1")["user"] == {"name": "Unknown"}
    changed = told(4018, user="Ann", target=["712d9ec3-5d2b-4b13-824f-71f00191dcca"])
    assert changed["user"] == {"uid": "712d9ec3-5d2b-4b13-824f-71f00191dcca"}
    assert changed["actor"]["user"] == {"name": "Ann"}


def test_a_failed_sign_in_is_a_failure_and_a_successful_one_a_success() -> None:
    for known in catalogue().values():
        if Highlight.FAILED_SIGN_IN in known.highlights:
            assert told(known.id)["status_id"] == 2, known
    assert told(1000)["status_id"] == 1
    assert "status_id" not in told(5011)


def table(of: Callable[[int], OcsfActivity]) -> list[str]:
    """The rows of the documentation, which this test wants there."""
    lines = []
    for known in catalogue().values():
        one = of(known.id)
        shown = f"{one.class_name} ({one.class_uid})"
        lines.append(
            f"| {known.id} | {action(known.id).label} | {shown} | {one.activity_name} ({one.activity_id}) "
            f"| {one.severity_id} |"
        )
    return lines


def test_the_documentation_has_the_mapping_as_it_is() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if re.match(r"\| -?\d+ \|", line)]
    assert rows == table(activity)
    assert f"OCSF {mapping().version}" in text

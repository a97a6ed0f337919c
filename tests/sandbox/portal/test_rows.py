from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.portal import AuditEvent, AuditLog, AuditQuery, Generation, PortalSetup

NAMES = [
    *("id", "date", "user", "userId", "action", "actionId", "ip", "country", "city", "browser", "platform", "page"),
    *("actionType", "product", "location", "target", "entries", "context"),
]


def _row(generation: Generation = Generation.V37, culture: str = "en-US", **values) -> dict[str, object]:
    log = AuditLog(PortalSetup(generation=generation, culture=culture))
    fields: dict[str, Any] = {"action_id": 5011, "user_id": "u", "arguments": ("Q3.docx",)} | values
    log.add(AuditEvent(id=1, date=datetime(2025, 1, 10, tzinfo=UTC), **fields))
    return log.filter(AuditQuery())[0]


def test_a_full_row_has_the_servers_properties_in_the_servers_order():
    row = _row(browser="Chrome", platform="Linux", page="/", target=("1",), context="Rooms: Legal")
    assert list(row) == NAMES


def test_what_would_be_null_is_left_out():
    assert not {"browser", "platform", "page", "target", "context"} & set(_row())


def test_before_3_5_the_place_is_called_module():
    row = _row(Generation.V32)
    assert "module" in row
    assert "location" not in row


def test_enums_are_numbers():
    row = _row(action_id=5015, target=("1", "2"))
    assert (row["actionType"], row["product"], row["location"], row["entries"]) == (15, 2, 1, [1, 2])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("a,b.docx",), "File uploaded: a, b.docx"),
        (("a,,b,.docx",), "File uploaded: a, b, .docx"),
        (("{0} {1}",), "File uploaded: {0} {1}"),
        ((), ""),
    ],
)
def test_a_sentence_is_made_from_names_split_at_commas(arguments, text):
    assert _row(arguments=arguments)["action"] == text


@pytest.mark.parametrize("action_id", [5060, 5062, 5063, 5064, 5065, 5159, 7000])
def test_some_actions_have_no_words(action_id):
    assert _row(action_id=action_id)["action"] == ""


@pytest.mark.parametrize(
    ("stored", "printed"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001"),
        ("::1", ""),
        ("::ffff:1.2.3.4", ""),
        ("1.2.3.4:80", "1.2.3.4"),
    ],
)
def test_an_address_is_cut_at_its_first_colon(stored, printed):
    assert _row(ip=stored)["ip"] == printed


def test_a_cut_address_has_no_place():
    row = _row(ip="2001:db8::1", country="Latvia", city="Riga")
    assert (row["country"], row["city"]) == ("", "")


def test_targets_are_split_at_commas():
    assert _row(target=("a,b", "c"))["target"] == ["a", "b", "c"]


def test_the_context_is_in_the_language_of_the_keys_owner():
    assert _row(culture="de-DE", context="Rooms: Legal")["context"] == "Räume: Legal"


def test_a_name_is_shown_as_it_is_now():
    log = AuditLog()
    log.add(AuditEvent(id=1, date=datetime(2025, 1, 10, tzinfo=UTC), action_id=5011, user_id="u", user="Old"))
    log.rename_user("u", "New")
    assert log.filter(AuditQuery())[0]["user"] == "New"

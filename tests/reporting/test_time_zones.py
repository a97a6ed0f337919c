"""Time zones as people write them."""

import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.errors.request import UnknownZone
from reporting.time_zones import LEGACY, cities, find, is_of_machine, label, name_and_label, names, places, rules

NAMES = sorted(name for name in available_timezones() if not is_of_machine(name) and name not in LEGACY)
LONG = sorted(city for city in cities() if len(city) > 5)


def offset(name: str, month: int) -> timedelta:
    return datetime(2025, month, 15, tzinfo=UTC).astimezone(ZoneInfo(name)).utcoffset() or timedelta()


@pytest.mark.parametrize("write", [str, str.upper, str.lower, lambda name: name.replace("_", " ")])
def test_every_name_of_the_database_is_understood_in_any_case(write) -> None:
    assert {name: find(write(name)) for name in NAMES} == {name: name for name in NAMES}


def test_every_place_is_understood_by_its_city_alone() -> None:
    found = {name: find(name.rpartition("/")[2].replace("_", " ")) for name in places()}
    assert {name: alias for name, alias in found.items() if name != alias and rules(name) != rules(alias)} == {}


@pytest.mark.parametrize("name", sorted(LEGACY))
@pytest.mark.parametrize("write", [str.upper, str.lower])
def test_an_abbreviation_is_refused_towards_places_that_show_it(name: str, write) -> None:
    with pytest.raises(UnknownZone, match="it is an abbreviation") as refused:
        find(write(name))
    shown = refused.value.facts["example"]
    assert isinstance(shown, str)
    for place in shown.replace(" or ", ", ").split(", "):
        moments = [datetime(2025, month, 15, tzinfo=UTC).astimezone(ZoneInfo(place)) for month in (1, 7)]
        assert name[:3].replace("MET", "CET") in {moment.tzname() for moment in moments}


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("CEST", "Europe/Berlin"),
        ("CET", "Europe/Berlin or Africa/Algiers"),
        ("EST", "America/New_York or America/Cancun"),
        ("PST", "America/Los_Angeles or Asia/Manila"),
        ("BST", "Europe/London"),
        ("JST", "Asia/Tokyo"),
        ("Europe/Rgia", "Europe/Riga"),
        ("Riga/Europe", "Europe/Riga"),
        ("Dubay", "Asia/Dubai"),
        ("eastern", "Canada/Eastern or US/Eastern"),
        ("Salvador", "Europe/Riga or America/New_York"),
        ("Munich", "Europe/Riga or America/New_York"),
        ("UTC+5:30", "Asia/Colombo or Asia/Kolkata"),
    ],
)
def test_a_refusal_leads_to_places_where_the_same_clocks_are(name: str, example: str) -> None:
    with pytest.raises(UnknownZone) as refused:
        find(name)
    assert refused.value.facts["example"] == example


@pytest.mark.parametrize(
    "name", ["localtime", "LOCALTIME", "posixrules", "Factory", "factory", "right/Europe/Riga", "posix/UTC", "Posix/x"]
)
def test_what_depends_on_the_machine_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone, match="it means something else on each machine"):
        find(name)


@pytest.mark.parametrize("hours", range(-12, 15))
@pytest.mark.parametrize("form", ["UTC{0:+}", "utc {0:+}", "GMT{0:+03}", "UTC{0:+03}:00", "{0:+03}:00"])
def test_a_fixed_offset_is_that_far_from_utc_all_year_and_says_that_it_is_fixed(hours: int, form: str) -> None:
    name = find(form.format(hours))
    assert offset(name, 1) == offset(name, 7) == timedelta(hours=hours)
    if hours:
        assert label(name) == f"UTC{hours:+}, a fixed offset without summer time"
        assert name_and_label(name) == f"{name} ({label(name)})"


@given(st.text(max_size=90) | st.text(string.ascii_letters + "/+-:0123456789 _", max_size=30))
def test_any_text_is_a_name_of_the_database_or_refused_in_words(text: str) -> None:
    try:
        assert find(text) in {*names().values()}
    except UnknownZone as error:
        assert error.advice
        assert not error.facts["nearest"] or error.facts["zone"] != error.facts["nearest"]


@given(st.sampled_from(LONG), st.data())
def test_a_wrong_letter_never_leads_to_clocks_hours_away(city: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(city) - 1))
    text = city[:at] + data.draw(st.sampled_from(string.ascii_lowercase)) + city[at + 1 :]
    try:
        found = find(text)
    except UnknownZone as error:
        found = str(error.facts["nearest"])
    if found:
        assert abs(offset(found, 1) - offset(cities()[city], 1)) <= timedelta(hours=1) or text in cities()

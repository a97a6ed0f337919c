import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.portal import AuditLog, AuditQuery, Generation, PortalSetup, login_events, month_of_events
from sandbox.portal.sample_month import crowd
from sandbox.portal.seed_people import PEOPLE
from tests.until import PATIENCE

RIGA = ZoneInfo("Europe/Riga")


@pytest.fixture(scope="module")
def series():
    return month_of_events(2025, 10, count=20_000, seed=7, zone=RIGA)


def test_a_month_has_exactly_as_many_events_as_ordered_each_with_its_own_id(series):
    assert len(series) == len(set(series.ids)) == 20_000


def test_every_event_lies_in_the_month_of_the_zone(series):
    days = {event.date.astimezone(RIGA).date().replace(day=1).isoformat() for event in series}
    assert days == {"2025-10-01"}


def test_the_dates_ascend_and_the_ids_not_quite(series):
    assert sorted(series.dates) == list(series.dates)
    assert sorted(series.ids) != list(series.ids)


def test_the_same_seed_makes_the_same_month_and_another_seed_another():
    first, same, other = (list(month_of_events(2025, 1, count=300, seed=seed, zone=RIGA)) for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_most_of_it_happens_in_working_hours(series):
    local = [event.date.astimezone(RIGA) for event in series]
    at_work = sum(moment.weekday() < 5 and 8 <= moment.hour < 18 for moment in local)
    assert at_work > 0.8 * len(local)
    assert any(moment.weekday() == 6 for moment in local)


def test_some_seconds_hold_many_rows(series):
    assert max(Counter(series.dates).values()) > 20


def test_a_move_across_rooms_is_two_rows_of_one_second_with_one_target(series):
    twins = [(series.event(place - 1), series.event(place)) for place in sorted(series.twins)]
    assert len(twins) > 50
    for first, second in twins:
        assert (first.date, first.action_id, first.target) == (second.date, second.action_id, second.target)
        assert first.id != second.id
        assert first.context != second.context


def test_people_have_names_from_many_scripts_and_all_of_them_work(series):
    assert {event.user for event in series} == {person.name for person in PEOPLE}


def test_hostile_names_are_only_there_when_ordered(series):
    hostile = month_of_events(2025, 10, count=2_000, seed=7, zone=RIGA, hostile=True)
    words = "".join(word for event in hostile for word in (*event.arguments, event.user))
    assert all(sign in words for sign in ("\n", "<!channel>", "\u202e", "-" * 80))
    calm = "".join(word for event in series for word in (*event.arguments, event.user))
    assert not any(sign in calm for sign in ("\n", "<!channel>", "\u202e"))


def test_generated_and_added_events_are_read_together(series, event):
    log = AuditLog()
    log.add(event(5, action_id=5018))
    log.add_all(series)
    log.add_all(month_of_events(2025, 9, count=1_000, seed=7, zone=RIGA))
    assert log.count_between(None, None) == 21_001
    newest = log.filter(AuditQuery(count=1))[0]
    assert newest["id"] == series.ids[-1] or series.dates[-1] == series.dates[-2]
    assert log.remove(series.ids[17])
    assert log.count_between(None, None) == 21_000
    user = PEOPLE[3].id
    assert {row["userId"] for row in log.filter(AuditQuery(user_id=user))} == {user}


def test_hidden_actions_are_left_out_of_a_generated_month_too(series):
    log = AuditLog(PortalSetup(generation=Generation.V32))
    log.add_all(series)
    links = sum(action in {5091, 5092} for action in series.actions)
    assert links > 0
    assert log.count_between(None, None) == 20_000 - links


def test_pages_followed_by_date_find_every_event_once(series):
    log = AuditLog(PortalSetup(timezone="UTC"))
    log.add_all(series)
    seen: set[object] = set()
    until = datetime(2025, 11, 1, tzinfo=UTC)
    while len(rows := log.filter(AuditQuery(until=until))) == 100:
        seen.update(row["id"] for row in rows)
        until = datetime.fromisoformat(str(rows[-1]["date"]))
    seen.update(row["id"] for row in rows)
    assert seen == set(series.ids)


def test_sign_ins_fill_a_month_too():
    events = login_events(2025, 1, count=500, seed=1, zone=RIGA)
    assert len({event.id for event in events}) == 500
    assert {1002, 1029, 1006} <= {event.action_id for event in events}


@pytest.mark.parametrize("end", ["its input closes", "it is told to terminate"])
def test_a_portal_serves_in_a_process_of_its_own_until(end):
    command = [sys.executable, "-m", "sandbox.portal", "--month", "2025-01", "--events", "50"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        told = json.loads(process.stdout.readline())
        assert told["events"] == 50
        assert told["months"]["2025-01"]["events"] == 50
        assert told["url"].startswith("http://127.0.0.1:")
        if end == "its input closes":
            process.stdin.close()
        else:
            process.terminate()
        assert process.wait(PATIENCE) == 0
        assert process.stdout.read() == ""


def test_a_rooms_own_log_has_no_downloads_and_is_grouped(serve, event):
    portal, client = serve()
    for number in range(1, 4):
        portal.audit.add(event(number, room_id=101))
    portal.audit.add(event(4, 1, action_id=5009, room_id=101))
    portal.audit.add(event(5, 120, room_id=101))
    portal.audit.add(event(6, 121, room_id=102))
    body = client.get("/api/2.0/files/folder/101/log").json()
    assert (body["count"], body["total"], len(body["response"])) == (4, 4, 2)
    assert body["response"][0]["id"] == 5
    assert [entry["id"] for entry in body["response"][1]["related"]] == [2, 1]


def test_what_is_said_of_lifetimes_is_what_was_set_up(serve):
    _, client = serve(audit_lifetime_days=90)
    answer = client.get("/api/2.0/security/audit/settings/lifetime").json()["response"]
    assert (answer["auditTrailLifeTime"], answer["loginHistoryLifeTime"]) == (90, 180)
    assert "FileUploaded" in client.get("/api/2.0/security/audit/types").json()["response"]["actions"]


def test_the_clock_of_an_upload_is_the_portals(serve):
    moment = datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    portal, client = serve(now=lambda: moment)
    client.post(f"/api/2.0/files/{portal.folder_id}/upload", files={"file": ("a.txt", b"x")})
    assert portal.audit.count_between(moment, moment + timedelta(seconds=0)) == 1


def test_a_crowded_month_has_the_same_events_in_few_seconds_each_of_about_as_many():
    usual, crowded = (month_of_events(2025, 10, count=5_000, seed=7, zone=RIGA) for _ in range(2))
    crowd(crowded, 40, seed=7)
    sizes = Counter(crowded.dates).values()
    assert crowded.ids == usual.ids
    assert list(crowded.dates) == sorted(crowded.dates)
    assert 30 < len(crowded) / len(sizes) < 50
    assert max(sizes) < 200

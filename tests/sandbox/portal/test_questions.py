import json

import pytest

from sandbox.portal import Generation
from sandbox.portal.query import AuditQuery, read_query
from sandbox.portal.refusals import BadParameters

PATH = "/api/2.0/security/audit/events/filter"


@pytest.mark.parametrize("count", ["0", "101", "-1", "many", "1.5"])
def test_a_count_out_of_range_is_400_inside_the_envelope_of_success(serve, count):
    _, client = serve()
    answer = client.get(PATH, params={"count": count})
    body = answer.json()
    assert answer.status_code == 400
    assert (body["status"], body["statusCode"], body["count"]) == (1, 400, 1)
    assert list(body["response"]["errors"]) == ["count"]
    assert body["links"][0]["action"] == "GET"


@pytest.mark.parametrize(("count", "page"), [("1", 1), ("100", 100), ("", 100), (" ", 100)])
def test_a_count_in_range_is_the_page_and_100_is_the_default(count, page):
    assert read_query({"count": count}, Generation.V37).count == page


@pytest.mark.parametrize(("count", "page"), [("5000", 1000), ("0", 1000), ("-1", 1000), ("7", 7), ("", 1000)])
def test_up_to_3_1_a_count_is_quietly_clamped(count, page):
    assert read_query({"count": count}, Generation.V30).count == page


def test_a_negative_beginning_is_ignored():
    assert read_query({"startindex": "-5"}, Generation.V37).start == 0


def test_an_empty_date_is_no_bound():
    assert read_query({"from": "", "to": " "}, Generation.V37) == AuditQuery()


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize("value", ["2025-02-31", "2025-01-01", "{}", "2025-01-01T00:00:00.123456Z"])
def test_a_bad_date_is_400_and_named(serve, name, value):
    _, client = serve()
    answer = client.get(PATH, params={name: value})
    assert answer.status_code == 400
    assert answer.json()["response"]["errors"] == {name: ["The input was not valid."]}


def test_an_unescaped_plus_is_a_space_and_refused(serve):
    _, client = serve()
    assert client.get(f"{PATH}?from=2025-01-01T00:00:00%2B02:00").status_code == 200
    assert client.get(f"{PATH}?from=2025-01-01T00:00:00+02:00").status_code == 400


@pytest.mark.parametrize("text", ["FileUploaded", "fileuploaded", "5011"])
def test_an_action_is_read_by_name_or_number(text):
    assert read_query({"action": text}, Generation.V37).action == 5011


@pytest.mark.parametrize(
    ("name", "value"),
    [("action", "4"), ("action", "Nothing"), ("actiontype", "99"), ("entrytype", "x"), ("userid", "me")],
)
def test_what_is_no_member_is_refused(name, value):
    with pytest.raises(BadParameters):
        read_query({name: value}, Generation.V37)


def test_the_empty_guid_is_everybody():
    assert read_query({"userid": "00000000-0000-0000-0000-000000000000"}, Generation.V37).user_id is None


def test_names_are_read_in_any_case_and_unknown_ones_are_recorded(serve, event, start):
    portal, client = serve(strict=False)
    portal.audit.add(event(1))
    answer = client.get(f"{PATH}?COUNT=1&room=12&fields=id")
    assert len(answer.json()["response"]) == 1
    assert [asked.query for asked in portal.requests] == ["COUNT=1&room=12&fields=id"]


def test_an_answer_has_the_servers_envelope(serve, event):
    portal, client = serve()
    portal.audit.add(event(1, user="Kalniņa <x>"))
    answer = client.get(PATH, params={"count": 5})
    body = answer.json()
    assert list(body) == ["response", "count", "links", "status", "statusCode"]
    assert (body["count"], body["status"], body["statusCode"]) == (1, 0, 200)
    assert body["links"] == [{"href": f"{portal.url}{PATH}?count=5", "action": "GET"}]
    assert answer.content.isascii()
    assert b"\\u003Cx\\u003E" in answer.content
    assert json.loads(answer.content)["response"][0]["user"] == "Kalniņa <x>"

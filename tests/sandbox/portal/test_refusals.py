from datetime import UTC, datetime

import httpx
import pytest

from sandbox.portal import Generation, PortalSetup, StandInPortal
from sandbox.portal.limiter import Limiter
from sandbox.portal.refusals import Silence

AUDIT = "/api/2.0/security/audit/events/filter"
SETTINGS = "/api/2.0/settings"


def _empty(answer: httpx.Response, status: int) -> bool:
    return (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize("header", [None, "", "Bearer sk-wrong", "Basic abc"])
def test_without_the_right_key_the_answer_is_401_and_empty(serve, header):
    portal, _ = serve()
    headers = {} if header is None else {"Authorization": header}
    assert _empty(httpx.get(portal.url + AUDIT, headers=headers, trust_env=False), 401)


def test_a_disabled_key_is_401_and_empty(serve):
    _, client = serve(key_valid=False)
    assert _empty(client.get(AUDIT), 401)


def test_a_portal_can_become_another_while_it_runs(serve):
    portal, client = serve()
    portal.change(key_valid=False)
    assert _empty(client.get(AUDIT), 401)
    portal.change(key_valid=True)
    assert client.get(AUDIT).status_code == 200


def test_anybody_may_read_the_version_but_only_the_key_the_zone(serve):
    portal, client = serve()
    public = httpx.get(portal.url + SETTINGS, trust_env=False).json()["response"]
    private = client.get(SETTINGS).json()["response"]
    assert public["version"] == private["version"] == "3.7.2"
    assert "timezone" not in public
    assert private["timezone"] == "Europe/Riga"


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (("files:read",), AUDIT, 403),
        (("*:read",), AUDIT, 200),
        (("*",), AUDIT, 200),
        (("files:write",), "/api/2.0/keys/@self", 200),
        (("files:write",), SETTINGS, 403),
        (("files:write",), "/api/2.0/files/4711", 403),
        (("files:read",), "/api/2.0/files/4711", 200),
        (("files:read",), "/api/2.0/files/rooms", 403),
    ],
)
def test_a_key_reaches_what_its_scopes_allow(serve, scopes, path, status):
    _, client = serve(scopes=scopes)
    answer = client.get(path)
    assert answer.status_code == status
    assert status == 200 or not answer.content


def test_reading_rights_do_not_upload(serve):
    portal, client = serve(scopes=("*:read",))
    answer = client.post(f"/api/2.0/files/{portal.folder_id}/upload", files={"file": ("a.txt", b"x")})
    assert _empty(answer, 403)


def test_who_is_no_administrator_is_told_so_with_an_error(serve):
    _, client = serve(is_admin=False)
    answer = client.get(AUDIT)
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "Access denied"
    assert (answer.json()["status"], answer.json()["statusCode"]) == (1, 403)


def test_a_hidden_section_is_402_in_the_cloud(serve):
    _, client = serve(section_hidden=True, standalone=False)
    assert client.get(AUDIT).status_code == 402
    assert client.get(AUDIT).json()["status"] == 1


@pytest.mark.parametrize(("tenant", "status"), [("suspended", 404), ("restoring", 403), ("unpaid", 402)])
def test_a_portal_out_of_order_answers_with_an_empty_body(serve, tenant, status):
    _, client = serve(tenant=tenant)
    assert _empty(client.get(AUDIT), status)


@pytest.mark.parametrize("path", ["/", "/api/2.0/nothing", "/api/3.0/settings"])
def test_an_unknown_address_is_404_and_empty(serve, path):
    _, client = serve()
    assert _empty(client.get(path), 404)


def test_keys_did_not_exist_in_2_6(serve):
    _, client = serve(generation=Generation.V26)
    assert _empty(client.get("/api/2.0/keys/@self"), 404)


def test_the_plan_says_whether_it_has_the_audit_trail(serve):
    _, client = serve(plan_has_audit=False)
    assert client.get("/api/2.0/portal/quota").json()["response"]["audit"] is False


def test_the_quota_is_for_administrators_since_3_7(serve):
    _, client = serve(is_admin=False)
    assert client.get("/api/2.0/portal/quota").status_code == 403
    _, older = serve(is_admin=False, generation=Generation.V36)
    assert older.get("/api/2.0/portal/quota").status_code == 200


def test_the_portal_tells_an_administrator_its_age(serve):
    _, client = serve(created=datetime(2024, 5, 1, tzinfo=UTC))
    assert client.get("/api/2.0/portal").json()["response"]["creationDateTime"] == "2024-05-01T00:00:00"
    _, other = serve(is_admin=False)
    assert list(other.get("/api/2.0/portal").json()["response"]) == ["tenantId"]


def test_too_many_in_a_minute_is_429_without_saying_when_to_come_back():
    clock = [0.0]
    with (
        StandInPortal(PortalSetup(rate_limit_per_minute=2), seconds=lambda: clock[0]) as portal,
        httpx.Client(base_url=portal.url, trust_env=False) as client,
    ):
        answers = [client.get(SETTINGS) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert _empty(answers[2], 429)
        assert answers[2].headers["X-RateLimit-Remaining"] == "0"
        assert "Retry-After" not in answers[2].headers
        clock[0] = 61
        assert client.get(SETTINGS).status_code == 200


def test_too_many_writes_in_a_day_say_when_to_come_back():
    limiter = Limiter(None, 1, lambda: 0.0)
    with limiter.admitted("POST"):
        pass
    with pytest.raises(Silence) as refused, limiter.admitted("PUT"):
        pass
    assert refused.value.headers["Retry-After"] == "86401"


def test_more_than_fifty_reads_at_once_are_refused():
    limiter = Limiter(1_500, None, lambda: 0.0)
    running = [limiter.admitted("GET") for _ in range(51)]
    for one in running[:50]:
        one.__enter__()
    with pytest.raises(Silence):
        running[50].__enter__()
    for one in running[:50]:
        one.__exit__(None, None, None)


@pytest.mark.parametrize("text", ["kalni", "ZOE@example"])
def test_people_are_found_by_a_part_of_name_or_address(serve, text):
    _, client = serve()
    body = client.get("/api/2.0/people/filter", params={"filterValue": text}).json()
    assert (body["count"], body["total"]) == (1, 1)


def test_the_keys_owner_is_one_of_the_people(serve):
    _, client = serve(culture="de-DE")
    me = client.get("/api/2.0/people/@self").json()["response"]
    assert (me["isAdmin"], me["cultureName"]) == (True, "de-DE")
    assert client.get(f"/api/2.0/people/{me['id']}").json()["response"]["email"] == me["email"]


def test_the_key_tells_its_scopes(serve):
    _, client = serve(scopes=("*:read", "files:write"))
    assert client.get("/api/2.0/keys/@self").json()["response"]["permissions"] == ["*:read", "files:write"]

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.portal import AuditQuery, Generation, LoginEvent, LoginLog, PortalSetup
from sandbox.portal.refusals import Failure

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)


def _log(count: int, **setup) -> LoginLog:
    log = LoginLog(PortalSetup(**setup), now=lambda: NOON)
    log.add_all(
        LoginEvent(id=number, date=NOON - timedelta(days=number), action_id=1029, user_id="u", login="a@example.com")
        for number in range(count)
    )
    return log


def _old(log: LoginLog) -> list[object]:
    query = AuditQuery(since=NOON - timedelta(days=200), until=NOON - timedelta(days=149))
    return [row["id"] for row in log.filter(query)]


def test_paging_runs_before_the_filters_so_old_rows_stay_unseen():
    log = _log(160)
    assert _old(log) == []
    assert [row["id"] for row in log.filter(AuditQuery(start=100))] == list(range(100, 160))


def test_the_next_generation_filters_first():
    assert _old(_log(160, generation=Generation.NEXT)) == list(range(149, 160))


def test_without_the_plan_the_20_newest_come_back():
    assert _old(_log(160, plan_has_audit=False)) == list(range(20))


def test_a_row_without_an_address_breaks_the_server():
    log = _log(1)
    log.add(LoginEvent(id=9, date=NOON, action_id=1029, user_id="u", ip=None))
    with pytest.raises(Failure) as failure:
        log.filter(AuditQuery())
    assert failure.value.status == 500


def test_old_rows_are_purged():
    log = _log(160, login_lifetime_days=100)
    assert log.purge() == 59
    assert len(log.filter(AuditQuery(start=100))) == 1


def test_a_sign_in_has_the_login_and_lacks_what_only_actions_have(serve):
    portal, client = serve()
    portal.logins.add_all([LoginEvent(id=1, date=NOON, action_id=1002, user_id="u", login="a@example.com")])
    [row] = client.get("/api/2.0/security/audit/login/filter").json()["response"]
    assert (row["login"], row["actionId"]) == ("a@example.com", 1002)
    assert not {"actionType", "product", "location", "target", "entries", "context"} & set(row)

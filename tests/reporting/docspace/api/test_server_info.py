import pytest

from reporting.docspace.api.server_info import ServerInfo, server_info
from reporting.errors.portal import AnswerUnknown, KeyRejected, NotAnAnswer, PortalMissing, PortalTooOld
from sandbox.portal import Generation, PortalSetup, StandInPortal
from sandbox.portal.fault_kinds import Answer
from sandbox.portal.wire import Request, Response, json_response
from tests.reporting.stage import Knock


class Saying:
    """A portal that says this of itself."""

    def __init__(self, **settings: object) -> None:
        self._settings = settings

    def reply(self, request: Request, answer: Answer) -> Response:
        return json_response({"response": self._settings, "status": 0, "statusCode": 200})


def test_a_portal_tells_its_version_and_its_time_zone(standin: StandInPortal, knock: Knock) -> None:
    assert server_info(knock(standin)) == ServerInfo(address=standin.url, version="3.7.2", timezone="Europe/Riga")


@pytest.mark.parametrize("version", ["3.0.0", "3.1.1", "3.7.2.1", "10.0.0", "", "develop", "3"])
def test_a_version_is_refused_only_where_it_is_known_to_be_too_old(
    version: str, standin: StandInPortal, knock: Knock
) -> None:
    standin.faults.next("/settings", Saying(version=version, timezone="UTC"))

    assert server_info(knock(standin)).version == version


@pytest.mark.parametrize("version", ["2.6.3", "2.0.0", "2.99.1", "1.0", "0.1"])
def test_a_portal_whose_dates_cannot_be_trusted_is_refused(version: str, standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/settings", Saying(version=version, timezone="UTC"))

    with pytest.raises(PortalTooOld, match=version):
        server_info(knock(standin))


def test_a_portal_of_before_api_keys_gives_no_answer_to_build_on(knock: Knock) -> None:
    setup = PortalSetup(generation=Generation.V26)

    with StandInPortal(setup) as standin, pytest.raises((PortalTooOld, KeyRejected, NotAnAnswer)):
        server_info(knock(standin))


def test_a_version_is_foreign_text_and_kept_short(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/settings", Saying(version="3.7.2 " + "x" * 500, timezone="UTC"))

    assert len(server_info(knock(standin)).version) == 20


def test_a_key_that_is_not_the_portals_is_rejected_though_strangers_may_read_settings(knock: Knock) -> None:
    with StandInPortal(PortalSetup(key_valid=False)) as standin, pytest.raises(KeyRejected):
        server_info(knock(standin))


def test_settings_without_a_time_zone_are_nothing_to_build_on(standin: StandInPortal, knock: Knock) -> None:
    standin.faults.next("/settings", Saying(version="3.7.2"))

    with pytest.raises(AnswerUnknown, match="settings without a time zone"):
        server_info(knock(standin))


def test_a_suspended_portal_is_missing(knock: Knock) -> None:
    with StandInPortal(PortalSetup(tenant="suspended")) as standin, pytest.raises(PortalMissing):
        server_info(knock(standin))

from collections.abc import Iterator

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.page.switches import SWITCHES, Switches
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack
from tests.until import PATIENCE

AUDIT = "/api/2.0/security/audit/events/filter?from=2025-01-01T00:00:00Z&to=2025-01-02T00:00:00Z&count=100"


@pytest.fixture
def switches(portal: StandInPortal, slack: StandInSlack) -> Switches:
    return Switches(portal, slack)


@pytest.fixture
def client(portal: StandInPortal) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {portal.key}"}
    with httpx.Client(base_url=portal.url, headers=headers, timeout=PATIENCE, trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("too-many", 429, ""),
        ("away", 503, ""),
        ("sign-in-page", 200, "text/html"),
        ("key-expired", 401, ""),
        ("no-audit", 200, "application/json"),
    ],
)
def test_a_switch_breaks_the_portal_and_mends_it(
    switches: Switches, client: httpx.Client, name: str, status: int, kind: str
) -> None:
    switches.turn(name, on=True)
    answer = client.get(AUDIT)
    assert (answer.status_code, answer.headers.get("Content-Type", "").partition(";")[0]) == (status, kind)
    switches.turn(name, on=False)
    assert len(client.get(AUDIT).json()["response"]) < 20


def test_a_plan_without_audit_shows_the_newest_rows_whatever_is_asked(switches: Switches, client: httpx.Client) -> None:
    switches.turn("no-audit", on=True)
    assert len(client.get(AUDIT).json()["response"]) == 20


def test_pages_can_be_shortened_without_a_word(switches: Switches, client: httpx.Client) -> None:
    whole = "/api/2.0/security/audit/events/filter?count=100"
    lengths = []
    for on in (True, False):
        switches.turn("short-pages", on=on)
        lengths.append(len(client.get(whole).json()["response"]))
    assert lengths == [50, 100]


def test_answers_can_be_empty_and_cut_at_once(switches: Switches, client: httpx.Client) -> None:
    switches.turn("empty-answers", on=True)
    switches.turn("cut-answers", on=True)
    bodies = [client.get(AUDIT).content for _ in range(8)]
    assert [body.endswith(b"}") for body in bodies] == [False, True] * 4
    assert [b'"count":0' in body for body in bodies[1::2]] == [False, False, True, True]
    switches.turn("cut-answers", on=False)
    switches.turn("empty-answers", on=False)
    assert client.get(AUDIT).json()["count"] > 0


def test_the_right_to_file_can_be_taken_and_given_back(
    switches: Switches, client: httpx.Client, portal: StandInPortal
) -> None:
    allowed = []
    for on in (True, False):
        switches.turn("no-right", on=on)
        folder = client.get(f"/api/2.0/files/folder/{portal.folder_id}").json()["response"]
        allowed.append(folder["security"]["Create"])
    assert allowed == [False, True]


def test_two_faults_are_mended_one_by_one(switches: Switches, client: httpx.Client) -> None:
    switches.turn("away", on=True)
    switches.turn("too-many", on=True)
    switches.turn("too-many", on=False)
    assert client.get(AUDIT).status_code == 503


def test_slack_can_be_down(switches: Switches, slack: StandInSlack) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    switches.turn("slack-down", on=True)
    with pytest.raises(SlackApiError):
        client.auth_test()
    switches.turn("slack-down", on=False)
    assert client.auth_test()["ok"]


def test_each_switch_says_whether_it_is_on(switches: Switches) -> None:
    for switch in SWITCHES:
        before = {one["name"]: one["on"] for one in switches.wire()}
        switches.turn(switch.name, on=not before[switch.name])
        after = {one["name"]: one["on"] for one in switches.wire()}
        assert after == {**before, switch.name: not before[switch.name]}
        switches.turn(switch.name, on=before[switch.name])


def test_there_is_no_switch_of_another_name(switches: Switches) -> None:
    with pytest.raises(LookupError, match="nothing"):
        switches.turn("nothing", on=True)

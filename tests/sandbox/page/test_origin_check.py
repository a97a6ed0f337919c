import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sandbox.page import SandboxPage
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack, Workspace
from tests.sandbox.page.listener import APP
from tests.until import PATIENCE

STATIC = Path(__file__).parents[3] / "sandbox/page/static"
SAY = json.dumps({"user": "ann", "channel": "C0COMPLY01", "text": "hello"}).encode()
Ask = Callable[..., http.client.HTTPResponse]


@pytest.fixture
def ask(page: SandboxPage) -> Ask:
    """Asks the page as a browser would, but for what is changed."""
    port = urlsplit(page.url).port
    own = f"http://127.0.0.1:{port}"

    def request(method: str, path: str, body: bytes = b"", **changes: str) -> http.client.HTTPResponse:
        sent = {"Origin": own, "X-Sandbox": "page"} if method == "POST" else {}
        sent |= {name.replace("_", "-"): value.format(port=port) for name, value in changes.items()}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            answer.words = answer.read().decode()  # type: ignore[attr-defined]
            return answer
        finally:
            connection.close()

    return request


def test_the_page_itself_may_do_things(ask: Ask, slack: StandInSlack) -> None:
    assert ask("POST", "/api/say", SAY).status == 200
    assert [message.text for message in slack.workspace.messages("compliance")] == ["hello"]


@pytest.mark.parametrize(
    "changes",
    [
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"X_Sandbox": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_stranger_s_page_drives_nothing(ask: Ask, slack: StandInSlack, changes: Mapping[str, str]) -> None:
    assert ask("POST", "/api/say", SAY, **changes).status == 403
    assert slack.workspace.messages("compliance") == []


@pytest.mark.parametrize("changes", [{"Host": "evil.example:{port}"}, {"Sec_Fetch_Site": "cross-site"}])
@pytest.mark.parametrize("path", ["/api/hello", "/api/screen?user=ann&channel=C0COMPLY01", "/js/main.js"])
def test_a_stranger_s_page_reads_nothing(ask: Ask, changes: Mapping[str, str], path: str) -> None:
    assert ask("GET", path, **changes).status == 403


def test_a_link_from_elsewhere_may_lead_to_the_page(ask: Ask) -> None:
    assert ask("GET", "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200


def test_a_preflight_is_not_answered_with_a_permission(ask: Ask) -> None:
    answer = ask("OPTIONS", "/api/say", Origin="http://evil.example")
    assert answer.status == 501
    assert answer.getheader("Access-Control-Allow-Origin") is None


@pytest.mark.parametrize("path", ["/", "/js/main.js", "/api/hello", "/nothing"])
def test_every_answer_forbids_whatever_is_not_ours(ask: Ask, path: str) -> None:
    policy = ask("GET", path).getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path", ["/../page.py", "/js/../../page.py", "/%2e%2e/page.py", "/js/", "/page.py", "//etc/passwd", "/js/none.js"]
)
def test_only_the_page_s_own_files_are_served(ask: Ask, path: str) -> None:
    assert ask("GET", path).status == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"user": 1}', b'{"user": "nobody", "channel": "x"}'])
def test_a_question_that_makes_no_sense_is_refused_in_words(ask: Ask, body: bytes) -> None:
    assert json.loads(ask("POST", "/api/say", body).words)["refused"]  # type: ignore[attr-defined]


def test_a_file_is_only_for_people_of_its_channel(ask: Ask, slack: StandInSlack) -> None:
    assert ask("GET", "/files?user=ann&id=F0").status == 404


def test_no_script_makes_markup_of_text() -> None:
    forbidden = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\(|srcdoc")
    for script in (STATIC / "js").iterdir():
        assert not forbidden.search(script.read_text()), script.name


def test_nothing_is_fetched_from_outside() -> None:
    for file in (one for one in STATIC.rglob("*") if one.is_file() and one.suffix != ".woff"):
        named = re.findall(r"(?:src|href|import|from|url)\W{1,3}(?:https?:)?//[^\s\"']+", file.read_text())
        assert named == [], file.name


def test_the_end_of_the_page_ends_a_question_that_is_being_held(
    slack: StandInSlack, portal: StandInPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, ended, usual = threading.Event(), threading.Event(), slack.workspace.wait_for

    def wait_for(predicate: Callable[[Workspace], bool], timeout: float) -> bool:
        held.set()
        return usual(predicate, timeout)

    monkeypatch.setattr(slack.workspace, "wait_for", wait_for)
    with SandboxPage(slack, portal, APP) as page:
        address, mark = urlsplit(page.url), f"{slack.workspace.revision}.{portal.requests.total}"

        def hold() -> None:
            with closing(http.client.HTTPConnection("127.0.0.1", address.port, timeout=PATIENCE)) as connection:
                connection.request("GET", f"/api/changes?since={mark}")
                with suppress(OSError, http.client.HTTPException):  # answered or cut off, whichever is sooner
                    connection.getresponse().read()
                ended.set()

        holding = threading.Thread(target=hold)
        holding.start()
        assert held.wait(PATIENCE)
        began = time.monotonic()
    holding.join(PATIENCE)
    assert ended.is_set()
    assert time.monotonic() - began < 3

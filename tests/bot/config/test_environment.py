"""What the environment and the files around the bot can hold: each command says by name what cannot be used."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st

from bot.config.settings import PortalSettings, load
from bot.slack.clients import apply_proxy_settings, web_client
from reporting.docspace.api.client import connect
from reporting.docspace.api.network import proxy_for
from reporting.errors.base import WrongSettings
from sandbox.portal import StandInPortal
from sandbox.slack import StandInSlack
from tests.bot.typed import Type, typed

__all__ = ["typed"]


COMMANDS = {
    "report": ("report", "2025-01", "--no-upload"),
    "verify": ("verify", "2025-01"),
    "diff": ("diff", "2025-01"),
    "calendar": ("calendar", "2025"),
    "history": ("history",),
    "bundle": ("bundle", "2025-01", "--out", "b.zip"),
    "backup": ("backup", "--out", "copy.sqlite"),
    "submit": ("submit", "2025-01", "--channel", "C0COMPLY01"),
    "run": ("run",),
    "doctor": ("doctor",),
}
UNUSABLE = {
    "a SOCKS proxy": {"ALL_PROXY": "socks5://127.0.0.1:1080"},
    "an unknown scheme": {"HTTPS_PROXY": "gopher://proxy.example.com"},
    "a proxy's port that is none": {"https_proxy": "http://proxy.example.com:port"},
    "a proxy without a host": {"HTTPS_PROXY": "http://"},
    "a proxy with a label too long": {"HTTPS_PROXY": f"http://{'a' * 64}.example.com:3128"},
    "a network that is none": {"NO_PROXY": "10.0.0.0/99"},
    "a CA file that is not there": {"SSL_CERT_FILE": "nowhere.pem"},
    "a CA file without certificates": {"SSL_CERT_FILE": __file__},
    "a CA folder that is not there": {"SSL_CERT_DIR": "nowhere"},
    "a key log in no folder": {"SSLKEYLOGFILE": "nowhere/keys"},
    "a host with an empty label": {"DOCSPACE_API_HOST": "https://a..example.com"},
    "a host with a label too long": {"DOCSPACE_API_HOST": f"https://{'a' * 64}.example.com"},
    "a CR in the host": {"DOCSPACE_API_HOST": "https://docspace\r.example.com"},
    "a blank in the host": {"DOCSPACE_API_HOST": "https://docspace .example.com"},
    "a port that is none": {"DOCSPACE_API_HOST": "https://docspace.example.com:99999"},
    "an address in quotation marks": {"DOCSPACE_API_HOST": '"https://docspace.example.com"'},
    "a ? in DATA_DIR": {"DATA_DIR": "data?"},
    "a name in DATA_DIR that is too long": {"DATA_DIR": "x" * 300},
    "a line end in DATA_DIR": {"DATA_DIR": "da\nta"},
    "options of SQLite": {"DATABASE_URL": "sqlite:///bot.sqlite?timeout=abc"},
    "a number with a thousand digits": {"COMPLIANCE_ROOM_FOLDER_ID": "9" * 1000},
    "a key in quotation marks": {"DOCSPACE_API_KEY": '"sk-hushhush"'},
    "a key in curly ones": {"DOCSPACE_API_KEY": "\u201csk-hushhush\u201d"},
    "a key as a header has it": {"DOCSPACE_API_KEY": "Bearer sk-hushhush"},
    "a secret's file that is a folder": {"DOCSPACE_API_KEY": "", "DOCSPACE_API_KEY_FILE": "."},
}
LIBRARIES = ("Traceback", "Errno", "httpx", "sqlalche", "codec can't", "pydantic", "Input should", "Unexpected", "idna")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        for spelling in (name, name.lower()):
            monkeypatch.delenv(spelling, raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("wrong", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("command", ["report", "doctor"])
def test_what_cannot_be_used_is_refused_by_the_name_of_its_variable(
    command: str, wrong: dict[str, str], typed: Type
) -> None:
    code, out, err = typed(*COMMANDS[command], **wrong)
    said = out + err
    assert code == 1
    assert any(name in said for name in wrong)
    assert "Invalid settings" in said
    assert not [word for word in LIBRARIES if word in said]
    assert "hushhush" not in said


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_refuses_a_proxy_that_cannot_be_used(command: tuple[str, ...], typed: Type) -> None:
    code, out, err = typed(*command, ALL_PROXY="socks5://127.0.0.1:1080")
    assert code == 1
    assert "ALL_PROXY does not name an HTTP proxy" in out + err or "is missing" in out + err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("SETTLE_HOURS=48\n".encode("utf-16"), ".env is not a text in UTF-8"),
        ("SETTLE_HOURS=48\n".encode("utf-16-le"), ".env is not a text in UTF-8"),
        (b"SETTLE_HOURS=\xff\xfe\n", ".env is not a text in UTF-8"),
        (b"SETTLE_HOURS=48\nSETTLE HOURS: 48\n", ".env, line 2, is not NAME=value"),
    ],
)
def test_a_file_named_env_that_would_be_read_otherwise_is_refused(
    content: bytes, said: str, here: Path, typed: Type
) -> None:
    (here / ".env").write_bytes(content)
    code, out, err = typed(*COMMANDS["report"])
    assert (code, said in out + err) == (1, True)


def test_a_byte_order_mark_before_the_first_setting_is_no_part_of_it(here: Path, typed: Type) -> None:
    (here / ".env").write_bytes(b"\xef\xbb\xbfSETTLE_HOURS=wrong\n")
    _, out, err = typed(*COMMANDS["report"])
    assert "SETTLE_HOURS: must be a whole number" in out + err


@pytest.mark.usefixtures("here")
def test_a_setting_with_two_values_is_refused(typed: Type) -> None:
    _, out, err = typed(*COMMANDS["report"], SETTLE_HOURS="24", settle_hours="48")
    assert "SETTLE_HOURS and settle_hours have two values" in out + err


@pytest.mark.parametrize("name", ["a b%20#c", "%", "100%25", "\u00fc\u20ac", ":memory:"])
def test_any_other_folder_can_hold_the_data(name: str, here: Path, typed: Type) -> None:
    for command in (("report", "2025-01"), ("history",), ("backup", "--out", str(here / f"{name}.sqlite"))):
        code, _, err = typed(*command, DATA_DIR=str(here / name))
        assert code == 0, err
    assert (here / name / "bot.sqlite").exists()
    assert (here / f"{name}.sqlite").exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_folder_that_cannot_be_reached_is_told_in_words(
    command: tuple[str, ...], typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Path.stat

    def forbidden(self: Path, **more: bool) -> os.stat_result:
        if "closed" in self.parts:
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return usual(self, **more)

    monkeypatch.setattr(Path, "stat", forbidden)  # root may go everywhere
    code, out, err = typed(*command, DATA_DIR="closed/data")
    assert code in {0, 1}
    assert not [word for word in ("Traceback", "Errno", "Unexpected error") if word in out + err]
    if command[0] not in {"run", "submit"}:  # which have no Slack settings here
        assert "Permission denied" in out + err or code == 0


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"])
def test_the_key_never_goes_to_a_proxy_in_clear(name: str, portal: StandInPortal, typed: Type) -> None:
    with StandInPortal() as proxy:
        code, _, err = typed(*COMMANDS["report"], **{name: proxy.url})
        assert (code, proxy.requests.total) == (0, 0), err
    assert portal.requests.total > 0


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("exceptions", ["fe80::/10", "10.0.0.0/8, ::1", "*", "[::1]:80", "https://x.example", ".a.b"])
def test_what_stands_in_no_proxy_elsewhere_keeps_nothing_from_working(exceptions: str, typed: Type) -> None:
    code, _, err = typed(*COMMANDS["report"], NO_PROXY=exceptions, HTTPS_PROXY="http://user:pass@127.0.0.1:1")
    assert code == 0, err


@pytest.mark.parametrize(
    ("url", "environment", "proxy"),
    [
        ("https://a.example/", {"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ("https://a.example/", {"HTTPS_PROXY": "http://u:w@p:1", "ALL_PROXY": "socks5://s"}, "http://p:1"),
        ("https://a.example/", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https://a.example/", {"HTTP_PROXY": "http://p:1"}, None),
        ("https://a.example/", {"https_proxy": "", "HTTPS_PROXY": "http://p:1"}, None),
        ("http://127.0.0.1:1/", {"HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
        ("https://a.example/", {"HTTPS_PROXY": "p:1", "NO_PROXY": "example"}, None),
        ("https://a.example/", {"HTTPS_PROXY": "p:1", "NO_PROXY": ".example"}, None),
        ("https://a.example/", {"HTTPS_PROXY": "p:1", "NO_PROXY": "*.example, x"}, None),
        ("https://an.example/", {"HTTPS_PROXY": "p:1", "NO_PROXY": "n.example"}, "http://p:1"),
        ("https://a.example/", {"HTTPS_PROXY": "p:1", "NO_PROXY": "a.example:8443"}, "http://p:1"),
        ("https://a.example:8443/", {"HTTPS_PROXY": "p:1", "NO_PROXY": "a.example:8443"}, None),
        ("https://10.1.2.3/", {"HTTPS_PROXY": "p:1", "no_proxy": "10.0.0.0/8"}, None),
        ("https://[fe80::1]/", {"HTTPS_PROXY": "p:1", "no_proxy": "fe80::/10"}, None),
        ("https://[fe80::1]/", {"HTTPS_PROXY": "p:1", "no_proxy": "10.0.0.0/8"}, "http://p:1"),
    ],
)
def test_https_goes_through_the_proxy_that_is_meant_for_it(
    url: str, environment: dict[str, str], proxy: str | None
) -> None:
    found = proxy_for(url, environment)
    assert (found.address if found else None) == proxy
    assert "u:w" not in repr(found)


def test_the_portal_s_client_takes_the_proxy_of_https(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert here.is_dir()
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    with connect("https://docspace.example", "sk-x") as client:
        [transport] = client._mounts.values()
        assert "proxy.example" in repr(transport._pool._proxy_url)  # type: ignore[union-attr]
    monkeypatch.setenv("NO_PROXY", "docspace.example")
    with connect("https://docspace.example", "sk-x") as client:
        assert not client._mounts


@pytest.mark.usefixtures("here")
def test_no_token_goes_to_a_proxy_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://p:1", "ALL_PROXY": "http://q:1"}
    apply_proxy_settings(environment, "http://127.0.0.1:8000/api/")
    assert environment.get("HTTPS_PROXY") == "http://p:1"
    assert "HTTP_PROXY" not in environment
    assert "127.0.0.1" in environment["NO_PROXY"].split(",")
    with StandInSlack() as slack, StandInPortal() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        apply_proxy_settings(os.environ, slack.api_url)
        monkeypatch.setenv("NO_PROXY", os.environ["NO_PROXY"])
        assert web_client(slack.bot_token, slack.api_url).auth_test()["ok"]
        assert proxy.requests.total == 0


@pytest.mark.usefixtures("here")
def test_the_doctor_names_the_proxy_without_its_password(typed: Type) -> None:
    changes = {"HTTPS_PROXY": "http://user:hushhush@127.0.0.1:1", "DOCSPACE_API_HOST": "https://docspace.example"}
    _, out, _ = typed("doctor", "--json", **changes)
    [found] = [one["found"] for one in json.loads(out)["checks"] if one["name"] == "proxy"]
    assert found == "docspace.example through http://127.0.0.1:1 (HTTPS_PROXY)"
    assert "hushhush" not in out


@contextmanager
def environment_of(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


PROXY_NAMES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY", "NO_PROXY", "no_proxy")
TLS_NAMES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
NAMES = st.sampled_from([*PROXY_NAMES, *TLS_NAMES, *(name.upper() for name in PortalSettings.model_fields)])
SCHEMES = ("http://", "https://", "socks5://", "sqlite:///", "postgresql://", "xn--")
OTHERS = ("a", "proxy", "..", "[", "]", "::1", "\u00fc", "-1", "99999999999999999999", "/dev/null", *".:/@?#%\r\n *,")
VALUES = st.lists(st.sampled_from([*SCHEMES, *OTHERS]), max_size=6).map("".join) | st.text(
    st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=30
)


@tuned(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(NAMES, VALUES, min_size=1, max_size=3))
def test_no_value_ends_in_anything_but_settings_or_their_refusal(values: dict[str, str], here: Path) -> None:
    assert here.is_dir()
    needed = {"DOCSPACE_API_HOST": "https://d.example", "DOCSPACE_API_KEY": "k", "COMPLIANCE_ROOM_FOLDER_ID": "1"}
    with environment_of(needed | values):
        try:
            settings = load(PortalSettings)
            connect(settings.docspace_api_host, settings.docspace_api_key.get_secret_value()).close()
        except WrongSettings as error:
            assert not [word for word in LIBRARIES if word in str(error)]

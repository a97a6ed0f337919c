from pathlib import Path

import pytest

from bot.settings import PortalSettings, Settings, load
from reporting.errors import WrongSettings

NEEDED = {
    "DOCSPACE_API_HOST": "https://yourname.onlyoffice.com",
    "DOCSPACE_API_KEY": "sk-0123456789abcdef",
    "COMPLIANCE_ROOM_FOLDER_ID": "4711",
    "SLACK_BOT_TOKEN": "xoxb-1-hush",
    "SLACK_APP_TOKEN": "xapp-1-hush",
}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def problems(kind: type[PortalSettings] = Settings) -> str:
    with pytest.raises(WrongSettings) as refused:
        load(kind)
    return str(refused.value)


def test_everything_that_is_missing_is_named_at_once() -> None:
    said = problems()
    for name in ["DOCSPACE_API_HOST", "DOCSPACE_API_KEY", "COMPLIANCE_ROOM_FOLDER_ID", "SLACK_BOT_TOKEN"]:
        assert f"{name} is missing" in said
    assert "SLACK_SIGNING_SECRET: is missing, and SLACK_APP_TOKEN too" in said


def test_the_command_line_needs_no_slack() -> None:
    assert "SLACK" not in problems(PortalSettings)


def test_an_empty_value_is_a_missing_one(given: pytest.MonkeyPatch) -> None:
    given.setenv("DOCSPACE_API_KEY", "")
    assert "DOCSPACE_API_KEY is missing" in problems()


@pytest.mark.usefixtures("given")
def test_the_usual_settings_are_enough() -> None:
    settings = load(Settings)
    assert settings.database == "sqlite:///data/bot.sqlite"
    assert settings.settle.total_seconds() == 24 * 3600


def test_a_file_named_env_is_read_and_the_environment_goes_before_it(given: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("SETTLE_HOURS=48\nDOCSPACE_API_HOST=https://file.example.com\n")
    settings = load(Settings)
    assert settings.settle_hours == 48
    assert settings.docspace_api_host == NEEDED["DOCSPACE_API_HOST"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DOCSPACE_API_HOST", "http://docspace.example.com", "https://"),
        ("DOCSPACE_API_HOST", "yourname.onlyoffice.com", "whole address"),
        ("DOCSPACE_API_HOST", "https://ann:secret@example.com", "without a name"),
        ("DOCSPACE_API_HOST", "https://example.com/?a=b", "without a name"),
        ("DOCSPACE_API_HOST", "ftp://example.com", "whole address"),
        ("DOCSPACE_API_HOST", "https://[oops", "whole address"),
        ("SLACK_API_URL", "http://slack.example.com/api/", "https://"),
        ("COMPLIANCE_ROOM_FOLDER_ID", "Compliance", "integer"),
        ("COMPLIANCE_ROOM_FOLDER_ID", "0", "greater than 0"),
        ("REPORT_TIMEZONE", "Mars/Olympus", "not a time zone"),
        ("HTTP_PORT", "70000", "less than or equal to 65535"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(
    name: str, value: str, said: str, given: pytest.MonkeyPatch
) -> None:
    given.setenv(name, value)
    found = problems()
    assert found.startswith(f"The settings are not usable: {name}")
    assert said in found


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080/", "http://localhost", "http://[::1]:1", "https://d.example/"])
def test_plain_http_is_for_this_machine_alone(host: str, given: pytest.MonkeyPatch) -> None:
    given.setenv("DOCSPACE_API_HOST", host)
    assert load(Settings).docspace_api_host == host.rstrip("/")


def test_ids_are_a_list_with_commas_or_spaces(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLOWED_USERS", "U1, U2 U3,")
    assert load(Settings).allowed_users == {"U1", "U2", "U3"}


@pytest.mark.usefixtures("given")
def test_secrets_are_in_no_repr_and_in_no_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hush" not in repr(load(Settings))
    assert "0123456789abcdef" not in repr(load(Settings))
    monkeypatch.setenv("DOCSPACE_API_HOST", "https://ann:hunter2@example.com")
    assert "hunter2" not in problems()

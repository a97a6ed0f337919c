import errno
from pathlib import Path

import pytest

from bot.config.settings import PortalSettings, Settings, load
from handlers.exposure import Exposure
from reporting.errors.base import WrongSettings

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


@pytest.mark.parametrize("name", ["DOCSPACE_API_HOST", "DOCSPACE_API_KEY", "COMPLIANCE_ROOM_FOLDER_ID"])
def test_an_empty_value_is_a_missing_one(name: str, given: pytest.MonkeyPatch) -> None:
    given.setenv(name, "")
    assert f"{name} is missing" in problems()


def test_the_example_as_it_is_names_what_has_to_be_filled_in() -> None:
    Path(".env").write_text((Path(__file__).parents[3] / ".env.example").read_text(encoding="utf-8"))
    said = problems()
    for name in ["DOCSPACE_API_HOST", "DOCSPACE_API_KEY", "COMPLIANCE_ROOM_FOLDER_ID", "SLACK_BOT_TOKEN"]:
        assert f"{name} is missing" in said


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
        ("REPORT_TIMEZONE", "Mars/Olympus", "no such name"),
        ("REPORT_TIMEZONE", "localtime", "it means something else on each machine"),
        ("REPORT_TIMEZONE", "right/Europe/Riga", "it means something else on each machine"),
        ("REPORT_TIMEZONE", "CET", "such as Europe/Berlin"),
        ("HTTP_PORT", "70000", "less than or equal to 65535"),
        ("SETTLE_HOURS", "99999999999", "less than or equal to 8760"),
        ("PREVIEW", "some", "write counts, masked or full"),
        ("EXTERNAL_CHANNELS", "some", "write counts, masked, full or refuse"),
        ("VIEWERS", "everybody", "write requesters or members"),
        ("ALLOWED_USERS", "U0123ABCD,@ann", "“@ann” is no id of Slack's, such as U0123ABCD"),
        ("ALLOWED_USERGROUPS", "auditors", "“auditors” is no id of Slack's, such as S0123ABCD"),
        ("ALLOWED_CHANNELS", "#compliance", "“#compliance” is no id of Slack's, such as C0123ABCD"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(
    name: str, value: str, said: str, given: pytest.MonkeyPatch
) -> None:
    given.setenv(name, value)
    found = problems()
    assert found.startswith(f"Invalid settings: {name}")
    assert said in found


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("riga", "Europe/Riga"),
        ("EUROPE/RIGA", "Europe/Riga"),
        ("\u200bUTC\u00a0+2", "Etc/GMT-2"),
        ("\u201cNew York\u201d", "America/New_York"),
    ],
)
def test_a_zone_may_be_written_as_people_do(value: str, name: str, given: pytest.MonkeyPatch) -> None:
    given.setenv("REPORT_TIMEZONE", value)
    assert load(Settings).report_timezone == name


def test_ids_and_words_may_have_come_from_a_web_page(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLOWED_USERS", "\u200bU0123ABCD\uff0c\u00a0W0123ABCD\u200e")
    given.setenv("PREVIEW", "\u00a0Masked\u200b")
    settings = load(Settings)
    assert settings.allowed_users == {"U0123ABCD", "W0123ABCD"}
    assert settings.preview is Exposure.MASKED


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080/", "http://localhost", "http://[::1]:1", "https://d.example/"])
def test_plain_http_is_for_this_machine_alone(host: str, given: pytest.MonkeyPatch) -> None:
    given.setenv("DOCSPACE_API_HOST", host)
    assert load(Settings).docspace_api_host == host.rstrip("/")


def test_ids_are_a_list_with_commas_or_spaces(given: pytest.MonkeyPatch) -> None:
    given.setenv("ALLOWED_USERS", "U1, U2 U3,")
    assert load(Settings).allowed_users == {"U1", "U2", "U3"}


@pytest.mark.parametrize("word", ["refuse", "Refuse", "REFUSE"])
def test_other_companies_can_be_refused(word: str, given: pytest.MonkeyPatch) -> None:
    given.setenv("EXTERNAL_CHANNELS", word)
    assert load(Settings).external_channels is None


TOKENS = ["DOCSPACE_API_KEY", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {} ", "\ufeff{}", "\t{}"])
def test_what_slips_in_around_a_key_is_no_part_of_it(name: str, around: str, given: pytest.MonkeyPatch) -> None:
    given.setenv(name, around.format("sk-copied"))
    assert getattr(load(Settings), name.casefold()).get_secret_value() == "sk-copied"


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("key", ["sk-hush\nX-Other: 1", "sk-hush\x7f", "sk-hush-\u043a"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(
    name: str, key: str, given: pytest.MonkeyPatch
) -> None:
    given.setenv(name, key)
    said = problems()
    assert f"{name}: holds more than one line, or a character that no key has" in said
    assert "hush" not in said


def test_a_file_named_env_that_cannot_be_read_is_named(given: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **_more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", ".env")

    Path(".env").write_text("SETTLE_HOURS=48\n")
    given.setattr("dotenv.main.open", forbidden, raising=False)  # root may read everything
    assert ".env cannot be read (Permission denied); give it to the user that the bot runs as" in problems()


@pytest.mark.usefixtures("given")
def test_secrets_are_in_no_repr_and_in_no_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hush" not in repr(load(Settings))
    assert "0123456789abcdef" not in repr(load(Settings))
    monkeypatch.setenv("DOCSPACE_API_HOST", "https://ann:hunter2@example.com")
    assert "hunter2" not in problems()


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_may_lie_in_a_file_of_its_own(end: str, given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(f"sk-from-a-file{end}".encode())
    given.delenv("DOCSPACE_API_KEY")
    given.setenv("DOCSPACE_API_KEY_FILE", str(file))
    assert load(Settings).docspace_api_key.get_secret_value() == "sk-from-a-file"


def test_the_file_of_a_secret_may_be_named_in_the_file_named_env(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-from-a-file\n")
    given.delenv("DOCSPACE_API_KEY")
    Path(".env").write_text(f"DOCSPACE_API_KEY_FILE={tmp_path / 'key'}\n")
    assert load(Settings).docspace_api_key.get_secret_value() == "sk-from-a-file"


@pytest.mark.parametrize(
    "name",
    ["DOCSPACE_API_KEY", "DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"],
)
def test_a_secret_that_is_said_twice_is_refused(name: str, given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given.setenv(name, "hush")
    given.setenv(f"{name}_FILE", str(tmp_path / "key"))
    assert f"{name}: is said, and {name}_FILE too" in problems()


def test_a_secret_s_file_that_cannot_be_read_is_refused_in_words(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given.delenv("DOCSPACE_API_KEY")
    given.setenv("DOCSPACE_API_KEY_FILE", str(tmp_path / "nowhere"))
    assert "DOCSPACE_API_KEY: DOCSPACE_API_KEY_FILE names a file that cannot be read (No such file" in problems()
    (tmp_path / "nowhere").write_bytes(b"\xff\xfe\xff")
    assert "holds no text" in problems()


def test_an_empty_file_is_a_missing_secret(given: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n")
    given.delenv("DOCSPACE_API_KEY")
    given.setenv("DOCSPACE_API_KEY_FILE", str(tmp_path / "key"))
    assert "DOCSPACE_API_KEY is missing" in problems()


@pytest.mark.usefixtures("given")
def test_the_secrets_of_the_settings_are_known_as_such() -> None:
    assert set(load(Settings).secrets) == {"sk-0123456789abcdef", "xoxb-1-hush", "xapp-1-hush"}

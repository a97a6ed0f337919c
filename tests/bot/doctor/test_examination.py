"""What the doctor finds, for everything that can be wrong with it between the stand-ins."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import yaml

from bot import cli
from bot.config.settings import Settings, load
from bot.doctor import examination, machine
from bot.doctor import slack as slack_side
from bot.doctor.clock_skew import check_clock
from bot.doctor.examination import as_text, examine, findings_json, is_sound
from bot.doctor.finding import CheckResult, Finding, Grade, check, fine, run_checks, skip_dependents
from bot.doctor.machine import filters, packages
from bot.errors import DatabaseTrouble
from bot.store.database import connect, single_instance
from bot.store.migration import migrate
from reporting.docspace.directory.account import Key
from reporting.evidence import ledger
from reporting.run import State
from sandbox.portal import FolderSetup, Generation, Hang, Html, PortalSetup, StandInPortal, Status
from sandbox.slack import StandInSlack, WorkspaceSetup, delay, refuse
from tests.bot.conftest import KNOWN
from tests.entries import NOON, entry
from tests.until import PATIENCE

Environment = Callable[..., dict[str, str]]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def here(environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the settings that lead to the stand-ins; any can be said otherwise."""

    def settle(**changes: str) -> None:
        monkeypatch.chdir(tmp_path)
        for name, value in environment(**changes).items():
            monkeypatch.setenv(name, value)

    return settle


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    """What a check left to itself ends soon, since each of its questions has a limit of its own."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)


def found(name: str) -> Finding:
    [one] = [one.finding for one in examine() if one.name == name]
    return one


def grades() -> dict[str, Grade]:
    """What is not in order."""
    return {one.name: one.finding.grade for one in examine() if one.finding.grade is not Grade.OK}


@pytest.fixture
def slack() -> Iterator[StandInSlack]:
    """A workspace with the app as its manifest has it."""
    scopes = frozenset(slack_side.SCOPES | slack_side.OPTIONAL)
    with StandInSlack(WorkspaceSetup(scopes=scopes)) as there:
        yield there


def test_where_everything_is_in_order_nothing_else_is_said(here: Callable[..., None]) -> None:
    here()
    assert grades() == {}
    assert len(examine()) == 22


def test_without_settings_there_is_one_trouble_with_all_that_is_missing_and_the_rest_is_looked_at() -> None:
    [one] = [one for one in examine() if one.finding.grade is Grade.BROKEN]
    assert "DOCSPACE_API_HOST is missing; DOCSPACE_API_KEY is missing" in one.finding.words
    assert {one.name for one in examine() if one.cause == "settings"} >= {"proxy", "portal", "key", "folder"}
    assert found("disk").grade is Grade.OK


def test_everything_that_stops_the_bot_is_found_at_once(
    here: Callable[..., None], slack: StandInSlack, portal: StandInPortal, tmp_path: Path
) -> None:
    (tmp_path / "filters.toml").write_text("a: [1")
    (tmp_path / ".env").write_text("ALOWED_USERS=U0ANN00001\nEXTERNAL_CHANELS=refuse\nCOMPOSE_PROJECT_NAME=audit\n")
    here(
        MAX_RUNS="zero",
        SETTLE_HOURS="-3",
        SLACK_APP_TOKEN="",
        PROFILES_FILE=str(tmp_path / "filters.toml"),
        DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/bot.sqlite",
    )
    slack.faults.plan("auth.test", refuse("invalid_auth"), times=9)
    portal.change(plan_has_audit=False)
    words = {one.name: one.finding.words for one in examine() if one.finding.grade is Grade.BROKEN}
    assert set(words) == {"settings", "names", "profiles", "database", "audit trail", "bot token"}
    assert all(name in words["settings"] for name in ("MAX_RUNS", "SETTLE_HOURS", "SLACK_APP_TOKEN"))
    assert (
        "ALOWED_USERS (did you mean ALLOWED_USERS?), EXTERNAL_CHANELS (did you mean EXTERNAL_CHANNELS?)"
        in words["names"]
    )
    assert "COMPOSE" not in words["names"]


def test_an_env_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ALLOWED_USERS=U1", encoding="utf-16")
    [one] = examine()
    assert "save it as UTF-8" in one.finding.words


def test_what_is_wrong_is_escaped_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_USERS", "a\\b")
    assert "“a\\\\b”" in found("settings").words
    assert "a\\\\\\\\b" not in found("settings").words


def test_a_misspelled_variable_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALOWED_USERS", "U1")
    assert "ALOWED_USERS (did you mean ALLOWED_USERS?)" in found("names").words


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_setting_misspelled_by_one_letter_is_named(name: str, tmp_path: Path) -> None:
    for place in range(1, len(name)):
        wrong = name[:place] + name[place + 1 :]
        (tmp_path / ".env").write_text(f"{wrong}=1\n")
        assert examination.names().words.endswith(f"{wrong} (did you mean {name}?)"), wrong


@pytest.mark.parametrize(
    "name", ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "XDG_DATA_DIRS", "SSL_CERT_FILE", "DATABASE", "PATH"]
)
def test_what_other_programs_have_in_the_environment_is_no_misspelled_setting(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "")
    assert examination.names().grade is Grade.OK


@pytest.mark.parametrize("name", ["PREVIEW", "MAX_RUNS", "ALLOWED_USERS", "SLACK_SIGNING_SECRET_FILE"])
def test_settings_of_slack_s_without_its_token_are_broken(name: str, here: Callable[..., None], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("0" * 32)
    values = {
        "MAX_RUNS": "2",
        "PREVIEW": "counts",
        "ALLOWED_USERS": "U1",
        "SLACK_SIGNING_SECRET_FILE": str(tmp_path / "file"),
    }
    here(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="", **{name: values[name]})
    assert "SLACK_BOT_TOKEN is missing" in found("settings").words


def test_without_anything_of_slack_s_only_the_rest_is_looked_at(here: Callable[..., None]) -> None:
    here(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")
    assert grades() == {"Slack": Grade.UNKNOWN}
    assert is_sound(examine())


def test_slack_set_up_by_half_is_broken(here: Callable[..., None]) -> None:
    here(SLACK_APP_TOKEN="")
    assert "SLACK_APP_TOKEN too" in found("settings").words


WRONG = [
    (PortalSetup(key_valid=False), "key", "broken", "key"),
    (PortalSetup(scopes=("files:write",)), "key's scopes", "broken", "lacks *:read"),
    (PortalSetup(scopes=("*:read",)), "key's scopes", "broken", "lacks files:write"),
    (PortalSetup(is_admin=False), "key's owner", "broken", "neither an administrator"),
    (PortalSetup(plan_has_audit=False), "audit trail", "broken", "audit"),
    (PortalSetup(section_hidden=True), "audit trail", "broken", "audit"),
    (PortalSetup(audit_lifetime_days=20), "retention", "warning", "20 days"),
    (PortalSetup(folder=FolderSetup(may_create=False)), "folder", "broken", "may not add files"),
    (PortalSetup(folder=FolderSetup(archived=True)), "folder", "broken", "archive"),
    (PortalSetup(generation=Generation.V26), "portal", "broken", "2.6"),
    (PortalSetup(tenant="unpaid"), "key", "broken", "paid"),
]


@pytest.mark.parametrize(("setup", "name", "grade", "said"), WRONG)
def test_what_is_wrong_at_the_portal_is_found_where_it_is(
    setup: PortalSetup, name: str, grade: str, said: str, here: Callable[..., None], portal: StandInPortal
) -> None:
    here()
    one = found(name)
    assert (one.grade, said in one.words, bool(one.hint)) == (grade, True, True)


def test_a_folder_that_is_not_there_is_broken(here: Callable[..., None]) -> None:
    here(COMPLIANCE_ROOM_FOLDER_ID="999999")
    assert "no folder 999999" in found("folder").words


@pytest.mark.parametrize("fault", [Status(502), Html(), Hang("first byte"), Hang("accept"), Hang("body")])
def test_a_portal_that_does_not_answer_is_one_trouble_and_within_five_seconds(
    fault: object, here: Callable[..., None], portal: StandInPortal
) -> None:
    here()
    portal.faults.next("/", fault, times=None)  # type: ignore[arg-type]
    began = time.monotonic()
    seen = examine()
    assert time.monotonic() - began < 5
    assert [one.name for one in seen if one.finding.grade is Grade.BROKEN] in (["portal"], [])
    assert any(one.name == "folder" and one.finding.grade is not Grade.OK for one in seen)


def test_a_slack_that_hangs_costs_a_few_seconds(here: Callable[..., None], slack: StandInSlack) -> None:
    here()
    slack.faults.always = delay(30)
    began = time.monotonic()
    assert found("bot token").grade in {Grade.BROKEN, Grade.UNKNOWN}
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(("setting", "name"), [("SLACK_BOT_TOKEN", "bot token"), ("SLACK_APP_TOKEN", "Socket Mode")])
def test_a_token_that_slack_does_not_take_is_broken_and_not_shown(
    setting: str, name: str, here: Callable[..., None]
) -> None:
    here(**{setting: "xoxb-1-planted"})
    one = found(name)
    assert (one.grade, "invalid_auth" in one.words or "not_allowed" in one.words) == (Grade.BROKEN, True)
    assert setting in one.hint
    assert "planted" not in json.dumps(findings_json(examine()))


def test_an_app_without_its_scopes_is_broken_and_without_the_optional_ones_less_able(
    here: Callable[..., None], slack: StandInSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    here()
    monkeypatch.setattr(slack_side, "SCOPES", slack_side.SCOPES | {"admin"})
    assert found("app's scopes").words == "the app lacks admin"
    monkeypatch.setattr(slack_side, "SCOPES", frozenset())
    monkeypatch.setattr(slack_side, "OPTIONAL", {"pins:read"})
    one = found("app's scopes")
    assert (one.grade, "pins:read" in one.words) == (Grade.WARNING, True)


def test_the_scopes_that_are_looked_for_are_those_of_the_manifest() -> None:
    said = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))["oauth_config"]["scopes"]
    assert (set(said["bot"]), set(said["bot_optional"])) == (slack_side.SCOPES, slack_side.OPTIONAL)


@pytest.mark.parametrize(
    ("secret", "grade"), [("a1" * 16, Grade.OK), ("a1" * 15, Grade.WARNING), ("x" * 32, Grade.WARNING)]
)
def test_over_http_the_signing_secret_is_looked_at(secret: str, grade: Grade, here: Callable[..., None]) -> None:
    here(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET=secret)
    assert found("signing secret").grade is grade


@pytest.mark.parametrize(
    ("behind", "grade"), [(0, "ok"), (29, "ok"), (60, "warning"), (-60, "warning"), (300, "broken"), (-4_000, "broken")]
)
def test_a_clock_that_differs_is_told_the_more_urgently_the_more_it_does(behind: int, grade: str) -> None:
    theirs = (NOON + timedelta(seconds=behind)).replace(microsecond=0)
    one = check_clock("Slack", lambda: theirs, lambda: NOON)
    assert one.grade == grade
    assert ("behind Slack" in one.words) == (grade != "ok" and behind > 0)


def test_a_key_that_ends_soon_is_a_warning_and_one_that_has_ended_is_broken() -> None:
    assert Key(expires_at="2025-02-03T12:00:00.0000000Z").end == NOON
    assert Key(expires_at="tomorrow").end is None
    assert Key(permissions=["*:read"]).may("files:read")
    assert not Key(permissions=["*:read"]).may("files:write")


def test_a_database_that_was_there_before_is_broken(here: Callable[..., None], tmp_path: Path) -> None:
    here()
    (tmp_path / "data").mkdir()
    with single_instance(connect(load(Settings).database)) as store:
        migrate(store, now=lambda: NOON)
        store.remember()
        store.close()
    (tmp_path / "data" / "bot.sqlite").unlink()
    assert (found("database").grade, found("ledger").grade) == (Grade.BROKEN, Grade.UNKNOWN)
    assert "database is gone" in found("database").words
    assert not (tmp_path / "data" / "bot.sqlite").exists()


def test_a_database_of_a_newer_release_is_broken(here: Callable[..., None], tmp_path: Path) -> None:
    here()
    assert found("database").words == "created at the first start"
    (tmp_path / "data").mkdir()
    store = connect(load(Settings).database)
    migrate(store, now=lambda: NOON)
    assert found("database").grade is Grade.OK
    store.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    assert "newer release" in found("database").words
    store.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '0001'")))
    assert found("database").grade is Grade.WARNING
    store.close()


def test_a_database_that_cannot_be_written_to_is_broken(
    here: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here()
    (tmp_path / "data").mkdir()
    store = connect(load(Settings).database)
    migrate(store, now=lambda: NOON)
    store.write(
        lambda c: c.execute(
            sa.text("CREATE TRIGGER no BEFORE DELETE ON replicas BEGIN SELECT RAISE(ABORT, 'read only'); END")
        )
    )
    store.write(lambda c: c.execute(sa.text("INSERT INTO replicas VALUES ('x', '2025', 0)")))
    assert (found("database").grade, "read only" in found("database").words) == (Grade.BROKEN, True)
    store.close()


def test_a_postgresql_that_is_not_there_is_broken_without_its_password(here: Callable[..., None]) -> None:
    here(DATABASE_URL="postgresql://bot:hunter2@127.0.0.1:1/bot")
    one = found("database")
    assert (one.grade, "hunter2" in json.dumps(findings_json(examine()))) == (Grade.BROKEN, False)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_entry_that_was_changed_is_found_in_the_ledger(
    kind: str, here: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(kind)
    here(DATABASE_URL=url)
    store = connect(url)
    migrate(store, now=lambda: NOON)
    store.write(ledger.record, entry(state=State.FAILED), now=NOON)
    assert found("ledger").grade is Grade.OK
    with store.engine.begin() as c:
        if store.file is None:
            c.execute(sa.text("ALTER TABLE ledger DISABLE TRIGGER ALL"))
        for (name,) in (
            c.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all() if store.file else []
        ):
            c.execute(sa.text(f"DROP TRIGGER {name}"))
        c.execute(sa.text("UPDATE ledger SET body = replace(body, '2025-01', '2025-02')"))
    assert found("ledger").grade is Grade.BROKEN
    store.close()


def test_a_disk_without_space_is_broken(here: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    here()
    monkeypatch.setattr(machine, "SMALL", 1 << 60)
    assert found("disk").grade is Grade.BROKEN
    monkeypatch.setattr(machine, "SMALL", 0)
    monkeypatch.setattr(machine, "LARGE", 1 << 60)
    assert found("disk").grade is Grade.WARNING


def test_code_from_a_stranger_s_folder_is_found(tmp_path: Path) -> None:
    ours = {name: f"/app/{name}/__init__.py" for name in machine.PACKAGES}
    assert packages(ours, tmp_path).grade is Grade.OK
    assert packages(ours | {"handlers": "/home/x/handlers/__init__.py"}, tmp_path).grade is Grade.BROKEN
    (tmp_path / "bot").mkdir()
    assert packages(ours, tmp_path).grade is Grade.WARNING


def test_what_takes_too_long_is_left_to_itself_and_said_to_be_unknown() -> None:
    held = threading.Event()

    def hangs() -> Finding:
        """It ends."""
        held.wait(PATIENCE)
        return fine("at last")

    [one, other] = run_checks([check("slow", hangs), check("quick", lambda: fine("there"))], seconds=0.1)
    held.set()
    assert (one.finding.grade, one.proves, other.finding.words) == (Grade.UNKNOWN, "It ends.", "there")


def test_a_check_that_is_too_late_leaves_no_traceback_when_its_client_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over, raised = threading.Event(), list[object]()
    monkeypatch.setattr(threading, "excepthook", raised.append)

    def closed() -> Finding:
        """Whether it answers."""
        over.wait(PATIENCE)
        client.get("http://127.0.0.1:9")
        return fine("there")

    with httpx.Client() as client:
        [late] = run_checks([check("late", closed)], seconds=0.05)
    [thread] = [one for one in threading.enumerate() if one.name == "late"]
    over.set()
    thread.join(PATIENCE)
    assert (late.finding.grade, raised) == (Grade.UNKNOWN, [])


def test_a_trouble_is_told_where_it_was_met_first() -> None:
    def away() -> Finding:
        raise DatabaseTrouble(reason="away")

    seen = run_checks([check("one", away), check("two", away)], seconds=5)
    assert [one.finding.grade for one in seen] == [Grade.BROKEN, Grade.UNKNOWN]
    assert as_text(seen).splitlines()[3:] == [
        "              1 check needs that first: two.",
        "",
        "1 of 2 checks found something broken.",
    ]
    assert seen[1].finding.words == "skipped: fix “one” first"


def test_one_root_cause_is_one_line_however_long_the_chain() -> None:
    root = CheckResult("address", "x", Finding(Grade.BROKEN, "it is away", "Look."))
    chain = [root, *(CheckResult(name, "x", fine(""), cause=cause) for name, cause in ABC)]
    assert skip_dependents(chain) == {"address": ["key", "folder", "upload"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[profiles\n", "PROFILES_FILE"),
        ('[profiles]\nlegal = "tpye:delete"\n', "tpye"),
        ("profiles = 7\n", "PROFILES_FILE"),
    ],
)
def test_profiles_that_cannot_be_read_are_found(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text(text)
    [found] = run_checks([check("profiles", filters, file)], seconds=5)
    assert (found.finding.grade, said in found.finding.words) == (Grade.BROKEN, True), found.finding.words


def test_a_database_in_a_folder_that_is_not_there_is_found_and_one_that_the_bot_makes_is_not(tmp_path: Path) -> None:
    there = f"sqlite:///{tmp_path / 'gone' / 'bot.sqlite'}"
    assert machine.database(there, tmp_path / "data").grade is Grade.BROKEN
    assert machine.database(there, tmp_path / "gone").grade is Grade.OK


def test_a_damaged_database_says_to_restore_a_backup_and_how(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite"
    file.write_bytes(b"not a database at all" * 1_000)
    [found] = run_checks([check("database", machine.database, f"sqlite:///{file}", tmp_path)], seconds=5)
    assert "is damaged" in found.finding.words
    assert "backup" in found.finding.hint
    assert "docs/operations.md" in found.finding.hint


ABC = [("key", "address"), ("folder", "key"), ("upload", "folder")]


def test_every_check_says_what_it_proves(here: Callable[..., None]) -> None:
    here()
    assert all(one.proves.endswith(".") and len(one.proves) > 20 for one in examine())


@pytest.mark.parametrize(("key_valid", "code"), [(True, 0), (False, 1)])
def test_the_command_ends_with_one_if_something_is_broken(
    key_valid: bool,
    code: int,
    here: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here(**({} if key_valid else {"DOCSPACE_API_KEY": "sk-" + "f" * 64}))
    monkeypatch.setattr(sys, "argv", ["bot", "doctor", "--json"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = json.loads(capsys.readouterr().out)
    assert (left.value.code, said["sound"]) == (code, key_valid)
    assert {"name", "proves", "result", "found", "hint"} == set(said["checks"][0])


def test_what_people_read_has_a_line_for_each_check_and_the_next_step() -> None:
    bad = CheckResult("key", "It works.", Finding(Grade.BROKEN, "it is off", "Switch it on."))
    text = as_text([CheckResult("disk", "Space.", fine("much")), bad])
    assert text.splitlines() == [
        "ok        disk much",
        "BROKEN    key  it is off",
        "               checks: It works.",
        "               fix: Switch it on.",
        "",
        "1 of 2 checks found something broken.",
    ]


def test_an_admin_in_slack_reads_only_what_is_not_in_order(here: Callable[..., None]) -> None:
    here()
    assert examination.quick(load(Settings)) == ["All 22 checks are in order."]
    here(COMPLIANCE_ROOM_FOLDER_ID="999999")
    [said] = examination.quick(load(Settings))
    assert said.startswith("BROKEN: folder: The portal 127.0.0.1 has no folder 999999")

"""``python -m bot report``: what it prints, and how it ends."""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import httpx
import pytest

import bot.terminal.report
from bot import cli
from bot.config.settings import Settings
from bot.docspace import clients
from sandbox.portal import ErrorBody, FolderSetup, Generation, Html, PortalSetup, Redirect, StandInPortal, Status
from tests.moments import MOMENTS

Report = Callable[..., tuple[int, str, str]]


@pytest.fixture
def report(
    portal: StandInPortal,
    environment: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Report:
    """Runs the command line without any Slack setting; gives exit code, standard output and standard error."""

    def run(*words: str, **changes: str) -> tuple[int, str, str]:
        for name, value in environment(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="", SLACK_API_URL="", **changes).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["bot", "report", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_settled_month_is_made_filed_and_told_as_json(report: Report, portal: StandInPortal) -> None:
    code, out, _ = report("2025-01", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["month"], told["verdict"], told["reasons"], told["read"], told["kept"]) == (
        "2025-01",
        "COMPLETE",
        [],
        333,
        333,
    )
    assert told["requests"] > 4
    assert told["month_before"] == 20
    assert (told["signins_verdict"], told["signins"]) == ("GAPS", 44)
    assert told["file"]["version"] == 1
    text = Path(told["path"]).read_bytes()
    assert portal.files.content(told["file"]["id"]) == text
    assert text.startswith(b"Compliance report\nPeriod: 2025-01-01 - 2025-01-31\nTotal events: 333\n")


def test_people_are_told_in_words(report: Report) -> None:
    code, out, _ = report("2025-01")
    assert code == 0
    assert out.startswith("January 2025 in Europe/Riga: COMPLETE\n  events   333 read")


def test_without_upload_nothing_reaches_the_folder(report: Report, portal: StandInPortal, tmp_path: Path) -> None:
    code, out, _ = report("2025-01", "--no-upload", "--out", str(tmp_path / "here"), "--json")
    assert code == 0
    assert json.loads(out)["file"] is None
    made = sorted(path.name for path in (tmp_path / "here").iterdir())
    assert made == ["compliance-report-2025-01.manifest.json", "compliance-report-2025-01.txt"]
    assert portal.files.files_in(portal.folder_id) == []


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_month_that_is_not_over_ends_with_3(
    moment: datetime, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (clients, bot.terminal.report):
        monkeypatch.setattr(module, "now", lambda: moment)
    code, out, _ = report(f"{moment:%Y-%m}", "--json", REPORT_TIMEZONE="UTC")
    told = json.loads(out)
    assert (code, told["verdict"]) == (3, "PROVISIONAL")
    assert told["reasons"]


@pytest.mark.parametrize("words", [["2025-13"], ["soon"], [], ["2025-01", "typ:delete"], ["2025-01", "--frobnicate"]])
def test_wrong_usage_ends_with_2(words: list[str], report: Report) -> None:
    code, out, err = report(*words)
    assert code == 2
    assert out == ""
    assert err


def test_a_filter_keeps_what_it_says_and_says_what_it_kept(report: Report, portal: StandInPortal) -> None:
    code, out, _ = report(
        "2025-01", "type:delete,share", "-room:Human Resources", "--csv", "--jsonl", "--ocsf", "--json"
    )
    told = json.loads(out)
    assert code == 0
    assert told["read"] == 333
    assert 0 < told["kept"] < 333
    assert set(told["categories"]) <= {"delete", "share"}
    assert told["filter"] == '-room:"Human Resources" type:delete,share'
    titles = [file.title for file in portal.files.files_in(portal.folder_id)]
    assert sorted(title.partition(".")[2] for title in titles) == ["csv", "jsonl", "manifest.json", "ocsf", "txt"]
    assert "compliance-report-2025-01.txt" not in titles


def test_a_profile_stands_for_its_filter(report: Report, tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text('[profiles]\nlosses = "type:delete"\n')
    code, out, _ = report("2025-01", "profile:losses", "--json", PROFILES_FILE=str(tmp_path / "profiles.toml"))
    assert (code, json.loads(out)["filter"]) == (0, "type:delete")


@pytest.mark.parametrize("text", ["[profiles", 'profiles = "x"', '[profiles]\nx = "typ:delete"\n'])
def test_profiles_that_cannot_be_read_are_a_wrong_setting(text: str, report: Report, tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(text)
    code, out, _ = report("2025-01", "--json", PROFILES_FILE=str(tmp_path / "profiles.toml"))
    assert (code, json.loads(out)["kind"]) == (1, "WrongSettings")


def refused(report: Report, **changes: str) -> dict[str, str]:
    code, out, err = report("2025-01", "--json", **changes)
    told: dict[str, str] = json.loads(out)
    assert code == 1
    assert told["error"] in err
    assert told["hint"]
    assert "Traceback" not in out + err
    return told


def test_missing_settings_are_all_named(report: Report) -> None:
    told = refused(report, DOCSPACE_API_HOST="", DOCSPACE_API_KEY="")
    assert "DOCSPACE_API_HOST is missing" in told["error"]
    assert "DOCSPACE_API_KEY is missing" in told["error"]


def test_a_future_month_is_refused(report: Report) -> None:
    code, out, _ = report("2099-01", "--json")
    assert code == 1
    assert json.loads(out)["kind"] == "MonthAhead"


CASES = [
    (PortalSetup(key_valid=False), "KeyRejected"),
    (PortalSetup(is_admin=False), "KeyTooWeak"),
    (PortalSetup(scopes=("files:write",)), "KeyTooWeak"),
    (PortalSetup(folder=FolderSetup(may_create=False)), "FolderForbidden"),
    (PortalSetup(plan_has_audit=False), "AuditNotInPlan"),
    (PortalSetup(tenant="unpaid"), "PlanUnpaid"),
    (PortalSetup(tenant="suspended"), "PortalMissing"),
    (PortalSetup(generation=Generation.V26), "PortalTooOld"),
    (PortalSetup(max_file_size=1000), "TooLargeForParts"),
]


@pytest.mark.parametrize(("setup", "kind"), CASES, ids=[kind for _, kind in CASES])
def test_a_portal_that_does_not_give_a_true_report_gives_none(
    setup: PortalSetup, kind: str, report: Report, portal: StandInPortal
) -> None:
    assert refused(report)["kind"] == kind
    assert portal.files.files_in(portal.folder_id) == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Html(), "NotAnAnswer"),
        (ErrorBody(), "Declined"),
        (Redirect("https://elsewhere.example/"), "PortalRedirects"),
        (Status(503), "PortalFailing"),
    ],
)
def test_an_answer_that_is_none_is_not_a_report_of_nothing(
    fault: object, kind: str, report: Report, portal: StandInPortal
) -> None:
    portal.faults.next("/events/filter", fault, times=9)  # type: ignore[arg-type]
    assert refused(report)["kind"] == kind


def test_a_folder_that_is_not_there_is_named(report: Report) -> None:
    told = refused(report, COMPLIANCE_ROOM_FOLDER_ID="999")
    assert told["kind"] == "FolderMissing"
    assert "999" in told["error"]


def test_a_portal_that_is_down_is_said_to_be(report: Report) -> None:
    assert refused(report, DOCSPACE_API_HOST="http://127.0.0.1:9")["kind"] == "PortalUnreachable"


def test_tls_against_a_plain_port_is_said_to_be(report: Report, portal: StandInPortal) -> None:
    told = refused(report, DOCSPACE_API_HOST=portal.url.replace("http:", "https:"))
    assert told["kind"] == "TlsFailed"


def test_the_key_is_in_no_output_whatever_happens(report: Report, portal: StandInPortal) -> None:
    portal.faults.next("/settings", Status(500), times=9)
    _, out, err = report("2025-01", "--json")
    assert portal.key not in out + err


def test_a_disk_that_cannot_be_written_is_named(report: Report, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, out, _ = report("2025-01", "--json", "--out", str(tmp_path / "file"))
    assert code == 1
    assert json.loads(out)["kind"] == "DiskTrouble"


def test_no_slack_setting_is_needed() -> None:
    assert {name for name in Settings.model_fields if name.startswith("slack")}
    assert httpx.__version__

"""``python -m bot bundle``: an auditor checks all of it with what every machine has, and sees what was done to it."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.store.database import connect
from reporting.docspace.files import filing
from reporting.evidence import reviews
from reporting.report import FiledFile
from reporting.verification import Result
from sandbox.portal import StandInPortal
from sandbox.portal.files import StoredFile, Upload
from tests.bot.typed import Type, typed
from tests.until import PATIENCE

__all__ = ["typed"]
NAME = "compliance-report-2025-01"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
Bundle = Callable[..., Path]


@pytest.fixture
def bundled(typed: Type, tmp_path: Path) -> Bundle:
    """The report of January with its CSV, bundled and unpacked; the folder that it is in."""

    def make(name: str = "one") -> Path:
        code, _, err = typed("bundle", "2025-01", "--out", str(tmp_path / f"{name}.zip"))
        assert code == 0, err
        with ZipFile(tmp_path / f"{name}.zip") as archive:
            archive.extractall(tmp_path / name)
        return tmp_path / name

    return make


@pytest.fixture
def filed(typed: Type, portal: StandInPortal) -> StandInPortal:
    assert typed("report", "2025-01", "--csv")[0] == 0
    return portal


def reviewed(folder: Path, run: str, result: Result = Result.ACCEPTED, by: str = "U1") -> None:
    with closing(connect(f"sqlite:///{folder / 'data' / 'bot.sqlite'}")) as store:
        store.write(reviews.review, run, reviewer=by, result=result, reason="säg\n", askers=(), now=NOW)


def run_of(typed: Type) -> str:
    return str(json.loads(typed("history", "--json")[1])[0]["entry"]["run"])


def text(portal: StandInPortal) -> StoredFile:
    return next(one for one in portal.files.files_in(portal.folder_id) if one.title == f"{NAME}.txt")


def sums_hold(folder: Path) -> bool:
    """What ``sha256sum -c SHA256SUMS`` says."""
    lines = [line.split("  ", 1) for line in (folder / "SHA256SUMS").read_text().splitlines()]
    return all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256 for sha256, name in lines)


def chain_checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the script says, run by itself as the README tells."""
    command = [sys.executable, "-I", "check_chain.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_it_holds_what_was_filed_byte_for_byte_and_how_to_check_it(filed: StandInPortal, bundled: Bundle) -> None:
    folder = bundled()
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "README.txt",
        "SHA256SUMS",
        "check_chain.py",
        f"{NAME}.csv",
        f"{NAME}.manifest.json",
        f"{NAME}.txt",
        "ledger.jsonl",
        "reviews.json",
    ]
    for file in filed.files.files_in(filed.folder_id):
        assert (folder / file.title).read_bytes() == filed.files.content(file.id)
    assert sorted(line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()) == [
        name for name in names if name != "SHA256SUMS"
    ]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_the_commands_of_the_readme_find_nothing_wrong(filed: StandInPortal, bundled: Bundle) -> None:
    folder = bundled()
    command = ["sha256sum", "-c", "SHA256SUMS"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert said.returncode == 0, said
    checked = chain_checked(folder)
    assert checked.returncode == 0, checked
    readme = (folder / "README.txt").read_text()
    ending = next(line.strip() for line in readme.splitlines() if "It must end with" in line)
    assert ending.removeprefix("It must end with: ") in checked.stdout


def test_the_entry_in_the_ledger_has_the_hashes_of_the_files(
    filed: StandInPortal, bundled: Bundle, typed: Type
) -> None:
    folder, run = bundled(), run_of(typed)
    lines = [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]
    [entry] = [line for line in lines if line["run"] == run]
    told = {file["title"]: file["sha256"] for file in [*entry["body"]["files"], entry["body"]["manifest"]]}
    assert told == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in told}
    assert run in (folder / "README.txt").read_text()


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('"kept":333', '"kept":332'),
        ('"number":1', '"number":2'),
        ('"run":"', '"run":"x'),
        ("{", "["),
        ('"kept":333,', ""),
    ],
)
def test_the_script_fails_on_a_line_that_was_tampered_with(
    was: str, now: str, filed: StandInPortal, bundled: Bundle
) -> None:
    folder = bundled()
    ledger = folder / "ledger.jsonl"
    ledger.write_text(ledger.read_text().replace(was, now, 1))
    assert chain_checked(folder).returncode == 1
    assert not sums_hold(folder)


@pytest.mark.parametrize("end", ["}", "\n"], ids=["key", "space"])
def test_the_script_fails_on_a_line_of_which_people_read_something_else_than_its_hash_is_of(
    end: str, filed: StandInPortal, bundled: Bundle
) -> None:
    folder = bundled()
    ledger = folder / "ledger.jsonl"
    line = ledger.read_text()
    body = line[line.index('"body":') : line.index(',"hash"')].partition(',"before"')[0]
    forged = body.replace('"kept":333', '"kept":332')
    assert forged != body
    ledger.write_text(line.replace('"body":', f'{forged},"body":', 1) if end == "}" else line.replace(":", ": ", 1))
    checked = chain_checked(folder)
    assert (checked.returncode, "line 1: was changed" in checked.stdout) == (1, True)


@pytest.mark.parametrize("kept", [[1, 2], [0, 2], [1, 0, 2], [0, 1, 1, 2]])
def test_the_script_fails_on_lines_that_were_removed_swapped_or_repeated(
    kept: list[int], filed: StandInPortal, bundled: Bundle, typed: Type, tmp_path: Path
) -> None:
    for by in ("U1", "U2"):
        reviewed(tmp_path, run_of(typed), by=by)
    folder = bundled()
    ledger = folder / "ledger.jsonl"
    lines = ledger.read_text().splitlines(keepends=True)
    assert len(lines) == 3
    ledger.write_text("".join(lines[number] for number in kept))
    checked = chain_checked(folder)
    assert checked.returncode == 1
    assert "does not follow" in checked.stdout


def test_a_ledger_whose_end_was_cut_off_has_another_head_than_the_readme_says(
    filed: StandInPortal, bundled: Bundle, typed: Type, tmp_path: Path
) -> None:
    reviewed(tmp_path, run_of(typed))
    folder = bundled()
    ledger = folder / "ledger.jsonl"
    ledger.write_text(ledger.read_text().splitlines(keepends=True)[0])
    checked = chain_checked(folder)
    assert checked.returncode == 0
    assert checked.stdout.split()[3] not in (folder / "README.txt").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the ledger is empty"),
        (b"\xff\xfe\n", "line 1: not a ledger entry"),
        (b"[" * 200_000 + b"\n", "line 1: not a ledger entry"),
        (b"9" * 5_000 + b"\n", "line 1: not a ledger entry"),
        (b'{"number":NaN,"hash":"x"}\n', "line 1: not a ledger entry"),
        (b'{"number":"\x1b[2J","hash":"\x1b]0;owned\x07"}\n', "line 1: not a ledger entry"),
        ('{"before":"x","hash":"\u202e\u001b[31m","number":1}\n'.encode(), "line 1: not a ledger entry"),
        (b'{"number":true,"hash":"' + b"0" * 64 + b'"}\n', "line 1: not a ledger entry"),
        (b'{"hash":"' + b"0" * 64 + b'","number":"7"}\n', "line 1: not a ledger entry"),
        (None, "the ledger cannot be read"),
    ],
)
def test_the_script_says_in_a_sentence_that_it_has_checked_nothing(
    content: bytes | None, said: str, tmp_path: Path
) -> None:
    script = resources.files("reporting.evidence").joinpath("check_chain.py").read_bytes()
    (tmp_path / "check_chain.py").write_bytes(script)
    if content is not None:
        (tmp_path / "ledger.jsonl").write_bytes(content)
    checked = chain_checked(tmp_path)
    assert checked.returncode == 1
    assert (checked.stdout + checked.stderr).startswith(said)
    assert (checked.stdout + checked.stderr).rstrip("\n").isprintable()


@pytest.mark.parametrize(
    "title", [f"{NAME}.csv", "SHA256SUMS", "check_chain.py", "../../outside", "ledger.jsonl", ".1", "\x1b[2J\u202e", ""]
)
def test_no_title_of_the_portal_s_decides_a_file_s_name(
    title: str, typed: Type, bundled: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = filing.filed_file

    def called(*args: Any, **named: Any) -> FiledFile:
        return replace(usual(*args, **named), title=title)

    monkeypatch.setattr(filing, "filed_file", called)
    assert typed("report", "2025-01", "--csv", "--jsonl", "--ocsf")[0] == 0
    unpacked = bundled()
    for ending, start in (
        (".txt", b"Compliance report"),
        (".csv", b"\xef\xbb\xbf"),
        (".jsonl", b'{"id"'),
        (".ocsf", b'{"metadata"'),
    ):
        assert (unpacked / f"{NAME}{ending}").read_bytes().startswith(start)
    assert len(list(unpacked.iterdir())) == 10
    assert sums_hold(unpacked)
    assert chain_checked(unpacked).returncode == 0
    assert "Different names in DocSpace" in (unpacked / "README.txt").read_text()
    assert "\x1b" not in (unpacked / "README.txt").read_text()


def test_forms_without_events_keep_their_endings(typed: Type, portal: StandInPortal, tmp_path: Path) -> None:
    words = ("2025-01", "file:999999")
    assert typed("report", *words, "--jsonl", "--ocsf")[0] == 0
    assert typed("bundle", *words, "--out", str(tmp_path / "empty.zip"))[0] == 0
    with ZipFile(tmp_path / "empty.zip") as archive:
        empty = [info.filename for info in archive.infolist() if not info.file_size]
    assert sorted(name.rpartition(".")[2] for name in empty) == ["jsonl", "ocsf"]


def test_equal_inputs_make_equal_bytes(filed: StandInPortal, bundled: Bundle, tmp_path: Path) -> None:
    bundled("one")
    bundled("two")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_reviews_are_in_it_also_those_that_were_revoked(
    filed: StandInPortal, bundled: Bundle, typed: Type, tmp_path: Path
) -> None:
    run = run_of(typed)
    reviewed(tmp_path, run)
    reviewed(tmp_path, run, Result.REVOKED)
    reviewed(tmp_path, run, Result.REJECTED, by="U2")
    told = json.loads((bundled() / "reviews.json").read_text())
    assert [(one["result"], one["in_force"]) for one in told] == [
        ("accepted", False),
        ("revoked", False),
        ("rejected", True),
    ]


def test_without_a_csv_it_is_left_out_and_that_is_said(typed: Type, bundled: Bundle) -> None:
    typed("report", "2025-01")
    folder = bundled()
    assert not (folder / f"{NAME}.csv").exists()
    assert f"{NAME}.csv: no CSV was filed" in (folder / "README.txt").read_text()


def test_a_file_that_is_gone_is_left_out_and_that_is_said(filed: StandInPortal, bundled: Bundle) -> None:
    filed.files.remove(text(filed).id)
    folder = bundled()
    assert not (folder / f"{NAME}.txt").exists()
    assert f"{NAME}.txt: The portal 127.0.0.1 no longer has version 1 of file" in (folder / "README.txt").read_text()


def test_a_newer_version_in_docspace_does_not_get_into_it(filed: StandInPortal, bundled: Bundle) -> None:
    content = text(filed).version(1).content
    filed.files.upload(filed.folder_id, Upload(title=f"{NAME}.txt", content=b"other", by="somebody", at=NOW))
    assert (bundled() / f"{NAME}.txt").read_bytes() == content


def test_bytes_that_are_not_those_that_were_filed_are_refused(
    filed: StandInPortal, typed: Type, tmp_path: Path
) -> None:
    there = text(filed)
    filed.files.overwrite(there.id, 1, there.version(1).content.replace(b"333", b"332"))
    code, _, err = typed("bundle", "2025-01", "--out", str(tmp_path / "x.zip"))
    assert code == 1
    assert "does not have the content that was filed" in err
    assert not (tmp_path / "x.zip").exists()


@pytest.mark.parametrize("name", ["x.zip", "folder"])
def test_a_bundle_is_written_over_nothing(name: str, filed: StandInPortal, typed: Type, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("handed over")
    (tmp_path / "folder").mkdir()
    code, _, err = typed("bundle", "2025-01", "--out", str(tmp_path / name))
    assert (code, f"{name} already exists" in err) == (1, True)
    assert (tmp_path / "x.zip").read_text() == "handed over"
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_month_without_a_report_has_no_bundle_and_leaves_nothing(typed: Type, tmp_path: Path) -> None:
    typed("report", "2025-02")
    code, _, err = typed("bundle", "2025-01", "--out", str(tmp_path / "there" / "x.zip"))
    assert code == 1
    assert "no report" in err
    assert list((tmp_path / "there").iterdir()) == []

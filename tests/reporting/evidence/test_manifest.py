"""The manifest tells how a report was made, where it lies and what it rests on; the same run makes the same bytes."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.build_report import BuildContext, build_report, file_report, write_local_manifest
from reporting.docspace.api.server_info import server_info
from reporting.document.header import METHOD, SIGN_INS_METHOD
from reporting.escape import HOSTILE
from reporting.evidence.manifest import escape_value, in_docspace, manifest
from reporting.period import Month, Window, utc
from reporting.report import Assessment, BuiltReport, FiledFile, Order, ReadSlice, SignIns, UploadResult, Verdict
from reporting.run import ChainHead
from sandbox.portal import StandInPortal, month_of_events
from tests.entries import DRAFT, WINDOW, filed
from tests.reporting.stage import NOON, ORIGIN, Knock

LATER = datetime(2025, 3, 1, tzinfo=UTC)
NAME = "compliance-report-2025-01"
HEAD = ChainHead(12, "ab" * 32)
Make = Callable[..., BuiltReport]


@pytest.fixture
def standin() -> Any:
    with StandInPortal() as portal:
        series = month_of_events(2025, 1, count=1_700, seed=1, zone=ZoneInfo("Europe/Riga"))
        portal.audit.add_all(series)
        yield portal


@pytest.fixture
def made(standin: StandInPortal, knock: Knock, tmp_path: Path) -> BuiltReport:
    portal = knock(standin)
    workshop = BuildContext(folder=tmp_path, settle=timedelta(hours=24), now=lambda: LATER)
    return build_report(Order(Month(2025, 1)), server_info(portal), portal, workshop, watch=lambda _: None)


def put(made: BuiltReport, standin: StandInPortal, knock: Knock, known: Any = None) -> UploadResult:
    return file_report(made, knock(standin), standin.folder_id, known=known or {}, origin=ORIGIN)


def paper(standin: StandInPortal, filed: FiledFile | None) -> Any:
    assert filed is not None
    return json.loads(standin.files.content(filed.id))


def test_it_lies_beside_the_txt_and_tells_of_its_bytes(made: BuiltReport, standin: StandInPortal, knock: Knock) -> None:
    filing = put(made, standin, knock)
    assert filing.manifest is not None
    assert (filing.manifest.title, filing.manifest.folder) == (f"{NAME}.manifest.json", standin.folder_id)
    told = paper(standin, filing.manifest)
    [txt] = told["files"]
    content = standin.files.content(txt["docspace"]["id"])
    assert (txt["name"], txt["size"]) == (f"{NAME}.txt", len(content))
    assert txt["sha256"] == told["report"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert txt["docspace"]["version"] == 1


def test_it_tells_every_slice_that_was_read_without_a_gap(
    made: BuiltReport, standin: StandInPortal, knock: Knock
) -> None:
    told = paper(standin, put(made, standin, knock).manifest)
    slices, window = told["slices"], told["window"]
    assert len(slices) > 1
    assert [slices[0]["from"], slices[-1]["until"]] == [window["from"], window["until"]]
    assert all(older["until"] == newer["from"] for older, newer in pairwise(slices))
    assert sum(one["events"] for one in slices) == told["read"] == 1_700
    assert all(one["requests"] >= 1 for one in slices)
    assert sum(one["requests"] for one in slices) < told["requests"]


def test_each_slice_holds_the_events_that_it_says(made: BuiltReport, standin: StandInPortal) -> None:
    for one in made.slices:
        last = one.window.end - timedelta(microseconds=1)
        assert one.events == len(standin.audit.ids_between(one.window.start, last))


def test_it_tells_who_asked_for_what_and_how_sure_the_result_is(
    made: BuiltReport, standin: StandInPortal, knock: Knock
) -> None:
    told = paper(standin, put(made, standin, knock).manifest)
    said = {name: told[name] for name in ("tool", "run", "asked_by", "asked_in", "period", "zone", "filter", "verdict")}
    assert said == {
        "tool": "bot 1.0",
        "run": "r1",
        "asked_by": "U1",
        "asked_in": "C1",
        "period": "2025-01",
        "zone": "Europe/Riga",
        "filter": None,
        "verdict": made.judgement.verdict,
    }
    assert told["window"] == {"from": "2024-12-31T22:00:00Z", "until": "2025-01-31T22:00:00Z"}
    assert told["portal"] == {"address": standin.url, "version": "3.7.2", "behaviour": made.behaviour}
    assert made.behaviour["page_length"] == 100
    assert told["signins"]["verdict"] == made.signins.judgement.verdict
    assert "by ID" in told["method"]


def test_programs_find_every_fact_under_its_name() -> None:
    half = Window(WINDOW.start, NOON)
    made = dataclasses.replace(
        DRAFT,
        judgement=Assessment(Verdict.GAPS, ("cut", "young")),
        signins=SignIns(
            Assessment(Verdict.PROVISIONAL, ("purged",)), succeeded=4, failed=3, ended=2, people=1, read=12
        ),
        records="cd" * 32,
        slices=(ReadSlice(half, requests=3, events=5), ReadSlice(Window(NOON, WINDOW.end), requests=2, events=2)),
    )
    told = json.loads(manifest(made, dataclasses.replace(ORIGIN, head=HEAD, supersedes="r0"), [{"name": "x"}]))
    facts = {
        "manifest": 1,
        "tool": "bot 1.0",
        "run": "r1",
        "supersedes": "r0",
        "asked_with": "command",
        "asked_by": "U1",
        "asked_in": "C1",
        "asked": "2025-01-15T12:00:00Z",
        "began": "2025-01-15T12:00:00Z",
        "portal": {"address": "https://p.example", "version": "3.7.2", "behaviour": {}},
        "period": "2025-01",
        "zone": "UTC",
        "window": {"from": "2025-01-01T00:00:00Z", "until": "2025-02-01T00:00:00Z"},
        "filter": '-room:"Legal, old" type:delete',
        "verdict": "GAPS",
        "reasons": ["cut", "young"],
        "read": 7,
        "kept": 5,
        "requests": 9,
        "method": METHOD,
        "slices": [
            {"from": "2025-01-01T00:00:00Z", "until": "2025-01-15T12:00:00Z", "requests": 3, "events": 5},
            {"from": "2025-01-15T12:00:00Z", "until": "2025-02-01T00:00:00Z", "requests": 2, "events": 2},
        ],
        "signins": {
            "verdict": "PROVISIONAL",
            "reasons": ["purged"],
            "read": 12,
            "kept": 9,
            "succeeded": 4,
            "failed": 3,
            "ended": 2,
            "people": 1,
            "method": SIGN_INS_METHOD,
        },
        "report": {"name": made.scope.filename, "size": 10, "sha256": "ab" * 32, "records_sha256": "cd" * 32},
        "ledger": {"entry": 12, "hash": "ab" * 32},
        "files": [{"name": "x"}],
    }
    assert {name: told.get(name) for name in facts} == facts


def test_what_nobody_said_is_null_and_not_an_empty_text() -> None:
    nobody = dataclasses.replace(ORIGIN, place="", asker="", supersedes="")
    told = json.loads(manifest(DRAFT, nobody, []))
    assert [told[name] for name in ("asked_by", "asked_in", "supersedes", "ledger")] == [None] * 4


def test_a_file_is_told_with_where_it_lies_in_docspace() -> None:
    assert in_docspace(filed(number=3, version=2)) == {
        "name": "x.txt",
        "size": 10,
        "sha256": "ab" * 32,
        "docspace": {"id": 3, "version": 2, "url": "https://p.example/doceditor?fileId=3"},
    }


def test_it_names_the_newest_entry_of_the_ledger(made: BuiltReport) -> None:
    told = json.loads(manifest(made, dataclasses.replace(ORIGIN, head=HEAD), []))
    assert told["ledger"] == {"entry": 12, "hash": "ab" * 32}
    assert json.loads(manifest(made, ORIGIN, []))["ledger"] is None


def test_filing_the_same_run_again_makes_the_same_bytes_and_uploads_nothing(
    made: BuiltReport, standin: StandInPortal, knock: Knock
) -> None:
    first, second = put(made, standin, knock), put(made, standin, knock)
    assert first.manifest is not None
    assert second.manifest is not None
    assert (first.manifest.id, first.manifest.version) == (second.manifest.id, second.manifest.version)
    assert [len(one.versions) for one in standin.files.files_in(standin.folder_id)] == [1, 1]


def test_where_nothing_has_changed_none_is_uploaded(made: BuiltReport, standin: StandInPortal, knock: Knock) -> None:
    first = put(made, standin, knock).first
    again = put(made, standin, knock, {(first.id, first.version): first.sha256})
    assert again.unchanged
    assert again.manifest is None


def test_of_a_report_that_is_not_uploaded_it_lies_beside_it_without_a_place_in_docspace(
    made: BuiltReport, tmp_path: Path
) -> None:
    where = write_local_manifest(made, ORIGIN)
    told = json.loads(where.read_bytes())
    assert where == tmp_path / f"{NAME}.manifest.json"
    assert told["files"] == [{"name": f"{NAME}.txt", "size": made.size, "sha256": made.sha256, "docspace": None}]


def test_it_is_pretty_for_people_and_ends_with_a_line_end(made: BuiltReport) -> None:
    text = manifest(made, ORIGIN, [in_docspace(filed())]).decode()
    assert text.startswith('{\n  "manifest": 1,\n  "tool": "bot 1.0",\n')
    assert text.endswith("}\n")
    assert utc(ORIGIN.asked) in text


@given(st.text(max_size=40) | st.text(st.sampled_from('\u202e\u2028\\"\n\r\x00\x7f\U000e0001\U0010d800{}'), max_size=8))
def test_no_text_can_hide_or_reorder_anything_and_every_text_comes_back(value: str) -> None:
    value = value.encode("utf-8", "ignore").decode()
    text = escape_value({"title": value})
    assert json.loads(text) == {"title": value}
    assert not [one for one in HOSTILE.findall(text) if one not in {"\n", "\\"}]
    assert text.count("\n") == 3


def test_a_draft_of_an_earlier_release_has_no_slices_and_still_a_manifest() -> None:
    assert json.loads(manifest(DRAFT, ORIGIN, []))["slices"] == []

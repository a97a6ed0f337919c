"""What could lie in a database that somebody has written into: understood, or a fault that is named."""

import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import msgspec
import sqlalchemy as sa
from hypothesis import strategies as st

from bot.workflows.report import AdmittedRequest, CancelRun, FiledRun
from bot.workflows.serialization import pack, unpack
from handlers.desk import RequestContext, SaveSchedule, ScheduleAction
from reporting.evidence import chain
from reporting.evidence.ledger_check import check, read
from reporting.verification import ChainEntry
from tests.entries import made
from tests.fuzz.inputs import JSON, bent
from tests.fuzz.tried import fuzzed

KINDS = [FiledRun, AdmittedRequest, CancelRun, SaveSchedule, ScheduleAction]
PACKED = [pack(made()), pack(CancelRun("run", RequestContext("C1", "U1")))]


@fuzzed(value=st.one_of(JSON, bent(PACKED)), kind=st.sampled_from(KINDS))
def test_a_remembered_step_is_what_was_remembered_or_refused(value: Any, kind: Any) -> None:
    with suppress(msgspec.ValidationError):
        assert isinstance(unpack(value, kind), kind)


@fuzzed(body=st.one_of(st.text(max_size=60), JSON.map(json.dumps)), number=st.integers(0, 99))
def test_an_entry_s_text_is_read_or_seen_to_be_changed(body: str, number: int) -> None:
    row = SimpleNamespace(number=number, kind="run", run="r", at="x", body=body, before="b", hash="h")
    found = read(row)  # type: ignore[arg-type]
    assert found is None or isinstance(found, ChainEntry)


@fuzzed(
    column=st.sampled_from(["body", "hash", "before", "at", "kind", "run", "number"]),
    value=st.one_of(st.text(max_size=30), JSON.map(json.dumps), st.integers(-9, 9).map(str)),
    victim=st.integers(1, 3),
)
def test_an_entry_that_was_written_over_is_a_fault_with_a_name(
    column: str, value: str, victim: int, ledgers: Any
) -> None:
    with ledgers.engine.begin() as c:
        before = c.execute(sa.select(chain.ledger).order_by(chain.ledger.c.number)).all()[victim - 1]
        if (column == "number" and not value.lstrip("-").isdecimal()) or str(getattr(before, column)) == value:
            return
        try:
            c.execute(
                sa.update(chain.ledger)
                .where(chain.ledger.c.number == victim)
                .values({column: int(value) if column == "number" else value})
            )
        except sa.exc.IntegrityError:
            return
        assert [fault.words for fault in check(c)]
        c.rollback()

"""What docs/schedules.md says of days and hours is what the code does."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.commands.recurrence_parser import parse
from reporting.period import Month

DOCS = Path(__file__).parents[3] / "docs" / "schedules.md"
ROW = re.compile(r"\| `(monthly on [^`]+)` \| (\d{4}-\d{2}) \| ([^|]+) \| ([^|]+) \| [^|]* \|")
ROWS = ROW.findall(DOCS.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "month", "there", "utc"), ROWS)
def test_a_rule_is_due_when_the_docs_say(text: str, month: str, there: str, utc: str) -> None:
    rule, rest = parse(text)
    due = rule.due(Month.parse(month))
    assert rest == ""
    assert due == datetime.fromisoformat(utc)
    assert f"{due.astimezone(ZoneInfo(rule.zone)):%Y-%m-%d %H:%M}" == there


def test_the_docs_have_examples_of_short_months_skipped_and_repeated_hours() -> None:
    told = DOCS.read_text(encoding="utf-8")
    assert len(ROWS) > 15
    for word in ("skipped", "comes twice", "no 29th", "no 30th", "no 31st", "leap year"):
        assert word in told

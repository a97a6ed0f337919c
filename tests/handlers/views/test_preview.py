"""The reply under a report: what deserves a look, and its first events."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from handlers.exposure import Exposure
from handlers.views.blocks import texts
from handlers.views.mask import pseudonym
from handlers.views.preview import LONGEST, preview
from reporting.layout import RULE
from reporting.report import BuiltReport, Counted

Make = Callable[..., BuiltReport]
HEAD = ["Highlights:", "2 deletions:"]
MARK = "  2025-01-03T10:14:02+02:00 | ID 7 | Zoe [u1] | Bob Marsh's plan deleted [5018, delete] | {} | Rooms: Bob Marsh"


def record(number: int, *, words: str = "Uploaded for Bob Marsh [5011, create]") -> list[str]:
    return [RULE, f"ID: {number}", "User: Zoe [u1]", f"Action: {words}", "Target: 4711, 5", "Context: Rooms: Bob Marsh"]


def said(lines: list[str], draft: BuiltReport, exposure: Exposure = Exposure.FULL) -> str:
    return "\n".join(texts(preview(lines, "x.txt", draft, exposure=exposure)["blocks"], str))


def test_how_much_more_there_is_of_highlights_and_of_events_is_said(draft: Make) -> None:
    lines = [*HEAD, MARK.format(1), "", "Events:", *record(1), *record(2)]
    made = draft(kept=3, highlights=(Counted("deletions", 2),), signins=replace(draft().signins, failed=9))

    assert said(lines, made).endswith("\n10 more highlights and 1 more event in the file.")


def test_where_all_is_shown_that_is_said(draft: Make) -> None:
    made = draft(kept=1, highlights=(), signins=replace(draft().signins, failed=0))

    assert said(["Events:", *record(1)], made).endswith("That is everything.")


@pytest.mark.parametrize("length", [600, 800, 1_000, LONGEST, 5_000])
def test_a_record_is_shown_wholly_or_not_unless_it_is_the_only_one(length: int, draft: Make) -> None:
    shown = said(["Events:", *(line for n in range(1, 4) for line in record(n, words="x" * length))], draft())

    assert shown.count(RULE) == max(1, shown.count("Context: "))
    assert len(shown) < LONGEST + 200


def test_no_heading_stands_at_the_end(draft: Make) -> None:
    lines = [*HEAD, *[MARK.format("9" * 600)] * 3, "3 downloads in bulk:", MARK.format("8" * 1_500)]

    assert "downloads in bulk" not in said(lines, draft())


def test_where_people_are_masked_no_free_text_of_the_portal_is_shown(draft: Make) -> None:
    zoe = pseudonym("Zoe")
    lines = [*HEAD, MARK.format("4711, 12, and 3 more"), MARK.format("Bob Marsh"), "", "Events:", *record(1)]
    shown = said(lines, draft(), Exposure.MASKED)

    assert "Bob" not in shown
    mark = f"  2025-01-03T10:14:02+02:00 | ID 7 | {zoe} | (File deleted permanently) [5018, delete]"
    assert f"{mark} | 4711, 12, and 3 more | …\n{mark} | … | …\n" in shown
    assert "Target: 4711, 5\nContext: …" in shown

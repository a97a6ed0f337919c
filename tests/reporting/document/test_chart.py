"""The picture of a month, and what stands in for it."""

import itertools
import os
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.actions import Category
from reporting.document import chart as charts
from reporting.document.chart import chart
from reporting.document.chart_data import LOOKS, MOST, OTHER, picture
from reporting.document.text_chart import WIDTH, bars, description
from reporting.errors.base import ChartFailed
from reporting.period import Month
from reporting.report import Counted, Day, Scope, Verdict
from tests.reporting.paper import scope

ROOT = Path(__file__).parents[3]
PNG = b"\x89PNG\r\n\x1a\n"
FEBRUARY = Month(2026, 2)
COMPLETE = Verdict.COMPLETE
Draw = Callable[..., bytes]
COUNTS = st.dictionaries(st.sampled_from(list(Category)).map(str) | st.text(max_size=5), st.integers(1, 10**7))
DAYS = st.dictionaries(st.integers(1, 31), COUNTS.filter(bool)).map(
    lambda days: tuple(Day(day, counts) for day, counts in sorted(days.items()))
)
SCOPES = st.builds(
    scope,
    st.builds(Month, st.integers(2001, 2037), st.integers(1, 12)),
    zone=st.sampled_from(["Europe/Riga", "America/Argentina/ComodRivadavia"]),
    only=st.sampled_from(["", "type:delete"]),
)


def ranked(days: Sequence[Day]) -> tuple[Counted, ...]:
    sums = sum((Counter(day.counts) for day in days), Counter())
    return tuple(Counted(name, events) for name, events in sums.most_common())


def drawn(days: Sequence[Day], about: Scope | None = None, verdict: Verdict = COMPLETE) -> bytes:
    return chart(about or scope(), days, ranked(days), verdict=verdict)


@pytest.fixture(scope="module")
def draw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Draw]:
    """Draws in this process, which is quicker where it is done often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
        patch.setenv("MPL_IGNORE_SYSTEM_FONTS", "1")
        from reporting.document import draw_png

        def here(days: Sequence[Day], about: Scope | None = None, verdict: Verdict = COMPLETE) -> bytes:
            return draw_png.draw(picture(about or scope(), days, ranked(days), verdict=verdict))

        yield here


def told(days: Sequence[Day], about: Scope | None = None, verdict: Verdict = COMPLETE) -> str:
    return description(about or scope(), days, ranked(days), verdict=verdict)


def fitting(days: Sequence[Day], about: Scope) -> tuple[Day, ...]:
    return tuple(day for day in days if day.day <= about.month.days)


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(PNG)
    while place < len(png):
        [size] = struct.unpack(">I", png[place : place + 4])
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        place += 12 + size


def pixels(png: bytes) -> bytes:
    return zlib.decompress(b"".join(data for kind, data in chunks(png) if kind == b"IDAT"))


BUSY = tuple(Day(day, dict.fromkeys(map(str, Category), day)) for day in range(1, 32))


@pytest.fixture(scope="module")
def busy() -> bytes:
    return drawn(BUSY)


def test_the_picture_is_a_png_of_the_size_that_it_promises(busy: bytes) -> None:
    assert busy.startswith(PNG)
    [(_, head), *_] = chunks(busy)
    assert struct.unpack(">II", head[:8]) == (1080, 900)


def test_equal_months_give_equal_bytes(busy: bytes, draw: Draw) -> None:
    assert draw(BUSY) == draw(BUSY) == busy


def test_the_picture_says_nothing_of_the_day_or_the_program_that_made_it(busy: bytes) -> None:
    assert {kind for kind, _ in chunks(busy)} <= {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_a_month_that_is_not_complete_is_drawn_otherwise(busy: bytes, draw: Draw) -> None:
    assert pixels(draw(BUSY, verdict=Verdict.PROVISIONAL)) != pixels(busy)


@pytest.mark.parametrize("days", [(), (Day(1, {"create": 1}),), (Day(28, {"$x^": 10**9}),)])
def test_any_month_can_be_drawn(days: tuple[Day, ...], draw: Draw) -> None:
    assert draw(days, scope(FEBRUARY)).startswith(PNG)


def test_a_dollar_is_a_dollar(draw: Draw) -> None:
    assert draw((), replace(scope(), zone="$\\nonsense{$")).startswith(PNG)


def test_drawing_writes_nothing_outside_a_folder_that_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", "/nonexistent")
    drawn(())
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_settings_of_this_machine_do_not_change_the_picture(
    busy: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "matplotlibrc").write_text("figure.facecolor: red\naxes.facecolor: red\n")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert drawn(BUSY) == busy


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ([sys.executable, "-c", "raise SystemExit('no font')"], "no font"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "exit code 3"),
        (["/nonexistent/python"], "No such file or directory"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "more than"),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_told_as_that(
    command: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "DRAW", command)
    monkeypatch.setattr(charts, "PATIENCE", 0.5)
    with pytest.raises(ChartFailed, match=reason):
        drawn(())


@pytest.mark.parametrize(
    "module", ["bot.app", "reporting.build_report", "reporting.document.chart", "reporting.document.text_chart"]
)
def test_nothing_loads_matplotlib_before_a_picture_is_drawn(module: str) -> None:
    look = f"import sys, {module}; sys.exit(bool({{'matplotlib', 'numpy'}} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", look], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)


@pytest.mark.parametrize("make", [chart, bars, description])
def test_a_report_whose_days_were_not_kept_is_not_taken_for_an_empty_month(make) -> None:
    with pytest.raises(ChartFailed):
        make(scope(), (), (Counted("create", 3),), verdict=COMPLETE)


@given(SCOPES, DAYS)
def test_every_event_is_in_one_band_on_its_day(about: Scope, days: tuple[Day, ...]) -> None:
    days = fitting(days, about)
    shown = picture(about, days, ranked(days), verdict=COMPLETE)
    heights = [sum(column) for column in zip(*(band.events for band in shown.bands), strict=True)]
    events = {day.day: day.events for day in days}
    assert heights == ([events.get(day, 0) for day in range(1, about.month.days + 1)] if days else [])


@given(DAYS)
def test_the_most_frequent_categories_come_first_and_the_others_together_last(days: tuple[Day, ...]) -> None:
    shown = picture(scope(), days, ranked(days), verdict=COMPLETE).bands
    named = [band for band in shown if band.look != OTHER]
    assert len(named) <= MOST
    assert [sum(band.events) for band in named] == sorted((sum(band.events) for band in named), reverse=True)
    assert shown[: len(named)] == tuple(named)
    assert len(shown) <= len(named) + 1


def test_a_category_looks_the_same_in_every_month() -> None:
    for name, look in LOOKS.items():
        [band] = picture(scope(), [Day(1, {name: 1})], [Counted(name, 1)], verdict=COMPLETE).bands
        assert (band.name, band.look) == (name, look)


def test_every_known_category_has_a_look_of_its_own() -> None:
    assert LOOKS.keys() == set(Category) - {Category.OTHER}
    assert len({*LOOKS.values(), OTHER}) == len(LOOKS) + 1


def test_what_looks_alike_in_grey_has_another_hatch() -> None:
    looks = sorted([*LOOKS.values(), OTHER], key=lambda look: lightness(look.colour))
    for one, next_one in itertools.pairwise(looks):
        assert one.hatch != next_one.hatch or lightness(next_one.colour) - lightness(one.colour) > 0.15


def lightness(colour: str) -> float:
    red, green, blue = ((int(colour[place : place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5))
    return float((0.2126 * red + 0.7152 * green + 0.0722 * blue) ** (1 / 2.2))


def test_a_name_from_nowhere_is_one_of_the_others() -> None:
    [band] = picture(scope(), [Day(1, {"$\\frac": 1})], [Counted("$\\frac", 1)], verdict=COMPLETE).bands
    assert (band.name, band.look) == ("other", OTHER)


def test_the_title_has_the_month_and_the_number_of_events() -> None:
    days = [Day(1, {"create": 1_234_567})]
    shown = picture(scope(), days, ranked(days), verdict=COMPLETE)
    assert shown.title == "October 2025: 1,234,567 events"
    assert shown.subtitle == "Events per day by category, Europe/Riga"


@pytest.mark.parametrize(("events", "words"), [(0, "no events"), (1, "1 event"), (2, "2 events")])
def test_the_number_of_events_is_told_as_a_person_would(events: int, words: str) -> None:
    days = [Day(1, {"create": events})] if events else []
    assert picture(scope(), days, ranked(days), verdict=COMPLETE).title == f"October 2025: {words}"


@pytest.mark.parametrize("verdict", [Verdict.PROVISIONAL, Verdict.GAPS])
def test_a_verdict_that_is_not_complete_stands_in_the_title_of_every_form(verdict: Verdict) -> None:
    days = [Day(1, {"create": 2})]
    title = f"October 2025 ({verdict}): 2 events"
    assert picture(scope(), days, ranked(days), verdict=verdict).title == title
    assert title in told(days, verdict=verdict)
    assert bars(scope(), days, ranked(days), verdict=verdict).startswith(title)


def test_a_filtered_report_says_so_in_every_form() -> None:
    about = scope(only="type:delete")
    assert "filtered" in picture(about, (), (), verdict=COMPLETE).subtitle
    assert "filter" in told((), about)
    assert "filtered" in bars(about, (), (), verdict=COMPLETE)


def test_a_zone_s_name_is_made_visible() -> None:
    about = replace(scope(), zone="A\u202e\n")
    assert picture(about, (), (), verdict=COMPLETE).subtitle.endswith("A\\u202e\\n")


def test_weekends_are_known() -> None:
    assert picture(scope(FEBRUARY), (), (), verdict=COMPLETE).weekends == (1, 7, 8, 14, 15, 21, 22, 28)


@given(SCOPES, DAYS, st.sampled_from([COMPLETE, Verdict.PROVISIONAL, Verdict.GAPS]))
def test_bars_fit_a_code_block(about: Scope, days: tuple[Day, ...], verdict: Verdict) -> None:
    days = fitting(days, about)
    lines = bars(about, days, ranked(days), verdict=verdict).split("\n")
    assert len(lines) <= 33
    assert max(map(len, lines)) <= WIDTH


@given(DAYS)
def test_a_day_has_a_bar_exactly_when_it_has_events(days: tuple[Day, ...]) -> None:
    busy = {day.day for day in days}
    for line in bars(scope(), days, ranked(days), verdict=COMPLETE).split("\n")[2:]:
        assert (int(line[:2]) in busy) is (line[-1] in "█▓▒░")


def test_bars_show_shares_of_the_busiest_day() -> None:
    days = [Day(1, {"create": 30, "delete": 10}), Day(2, {"create": 20}), Day(31, {"delete": 1})]
    lines = bars(scope(), days, ranked(days), verdict=COMPLETE).split("\n")
    assert lines[:4] == [
        "October 2025: 61 events, Europe/Riga",
        "█ create  ▓ delete",
        f" 1 We 40 {'█' * 38}{'▓' * 13}",
        f" 2 Th 20 {'█' * 26}",
    ]
    assert lines[-1] == "31 Fr  1 ▓"


def test_words_for_those_who_do_not_see_the_picture() -> None:
    days = [Day(2, {"create": 3}), Day(5, {"delete": 4, "create": 1000})]
    assert told(days, scope(FEBRUARY)) == (
        "Chart of the events per day by category, in the time zone Europe/Riga. February 2026: 1,007 events. "
        "The busiest day is 5 February 2026 with 1,004 events. Days without events: 1, 3 to 4, 6 to 28. "
        "Most frequent: create 1,003, delete 4."
    )


def test_words_for_an_empty_month() -> None:
    assert told(()).endswith("October 2025: no events.")


def test_a_month_with_events_on_every_day_has_no_quiet_ones() -> None:
    assert "Days without events: none." in told(BUSY)


@given(SCOPES, DAYS)
def test_words_fit_what_slack_takes_as_a_description(about: Scope, days: tuple[Day, ...]) -> None:
    days = tuple(Day(day.day, {"create": day.events}) for day in fitting(days, about))
    assert len(told(days, about)) <= 1_000

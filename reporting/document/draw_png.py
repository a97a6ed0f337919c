"""Draw a month with matplotlib in a separate process: JSON in, PNG out.

matplotlib takes half a second to be imported, may not be used by two threads, and reads settings from half a dozen
places; here it can do no harm with any of that.
"""

import io
import sys

import matplotlib as mpl
import msgspec
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reporting.document.chart_data import Picture

WIDTH, HEIGHT, DPI = 1080, 900, 100
"""Pixels. Slack shows it a third as large: what is to be read there must be three times as large here."""
BELOW = (0.01, 0.01, 0.98, 0.86)
"""Where the axes and the names are: left, bottom, width and height as parts of the whole; the title stands above."""
COLUMNS = 4
LARGE, MIDDLE, SMALL = 24.0, 21.0, 20.0
"""Points; 72 of them are 100 pixels."""
INK, PALE, WEEKEND = "#222222", "#DDDDDD", "#EFEFEF"
LABELLED = (1, 5, 10, 15, 20, 25, 30)
"""Days with a number; there is no room for more in a small picture."""


def main() -> None:
    mpl.rcdefaults()  # ignore this machine's settings
    sys.stdout.buffer.write(draw(msgspec.json.decode(sys.stdin.buffer.read(), type=Picture)))


def draw(picture: Picture) -> bytes:
    """A PNG; equal pictures give equal bytes."""
    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, layout=ConstrainedLayoutEngine(rect=BELOW))
    axes = figure.subplots()
    figure.text(0.02, 0.94, picture.title, fontsize=LARGE, fontweight="bold", color=INK, parse_math=False)
    figure.text(0.02, 0.885, picture.subtitle, fontsize=SMALL, color=INK, parse_math=False)
    for day in picture.weekends:
        axes.axvspan(day - 0.5, day + 0.5, color=WEEKEND, zorder=0, linewidth=0)
    stack(axes, picture)
    rule(axes, picture.days)
    if picture.bands:
        name(figure, axes)
    else:
        empty(axes)
    return png(figure)


def stack(axes: Axes, picture: Picture) -> None:
    """One band upon the other, the most frequent one lowest."""
    floor = [0] * picture.days
    for band in picture.bands:
        axes.bar(
            range(1, picture.days + 1),
            band.events,
            bottom=floor,
            width=0.84,
            label=band.name,
            color=band.look.colour,
            hatch=band.look.hatch,
            edgecolor="white",
            linewidth=0.5,
            zorder=2,
        )
        floor = [below + events for below, events in zip(floor, band.events, strict=True)]


def rule(axes: Axes, days: int) -> None:
    """A mark for each day, and round numbers of events from nothing on."""
    axes.set_xlim(0.4, days + 0.6)
    axes.set_xticks(LABELLED if days >= LABELLED[-1] else LABELLED[:-1])
    axes.set_xticks(range(1, days + 1), minor=True)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda events, _: f"{events:,.0f}"))
    axes.grid(axis="y", color=PALE, linewidth=1.5, zorder=1)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=MIDDLE, colors=INK, length=8, width=1.5)
    axes.tick_params(axis="x", which="minor", length=5, width=1.5, colors=INK)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)


def name(figure: Figure, axes: Axes) -> None:
    """The bands' names below, in rows; matplotlib itself fills columns."""
    handles, names = axes.get_legend_handles_labels()
    rows = [place for column in range(COLUMNS) for place in range(column, len(names), COLUMNS)]
    figure.legend(
        [handles[place] for place in rows],
        [names[place] for place in rows],
        loc="outside lower center",
        ncols=min(COLUMNS, len(names)),
        fontsize=SMALL,
        frameon=False,
        columnspacing=1.2,
    )


def empty(axes: Axes) -> None:
    axes.set_yticks([])
    axes.text(0.5, 0.5, "No events", transform=axes.transAxes, ha="center", va="center", fontsize=LARGE, color=INK)


def png(figure: Figure) -> bytes:
    """Without the program's name and version."""
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


if __name__ == "__main__":
    main()

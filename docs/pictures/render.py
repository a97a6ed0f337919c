"""Renders the README's pictures from a real run against the stand-ins: ``make pictures``."""

from io import StringIO
from itertools import dropwhile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from bot.demo import filed, staged

HERE = Path(__file__).parent
LINES = 58
"""Lines of the TXT on a page."""
SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px;
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def render(lines: list[str], *, title: str, width: int, name: str) -> None:
    """Write the lines as they stand on a screen of *width* columns."""
    console = Console(record=True, width=width, file=StringIO())
    console.print(Text("\n".join(lines)), no_wrap=True, overflow="ellipsis")
    svg = console.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME, code_format=SVG, unique_id=name)
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    with staged() as scene:
        conversation = scene.conversation().splitlines()
        title, text, _ = filed(scene.portal)
    message = list(dropwhile(lambda line: "Compliance report:" not in line, conversation))
    end = next(place for place, line in enumerate(message) if "Asked for by" in line)
    render(message[: end + 1], title="#compliance", width=92, name="message")
    render(text.splitlines()[:LINES], title=title, width=110, name="report")


if __name__ == "__main__":
    main()

"""Draw the chart of a month as a PNG."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from reporting.child_environment import child_environment
from reporting.document.chart_data import Picture, picture
from reporting.errors.base import ChartFailed
from reporting.os_error import os_reason
from reporting.report import Counted, Day, Scope, Verdict

DRAW = [sys.executable, "-P", "-m", "reporting.document.draw_png"]
PATIENCE = 60.0
"""Seconds; it takes one or two."""


def chart(scope: Scope, days: Sequence[Day], categories: Sequence[Counted], *, verdict: Verdict) -> bytes:
    """Events per day, stacked by category, as a PNG of 1080 by 900 pixels; *categories* are most frequent first.

    Raises:
        ChartFailed: there is no picture, and why.
    """
    return draw_in_process(picture(scope, days, categories, verdict=verdict))


def draw_in_process(wanted: Picture) -> bytes:
    """Draw in another process, so that this one neither loads matplotlib nor blocks its other threads."""
    try:
        with TemporaryDirectory(prefix="compliance-chart-") as folder:
            return subprocess.run(  # noqa: S603
                DRAW,
                input=msgspec.json.encode(wanted),
                capture_output=True,
                cwd=folder,
                env={**child_environment(os.environ), **process_environment(folder)},
                timeout=PATIENCE,
                check=True,
                process_group=0,
            ).stdout
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise ChartFailed(reason=said[-1] if said else f"exit code {error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise ChartFailed(reason=f"it took more than {PATIENCE:.0f} s") from error
    except OSError as error:
        raise ChartFailed(reason=os_reason(error)) from error


def process_environment(folder: str) -> Mapping[str, str]:
    """The process's environment: the same modules as here, and *folder* for everything it writes."""
    return {
        "PYTHONPATH": os.pathsep.join(str(Path(place).absolute()) for place in sys.path),
        "HOME": folder,
        "MPLCONFIGDIR": folder,
        "MPL_IGNORE_SYSTEM_FONTS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }

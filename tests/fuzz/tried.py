"""Properties of everything that reads foreign input, tried with as many inputs as there is time for.

``make test`` tries a few of each; ``make fuzz`` tries ``FUZZ`` of each and says how many that were.
"""

import functools
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings

MOST = int(os.environ.get("FUZZ", "40"))
COUNTS: Counter[str] = Counter()
"""Inputs that were tried, by test."""


def fuzzed(**inputs: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A test that is tried with *inputs*, and counted."""

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def counted(*a: Any, **given: Any) -> None:
            COUNTS[test.__name__] += 1
            test(*a, **given)

        quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
        limits = settings(max_examples=MOST, deadline=None, database=None, suppress_health_check=quiet)
        return limits(given(**inputs)(counted))

    return decorated

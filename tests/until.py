"""Waiting for what no message tells."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds until a test gives up."""


def until(true: Callable[[], T], seconds: float = PATIENCE, *, of: Callable[[], object] = lambda: "") -> T:
    """What *true* says, once it is; *of* tells what there was instead."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not (found := true()):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {of()}")
        pause.wait(0.05)  # whoever is waited for needs the processor and the database too
    return found

"""That something has changed: the page asks once and is answered when there is something to look at."""

from contextlib import suppress

from sandbox.portal import StandInPortal
from sandbox.slack import Workspace

HELD = 20.0
"""Seconds until a question is answered although nothing has changed."""
LOOK = 0.4
"""Seconds between two looks at the portal, which wakes nobody."""


class Watch:
    def __init__(self, workspace: Workspace, portal: StandInPortal) -> None:
        self._workspace = workspace
        self._portal = portal
        self._closed = False

    def mark(self) -> str:
        """Return what is never the same again once something has changed."""
        return f"{self._workspace.revision}.{self._portal.requests.total}"

    def wait(self, since: str) -> str:
        """Return the mark as soon as it is another than *since*."""
        for _ in range(round(HELD / LOOK)):
            with suppress(TimeoutError):
                self._workspace.wait_for(lambda _: self._closed or self.mark() != since, LOOK)
                break
        return self.mark()

    def wake(self) -> None:
        """Tell whoever waits that the portal is another."""
        with self._workspace.changing():
            return

    def close(self) -> None:
        """Let nobody wait any more."""
        self._closed = True
        self.wake()

"""The bot in a process that has a weak spot: started as a script, with the spot in its environment.

``FAULTS_ARM``     a folder with a file ``at``, which is read and removed at SIGUSR1: the number of the point, counted
                   from then on, at which the process kills itself; the points passed are written to ``points`` there
``FAULTS_BEAT``, ``FAULTS_GONE``, ``FAULTS_SETTLE``  other seconds for a replica's signs of life
``FAULTS_WAIT``    other seconds that work under way has when the bot is stopped
``FAULTS_FSIZE``   bytes that no file of this process can be larger than
``FAULTS_ORDER``   a file that is told when the replica enters and leaves, and when its engine starts and has stopped
``FAULTS_FULL``    the name of a step after whose work, the first time, the disk takes nothing more
``FAULTS_DEAF``    anything, so that no signal wakes the main thread, as if each came just before it began to wait
``FAULTS_CLOCK``   a file that says how many seconds this process's wall clock is ahead, looked at each time it is asked
``FAULTS_BREAKS``  the name of a step after whose work the process kills itself each time
"""

import os
import resource
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from apscheduler.schedulers import base
from dbos import DBOS

from bot import app, cli, periodic_jobs
from bot.docspace import clients
from bot.store import replicas
from bot.store.database import Store
from bot.workflows import engine, replica

A_PAGE = 4096
"""Bytes."""
ASIDE = {"MainThread", "replica", "attendant"}
"""Threads whose writes come at any time; the others' come in the order of the run."""


class Points:
    """Places between two acts of a run, each with a number once the process is armed."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._folder = folder
        self._at: int | None = None
        self._passed = 0

    def arm(self, *_: object) -> None:
        order = self._folder / "at"
        with self._lock:
            self._at, self._passed = int(order.read_text()), 0
            (self._folder / "points").write_text("")
        order.unlink()

    def pass_by(self, name: str) -> None:
        if threading.current_thread().name in ASIDE:
            return
        with self._lock:
            if self._at is None:
                return
            with (self._folder / "points").open("a") as log:
                log.write(f"{name}\n")
            if self._passed == self._at:
                die()
            self._passed += 1

    def around(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        """*act*, with a point before it and one after."""

        def both(*args: Any, **kwargs: Any) -> Any:
            self.pass_by(f"before {name}")
            found = act(*args, **kwargs)
            self.pass_by(f"after {name}")
            return found

        return both


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()


def breaking(name: str, attempt: Callable[..., Any]) -> Callable[..., Any]:
    def attempted(step: str, work: Callable[[], Any]) -> Any:
        found = attempt(step, work)
        if step == name and not (found.failure and found.failure.kind == "KeepsDying"):
            die()
        return found

    return attempted


def filling(name: str, attempt: Callable[..., Any]) -> Callable[..., Any]:
    """A step's work, after which the engine cannot keep its result."""
    full = threading.Event()

    def attempted(step: str, work: Callable[[], Any]) -> Any:
        found = attempt(step, work)
        if step.split(maxsplit=1)[0] == name and not full.is_set():
            full.set()
            resource.setrlimit(resource.RLIMIT_FSIZE, (A_PAGE, resource.RLIM_INFINITY))
        return found

    return attempted


def told(name: str, act: Callable[..., Any], log: Path) -> Callable[..., Any]:
    """*act*, written down once it is done."""

    def done(*args: Any, **kwargs: Any) -> Any:
        found = act(*args, **kwargs)
        with log.open("a") as lines:
            lines.write(f"{name}\n")
        return found

    return done


class Wall:
    """The wall clock, set by hand, in the place of the class ``datetime`` where a module asks it for the time."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self, zone: tzinfo = UTC) -> datetime:
        try:
            ahead = float(self._file.read_text())
        except (OSError, ValueError):  # just being written
            return self.now(zone)
        return datetime.now(zone) + timedelta(seconds=ahead)


def weaken(environment: dict[str, str]) -> None:
    if "FAULTS_CLOCK" in environment:
        wall = Wall(Path(environment["FAULTS_CLOCK"]))
        for module in (base, periodic_jobs):
            vars(module)["datetime"] = wall
        for module in (app, clients):
            vars(module)["now"] = wall.now
    if "FAULTS_ARM" in environment:
        points = Points(Path(environment["FAULTS_ARM"]))
        signal.signal(signal.SIGUSR1, points.arm)
        Store.write = points.around("a write", Store.write)  # type: ignore[method-assign]
        engine.attempt = points.around("a step's work", engine.attempt)
        DBOS.run_step = points.around("a step", DBOS.run_step)  # type: ignore[method-assign]
        DBOS.enqueue_workflow = points.around("a hand-over", DBOS.enqueue_workflow)  # type: ignore[method-assign]
    if "FAULTS_BREAKS" in environment:
        engine.attempt = breaking(environment["FAULTS_BREAKS"], engine.attempt)
    if "FAULTS_FULL" in environment:
        engine.attempt = filling(environment["FAULTS_FULL"], engine.attempt)
    if "FAULTS_DEAF" in environment:
        threading.Thread(target=threading.Event().wait, daemon=True).start()  # it takes the signals
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    if "FAULTS_ORDER" in environment:
        log = Path(environment["FAULTS_ORDER"])
        replicas.register, replicas.leave = told("enter", replicas.register, log), told("leave", replicas.leave, log)
        engine.Engine.start = told("start", engine.Engine.start, log)  # type: ignore[method-assign]
        engine.Engine.stop = told("stop", engine.Engine.stop, log)  # type: ignore[method-assign]
    replica.BEAT = float(environment.get("FAULTS_BEAT", replica.BEAT))
    replica.SETTLE = float(environment.get("FAULTS_SETTLE", replica.SETTLE))
    replicas.GONE = float(environment.get("FAULTS_GONE", replicas.GONE))
    engine.STOP_SECONDS = int(environment.get("FAULTS_WAIT", engine.STOP_SECONDS))
    if "FAULTS_FSIZE" in environment:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        size = int(environment["FAULTS_FSIZE"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    weaken(dict(os.environ))
    cli.main()

"""Minutes of mixed commands while Slack and DocSpace fail at random: ``python -m bench.soak --minutes 10 --seed 1``.

It ends with one line; the exit code is 1 if anything was lost, is there twice or was left standing.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.config.settings import Settings
from bot.demo.demo import bot_settings
from bot.errors import DemoFailed
from bot.store.tables import posts, requests
from reporting.evidence import ledger
from reporting.period import Month
from sandbox.portal import Fault as PortalFault
from sandbox.portal import Html, PortalSetup, Reset, StandInPortal, Status, month_of_events, too_many
from sandbox.slack import (
    Fault,
    Message,
    StandInSlack,
    WorkspaceSetup,
    half,
    html,
    rate_limit,
    refuse,
    reset,
    server_error,
    unclear,
)

ROOT = Path(__file__).parents[1]
COMMAND, CHANNELS = "/compliance-report", ("#compliance", "#legal")
SCOPES = WorkspaceSetup().scopes | {"channels:history", "groups:history", "im:history", "im:write"}
MONTHS = [Month(2025, 1).plus(-back) for back in range(12)]
FILTERS = ("", "", "", " type:delete", " type:download", " -type:login")
OTHERS = ("status", "history", "help", "schedules", "calendar 2024", "verify 2024-12", "cancel", "statsu")
RATE = 40.0
"""Commands a minute, at random moments."""
FAULTY = 0.35
"""How often a command is followed by a fault."""
LOOKS = (0.1, 0.5, 0.75)
"""Shares of the time after which memory and descriptors are looked at, besides the end.

At first they grow: each statement is compiled once, and kept (SQLAlchemy keeps 500 for each database).
"""
PATIENCE = 600.0
"""Seconds that what was asked for has to come to its end, once nothing fails any more."""
SLACK: tuple[Fault, ...] = (
    reset(),
    unclear(),
    rate_limit(1),
    rate_limit(None),
    *(server_error(status) for status in (500, 502, 503, 504)),
    server_error(502, performed=True),
    html(),
    half(),
    *(refuse(code) for code in ("internal_error", "fatal_error", "service_unavailable", "ratelimited")),
)
METHODS = (
    "users.info",
    "conversations.info",
    "conversations.history",
    "chat.postMessage",
    "chat.update",
    "response_url",
    "files.getUploadURLExternal",
    "upload",
)
PORTAL: tuple[PortalFault, ...] = (
    Reset(),
    Reset(processed=True),
    too_many(1),
    Html(),
    Status(500),
    Status(502),
    Status(503),
)
PLACES = ("/events/filter", "/login/filter", "/files/4711", "/upload", "/settings", "/quota")
DONE = ("COMPLETE", "PROVISIONAL", "GAPS", "No compliance report")
"""What a message says whose run is over."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of the process."""

    memory: int
    """Resident KiB."""
    descriptors: int

    @classmethod
    def of(cls, pid: int) -> "Size":
        status = Path(f"/proc/{pid}/status").read_text()
        [memory] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")]
        return cls(int(memory), len(list(Path(f"/proc/{pid}/fd").iterdir())))


@dataclass
class Soak:
    """One run of it."""

    portal: StandInPortal
    slack: StandInSlack
    process: subprocess.Popen[bytes]
    data: Path
    dice: random.Random
    asked: int = 0
    """Commands that were acknowledged."""
    unanswered: list[str] = field(default_factory=list)
    """Commands that were not."""
    faults: int = 0

    def go(self, seconds: float, *, rate: float) -> list[Size]:
        """Ask and spoil for so long, at so many commands a minute, and wait for the end of it.

        The process after each share of the time, and in the end.
        """
        began, sizes = time.monotonic(), list[Size]()
        while (passed := time.monotonic() - began) < seconds:
            if len(sizes) < len(LOOKS) and passed > seconds * LOOKS[len(sizes)]:
                sizes.append(Size.of(self.process.pid))
            self.ask()
            if self.dice.random() < FAULTY:
                self.spoil()
            threading.Event().wait(self.dice.uniform(0.5, 1.5) * 60 / rate)
        self.slack.faults.clear()
        self.portal.faults.clear()
        self.settle()
        return [*sizes, Size.of(self.process.pid)]

    def ask(self) -> None:
        report = f"{self.dice.choice(MONTHS)}{self.dice.choice(FILTERS)}{self.dice.choice(('', '', '', ' private'))}"
        text = report if self.dice.random() < 0.7 else self.dice.choice(OTHERS)  # noqa: PLR2004 - most are reports
        delivery = self.slack.command(COMMAND, text, user="ann", channel=self.dice.choice(CHANNELS))
        if delivery.acked:
            self.asked += 1
        else:
            self.unanswered.append(text)

    def spoil(self) -> None:
        times = self.dice.choice((1, 1, 1, 3, 8))
        self.faults += times
        if self.dice.random() < 0.7:  # noqa: PLR2004 - most are Slack's
            self.slack.faults.plan(self.dice.choice(METHODS), self.dice.choice(SLACK), times=times)
        else:
            self.portal.faults.next(self.dice.choice(PLACES), self.dice.choice(PORTAL), times)

    def settle(self) -> None:
        """Wait until all that was asked for has come to its end.

        Raises:
            DemoFailed: it did not, or the bot has died.
        """
        end = time.monotonic() + PATIENCE
        while not self.idle():
            if time.monotonic() > end or self.process.poll() is not None:
                raise DemoFailed(reason="not all runs have come to their end")
            threading.Event().wait(0.5)

    def idle(self) -> bool:
        states = {row["status"] for row in self.rows(sa.text("SELECT status FROM workflow_status"))}
        return not states & {"PENDING", "ENQUEUED", "DELAYED"} and all(
            row["ended"] for row in self.rows(sa.select(ledger.runs.c.ended))
        )

    def rows(self, query: sa.Select[Any] | sa.TextClause) -> list[sa.RowMapping]:
        engine = sa.create_engine(f"sqlite:///{self.data / 'bot.sqlite'}", poolclass=sa.NullPool)
        with engine.connect() as connection:
            return list(connection.execute(query).mappings())

    @property
    def messages(self) -> list[Message]:
        """Everything that the bot said, in channels and direct messages, but for replies."""
        found = (
            one for where in self.slack.workspace.channels.values() for one in self.slack.workspace.messages(where)
        )
        return [one for one in found if one.user == self.slack.workspace.setup.bot_user]

    def lost(self) -> list[str]:
        """Requests whose result stands nowhere."""
        shown = {(one.channel, one.ts) for one in self.messages if any(word in one.text for word in DONE)}
        told = {
            (row["run"], row["channel"])
            for row in self.rows(sa.select(posts))
            if (row["at"] or row["channel"], row["ts"]) in shown
        }
        wanted = self.rows(sa.select(requests).where(requests.c.state == "let in"))
        return [row["request"] for row in wanted if (row["run"], row["channel"]) not in told]

    def double(self) -> list[str]:
        """Marks that more than one message carries."""
        tags = [
            str(one.metadata["event_payload"]["tag"])
            for where in self.slack.workspace.channels.values()
            for one in self.slack.workspace._all(where.id)  # noqa: SLF001 - replies too
            if one.metadata
        ]
        return sorted({tag for tag in tags if tags.count(tag) > 1})

    def orphans(self) -> list[str]:
        """Messages about runs that have ended, which say that they go on."""
        return [
            one.text
            for one in self.messages
            if "ompliance report: " in one.text and not any(w in one.text for w in DONE)
        ]


@contextmanager
def staged(seed: int, folder: Path) -> Iterator[Soak]:
    """The bot in a process of its own between the stand-ins."""
    with StandInPortal(PortalSetup()) as portal, StandInSlack(WorkspaceSetup(scopes=SCOPES)) as slack:
        for month in (*MONTHS, MONTHS[-1].plus(-1)):
            portal.audit.add_all(month_of_events(month.year, month.month, count=200, seed=seed, zone=portal.setup.zone))
        names = {name.upper() for name in Settings.model_fields}
        own = {name: value for name, value in os.environ.items() if name not in names}
        settings = own | bot_settings(portal, slack, folder / "data") | {"PYTHONPATH": str(ROOT)}
        with (folder / "bot.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=folder, env=settings, stderr=log)
        try:
            slack.socket.wait_connected(1, 60)
            yield Soak(portal, slack, process, folder / "data", random.Random(seed))  # noqa: S311 - repeatable
        finally:
            process.terminate()
            process.wait(30)


def line(soak: Soak, sizes: Sequence[Size]) -> str:
    """What came of it."""
    runs = len(soak.rows(sa.select(ledger.runs.c.run)))
    size = sum(path.stat().st_size for path in soak.data.glob("bot.sqlite*"))
    return (
        f"soak: {soak.asked} requests ({len(soak.unanswered)} not acknowledged), {runs} runs, {soak.faults} faults, "
        f"{len(soak.lost())} lost, {len(soak.double())} double, {len(soak.orphans())} orphans; "
        f"memory {', '.join(str(one.memory // 1024) for one in sizes)} MiB, "
        f"descriptors {', '.join(str(one.descriptors) for one in sizes)} "
        f"(after {', '.join(f'{share:.0%}' for share in LOOKS)} of the time and in the end), "
        f"{size // max(runs, 1):,} bytes of database a run"
    )


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE, help="commands a minute")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="compliance-soak-") as folder, staged(options.seed, Path(folder)) as soak:
        sizes = soak.go(options.minutes * 60, rate=options.rate)
        wrong = [*soak.lost(), *soak.double(), *soak.orphans()]
        sys.stdout.write("".join(f"{one}\n" for one in [*wrong, line(soak, sizes)]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

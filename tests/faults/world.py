"""Bots in processes of their own between the stand-ins, and what is true of the world when all is over."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.demo.demo import bot_settings
from bot.store.tables import requests
from reporting.evidence import chain, ledger
from reporting.period import Month
from reporting.run import ENDED, State
from sandbox.portal import StandInPortal
from sandbox.slack import Delivery, Message, StandInSlack
from tests.faults.gate import Gate
from tests.until import PATIENCE, until

ROOT = Path(__file__).parents[2]
RUNNER = Path(__file__).with_name("runner.py")
COMMAND, CHANNEL = "/compliance-report", "#compliance"
MONTHS = [Month(2025, 1).plus(-back) for back in range(40)]
QUICK = {"FAULTS_BEAT": "0.3", "FAULTS_GONE": "3", "FAULTS_SETTLE": "1"}
"""Signs of life of a replica about ten times as often as usual, so that it is soon known to be dead."""
Bot = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class World:
    portal: StandInPortal
    slack: StandInSlack
    gate: Gate
    database: str
    folder: Path

    @contextmanager
    def bot(self, name: str = "bot", **changes: str) -> Iterator[Bot]:
        """A bot that is ready for its first command; it is killed in the end if it is still there."""
        sockets = len(self.slack.socket)
        log = self.folder / f"{name}.log"
        before = log.read_text().count('"ready"') if log.exists() else 0
        with log.open("ab") as stream:  # written by another process: the bot itself may be forbidden to write
            scribe = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=stream)
        bot = subprocess.Popen(
            [sys.executable, RUNNER, "run"], cwd=self.folder, env=self.environment(changes), stderr=scribe.stdin
        )
        with scribe, bot:
            try:
                until(lambda: log.read_text().count('"ready"') > before or bot.poll() is not None, of=log.read_text)
                if "SLACK_SIGNING_SECRET" not in changes and bot.poll() is None:
                    self.slack.socket.wait_connected(sockets + 1, PATIENCE)
                yield bot
            finally:
                bot.kill()

    def environment(self, changes: dict[str, str]) -> dict[str, str]:
        usual = bot_settings(self.portal, self.slack, self.folder / "data")
        more = {"PYTHONPATH": str(ROOT), "DATABASE_URL": self.database, "FAULTS_ARM": str(self.folder)}
        return {name: value for name, value in (os.environ | usual | more | changes).items() if value}

    def ask(self, text: str = "2025-01", channel: str = CHANNEL) -> Delivery:
        return self.slack.command(COMMAND, text, user="ann", channel=channel)

    def kill(self, bot: Bot) -> None:
        """As the kernel does it when memory is short; what was held is let go, for nobody listens any more."""
        bot.send_signal(signal.SIGKILL)
        self.mourn(bot)

    def mourn(self, bot: Bot) -> None:
        bot.wait(PATIENCE)
        self.gate.open()
        self.portal.faults.release()
        self.slack.socket.wait_gone(PATIENCE)

    def runs(self) -> list[sa.RowMapping]:
        return self.rows(sa.select(ledger.runs).order_by(ledger.runs.c.asked))

    def rows(self, query: sa.Select[Any] | sa.TextClause) -> list[sa.RowMapping]:
        engine = sa.create_engine(sa.make_url(self.database).set(drivername=self._driver()), poolclass=sa.NullPool)
        with engine.connect() as connection:
            return list(connection.execute(query).mappings())

    def _driver(self) -> str:
        return "sqlite" if self.database.startswith("sqlite") else "postgresql+psycopg"

    def workflows(self) -> list[sa.RowMapping]:
        table = "workflow_status" if self.database.startswith("sqlite") else "dbos.workflow_status"
        return self.rows(sa.text(f"SELECT workflow_uuid, name, status, queue_name, executor_id FROM {table}"))

    def wait_over(self, count: int = 1, seconds: float = PATIENCE) -> list[sa.RowMapping]:
        """The ledger, once *count* runs have ended and the engine has nothing left to do."""

        def over() -> bool:
            runs = self.runs()
            idle = {row["status"] for row in self.workflows()} <= {"SUCCESS", "ERROR", "CANCELLED"}
            return idle and len(runs) >= count and all(run["state"] in ENDED for run in runs)

        until(over, seconds, of=self.told)
        return self.runs()

    def told(self) -> str:
        """How things stand, for the message of a test that fails."""
        runs = [(row["run"], row["state"], row["failure"], row["replica"], row["attempts"]) for row in self.runs()]
        asked = [dict(row) for row in self.rows(sa.select(requests.c.request, requests.c.run, requests.c.state))]
        said = [message.text for message in self.slack.workspace.messages(CHANNEL)]
        logs = {path.name: path.read_text()[-3000:] for path in self.folder.glob("*.log")}
        flows = [dict(row) for row in self.workflows()]
        return "\n".join(map(str, [runs, asked, flows, said, *logs.items()]))

    def summaries(self, channel: str = CHANNEL) -> list[Message]:
        return [m for m in self.slack.workspace.messages(channel) if "SHA-256" in json.dumps(m.blocks)]

    def previews(self, channel: str = CHANNEL) -> list[Message]:
        channel_id = self.slack.workspace.channel(channel).id
        kept = self.slack.workspace._all(channel_id)
        return [m for m in kept if "From the report" in m.text]

    def check_one_report(self, run: sa.RowMapping, *, orphans: int = 0, where: str = "") -> None:
        """One file with the very content that the ledger tells of; one summary, or a warning that it is missing."""
        told, month = f"{where} {run['run']}: {self.told()}", Month.parse(run["period"]).title
        assert run["state"] in {State.DONE, State.WARNED}, told
        self.check_file(run)
        summaries = [m for m in self.summaries() if month in headline(m)]
        previews = [m for m in self.previews() if m.thread_ts in {one.ts for one in summaries}]
        others = [m for m in self.slack.workspace.messages(CHANNEL) if month in headline(m) and m not in summaries]
        if run["state"] == State.DONE:
            assert (len(summaries), len(previews)) == (1, 1), told
        assert len(summaries) <= 1, told
        assert len(previews) <= 1, told
        assert len(others) <= orphans, told
        assert not (self.folder / "data" / "runs" / run["run"]).exists(), told

    def check_file(self, run: sa.RowMapping) -> None:
        files = self.portal.files.files_in(self.portal.folder_id)
        [file, manifest] = sorted((one for one in files if one.title.startswith(run["name"])), key=lambda one: one.id)
        assert [file.title, manifest.title] == [f"{run['name']}.txt", f"{run['name']}.manifest.json"], self.told()
        [filed], paper = json.loads(run["files"]), json.loads(run["manifest"])
        for there, told in ((file, filed), (manifest, paper)):
            assert [version.number for version in there.versions] == [1], self.told()
            sha256 = hashlib.sha256(self.portal.files.content(there.id)).hexdigest()
            assert (told["id"], told["version"], told["sha256"]) == (there.id, 1, sha256)
        assert filed["sha256"] == run["sha256"]
        [entry] = [row for row in self.rows(sa.select(chain.ledger)) if row["run"] == run["run"]]
        assert run["link"] == f"{entry['number']}:{entry['hash']}"

    def arm(self, bot: Bot, at: int) -> None:
        """Let the bot kill itself at the point of that number from now on; at none, if it is negative."""
        order = self.folder / "at"
        order.with_suffix(".new").write_text(str(at))
        order.with_suffix(".new").rename(order)
        bot.send_signal(signal.SIGUSR1)
        until(lambda: not order.exists())

    def points(self) -> list[str]:
        return (self.folder / "points").read_text().splitlines()


def headline(message: Message) -> str:
    """The first line of a message's text, which names its own month; what follows can name another one."""
    return message.text.partition("\n")[0]

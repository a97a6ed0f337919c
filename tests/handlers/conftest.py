"""Values that messages are made of, with foreign text at its worst where a test wants it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reporting.period import Month, Window
from reporting.report import Change, Counted, Draft, Filed, Judgement, Scope, SignIns, Verdict


@pytest.fixture
def draft() -> Callable[..., Draft]:
    """A report of January 2025; any field can be said otherwise."""
    window = Window(datetime(2024, 12, 31, 22, tzinfo=UTC), datetime(2025, 1, 31, 22, tzinfo=UTC))
    usual = Draft(
        scope=Scope(Month(2025, 1), "https://docspace.example.com", "3.7.2", "Europe/Riga", window),
        judgement=Judgement(Verdict.COMPLETE),
        signins=SignIns(Judgement(Verdict.GAPS, ("sign-ins are gone after 180 days",)), 400, 12, 19, 9),
        read=4321,
        kept=4321,
        before=3858,
        highlights=(Counted("deletions", 12), Counted("public links created or changed", 0)),
        requests=48,
        categories=(Counted("download", 2000), Counted("create", 1500), Counted("share", 821)),
        users=tuple(Counted(name, 1000 - n) for n, name in enumerate(["Zoe Miller", "Søren Ødegård", "Ann Lee"])),
        other_users=4,
        path=Path("compliance-report-2025-01.txt"),
        extras=(),
        size=1_797_441,
        sha256="10bfaaff64c799c6aaec10bda0a73835254893f242d7d8dab0c50a17706343a3",
    )

    def make(**changes: Any) -> Draft:
        return replace(usual, **changes)

    return make


@pytest.fixture
def filed() -> Filed:
    url = "https://docspace.example.com/doceditor?fileid=90001&version=2"
    return Filed(
        id=90001,
        version=2,
        folder=4711,
        title="compliance-report-2025-01.txt",
        url=url,
        size=10,
        sha256="ab" * 32,
        change=Change.VERSION,
    )

import os
import subprocess
import sys
from pathlib import Path

from tests.until import PATIENCE

ROOT = Path(__file__).parents[3]


def test_the_demonstration_shows_the_conversation_and_the_file_and_ends_by_itself(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://nowhere\nALLOWED_USERS=U0NOBODY\n")
    command = [sys.executable, "-m", "bot", "demo"]
    home = os.environ | {"PYTHONPATH": str(ROOT)}
    shown = subprocess.run(
        command, cwd=tmp_path, env=home, capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )
    assert shown.returncode == 0, shown.stderr
    for said in ["/compliance-report 2025-01", "COMPLETE", "4,321", "Total events: 4321", "Requested by @Ann Archer"]:
        assert said in shown.stdout
    assert shown.stderr == ""

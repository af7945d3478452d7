"""Small hostile files: every command answers soon, in little memory, and never with a fault of ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_small_hostile_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.e2e.hostile", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == []

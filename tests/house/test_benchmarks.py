"""The benchmarks run where only what they name is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = """
import sys, importlib
sys.modules.update(dict.fromkeys(("pytest", "hypothesis", "jsonschema")))
sys.path.append(sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module("benchmarks." + name)
"""


@pytest.mark.checkout
def test_benchmarks_that_use_the_tests_need_no_tool_of_theirs(tmp_path: Path) -> None:
    """A peer installs a package `tests` of its own; the tools of ours are not in the extra `bench`."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    names = [path.stem for path in (ROOT / "benchmarks").glob("*.py") if "from tests." in path.read_text("utf-8")]
    assert names
    done = subprocess.run(
        [sys.executable, "-c", ASKED, str(tmp_path), *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr

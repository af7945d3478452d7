"""The README keeps its word: its commands exist, and CI runs the very test command that it names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from crmdsl.cli.verbs import VERBS

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""


def test_the_two_commands_come_first() -> None:
    commands = re.findall(r"^make (\w+)", README, re.MULTILINE)
    assert commands[:2] == ["demo", "test"]


@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_knows_the_command(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ci_calls_the_test_command() -> None:
    assert re.search(r"^(exec )?make test$", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_verb_of_the_readme_exists() -> None:
    named = set(re.findall(r"^\$? ?crmdsl (\w+)", README, re.MULTILINE))
    assert named <= set(VERBS)
    assert {"new", "validate", "compile", "test"} <= named


def test_its_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_it_fits_a_screen_or_two() -> None:
    assert README.count("\n") <= 90

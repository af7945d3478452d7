"""The tutorial can be followed: its commands work, and its code runs against the package they make."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import crmdsl

TUTORIAL = Path(__file__).parents[2] / "docs/tutorial.md"
pytestmark = pytest.mark.checkout


def blocks(language: str) -> list[str]:
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", TUTORIAL.read_text("utf-8"))


def commands() -> list[list[str]]:
    return [line[len("$ crmdsl ") :].split() for block in blocks("console") for line in block.splitlines()
            if line.startswith("$ crmdsl ")]  # fmt: skip


def test_following_it(tmp_path: Path) -> None:
    for command in commands():
        crmdsl(*command, cwd=tmp_path)
    assert (tmp_path / "pictures/sale.svg").exists()
    assert {command[0] for command in commands()} == {"new", "validate", "render", "test", "compile"}
    (script,) = (block for block in blocks("python"))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "generated")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:2] == ["discount_check.manager", "('approve', 'reject')"]


def test_what_it_shows_of_a_fault(tmp_path: Path) -> None:
    crmdsl("new", "acme", cwd=tmp_path)
    file = tmp_path / "acme/approvals.yaml"
    file.write_text(file.read_text("utf-8").replace("approver: sales_manager", "approver: sales_manger"), "utf-8")
    shown = crmdsl("validate", "acme", cwd=tmp_path, code=1).stdout
    (told,) = (block for block in blocks("console") if "unknown-name" in block)
    for line in told.splitlines()[1:3]:
        assert line.strip() in shown
    assert "did you mean `sales_manager`?" in shown


def test_the_scenario_that_is_added(tmp_path: Path) -> None:
    crmdsl("new", "acme", cwd=tmp_path)
    scenarios, approvals = tmp_path / "acme/scenarios.yaml", tmp_path / "acme/approvals.yaml"
    scenarios.write_text(scenarios.read_text("utf-8") + blocks("yaml")[1], "utf-8")
    failed = crmdsl("test", "acme", cwd=tmp_path, code=1).stdout
    assert "happened  state `discount_check.manager`" in failed
    text = approvals.read_text("utf-8").replace("discount <= 20%", "discount <= 15%")
    approvals.write_text(text.replace("discount > 20%", "discount > 15%"), "utf-8")
    crmdsl("test", "acme", cwd=tmp_path)

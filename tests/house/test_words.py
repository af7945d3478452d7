"""Nothing unfinished, nothing of one machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parents[2]
UNFINISHED = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X]|NotImplemented[E]rror)\b")
MACHINE = re.compile(r"(?<![\w.<])/(work|farm|root|home/\w+|tmp)/")


def tracked() -> list[Path]:
    """Every file that belongs to the project."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    """The files that are text."""
    return [
        (path, data.decode("utf-8", "replace"))
        for path in tracked()
        if b"\0" not in (data := path.read_bytes()) and len(data) < 2_000_000
    ]


def test_nothing_is_left_unfinished() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path, text in texts()
        if path.suffix == ".py" and (found := UNFINISHED.search(text))
    ]
    assert wrong == []


def test_no_path_of_one_machine() -> None:
    wrong = [f"{path.relative_to(ROOT)}: {found.group()}" for path, text in texts() if (found := MACHINE.search(text))]
    assert wrong == []


def test_no_conflict_marks_and_no_trailing_space_in_code() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path, text in texts()
        if path.suffix in {".py", ".md", ".toml", ".jinja"}
        for number, line in enumerate(text.split("\n"), 1)
        if line.startswith(("<<<<<<< ", ">>>>>>> ")) or line != line.rstrip(" \t")
    ]
    assert wrong == []

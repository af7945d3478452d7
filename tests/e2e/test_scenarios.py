"""`crmdsl test` from outside."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.e2e.commands import VALVOTECH, answer, crmdsl


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Valvotech with one expectation that does not hold."""
    spec = tmp_path_factory.mktemp("spec") / "valvotech"
    shutil.copytree(VALVOTECH, spec)
    file = spec / "quality.yaml"
    text = file.read_text("utf-8").replace("state: discount_check.director,", "state: discount_check.board,")
    file.write_text(text, "utf-8")
    return spec


def test_json(failing: Path) -> None:
    found = answer("test", failing, code=1)
    assert list(found) == ["scenarios", "diagnostics"]
    assert [scenario["passed"] for scenario in found["scenarios"]] == [True, False, True, True]
    wrong = found["scenarios"][1]
    assert (wrong["name"], wrong["file"], wrong["line"]) == ("large_order_reaches_the_director", "quality.yaml", 16)
    assert (wrong["expected"], wrong["happened"]) == ("state `discount_check.board`", "state `discount_check.director`")
    assert [act["what"] for act in wrong["trace"]] == ["start", "submit"]
    (diagnostic,) = (d for d in found["diagnostics"] if d["code"] == "scenario-failed")
    assert (diagnostic["severity"], diagnostic["file"], diagnostic["line"], diagnostic["column"]) == (
        "error", "quality.yaml", 21, 5,
    )  # fmt: skip


def test_text(failing: Path) -> None:
    done = crmdsl("test", failing, code=1)
    assert "✗ large_order_reaches_the_director  quality.yaml:21:5" in done.stdout
    assert "    expected  state `discount_check.board`" in done.stdout
    assert "agent_1  submit  → discount_check.director" in done.stdout
    assert done.stderr == "valvotech: 4 scenarios, 1 failed\n"


def test_junit(failing: Path) -> None:
    (suite,) = ElementTree.fromstring(crmdsl("test", failing, "--format", "junit", code=1).stdout.encode())
    assert (suite.get("tests"), suite.get("failures")) == ("4", "1")


def test_only_one(failing: Path) -> None:
    done = crmdsl("test", failing, "--only", "small_discount_needs_nobody", "-v", "--quiet")
    assert done.stdout.startswith("✓ small_discount_needs_nobody\n")
    assert "→ credit_check.requested" in done.stdout
    assert done.stderr == ""
    missed = crmdsl("test", failing, "--only", "small_discount_need_nobody", code=2)
    assert "did you mean `small_discount_needs_nobody`?" in missed.stderr


def test_a_spec_with_errors(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("crmdsl: 1\nnonsense: {}\n", "utf-8")
    found = answer("test", tmp_path, code=1)
    assert found["scenarios"] == []
    assert "unknown-key" in {d["code"] for d in found["diagnostics"]}
    assert "unknown-key" in crmdsl("test", tmp_path, code=1).stdout
    (suite,) = ElementTree.fromstring(crmdsl("test", tmp_path, "--format", "junit", code=1).stdout.encode())
    assert suite.get("errors") == "1"
    crmdsl("test", tmp_path / "nothing", code=2)

"""`fmt`, `validate --fix` and `schema --out` from outside: what is written, what is not, and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import VALVOTECH, answer, crmdsl

UGLY = "crmdsl:   1\nroles: {a: {department:   sales,headcount: 1}}   # x\n"
NICE = "crmdsl: 1\nroles: {a: {department: sales, headcount: 1}}   # x\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A spec of three files: one to format, one that is fine, one that is no YAML."""
    folder = tmp_path / "acme"
    (folder / "more").mkdir(parents=True)
    (folder / "a.yaml").write_text(UGLY)
    (folder / "more/b.yaml").write_text(NICE)
    (folder / "c.yaml").write_text("a: [\n")
    return folder


def test_valvotech_is_formatted() -> None:
    assert crmdsl("fmt", "--check", VALVOTECH).stdout == ""


def test_a_new_company_is_formatted(tmp_path: Path) -> None:
    crmdsl("new", tmp_path / "acme")
    crmdsl("fmt", "--check", tmp_path / "acme")


def test_files_are_formatted_in_place(spec: Path) -> None:
    (spec / "a.yaml").chmod(0o640)
    done = crmdsl("fmt", spec, code=1)
    assert done.stdout.splitlines() == [str(spec / "a.yaml")]
    assert "error[yaml-syntax]" in done.stderr
    assert (spec / "a.yaml").read_text() == NICE
    assert (spec / "c.yaml").read_text() == "a: [\n"
    if os.name != "nt":
        assert stat.S_IMODE((spec / "a.yaml").stat().st_mode) == 0o640
    assert sorted(path.name for path in spec.iterdir()) == ["a.yaml", "c.yaml", "more"]
    (spec / "c.yaml").unlink()
    assert crmdsl("fmt", spec).stdout == ""


def test_check_and_diff_write_nothing(spec: Path) -> None:
    (spec / "c.yaml").unlink()
    assert crmdsl("fmt", "--check", spec, code=1).stdout.splitlines() == [str(spec / "a.yaml")]
    shown = crmdsl("fmt", "--diff", spec).stdout
    assert shown.startswith("--- a/a.yaml\n+++ b/a.yaml\n")
    assert f"-{UGLY.splitlines()[0]}\n" in shown
    assert (spec / "a.yaml").read_text() == UGLY
    assert crmdsl("fmt", "--quiet", spec).stderr == ""


def test_the_answer_as_json(spec: Path) -> None:
    found = answer("fmt", "--check", spec, code=1)
    assert found["changed"] == ["a.yaml"]
    assert [one["code"] for one in found["diagnostics"]] == ["yaml-syntax"]
    assert answer("fmt", spec / "a.yaml")["changed"] == ["a.yaml"]
    assert (spec / "a.yaml").read_text() == NICE


@pytest.mark.parametrize(("text", "out", "code"), [(UGLY, NICE, 0), (NICE, NICE, 0), ("a: [", "", 1)])
def test_standard_input(text: str, out: str, code: int) -> None:
    command = [sys.executable, "-m", "crmdsl", "fmt", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    assert (done.stdout.decode().replace("\r\n", "\n"), done.returncode) == (out, code)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links(spec: Path, tmp_path: Path) -> None:
    (spec / "c.yaml").unlink()
    (tmp_path / "outside.yaml").write_text(UGLY)
    (spec / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (spec / ".hidden.txt").write_text(UGLY)
    (spec / "own.yaml").symlink_to(spec / ".hidden.txt")
    crmdsl("fmt", spec, code=1)
    assert (tmp_path / "outside.yaml").read_text() == UGLY
    assert (spec / ".hidden.txt").read_text() == NICE
    assert (spec / "own.yaml").is_symlink()


def test_no_spec_is_wrong_usage(tmp_path: Path) -> None:
    crmdsl("fmt", tmp_path / "nothing", code=2)
    crmdsl("fmt", tmp_path, code=2)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Valvotech with two faults whose repair is certain, and one that is not."""
    folder = tmp_path / "valvotech"
    shutil.copytree(VALVOTECH, folder)
    file = folder / "company.yaml"
    text = (
        file.read_text("utf-8")
        .replace("hourly_cost: 38 EUR", "hourly_cost: 38")
        .replace("availability: 15%", "availability: 15")
    )
    file.write_text(text.replace("department: management", "department: managment"), "utf-8")
    return folder


def test_fix_repairs_what_is_certain(broken: Path) -> None:
    done = crmdsl("validate", broken, "--fix", code=1)
    assert [line.split(" ")[0] for line in done.stdout.splitlines()[:2]] == ["fixed[bad-value]:", "fixed[bad-value]:"]
    assert "error[unknown-name]" in done.stdout
    assert "error[bad-value]" not in done.stdout
    text = (broken / "company.yaml").read_text("utf-8")
    assert text.replace("managment", "management") == (VALVOTECH / "company.yaml").read_text("utf-8")
    assert answer("validate", broken, "--fix", code=1)["fixed"] == []


def test_fix_with_diff_writes_nothing(broken: Path) -> None:
    before = (broken / "company.yaml").read_text("utf-8")
    shown = crmdsl("validate", broken, "--fix", "--diff", code=1).stdout
    assert shown.startswith("--- a/company.yaml\n")
    found = answer("validate", broken, "--fix", "--diff", code=1)
    assert found["diff"] == shown
    assert [one["fix"]["text"] for one in found["fixed"]] == ["15%", "38 EUR"]
    assert [one["code"] for one in found["diagnostics"] if one["severity"] == "error"] == ["unknown-name"]
    assert (broken / "company.yaml").read_text("utf-8") == before


def test_diff_and_watch_do_not_go_without_or_with_fix() -> None:
    crmdsl("validate", VALVOTECH, "--diff", code=2)
    crmdsl("validate", VALVOTECH, "--fix", "--watch", code=2)


def test_the_schema_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "deep/crmdsl.json"
    assert crmdsl("schema", "--out", file).stdout == ""
    assert json.loads(file.read_text("utf-8")) == json.loads(crmdsl("schema").stdout)
    crmdsl("schema", "--out", file)
    assert [path.name for path in file.parent.iterdir()] == ["crmdsl.json"]
    crmdsl("schema", "--out", tmp_path, code=2)

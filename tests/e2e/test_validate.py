"""`crmdsl validate` from outside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import COMPANIES, VALVOTECH, answer, codes, crmdsl, started


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Valvotech with a misspelt role and a process that ends nowhere."""
    spec = tmp_path / "valvotech"
    shutil.copytree(VALVOTECH, spec)
    file = spec / "approvals.yaml"
    file.write_text(file.read_text("utf-8").replace("approver: area_manager", "approver: area_manger"), "utf-8")
    return spec


@pytest.mark.parametrize("company", COMPANIES, ids=lambda path: path.name)
def test_companies_are_sound(company: Path) -> None:
    assert {diagnostic["severity"] for diagnostic in answer("validate", company)["diagnostics"]} <= {"info"}


def test_valvotech_is_sound() -> None:
    found = answer("validate", VALVOTECH)
    assert set(found) == {"spec", "diagnostics", "counts"}
    done = started("validate", VALVOTECH)
    assert "error" not in done.stdout + done.stderr
    assert done.stderr.startswith("valvotech: ")
    assert crmdsl("validate", VALVOTECH, "--quiet").stderr == ""


def test_the_text_form(broken: Path) -> None:
    text = crmdsl("validate", broken, code=1).stdout
    assert text.startswith("error[unknown-name]: ")
    assert "--> approvals.yaml:12:19" in text
    assert "| " + " " * 18 + "^^^^^^^^^^^\n" in text
    assert "did you mean `area_manager`?" in text
    assert "\x1b" not in text


def test_the_json_form(broken: Path) -> None:
    found = answer("validate", broken, code=1)
    [fault] = [diagnostic for diagnostic in found["diagnostics"] if diagnostic["severity"] == "error"]
    assert (fault["code"], fault["severity"]) == ("unknown-name", "error")
    place = (fault["file"], fault["line"], fault["column"], fault["end_line"], fault["end_column"])
    assert place == ("approvals.yaml", 12, 19, 12, 30)
    assert {"message", "help", "related"} <= set(fault)
    assert found["counts"]["error"] == 1


def test_the_github_form(broken: Path) -> None:
    line = crmdsl("validate", broken, "--format", "github", code=1).stdout.split("\n")[0]
    assert line.startswith("::error ")
    assert "line=12" in line
    assert "approvals.yaml" in line


def test_the_sarif_form(broken: Path) -> None:
    log = json.loads(crmdsl("validate", broken, "--format", "sarif", code=1).stdout)
    assert log["version"] == "2.1.0"
    [result] = [result for result in log["runs"][0]["results"] if result["level"] == "error"]
    assert result["ruleId"] == "unknown-name"
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == 19


def test_one_file_is_a_spec(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text("crmdsl: 1\n")
    assert codes(tmp_path / "tiny.yaml") == [("missing-key", "tiny.yaml", 1, 1)]


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)) * 16,
    "nul": b"crmdsl: 1\0\n",
    "utf16": "crmdsl: 1\n".encode("utf-16"),
    "brackets": b"[" * 100_000,
    "braces": b"{a: " * 100_000,
    "indicators": b"- " * 50_000,
    "alias bomb": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "tag": b"!!python/object/apply:os.system ['true']\n",
    "documents": b"crmdsl: 1\n---\ncrmdsl: 1\n",
    "open quote": b'crmdsl: "1\n',
    "tab": b"crmdsl: 1\ncompany:\n\tname: x\n",
    "long line": b"a: " + b"x" * 1_000_000,
    "right to left": "crmdsl: 1\n\u202ename: \u2066x\n".encode(),
    "surrogate": b'crmdsl: "\\ud800"\n',
    "question": b"? [a, b]\n: c\n",
    "number keys": b"1: 2\nnull: 3\n~: 4\n",
    "deep blocks": b"\n".join(b" " * depth + b"a:" for depth in range(2_000)),
    "percent": b"%YAML 9.9\n%TAG ! x\n---\na\n",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_any_bytes_at_all_give_diagnostics(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(data)
    found = answer("validate", tmp_path, code=1)
    assert found["counts"]["error"] >= 1


def test_an_empty_folder_and_a_missing_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crmdsl", "validate", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    crmdsl("validate", tmp_path / "nowhere", code=2)


def test_links_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("password: hunter2\n")
    spec = tmp_path / "spec"
    spec.mkdir()
    (spec / "link.yaml").symlink_to(secret)
    done = subprocess.run(
        [sys.executable, "-m", "crmdsl", "validate", str(spec)], capture_output=True, text=True, check=False
    )
    assert done.returncode in {1, 2}
    assert "hunter2" not in done.stdout + done.stderr
    assert "password" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT there")
def test_watch_sees_a_change_and_stops_cleanly(broken: Path) -> None:
    command = [sys.executable, "-u", "-m", "crmdsl", "validate", str(broken), "--watch"]
    heeded = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background inherits SIG_IGN
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, heeded)
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        assert "1 error" in next(lines)
        assert "watching" in next(lines)
        file = broken / "approvals.yaml"
        file.write_text(file.read_text("utf-8").replace("area_manger", "area_manager"), "utf-8")
        assert "error" not in next(lines)
        assert "watching" in next(lines)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.communicate()

"""Every verb stands in the help, has the options that every verb has, and keeps the exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import crmdsl.cli
from crmdsl.cli.process import run
from crmdsl.cli.verbs import VERBS

PARTS = {"language", "options", "verbs", "process", "writing", "reading", "answers", "watching", "_serving"}


def test_every_verb_is_a_module_and_every_module_a_verb() -> None:
    modules = {path.stem for path in Path(crmdsl.cli.__file__).parent.glob("*.py")} - {"__init__"} - PARTS
    assert modules == set(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert all(option in text for option in ("--lang", "--quiet", "--debug", f"crmdsl {verb}"))


@pytest.mark.parametrize("verb", VERBS)
def test_every_parameter_says_what_it_is(verb: str) -> None:
    command: click.Command = import_module(f"crmdsl.cli.{verb}").command
    assert command.name == verb
    silent = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]
    assert silent == []


def test_a_misspelt_verb_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["valdate"]) == 2
    assert "did you mean `validate`?" in capsys.readouterr().err


def test_an_unknown_option_is_wrong_usage() -> None:
    assert run(["validate", "--nonsense"]) == 2


def test_what_cannot_be_read_is_no_fault_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", "no/such/spec"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err


def test_a_fault_of_ours_apologises(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    import crmdsl.report.codes

    def broken() -> None:
        raise RuntimeError("a cog broke")

    monkeypatch.setattr(crmdsl.report.codes, "codes", broken)
    assert run(["explain"]) == 3
    quiet = capsys.readouterr().err
    assert "a cog broke" in quiet
    assert "Traceback" not in quiet
    assert run(["explain", "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_broken_pipe_is_quiet() -> None:
    command = [sys.executable, "-m", "crmdsl", "explain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""

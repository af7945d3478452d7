"""What an Italian consultant is told of broken specs, word for word; `--update-golden` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdsl.api import check
from crmdsl.cli.process import run
from crmdsl.diagnostics.languages import catalogue
from crmdsl.diagnostics.render import Report, text

SPECS = sorted((Path(__file__).parent / "italian").glob("*.yaml"))


@pytest.mark.parametrize("spec", SPECS, ids=[spec.stem for spec in SPECS])
def test_broken_specs(spec: Path, request: pytest.FixtureRequest) -> None:
    expected, update = spec.with_suffix(".txt"), request.config.getoption("--update-golden")
    found, italian = check(spec), catalogue("it")
    wanted = "" if update else expected.read_text(encoding="utf-8")
    shown = [one for one in found.diagnostics if update or f"[{one.code}]" in wanted]  # other rules are not at issue
    report = Report(found.spec.name, shown, found.sources)
    told = text.render(report, translate=italian) + "\n" + text.summary(report).text(italian) + "\n"
    if update:
        expected.write_text(told, encoding="utf-8")
    else:
        assert told == wanted


def test_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["validate", "--help", "--lang", "it"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Uso: crmdsl validate")
    assert "Controlla SPEC" in told
    assert "Lingua dei messaggi e delle etichette." in told
    assert run(["--lang", "it", "--help"]) == 0
    assert "Comandi:" in capsys.readouterr().out
    assert run(["valdate", "--lang=it"]) == 2
    assert "nessun comando `valdate`; forse intendevi `validate`?" in capsys.readouterr().err
    assert run(["validate", str(tmp_path / "nothing"), "--lang", "it"]) == 2
    assert capsys.readouterr().err.startswith("errore: ")
    assert run(["validate", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: crmdsl validate")


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "dead-end", "--lang", "it"]) == 0
    told = capsys.readouterr().out
    assert "Un passo da cui non si arriva a nessuna fine." in told
    assert "perché: Una pratica" in told
    assert "clarify: {role: clerk, outcomes: {answer: order}}" in told


def test_the_environment_says_the_language(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMDSL_LANG", "it_IT.UTF-8")
    assert run(["validate", str(SPECS[0])]) == 1
    assert "errori" in capsys.readouterr().err
    assert run(["validate", str(SPECS[0]), "--lang", "en"]) == 1
    assert "errors" in capsys.readouterr().err
    monkeypatch.setenv("CRMDSL_LANG", "de")
    assert run(["validate", str(SPECS[0])]) == 1
    assert "errors" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_every_form_is_translated(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", str(SPECS[0]), "--format", form, "--lang", "it"]) == 1
    told = capsys.readouterr().out
    assert "nessun ruolo `leed`" in told
    assert "forse intendevi `lead`?" in told
    assert "error" in told  # the severities are words of the contract, not of a language

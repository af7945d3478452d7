"""What somebody meets who starts today: folders with blanks, one file of many, figures in his language."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdsl.cli.process import run
from crmdsl.diagnostics.languages import catalogue
from crmdsl.diagnostics.numbers import Numeral, localised, retold


def test_a_new_company_with_a_blank_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["new", "Rossi & figli", "--lang", "it"]) == 0
    assert "`crmdsl validate 'Rossi & figli'`" in capsys.readouterr().err
    approvals = (tmp_path / "Rossi & figli" / "approvals.yaml").read_text("utf-8")
    assert "\n# chi firma che cosa" in approvals
    assert "who signs" not in approvals
    assert "#it" not in approvals
    assert run(["new", "acme"]) == 0
    assert "`crmdsl validate acme`" in capsys.readouterr().err
    assert "\n# who signs what" in (tmp_path / "acme" / "approvals.yaml").read_text("utf-8")

    assert run(["validate", "acme/approvals.yaml", "--lang", "en"]) == 1
    assert "`approvals.yaml` is one file of a folder" in (said := capsys.readouterr()).err
    assert "try `crmdsl validate acme`" in said.err
    assert run(["validate", "acme/company.yaml"]) in (0, 1)
    assert "one file of a folder" not in capsys.readouterr().err

    assert run(["compile", "acme", "--check", "--lang", "en"]) == 1
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == 11
    assert listed[-1].startswith("and ")

    silent = (tmp_path / "acme" / "company.yaml").read_text("utf-8").replace("volume: 4 per day, ", "")
    (tmp_path / "acme" / "company.yaml").write_text(silent, "utf-8")
    assert run(["analyze", "acme", "--lang", "en"]) == 0
    told = capsys.readouterr().out.split("\n\n")
    assert told[1].startswith("nothing arrives: ")
    assert told[2].startswith("one case alone")

    crowded = silent.replace("handled_by: agent, feeds: sale", "handled_by: agent, volume: 900 per day, feeds: sale")
    (tmp_path / "acme" / "company.yaml").write_text(crowded, "utf-8")
    assert run(["analyze", "acme", "--lang", "it"]) == 0
    told = capsys.readouterr().out
    first = told[told.index("quanto rende un sollievo") :].split("\n")[1]
    assert "persone in più per `" in first
    assert "non cresce più" in first
    assert "∞ → ∞" not in told


def test_numbers_of_a_language() -> None:
    assert localised("1,234.5", "it") == "1.234,5"
    assert localised("1,234.5", "en") == "1,234.5"
    assert Numeral("−49,920.50 EUR").text(catalogue("it")) == "−49.920,50 EUR"
    case = (
        "amount = 1_049_999.99 EUR, kind = big_2, level_1 = 7.5%, on = 2026-03-31, at = 2026-03-31T09:00, left = 1d 4h"
    )
    assert retold(case, "en") == case.replace("1_049_999.99", "1,049,999.99")
    assert retold(case, "it") == case.replace("1_049_999.99", "1.049.999,99").replace("7.5%", "7,5%")

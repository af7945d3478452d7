"""`new`, `test`, `render`, `schema` and `explain` from outside."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml

from tests.e2e.commands import COMPANIES, VALVOTECH, answer, crmdsl


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_new_company_validates_and_passes_its_scenarios(tmp_path: Path, language: str) -> None:
    spec = tmp_path / "acme"
    crmdsl("new", spec, "--lang", language)
    assert answer("validate", spec)["diagnostics"] == []
    scenarios = answer("test", spec)["scenarios"]
    assert len(scenarios) >= 3
    assert all(scenario["passed"] for scenario in scenarios)
    for file in spec.rglob("*.yaml"):
        first = file.read_text("utf-8").split("\n")[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (file.parent / first.partition("=")[2]).exists()


def test_new_never_writes_over_anything(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/mine.txt").write_text("mine")
    crmdsl("new", tmp_path / "acme", code=2)
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("company", COMPANIES, ids=lambda path: path.name)
def test_the_scenarios_of_companies_pass(company: Path) -> None:
    found = answer("test", company)
    assert set(found) >= {"scenarios", "diagnostics"}
    assert [scenario["name"] for scenario in found["scenarios"] if not scenario["passed"]] == []
    assert {"name", "passed", "expected", "happened", "file", "line"} <= set(found["scenarios"][0])


def test_junit() -> None:
    suite = ElementTree.fromstring(crmdsl("test", VALVOTECH, "--format", "junit").stdout)
    assert len(list(suite.iter("testcase"))) == 4


def test_a_failing_scenario_fails_the_test(tmp_path: Path) -> None:
    spec = tmp_path / "acme"
    crmdsl("new", spec)
    file = spec / "scenarios.yaml"
    file.write_text(file.read_text("utf-8").replace("{state: shipping.requested}", "{state: won}"), "utf-8")
    found = answer("test", spec, code=1)
    assert [scenario["passed"] for scenario in found["scenarios"]].count(False) == 1
    assert [diagnostic["code"] for diagnostic in found["diagnostics"]] == ["scenario-failed"]


def test_render(tmp_path: Path) -> None:
    crmdsl("render", VALVOTECH, "--out", tmp_path)
    drawn = {path.name for path in tmp_path.rglob("*.svg")}
    assert {"order_to_cash.svg", "lead_qualification.svg"} <= drawn
    for path in tmp_path.rglob("*.svg"):
        ElementTree.parse(path)


def test_render_draws_what_is_asked_for(tmp_path: Path) -> None:
    found = answer("render", VALVOTECH, "--out", tmp_path, "--only", "order_to_cash", "--as", "svg")
    assert found["files"] == ["order_to_cash-states.svg", "order_to_cash.svg"]
    found = answer("render", VALVOTECH, "--out", tmp_path, "--process", "ticket_handling-states", "--as", "dot")
    assert found["files"] == ["ticket_handling-states.dot"]
    told = crmdsl("render", VALVOTECH, "--out", tmp_path, "--only", "order_to_cas", code=2).stderr
    assert "did you mean `order_to_cash`?" in told


def test_the_schema_accepts_companies() -> None:
    schema = json.loads(crmdsl("schema").stdout)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for file in (file for company in COMPANIES for file in company.rglob("*.yaml")):
        document = yaml.load(file.read_text("utf-8"), yaml.BaseLoader)
        assert [error.message for error in validator.iter_errors(document)] == []


def test_every_code_is_explained() -> None:
    known = answer("explain")
    assert len(known) >= 40
    for code in known:
        assert code["summary"], code
        assert code["why"], code
        assert code["wrong"], code
        assert code["right"], code
    text = crmdsl("explain", "dead-end").stdout
    assert text.startswith("dead-end (error)")
    assert "wrong:" in text
    assert "error[dead-end]: step `clarify` has no way out" in text
    said = answer("explain", "dead-end")["said"]
    assert [(one["code"], one["line"], one["column"]) for one in said] == [("dead-end", 8, 7)]
    assert "did you mean `dead-end`?" in crmdsl("explain", "dead-ends", code=2).stderr

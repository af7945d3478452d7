"""Results of scenarios as text and as JUnit, whatever stands in them."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

from crmdsl.analysis.faults import ScenarioFailed
from crmdsl.analysis.scenarios import failures
from crmdsl.analysis.scenarios.results import Act, Check, Refused, ScenarioResult
from crmdsl.diagnostics import Message, Span
from crmdsl.report.scenarios import junit, text

AT = datetime(2026, 1, 2, 8, 30)
THEN = Span("tests.yaml", 9, 5, 9, 9)


def result(name: str, *checks: Check, trace: tuple[Act, ...] = ()) -> ScenarioResult:
    return ScenarioResult(name, "tests.yaml", 4, THEN, checks, trace, 0.25)


PASSED = result(
    "fine", Check(Message("state a"), Message("state a"), True), trace=(Act(AT, "anna", Message("start"), "", "a"),)
)
FAILED = result(
    "wrong",
    Check(Message("state b"), Message("state a"), False),
    Check(Message("paid = true"), Message("paid = true"), True),
    trace=(
        Act(AT, "anna", Message("start"), "", "a"),
        Act(
            AT, "anna", Message("go"), "a", "a", refused=Refused("wrong-role", "p.yaml:7", Message("anna is no clerk"))
        ),
        Act(AT, "", Message("2d pass"), "a", "b", effects=(Message("remind {words}", words="clerk a"),)),
    ),
)


def test_one_that_failed_says_what_of_it() -> None:
    assert (str(FAILED.expected), str(FAILED.happened)) == ("state b", "state a")
    (found,) = failures([PASSED, FAILED])
    assert found.span == THEN
    assert str(found.message) == "scenario `wrong` fails: expected state b, but state a"


def test_text() -> None:
    shown = text.render([PASSED, FAILED])
    assert shown.splitlines() == [
        "✓ fine",
        "✗ wrong  tests.yaml:9:5",
        "    expected  state b",
        "    happened  state a",
        "",
        "    Fri 2026-01-02 08:30  anna  start    → a",
        "    Fri 2026-01-02 08:30  anna  go       refused: anna is no clerk",
        "                          wrong-role, p.yaml:7",
        "    Fri 2026-01-02 08:30        2d pass  → b  remind clerk a",
        "",
    ]
    assert str(text.summary([PASSED, FAILED])) == "2 scenarios, 1 failed"
    assert str(text.summary([PASSED])) == "1 scenario, all passed"


def test_text_without_unicode() -> None:
    shown = text.render([PASSED, FAILED], unicode=False)
    assert shown.isascii()
    assert shown.startswith("ok   fine\nFAIL wrong")


def test_all_traces() -> None:
    assert "anna  start" in text.render([PASSED], traces=True)


def test_junit() -> None:
    suites = ElementTree.fromstring(junit.render("spec", [PASSED, FAILED], []).encode())
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    fine, wrong = suite
    assert (fine.get("name"), list(fine)) == ("fine", [])
    (failure,) = wrong
    assert failure.get("message") == "expected state b, but state a"
    assert "anna is no clerk" in (failure.text or "")


def test_junit_of_a_spec_with_errors() -> None:
    broken = ScenarioFailed.at(THEN, Message("is broken"))
    suites = ElementTree.fromstring(junit.render("spec", [], [broken]).encode())
    (suite,) = suites
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")


def test_what_xml_forbids() -> None:
    hostile = result("x", Check(Message("a \x00\x1b]0;\ud800 <b> ]]> &"), Message("\ufffe"), False))
    ElementTree.fromstring(junit.render("\x07", [hostile], []).encode())

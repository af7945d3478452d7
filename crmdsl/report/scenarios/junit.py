"""Results of scenarios as JUnit XML, which build servers read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from crmdsl.analysis.scenarios.results import ScenarioResult
from crmdsl.diagnostics import Catalogue, Diagnostic, Message, Severity
from crmdsl.report.scenarios.text import render as as_text

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(
    spec: str, results: Sequence[ScenarioResult], diagnostics: Sequence[Diagnostic], catalogue: Catalogue | None = None
) -> str:
    """One test case a scenario; a spec with errors is one test case that could not be run."""
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
    broken = errors if not results else []
    suite = Element(
        "testsuite",
        name=_xml(spec),
        tests=str(len(results) + bool(broken)),
        failures=str(sum(not result.passed for result in results)),
        errors=str(int(bool(broken))),
        skipped="0",
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        _case(suite, spec, result, catalogue)
    if broken:
        case = SubElement(suite, "testcase", name="validate", classname=_xml(spec), time="0.000")
        text = "\n".join(f"{d.span}: {d.code}: {d.message.text(catalogue)}" for d in broken)
        SubElement(case, "error", message=_broken(len(broken)).text(catalogue), type="spec").text = _xml(text)
    suites = Element("testsuites")
    suites.append(suite)
    indent(suites)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + tostring(suites, encoding="unicode") + "\n"


def _broken(count: int) -> Message:
    return Message.counted("the spec has {count} error", "the spec has {count} errors", count=count)


def _case(suite: Element, spec: str, result: ScenarioResult, catalogue: Catalogue | None) -> None:
    case = SubElement(
        suite, "testcase", name=_xml(result.name), classname=_xml(spec), file=_xml(result.file),
        line=str(result.line), time=f"{result.seconds:.3f}",
    )  # fmt: skip
    if not result.passed:
        message = Message("expected {expected}, but {happened}", expected=result.expected, happened=result.happened)
        failure = SubElement(case, "failure", message=_xml(message.text(catalogue)), type="scenario-failed")
        failure.text = _xml(as_text([result], catalogue))


def _xml(text: str) -> str:
    """Text without the characters that XML forbids."""
    return _NOT_XML.sub("�", text)

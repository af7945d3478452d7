"""`crmdsl test SPEC`: the scenarios of a spec against its compiled machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmdsl.cli.options import Settings, common, formats, spec_argument

if TYPE_CHECKING:
    from crmdsl.analysis.scenarios import Act, ScenarioResult


@click.command("test")
@spec_argument
@click.option("--scenario", "only", multiple=True, help="Run this scenario; may be given more than once.")
@formats("text", "json", "junit")
@common
def command(spec: Path, only: tuple[str, ...], form: str, settings: Settings) -> int:
    """Compile SPEC in memory and run its scenarios: what was expected, what happened, and every act.

    The exit code is 1 if a scenario fails or the spec has errors.
    """
    from crmdsl.api import check, scenarios
    from crmdsl.cli.answers import answer, give, report, show
    from crmdsl.cli.verbs import meant

    found = check(spec)
    for name in only:
        if name not in found.spec.scenarios and not found.failed:
            raise click.UsageError(f"no scenario `{name}`{meant(name, found.spec.scenarios)}")
    results: list[ScenarioResult] = []
    if not found.failed:
        results, found = scenarios(found, only)
    if form == "json":
        from crmdsl.diagnostics.render.json import as_data

        told = as_data(report(found, spec), translate=settings.translate)
        answer({**told, "scenarios": [result.as_json() for result in results]})
    elif form == "junit":
        give(junit(found.spec.name, results) if results or not found.failed else "")
    elif results or not found.failed:
        give("\n".join(told_in_full(result) for result in results))
        settings.say(f"{found.spec.name}: {tally(results)}")
    if found.failed and not results and form != "json":
        show(found, spec, "text", settings)
    return int(found.failed)


def tally(results: list[ScenarioResult]) -> str:
    """`3 scenarios pass, 1 fails`."""
    passed = sum(result.passed for result in results)
    failed = len(results) - passed
    if not results:
        return "no scenarios"
    said = [f"{passed} scenario{'s' if passed != 1 else ''} pass{'' if passed != 1 else 'es'}"] if passed else []
    return ", ".join([*said, *([f"{failed} fail{'' if failed != 1 else 's'}"] if failed else [])])


def told_in_full(result: ScenarioResult) -> str:
    """One line for a scenario that passes; what was expected, what happened and the trace for one that fails."""
    if result.passed:
        return f"ok      {result.name}"
    told = [f"FAILED  {result.name}  ({result.file}:{result.line})"]
    told += [f"        expected: {result.expected}", f"        happened: {result.happened}"]
    return "\n".join(told + [f"          {line}" for act in result.trace for line in traced(act)])


def traced(act: Act) -> list[str]:
    """An act of the trace in a line, and in another why it was refused."""
    who = f"{act.by}: " if act.by else ""
    told = [f"{act.at:%a %d %b %Y %H:%M}  {who}{act.what}  {act.before} → {act.after}"]
    told += [f"    · {effect}" for effect in act.effects]
    return told + ([f"    refused: {act.refused}"] if act.refused else [])


def junit(spec: str, results: list[ScenarioResult]) -> str:
    """The results as JUnit XML, which CI servers read."""
    from xml.etree import ElementTree

    failed = sum(not result.passed for result in results)
    seconds = f"{sum(result.seconds for result in results):.3f}"
    counts = {"tests": str(len(results)), "failures": str(failed), "errors": "0", "time": seconds}
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": spec, **counts})
    for result in results:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            {
                "classname": spec,
                "name": result.name,
                "file": result.file,
                "line": str(result.line),
                "time": f"{result.seconds:.3f}",
            },
        )
        if not result.passed:
            failure = ElementTree.SubElement(case, "failure", {"message": _printable(f"expected {result.expected}")})
            failure.text = _printable(told_in_full(result))
    ElementTree.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"


def _printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(
        c if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe") else "�" for c in text
    )

"""Scenarios: the tests of a spec, run against its compiled machines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from crmdsl.analysis.faults import ScenarioFailed
from crmdsl.analysis.scenarios.results import Act, Check, ScenarioResult
from crmdsl.diagnostics import Diagnostic, Message

if TYPE_CHECKING:
    from crmdsl.analysis.scenarios.machine import Machine
    from crmdsl.ir.program import Program
    from crmdsl.model.quality import Scenario

__all__ = ["Act", "Check", "ScenarioResult", "failures", "run_scenarios"]


def run_scenarios(program: Program, only: Collection[str] = ()) -> list[ScenarioResult]:
    """Run the scenarios of a spec (or those in `only`), in the order of the spec.

    The package is compiled and imported from memory; nothing of it stays behind. Those of a process that
    is not sound are left out.
    """
    from crmdsl.analysis._memory import InMemory
    from crmdsl.analysis.scenarios.machine import Machine
    from crmdsl.backends.python import emit

    chosen = [s for s in program.resolved.spec.scenarios.values() if not only or s.name in only]
    if not chosen:
        return []
    with InMemory({file.path: file.text for file in emit(program)}) as package:
        machine = Machine(program, package)
        return [_run(machine, scenario) for scenario in chosen if machine.can_run(scenario)]


def failures(results: Iterable[ScenarioResult]) -> Iterator[Diagnostic]:
    """`scenario-failed` for each that failed, at its `then`."""
    for result in results:
        if not result.passed:
            yield ScenarioFailed.at(
                result.span,
                Message(
                    "scenario `{name}` fails: expected {expected}, but {happened}",
                    name=result.name, expected=result.expected, happened=result.happened,
                ),
                help=Message("`crmdsl test` prints every act with its time; correct the process or the `then`"),
            )  # fmt: skip


def _run(machine: Machine, scenario: Scenario) -> ScenarioResult:
    from crmdsl.analysis.scenarios.checks import checks
    from crmdsl.analysis.scenarios.play import Play, Stopped

    started = perf_counter()
    play = Play(machine, scenario)
    try:
        play.begin()
        for action in scenario.when:
            play.act(action)
        found = tuple(checks(play, scenario.then)) if scenario.then else ()
    except Stopped as stopped:
        found = (Check(stopped.expected, stopped.happened, False),)
    found = found or (Check(Message("every act is possible"), Message("every act was possible"), True),)
    where, seconds = scenario.name_span, perf_counter() - started
    return ScenarioResult(
        scenario.name, where.file, where.line, scenario.key_span("then"), found, tuple(play.trace), seconds
    )

"""A promise that does not hold even if everybody keeps his times.

Why:
    Who works in a process looks at `within`, `respond` and `deliver`, and rightly thinks that he is in time. Where
    these are longer together than what was promised for the whole, a case is late although nobody was.

Place: the promise

Wrong:
    processes:
      study:
        entity: order
        promise: 2d
        start: measure
        steps:
          measure: {role: agent, within: 2d, late: remind, outcomes: {measured: report}}
          report: {role: agent, within: 1d, late: remind, outcomes: {written: done}}
          done: {end: success}

Right:
    processes:
      study:
        entity: order
        promise: 3d
        start: measure
        steps:
          measure: {role: agent, within: 2d, late: remind, outcomes: {measured: report}}
          report: {role: agent, within: 1d, late: remind, outcomes: {written: done}}
          done: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.rules._promises import longest, needed, places, promised, shortest, steps

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "promise-at-risk"
SEVERITY = Severity.WARNING
WHOLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every promise shorter than the times allowed on the shortest way to success."""
    if not any(process.promise for process in program.spec.processes.values()):
        return
    from crmdsl.analysis.promises import by_limits

    for kept in by_limits(program.resolved):
        if kept.longer:
            yield Diagnostic(
                CODE, SEVERITY, kept.process.value_span("promise"),
                Message(
                    "the promise is {promise}, and the shortest way to success may take {needed}: {steps}",
                    promise=promised(kept), needed=needed(kept), steps=steps(kept),
                ),
                Message(
                    "promise `{time}`, or allow less, first of all for `{step}`",
                    time=shortest(kept), step=longest(kept).step,
                ),
                tuple(places(kept)),
            )  # fmt: skip

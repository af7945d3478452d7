"""A promise that cannot be kept: the work alone takes longer.

Why:
    Even if nobody ever waits for anybody, the mean efforts on the shortest way to success take longer than what was
    promised. No more people and no more haste would help, only less work or another promise.

Place: the promise

Wrong:
    processes:
      study:
        entity: order
        promise: 1d
        start: measure
        steps:
          measure: {role: agent, effort: 6h, outcomes: {measured: report}}
          report: {role: agent, effort: 4h, outcomes: {written: done}}
          done: {end: success}

Right:
    processes:
      study:
        entity: order
        promise: 3d
        start: measure
        steps:
          measure: {role: agent, effort: 6h, outcomes: {measured: report}}
          report: {role: agent, effort: 4h, outcomes: {written: done}}
          done: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.rules._promises import longest, needed, places, promised, shortest, steps

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "promise-impossible"
SEVERITY = Severity.ERROR
SILENCEABLE = True
WHOLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every promise shorter than the work on the shortest way to success."""
    if not any(process.promise for process in program.spec.processes.values()):
        return
    from crmdsl.analysis.promises import by_efforts

    for kept in by_efforts(program.resolved):
        if kept.longer:
            yield Diagnostic(
                CODE, SEVERITY, kept.process.value_span("promise"),
                Message(
                    "the promise is {promise}, and the efforts on the shortest way to success take {needed}: {steps}",
                    promise=promised(kept), needed=needed(kept), steps=steps(kept),
                ),
                Message(
                    "promise more than `{time}`, or make the work shorter, first of all `{step}`",
                    time=shortest(kept), step=longest(kept).step,
                ),
                tuple(places(kept)),
            )  # fmt: skip

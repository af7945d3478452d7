"""A role that is asked for more work than it has hours.

Why:
    Its queue grows every week, whatever the promises say: no case waits a time that can be told. What counts is
    the work of all processes together, from arrivals, channels and what processes ask of each other, with the mean
    efforts and the chances, against persons, availability and the hours of their calendar.

Place: the role

Wrong:
    roles:
      clerk: {department: sales, headcount: 1}
    processes:
      service:
        entity: order
        arrivals: 30 per day
        start: answer
        steps:
          answer: {role: clerk, effort: 20m, outcomes: {answered: done}}
          done: {end: success}

Right:
    roles:
      clerk: {department: sales, headcount: 2}
    processes:
      service:
        entity: order
        arrivals: 30 per day
        start: answer
        steps:
          answer: {role: clerk, effort: 20m, outcomes: {answered: done}}
          done: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Severity
from crmdsl.rules._load import diagnostic, loaded

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "overloaded-role"
SEVERITY = Severity.ERROR
ENTIRE = True
SILENCEABLE = True
WHOLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every role with a utilisation of 100% or more."""
    for load in loaded(program):
        if load.at_least(1.0):
            yield diagnostic(program, CODE, SEVERITY, load)

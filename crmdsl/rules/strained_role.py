"""A role that has hardly an hour to spare.

Why:
    Above 85% queues are long before the hours run out: one clerk at 90% lets a case wait nine times as long as
    the work takes. A bad week, an absence or a new channel is enough to be overloaded.

Place: the role

Wrong:
    roles:
      clerk: {department: sales, headcount: 1}
    processes:
      service:
        entity: order
        arrivals: 22 per day
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
        arrivals: 22 per day
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

CODE = "strained-role"
SEVERITY = Severity.WARNING
ENTIRE = True
WHOLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every role with a utilisation of 85% or more, and less than 100%."""
    for load in loaded(program):
        if load.at_least(0.85) and not load.at_least(1.0):
            yield diagnostic(program, CODE, SEVERITY, load)

"""One person without whom a process never succeeds.

Why:
    When this person is ill or on holiday, every case of the process waits. A substitute, or a second role that may do
    the same, costs nothing until it is needed.

Place: the role

Wrong:
    roles:
      expert: {department: sales, headcount: 1}
    processes:
      study:
        entity: order
        start: measure
        steps:
          measure: {role: expert, outcomes: {measured: done}}
          done: {end: success}

Right:
    roles:
      expert: {department: sales, headcount: 2}
    processes:
      study:
        entity: order
        start: measure
        steps:
          measure: {role: expert, outcomes: {measured: done}}
          done: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.diagnostics.message import quoted

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "single-point-of-failure"
SEVERITY = Severity.WARNING
ENTIRE = True
WHOLE = True
_MOST = 4


def check(program: Program) -> Iterator[Diagnostic]:
    """Every role of one person, without a substitute, on every way to success of some process."""
    from crmdsl.analysis.dependence import single_points

    spec = program.spec
    for point in single_points(program.resolved):
        places = [f"{name}.{step}" for name, steps in point.processes.items() for step in steps] or [*point.processes]
        role = spec.roles[point.role]
        person = next((one for one in spec.people.values() if any(ref.name == role.name for ref in one.roles)), None)
        yield Diagnostic(
            CODE, SEVERITY, role.name_span,
            Message(
                "`{role}` is one person, and no case of {processes} succeeds without: {steps}",
                role=role.name, processes=quoted([*point.processes][:_MOST]),
                steps=quoted(places[:_MOST]) + (", …" if len(places) > _MOST else ""),
            ),
            Message("give `{person}` a `substitute`, or let a second role do it too", person=person.name)
            if person
            else Message("add a second person, or let a second role do it too"),
        )  # fmt: skip

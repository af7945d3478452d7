"""A case in which a step has no way out.

Why:
    Who stands in front of a task must be able to leave it, and a `decide` routes every case. Where each way has a
    condition, a case for which none holds stays where it is. What the step `needs` and all fields that are not
    optional count as known.

Place: the step

Wrong:
    steps:
      gate:
        decide:
          small: {when: amount < 10_000 EUR, to: won}
          large: {when: amount > 10_000 EUR, to: check}
      check: {role: lead, outcomes: {accept: won}}
      won: {end: success}

Right:
    steps:
      gate:
        decide:
          small: {when: amount < 10_000 EUR, to: won}
          large: {to: check}
      check: {role: lead, outcomes: {accept: won}}
      won: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.model.processes import Decide
from crmdsl.rules._proofs import repaired, steps

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "outcome-gap"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every task or `decide` with a case in which no outcome is open."""
    for step, ways, proof in steps(program):
        if step is None or proof.gap is None:
            continue
        message = Message("`{case}`: no outcome of `{step}` is open", case=proof.gap, step=step.name)
        if not proof.gap:
            message = Message("no outcome of `{step}` is ever open", step=step.name)
        hint = Message("add an outcome for it, or take the `when` of one of them out")
        if isinstance(step, Decide):
            hint = Message("add a last entry without `when`, which takes the rest")
        related: tuple[Related, ...] = ()
        if proof.edit is not None:
            hint = repaired(proof.edit, [way.name for way in ways], hint)
            when = ways[proof.edit.place].when
            related = (Related(when.span, Message("this outcome ends right there")),) if when else ()
        yield Diagnostic(CODE, SEVERITY, step.name_span, message, hint, related)

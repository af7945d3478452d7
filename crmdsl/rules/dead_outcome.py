"""A way out of a step that can never be taken.

Why:
    A condition that never holds, or in a `decide` one whose cases all go another way before, leads nowhere. What was
    meant to happen there does not. Most often a limit is wrong, or an entry stands behind one that takes its cases.

Place: the outcome

Wrong:
    steps:
      gate:
        decide:
          large: {when: amount > 10_000 EUR, to: check}
          very_large: {when: amount > 50_000 EUR, to: board}
          rest: {to: won}
      board: {role: director, outcomes: {accept: won}}
      check: {role: lead, outcomes: {accept: won}}
      won: {end: success}

Right:
    steps:
      gate:
        decide:
          very_large: {when: amount > 50_000 EUR, to: board}
          large: {when: amount > 10_000 EUR, to: check}
          rest: {to: won}
      board: {role: director, outcomes: {accept: won}}
      check: {role: lead, outcomes: {accept: won}}
      won: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.diagnostics.message import quoted
from crmdsl.rules._proofs import steps

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "dead-outcome"
SEVERITY = Severity.WARNING
MOST = 6
"""How many of the ways that take its cases a message names."""


def check(program: Program) -> Iterator[Diagnostic]:
    """Every outcome whose condition never holds where it is asked, or comes behind those that take all of its cases."""
    for _, ways, proof in steps(program):
        for place, reason in proof.dead.items():
            yield Diagnostic(
                CODE, SEVERITY, ways[place].name_span,
                Message("`{outcome}` can never be taken: {reason}", outcome=ways[place].name, reason=reason),
                Message("change its condition or the bounds of the field, or take it out"),
            )  # fmt: skip
        for place, before in proof.taken.items():
            names = quoted(ways[one].name for one in before[:MOST])
            yield Diagnostic(
                CODE, SEVERITY, ways[place].name_span,
                Message("`{outcome}` can never be taken: every case goes to {names} before", outcome=ways[place].name,
                        names=names)
                if ways[place].when is None
                else Message("`{outcome}` can never be taken: its cases go to {names} before", names=names,
                             outcome=ways[place].name),
                Message("put it in front, change a condition, or take it out"),
                tuple(Related(ways[one].name_span, Message("its cases go here")) for one in before[:MOST]),
            )  # fmt: skip

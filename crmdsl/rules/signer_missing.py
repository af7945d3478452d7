"""Somebody may ask for an approval that nobody can give him.

Why:
    The chain works for most, and stops for one: nobody is above him in `manager_of: requester`, or the only person
    who could sign is himself. His case waits for ever. Or it waits for days: the chain has substitutes, and they are
    absent together with whoever they stand in for. The error `separation-unsatisfiable` says that a chain stops
    whoever asks.

Place:
    the level's `approver`, `manager_of` or `named_in`

Wrong:
    people:
      anna: {roles: agent}
      bruno: {roles: [agent, director]}
      carla: {roles: lead}
    approvals:
      discount:
        entity: order
        requester: agent
        levels: {first: {approver: director}}
        separation: requester

Right:
    people:
      anna: {roles: agent}
      bruno: {roles: [agent, director]}
      carla: {roles: lead}
    approvals:
      discount:
        entity: order
        requester: agent
        levels: {first: {approver: [director, lead]}}
        separation: requester
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity, Span
from crmdsl.model.chains import Level
from crmdsl.rules._signers import lacking, lacks, shown

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "signer-missing"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every level that nobody can sign for somebody who may ask, or on some days."""
    found = lacks(program)
    said: set[object] = {lack.chain.name for lack in found if lack.certain and lack.above}
    for lack in found:
        span = _place(lack.levels[-1])
        if lack.chain.name not in said and span not in said:
            said.add(span)
            yield Diagnostic(CODE, SEVERITY, span, lacking(lack),
                             Message("let somebody else sign too, or ask in his place"))  # fmt: skip
    if program.spec.approvals and program.spec.people:
        yield from _away(program)


def _away(program: Program) -> Iterator[Diagnostic]:
    from crmdsl.analysis.separation.absences import away

    for one in away(program):
        said = {"level": one.level.name, "first": one.days.first, "last": one.days.last, "signers": shown(one.signers)}
        if one.standing_in:
            message = Message("from {first} to {last} whoever signs `{level}` is absent ({signers}), and so is whoever "
                              "stands in ({instead})", instead=shown(one.standing_in), **said)  # fmt: skip
        else:
            message = Message("from {first} to {last} whoever signs `{level}` is absent ({signers}), and nobody stands "
                              "in", **said)  # fmt: skip
        yield Diagnostic(CODE, SEVERITY, _place(one.level), message,
                         Message("name somebody else as `substitute`, or move the days"))  # fmt: skip


def _place(level: Level) -> Span:
    """Who signs the level."""
    key = next((key for key in ("approver", "manager_of", "named_in") if level.has(key)), "")
    return level.value_span(key)

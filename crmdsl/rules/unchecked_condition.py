"""Something about a condition was not proven.

Why:
    Whether every case is decided is proven for all that conditions can say of constants. Where fields are compared
    with each other, sums and constant multiples may need the extra `solver`, and a product or quotient of two fields
    may stay open. Nothing is claimed then: what was not proven may be well or not.

Place: the condition

Wrong:
    entities:
      crate: {owner: agent, fields: {length: {type: number, min: 0}, width: {type: number, min: 0}}}
    approvals:
      oversize:
        entity: crate
        requester: agent
        levels:
          depot: {when: length * length + width * width >= 2 * length * width, approver: lead}

Right:
    entities:
      crate: {owner: agent, fields: {length: {type: number, min: 0}, width: {type: number, min: 0}}}
    approvals:
      oversize:
        entity: crate
        requester: agent
        levels:
          depot: {when: length <= 10 and width <= 10, approver: lead}
          plant: {when: length > 10 or width > 10, approver: director}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.model.values import Condition
from crmdsl.rules._proofs import chains, steps
from crmdsl.rules._signers import unproven

if TYPE_CHECKING:
    from crmdsl.analysis.proofs.answers import Doubt
    from crmdsl.ir.program import Program

CODE = "unchecked-condition"
SEVERITY = Severity.INFO


def check(program: Program) -> Iterator[Diagnostic]:
    """Every condition on which an answer hung that was not found."""
    for _, levels, chain in chains(program):
        for place, doubt in chain.doubts.items():
            yield from _told(levels[place].when, doubt)
    for _, ways, step in steps(program):
        for place, doubt in step.doubts.items():
            yield from _told(ways[place].when, doubt)
    for unsigned in unproven(program):
        first = next((level.when for level in unsigned.levels.values() if level.when), None)
        if first is not None:
            message = Message("not proven that enough people can sign: {count} levels depend on conditions",
                              count=sum(level.when is not None for level in unsigned.levels.values()))  # fmt: skip
            yield Diagnostic(CODE, SEVERITY, first.span, message, Message("split the chain, or staff its roles with as "
                             "many people as there are levels"))  # fmt: skip


def _told(condition: Condition | None, doubt: Doubt) -> Iterator[Diagnostic]:
    if condition is not None:
        yield Diagnostic(CODE, SEVERITY, condition.span, _why(doubt), _hint(doubt))


def _why(doubt: Doubt) -> Message:
    if doubt.too_many:
        return Message("not proven that every case is decided: the conditions fall into too many cases")
    if doubt.products:
        return Message("not proven that every case is decided: fields are multiplied or divided here")
    return Message("not proven that every case is decided: fields are compared with each other here")


def _hint(doubt: Doubt) -> Message:
    from crmdsl.conditions.regions.smt import installed

    if doubt.sums and not installed():
        return Message("install the solver, which decides sums of fields: {command}",
                       command="`pip install 'crmdsl[solver]'`")  # fmt: skip
    if doubt.too_many:
        return Message("split the chain, or mention fewer fields in it")
    return Message("compare with constants, or with a field that holds the result, where it matters")

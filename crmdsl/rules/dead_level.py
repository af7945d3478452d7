"""A level of an approval chain can never sign.

Why:
    A level whose condition no case satisfies asks nobody. Most often a limit lies outside of the bounds of its field,
    or two parts of the condition exclude each other, so that cases go where nobody meant them to.

Place: the level

Wrong:
    entities:
      order:
        fields: {discount: {type: percent, max: 60%}}
    approvals:
      discount:
        entity: order
        requester: agent
        levels:
          director: {when: discount <= 60%, approver: sales_director}
          board: {when: discount > 60%, approver: managing_director}

Right:
    levels:
      director: {when: discount <= 40%, approver: sales_director}
      board: {when: discount > 40%, approver: managing_director}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.rules._proofs import chains

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "dead-level"
SEVERITY = Severity.WARNING


def check(program: Program) -> Iterator[Diagnostic]:
    """Every level whose condition never holds, or that nobody could sign where it does."""
    for _, levels, proof in chains(program):
        for place, reason in proof.dead.items():
            level = levels[place]
            yield Diagnostic(
                CODE, SEVERITY, level.name_span,
                Message("level `{level}` can never sign: {reason}", level=level.name, reason=reason),
                Message("change its condition or the bounds of the field, or take the level out"),
            )  # fmt: skip

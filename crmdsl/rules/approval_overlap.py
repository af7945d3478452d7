"""Two levels of a chain of bands decide the same case.

Why:
    In bands exactly one level decides. Where the conditions of two hold together, the first would decide and the
    second never be asked, which may not be what either of them means. Where both should sign, the chain is a ladder.

Place: the later level's `when`; related, the first level that it overlaps

Wrong:
    approvals:
      discount:
        entity: order
        requester: agent
        levels:
          area: {when: discount <= 12%, approver: area_manager}
          director: {when: discount >= 12%, approver: sales_director}

Right:
    levels:
      area: {when: discount <= 12%, approver: area_manager}
      director: {when: discount > 12%, approver: sales_director}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.rules._proofs import chains

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "approval-overlap"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every level of bands that can hold together with one before it, with a case in which both do."""
    for _, levels, proof in chains(program):
        for twice in proof.twice:
            earlier, later = levels[twice.earlier], levels[twice.later]
            message = Message("`{case}`: both `{earlier}` and `{later}` decide", case=twice.case,
                              earlier=earlier.name, later=later.name)  # fmt: skip
            if not twice.case:
                message = Message("both `{earlier}` and `{later}` decide every case", earlier=earlier.name,
                                  later=later.name)  # fmt: skip
            hint = Message("let their conditions exclude each other, or write `mode: ladder` if both should sign")
            if twice.edit is not None:
                hint = Message("write `{after}` instead of `{before}`", after=twice.edit.after,
                               before=twice.edit.before)  # fmt: skip
            there = earlier.when.span if earlier.when else earlier.name_span
            yield Diagnostic(
                CODE, SEVERITY, later.when.span if later.when else later.name_span, message, hint,
                (Related(there, Message("`{level}` decides it too", level=earlier.name)),),
            )  # fmt: skip

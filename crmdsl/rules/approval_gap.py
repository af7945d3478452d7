"""No level of an approval chain decides a case, and nothing says what happens then.

Why:
    A chain decides about every case: by a level that signs, or by `otherwise`. A limit that is left out on both
    sides is enough for a case that nobody may sign, and that stays where it is. The case shown is one of those.

Place: the chain

Wrong:
    approvals:
      discount:
        entity: order
        requester: agent
        levels:
          area: {when: discount < 12%, approver: area_manager}
          director: {when: discount > 12%, approver: sales_director}

Right:
    levels:
      area: {when: discount <= 12%, approver: area_manager}
      director: {when: discount > 12%, approver: sales_director}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.rules._proofs import chains, repaired

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "approval-gap"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every chain without `otherwise` in which some case has no level, with that case."""
    for chain, levels, proof in chains(program):
        if proof.gap is None:
            continue
        message = Message("`{case}`: no level decides", case=proof.gap)
        if not proof.gap:
            message = Message("no level decides any case of `{chain}`", chain=chain.name)
        hint = Message("add a level for it, or `otherwise: reject`")
        related: tuple[Related, ...] = ()
        if proof.edit is not None:
            hint = repaired(proof.edit, [level.name for level in levels], hint)
            when = levels[proof.edit.place].when
            related = (Related(when.span, Message("this level ends right there")),) if when else ()
        yield Diagnostic(CODE, SEVERITY, chain.name_span, message, hint, related)

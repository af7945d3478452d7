"""A case passes without a signature though a smaller one needs one.

Why:
    `otherwise: approve` lets pass what no level covers. Where a case passes although one that is alike, with no money
    or percent larger, needs a signature, a limit has a hole: whoever asks for more is not asked.

Place: the chain; related, the level that signs the smaller case

Wrong:
    approvals:
      discount:
        entity: order
        requester: agent
        levels:
          area: {when: discount > 5% and discount <= 12%, approver: area_manager}
          director: {when: discount > 15%, approver: sales_director}
        otherwise: approve

Right:
    approvals:
      discount:
        entity: order
        requester: agent
        levels:
          area: {when: discount > 5% and discount <= 12%, approver: area_manager}
          director: {when: discount > 12%, approver: sales_director}
        otherwise: approve
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.rules._proofs import chains

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "approval-hole"
SEVERITY = Severity.WARNING


def check(program: Program) -> Iterator[Diagnostic]:
    """Every chain with `otherwise: approve` in which a case passes that is nowhere smaller than one that is stopped."""
    for chain, levels, proof in chains(program):
        found = proof.passing
        if found is None:
            continue
        level = levels[found.place]
        yield Diagnostic(
            CODE, SEVERITY, chain.name_span,
            Message("`{case}` passes without a signature, but `{smaller}` needs `{level}`", case=found.case,
                    smaller=found.smaller, level=level.name),
            Message("extend a level to it, or write `otherwise: reject`"),
            (Related(level.when.span, Message("this level signs the smaller one")),) if level.when else (),
        )  # fmt: skip

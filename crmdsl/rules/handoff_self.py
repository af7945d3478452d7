"""A handoff in which a role asks itself.

Why:
    An internal customer asks and verifies, an internal supplier promises and delivers. A role on both sides verifies
    its own work, and what it has promised nobody was promised.

Place: the handoff

Wrong:
    handoffs:
      study: {entity: order, customer: [agent, engineer], supplier: engineer}

Right:
    handoffs:
      study: {entity: order, customer: agent, supplier: engineer}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.rules._roles import names

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "handoff-self"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every handoff with a role on both sides."""
    for handoff in program.spec.handoffs.values():
        both = names(handoff.customer) & names(handoff.supplier)
        if both:
            related = [
                *(Related(ref.span, Message("the customer")) for ref in handoff.customer if ref.name in both),
                *(Related(ref.span, Message("the supplier")) for ref in handoff.supplier if ref.name in both),
            ]
            who = ", ".join(f"`{role}`" for role in sorted(both))
            yield Diagnostic(
                CODE, SEVERITY, handoff.name_span,
                Message("in handoff `{name}` {who} is customer and supplier at once", name=handoff.name, who=who),
                Message("take it out of one side; work that a role does for itself is a task"),
                tuple(related),
            )  # fmt: skip

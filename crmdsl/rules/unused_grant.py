"""A grant for a role that has no work with any of its entities.

Why:
    A grant should follow from work. One that opens records to a role that neither works on them nor has somebody below
    it who does is left over from an earlier job, or was given in case it comes in handy: both are how data leaves a
    company.

Place: the grant

Wrong:
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: agent, outcomes: {send: won}}
          won: {end: success}
    access:
      grants:
        - {role: technician, can: read, on: order}

Right:
    access:
      grants:
        - {role: agent, can: read, on: order}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.diagnostics.message import quoted
from crmdsl.ir.needs import Work, reports
from crmdsl.model.spec import Spec
from crmdsl.rules._doubt import doubtful
from crmdsl.rules._grants import is_whole

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "unused-grant"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every grant none of whose roles works on one of its entities, nor anybody below them."""
    spec = program.spec
    if not spec.access.grants:
        return
    work, below, unsaid = Work(spec), reports(spec), _unsaid(spec)
    for grant in spec.access.grants:
        if not is_whole(program, grant):
            continue
        roles, entities = [ref.name for ref in grant.role], {ref.name for ref in grant.on}
        everybody = {name for role in roles for name in below[role]}
        if entities & unsaid:
            continue
        if not any(entities & work.on(name) for name in everybody) and not doubtful(program, everybody | entities):
            yield Diagnostic(
                CODE, SEVERITY, grant.name_span,
                Message("neither {roles} nor anybody below works on {entities}", roles=quoted(roles),
                        entities=quoted(name for name in spec.entities if name in entities)),
                Message("take the grant out, or say why it stands: `allow: {{unused-grant: …}}`"),
            )  # fmt: skip


def _unsaid(spec: Spec) -> set[str]:
    """The entities on which somebody works of whom the spec does not say yet who it is."""
    handoffs = (one.entity for one in spec.handoffs.values() if not (one.customer and one.supplier))
    chains = (one.entity for one in spec.approvals.values() if not one.requester)
    return {ref.name for ref in (*handoffs, *chains) if ref}

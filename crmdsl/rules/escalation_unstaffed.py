"""An escalation reaches a role that nobody holds.

Why:
    Escalation ends at somebody: the superior by `reports_to`, or the role that `{escalate: role}` names. Where nobody
    listed holds it, or its headcount is 0, the deadline passes and nobody is told.

Place:
    the `late`

Wrong:
    roles:
      founder: {department: sales, headcount: 0}
      manager: {department: sales, reports_to: founder}
    approvals:
      discount:
        entity: order
        requester: agent
        levels: {first: {approver: manager, within: 2d, late: escalate}}

Right:
    roles:
      founder: {department: sales, headcount: 1}
      manager: {department: sales, reports_to: founder}
    approvals:
      discount:
        entity: order
        requester: agent
        levels: {first: {approver: manager, within: 2d, late: escalate}}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.diagnostics.message import quoted
from crmdsl.ir.staff import perhaps
from crmdsl.model.processes import TimedStep
from crmdsl.model.spec import Spec
from crmdsl.model.values import Late
from crmdsl.rules._roles import Signers, names, responsible, superiors

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "escalation-unstaffed"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every escalation of a step, level or handoff to roles that nobody holds."""
    spec = program.spec
    if not spec.people and not any(role.headcount == 0 for role in spec.roles.values()):
        return
    from crmdsl.analysis.separation.chains import known
    from crmdsl.analysis.separation.crew import Crew

    if not known(program):
        return
    crew, others = Crew(spec), perhaps(spec)
    for late, concerned in _escalations(spec):
        told = names(late.roles) or superiors(spec, concerned)
        if told and told <= spec.roles.keys() - others and not crew.holding(told):
            yield Diagnostic(
                CODE, SEVERITY, late.node.span,
                Message("nobody is told: nobody holds {roles}", roles=quoted(sorted(told))),
                Message("name a role that somebody holds, `late: {{escalate: role}}`"),
            )  # fmt: skip


def _escalations(spec: Spec) -> Iterator[tuple[Late, Iterable[str]]]:
    """Every `late` that escalates, with the roles that it concerns."""
    for process in spec.processes.values():
        for step in process.all_steps.values():
            if isinstance(step, TimedStep) and step.late and step.late.action == "escalate":
                yield step.late, responsible(process, step)
    signers = Signers(spec)
    for approval in spec.approvals.values():
        for level in approval.levels.values():
            if level.late and level.late.action == "escalate":
                yield level.late, signers.of(approval, level) or ()
    for handoff in spec.handoffs.values():
        if handoff.late and handoff.late.action == "escalate":
            yield handoff.late, names(handoff.supplier if handoff.respond or handoff.deliver else handoff.customer)

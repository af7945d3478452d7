"""`late: escalate` where nobody is above.

Why:
    An escalation asks the superior, by `reports_to`, of who should have acted. A role that reports to nobody has none,
    and the deadline would pass without anybody knowing. A step without a role escalates from the process owner.

Place: the `late`

Wrong:
    roles:
      director: {department: management}
    processes:
      hiring:
        entity: contract
        start: decide
        steps:
          decide: {role: director, within: 2d, late: escalate, outcomes: {hire: hired}}
          hired: {end: success}

Right:
    steps:
      decide: {role: director, within: 2d, late: remind, outcomes: {hire: hired}}
      hired: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.model.chains import Handoff
from crmdsl.model.processes import Process, Task, TimedStep
from crmdsl.model.spec import Spec
from crmdsl.model.values import Late
from crmdsl.rules._roles import Signers, names, responsible, superiors

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "escalation-nowhere"
SEVERITY = Severity.ERROR
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every plain `late: escalate` of a step, level or handoff that reaches no superior."""
    spec = program.spec
    for process in spec.processes.values():
        for step in process.all_steps.values():
            if isinstance(step, TimedStep) and _plain(step.late):
                yield from _of_step(spec, process, step)
    signers = Signers(spec)
    for approval in spec.approvals.values():
        for level in approval.levels.values():
            if _plain(level.late):
                yield from _judged(spec, level.late, signers.of(approval, level) or set())
    for handoff in spec.handoffs.values():
        if _plain(handoff.late):
            yield from _of_handoff(spec, handoff)


def _plain(late: Late | None) -> bool:
    return late is not None and late.action == "escalate" and not late.roles


def _of_step(spec: Spec, process: Process, step: TimedStep) -> Iterator[Diagnostic]:
    if not isinstance(step, Task) and not process.owner:
        if not process.has("owner"):
            message = Message("step `{name}` has no role, and its process no owner to escalate from", name=step.name)
            yield _diagnostic(step.late, message, Message("give process `{name}` an owner", name=process.name))
        return
    yield from _judged(spec, step.late, responsible(process, step))


def _of_handoff(spec: Spec, handoff: Handoff) -> Iterator[Diagnostic]:
    """A missed `respond` or `deliver` concerns the supplier, a missed `verify` the customer."""
    supplies = handoff.respond or handoff.deliver or not handoff.verify
    for concerned in ((handoff.supplier,) if supplies else ()) + ((handoff.customer,) if handoff.verify else ()):
        found = list(_judged(spec, handoff.late, names(concerned)))
        yield from found
        if found:
            return


def _judged(spec: Spec, late: Late | None, roles: set[str]) -> Iterator[Diagnostic]:
    """Nothing is said of roles that do not exist, or whose superior could not be read: that is reported there."""
    unread = any(f"roles.{role}.reports_to" in spec.unread for role in roles)
    if roles and roles <= spec.roles.keys() and not unread and not superiors(spec, roles):
        who = ", ".join(f"`{role}`" for role in sorted(roles))
        yield _diagnostic(
            late,
            Message("nobody to escalate to: no role is above {who}", who=who),
            Message("name who is told, `late: {{escalate: role}}`, or write `late: remind`"),
        )


def _diagnostic(late: Late | None, message: Message, help_: Message) -> Diagnostic:
    assert late is not None  # noqa: S101 - callers look at it first
    return Diagnostic(CODE, SEVERITY, late.node.span, message, help_)

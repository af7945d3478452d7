"""Somebody may sign what he has asked for himself.

Why:
    An approval is a second pair of eyes. Where a role of the requester can also sign, one person asks and
    approves, and nothing in the spec keeps him from it.

Place: the approver

Wrong:
    approvals:
      discount:
        entity: order
        requester: [agent, area_manager]
        levels: {first: {approver: area_manager}}

Right:
    approvals:
      discount:
        entity: order
        requester: [agent, area_manager]
        levels: {first: {approver: area_manager}}
        separation: requester
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity, Span
from crmdsl.model.chains import Approval
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref
from crmdsl.rules._roles import Signers

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "self-approval"
SEVERITY = Severity.ERROR
SILENCEABLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every approver of a level who is a requester of the chain too, unless a separation keeps them apart."""
    spec = program.spec
    signers, apart = Signers(spec), _Apart(spec)
    for approval in spec.approvals.values():
        if "requester" in approval.separation:
            continue
        requesters = {ref.name: ref for ref in approval.requester}
        for level in approval.levels.values():
            for approver in level.approver:
                if approver.name in requesters and not apart.kept(approval, approver.name):
                    message = Message("`{role}` asks for this approval and can sign it too", role=approver.name)
                    yield _diagnostic(approver.span, message, approval, requesters[approver.name])
            for name, requester in requesters.items() if level.manager_of else ():
                if name in signers.managers_of(name) and not apart.kept(approval, name):
                    message = Message("`{role}` asks for this approval and is its own manager", role=name)
                    yield _diagnostic(level.value_span("manager_of"), message, approval, requester)


def _diagnostic(span: Span, message: Message, approval: Approval, requester: Ref) -> Diagnostic:
    return Diagnostic(
        CODE, SEVERITY, span, message,
        Message("keep them apart: `separation: requester` in `{name}`", name=approval.name),
        (Related(requester.span, Message("it is a requester here")),),
    )  # fmt: skip


class _Apart:
    """The rules of `access` on separation, by whom they keep from signing what he also works on."""

    def __init__(self, spec: Spec) -> None:
        self.rules = [({ref.name for ref in rule.never_both}, rule.per) for rule in spec.access.separation.values()]
        self.held: dict[str, set[str]] = {}
        for grant in spec.access.grants if self.rules else ():
            actions = {f"{entity.name}.{verb}" for entity in grant.on for verb in grant.can}
            for role in grant.role:
                self.held.setdefault(role.name, set()).update(actions)

    def kept(self, approval: Approval, role: str) -> bool:
        """Whether a rule forbids the role to sign: it has another of the actions that one person never does both."""
        entity = approval.entity.name if approval.entity else ""
        for actions, per in self.rules:
            others = {action for action in actions if per == "person" or action.startswith(f"{entity}.")}
            if f"{entity}.approve" in actions and others & self.held.get(role, set()):
                return True
        return False

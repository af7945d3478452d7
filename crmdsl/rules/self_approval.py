"""Somebody may sign what he has asked for himself.

Why:
    An approval is a second pair of eyes. Where a role of the requester can also sign, one person asks and
    approves, and nothing in the spec keeps him from it.

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

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.model.access import SeparationRule
from crmdsl.model.chains import Approval, Level
from crmdsl.model.spec import Spec
from crmdsl.rules._roles import managers_of

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "self-approval"
SEVERITY = Severity.ERROR
SILENCEABLE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every approver of a level who is a requester of the chain too, unless a separation keeps them apart."""
    spec = program.spec
    for approval in spec.approvals.values():
        if "requester" in approval.separation:
            continue
        requesters = {ref.name: ref for ref in approval.requester}
        for level in approval.levels.values():
            for approver in level.approver:
                if approver.name in requesters and not _kept_apart(spec, approval, approver.name):
                    yield Diagnostic(
                        CODE, SEVERITY, approver.span,
                        Message("`{role}` asks for this approval and can sign it too", role=approver.name),
                        Message("keep them apart: `separation: requester` in `{name}`", name=approval.name),
                        (Related(requesters[approver.name].span, Message("it is a requester here")),),
                    )  # fmt: skip
            if level.manager_of:
                yield from _own_managers(spec, approval, level)


def _own_managers(spec: Spec, approval: Approval, level: Level) -> Iterator[Diagnostic]:
    """Requesters whose manager has their own role, so that he may be one of them."""
    for requester in approval.requester:
        if requester.name in managers_of(spec, requester.name) and not _kept_apart(spec, approval, requester.name):
            yield Diagnostic(
                CODE, SEVERITY, level.value_span("manager_of"),
                Message("`{role}` asks for this approval and is its own manager", role=requester.name),
                Message("keep them apart: `separation: requester` in `{name}`", name=approval.name),
                (Related(requester.span, Message("it is a requester here")),),
            )  # fmt: skip


def _kept_apart(spec: Spec, approval: Approval, role: str) -> bool:
    """Whether a rule of `access` keeps who has the role from signing what he also works on."""
    entity = approval.entity.name if approval.entity else ""
    return any(_applies(spec, rule, entity, role) for rule in spec.access.separation.values())


def _applies(spec: Spec, rule: SeparationRule, entity: str, role: str) -> bool:
    actions = {ref.name for ref in rule.never_both}
    others = {action for action in actions if action != f"{entity}.approve"}
    if len(others) == len(actions):
        return False
    if rule.per == "record":
        others = {action for action in others if action.startswith(f"{entity}.")}
    return any(_holds(spec, role, action) for action in others)


def _holds(spec: Spec, role: str, action: str) -> bool:
    """Whether a grant gives the role an action, `entity.action`."""
    entity, _, verb = action.rpartition(".")
    return any(
        verb in grant.can
        and any(ref.name == role for ref in grant.role)
        and any(ref.name == entity for ref in grant.on)
        for grant in spec.access.grants
    )

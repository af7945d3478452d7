"""Approvals and handoffs inside a picture: their levels and phases, who acts, how long it may take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crmdsl.backends.diagrams.diagram import Node, Row, Who
from crmdsl.backends.diagrams.phrases import condition, span
from crmdsl.backends.diagrams.words import called, human, word
from crmdsl.ir.policy import managers
from crmdsl.model.chains import Approval, Level
from crmdsl.model.processes import ApprovalStep, HandoffStep, Step, TimedStep
from crmdsl.model.spec import Spec
from crmdsl.model.values import Duration, Late, Ref


def people(spec: Spec, roles: Iterable[Ref], language: str) -> tuple[Who, ...]:
    """Roles as the picture names them."""
    known = spec.roles
    return tuple(
        Who(role.name, called(known[role.name], language) if role.name in known else human(role.name)) for role in roles
    )


def joined(whos: Iterable[Who]) -> str:
    """Several of them in one line."""
    return " / ".join(who.label for who in whos)


def time_and_late(spec: Spec, within: Duration | None, late: Late | None, language: str) -> str:
    """`4 hours → escalation`: how long something may take, and what happens after."""
    if within is None:
        return ""
    after = ""
    if late is not None:
        what = late.outcome.name if late.outcome else late.action
        after = human(what) if late.outcome else word(what, language)
        if late.roles:
            after = f"{after}: {joined(people(spec, late.roles, language))}"
    time = span(within, language)
    return f"{time} → {after}" if after else time


def timer_of(spec: Spec, step: Step, language: str) -> str:
    """The time that a step may take."""
    return time_and_late(spec, step.within, step.late, language) if isinstance(step, TimedStep) else ""


def approval_node(spec: Spec, step: ApprovalStep, node: Node, language: str) -> Node:
    """The node of an approval step, with a row a level."""
    chain = spec.approvals.get(step.approval.name) if step.approval else None
    if chain is None:
        return node
    rows = [_level(spec, chain, level, language) for level in chain.levels.values()]
    if chain.otherwise is not None and chain.mode == "bands":
        rows.append(Row("", word("otherwise", language), note=word(chain.otherwise, language)))
    detail = called(chain, language)
    return replace(node, rows=tuple(rows), detail="" if detail == node.title else detail)


def may_sign(spec: Spec, chain: Approval, level: Level, language: str) -> tuple[Who, ...]:
    """The roles that the requester's manager may be, where it is he who signs a level."""
    if not level.manager_of:
        return ()
    names = managers(spec, tuple(ref.name for ref in chain.requester))
    return tuple(Who(name, called(spec.roles[name], language)) for name in names if name in spec.roles)


def signer(spec: Spec, chain: Approval, level: Level, language: str) -> str:
    """Who signs a level, in words."""
    if level.manager_of:
        return word("manager", language)
    if level.named_in is not None:
        entity = spec.entities.get(chain.entity.name) if chain.entity else None
        field = entity.fields.get(level.named_in.name) if entity else None
        name = called(field, language) if field else human(level.named_in.name)
        return word("named in", language, field=name)
    return joined(people(spec, level.approver, language))


def _level(spec: Spec, chain: Approval, level: Level, language: str) -> Row:
    signers = people(spec, level.approver, language)
    if not signers:
        signers = (Who("", signer(spec, chain, level, language)),)
    note = condition(spec, level.when, language)
    title = called(level, language)
    needed = len(level.approver) if level.quorum == "all" else level.quorum
    if needed not in ("any", 1):
        title = f"{title} ({needed}×)"
    timer = time_and_late(spec, level.within, level.late, language)
    return Row(level.name, title, signers, note, timer, may_sign(spec, chain, level, language))


def handoff_node(spec: Spec, step: HandoffStep, node: Node, language: str) -> Node:
    """The node of a handoff step: its three phases, each with whose turn it is and its time."""
    handoff = spec.handoffs.get(step.handoff.name) if step.handoff else None
    if handoff is None:
        return node
    customer = people(spec, handoff.customer, language)
    supplier = people(spec, handoff.supplier, language)
    phases = (("requested", supplier, handoff.respond), ("promised", supplier, handoff.deliver),
              ("delivered", customer, handoff.verify))  # fmt: skip
    rows = tuple(
        Row(name, word(name, language), who, timer=span(time, language) if time else "") for name, who, time in phases
    )
    detail = called(handoff, language)
    return replace(node, who=(*customer, *supplier), rows=rows, detail="" if detail == node.title else detail)

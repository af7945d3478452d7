"""What a spec names outside `access` and `scenarios`: roles, entities and fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crmdsl.conditions.ast import Expr, Literal, Path, parts_of
from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.entities import Entity, Field
from crmdsl.model.kinds import (
    AssignmentsKind,
    ConditionKind,
    ConditionsKind,
    ExpressionKind,
    InlineKind,
    Kind,
    LateKind,
    ListKind,
    MapKind,
    RefKind,
)
from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Opens, Outcome, Process
from crmdsl.model.quality import Kpi
from crmdsl.model.spec import SECTIONS
from crmdsl.model.values import Assignment, Condition, Late, Ref
from crmdsl.resolve.resolved import Resolved

_WORD = re.compile(r"[A-Za-z]\w*")
FEEDBACK_FIELDS = ("about", "score", "from", "case")
"""Fields of an opened record that a bad score fills, where its entity has them."""


@dataclass(slots=True)
class Uses:
    """The names that occur; a field is a pair of its entity and its name."""

    roles: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    fields: set[tuple[str, str]] = field(default_factory=set)
    governing: set[tuple[str, str]] = field(default_factory=set)
    """Fields on which a grant depends by its `when`."""


def uses(resolved: Resolved) -> Uses:
    """Everything that is named, worked out once."""
    found = resolved.memo.get("uses")
    if found is None:
        walk = _Walk(resolved)
        for section in SECTIONS:
            if section != "scenarios":
                for declaration in getattr(resolved.spec, section).values():
                    walk.declaration(declaration, "")
        if resolved.spec.company:
            walk.declaration(resolved.spec.company, "")
        walk.cases(kpi.when for kpi in resolved.spec.kpis.values())
        found = resolved.memo["uses"] = walk.uses
        found.governing = _governing(resolved)
    return found


def _governing(resolved: Resolved) -> set[tuple[str, str]]:
    """The fields that the conditions of grants read."""
    walk = _Walk(resolved)
    walk.cases(grant.when for grant in resolved.spec.access.grants)
    return walk.uses.fields


class _Walk:
    """Visits every key that can name something; `entity` is the one whose fields stand bare."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.spec = resolved.spec
        self.uses = Uses()
        self.seen: set[int] = set()
        self._anywhere: dict[str, list[tuple[str, str]]] | None = None

    def declaration(self, declaration: Declaration, entity: str) -> None:
        cls = declaration.__class__
        plan = _PLANS.get(cls) or _planned(cls)
        if plan.entity:
            entity = plan.entity(self, declaration)
        for attribute, visit in plan.visits:
            value = getattr(declaration, attribute)
            if value:
                visit(self, value, entity)
        if plan.implicit:
            plan.implicit(self, declaration, entity)

    def declared(self, declaration: Process | Approval | Handoff) -> str:
        """The entity that a process or chain is about."""
        return declaration.entity.name if declaration.entity else ""

    def opened(self, opens: Opens) -> str:
        """The entity of the record that an outcome opens."""
        return self.entity_of_process(opens.process)

    def entity_of_process(self, process: Ref | None) -> str:
        found = self.spec.processes.get(process.name) if process else None
        return found.entity.name if found and found.entity else ""

    def measured(self, kpi: Kpi) -> str:
        """The entity of what a figure is about."""
        name = kpi.of.name if kpi.of else ""
        for section in (self.spec.processes, self.spec.handoffs, self.spec.approvals):
            found = section.get(name)
            if found is not None:
                return found.entity.name if found.entity else ""
        return name if name in self.spec.entities else ""

    def roles(self, refs: Any, entity: str) -> None:
        for ref in refs if refs.__class__ is tuple else (refs,):
            self.uses.roles.add(ref.name)

    def entities(self, refs: Any, entity: str) -> None:
        for ref in refs if refs.__class__ is tuple else (refs,):
            self.uses.entities.add(ref.name)

    def measures(self, ref: Ref, entity: str) -> None:
        self.uses.roles.add(ref.name)
        self.uses.entities.add(ref.name)

    def fields(self, refs: Any, entity: str) -> None:
        for ref in refs if refs.__class__ is tuple else (refs,):
            self.uses.fields.add((entity, ref.name))

    def late(self, late: Late, entity: str) -> None:
        self.uses.roles.update(ref.name for ref in late.roles)

    def nested(self, value: Any, entity: str) -> None:
        if value.__class__ is dict:
            value = value.values()
        elif value.__class__ is not tuple:
            value = (value,)
        for declaration in value:
            self.declaration(declaration, entity)

    def outcomes(self, outcomes: dict[str, Outcome], entity: str) -> None:
        """Most of what a long spec declares, so that each is looked at with few steps."""
        for outcome in outcomes.values():
            if outcome.when:
                self.condition(outcome.when, entity)
            if outcome.by:
                self.roles(outcome.by, entity)
            if outcome.notify:
                self.roles(outcome.notify, entity)
            if outcome.set:
                self.assignments(outcome.set, entity)
            if outcome.opens:
                self.declaration(outcome.opens, entity)

    def entity_fields(self, fields: dict[str, Field], entity: str) -> None:
        for field_ in fields.values():
            if field_.derived:
                self.condition(field_.derived, entity)
            if field_.type and field_.type.entity:
                self.uses.entities.add(field_.type.entity)
                if field_.type.entity not in self.spec.entities:
                    self.uses.fields.add((entity, field_.name))

    def condition(self, condition: Condition, entity: str) -> None:
        expression = self.resolved.expressions.get(id(condition))
        if expression is not None:
            self.expression(expression)
        else:
            self.anywhere(_WORD.findall(condition.text))

    def anywhere(self, words: Iterable[str]) -> None:
        """Words of what could not be resolved: any field and role of the name may be meant."""
        if self._anywhere is None:
            self._anywhere = {}
            for name, entity in self.spec.entities.items():
                for field_ in entity.fields:
                    self._anywhere.setdefault(field_, []).append((name, field_))
        for word in words:
            self.uses.fields.update(self._anywhere.pop(word, ()))
            if word in self.spec.roles:
                self.uses.roles.add(word)

    def cases(self, conditions: Iterable[Condition | None]) -> None:
        """Conditions of grants or figures, for each entity of which they make sense."""
        asked = {id(condition): condition for condition in conditions if condition}
        for (condition, _), expression in self.resolved.by_entity.items():
            if condition in asked:
                self.expression(expression)
        for condition in asked.keys() - {condition for condition, _ in self.resolved.by_entity}:
            self.anywhere(_WORD.findall(asked[condition].text))

    def conditions(self, conditions: tuple[tuple[Ref, Condition], ...], entity: str) -> None:
        for _, condition in conditions:
            self.condition(condition, entity)

    def assignments(self, assignments: tuple[Assignment, ...], entity: str) -> None:
        for assignment in assignments:
            self.path(entity, self.resolved.target(assignment) or tuple(assignment.path.split(".")))
            self.condition(assignment.value, entity)

    def expression(self, expression: Expr) -> None:
        if id(expression) in self.seen:
            return
        self.seen.add(id(expression))
        work = [expression]
        while work:
            part = work.pop()
            if isinstance(part, Path):
                if part.root == "record":
                    self.path(part.entity, part.parts)
            elif isinstance(part, Literal):
                if part.type.base == "role":
                    self.uses.roles.add(part.value)
            else:
                work += parts_of(part)

    def path(self, entity: str, parts: tuple[str, ...]) -> None:
        """Mark the fields along a path through references."""
        for part in parts:
            declared = self.spec.entities.get(entity)
            found = declared.fields.get(part) if declared else None
            if found is None:
                return
            self.uses.fields.add((entity, part))
            entity = found.type.entity if found.type else ""

    def references(self, entity: str, to: Ref | None) -> None:
        """Mark the fields through which a record leads to another entity's, though no key names them."""
        declared = self.spec.entities.get(entity)
        if declared and to and to.name != entity:
            for name, one in declared.fields.items():
                if one.type and one.type.entity == to.name:
                    self.uses.fields.add((entity, name))

    def part(self, step: ApprovalStep | HandoffStep | Call, entity: str) -> None:
        part: Approval | Handoff | Process | None
        if isinstance(step, ApprovalStep):
            part = self.spec.approvals.get(step.approval.name) if step.approval else None
        elif isinstance(step, HandoffStep):
            part = self.spec.handoffs.get(step.handoff.name) if step.handoff else None
        else:
            part = self.spec.processes.get(step.called.name) if step.called else None
        if part and not step.of:
            self.references(entity, part.entity)

    def handoff(self, handoff: Handoff, entity: str) -> None:
        unread = {f"handoffs.{handoff.name}.{key}" for key in ("feedback", "opens")} & self.spec.unread
        if unread:
            self.anywhere(FEEDBACK_FIELDS)
        elif handoff.feedback and handoff.feedback.opens:
            opened = self.entity_of_process(handoff.feedback.opens)
            self.uses.fields.update((opened, name) for name in FEEDBACK_FIELDS)
            if opened not in self.spec.entities:
                self.anywhere(FEEDBACK_FIELDS)
        if handoff.fulfilled_by:
            worked = self.spec.processes.get(handoff.fulfilled_by.name)
            self.references(entity, worked.entity if worked else None)


class _Plan(NamedTuple):
    """What to look at in a class: which entity it is about, keys that can name something, names it implies."""

    entity: Callable[[Any, Any], str] | None
    visits: tuple[tuple[str, Callable[[Any, Any, str], None]], ...]
    implicit: Callable[[Any, Any, str], None] | None


_ENTITY: dict[object, Callable[[Any, Any], str]] = {
    Entity: lambda _, declaration: str(declaration.name),
    Process: _Walk.declared,
    Approval: _Walk.declared,
    Handoff: _Walk.declared,
    Opens: _Walk.opened,
    Kpi: _Walk.measured,
}
_IMPLICIT: dict[object, Callable[[Any, Any, str], None]] = {
    ApprovalStep: _Walk.part,
    HandoffStep: _Walk.part,
    Call: _Walk.part,
    Handoff: _Walk.handoff,
}
_PLANS: dict[object, _Plan] = {}


def _planned(cls: Any) -> _Plan:
    """The plan of a class, kept for the next one of it."""
    visits = tuple(
        (attribute, _Walk.entity_fields if (cls, attribute) == (Entity, "fields") else visit)
        for attribute, key in keys_of(cls).values()
        if (visit := _visit(key.kind))
    )
    plan = _PLANS[cls] = _Plan(_ENTITY.get(cls), visits, _IMPLICIT.get(cls))
    return plan


def _visit(kind: Kind) -> Callable[[Any, Any, str], None] | None:
    if isinstance(kind, RefKind):
        return _visit_reference(kind)
    if isinstance(kind, MapKind) and kind.of is Outcome:
        return _Walk.outcomes
    if isinstance(kind, MapKind | ListKind | InlineKind):
        return _Walk.nested
    if isinstance(kind, ConditionKind | ExpressionKind):
        return _Walk.condition
    if isinstance(kind, ConditionsKind):
        return _Walk.conditions
    if isinstance(kind, AssignmentsKind):
        return _Walk.assignments
    return _Walk.late if isinstance(kind, LateKind) else None


def _visit_reference(kind: RefKind) -> Callable[[Any, Any, str], None] | None:
    if "roles" in kind.sections and "entities" in kind.sections:
        return _Walk.measures
    if "roles" in kind.sections:
        return _Walk.roles
    if "entities" in kind.sections:
        return _Walk.entities
    return _Walk.fields if "field" in kind.sections else None

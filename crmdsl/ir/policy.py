"""Grants, lowered: one entity and one action each, with everybody who holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdsl.model.access import Grant
from crmdsl.model.spec import Spec
from crmdsl.model.values import Condition

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

READING = ("read",)
"""The actions that superiors hold because their reports do."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Roles that may do an action with fields of an entity, on records within a scope, while a condition holds.

    `roles` are those granted and, for reading, their superiors.
    """

    entity: str
    action: str
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    scope: str
    when: Condition | None
    declaration: Grant


def grants(program: Program) -> Iterator[Permission]:
    """Every permission, in the order of the grants."""
    spec = program.spec
    for grant in spec.access.grants:
        granted = tuple(role.name for role in grant.role)
        for entity in grant.on:
            if entity.name not in spec.entities:
                continue
            if grant.when is not None and program.resolved.typed_for(grant.when, entity.name) is None:
                continue  # what the condition asks of a record, this entity does not have: nothing is granted on it
            for action in grant.can:
                roles = with_superiors(spec, granted) if action in READING else granted
                fields = tuple(granted_fields(spec, grant, entity.name))
                yield Permission(entity.name, action, roles, fields, grant.scope, grant.when, grant)


def granted_fields(spec: Spec, grant: Grant, entity: str) -> Iterator[str]:
    """The fields of an entity that a grant opens, in the order of the entity."""
    only, besides = {ref.name for ref in grant.fields}, {ref.name for ref in grant.excluded}
    for name in spec.entities[entity].fields:
        if name not in besides and (not grant.has("fields") or name in only):
            yield name


def with_superiors(spec: Spec, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Some roles and all their superiors, up to one that passes nothing on (`inherit: false`)."""
    found: dict[str, None] = {}
    for role in roles:
        current: str | None = role
        while current is not None and current not in found:
            found[current] = None
            declared = spec.roles.get(current)
            above = declared.reports_to if declared is not None and declared.inherit else None
            current = above.name if above is not None else None
    return tuple(name for name in spec.roles if name in found)

"""The policy of a program → views."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.backends.python.builder import Builder
from crmdsl.backends.python.source import place
from crmdsl.backends.python.views import AccessView, GrantView, HierarchyView, SeparationView, WhenView
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.ir import relational
from crmdsl.ir.policy import Permission

ACTOR, TODAY = "%(actor)s", "%(today)s"
"""Parameters of conditions in SQL, as psycopg takes them."""
MARKS = ("\ue000", "\ue001")
"""What stands for them while a percent sign of the condition itself is doubled."""


def access_views(builder: Builder) -> Iterator[AccessView]:
    """The grants on each entity, with what else decides."""
    policy = builder.program.policy
    by_entity: dict[str, dict[str, list[Permission]]] = {}
    for one in policy.permissions:
        by_entity.setdefault(one.entity, {}).setdefault(one.declaration.name, []).append(one)
    for entity, resource in policy.resources.items():
        grants = [grant_view(builder, permissions) for permissions in by_entity.get(entity, {}).values()]
        where = grants[0].place if grants else place(builder.spec.entities[entity].name_span)
        yield AccessView(
            entity,
            where,
            tuple(resource.fields),
            resource.owners,
            grants,
            {name: found.edited for name, found in resource.fields.items() if found.by == "steps"},
            tuple(name for name, found in resource.fields.items() if found.by == "nobody"),
            resource.locked,
        )


def grant_view(builder: Builder, permissions: list[Permission]) -> GrantView:
    """A grant on one entity, whose permissions differ in nothing but the action."""
    one = permissions[0]
    when = _shared(builder, one) if one.tree is not None else None
    actions = tuple(permission.action for permission in permissions)
    around = when is not None and "facts" in when.test_source
    return GrantView(
        place(one.declaration.name_span), one.granted, actions, one.scope, one.fields, when, around
    )  # fmt: skip


def _shared(builder: Builder, one: Permission) -> WhenView | None:
    """The condition of a grant, which takes that of an earlier one where they say the same of the same entity."""
    text = " ".join(one.when.text.split()) if one.when is not None else ""
    found = builder.shared.get((one.entity, text))
    if found is None:
        found = builder.when(one.when, one.entity, "grant", one.declaration.name, "on", one.entity)
        if found is not None:
            builder.shared[one.entity, text] = found
            builder.trees[found.function] = one
    return found


def hierarchy_view(builder: Builder) -> HierarchyView:
    """What scopes and reading from above need."""
    spec = builder.spec
    return HierarchyView(
        builder.program.policy.departments,
        {name: one.parent.name for name, one in spec.territories.items() if one.parent is not None},
        tuple(name for name, role in spec.roles.items() if not role.inherit),
    )


def separation_views(builder: Builder) -> Iterator[SeparationView]:
    """All separations of duties."""
    for rule in builder.program.policy.separations:
        may = tuple(rule.may[action] for action in rule.actions)
        yield SeparationView(rule.name, place(rule.declaration.name_span), rule.actions, may, rule.per_person)


def conditions_of_sql(builder: Builder) -> list[tuple[str, str | None]]:
    """The conditions of grants as PostgreSQL says them, by the constant of each."""
    return [(function[1:].upper(), _sql(builder, one)) for function, one in builder.trees.items()]


def _sql(builder: Builder, one: Permission) -> str | None:
    if one.tree is None:
        return None
    actor, today = MARKS
    try:
        text = relational.condition(
            builder.resolved, one.entity, one.tree, actor=actor, today=f"CAST({today} AS date)"
        )  # fmt: skip
    except Inexpressible:
        return None
    return text.replace("%", "%%").replace(actor, ACTOR).replace(today, TODAY)

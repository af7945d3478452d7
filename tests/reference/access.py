"""What a person may see and write, by the grants (the scope is taken as given)."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.model.access import Grant
from crmdsl.model.values import Condition
from tests.reference.evaluation import World, holds
from tests.reference.organisation import Person


def granted(world: World, roles: set[str], action: str) -> Iterator[Grant]:
    """The grants of some roles for an action on the world's record, as it stands."""
    if world.record is None:
        return
    for grant in world.resolved.spec.access.grants:
        if (
            action in grant.can
            and any(role.name in roles for role in grant.role)
            and any(entity.name == world.record[""] for entity in grant.on)
            and (grant.when is None or asked(world, grant.when))
        ):
            yield grant


def asked(world: World, when: Condition) -> bool:
    """Whether a condition holds for the world's record; one that makes no sense for its entity does not."""
    tree = world.resolved.typed_for(when, world.record[""]) if world.record is not None else None
    return tree is not None and holds(tree, world)


def opens_field(grant: Grant, name: str) -> bool:
    if grant.fields:
        return any(field.name == name for field in grant.fields)
    return all(field.name != name for field in grant.excluded)


def may_create(world: World, person: Person) -> bool:
    return any(granted(world, set(person.roles), "create"))


def may_write(world: World, person: Person, name: str) -> bool:
    return any(opens_field(grant, name) for grant in granted(world, set(person.roles), "update"))


def reading_roles(world: World, role: str) -> set[str]:
    """A role and those below it, without those that pass nothing up."""
    found = {role}
    for name, below in world.resolved.spec.roles.items():
        if below.reports_to is not None and below.reports_to.name == role and below.inherit:
            found |= reading_roles(world, name)
    return found


def visible(world: World, person: Person) -> list[str]:
    """The fields of the world's record that a person sees, in order."""
    assert world.record is not None
    roles = {name for role in person.roles for name in reading_roles(world, role)}
    grants = list(granted(world, roles, "read"))
    fields = world.resolved.spec.entities[world.record[""]].fields
    return [name for name in fields if any(opens_field(grant, name) for grant in grants)]

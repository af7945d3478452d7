"""What a person may see and do, by the grants: read one after the other, for each record anew.

Who created and owns a record stands in it under `#creator` and `#owner`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.model.access import Grant
from crmdsl.model.spec import Spec
from crmdsl.model.values import Condition, Ref
from tests.reference.evaluation import Record, World, holds
from tests.reference.organisation import Organisation, Person


def granted(world: World, person: Person, action: str) -> Iterator[Grant]:
    """The grants that let a person do an action with the world's record, as it stands."""
    if world.record is None:
        return
    for grant in world.resolved.spec.access.grants:
        if (
            action in grant.can
            and any(entity.name == world.record[""] for entity in grant.on)
            and opens_something(world, grant)
            and any(reaches(world, grant, role.name, person, action) for role in grant.role)
            and (grant.when is None or asked(world, grant.when))
        ):
            yield grant


def opens_something(world: World, grant: Grant) -> bool:
    """Whether a grant that names fields names one of this entity."""
    assert world.record is not None
    fields = world.resolved.spec.entities[world.record[""]].fields
    return not grant.fields or any(field.name in fields for field in grant.fields)


def reaches(world: World, grant: Grant, role: str, person: Person, action: str) -> bool:
    """Whether a grant to a role reaches the record for a person: by his role, or as a superior who reads."""
    if role in person.roles and in_scope(world, grant.scope, role, [person], person, below=False):
        return True
    if action != "read" or not any(above(world.resolved.spec, one, role) for one in person.roles):
        return False
    theirs = [one for one in world.organisation.people.values() if role in one.roles]
    return in_scope(world, grant.scope, role, [person, *theirs], person, below=True)


def above(spec: Spec, one: str, role: str, steps: int = 0) -> bool:
    """Whether a role is above another, and what that one sees is passed up to it."""
    declared = spec.roles[role]
    if not declared.inherit or declared.reports_to is None or steps > len(spec.roles):
        return False
    return declared.reports_to.name == one or above(spec, one, declared.reports_to.name, steps + 1)


def in_scope(world: World, scope: str, role: str, people: list[Person], person: Person, below: bool) -> bool:
    """Whether the world's record is own, of the unit … of one of some people, who act in a role."""
    record, organisation = world.record, world.organisation
    assert record is not None
    owners = names(world.resolved.spec.entities[record[""]].owner)
    owner = owner_of(record, organisation, owners)
    if scope == "all":
        return True
    if scope == "own":
        if owner is None and (any(one in owners for one in person.roles) or (below and role in owners)):
            return True
        return any(one.name in (record.get("#owner"), record.get("#creator")) for one in people)
    if scope == "department":
        return department(world, role) in [department(world, one) for one in owning_roles(organisation, owner, owners)]
    if not organisation.listed:
        return True
    placed = organisation.people.get(owner or record.get("#creator") or "")
    if placed is None:
        return False
    if scope == "unit":
        return placed.unit is not None and any(one.unit == placed.unit for one in people)
    return any(one.territory in around(world.resolved.spec, placed.territory) for one in people)


def owner_of(record: Record, organisation: Organisation, owners: list[str]) -> str | None:
    """Who owns a record, as far as one knows."""
    if record.get("#owner") is not None:
        return str(record["#owner"])
    creator = organisation.people.get(record.get("#creator") or "")
    return creator.name if creator is not None and creator.holds(owners) else None


def owning_roles(organisation: Organisation, owner: str | None, owners: list[str]) -> list[str]:
    """The roles by which a record is its owner's."""
    if owner is None:
        return owners
    person = organisation.people.get(owner)
    held = list(person.roles) if person is not None else []
    return [role for role in held if role in owners] or held


def department(world: World, role: str) -> object:
    """The department of a role; of one without it, something that is like no other."""
    found = world.resolved.spec.roles[role].department
    return found.name if found is not None else object()


def around(spec: Spec, territory: str | None) -> list[str]:
    """A territory and those that it is in."""
    if territory is None:
        return []
    parent = spec.territories[territory].parent
    return [territory, *around(spec, parent.name if parent is not None else None)]


def names(refs: tuple[Ref, ...]) -> list[str]:
    return [ref.name for ref in refs]


def asked(world: World, when: Condition) -> bool:
    """Whether a condition holds for the world's record; one that makes no sense for its entity does not."""
    tree = world.resolved.typed_for(when, world.record[""]) if world.record is not None else None
    return tree is not None and holds(tree, world)


def opens_field(grant: Grant, name: str) -> bool:
    if grant.fields:
        return any(field.name == name for field in grant.fields)
    return all(field.name != name for field in grant.excluded)


def may_create(world: World, person: Person) -> bool:
    return any(granted(world, person, "create"))


def may_write(world: World, person: Person, name: str) -> bool:
    return any(opens_field(grant, name) for grant in granted(world, person, "update"))


def visible(world: World, person: Person) -> list[str]:
    """The fields of the world's record that a person sees, in order."""
    assert world.record is not None
    grants = list(granted(world, person, "read"))
    fields = world.resolved.spec.entities[world.record[""]].fields
    return [name for name in fields if any(opens_field(grant, name) for grant in grants)]

"""Who works here: the people listed, and who acts for a role that none of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.organisation import Person, Role
from crmdsl.model.spec import Spec


def outsiders(spec: Spec, people: Mapping[str, Person]) -> Iterator[tuple[str, Role]]:
    """One person, by name, for each external role that none of the people listed holds.

    The people of a spec are the company's own: customers and suppliers are there without being listed.
    """
    held = {ref.name for person in people.values() for ref in person.roles}
    for role in spec.roles.values():
        if role.external and role.name not in held:
            number = 1
            while f"{role.name}_{number}" in people:
                number += 1
            yield f"{role.name}_{number}", role


class Member(NamedTuple):
    """A person of the organisation, and where he belongs."""

    name: str
    roles: tuple[str, ...]
    unit: str | None = None
    territory: str | None = None


def members(spec: Spec) -> Iterator[Member]:
    """The people listed, with one for each external role; where none are, as many of each role as it has."""
    listed = spec.people
    for one in listed.values():
        unit, territory = (ref.name if ref is not None else None for ref in (one.unit, one.territory))
        yield Member(one.name, tuple(ref.name for ref in one.roles), unit, territory)
    if listed:
        for name, role in outsiders(spec, listed):
            yield Member(name, (role.name,))
        return
    for name, role in spec.roles.items():
        for number in range(1, count(role) + 1):
            yield Member(f"{name}_{number}", (name,))


def count(role: Role) -> int:
    """How many persons a role has; whoever is outside counts as one."""
    return 1 if role.external or role.headcount is None else role.headcount


def perhaps(spec: Spec) -> set[str]:
    """The roles that people may hold under a name that does not resolve: those near it, any where none is."""
    wrong = {ref.name for person in spec.people.values() for ref in person.roles if ref.name not in spec.roles}
    meant = {nearest(name, spec.roles) for name in wrong}
    return set(spec.roles) if None in meant else {name for name in meant if name is not None}

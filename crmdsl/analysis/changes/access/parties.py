"""Who asks on either side: people by name with their roles, and whose records a grant reaches for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from crmdsl.analysis.changes.access.renaming import NOTHING, Renaming
from crmdsl.backends.python.kernel.access import Grants
from crmdsl.backends.python.kernel.people import Organisation, Person, Structure
from crmdsl.backends.python.kernel.scopes import Hierarchy, holder, in_scope
from crmdsl.conditions.regions import Somebody
from crmdsl.ir.policy import Permission, Place, Policy
from crmdsl.ir.staff import outsiders

if TYPE_CHECKING:
    from crmdsl.analysis.changes.change import Pair
    from crmdsl.ir.program import Program
    from crmdsl.model.spec import Spec

MOST_ALIKE = 3
"""Persons of a role who stand for all of them where nobody is listed."""


class Whose(NamedTuple):
    """A record, as far as scopes look at it: who created and who owns it (names, or unknown)."""

    creator: str | None
    owner: str | None


class Right(NamedTuple):
    """A permission that somebody holds; `reaches` tells which records it reaches, `None`: every one.

    `way` is the same for two permissions that reach the same records for him; `below` tells that he reads with others.
    """

    permission: Permission
    reaches: Callable[[Whose], bool] | None
    way: tuple[Any, ...]
    below: bool


class Party:
    """A side of the comparison: its policy, and the people who ask."""

    def __init__(
        self, program: Program, people: Mapping[str, Somebody], names: Renaming = NOTHING, *, listed: bool
    ) -> None:  # fmt: skip
        self.program = program
        self.policy = _called(program.policy, names)
        self.people = people
        spec = program.spec
        above = {name: role.reports_to.name for name, role in spec.roles.items() if role.reports_to is not None}
        structure = Structure(tuple(spec.roles), above)
        here = type("Here", (Organisation,), {"structure": structure})
        self.organisation: Organisation = here(
            (Person(one.name, [role for role in spec.roles if role in one.roles], one.unit, one.territory)
             for one in people.values()), listed=listed,
        )  # fmt: skip
        territories = {name: one.parent.name for name, one in spec.territories.items() if one.parent is not None}
        private = tuple(name for name, role in spec.roles.items() if not role.inherit)
        self._hierarchy = Hierarchy(
            structure, departments=self.policy.departments, territories=territories, private=private
        )
        self._grants = {
            name: Grants(self._hierarchy, name, "", tuple(one.fields), one.owners)
            for name, one in self.policy.resources.items()
        }  # fmt: skip
        self._permissions: dict[tuple[str, str], list[Permission]] = {}
        for permission in self.policy.permissions:
            self._permissions.setdefault((permission.entity, permission.action), []).append(permission)
        self.standing = (
            tuple((one.roles, one.unit, one.territory) for one in people.values()), tuple(people), listed,
            tuple(above.items()), private, tuple(territories.items()), tuple(self.policy.departments.items()),
            tuple((name, one.owners) for name, one in self.policy.resources.items()),
        )  # fmt: skip
        """All that scopes and hierarchies hang on; where it is the same, a grant reaches the same."""

    def permissions(self, entity: str, action: str) -> list[Permission]:
        """The permissions of an action on an entity."""
        return self._permissions.get((entity, action), [])

    def rights(self, name: str, entity: str, action: str) -> list[Right]:
        """The permissions that somebody holds, by his roles or for those below him."""
        person = self.organisation.person(name)
        if person is None:
            return []
        found = []
        for one in self.permissions(entity, action):
            held, below = self._hierarchy.ways(one.granted, action, person.mask)
            if held or below:
                scope = in_scope(one.scope, self._grants[entity], person, held, below)
                found.append(Right(one, _reaching(scope, person), (one.scope, held, below), bool(below)))
        return found

    def holder(self, entity: str, whose: Whose) -> str | None:
        """Who owns a record, as far as that is known."""
        grants = self._grants.get(entity)
        record: Any = whose
        return None if grants is None else holder(record, self.organisation, grants.owner_mask)

    def has(self, name: str, roles: Iterable[str]) -> bool:
        """Whether somebody holds one of some roles."""
        one = self.people.get(name)
        return one is not None and not one.roles.isdisjoint(roles)


def _reaching(scope: Callable[[Any, Any], bool] | None, person: Person) -> Callable[[Whose], bool] | None:
    return None if scope is None else lambda whose: scope(person, whose)


def _called(policy: Policy, names: Renaming) -> Policy:
    """A policy whose processes have their newer names."""
    if ("processes",) not in names.names:
        return policy

    def newer(places: Iterable[Place]) -> tuple[Place, ...]:
        return tuple((names.of("processes", process), state) for process, state in places)

    resources = {
        name: one._replace(
            fields={field: each._replace(edited=newer(each.edited)) for field, each in one.fields.items()},
            locked=newer(one.locked),
        )
        for name, one in policy.resources.items()
    }  # fmt: skip
    return policy._replace(resources=resources)


def parties(pair: Pair, names: Renaming) -> tuple[Party, Party, dict[str, str]]:
    """Both sides, and the roles that nobody holds by the name of who stands for them; `names` are those of before."""
    specs = [program.spec for program in pair.programs]
    listed = [bool(spec.people) for spec in specs]
    both = names, NOTHING
    people = [staff(spec, one) for spec, one in zip(specs, both, strict=True)]
    if listed[0] != listed[1]:  # nobody is listed on a side: those of the other are there, with the roles it knows
        own = listed.index(False)
        people[own] = {
            name: one._replace(roles=one.roles & specs[own].roles.keys()) for name, one in people[1 - own].items()
        }
    held = {role for side in people for one in side.values() for role in one.roles}
    empty: dict[str, str] = {}
    for side, spec, one in zip(people, specs, both, strict=True):
        mine = {f"{one.of('roles', role)}_1": role for role in spec.roles if role not in held}
        side.update({name: Somebody(name, frozenset([role]), named=True) for name, role in mine.items()})
        empty |= mine
    before, now = (
        Party(program, side, one, listed=said)
        for program, side, one, said in zip(pair.programs, people, both, listed, strict=True)
    )  # fmt: skip
    return before, now, empty


def staff(spec: Spec, names: Renaming = NOTHING) -> dict[str, Somebody]:
    """The people listed; where none are, some of each role, called by its newer name."""
    found: dict[str, Somebody] = {}
    if not spec.people:
        for role in spec.roles.values():
            count = 1 if role.external or role.headcount is None else min(role.headcount, MOST_ALIKE)
            for number in range(1, count + 1):
                name = f"{names.of('roles', role.name)}_{number}"
                found[name] = Somebody(name, frozenset([role.name]), named=True)
        return found
    for name, person in spec.people.items():
        unit, territory = (None if ref is None else ref.name for ref in (person.unit, person.territory))
        found[name] = Somebody(name, frozenset(ref.name for ref in person.roles), unit, territory, named=True)
    found.update(
        {name: Somebody(name, frozenset([role.name]), named=True) for name, role in outsiders(spec, spec.people)}
    )
    return found

"""Who acts: persons, and the organisation that they belong to."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from typing import Any, ClassVar, Self


class Unit:
    """A unit of the sales network."""

    __slots__ = ("kind", "manager", "name", "territories")

    def __init__(self, name: str, kind: str, manager: str | None = None, territories: tuple[str, ...] = ()) -> None:
        self.name = name
        self.kind = kind
        self.manager = manager
        self.territories = territories


class Structure:
    """What an organisation is built on: roles in order with their superiors, and units.

    A role is a bit of a mask; `superiors` maps a role to the role that it reports to.
    """

    __slots__ = ("bits", "roles", "superiors", "units")

    def __init__(
        self, roles: tuple[str, ...], superiors: Mapping[str, str], units: Mapping[str, Unit] | None = None
    ) -> None:
        self.roles = roles
        self.bits = {role: 1 << i for i, role in enumerate(roles)}
        self.superiors = superiors
        self.units = units or {}

    def mask(self, roles: Iterable[str]) -> int:
        """The bits of some roles. Raises `ValueError` for a role that is none."""
        mask = 0
        for role in roles:
            if role not in self.bits:
                raise ValueError(self.unknown(role))
            mask |= self.bits[role]
        return mask

    def unknown(self, role: object) -> str:
        """What is said of a role that is none."""
        return f"no role {role!r}; there are {', '.join(self.roles)}"

    def names(self, mask: int) -> tuple[str, ...]:
        """The roles of a mask, in the order of the spec."""
        return tuple(role for role, bit in self.bits.items() if mask & bit)

    def group(self, *names: str) -> Group:
        """Some roles together. Raises `ValueError` for a role that is none."""
        return Group(self, names)

    def superior_roles(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The superiors of some roles, in their order, each once."""
        return tuple(dict.fromkeys(self.superiors[role] for role in roles if role in self.superiors))


class Group:
    """Some roles: their names in order, and their mask."""

    __slots__ = ("above", "mask", "names")

    def __init__(self, structure: Structure, names: tuple[str, ...]) -> None:
        self.names = names
        self.mask = structure.mask(names)
        self.above = structure.superior_roles(names)


class Person:
    """Somebody: two objects of one name are the same person.

    `absent` lists days of absence as pairs of dates, both inside; `substitute` names who stands in. `plans` is how the
    access of all members with these roles was worked out: by class of record, action and field.
    """

    __slots__ = ("absent", "mask", "name", "organisation", "plans", "roles", "substitute", "territory", "unit")

    def __init__(
        self,
        name: str,
        roles: Sequence[str] | str = (),
        unit: str | None = None,
        territory: str | None = None,
        substitute: str | None = None,
        absent: Sequence[tuple[date, date]] = (),
    ) -> None:
        self.name = name
        self.roles = (roles,) if isinstance(roles, str) else tuple(roles)
        self.unit = unit
        self.territory = territory
        self.substitute = substitute
        self.absent = tuple((first, last) for first, last in absent)
        self.mask = 0
        self.plans: dict[type[Any], dict[str, dict[str | None, Any]]] = {}
        self.organisation: Organisation | None = None

    def __repr__(self) -> str:
        return f"Person({self.name!r}, roles={self.roles!r})"

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Person) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def is_absent(self, day: date) -> bool:
        """Whether this is one of the days of absence."""
        return any(first <= day <= last for first, last in self.absent)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.roles, self.unit, self.territory, self.substitute, self.absent)

    def copied(self) -> Person:
        """Another person object of the same content, a member nowhere yet."""
        return type(self)(self.name, self.roles, self.unit, self.territory, self.substitute, self.absent)


class Organisation:
    """The persons who act, by name and by role. Raises `ValueError` for a name twice or a role that is none.

    `listed` tells that they are who there is, and not so many of each role.
    """

    __slots__ = ("_by_name", "_by_role", "_plans", "absences", "listed", "people")
    structure: ClassVar[Structure]

    def __init__(self, people: Iterable[Person], *, listed: bool = True) -> None:
        self.listed = listed
        self._plans: dict[int, dict[Any, Any]] = {}
        self.people = tuple(self._adopt(person) for person in people)
        self._by_name = {person.name: person for person in self.people}
        if len(self._by_name) < len(self.people):
            raise ValueError("two persons have the same name")
        self._by_role = {
            role: tuple(person for person in self.people if role in person.roles) for role in self.structure.roles
        }
        self.absences = any(person.absent for person in self.people)

    def _adopt(self, person: Person) -> Person:
        """The person as a member: itself, or a copy where it is a member elsewhere."""
        if not isinstance(person, Person):
            raise TypeError(f"an organisation is made of `Person`s, not of {person!r}")
        member = person if person.organisation is None else person.copied()
        member.mask = self.structure.mask(person.roles)
        member.plans = self._plans.setdefault(member.mask, {})
        member.organisation = self
        return member

    @classmethod
    def staffed(cls, headcounts: Mapping[str, int]) -> Self:
        """As many persons with one role each as the headcounts say, named `agent_1`, `agent_2`, …"""
        people = (Person(f"{role}_{i}", (role,)) for role, count in headcounts.items() for i in range(1, count + 1))
        return cls(people, listed=False)

    def forget(self) -> None:
        """Let go of how access was worked out; it is worked out again where it is asked for."""
        for plans in self._plans.values():
            plans.clear()

    def person(self, name: str) -> Person | None:
        """The member of that name."""
        return self._by_name.get(name)

    def holders(self, role: str) -> tuple[Person, ...]:
        """Everybody who holds a role, in order. Raises `KeyError` for a role that is none."""
        found = self._by_role.get(role)
        if found is None:
            raise KeyError(self.structure.unknown(role))
        return found

    def first(self, role: str) -> Person:
        """The first person of a role. Raises `LookupError` where nobody holds it."""
        holders = self.holders(role)
        if not holders:
            raise LookupError(f"nobody holds the role {role!r}")
        return holders[0]

    def member(self, person: Person | None) -> Person | None:
        """The member that a person is, `None` where it is none. Raises `TypeError` for what is no person."""
        try:
            if person is None or person.organisation is self:
                return person
            return self._by_name.get(person.name)
        except AttributeError:
            raise TypeError(self._stranger(person)) from None

    def _stranger(self, by: object) -> str:
        """What is said of an actor that is no person: how to get one."""
        hint = "take one of the organisation"
        if isinstance(by, str) and by in self._by_name:
            hint = f"take `organisation.person({by!r})`"
        elif isinstance(by, str) and by in self._by_role:
            hint = f"for somebody of that role take `organisation.first({by!r})`"
        return f"a `Person` acts, not {by!r}: {hint}"

    def __reduce__(self) -> Any:
        home = type(self).__module__
        if getattr(sys.modules.get(home), "ORGANISATION", None) is self:
            return "ORGANISATION"
        return _organised, (type(self), self.people, self.listed)

    def holding(self, mask: int) -> tuple[Person, ...]:
        """Everybody who holds one of the roles of a mask, in order."""
        return tuple(person for person in self.people if person.mask & mask)


def _organised(kind: type[Organisation], people: Sequence[Person], listed: bool) -> Organisation:
    return kind(people, listed=listed)

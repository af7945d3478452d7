"""Who works in the company, and who stands above whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from crmdsl.model.spec import Spec


@dataclass(frozen=True)
class Person:
    """Somebody, by name; `absent` are pairs of days, both inside."""

    name: str
    roles: tuple[str, ...]
    unit: str | None = None
    territory: str | None = None
    substitute: str | None = None
    absent: tuple[tuple[date, date], ...] = ()

    def holds(self, roles: Iterable[str]) -> bool:
        return not self._held.isdisjoint(roles)

    @cached_property
    def _held(self) -> frozenset[str]:
        return frozenset(self.roles)

    def is_absent(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.absent)


class Organisation:
    """The persons of a spec, or others in their place."""

    def __init__(self, spec: Spec, people: list[Person] | None = None) -> None:
        self.spec = spec
        self.listed = people is not None or bool(spec.people)
        self.people = {person.name: person for person in (staff(spec) if people is None else people)}

    def holders(self, roles: Iterable[str]) -> list[Person]:
        wanted = list(roles)
        return [person for person in self.people.values() if person.holds(wanted)]

    def superiors(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The roles one level up, in order, each once."""
        found: dict[str, None] = {}
        for role in roles:
            above = self.spec.roles[role].reports_to
            if above is not None:
                found[above.name] = None
        return tuple(found)

    def manager(self, requester: str | None, requesters: tuple[str, ...]) -> tuple[str, ...]:
        """The roles that manage a requester: his unit's manager, else his superiors."""
        person = self.people[requester] if requester is not None else None
        if person is None:
            return self.superiors(requesters)
        manager = self.spec.sales_network[person.unit].manager if person.unit else None
        if manager is not None:
            return (manager.name,)
        return self.superiors(role for role in requesters if role in person.roles)


def staff(spec: Spec) -> list[Person]:
    """The people listed; where none are, as many persons with one role each as the headcounts say."""
    if spec.people:
        held = {role.name for person in spec.people.values() for role in person.roles}
        outside = [name for name, role in spec.roles.items() if role.external and name not in held]
        return [
            Person(
                name, tuple(role.name for role in person.roles), *(ref.name if ref else None for ref in
                (person.unit, person.territory, person.substitute)), tuple((a, b) for a, b in person.absent),
            )
            for name, person in spec.people.items()
        ] + [Person(unlisted(spec, role), (role,)) for role in outside]  # fmt: skip
    return [
        Person(f"{name}_{number}", (name,))
        for name, role in spec.roles.items()
        for number in range(1, (1 if role.external else role.headcount if role.headcount is not None else 1) + 1)
    ]


def unlisted(spec: Spec, role: str) -> str:
    """The name of somebody outside: the first number that nobody listed is called by."""
    return next(name for name in (f"{role}_{number}" for number in range(1, 1000)) if name not in spec.people)

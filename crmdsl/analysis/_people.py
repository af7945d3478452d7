"""Who works in a generated package when it is used with the people of a spec, or with those of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from crmdsl.ir.staff import outsiders
from crmdsl.model.organisation import Person
from crmdsl.model.spec import Spec

if TYPE_CHECKING:
    from crmdsl.analysis._memory import InMemory


def organisation(package: InMemory, spec: Spec, people: Mapping[str, Person]) -> Any:
    """The organisation of some people, else the one by headcount."""
    company = package.module().ORGANISATION
    if not people:
        return company
    person = package.module().Person
    outside = [person(name, (role.name,)) for name, role in outsiders(spec, people)]
    return type(company)([*(_person(person, declared) for declared in people.values()), *outside])


def _person(cls: Any, declared: Person) -> Any:
    """A person of the spec as the package's."""
    return cls(
        declared.name,
        tuple(role.name for role in declared.roles),
        unit=declared.unit.name if declared.unit else None,
        territory=declared.territory.name if declared.territory else None,
        substitute=declared.substitute.name if declared.substitute else None,
        absent=[(days.first, days.last) for days in declared.absent],
    )

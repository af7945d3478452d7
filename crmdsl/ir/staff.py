"""Who acts for a role that nobody listed holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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

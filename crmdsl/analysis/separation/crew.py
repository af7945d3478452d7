"""Who there is to sign: persons who hold the same roles are alike, and counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crmdsl.ir.staff import outsiders
from crmdsl.model.spec import Spec

MANY = 1 << 40
"""Persons of a role of which nobody says how many hold it, and of those outside of the company."""


class Kind(NamedTuple):
    """Persons who hold just these roles: how many, and their names where they are listed."""

    roles: frozenset[str]
    size: int
    names: tuple[str, ...] = ()


class Crew:
    """The persons of a company, by kind. Where people are listed they staff the roles, else headcounts do."""

    def __init__(self, spec: Spec) -> None:
        self.kinds = list(_listed(spec) if spec.people else _counted(spec))
        self.free = {place: kind.size for place, kind in enumerate(self.kinds)}
        self.everybody = frozenset(self.free)
        self._places = {kind.roles: place for place, kind in enumerate(self.kinds)}
        self._holding: dict[str, set[int]] = {}
        for place, kind in enumerate(self.kinds):
            for role in kind.roles if kind.size else ():
                self._holding.setdefault(role, set()).add(place)

    def holding(self, roles: Iterable[str]) -> frozenset[int]:
        """The kinds of whom there is somebody, and who hold one of some roles."""
        return frozenset().union(*(self._holding.get(role, ()) for role in roles))

    def place(self, roles: frozenset[str]) -> int | None:
        """The kind that holds just these roles."""
        return self._places.get(roles)


def _listed(spec: Spec) -> Iterable[Kind]:
    found: dict[frozenset[str], list[str]] = {}
    for name, person in spec.people.items():
        found.setdefault(frozenset(role.name for role in person.roles), []).append(name)
    for roles, names in found.items():
        yield Kind(roles, len(names), tuple(names))
    for _, role in outsiders(spec, spec.people):
        yield Kind(frozenset([role.name]), MANY)


def _counted(spec: Spec) -> Iterable[Kind]:
    for name, role in spec.roles.items():
        yield Kind(frozenset([name]), MANY if role.external or role.headcount is None else role.headcount)

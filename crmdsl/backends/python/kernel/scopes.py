"""Whose records a grant reaches: own, of the unit, of the territory, of the department, or all."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeAlias

    from .access import Grants
    from .people import Organisation, Person, Structure
    from .records import Record

    Scope: TypeAlias = Callable[[Person, Record], bool]


class Hierarchy:
    """What scopes and reading from above need: superiors, departments, territories.

    `private` roles pass nothing up. `departments` are those of roles, `territories` map one to the one it is in.
    """

    __slots__ = ("_above", "departments", "private", "structure", "territories")

    def __init__(
        self,
        structure: Structure,
        *,
        departments: Mapping[str, str] | None = None,
        territories: Mapping[str, str] | None = None,
        private: tuple[str, ...] = (),
    ) -> None:
        self.structure = structure
        self.departments = departments or {}
        self.territories = territories or {}
        self.private = private
        self._above: dict[str, int] = {}

    def above(self, role: str) -> int:
        """The mask of the roles that read what a role reads."""
        found = self._above.get(role)
        if found is None:
            found, current = 0, role
            while current not in self.private and current in self.structure.superiors:
                current = self.structure.superiors[current]
                bit = self.structure.bits[current]
                if found & bit or current == role:
                    break
                found |= bit
            self._above[role] = found
        return found

    def ways(self, roles: Iterable[str], action: str, mask: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of the roles of a grant those that a mask holds, and those that it reads for from above."""
        bits = self.structure.bits
        held = tuple(role for role in roles if mask & bits[role])
        below = tuple(role for role in roles if mask & self.above(role)) if action == "read" else ()
        return held, below

    def around(self, territory: str | None) -> frozenset[str]:
        """A territory and those that it is in; none of no territory."""
        found = set()
        while territory is not None and territory not in found:
            found.add(territory)
            territory = self.territories.get(territory)
        return frozenset(found)


def in_scope(scope: str, grants: Grants, person: Person, held: tuple[str, ...], below: tuple[str, ...]) -> Scope | None:
    """The test whether a grant reaches a record for somebody, or for anybody of the same roles.

    `None` where it reaches every one.
    """
    organisation = person.organisation
    if organisation is None:
        return _nowhere
    if scope == "all" or (scope in ("unit", "territory") and not organisation.listed):
        return None
    if scope == "department":
        return _department(grants, organisation, frozenset((*held, *below)))
    people = [one for role in below for one in organisation.holders(role)]
    if scope == "own":
        unowned = bool(person.mask & grants.owner_mask) or any(role in grants.owners for role in below)
        return _own(grants, organisation, frozenset(one.name for one in people), unowned=unowned)
    return (_unit if scope == "unit" else _territory)(grants, organisation, people)


def holder(record: Record, organisation: Organisation, owners: int) -> str | None:
    """Who owns a record: its owner, else its creator if he holds one of the roles of a mask."""
    if record.owner is not None or record.creator is None:
        return record.owner
    creator = organisation.person(record.creator)
    return record.creator if creator is not None and creator.mask & owners else None


def _nowhere(person: Person, record: Record) -> bool:
    return False


def _own(grants: Grants, organisation: Organisation, below: frozenset[str], *, unowned: bool) -> Scope:
    """Own records, those of people below and, where it is asked, those that nobody owns yet."""
    owners = grants.owner_mask

    def own(person: Person, record: Record) -> bool:
        name = person.name
        return record.owner == name or record.creator == name

    def own_or_nobodys(person: Person, record: Record) -> bool:
        name = person.name
        return record.owner == name or record.creator == name or holder(record, organisation, owners) is None

    def own_or_below(person: Person, record: Record) -> bool:
        if own(person, record) or record.owner in below or record.creator in below:
            return True
        return unowned and holder(record, organisation, owners) is None

    return own_or_below if below else own_or_nobodys if unowned else own


def _placed(record: Record, organisation: Organisation, owners: int) -> Person | None:
    """Whose unit and territory are the record's."""
    name = holder(record, organisation, owners) or record.creator
    return None if name is None else organisation.person(name)


def _unit(grants: Grants, organisation: Organisation, below: list[Person]) -> Scope:
    owners, units = grants.owner_mask, frozenset(one.unit for one in below)

    def unit(person: Person, record: Record) -> bool:
        placed = _placed(record, organisation, owners)
        if placed is None or placed.unit is None:
            return False
        return placed.unit == person.unit or placed.unit in units

    return unit


def _territory(grants: Grants, organisation: Organisation, below: list[Person]) -> Scope:
    owners, hierarchy = grants.owner_mask, grants.hierarchy
    territories = frozenset(one.territory for one in below)

    def territory(person: Person, record: Record) -> bool:
        placed = _placed(record, organisation, owners)
        around = hierarchy.around(None if placed is None else placed.territory)
        return person.territory in around or not territories.isdisjoint(around)

    return territory


def _department(grants: Grants, organisation: Organisation, roles: frozenset[str]) -> Scope:
    owners, known = grants.owner_mask, grants.hierarchy.departments
    departments = frozenset(known[role] for role in roles if role in known)

    def department(person: Person, record: Record) -> bool:
        name = holder(record, organisation, owners)
        if name is None:
            roles = grants.owners
        else:
            found = organisation.person(name)
            held = () if found is None else found.roles
            roles = tuple(role for role in held if role in grants.owners) or held
        return any(known.get(role) in departments for role in roles)

    return department

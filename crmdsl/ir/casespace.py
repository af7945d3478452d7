"""What a spec says about the values that its conditions can meet: the `World` of `crmdsl.conditions.regions`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from crmdsl.conditions.regions.space import seconds
from crmdsl.conditions.regions.world import FieldFacts, Somebody
from crmdsl.conditions.types import type_of
from crmdsl.ir.calendar import USUAL_DAY, day_minutes
from crmdsl.ir.staff import outsiders
from crmdsl.model.entities import Field
from crmdsl.model.values import Duration
from crmdsl.resolve.resolved import Resolved
from crmdsl.resolve.values import size

LEAST = {"money": 0, "percent": 0, "duration": 0}
MOST = {"percent": 10_000}
SECTIONS = {"unit": "sales_network", "territory": "territories", "channel": "channels", "product_line": "product_lines"}
MOST_PLACES = 2_000
ALIKE = 3
"""Persons of a role who stand for all of them where nobody is listed."""


def nowhere(_state: str) -> bool | None:
    """Any state may be active."""
    return None


class CaseSpace:
    """The fields, persons and names of a spec, and where the case is.

    `requesters` are the roles one of which the requester holds (all, if none are given). With `anybody` people may
    also belong to any other unit and territory than those listed do.
    """

    def __init__(
        self, resolved: Resolved, requesters: frozenset[str] = frozenset(),
        inside: Callable[[str], bool | None] = nowhere, *, anybody: bool = False,
    ) -> None:  # fmt: skip
        self.resolved = resolved
        self.spec = resolved.spec
        self.currency = self.spec.company.currency if self.spec.company else ""
        self.inside = inside
        self.requesters = requesters
        self.anybody = anybody
        self.doubted = False
        """Whether something was asked that the spec says with a fault, so that an answer may follow from that."""
        memo: dict[tuple[str, str], FieldFacts | None] = resolved.memo.setdefault("field facts", {})
        self._fields = memo
        self._doubtful = doubtful(resolved)

    @property
    def day(self) -> int:
        """Minutes of a day of working time."""
        return day_of(self.resolved)

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A field as conditions see it."""
        key = entity, name
        if entity in self._doubtful:
            self.doubted = True
        if key not in self._fields:
            declared = self.spec.entities.get(entity)
            field = declared.fields.get(name) if declared else None
            self._fields[key] = None if field is None else self._facts(field)
            if field is not None and self._open(field):
                self._doubtful.add(entity)
                self.doubted = True
        return self._fields[key]

    def _open(self, field: Field) -> bool:
        """Whether nobody knows what a field holds: its type does not exist, or what it is derived from has a fault."""
        if field.type is None or self.spec.dangles(field.type):
            return True
        return field.derived is not None and self.resolved.typed(field.derived) is None

    def _facts(self, field: Field) -> FieldFacts | None:
        if field.type is None:
            return None
        kind = field.type
        if field.derived is not None:
            tree = self.resolved.typed(field.derived)
            return None if tree is None else FieldFacts(type_of(kind), kind.optional, derived=tree)
        low, high = (self._bound(node) for node in (field.min, field.max))
        low = LEAST.get(kind.base) if low is None else low
        high = MOST.get(kind.base) if high is None else high
        if low is not None and high is not None and low > high:
            low = high = None
        return FieldFacts(type_of(kind), kind.optional, low, high)

    def _bound(self, node: Any) -> Any:
        value = self.resolved.value(node)
        if isinstance(value, Duration):
            return value.total_minutes(self.day)
        if isinstance(value, datetime):
            return seconds(value)
        return value.toordinal() if isinstance(value, date) else value

    def names(self, base: str) -> Sequence[str]:
        """The units, territories, channels or product lines."""
        return list(getattr(self.spec, SECTIONS[base]))

    def unit_kind(self, unit: str) -> str | None:
        """The kind of a unit."""
        found = self.spec.sales_network.get(unit)
        return found.kind if found else None

    def people(self, root: str) -> Sequence[Somebody]:
        """Who the requester, the actor or somebody named in a field can be."""
        found = [*staff(self.resolved), *(elsewhere(self.resolved) if self.anybody else ())]
        if root == "requester" and self.requesters:
            found = [one for one in found if one.roles & self.requesters]
        if not found or any(place.startswith(("people", "roles", "sales_network")) for place in self.spec.incomplete):
            self.doubted = True
        return found


def doubtful(resolved: Resolved) -> set[str]:
    """Entities with a type or bound that could not be read."""
    found: set[str] | None = resolved.memo.get("doubtful entities")
    if found is None:
        spec = resolved.spec
        places = (*spec.unread, *spec.incomplete)
        found = {place.split(".")[1] for place in places if place.startswith("entities.")}
        for name, entity in spec.entities.items():
            for field in entity.fields.values():
                if (field.min or field.max) and _out_of_order(resolved, field):
                    found.add(name)
        resolved.memo["doubtful entities"] = found
    return found


def _out_of_order(resolved: Resolved, field: Field) -> bool:
    """Whether a bound has no value, or the least is greater than the greatest."""
    bounds = [resolved.value(node) for node in (field.min, field.max) if node is not None]
    return None in bounds or (len(bounds) == 2 and bool(size(bounds[0]) > size(bounds[1])))


def day_of(resolved: Resolved) -> int:
    """Minutes of a day of the company's calendar."""
    found: int | None = resolved.memo.get("day")
    if found is None:
        company = resolved.spec.company
        calendar = resolved.spec.calendars.get(company.calendar.name) if company and company.calendar else None
        found = resolved.memo["day"] = USUAL_DAY if calendar is None else day_minutes(calendar)
    return found


def staff(resolved: Resolved) -> list[Somebody]:
    """The people listed; where none are, some that stand for those of each role and unit."""
    found: list[Somebody] | None = resolved.memo.get("staff")
    if found is None:
        found = resolved.memo["staff"] = _staff(resolved)
    return found


def elsewhere(resolved: Resolved) -> list[Somebody]:
    """Those that people could be by their roles, in every unit and territory; none beyond a number."""
    spec = resolved.spec
    units: list[str | None] = [None, *spec.sales_network]
    places: list[str | None] = [None, *spec.territories]
    roles = list(dict.fromkeys(one.roles for one in staff(resolved)))
    if len(roles) * len(units) * len(places) > MOST_PLACES:
        return []
    return [Somebody(" or ".join(sorted(each)), each, unit, place) for each in roles for unit in units for place in
            places]  # fmt: skip


def _staff(resolved: Resolved) -> list[Somebody]:
    spec = resolved.spec
    if spec.people:
        return [
            Somebody(
                name, frozenset(role.name for role in person.roles), person.unit.name if person.unit else None,
                person.territory.name if person.territory else None, named=True,
            )
            for name, person in spec.people.items()
        ] + [Somebody(name, frozenset([role.name])) for name, role in outsiders(spec, spec.people)]  # fmt: skip
    units: dict[str, list[tuple[str, str | None]]] = {}
    for unit in spec.sales_network.values():
        for role in unit.role:
            places: list[str | None] = [ref.name for ref in unit.territories] or [None]
            units.setdefault(role.name, []).extend((unit.name, place) for place in places)
    found = []
    for name, declared in spec.roles.items():
        count = 1 if declared.external or declared.headcount is None else min(declared.headcount, ALIKE)
        if name in units:
            found += [Somebody(f"{name}_{number}", frozenset([name]), unit, place)
                      for number in range(1, count + 1) for unit, place in units[name]]  # fmt: skip
        else:
            found += [Somebody(f"{name}_{number}", frozenset([name])) for number in range(1, count + 1)]
    return found

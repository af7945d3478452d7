"""A concrete case in a region: values of the fields that matter, written as the language writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from crmdsl.conditions.regions.nodes import Box
from crmdsl.conditions.regions.points import pick, runs
from crmdsl.conditions.regions.relations import MISSING, System, other_texts
from crmdsl.conditions.regions.space import Space, instant
from crmdsl.conditions.regions.variables import Choice, Relation, Scale, Sum, Variable
from crmdsl.conditions.regions.world import Somebody
from crmdsl.conditions.unparse import figure
from crmdsl.model.values import Duration


class Case(NamedTuple):
    """Values by variable, and the region around them in which all cases are alike."""

    values: Mapping[int, Any]
    region: Box

    def text(self, space: Space) -> str:
        """`amount = 100_000.01 EUR, discount = 12%`; nothing where no value matters."""
        shown = [space.variables[index] for index in sorted(self.values)]
        parts = [part for one in shown for part in _written(space, one, self.values[one.index], shown)]
        return ", ".join(parts)


def related(space: Space, region: Box) -> set[int]:
    """The fields of a region whose values must be chosen together."""
    found: set[int] = set()
    for index in region:
        variable = space.variables[index]
        if isinstance(variable, Sum | Relation):
            found.update(variable.variables)
    return found


def case_in(space: Space, region: Box, alike: Callable[[Box], bool], order: Iterable[int] = ()) -> Case | None:
    """A case in a region, with as few values as tell it: `alike` says whether all of a region is.

    `None` where the values that relate fields leave no case. Raises `Unproven`.
    """
    system = System(space)
    system.add({index: mask for index, mask in region.items() if _matters(space, index, region)})
    solved = system.solve()
    if solved is None:
        return None
    values: dict[int, Any] = {}
    point: Box = {}
    for index, mask in region.items():
        variable = space.variables[index]
        if isinstance(variable, Sum | Relation):
            point[index] = mask
            values.update(same_record(variable, mask))
            continue
        values[index] = solved[index] if index in solved else value_in(variable, mask)
        point[index] = cell_of(variable, values[index])
    together = related(space, region)
    values.update({index: solved[index] for index in together if index in solved})
    for index in [*order, *sorted(point, key=lambda one: (space.variables[one].base == "reference", -one))]:
        if index in together or index not in values or isinstance(space.variables[index], Sum | Relation):
            continue
        if space.variables[index].base == "reference" and _shown_behind(space, index, values):
            continue
        wider = {other: mask for other, mask in point.items() if other != index}
        if alike(wider):
            point = wider
            del values[index]
    return Case(told(space, values), point)


def same_record(variable: Variable, mask: int) -> dict[int, bool]:
    """Whether two references lead to one record, by the variable that says so; nothing where it is another or open."""
    if not isinstance(variable, Relation) or variable.test is not None or not variable.variables or not mask & 3:
        return {}
    return {variable.index: bool(mask & 1)}


def _shown_behind(space: Space, index: int, values: Mapping[int, Any]) -> bool:
    """Whether a value behind a reference is told, which says that the reference is known."""
    name = f"{space.variables[index].name}."
    return any(space.variables[other].name.startswith(name) for other in values)


def told(space: Space, values: Mapping[int, Any]) -> dict[int, Any]:
    """Values without those of fields behind a reference that is missing."""
    gone = tuple(f"{space.variables[index].name}." for index, value in values.items() if value is MISSING)
    return {index: value for index, value in values.items() if not space.variables[index].name.startswith(gone)}


def _matters(space: Space, index: int, region: Box) -> bool:
    return isinstance(space.variables[index], Sum | Relation) or index in related(space, region)


def value_in(variable: Variable, mask: int) -> Any:
    """A value in some cells, a known one if there is."""
    known = mask & variable.known
    if not known:
        return MISSING
    if isinstance(variable, Scale):
        for start, end in runs(known):
            found = pick(variable, *variable.ends(start, end))
            if found is not None:
                return found
    assert isinstance(variable, Choice)  # noqa: S101 - there is no other kind
    if variable.open_ and known != 1:
        known &= ~1
    place = (known & -known).bit_length() - 1
    return next(other_texts(variable.values)) if variable.open_ and place == 0 else variable.values[place]


def cell_of(variable: Variable, value: Any) -> int:
    """The cell of a value, as a mask."""
    if value is MISSING:
        return variable.missing
    if isinstance(variable, Scale):
        return 1 << variable.cell(value)
    assert isinstance(variable, Choice)  # noqa: S101 - there is no other kind
    if variable.open_ and value not in variable.values:
        return 1
    return 1 << variable.values.index(value)


def _written(space: Space, variable: Variable, value: Any, shown: list[Variable]) -> list[str]:
    if value is MISSING:
        return [f"{variable.name} is missing"]
    if isinstance(variable, Relation):
        left, right = (space.variables[index].name for index in variable.variables)
        return [f"{left} {'=' if value else '!='} {right}"]
    if variable.base == "reference":
        inner = any(one.name.startswith(f"{variable.name}.") for one in shown)
        inner = inner or any(isinstance(one, Relation) and variable.index in one.variables for one in shown)
        return [] if inner else [f"{variable.name} is known"]
    if isinstance(value, Somebody):
        return _person(space, variable, value)
    return [f"{variable.name} = {written(variable.base, value, space.world.currency)}"]


def _person(space: Space, variable: Variable, value: Somebody) -> list[str]:
    asked = space.asked.get(variable.index, set())
    if value.named or asked <= {()}:
        return [f"{variable.name} = {value.name}"]
    found = [f"{variable.name}.role = {' | '.join(sorted(value.roles))}"]
    if value.unit and any(part[0] == "unit" for part in asked if part):
        found.append(f"{variable.name}.unit = {value.unit}")
    if value.territory and ("territory",) in asked:
        found.append(f"{variable.name}.territory = {value.territory}")
    return found


def written(base: str, value: Any, currency: str) -> str:
    """A value as a condition would name it."""
    if base == "date":
        return str(date.fromordinal(value))
    if base == "instant":
        return figure(base, instant(value))
    if base == "duration":
        return str(Duration(hours=value // 60, minutes=value % 60)) if value >= 0 else f"-{-value}m"
    return figure(base, value, currency)

"""Cases that pass although smaller ones are stopped: the less somebody asks for, the less he should need."""

from __future__ import annotations

from typing import Any, NamedTuple

from crmdsl.conditions.regions.cases import Case, cell_of, same_record, told, value_in
from crmdsl.conditions.regions.cover import gaps, overlaps
from crmdsl.conditions.regions.decisions import Decisions
from crmdsl.conditions.regions.nodes import Box, TooManyCases, inside, meet
from crmdsl.conditions.regions.relations import System, Unproven
from crmdsl.conditions.regions.variables import Relation, Scale, Sum, Variable

AMOUNTS = frozenset({"money", "percent"})
MOST_PAIRS = 4_000
MOST_AT_ONCE = 100_000
"""Boxes that are looked at to list all that passes."""
MOST_EACH = 100_000
"""Boxes that are looked at to find what passes above one of them."""


class Hole(NamedTuple):
    """A case that no condition covers, one that the condition `place` does, and which is nowhere larger."""

    passing: Case
    stopped: Case
    place: int


def hole(decisions: Decisions) -> Hole | None:
    """A case in which no condition holds though one does where every money and percent is at most as large.

    All else is equal. `None` if there is none; what could not be decided is in `decisions.unproven`.
    """
    if any(isinstance(one, Sum | Relation) for one in decisions.variables) or decisions.space.hidden:
        left = list(decisions.left(decisions.boxes))
        return _by_pairs(decisions, left) if left else None
    try:
        left = list(gaps(decisions.boxes, decisions.variables, most=MOST_AT_ONCE))
    except TooManyCases:
        return _one_by_one(decisions)
    if not left:
        return None
    above = [[_upward(box, decisions.variables) for box in boxes] for boxes in decisions.owned]
    flat = [box for boxes in above for box in boxes]
    found = overlaps([left, flat], decisions.variables).get(1)
    return None if found is None else _plain(decisions, found[1])


def _one_by_one(decisions: Decisions) -> Hole | None:
    """The hole where too much passes to list it: each box is asked for what passes above it. Raises `TooManyCases`."""
    boxes, variables = decisions.boxes, decisions.variables
    undecided = False
    asked: list[Box] = []
    for box in sorted(boxes, key=len):
        above = _upward(box, variables)
        if above == box or any(inside(above, other) for other in asked):
            continue
        asked.append(above)
        try:
            found = next(gaps(boxes, variables, above, most=MOST_EACH), None)
        except TooManyCases:
            undecided = True
            continue
        if found is not None:
            return _plain(decisions, found)
    if undecided:
        raise TooManyCases
    return None


def is_amount(variable: Variable) -> bool:
    """Whether it is money or a percent."""
    return variable.base in AMOUNTS


def _upward(box: Box, variables: list[Variable]) -> Box:
    """The cases that are at least as large as one in a box, and else like it."""
    found: Box = {}
    for index, mask in box.items():
        variable = variables[index]
        known = mask & variable.known
        above = variable.known & ~((known & -known) - 1) if is_amount(variable) and known else 0
        if mask | above != variable.full:
            found[index] = mask | above
    return found


def _plain(decisions: Decisions, both: Box) -> Hole | None:
    """The hole in cases that pass and are at least as large as some that are stopped."""
    variables = decisions.variables
    for place, boxes in enumerate(decisions.owned):
        for box in boxes:
            joined = meet(both, _upward(box, variables))
            if joined is None:
                continue
            passing: dict[int, Any] = {}
            stopped: dict[int, Any] = {}
            for index in sorted({*joined, *box}):
                own, mask = box.get(index, variables[index].full), joined.get(index, variables[index].full)
                shared = own & mask
                passing[index] = value_in(variables[index], shared or mask)
                stopped[index] = passing[index] if shared else _largest(variables[index], own, passing[index])
            return _told(decisions, passing, stopped, place)
    return None


def _largest(variable: Variable, mask: int, below: Any) -> Any:
    """The largest value in some cells that is less than another."""
    assert isinstance(variable, Scale)  # noqa: S101 - only amounts differ
    lower = mask & variable.known & ((1 << variable.cell(below)) - 1)
    top = lower.bit_length()
    _, high = variable.ends(top - 1, top)
    if variable.dense or high is None:
        return value_in(variable, 1 << (top - 1))
    return high - 1


def _told(decisions: Decisions, passing: dict[int, Any], stopped: dict[int, Any], place: int) -> Hole:
    """The two cases with no more values than tell them."""
    boxes = decisions.boxes
    free = _cells(decisions, passing)
    held = _cells(decisions, stopped)
    for index in sorted(passing, reverse=True):
        if passing[index] != stopped[index]:
            continue
        one, other = ({at: mask for at, mask in cells.items() if at != index} for cells in (free, held))
        if all(meet(one, box) is None for box in boxes) and _inside(other, decisions.owned[place]):
            free, held = one, other
    shown = [index for index in passing if index in free or index in held]
    return Hole(
        Case(told(decisions.space, {index: passing[index] for index in shown}), free),
        Case(told(decisions.space, {index: stopped[index] for index in shown}), held), place,
    )  # fmt: skip


def _cells(decisions: Decisions, values: dict[int, Any]) -> Box:
    return {index: cell_of(decisions.variables[index], value) for index, value in values.items()}


def _inside(point: Box, boxes: list[Box]) -> bool:
    """Whether all of a region lies in one of some boxes."""
    return any(all(index in point and not point[index] & ~mask for index, mask in box.items()) for box in boxes)


def _by_pairs(decisions: Decisions, left: list[Box]) -> Hole | None:
    """The hole where fields are related: each pair of what passes and what is stopped is asked for."""
    if len(left) * len(decisions.boxes) > MOST_PAIRS:
        raise TooManyCases
    for place, boxes in enumerate(decisions.owned):
        for box in boxes:
            for region in left:
                try:
                    found = _pair(decisions, region, box)
                except Unproven as hanging:
                    decisions.unproven |= hanging.variables
                    continue
                if found is not None:
                    return Hole(*found, place)
    return None


def _pair(decisions: Decisions, region: Box, box: Box) -> tuple[Case, Case] | None:
    """A case in a region, and a smaller one in a box. Raises `Unproven`."""
    space, variables = decisions.space, decisions.variables
    amounts = {one.index for one in variables if is_amount(one)}
    system = System(space)
    system.add(region)
    system.add(box, lambda index: ("smaller", index) if index in amounts else index)
    asked = {*region, *box}
    relating = [one for index in asked if isinstance(one := variables[index], Sum | Relation)]
    asked.update(*(one.variables for one in relating))
    shared = sorted(asked & amounts)
    for index in shared:
        system.order(("smaller", index), index, index)
    solved = system.solve()
    if solved is None:
        return None
    if space.hidden & amounts:
        raise Unproven(frozenset(one.index for one in variables if isinstance(one, Sum)))
    passing: dict[int, Any] = {}
    stopped: dict[int, Any] = {}
    for index in sorted(asked):
        both = region.get(index, variables[index].full) & box.get(index, variables[index].full)
        if isinstance(variables[index], Sum | Relation):
            same = same_record(variables[index], both)
            passing.update(same)
            stopped.update(same)
            continue
        passing[index] = solved[index] if index in solved else value_in(variables[index], both)
        stopped[index] = solved.get(("smaller", index), passing[index])
    return Case(told(space, passing), {}), Case(told(space, stopped), {})

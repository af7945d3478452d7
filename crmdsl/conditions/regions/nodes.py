"""A condition as a tree over variables, and the boxes of cases in which it holds or fails.

A box gives, for some variables, the cells that they are in; the others are anywhere. A comparison with something
unknown neither holds nor fails, so that both sides are worked out, and `not` changes them over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

from crmdsl.conditions.regions.variables import Variable

Node = tuple[Any, ...]
"""Begins with what it is:

`ATOM, variable, values for which it holds, values for which it fails, what else must be known` ·
`BELOW, variable, a cut of it, whether it holds in front of the cut or behind, what else must be known` ·
`ALL, parts` · `ANY, parts` · `NOT, part` · `SURE, whether it holds, what must be known` ·
`KNOWN, what must be known` · `DIVIDED, bottom above zero, then, bottom below zero, then` ·
`TOLD, part`: whether a part is one or the other, holds or fails.
"""
ATOM, BELOW, ALL, ANY, NOT, SURE, KNOWN, DIVIDED, TOLD = range(9)
Box = dict[int, int]
"""Variable -> its cells; none is empty, and none is everything."""
MOST_BOXES = 4_000


class TooManyCases(Exception):
    """Conditions fall into more cases than are looked at; `place` is the one that alone does."""

    def __init__(self, place: int = 0) -> None:
        super().__init__(place)
        self.place = place


def asked_in(node: Node) -> set[int]:
    """The variables that a condition asks about."""
    kind = node[0]
    if kind <= BELOW:
        return {node[1], *node[4]}
    if kind in (SURE, KNOWN):
        return set(node[-1])
    parts = node[1] if kind in (ALL, ANY) else node[1:]
    return {index for part in parts for index in asked_in(part)}


def boxes_of(node: Node, variables: list[Variable], positive: bool = True) -> list[Box]:
    """The boxes in which a condition holds, or fails; they may overlap. Raises `TooManyCases`."""
    kind = node[0]
    if kind <= BELOW:
        return _all([node], variables, positive)
    if kind == ALL:
        return _all(node[1], variables, True) if positive else _any(node[1], variables, False)
    if kind == ANY:
        return _any(node[1], variables, True) if positive else _all(node[1], variables, False)
    if kind == NOT:
        return boxes_of(node[1], variables, not positive)
    if kind == SURE:
        return _where_known(node[2], variables) if node[1] == positive else []
    if kind == KNOWN:
        if positive:
            return _where_known(node[1], variables)
        return [{index: missing} for index in node[1] if (missing := variables[index].missing)]
    if kind == TOLD:
        told = [*boxes_of(node[1], variables), *boxes_of(node[1], variables, False)]
        return told if positive else _outside(told, variables)
    above, then, below, otherwise = node[1:]
    first = product(boxes_of(above, variables), boxes_of(then, variables, positive))
    return [*first, *product(boxes_of(below, variables), boxes_of(otherwise, variables, positive))]


def _where_known(presence: Iterable[int], variables: list[Variable]) -> list[Box]:
    return [{index: variables[index].known for index in presence if variables[index].optional}]


def _outside(boxes: list[Box], variables: list[Variable]) -> list[Box]:
    """The boxes of all that lies in none of some boxes."""
    left: list[Box] = [{}]
    for box in boxes:
        left = product(left, [{index: variables[index].full & ~mask} for index, mask in box.items()])
    return left


def _any(parts: Sequence[Node], variables: list[Variable], positive: bool) -> list[Box]:
    """Where one of some parts holds, or fails."""
    found: list[Box] = []
    for part in parts:
        found += boxes_of(part, variables, positive)
        if found and not found[-1]:
            return [{}]
    if len(found) > MOST_BOXES:
        raise TooManyCases
    return lean(found)


def _all(parts: Sequence[Node], variables: list[Variable], positive: bool) -> list[Box]:
    """Where all of some parts hold, or fail."""
    box: Box = {}
    atoms = _narrowed(box, parts, variables, positive)
    if atoms is None:
        return []
    left = [box]
    for part in parts[atoms:]:
        left = product(left, boxes_of(part, variables, positive))
    return left


def _narrowed(box: Box, parts: Sequence[Node], variables: list[Variable], positive: bool) -> int | None:
    """Narrow a box to where parts hold, or fail, up to the first that is no comparison of one variable: how many those
    are, `None` if nothing is left."""
    for place, part in enumerate(parts):
        kind = part[0]
        if kind > BELOW:
            return place
        _, index, first, second, presence = part
        variable = variables[index]
        if kind == BELOW:
            mask = variable.below[first] if second == positive else variable.known ^ variable.below[first]  # type: ignore[attr-defined]
        else:
            mask = variable.mask(first if positive else second)
        if index in box:
            box[index] = mask = mask & box[index]
        elif mask != variable.full:
            box[index] = mask
        if presence:
            mask &= _known(box, presence, variables)
        if not mask:
            return None
    return len(parts)


def _known(box: Box, presence: Iterable[int], variables: list[Variable]) -> int:
    """Narrow a box to where some variables are known; 0 if nothing is left."""
    found = -1
    for index in presence:
        if variables[index].optional:
            box[index] = known = variables[index].known & box.get(index, -1)
            found = found if known else 0
    return found


def product(left: list[Box], right: list[Box]) -> list[Box]:
    """The boxes that lie in one of either side. Raises `TooManyCases`."""
    if len(right) == 1 and not right[0]:
        return left
    if len(left) == 1 and not left[0]:
        return right
    if len(left) * len(right) > 25 * MOST_BOXES:
        raise TooManyCases
    found = [both for one in left for other in right if (both := meet(one, other)) is not None]
    found = lean(found) if len(left) > 1 and len(right) > 1 else found
    if len(found) > MOST_BOXES:
        raise TooManyCases
    return found


def fill(boxes: Iterable[Box], variables: list[Variable]) -> bool:
    """Whether boxes that are apart have together as many combinations of cells as there are."""
    sizes = [variable.full.bit_count() for variable in variables]
    left = every = prod(sizes)
    for box in boxes:
        own = every
        for index in box:
            own = own // sizes[index] * box[index].bit_count()
        left -= own
    return not left


def meet(one: Box, other: Box) -> Box | None:
    """The cases in both boxes."""
    if len(one) < len(other):
        one, other = other, one
    both = dict(one)
    for index, mask in other.items():
        kept = both.get(index)
        if kept is None:
            both[index] = mask
        elif shared := mask & kept:
            both[index] = shared
        else:
            return None
    return both


def inside(one: Box, other: Box) -> bool:
    """Whether a box lies in another."""
    return all((mask := one.get(index)) is not None and not mask & ~outer for index, outer in other.items())


def lean(boxes: list[Box]) -> list[Box]:
    """The boxes without those that lie in another, as long as there are not too many to compare."""
    if not 1 < len(boxes) <= 64:
        return boxes
    kept: list[Box] = []
    for box in sorted(boxes, key=len):
        if not any(inside(box, other) for other in kept):
            kept.append(box)
    return kept

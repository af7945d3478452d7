"""What boxes leave uncovered, and which of them overlap, by dividing the cases until it is plain.

Cells are counted only where boxes make them differ: a region is cut at an edge of the boxes in it, where it divides
them best, and is done when nothing is in it (a gap) or one box fills it. Bands along one variable so take time in
proportion to their number (times its logarithm), whatever else they mention. What is asked is as hard as the
tautology problem, so that a budget of regions bounds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from crmdsl.conditions.regions.nodes import Box, TooManyCases, meet
from crmdsl.conditions.regions.variables import Variable

MOST_REGIONS = 60_000
SAMPLE = 48
"""Boxes among which an edge to cut at is sought."""
FEW = 12
"""Boxes that are compared one by one."""
Possible = Callable[[Box], bool]


def gaps(
    boxes: Sequence[Box], variables: Sequence[Variable], region: Box | None = None, possible: Possible | None = None
) -> Iterator[Box]:
    """Regions, apart from each other, that no box reaches into; together all that is left of `region`.

    Regions that are not `possible` are left out early. Raises `TooManyCases`.
    """
    region = region or {}
    clipped = [inner for box in boxes if (inner := within(box, region)) is not None]
    if {} in clipped:
        return
    work: list[tuple[Box, list[Box]]] = [(region, clipped)]
    visited = 0
    while work:
        here, left = work.pop()
        visited += 1
        if visited > MOST_REGIONS:
            raise TooManyCases
        if not left:
            yield here
            continue
        index, low, high = best_cut(left, variables, here)
        for mask in (high, low):
            half = {**here, index: mask}
            if possible is not None and not possible(half):
                continue
            rest = narrowed(left, index, mask)
            if rest is not None:
                work.append((half, rest))


def parted(
    owned: Sequence[Sequence[Box]], variables: Sequence[Variable], possible: Possible | None = None
) -> Iterator[tuple[Box, tuple[int, ...]]]:
    """All cases, region by region, with the owners whose boxes cover it. Raises `TooManyCases`."""
    entries = [(owner, box) for owner, boxes in enumerate(owned) for box in boxes]
    work: list[tuple[Box, tuple[int, ...], list[tuple[int, Box]]]] = [({}, (), entries)]
    visited = 0
    while work:
        region, holding, left = work.pop()
        visited += 1
        if visited > MOST_REGIONS:
            raise TooManyCases
        filled = {owner for owner, asked in left if not asked}
        if filled:
            holding = tuple(sorted({*holding, *filled}))
            left = [entry for entry in left if entry[0] not in filled]
        if not left:
            yield region, holding
            continue
        index, low, high = best_cut([asked for _, asked in left], variables, region)
        for mask in (high, low):
            half = {**region, index: mask}
            if possible is None or possible(half):
                inner = [
                    (owner, rest)
                    for owner, asked in left
                    if (rest := within(asked, {index: mask})) is not None
                ]  # fmt: skip
                work.append((half, holding, inner))


def within(box: Box, region: Box) -> Box | None:
    """What a box still asks inside of a region; nothing if it fills it, `None` if they are apart."""
    found: Box = {}
    for index, mask in box.items():
        around = region.get(index)
        if around is None:
            found[index] = mask
            continue
        inner = mask & around
        if not inner:
            return None
        if inner != around:
            found[index] = inner
    return found


def narrowed(boxes: list[Box], index: int, mask: int) -> list[Box] | None:
    """What boxes ask where one variable is in some cells; `None` if one of them fills the rest."""
    found: list[Box] = []
    for box in boxes:
        own = box.get(index)
        if own is not None:
            own &= mask
            if not own:
                continue
            if own == mask:
                if len(box) == 1:
                    return None
                found.append({other: cells for other, cells in box.items() if other != index})
                continue
        found.append(box)
    return found


def best_cut(boxes: Sequence[Box], variables: Sequence[Variable], region: Box) -> tuple[int, int, int]:
    """The variable to cut, and its cells on either side: where few boxes are on both."""
    if len(boxes) > SAMPLE:
        step = len(boxes) // SAMPLE
        boxes = boxes[::step]
    edges = _edges(boxes, variables, region)
    found: tuple[int, int, int] | None = None
    least = 0.0
    for index, places in edges.items():
        around = region.get(index, variables[index].full)
        for place in _middle(places):
            low = around & ((1 << place) - 1)
            high = around & ~low
            one = other = both = 0
            for box in boxes:
                own = box.get(index)
                if own is None or (own & low and own & high):
                    both += 1
                elif own & low:
                    one += 1
                else:
                    other += 1
            cost = both + max(one, other) + 0.01 * abs(one - other)
            if found is None or cost < least:
                found, least = (index, low, high), cost
    assert found is not None  # noqa: S101 - a box that fills its region is not looked at
    return found


def _edges(boxes: Sequence[Box], variables: Sequence[Variable], region: Box) -> dict[int, list[int]]:
    """Where boxes begin and end, by variable."""
    found: dict[int, Counter[int]] = {}
    for box in boxes:
        for index, mask in box.items():
            around = region.get(index)
            if around is None:
                around = variables[index].full
            own = mask & around
            bottom, top = around & -around, around.bit_length()
            low = own & -own
            places = found.setdefault(index, Counter())
            if low != bottom:
                places[low.bit_length() - 1] += 1
            end = own + low
            end &= -end
            if end.bit_length() - 1 < top:
                places[end.bit_length() - 1] += 1
    return {index: sorted(places) for index, places in found.items()}


def _middle(places: list[int]) -> list[int]:
    """A few of some edges, those in the middle."""
    count = len(places)
    return places if count <= 3 else sorted({places[count // 4], places[count // 2], places[(3 * count) // 4]})


def overlaps(
    owned: Sequence[Sequence[Box]], variables: Sequence[Variable], possible: Possible | None = None
) -> dict[int, tuple[int, Box]]:
    """For each owner some box of which meets one of an earlier owner: the earliest such, and where they meet."""
    found: dict[int, tuple[int, Box]] = {}
    entries = [(owner, box, box) for owner, boxes in enumerate(owned) for box in boxes]
    work: list[tuple[Box, list[tuple[int, Box, Box]], int]] = [({}, entries, 0)]
    while work:
        region, left, depth = work.pop()
        if len(left) < 2 or left[0][0] == left[-1][0]:
            continue
        if len(left) > FEW and depth < 60:
            halves = _halved(left, variables, region)
            if sum(len(inner) for _, inner in halves) < 1.6 * len(left):
                work += [(half, inner, depth + 1) for half, inner in halves]
                continue
        _compare(left, found, possible)
    return dict(sorted(found.items()))


def _halved(
    entries: list[tuple[int, Box, Box]], variables: Sequence[Variable], region: Box
) -> list[tuple[Box, list[tuple[int, Box, Box]]]]:
    asking = [inner for _, inner, _ in entries if inner]
    if not asking:
        return [(region, entries), (region, entries)]
    index, low, high = best_cut(asking, variables, region)
    halves = []
    for mask in (high, low):
        inner = []
        for owner, asked, box in entries:
            own = asked.get(index)
            if own is None:
                inner.append((owner, asked, box))
            elif own & mask:
                rest = asked if own & mask != mask else {i: cells for i, cells in asked.items() if i != index}
                inner.append((owner, rest, box))
        halves.append(({**region, index: mask}, inner))
    return halves


def _compare(entries: list[tuple[int, Box, Box]], found: dict[int, tuple[int, Box]], possible: Possible | None) -> None:
    """Compare all boxes with those of earlier owners."""
    for place, (later, _, box) in enumerate(entries):
        for earlier, _, other in entries[:place]:
            known = found.get(later)
            if earlier == later or (known is not None and known[0] <= earlier):
                break
            both = meet(box, other)
            if both is not None and (possible is None or possible(both)):
                found[later] = earlier, both
                break

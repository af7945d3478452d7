"""What boxes leave uncovered, and which of them overlap, by dividing the cases until it is plain.

Cells are counted only where boxes make them differ: a region is cut at an edge of the boxes in it, where it divides
them best, and is done when nothing is in it (a gap) or one box fills it. Bands along one variable so take time in
proportion to their number (times its logarithm), whatever else they mention. What is asked is as hard as the
tautology problem, so that a budget of regions bounds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from crmdsl.conditions.regions.nodes import Box, TooManyCases, meet
from crmdsl.conditions.regions.variables import Variable

MOST_EFFORT = 1_000_000
"""Boxes that are looked at, counted anew in each region; a few seconds."""
MOST_PAIRS = 3_000_000
"""Boxes that are compared one by one."""
GOOD = 0.8
"""What a cut costs at most, for each box, where no better one is looked for; the best costs half."""
MANY = 1_000
"""Boxes that are compared at once; of more, those that lie on either side of a cut."""
FEW = 12
"""Boxes, or sets of cells, that are compared one by one; of more, where they begin and end."""
Possible = Callable[[Box], bool]


def gaps(
    boxes: Sequence[Box],
    variables: Sequence[Variable],
    region: Box | None = None,
    possible: Possible | None = None,
    most: int = MOST_EFFORT,
) -> Iterator[Box]:
    """Regions, apart from each other, that no box reaches into; together all that is left of `region`.

    Regions that are not `possible` are left out early. Raises `TooManyCases` after `most` boxes that are looked at.
    """
    region = region or {}
    clipped = [inner for box in boxes if (inner := within(box, region)) is not None]
    if {} in clipped:
        return
    work: list[tuple[Box, list[Box]]] = [(region, clipped)]
    effort = 0
    while work:
        here, left = work.pop()
        effort += 4 + len(left)
        if effort > most:
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
    effort = 0
    while work:
        region, holding, left = work.pop()
        effort += 4 + len(left)
        if effort > MOST_EFFORT:
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
    """The variable to cut, and its cells on either side: where few boxes are on both, and as many on each.

    Each edge of a box is weighed, by a sweep over where boxes begin and end along each variable. The cells of a box
    that do not follow each other count as if they did. The variable that most boxes ask about is tried alone first:
    people divide cases along one field after the other, so that it mostly parts them well.
    """
    asked = Counter(chain.from_iterable(boxes))
    if len(asked) > 1:
        first = max(asked, key=asked.__getitem__)
        found, cost = _weighed(boxes, variables, region, (first,))
        if found is None or cost > GOOD * len(boxes):
            found, _ = _weighed(boxes, variables, region, asked)
    else:
        found, _ = _weighed(boxes, variables, region, asked)
    if found is None:
        return _inner_cut(boxes, variables, region)
    index, place = found
    around = region.get(index)
    if around is None:
        around = variables[index].full
    low = around & ((1 << place) - 1)
    return index, low, around & ~low


def _weighed(
    boxes: Sequence[Box], variables: Sequence[Variable], region: Box, asked: Iterable[int]
) -> tuple[tuple[int, int] | None, float]:
    """The best cut along some variables: which one, in front of which cell, and what it costs; `None` without any."""
    count = len(boxes)
    found: tuple[int, int] | None = None
    least = 0.0
    for index in asked:
        starts, ends = _edges(boxes, index, region)
        starts.sort()
        ends.sort()
        around = region.get(index)
        if around is None:
            around = variables[index].full
        bottom, top = (around & -around).bit_length() - 1, around.bit_length()
        asking = len(starts)
        begun = ended = 0
        for place in sorted({*starts, *ends}):
            if place <= bottom or place >= top:
                continue
            while begun < asking and starts[begun] < place:
                begun += 1
            while ended < asking and ends[ended] <= place:
                ended += 1
            right = asking - begun
            cost = 2 * (count - ended - right) + max(ended, right)
            if found is None or cost < least:
                found, least = (index, place), cost
    return found, least


def _edges(boxes: Sequence[Box], index: int, region: Box) -> tuple[list[int], list[int]]:
    """The cells at which boxes begin along a variable, and behind which they end."""
    around = region.get(index, -1)
    masks = [box[index] & around for box in boxes if index in box]
    return [(own & -own).bit_length() - 1 for own in masks], [own.bit_length() for own in masks]


def _inner_cut(boxes: Sequence[Box], variables: Sequence[Variable], region: Box) -> tuple[int, int, int]:
    """A cut where all boxes begin and end with their region: at the first cell that one of them leaves out."""
    index, mask = next(iter(boxes[0].items()))
    around = region.get(index, variables[index].full)
    out = around & ~mask
    low = around & ((out & -out) - 1)
    return index, low, around & ~low


def overlaps(
    owned: Sequence[Sequence[Box]], variables: Sequence[Variable], possible: Possible | None = None
) -> dict[int, tuple[int, Box]]:
    """For each owner some box of which meets one of an earlier owner: the earliest such, and where they meet.

    Raises `TooManyCases`.
    """
    found: dict[int, tuple[int, Box]] = {}
    entries = [(owner, box, box) for owner, boxes in enumerate(owned) for box in boxes]
    work: list[tuple[Box, list[tuple[int, Box, Box]], int]] = [({}, entries, 0)]
    pairs = 0
    while work:
        region, left, depth = work.pop()
        if len(left) < 2 or left[0][0] == left[-1][0]:
            continue
        if len(left) > MANY and depth < 60:
            halves = _halved(left, variables, region)
            if sum(len(inner) for _, inner in halves) < 1.6 * len(left):
                work += [(half, inner, depth + 1) for half, inner in halves]
                continue
        pairs += _compare(left, found, possible)
        if pairs > MOST_PAIRS:
            raise TooManyCases
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


def _compare(entries: list[tuple[int, Box, Box]], found: dict[int, tuple[int, Box]], possible: Possible | None) -> int:
    """Compare boxes with those of earlier owners, by what they ask where they are; those that meet elsewhere are
    compared there too. Returns how many pairs had to be looked at one by one."""
    barred = _barred([asked for _, asked, _ in entries]) if len(entries) > FEW else None
    looked = 0
    for place, (later, asked, box) in enumerate(entries):
        asking = asked.items()
        best = found[later][0] if later in found else later
        before = entries[:place] if barred is None else _allowed(entries, ((1 << place) - 1) & ~barred[place])
        for earlier, beside, other in before:
            if earlier >= best:
                break
            looked += 1
            for index, mask in asking:
                if not beside.get(index, -1) & mask:
                    break  # apart
            else:
                both = meet(box, other)
                if both is not None and (possible is None or possible(both)):
                    found[later] = earlier, both
                    break
        if looked > MOST_PAIRS:
            raise TooManyCases
    return looked


def _allowed(entries: list[tuple[int, Box, Box]], mask: int) -> Iterable[tuple[int, Box, Box]]:
    """The entries of a mask, in order."""
    while mask:
        yield entries[(mask & -mask).bit_length() - 1]
        mask &= mask - 1


def _barred(boxes: Sequence[Box]) -> list[int]:
    """For each of some boxes those that no case is in with it, as a mask over them; not always all of these."""
    asking: dict[int, dict[int, int]] = {}
    own = 1
    for box in boxes:
        for index, mask in box.items():
            group = asking.get(index)
            if group is None:
                asking[index] = {mask: own}
            else:
                group[mask] = group.get(mask, 0) | own
        own <<= 1
    barred = {index: (_by_pairs if len(group) <= FEW else _by_ends)(group) for index, group in asking.items()}
    found = []
    for box in boxes:
        out = 0
        for index, mask in box.items():
            out |= barred[index][mask]
        found.append(out)
    return found


def _by_pairs(group: dict[int, int]) -> dict[int, int]:
    """For each of some sets of cells who asks for one that is apart from it."""
    found = dict.fromkeys(group, 0)
    left = list(group.items())
    while left:
        mask, asking = left.pop()
        out = 0
        for other, beside in left:
            if not mask & other:
                out |= beside
                found[other] |= asking
        found[mask] |= out
    return found


def _by_ends(group: dict[int, int]) -> dict[int, int]:
    """For each of some sets of cells who asks for one that lies in front of it or behind it."""
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    spans = [(mask, (mask & -mask).bit_length() - 1, mask.bit_length()) for mask in group]
    for mask, start, end in spans:
        begins[start] = begins.get(start, 0) | group[mask]
        ends[end] = ends.get(end, 0) | group[mask]
    places = sorted({*begins, *ends})
    before = after = 0
    for place in places:
        ends[place] = before = before | ends.get(place, 0)
    for place in reversed(places):
        begins[place] = after = after | begins.get(place, 0)
    return {mask: ends[start] | begins[end] for mask, start, end in spans}

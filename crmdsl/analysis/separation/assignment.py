"""Whether distinct persons can be found for all signatures: a flow from the signatures to persons who are alike.

The largest flow by shortest augmenting paths (Edmonds and Karp, 1972). Where it falls short, the signatures that can
still be reached from the source are ones for which there are too few persons (Hall's condition, the pigeonholes).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple


class Slot(NamedTuple):
    """Signatures of distinct persons on a level (by its place), and the kinds of persons who can give them."""

    level: int
    need: int
    able: frozenset[int]


def shortage(slots: Sequence[Slot], free: Mapping[int, int]) -> list[int] | None:
    """Slots (by their places) that all the persons who can serve them are too few for; `None` if all can be served.

    `free` are the persons of each kind; each serves one slot at most.
    """
    if _plenty(slots, free):
        return None
    left = dict(free)
    served: list[dict[int, int]] = [{} for _ in slots]
    for place, slot in enumerate(slots):
        missing = slot.need
        while missing:
            path = _path(place, slots, left, served)
            if isinstance(path, set):
                return sorted(path)
            missing -= _push(path, missing, left, served)
    return None


def _plenty(slots: Sequence[Slot], free: Mapping[int, int]) -> bool:
    """Whether there are enough persons if the slots with the fewest choose first, whomever they choose."""
    taken = 0
    for have, need in sorted((sum(free[kind] for kind in slot.able), slot.need) for slot in slots):
        taken += need
        if have < taken:
            return False
    return True


Step = tuple[int, int]
"""A slot, and the kind that it takes a person of."""


def _path(
    start: int, slots: Sequence[Slot], left: Mapping[int, int], served: Sequence[Mapping[int, int]]
) -> list[Step] | set[int]:
    """A shortest way to a free person for a slot, by others who make room; the slots reached if there is none."""
    came: set[int] = set()
    seen = {start}
    queue: deque[tuple[int, list[Step]]] = deque([(start, [])])
    while queue:
        place, before = queue.popleft()
        for kind in sorted(slots[place].able):
            if kind in came:
                continue
            steps = [*before, (place, kind)]
            if left[kind] > 0:
                return steps
            came.add(kind)
            for other, given in enumerate(served):
                if given.get(kind) and other not in seen:
                    seen.add(other)
                    queue.append((other, steps))
    return seen


def _push(path: list[Step], most: int, left: dict[int, int], served: Sequence[dict[int, int]]) -> int:
    """Give as many persons along a path as it bears: each slot takes of one kind what the next leaves of it."""
    given = (served[slot][kind] for (_, kind), (slot, _) in pairwise(path))
    moved = min(most, left[path[-1][1]], *given)
    for (slot, kind), following in zip(path, [*path[1:], None], strict=True):
        served[slot][kind] = served[slot].get(kind, 0) + moved
        if following is None:
            left[kind] -= moved
        else:
            served[following[0]][kind] -= moved
    return moved

"""Values that stand in given relations to each other, found by trying them one after the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from crmdsl.conditions.regions.linear import Undecided
from crmdsl.conditions.regions.world import Somebody

Key = Hashable
Related = tuple[tuple[Key, ...], Callable[[list[Any]], bool]]
"""Some keys, and whether their values are as they should be."""
MOST_TRIED = 200_000


def fitting(values: Mapping[Key, Sequence[Any]], relations: Sequence[Related]) -> dict[Key, Any] | None:
    """A value of each key such that all relations hold, `None` if there are none. Raises `Undecided` after too many.

    Backtracking: a relation is asked as soon as all of its keys have a value.
    """
    keys = list(values)
    place = {key: at for at, key in enumerate(keys)}
    due: list[list[Related]] = [[] for _ in keys]
    for one in relations:
        due[max(place[key] for key in one[0])].append(one)
    chosen: dict[Key, Any] = {}
    open_ = [iter(values[keys[0]])]
    tried = 0
    while open_:
        depth = len(open_) - 1
        for value in open_[-1]:
            tried += 1
            chosen[keys[depth]] = value
            if all(test([chosen[key] for key in inside]) for inside, test in due[depth]):
                break
        else:
            open_.pop()
            continue
        if tried > MOST_TRIED:
            raise Undecided
        if depth + 1 == len(keys):
            return chosen
        open_.append(iter(values[keys[depth + 1]]))
    return None


def representatives(values: Mapping[Key, Sequence[Any]]) -> dict[Key, list[Any]]:
    """The values without persons whom nothing tells from others but their names, as far as there are enough of them.

    Of those with the same roles, unit and territory who can be the same values, as many are kept as there are keys.
    """
    inside = {key: set(each) for key, each in values.items()}
    kept: dict[Hashable, list[Somebody]] = {}
    for person in dict.fromkeys(one for each in values.values() for one in each if isinstance(one, Somebody)):
        alike = (person[1:4], *(person in each for each in inside.values()))
        group = kept.setdefault(alike, [])
        if len(group) < len(values):
            group.append(person)
    few = {one for group in kept.values() for one in group}
    return {key: [one for one in each if not isinstance(one, Somebody) or one in few] for key, each in values.items()}

"""Which boxes overlap, found at once, is what comparing them one by one finds."""

from __future__ import annotations

from random import Random

import pytest

from crmdsl.conditions.regions import cover
from crmdsl.conditions.regions.nodes import Box, meet
from crmdsl.conditions.regions.variables import Choice, Variable


def made(random: Random) -> tuple[list[Variable], list[list[Box]]]:
    """Some variables, and boxes in them: runs of cells for the most part, and any cells."""
    variables: list[Variable] = []
    for index in range(random.randrange(1, 5)):
        variable = Choice(f"v{index}", "enum", range(random.choice((2, 3, 5, 40))))
        variable.index = index
        variable.freeze()
        variables.append(variable)
    owned = [
        [box(random, variables) for _ in range(random.choice((1, 1, 1, 2)))]
        for _ in range(random.choice((3, 14, 30, 60)))
    ]
    return variables, owned


def box(random: Random, variables: list[Variable]) -> Box:
    """A box that leaves variables out, too."""
    found: Box = {}
    for variable in variables:
        count = variable.count()
        start = random.randrange(count)
        run = (1 << random.randrange(start, count) + 1) - (1 << start)
        mask = run if random.random() < 0.8 else random.randrange(1, 1 << count)
        if mask != variable.full and random.random() < 0.8:
            found[variable.index] = mask
    return found


@pytest.mark.parametrize("many", [13, 1_000])
def test_boxes_overlap_as_one_by_one(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """The earliest condition that meets a later one, whether boxes are compared at once or parted before."""
    monkeypatch.setattr(cover, "MANY", many)
    random = Random(many)
    for _ in range(100):
        variables, owned = made(random)
        expected = {}
        for later, boxes in enumerate(owned):
            met = (
                place
                for place in range(later)
                for one in boxes
                for other in owned[place]
                if meet(one, other) is not None
            )
            if (first := next(met, None)) is not None:
                expected[later] = first
        assert {later: earlier for later, (earlier, _) in cover.overlaps(owned, variables).items()} == expected

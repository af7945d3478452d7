"""What is printed in Python holds exactly where the reference says, on the conditions that all targets are given."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from crmdsl.conditions.ast import Path
from crmdsl.conditions.python import to_python
from tests.differential.sampling import Sample, read, sample
from tests.reference.evaluation import World, covered

SEEDS = range(40) if os.environ.get("CRMDSL_THOROUGH") else range(1)


def source(path: Path) -> str:
    return f"v[{(path.root, *path.parts)!r}]"


def values(sample: Sample, world: World) -> dict[tuple[str, ...], Any]:
    """What each path and what it goes through is worth, as stored."""
    found = {}
    for path in sample.read():
        for count in range(len(path.parts) + 1):
            if count or path.root != "record":
                found[path.root, *path.parts[:count]] = read(sample, world, path, count)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_python_means_the_same(seed: int) -> None:
    made = sample(seed, 80, 20)
    names = {"Fraction": Fraction, "timedelta": timedelta, "date": date, "datetime": datetime}
    printed = [eval(f"lambda v, facts: {to_python(tree, source, day=made.day)}", names) for tree in made.trees]
    for number, world in enumerate(made.worlds):
        known = values(made, world)
        facts = SimpleNamespace(today=world.today, inside=lambda name, at=world.states: covered(name, at))
        for place, test in enumerate(printed):
            assert test(known, facts) is made.held[number][place], made.shown(number, place)

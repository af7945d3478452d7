"""What is printed in Python holds exactly where the reference says, on the conditions that all targets are given."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from crmdsl.backends.python.builder import Printer
from crmdsl.conditions.ast import Path
from crmdsl.conditions.python import to_python
from tests.differential.sampling import Sample, read, sample
from tests.reference.evaluation import World, covered, of_person

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


class Kept:
    """A record as the generated code keeps it."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    def __getattr__(self, name: str) -> Any:
        value = self.record.get(name.removeprefix("_"))
        return Kept(value) if isinstance(value, dict) else value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.record == other.record

    __hash__ = None  # type: ignore[assignment]


def around(world: World) -> SimpleNamespace:
    """The facts, as the generated code asks for them."""
    return SimpleNamespace(
        today=world.today, requester=world.requester, actor=world.actor,
        inside=lambda name: covered(name, world.states),
        roles=lambda person: of_person(world, person, ("role",)),
        unit=lambda person: of_person(world, person, ("unit",)),
        territory=lambda person: of_person(world, person, ("territory",)),
        unit_kind=lambda unit: world.resolved.spec.sales_network[unit].kind if unit is not None else None,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_python_means_the_same(seed: int) -> None:
    made = sample(seed, 80, 20)
    names = {"Fraction": Fraction, "timedelta": timedelta, "date": date, "datetime": datetime}
    printed = [eval(f"lambda v, facts: {to_python(tree, source, day=made.day)}", names) for tree in made.trees]
    sources = [Printer(made.spec, made.entity, "order", made.day).function(tree) for tree in made.trees]
    functions = [eval(f"lambda order, facts: {source}", names) for source in sources]
    assert sum(":=" in source for source in sources) > 5
    for number, world in enumerate(made.worlds):
        known, record, facts = values(made, world), Kept(world.record or {}), around(world)
        for place, (test, function) in enumerate(zip(printed, functions, strict=True)):
            assert test(known, facts) is made.held[number][place], made.shown(number, place)
            assert function(record, facts) is made.held[number][place], (sources[place], made.shown(number, place))

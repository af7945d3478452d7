"""The rows that a filter selects in a real PostgreSQL are exactly the records that `decide` permits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.differential.deciding import deciding
from tests.differential.postgres import connection
from tests.differential.tables import fill, told_apart
from tests.generators.policies import World, worlds
from tests.reference.decisions import ACTIONS, Request

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with connection() as found:
        yield found


def compare(opened: Any, world: World, folder: Path) -> int:
    told_apart(world)
    fill(opened, world)
    checked = 0
    with deciding(world, folder, f"filters_{world.seed}") as package:
        package.policy.situation = _on(package, world)
        for actor, person in package.people.items():
            for entity in world.resolved.spec.entities:
                numbers = [n for n, record in enumerate(world.records) if record[""] == entity]
                for action in ACTIONS[1:]:
                    found = package.policy.filter(person, action, entity)
                    rows = opened.execute(f'SELECT _id FROM "{entity}" WHERE {found.where}', found.parameters)
                    selected = {int(row[0]) for row in rows if "." not in row[0]}
                    expected = {n for n in numbers if world.answer(Request(actor, action, n))}
                    assert selected == expected, (world.seed, actor, action, entity, selected ^ expected, found.where)
                    assert {n for n in numbers if found(package.records[n], package.situations[n])} == expected
                    checked += len(numbers)
    return checked


def _on(package: Any, world: World) -> Any:
    """Situations on the day of the world, and not now."""
    real = package.policy.situation
    return lambda actor, **known: real(actor, **{"at": world.noon(), **known})


def test_filters_select_what_is_permitted(opened: Any, tmp_path: Path) -> None:
    assert sum(compare(opened, world, tmp_path) for world in worlds(range(40, 43), 0, 40)) > 500


@pytest.mark.slow
def test_filters_select_what_is_permitted_in_many_worlds(opened: Any, tmp_path: Path) -> None:
    assert sum(compare(opened, world, tmp_path) for world in worlds(range(50, 58), 0, 60)) > 5000

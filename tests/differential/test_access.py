"""The generated package decides as the oracle does, on generated policies, worlds and requests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.differential.deciding import deciding
from tests.generators.policies import World, worlds

THOROUGH = int(os.environ.get("CRMDSL_THOROUGH", "1"))


def compare(world: World, folder: Path) -> int:
    """How many decisions agree; fails on the first that does not."""
    with deciding(world, folder, f"decides_{world.seed}") as package:
        for request, expected in zip(world.requests, world.answers, strict=True):
            found = package.decide(request)
            assert bool(found) == expected, f"{world.shown(request)}, but {found.as_json()}"
            assert found.place or found.rule.startswith("unknown")
    return len(world.requests)


def test_packages_decide_as_the_oracle_does(tmp_path: Path) -> None:
    assert sum(compare(world, tmp_path) for world in worlds(range(5), 1000)) == 5000


@pytest.mark.slow
def test_packages_decide_as_the_oracle_does_on_a_hundred_thousand_requests(tmp_path: Path) -> None:
    count = 100_000 * THOROUGH
    assert sum(compare(world, tmp_path) for world in worlds(range(100, 100 + count // 10_000), 10_000)) == count


def test_half_the_requests_are_near_a_grant() -> None:
    granted = [answer for world in worlds(range(20, 24), 500) for answer in world.answers]
    assert 0.1 < sum(granted) / len(granted) < 0.6

"""The generated package decides as the oracle does, on generated policies, worlds and requests."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.differential.deciding import deciding
from tests.differential.engines import MUTANTS
from tests.differential.generated import resolved as spec_of
from tests.generators.policies import Making, World, worlds
from tests.reference.decisions import Request

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


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_policy_is_caught(tmp_path: Path, mutant: str) -> None:
    pattern, replacement = MUTANTS[mutant]
    for world in worlds(range(60, 90), 0):
        changed = re.sub(pattern, replacement, world.text)
        if changed == world.text:
            continue
        world.requests = [made for _, made in zip(range(1200), near(world), strict=False)]
        other = spec_of(changed, f"mutant_{world.seed}")
        with deciding(dataclasses.replace(world, resolved=other), tmp_path, f"mutant_{world.seed}") as package:
            if any(bool(package.decide(one)) != world.answer(one) for one in world.requests):
                return
    pytest.fail(f"{mutant} is not caught")


def near(world: World) -> Iterator[Request]:
    made = Making(Random(world.seed), world.oracle)
    while True:
        yield made.request(world.records)

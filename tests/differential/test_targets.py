"""All targets of access decide as the oracle does: on one world, on the same requests."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.differential.engines import sayable
from tests.differential.generated import resolved
from tests.differential.postgres import connection
from tests.differential.rows import by_id
from tests.differential.tables import told_apart
from tests.differential.targets import TARGETS, Room, Target, every_reading
from tests.generators.policies import Making, World, worlds

pytestmark = pytest.mark.xdist_group("postgres")

THOROUGH = "CRMDSL_THOROUGH" in os.environ
PLAIN = (2, 107, 115)
"""Seeds of worlds whose grants Casbin can say."""


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with connection() as found:
        yield found


def taking_part(seed: int) -> dict[str, Target]:
    """The targets that are asked about the world of a seed.

    Of every second one the records refer to each other by `_id`, so that keys too lie about what conditions ask.
    """
    found = {
        name: one for name, one in TARGETS.items() if not one.wheel or find_spec(one.wheel) or os.environ.get("CI")
    }
    for name, out in (("casbin", seed not in PLAIN), ("filters", seed % 2 == 1)):
        if out:
            found.pop(name, None)
    return found


def world_of(seed: int, requests: int, records: int = 40) -> World:
    """A world that all targets can say, with its requests and everybody's question for every record."""
    targets = [one.compiled for one in taking_part(seed).values() if one.compiled]
    world = sayable(targets, seed, requests, records, by_id if seed % 2 else str)
    if seed % 2 == 0:
        told_apart(world)
    return world


def asked(world: World, room: Room, most: int = 10**9) -> dict[str, int]:
    """How many requests each target answered as the oracle does; fails on the first that it does not.

    Engines, which answer one by one, are asked `most` at most.
    """
    world.requests = [*world.requests, *every_reading(world)]
    right, found = [world.answer(request) for request in world.requests], {}
    for name, target in taking_part(world.seed).items():
        some = dataclasses.replace(world, requests=world.requests[:most]) if target.wheel else world
        answers = target.decide(some, room)
        for request, answer, expected in zip(some.requests, answers, right[: len(answers)], strict=True):
            assert answer in (None, expected), f"{name}: {world.shown(request)}, but {answer}"
        found[name] = sum(answer is not None for answer in answers)
    return found


def test_all_targets_decide_as_the_oracle_does(opened: Any, tmp_path: Path) -> None:
    found = [asked(world_of(seed, 1700, 30), Room(tmp_path, opened), 1_700) for seed in range(3)]
    assert all(one[name] >= 1700 for one in found for name in one if name not in ("rows", "filters"))
    assert sum(one["python"] for one in found) > 5_000
    assert all(count > 500 for one in found for count in one.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 116 if THOROUGH else 109))
def test_all_targets_decide_as_the_oracle_does_on_many_requests(opened: Any, tmp_path: Path, seed: int) -> None:
    """More than 100,000 decisions of the package and of each engine, over all seeds; Casbin says one of them."""
    found = asked(world_of(seed, 10_000), Room(tmp_path, opened, 10**9 if THOROUGH else 150))
    assert min(count for name, count in found.items() if name not in ("filters", "rows")) > 11_112


def test_half_the_requests_are_near_a_grant() -> None:
    granted = [answer for world in worlds(range(20, 24), 500) for answer in world.answers]
    assert 0.1 < sum(granted) / len(granted) < 0.6


MUTANTS = {
    "a dropped separation": (r"never_both:(\s*- |\s*\[)(order|client)\.\w+", r"never_both:\1improvement.export"),
    "< for <=": (r"(when: .*?) <= ", r"\1 < "),
    "a lost not": (r"(when: ['\"]?)not ", r"\1"),
    "a wider scope": (r"scope: own", "scope: all"),
}
UNSAID = {"casbin": ("< for <=", "a lost not")}
"""Mutants of what a target cannot say."""
SEEDS = (62, 68, 70, 60, *range(72, 90, 2))
"""Of policies whose mutants are tried until every target has told one from its original."""


@cache
def original(seed: int, *, plain: bool) -> World:
    """The world of a seed whose mutants are tried."""
    targets = [one.compiled for name, one in TARGETS.items() if one.compiled and (name == "casbin") == plain]
    world = sayable(targets, seed, 0, 40)
    told_apart(world)
    made = Making(Random(seed), world.oracle)
    world.requests = [made.request(world.records) for _ in range(400)]
    return world


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_policy_is_caught_by_every_target(opened: Any, tmp_path: Path, mutant: str) -> None:
    pattern, replacement = MUTANTS[mutant]
    left = {name: one for name, one in taking_part(PLAIN[0]).items() if mutant not in UNSAID.get(name, ())}
    for seed in SEEDS:
        for plain in {name == "casbin" for name in left}:
            world = original(seed, plain=plain)
            changed = re.sub(pattern, replacement, world.text)
            if changed == world.text:
                continue
            other = dataclasses.replace(world, resolved=resolved(changed, f"mutant_{seed}"))
            for name in [name for name in left if (name == "casbin") == plain]:
                answers = zip(world.requests, left[name].decide(other, Room(tmp_path, opened)), strict=True)
                if any(answer not in (None, world.answer(request)) for request, answer in answers):
                    del left[name]
        if not left:
            return
    pytest.fail(f"{mutant} is not caught by {', '.join(left)}")

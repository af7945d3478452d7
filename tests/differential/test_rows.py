"""PostgreSQL shows and lets write exactly what the oracle permits, on generated policies, worlds and requests."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from tests.differential.postgres import connection
from tests.differential.rows import Installed, by_id
from tests.generators.policies import World, policy, world

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with connection() as found:
        yield found


def drawn(seed: int, requests: int) -> World:
    return world(seed, requests, 40, by_id(policy(seed)))


def compare(installed: Installed) -> int:
    """How many decisions agree; fails on the first that does not."""
    found = 0
    for request in installed.world.requests:
        allowed = installed.allowed(request)
        if allowed is not None:
            assert allowed == installed.world.answer(request), installed.world.shown(request)
            assert not list(installed.masked(request.actor, request.record)), installed.world.shown(request)
            found += 1
    return found


def creations(installed: Installed, count: int) -> int:
    """The same of records that are created: with the fields that somebody may write, and with one more."""
    drawn, random, found = installed.world, Random(installed.world.seed), 0
    oracle, known = drawn.oracle, {"#writers": [], "#signers": [], "#states": [], "#process": None}
    for _ in range(count):
        actor, record = random.choice(list(drawn.organisation.people)), random.choice(drawn.records)
        values = {name: record.get(name) for name in installed.fields(record[""])}
        plain = {name: None if isinstance(value, dict) else value for name, value in values.items()}
        open_to = set(oracle.fields(actor, "create", {"": record[""], **plain, **known}))
        more = {random.choice(list(plain))} if random.random() < 0.5 else set()
        given = {name: value for name, value in plain.items() if value is not None and name in open_to | more}
        whole = {"": record[""], **dict.fromkeys(plain), **given, **known}
        for name, field in installed.fields(record[""]).items():
            if name not in given:
                whole[name] = drawn.resolved.value(field.default)
        expected = all(oracle.decide(actor, "create", whole, name) for name in [None, *given])
        assert installed.created(actor, {"": record[""], **given}) == expected, (drawn.seed, actor, whole)
        found += expected
    return found


def test_postgres_permits_what_the_oracle_permits(opened: Any) -> None:
    installed = (Installed(opened, drawn(seed, 300)) for seed in range(2))
    assert sum(compare(one) for one in installed) > 300


def test_postgres_lets_create_what_the_oracle_lets_create(opened: Any) -> None:
    assert creations(Installed(opened, drawn(2, 0)), 150) > 5

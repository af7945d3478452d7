"""Cases as JSON and back: nothing is lost, and nothing else is taken for a case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl import api
from tests.backends.python.packages import NOON, World, imported, program
from tests.backends.python.test_constructs import FLOW


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    files = api.emit(program(FLOW, "flows"))
    with imported(files, tmp_path_factory.mktemp("flows"), "flows") as package:
        yield World(package)


def walked(flow: World, seed: int) -> Any:
    """A case after a random walk."""
    random, at = Random(seed), NOON
    amount = Decimal(random.randrange(0, 300_000)) / 100
    case = flow.Flow.start(flow.who("seller"), at, flow.deal(amount=amount))
    for _ in range(random.randrange(8)):
        at += timedelta(minutes=random.randrange(3_000))
        moves = [(person, event) for person in flow.ORGANISATION.people for event in case.allowed(person)]
        if case.state == "bill" and random.random() < 0.7:
            case = case.paid(at=at)
        elif moves and random.random() < 0.8:
            person, event = random.choice(moves)
            case = case.fire(event, person, at, reason=random.choice([None, "so", 'a "b"\n'])) or case
        else:
            case = case.advance(at)
    return case


@given(st.integers(0, 10_000))
def test_nothing_is_lost(flow: World, seed: int) -> None:
    case = walked(flow, seed)
    again = flow.Flow.from_json(case.to_json())
    assert again == case
    assert again.to_json() == case.to_json()
    assert (again.states, again.ended, again.record, again.effects) == (
        case.states, case.ended, case.record, case.effects,
    )  # fmt: skip
    assert [repr(entry) for entry in again.trail()] == [repr(entry) for entry in case.trail()]
    assert again.deadlines() == case.deadlines()
    for person in flow.ORGANISATION.people:
        assert again.allowed(person) == case.allowed(person)


def spoiled(random: Random, value: Any) -> Any:
    """A JSON value with one thing in it changed."""
    other: list[Any] = [None, 0, -5, 10**30, "x", [], {}, True, 1.5, "both", "left.one", "\ud800"]
    if isinstance(value, dict) and value and random.random() < 0.9:
        key = random.choice(sorted(value))
        if random.random() < 0.2:
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: spoiled(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.9:
        place = random.randrange(len(value))
        return [*value[:place], spoiled(random, value[place]), *value[place + 1 :]]
    return random.choice(other)


@given(st.integers(0, 10_000))
def test_what_is_no_case_is_refused(flow: World, seed: int) -> None:
    case = walked(flow, seed)
    text = json.dumps(spoiled(Random(seed), json.loads(case.to_json())))
    with suppress(ValueError):
        again = flow.Flow.from_json(text)
        again.to_json()
        again.trail()
        again.deadlines()
        again.advance(NOON + timedelta(days=1))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "1e999999", '{"format": 2}', "[" * 100_000, '{"format": 1}', "\x00"]
)
def test_other_texts(flow: World, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        flow.Flow.from_json(text)


def test_another_version_or_process(flow: World) -> None:
    data = json.loads(walked(flow, 1).to_json())
    with pytest.raises(ValueError, match="format 2"):
        flow.Flow.from_json(json.dumps(data | {"format": 2}))
    with pytest.raises(ValueError, match="review"):
        flow.Review.from_json(json.dumps(data))
    with pytest.raises(ValueError, match="not of the organisation"):
        flow.Flow.from_json(json.dumps(data), flow.Organisation([]))

"""Questions on access that make no sense: answered with no, whatever is given, and never with an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest

from tests.backends.python.packages import World
from tests.backends.python.test_acts import SALE


class Failing:
    """Fails whatever is done with it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __hash__(self) -> int:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError


@pytest.fixture
def sale(world: Callable[[str], World]) -> World:
    return world(SALE)


def oddities(sale: World) -> Iterator[Any]:
    person = import_module(f"{sale.package.__name__}.organisation").Person
    yield from (None, 0, True, 1.5, float("nan"), "", "x" * 10**6, "\ud800", b"read", [], {}, {"read"}, object(), type)
    yield from (Failing(), Mock(), MagicMock(), MagicMock(spec=person), lambda *_: True)
    yield from (person("seller_1", ("seller",)), person("many", tuple(f"r{n}" for n in range(5_000))))


def test_whatever_makes_no_sense_is_denied(sale: World) -> None:
    access = import_module(f"{sale.package.__name__}.access")
    seller, deal = sale.who("seller"), sale.deal(notes="n")
    assert access.decide(seller, "read", deal)
    for odd in oddities(sale):
        decisions = [access.decide(odd, "read", deal), access.decide(seller, odd, deal)]
        decisions += [access.decide(seller, "read", odd), access.decide(odd, odd, odd, odd, odd)]
        if odd is not None:
            decisions.append(access.decide(seller, "read", deal, odd))
        assert not any(decisions)
        assert all(one.as_json()["rule"] for one in decisions)
        assert access.readable_fields(odd, deal) == access.readable_fields(seller, odd) == ()
        filters = [access.filter_records(odd, "read", "deal"), access.filter_records(seller, odd, "deal")]
        filters.append(access.filter_records(seller, "read", odd))
        assert not any(one(deal) for one in filters)
        assert [one.where for one in filters] == ["FALSE"] * 3
        assert not access.filter_records(seller, "read", "deal")(odd)

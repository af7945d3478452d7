"""How access was worked out is kept for everybody of the same roles, and let go before it is too much."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import product

import pytest

from tests.backends.python.packages import World
from tests.backends.python.test_acts import SALE

ACTIONS = ("create", "read", "update", "delete", "export", "nothing")
FIELDS = (None, "amount", "rebate", "net", "nothing")


@pytest.fixture
def sale(world: Callable[[str], World]) -> World:
    return world(SALE)


def answers(sale: World) -> list[bool]:
    """What everybody may do with a deal."""
    decide, deal = import_module(f"{sale.package.__name__}.access").decide, sale.deal(notes="n")
    asked = product(sale.ORGANISATION.people, ACTIONS, FIELDS)
    return [bool(decide(person, action, deal, field)) for person, action, field in asked]


def test_letting_plans_go_changes_no_answer(sale: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = answers(sale)
    assert any(kept)
    assert not all(kept)
    monkeypatch.setattr(import_module(f"{sale.package.__name__}._kernel.deciding"), "MOST_PLANS", 3)
    sale.ORGANISATION.forget()
    assert answers(sale) == kept
    assert sum(len(by_field) for plans in sale.who("seller").plans.values() for by_field in plans.values()) <= 3

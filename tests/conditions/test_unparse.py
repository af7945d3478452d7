"""Trees → text and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given

from crmdsl.conditions.ast import Expr
from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.conditions.unparse import figure, unparse
from tests.conditions.trees import TREES
from tests.conditions.world import typed


def shape(value: Any) -> Any:
    """A tree without places and types."""
    if isinstance(value, Expr):
        kept = [f.name for f in fields(value) if f.name not in ("start", "end", "type")]
        return (type(value).__name__, *(shape(getattr(value, name)) for name in kept))
    return tuple(map(shape, value)) if isinstance(value, tuple) else value


@given(TREES)
def test_round_trip(tree: Expr) -> None:
    text = unparse(tree)
    found = parse(text)
    assert not isinstance(found, SyntaxFault), text
    assert shape(found) == shape(tree), text
    assert unparse(found) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a==b", "a = b"),
        ("(a = b) and ((c > 5%))", "a = b and c > 5%"),
        ("(a = b or c = d) and e", "(a = b or c = d) and e"),
        ("a-(b-c) > (d*e)/f", "a - (b - c) > d * e / f"),
        ("not(a in B|C)", "not a in B | C"),
        ("amount > 100000.50   EUR", "amount > 100_000.50 EUR"),
        ("d > 5.00%", "d > 5%"),
        ("d > 5.10%", "d > 5.1%"),
        ("x  between 1d  2h and 3d", "x between 1d 2h and 3d"),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    found = parse(text)
    assert isinstance(found, Expr)
    assert unparse(found) == canonical


def test_a_checked_tree_prints_in_the_currency() -> None:
    assert unparse(typed("amount>100000.01 EUR"), "EUR") == "amount > 100_000.01 EUR"
    assert figure("money", -500, "EUR") == "-5 EUR"
    assert figure("money", 5, "JPY") == "5 JPY"
    assert figure("percent", 1250) == "12.5%"

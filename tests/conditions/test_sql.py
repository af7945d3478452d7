"""What is printed for PostgreSQL, and what is refused."""

from __future__ import annotations

import pytest

from crmdsl.conditions import ast
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.sql import to_sql
from crmdsl.conditions.sqltext import quoted
from tests.conditions.world import typed


def read(path: ast.Path) -> str:
    return ".".join(("r" if path.root == "record" else path.root, "_".join(path.parts)))


STATE = "EXISTS (SELECT FROM unnest(:states) AS s(active) WHERE active = 'check' OR starts_with(active, 'check.'))"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount > 100_000 EUR", "r.amount > 100000"),
        ("amount * 10% >= 3.50 EUR", "r.amount >= 35"),
        ("amount / 3 > 0.01 EUR", "r.amount > 0.03"),
        ("amount * 3 > 0.01 EUR", "r.amount * 300 > 1"),
        ("-amount < 5 EUR", "r.amount > (-5)"),
        ("discount > 12.5%", "r.discount > 12.5"),
        ("count > 4", "r.count > 4"),
        ("count * 2 > 4", "r.count::numeric > 2"),
        ("not (kind = special)", "NOT (r.kind = 'special')"),
        ("kind in special | standard", "r.kind IN ('special', 'standard')"),
        ("customer.blocked or paid = false", "r.customer_blocked OR (NOT r.paid)"),
        ("customer.rating is known and customer.rating >= B",
         "(r.customer_rating IS NOT NULL) AND (r.customer_rating IN ('B', 'A'))"),
        ("requester.role = agent", "'agent' = ANY (requester.role::text[])"),
        ("today - due > 10d elapsed", "(:today - r.due)::numeric > 10"),
        ("due + 1d elapsed <= today", "(r.due + 1) <= :today"),
        ("warranty > 1d 2h", "r.warranty > 600"),
        ("state = check", STATE),
        ("cost > 0 EUR and amount / cost > 2",
         "(r.cost > 0) AND (r.amount * NULLIF(r.cost, 0) > NULLIF(r.cost, 0) * NULLIF(r.cost, 0) * 2)"),
    ],
)  # fmt: skip
def test_printed_text(text: str, expected: str) -> None:
    assert to_sql(tree(text), read, today=":today", states=":states") == expected


def tree(text: str) -> ast.Expr:
    return typed(text, "due", "paid", "notes")


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("a'b", "'a''b'"),
        ("a\\", "E'a\\\\'"),
        ("\\'; x", "E'\\\\''; x'"),
        ("two\nlines", "E'two\\u000alines'"),
        ("\u202eé", "E'\\u202eé'"),
    ],
)
def test_texts_are_quoted(text: str, constant: str) -> None:
    assert quoted(text) == constant


def test_what_postgresql_cannot_hold_is_refused() -> None:
    found = typed('notes is known and notes = "x"')
    assert isinstance(found, ast.And)
    compare = found.parts[1]
    assert isinstance(compare, ast.Compare)
    asked = ast.Compare(0, 0, ast.FLAG, "=", compare.left, ast.Literal(4, 7, compare.right.type, "a\x00"))
    with pytest.raises(Inexpressible) as refused:
        to_sql(asked, read, today="", states="")
    assert (refused.value.part.start, refused.value.part.end) == (4, 7)


def test_a_date_is_not_moved_beyond_the_calendar() -> None:
    with pytest.raises(Inexpressible, match="calendar"):
        to_sql(tree("due + 900000w elapsed > today"), read, today=":today", states="")

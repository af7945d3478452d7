"""What is printed for Cedar, and what is refused."""

from __future__ import annotations

import pytest

from crmdsl.conditions import ast
from crmdsl.conditions.cedar import quoted, to_cedar
from crmdsl.conditions.inexpressible import Inexpressible
from tests.conditions.world import typed

AMOUNT = "resource has amount"
RATING = "resource has customer && resource.customer has rating"


def tree(text: str) -> ast.Expr:
    return typed(text, "due", "paid", "notes")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount > 100_000 EUR", f"{AMOUNT} && resource.amount > 10000000"),
        ("amount / 3 >= 0.01 EUR", f"{AMOUNT} && resource.amount >= 3"),
        ("amount * 3 > 0.01 EUR", f"{AMOUNT} && resource.amount > 0"),
        ("amount * 3 = 0.01 EUR", f"{AMOUNT} && false"),
        ("-amount < 5 EUR", f"{AMOUNT} && resource.amount > -500"),
        ("discount > 12.5%", "resource has discount && resource.discount > 1250"),
        ("not (kind = special)", 'resource has kind && resource.kind != "special"'),
        ("customer.rating is known and customer.rating >= B",
         f'{RATING} && ["B", "A"].contains(resource.customer.rating)'),
        ("customer.rating is missing", f"!({RATING})"),
        ("requester.role = agent",
         'context has requester && context.requester has role && context.requester.role.contains("agent")'),
        ("due + 1d elapsed <= today", 'resource has due && resource.due.offset(duration("1d")) <= context.today'),
        ("state != check", '!context.states.contains("check")'),
        ("where = north", 'resource has where && resource.where == Territory::"north"'),
    ],
)  # fmt: skip
def test_printed_text(text: str, expected: str) -> None:
    assert to_cedar(tree(text)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("weight > 2.5", "`number`"),
        ("cost > 0 EUR and amount / cost > 2", "divide"),
        ("amount * count * count > 1 EUR", "64 bits"),
        ("today - due > 10d elapsed and due - (due - today) > today", "not constant"),
    ],
)
def test_what_cedar_cannot_say_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Inexpressible, match=reason) as refused:
        to_cedar(tree(text))
    assert refused.value.part.end <= len(text)


def test_bounds_that_are_declared_are_looked_at() -> None:
    found = tree("amount * count * count > 1 EUR")
    assert "resource.count * resource.count" in to_cedar(found, lambda path: (0, 100))


def test_texts_are_quoted() -> None:
    assert quoted('"} || true') == '"\\"} || true"'
    assert quoted("\\\n\u202e") == '"\\\\\\u{a}\\u{202e}"'

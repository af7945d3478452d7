"""What is printed for PostgreSQL holds exactly where the reference says, asked of a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from crmdsl.conditions.ast import FLAG, Arithmetic, Compare, Expr, In, Literal
from crmdsl.conditions.sql import to_sql
from crmdsl.conditions.sqltext import quoted
from crmdsl.conditions.types import MONEY, NUMBER
from tests.conditions.world import typed
from tests.differential.postgres import answers, connection
from tests.differential.sampling import HOSTILE, sample

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with connection() as found:
        yield found


def compare(opened: Any, seed: int, conditions: int, worlds: int) -> None:
    drawn = sample(seed, conditions, worlds)
    found = answers(opened, drawn)
    assert len(found) == len(drawn.worlds)
    for world, (held, row) in enumerate(zip(drawn.held, found, strict=True)):
        if held != row:
            wrong = [at for at, (one, other) in enumerate(zip(held, row, strict=True)) if one != other]
            pytest.fail(f"seed {seed}: " + "\n".join(drawn.shown(world, at) for at in wrong[:3]))


@pytest.mark.parametrize("seed", range(3))
def test_sql_means_the_same(opened: Any, seed: int) -> None:
    compare(opened, seed, 90, 20)


def money(text: str) -> Expr:
    found = typed(f"{text} > 1 EUR")
    assert isinstance(found, Compare)
    return found.left


def over(one: Expr, two: Expr) -> Expr:
    return Arithmetic(0, 0, NUMBER, "/", one, two)


ONE = Literal(0, 0, NUMBER, Fraction(1))
AMOUNT, COST, APART = money("amount"), money("cost"), money("(amount - cost)")


@pytest.mark.parametrize(
    ("op", "left", "right", "amount", "cost", "held"),
    [
        (">", over(AMOUNT, COST), ONE, 12, 5, True),
        (">", over(AMOUNT, COST), ONE, 12, -5, False),
        ("<", over(AMOUNT, COST), ONE, 12, -5, True),
        (">", over(AMOUNT, COST), ONE, 12, 0, None),
        ("!=", over(AMOUNT, COST), ONE, 0, 0, None),
        ("=", over(COST, APART), ONE, 10, 5, True),
        ("=", over(COST, APART), ONE, 5, 5, None),
        ("<", ONE, over(COST, APART), 8, 5, True),
        ("<=", over(over(AMOUNT, COST), over(COST, AMOUNT)), ONE, 5, -5, True),
        ("<=", over(over(AMOUNT, COST), over(COST, AMOUNT)), ONE, 0, 5, None),
        (">", over(AMOUNT, COST), over(COST, AMOUNT), -3, 2, False),
        (">", over(AMOUNT, COST), over(COST, AMOUNT), 3, 2, True),
        ("=", over(AMOUNT, Literal(0, 0, MONEY, 0)), ONE, 3, 2, None),
    ],
)
def test_a_quotient_is_multiplied_out_and_unknown_over_zero(
    opened: Any, op: str, left: Expr, right: Expr, amount: int, cost: int, held: bool | None
) -> None:
    text = to_sql(Compare(0, 0, FLAG, op, left, right), lambda path: f"w.{path.parts[0]}", today="", states="")
    row = opened.execute(f"SELECT {text} FROM (SELECT %s::numeric AS amount, %s::numeric AS cost) w", (amount, cost))
    assert row.fetchone() == (held,)


@pytest.mark.parametrize(
    "text",
    [
        "requester.role = agent",
        "requester.role != agent",
        "actor.role = requester.role",
        "actor.role != requester.role",
        "requester.role in agent | area_manager",
    ],
)
def test_somebody_holds_several_roles(opened: Any, text: str) -> None:
    tree = typed(text)
    printed = to_sql(tree, lambda path: f"w.{path.root}", today="", states="")
    held = [None, [], ["agent"], ["area_manager"], ["agent", "area_manager"], ["area_manager", "agent"]]
    for one in held:
        for two in held:
            row = opened.execute(
                f"SELECT ({printed}) IS TRUE FROM (SELECT %s::text[] AS actor, %s::text[] AS requester) w", (one, two)
            )
            roles = SimpleNamespace(role=one), SimpleNamespace(role=two)
            expected = value(tree, *roles)
            assert row.fetchone() == (expected is True,), (one, two)


def value(expr: Expr, actor: Any, requester: Any) -> bool | None:
    """What roles compare to, for a tree of one comparison."""
    if isinstance(expr, In):
        return None if requester.role is None else any(choice.value in requester.role for choice in expr.choices)
    assert isinstance(expr, Compare)
    left = actor if expr.left.root == "actor" else requester
    if isinstance(expr.right, Literal):
        return None if left.role is None else (expr.right.value in left.role) == (expr.op == "=")
    if left.role is None or requester.role is None:
        return None
    return (set(left.role) == set(requester.role)) == (expr.op == "=")


@pytest.mark.parametrize("setting", ["on", "off"])
def test_nothing_gets_out_of_a_text(opened: Any, setting: str) -> None:
    random = Random(1)
    marks = "'\\\"$;-- \n\r\t%{}\u2028\u202e\U0001f600éa"
    texts = [*HOSTILE, *("".join(random.choices(marks, k=random.randint(0, 9))) for _ in range(500))]
    opened.execute(f"SET standard_conforming_strings = {setting}")
    opened.execute("SET escape_string_warning = off")
    try:
        row = opened.execute(f"SELECT ARRAY[{', '.join(quoted(text) for text in texts)}]").fetchone()
    finally:
        opened.execute("RESET standard_conforming_strings")
    assert row[0] == texts


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 106 if "CRMDSL_THOROUGH" in os.environ else 103))
def test_sql_means_the_same_on_many(opened: Any, seed: int) -> None:
    compare(opened, seed, 250, 60)

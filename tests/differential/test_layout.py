"""However a long condition is laid out over lines, it stays the same condition."""

from __future__ import annotations

import ast
from random import Random

import pytest

from crmdsl.backends.python.source import broken, iff, unless


def source(random: Random, depth: int) -> str:
    """A random condition as Python source: sides of `and` and `or` in parentheses, sums and texts among them."""
    if depth == 0 or random.random() < 0.3:
        return random.choice((
            "order._rush is True", "order._amount * 10000 - order._amount * order._discount >= 1000000000",
            "(order._amount + 1) * (order._discount + 2) > 5", 'order._title != " or (x) and \\" "',
            "order._client is not None", "(order._quantity > 3)", 'order._kind in ("a", "b and c")',
        ))  # fmt: skip
    word = random.choice((" and ", " or "))
    sides = [source(random, depth - 1) for _ in range(random.randint(2, 3))]
    return word.join(
        f"({side})" if " or " in side or " and " in side or random.random() < 0.3 else side for side in sides
    )


def meaning(text: str) -> str:
    return ast.dump(ast.parse(text))


@pytest.mark.parametrize("part", range(3))
def test_layout_keeps_the_meaning(part: int) -> None:
    for seed in range(100 * part, 100 * part + 100):
        condition = source(Random(seed), 4)
        for indent in (4, 8, 20):
            margin = " " * indent
            expected = meaning(f"def f():\n{margin}return {condition}")
            assert meaning(f"def f():\n{margin}return {broken(condition, indent)}") == expected
            expected = meaning(f"def f():\n{margin}if {condition}:\n{margin} pass")
            assert meaning(f"def f():\n{iff(condition, indent)}\n{margin} pass") == expected
            expected = meaning(f"def f():\n{margin}if not ({condition}):\n{margin} pass")
            assert meaning(f"def f():\n{unless(condition, indent)}\n{margin} pass") == expected

"""What is certain about values after a part of a condition was asked: which are known, and which are not zero."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from crmdsl.conditions.ast import Arithmetic, Compare, Expr, Known, Literal, Negate, Path
from crmdsl.conditions.scope import Bounds, Scope

Facts = frozenset[tuple[str, ...]]
"""`("known", root, part, ...)` and `("nonzero", root, part, ...)`."""
NOTHING: Facts = frozenset()


class Outcome(NamedTuple):
    """What is certain when a part holds, and when it does not."""

    holds: Facts
    fails: Facts


NO_FACTS = Outcome(NOTHING, NOTHING)
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
HOLDS: dict[str, Callable[[int, int | Fraction], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
DENIED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def known(path: Path) -> Facts:
    """That a path is known: all of its beginnings are."""
    ends = range(1, len(path.parts) + 1)
    return frozenset(("known", path.root, *path.parts[:end]) for end in ends)


def of_known(asked: Known) -> Outcome:
    """After `is known` and `is missing`."""
    facts = known(asked.path) if isinstance(asked.path, Path) else NOTHING
    return Outcome(facts, NOTHING) if asked.known else Outcome(NOTHING, facts)


def of_comparison(asked: Compare) -> Outcome:
    """After a comparison of a path with a constant: whether it can be zero."""
    left, op, right = asked.left, asked.op, asked.right
    if isinstance(left, Literal):
        left, op, right = right, FLIPPED[op], left
    if not isinstance(left, Path) or not isinstance(right, Literal):
        return NO_FACTS
    if not isinstance(right.value, (int, Fraction)):
        return NO_FACTS
    fact: Facts = frozenset({("nonzero", left.root, *left.parts)})
    return Outcome(
        fact if excludes_zero(op, right.value) else NOTHING,
        fact if excludes_zero(DENIED[op], right.value) else NOTHING,
    )


def excludes_zero(op: str, value: int | Fraction) -> bool:
    """Whether `x op value` is false for x = 0."""
    return not HOLDS[op](0, value)


def can_be_zero(expr: Expr, scope: Scope, facts: Facts) -> bool:
    """Whether a typed expression can be zero, by the bounds of its fields and what is certain."""
    if isinstance(expr, Path) and ("nonzero", expr.root, *expr.parts) in facts:
        return False
    if isinstance(expr, Path) and expr.root == "record" and _field(expr, scope) in scope.vocabulary.nonzero:
        return False
    if isinstance(expr, Arithmetic) and expr.op in "*/":
        return can_be_zero(expr.left, scope, facts) or (expr.op == "*" and can_be_zero(expr.right, scope, facts))
    low, high = bounds(expr, scope)
    return not ((low is not None and low > 0) or (high is not None and high < 0))


def bounds(expr: Expr, scope: Scope) -> Bounds:
    """Between which values a typed expression lies."""
    if isinstance(expr, Literal) and isinstance(expr.value, (int, Fraction)):
        return expr.value, expr.value
    if isinstance(expr, Literal) and expr.type.base in ("duration", "elapsed"):
        minutes = expr.value.total_minutes()
        return minutes, minutes
    if isinstance(expr, Path) and expr.root == "record":
        return _declared(expr, scope)
    if isinstance(expr, Negate):
        low, high = bounds(expr.value, scope)
        return None if high is None else -high, None if low is None else -low
    if isinstance(expr, Arithmetic) and expr.op in "+-":
        low, high = bounds(expr.left, scope)
        least, most = bounds(expr.right if expr.op == "+" else _negated(expr.right), scope)
        return (
            None if low is None or least is None else low + least,
            None if high is None or most is None else high + most,
        )
    return None, None


def _negated(expr: Expr) -> Expr:
    return Negate(expr.start, expr.end, expr.type, expr)


def _declared(path: Path, scope: Scope) -> Bounds:
    return scope.vocabulary.bounds.get(_field(path, scope), (None, None))


def _field(path: Path, scope: Scope) -> tuple[str, str]:
    """The entity and the field that a path from a record ends at."""
    entity = path.entity
    for part in path.parts[:-1]:
        slot = scope.vocabulary.fields(entity).get(part)
        entity = slot.type.entity if slot else ""
    return entity, path.parts[-1]

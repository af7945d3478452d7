"""Figures in conditions: what they are as fractions of polynomials, and their comparisons as cuts of one variable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from crmdsl.conditions.ast import Arithmetic, Expr, Literal, Negate, Path, Today
from crmdsl.conditions.facts import FLIPPED
from crmdsl.conditions.regions.nodes import ATOM, BELOW, DIVIDED, SURE, Node
from crmdsl.conditions.regions.polynomials import ONE, Polynomial, Ratio, calculated, constant
from crmdsl.conditions.regions.space import FACTOR, Derived, Leaf, Space, Unsupported, seconds
from crmdsl.conditions.regions.variables import EVERYTHING, STEPS, Intervals, Scale
from crmdsl.model.values import Duration

MOST_VALUES = 20_001
"""Values of a variable that are tried one by one where it is multiplied with itself."""
MINUTES = Fraction(1_440)
IN_FRONT = frozenset({"<", "<="})
"""The orders that hold in front of their cut."""
Limited = tuple[str, int, set[Any], set[Any], tuple[int, ...]]
"""A field of whole numbers: its base, its variable with the marks and the cuts of it, and what else must be known."""
UNLIMITED: Limited = "", -1, set(), set(), ()
"""A field of anything else: no constant is of its base."""


def stored(literal: Literal, day: int) -> Any:
    """A constant as a variable of its type counts."""
    value = literal.value
    if value.__class__ is int:
        return value
    if isinstance(value, Duration):
        return value.total_minutes(day)
    if isinstance(value, datetime):
        return seconds(value)
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    return value


class Figures:
    """Reads figures into a space."""

    def __init__(self, space: Space, day: int) -> None:
        self.space = space
        self.day = day
        self._limited: dict[tuple[str, ...], Limited] = {}
        """Fields of the record that were compared before, by their paths."""

    def limit(self, expr: Any) -> Node | None:
        """A whole number as the limit of a field of the record, as nearly all comparisons are; `None` if it is not."""
        path, literal = expr.left, expr.right
        if path.__class__ is Path and literal.__class__ is Literal:
            base, index, marks, cuts, presence = self._limited.get(path.parts) or self._met(path)
            value, op = literal.value, expr.op
            if base == literal.type.base and op in STEPS and value.__class__ is int:
                cut = value + STEPS[op]
                marks.add(value)
                cuts.add(cut)
                return BELOW, index, cut, op in IN_FRONT, presence
        return None

    def _met(self, path: Path) -> Limited:
        """What limits a field need that is asked about for the first time."""
        found = UNLIMITED
        if path.root != "record":
            return found
        try:
            leaf = self.space.read(path)
        except Unsupported:
            leaf = None
        if isinstance(leaf, Leaf):
            scale = self.space.variables[leaf.at]
            if isinstance(scale, Scale) and not scale.dense:
                found = scale.base, leaf.at, scale.marks, scale.cuts, leaf.presence
        self._limited[path.parts] = found
        return found

    def compared(self, op: str, left: Expr, right: Expr, prefix: tuple[str, ...]) -> Node:
        """`left op right`."""
        if left.__class__ is Literal and right.__class__ is Path:
            left, op, right = right, FLIPPED[op], left
        if isinstance(left, Path) and isinstance(right, Literal) and left.root == "record":
            leaf = self.space.read(left, prefix)
            if not isinstance(leaf, Derived):
                variable = self.space.variables[leaf.at]
                if isinstance(variable, Scale) and variable.base == right.type.base:
                    return _atom(variable, op, stored(right, self.day), leaf.presence)
        presence: set[int] = set()
        ratio = calculated("-", self.read(left, prefix, presence), self.read(right, prefix, presence))
        known = tuple(sorted(presence))
        if ratio.bottom == ONE:
            return self.sign(ratio.top, op, known)
        return (
            DIVIDED, self.sign(ratio.bottom, ">", known), self.sign(ratio.top, op, known),
            self.sign(ratio.bottom, "<", known), self.sign(ratio.top, FLIPPED[op], known),
        )  # fmt: skip

    # values

    def read(self, expr: Expr, prefix: tuple[str, ...], presence: set[int]) -> Ratio:
        """A figure; adds the variables that must be known for it to be."""
        if isinstance(expr, Literal):
            return constant(_worth(expr, self.day))
        if isinstance(expr, Negate):
            return calculated("-", constant(0), self.read(expr.value, prefix, presence))
        if isinstance(expr, Arithmetic):
            left, right = self.read(expr.left, prefix, presence), self.read(expr.right, prefix, presence)
            return calculated(expr.op, left, right)
        if isinstance(expr, Today):
            return Ratio({(self.space.today(),): MINUTES}, ONE)
        if isinstance(expr, Path):
            return self.path(expr, prefix, presence)
        raise Unsupported(type(expr).__name__)

    def path(self, expr: Path, prefix: tuple[str, ...], presence: set[int]) -> Ratio:
        """A field, or the expression that it is derived from."""
        leaf = self.space.read(expr, prefix)
        if isinstance(leaf, Derived):
            found = self.read(leaf.expr, leaf.prefix, presence)
            inside = {index for product in (*found.top, *found.bottom) for index in product}
            if len(inside) > 1 or found.bottom != ONE or any(factor < 0 for at, factor in found.top.items() if at):
                self.space.hidden |= inside
            return found
        variable = self.space.variables[leaf.at]
        presence.update(leaf.presence)
        if variable.optional:
            presence.add(leaf.at)
        return Ratio({(leaf.at,): FACTOR.get(variable.base, 1)}, ONE)

    # what they are compared with

    def sign(self, top: Polynomial, op: str, presence: tuple[int, ...]) -> Node:
        """Whether a polynomial stands so to zero."""
        terms = {product: factor for product, factor in top.items() if product}
        rest = top.get((), 0)
        if not terms:
            return SURE, COMPARED[op](rest), presence
        first = next(iter(terms))
        if len(terms) == 1 and len(first) == 1:
            return self.single(first[0], terms[first], rest, op, presence)
        inside = {index for product in terms for index in product}
        if len(inside) == 1:
            tried = self.tried(inside.pop(), top, op, presence)
            if tried:
                return tried
        index, by = self.space.sum(terms)
        return self.single(index, 1, rest * by, op if by > 0 else FLIPPED[op], presence)

    def single(self, index: int, factor: Any, rest: Any, op: str, presence: tuple[int, ...]) -> Node:
        """`factor * variable + rest op 0`."""
        variable = self.space.variables[index]
        assert isinstance(variable, Scale)  # noqa: S101 - only figures are calculated with
        value = Fraction(-rest, 1) / factor
        op = op if factor > 0 else FLIPPED[op]
        at = int(value) if value.denominator == 1 else value
        return _atom(variable, op, at, tuple(one for one in presence if one != index))

    def tried(self, index: int, top: Polynomial, op: str, presence: tuple[int, ...]) -> Node | None:
        """A polynomial of one variable, by trying all of its values if they are few."""
        variable = self.space.variables[index]
        if not isinstance(variable, Scale) or variable.dense or variable.low is None or variable.high is None:
            return None
        if variable.high - variable.low >= MOST_VALUES:
            return None
        powers = [(len(product), Fraction(factor)) for product, factor in top.items()]
        test = COMPARED[op]
        held = [test(sum(factor * x**power for power, factor in powers)) for x in
                range(variable.low, variable.high + 1)]  # fmt: skip
        yes, no = (_runs(held, wanted, variable) for wanted in (True, False))
        return ATOM, index, yes, no, tuple(one for one in presence if one != index)


def _atom(scale: Scale, op: str, value: int | Fraction, presence: tuple[int, ...]) -> Node:
    """A comparison of a variable with a value."""
    if op in STEPS:
        return BELOW, scale.index, scale.cut(op, value), op[0] == "<", presence
    inner, outer = scale.equal(value)
    return (ATOM, scale.index, inner, outer, presence) if op == "=" else (ATOM, scale.index, outer, inner, presence)


def _runs(held: list[bool], wanted: bool, variable: Scale) -> Intervals:
    """The values for which a test came out so, as intervals; adds their cuts."""
    if all(one == wanted for one in held):
        return EVERYTHING
    found: list[tuple[int | None, int | None]] = []
    start: int | None = None
    for place, one in enumerate([*held, not wanted]):
        if one == wanted and start is None:
            start = place
        elif one != wanted and start is not None:
            found.append((variable.low + start, variable.low + place))
            start = None
    variable.cuts.update(cut for interval in found for cut in interval if cut is not None)
    return tuple(found)


def _worth(literal: Literal, day: int) -> Fraction | int:
    """A constant as figures count."""
    factor = FACTOR.get(literal.type.base, 1)
    worth = stored(literal, day) * factor
    return worth if isinstance(worth, int | Fraction) else Fraction(worth)


COMPARED: dict[str, Callable[[Any], bool]] = {
    "=": lambda value: value == 0, "!=": lambda value: value != 0, "<": lambda value: value < 0,
    "<=": lambda value: value <= 0, ">": lambda value: value > 0, ">=": lambda value: value >= 0,
}  # fmt: skip
"""How a value stands to zero."""

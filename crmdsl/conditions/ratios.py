"""Exact figures over the sources of a target that knows only `+ - *`: a constant factor times one source over another.

A quotient is never computed: comparisons are multiplied out. `SQL` and Cedar write sums and products alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from crmdsl.conditions.ast import Arithmetic, Expr, Literal, Negate, Path
from crmdsl.conditions.facts import FLIPPED

SUM, PRODUCT, ATOM = range(3)
Span = tuple[int, int] | None
"""The least and the greatest value that a source can have; `None` where nobody asks."""


class Ratio(NamedTuple):
    """`factor * above / below`; an empty source is one. `strength` is how strongly `above` binds."""

    factor: Fraction
    above: str = ""
    below: str = ""
    strength: int = ATOM
    span: Span = (1, 1)

    @property
    def constant(self) -> bool:
        """Whether it reads nothing."""
        return not self.above and not self.below


class Algebra(ABC):
    """Arithmetic and comparisons of ratios; what depends on the target is a method to override."""

    day: int
    """Minutes of a day of working time."""

    @abstractmethod
    def read_figure(self, path: Path) -> Ratio:
        """A figure that is read."""

    @abstractmethod
    def distance(self, expr: Arithmetic) -> Ratio:
        """The clock time between two dates or instants."""

    @abstractmethod
    def units(self, base: str) -> int:
        """How many units of a type's constants make one of the figures that are compared."""

    def ratio(self, expr: Expr) -> Ratio:
        """A figure: a percent as a share of one, clock time in seconds, working time in minutes."""
        if isinstance(expr, Literal):
            return Ratio(self._constant(expr))
        if isinstance(expr, Path):
            return self.read_figure(expr)
        if isinstance(expr, Negate):
            inner = self.ratio(expr.value)
            return inner._replace(factor=-inner.factor)
        if not isinstance(expr, Arithmetic):
            raise TypeError(expr)
        if expr.left.type.base in ("date", "instant"):
            return self.distance(expr)
        one, two = self.ratio(expr.left), self.ratio(expr.right)
        if expr.op in "+-":
            return self.plus(one, two, 1 if expr.op == "+" else -1)
        return self.times(one, two) if expr.op == "*" else self.over(one, two)

    def _constant(self, expr: Literal) -> Fraction:
        base = expr.type.base
        if base == "duration":
            return Fraction(expr.value.total_minutes(self.day))
        if base == "elapsed":
            return Fraction(expr.value.total_minutes() * 60)
        return Fraction(expr.value) / self.units(base)

    @abstractmethod
    def nonzero(self, source: str) -> str:
        """A divisor that is unknown where it is zero."""

    def fits(self, _size: int) -> None:
        """Refuse an intermediate result of that size, where a target has a limit."""
        return

    def against(self, one: Ratio, op: str, value: Fraction) -> str:
        """`above op value`: the comparison of a source with a constant."""
        left, right = self.scaled(one, value.denominator, SUM), figure(value.numerator)
        return f"{left} {self.sign(op)} {right}"

    def sign(self, op: str) -> str:
        """How a comparison is written."""
        return op

    @abstractmethod
    def truth(self, value: bool) -> str:
        """A condition that always holds, or never."""

    # arithmetic

    def times(self, one: Ratio, two: Ratio) -> Ratio:
        """The product."""
        above = joined(wrapped(one), wrapped(two))
        strength = PRODUCT if one.above and two.above else one.strength if one.above else two.strength
        if not (one.above and two.above):
            above = one.above or two.above
        span = self._product(one.span, two.span)
        return Ratio(one.factor * two.factor, above, joined(one.below, two.below), strength, span)

    def over(self, one: Ratio, two: Ratio) -> Ratio:
        """The quotient, unknown where the divisor is zero."""
        if two.constant and two.factor:
            return one._replace(factor=one.factor / two.factor)
        if two.factor == 0:
            two = Ratio(Fraction(1), self.scaled(two, 0) if two.above else "0", two.below, PRODUCT, (0, 0))
        rest = Ratio(one.factor / two.factor, two.below, self.nonzero(two.above) if two.above else "", PRODUCT)
        return self.times(one._replace(factor=Fraction(1)), rest)

    def plus(self, one: Ratio, two: Ratio, sign: int) -> Ratio:
        """The sum, or the difference with `sign` -1."""
        if one.constant and two.constant:
            return Ratio(one.factor + sign * two.factor)
        below = one.below
        if below != two.below:
            below = joined(one.below, two.below)
            one, two = self._spread(one, two.below), self._spread(two, one.below)
        common = lcm(one.factor.denominator, two.factor.denominator)
        first, second = int(one.factor * common), int(sign * two.factor * common)
        shared = gcd(first, second) or 1
        first, second = first // shared, second // shared
        if first < 0 < second:
            one, first, two, second = two, second, one, first
        between = "-" if second < 0 else "+"
        source = f"{self.scaled(one, first, SUM)} {between} {self.scaled(two, abs(second))}"
        return Ratio(Fraction(shared, common), source, below, SUM, self._sum(one.span, first, two.span, second))

    def _spread(self, one: Ratio, by: str) -> Ratio:
        """What stands above, times a divisor of the other side."""
        if not by:
            return one
        return Ratio(one.factor, joined(wrapped(one), by), "", PRODUCT, None)

    # comparisons

    def compare(self, op: str, one: Ratio, two: Ratio) -> str:
        """The comparison, multiplied out."""
        if one.constant and two.constant:
            return self.truth(decided(op, one.factor, two.factor))
        if one.constant and not two.below:
            one, two, op = two, one, FLIPPED[op]
        if two.constant and not one.below and one.factor:
            value = two.factor / one.factor
            return self.against(one, op if one.factor > 0 else FLIPPED[op], value)
        if one.below or two.below:
            one, two = self._without_divisors(op, one, two)
        common = lcm(one.factor.denominator, two.factor.denominator)
        first, second = int(one.factor * common), int(two.factor * common)
        shared = gcd(first, second) or 1
        first, second = first // shared, second // shared
        if first < 0 and second <= 0:
            first, second, op = -first, -second, FLIPPED[op]
        return f"{self.scaled(one, first, SUM)} {self.sign(op)} {self.scaled(two, second, SUM)}"

    def _without_divisors(self, op: str, one: Ratio, two: Ratio) -> tuple[Ratio, Ratio]:
        """Both sides times the square of both divisors, which keeps the order; once is enough for equality."""
        divisors = [below for below in (one.below, two.below) if below]
        every = joined(*divisors) if op not in ("=", "!=") else ""
        left = joined(wrapped(one), two.below, every)
        right = joined(wrapped(two), one.below, every)
        return Ratio(one.factor, left, "", PRODUCT, None), Ratio(two.factor, right, "", PRODUCT, None)

    def scaled(self, one: Ratio, count: int, least: int = PRODUCT) -> str:
        """A whole multiple of `above`, binding at least so strongly."""
        if not one.above:
            return figure(count)
        if one.span is not None:
            self.fits(size(one.span) * abs(count))
        if count == 1:
            return one.above if one.strength >= least else f"({one.above})"
        return f"{wrapped(one)} * {figure(count)}"

    def _product(self, one: Span, two: Span) -> Span:
        if one is None or two is None:
            return None
        ends = [left * right for left in one for right in two]
        self.fits(size(one) * size(two))
        return min(ends), max(ends)

    def _sum(self, one: Span, first: int, two: Span, second: int) -> Span:
        if one is None or two is None:
            return None
        left, right = sorted(end * first for end in one), sorted(end * second for end in two)
        found = left[0] + right[0], left[1] + right[1]
        self.fits(size(found))
        return found


def size(span: tuple[int, int]) -> int:
    """The greatest magnitude."""
    return max(abs(span[0]), abs(span[1]), 1)


def figure(value: int) -> str:
    """A whole number; a negative one in parentheses, since two signs in a row can mean something else."""
    return str(value) if value >= 0 else f"({value})"


def wrapped(one: Ratio) -> str:
    """What stands above, as a factor."""
    return one.above if one.strength >= PRODUCT else f"({one.above})"


def joined(*sources: str) -> str:
    """The product of some sources."""
    return " * ".join(source for source in sources if source)


def decided(op: str, one: Fraction, two: Fraction) -> bool:
    """A comparison of constants."""
    return {"=": one == two, "!=": one != two, "<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[op]

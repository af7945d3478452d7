"""Dates and instants in PostgreSQL, moved by clock time and taken apart.

A date moved by constant clock time stays a date; moved by a computed one it is counted in days since 1970 and
compared as a figure, an instant in seconds: nothing is rounded, and no date is out of range.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from crmdsl.conditions.ast import Arithmetic, Expr, Literal, Path, Today
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.ratios import ATOM, PRODUCT, Ratio
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.conditions.sql import SqlPrinter

DAY = 86_400
FARTHEST = 1_000_000 * DAY
"""Clock time by which a date can be moved, in seconds, so that no date of our calendar leaves that of PostgreSQL."""


class Moments:
    """The part of a printer that knows dates and instants."""

    def __init__(self, printer: SqlPrinter) -> None:
        self.printer = printer

    def compare(self, op: str, left: Expr, right: Expr) -> str:
        """A comparison of two dates or two instants."""
        if self._plain(left) and self._plain(right):
            return f"{self.source(left)} {self.printer.sign(op)} {self.source(right)}"
        return self.printer.compare(op, self._counted(left), self._counted(right))

    def source(self, expr: Expr) -> str:
        """A date or an instant, moved by constants at most; else the figure that it counts as."""
        if isinstance(expr, Today):
            return self.printer.today
        if isinstance(expr, Path):
            return self.printer.read(expr)
        if isinstance(expr, Literal):
            return self.printer.literal(expr)
        if not isinstance(expr, Arithmetic):
            raise TypeError(expr)
        if not self._plain(expr):
            counted = self._counted(expr)
            return " * ".join(f"({part})" for part in (counted.above, counted.below) if part)
        moment, time = _taken_apart(expr)
        seconds = self.printer.ratio(time).factor
        if expr.type.base == "date":
            return f"({self.source(moment)} {expr.op} {_number(floor(seconds / DAY))})"
        return f"({self.source(moment)} {expr.op} INTERVAL '{int(seconds)} seconds')"

    def distance(self, expr: Arithmetic) -> Ratio:
        """The clock time between two dates or instants, in seconds."""
        left, right = expr.left, expr.right
        if not (self._plain(left) and self._plain(right)):
            apart = self.printer.plus(self._counted(left), self._counted(right), -1)
            return apart._replace(factor=apart.factor * (DAY if left.type.base == "date" else 1))
        apart_source = f"({self.source(left)} - {self.source(right)})"
        if left.type.base == "date":
            return Ratio(Fraction(DAY), f"{apart_source}::numeric", "", ATOM, None)
        return Ratio(Fraction(1), f"EXTRACT(EPOCH FROM {apart_source})", "", ATOM, None)

    def _plain(self, expr: Expr) -> bool:
        """Whether it is moved by constants at most, and an instant by whole seconds."""
        if not isinstance(expr, Arithmetic):
            return True
        moment, time = _taken_apart(expr)
        ratio = self.printer.ratio(time)
        if not ratio.constant:
            return False
        if abs(ratio.factor) > FARTHEST:
            raise Inexpressible(time, Message("a date moved by more than a million days is beyond every calendar"))
        return self._plain(moment) and (expr.type.base == "date" or ratio.factor.denominator == 1)

    def _counted(self, expr: Expr) -> Ratio:
        """Days or seconds since 1970."""
        if not isinstance(expr, Arithmetic):
            if expr.type.base == "date":
                return Ratio(Fraction(1), f"({self.source(expr)} - DATE '1970-01-01')::numeric", "", ATOM, None)
            return Ratio(Fraction(1), f"EXTRACT(EPOCH FROM {self.source(expr)})", "", ATOM, None)
        moment, time = _taken_apart(expr)
        by = self.printer.ratio(time)
        if expr.type.base == "date":
            by = self._days(by, time)
        return self.printer.plus(self._counted(moment), by, 1 if expr.op == "+" else -1)

    def _days(self, seconds: Ratio, part: Expr) -> Ratio:
        """Whole days of clock time, rounded down."""
        if seconds.constant:
            return Ratio(Fraction(floor(seconds.factor / DAY)))
        if seconds.below:
            raise Inexpressible(part, Message("SQL cannot move a date by a quotient exactly"))
        days = seconds.factor / DAY
        count, by = self.printer.scaled(seconds, days.numerator), days.denominator
        if by == 1:
            return Ratio(Fraction(1), count, "", PRODUCT, None)
        return Ratio(Fraction(1), f"div({count} - mod(mod({count}, {by}) + {by}, {by}), {by})", "", ATOM, None)


def _taken_apart(expr: Arithmetic) -> tuple[Expr, Expr]:
    """What is moved, and by how much."""
    return (expr.right, expr.left) if expr.left.type.base == "elapsed" else (expr.left, expr.right)


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"({value})"

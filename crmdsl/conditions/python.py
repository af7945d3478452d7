"""A checked tree → Python source, exact and over whole numbers as far as that goes.

Money counts minor units, a percent hundredths of a per cent, working time minutes, clock time seconds; how far a
product is from these units is known when it is printed, so that comparisons are multiplied out. What a condition
reads may be unknown (`None`): a comparison with it does not hold, and neither does its denial, so that `not` is
pushed down to the comparisons first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from crmdsl.conditions.ast import (
    Arithmetic,
    Compare,
    Expr,
    In,
    Literal,
    Negate,
    Path,
    State,
    Today,
    walk,
)
from crmdsl.conditions.facts import DENIED
from crmdsl.conditions.guarded import GuardedPrinter
from crmdsl.conditions.types import FIGURES

PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
SHARE = 10_000
"""A whole, in hundredths of a per cent."""
SUM, PRODUCT, ATOM = range(3)


def to_python(
    expr: Expr, read: Callable[[Path], str], literal: Callable[[Literal], str] | None = None, *, day: int = 480
) -> str:
    """A Python expression that is true exactly if the condition holds; it may call `Fraction` and `timedelta`.

    `read` gives the source of a path's value, `literal` that of a constant without a unit; a day of working time
    has `day` minutes. For more, make a subclass of `PythonPrinter`.
    """
    return PythonPrinter(read, literal, day=day).test(expr)


class Term(NamedTuple):
    """A figure: the value of `source` is `scale` times too large. A constant has its `value` instead."""

    source: str
    scale: int = 1
    strength: int = ATOM
    value: Fraction | None = None

    def at(self, scale: int) -> str:
        """The source of `scale` times the figure, which must be a multiple of its own scale."""
        if self.value is not None:
            return str(self.value * scale)
        factor = scale // self.scale
        return self.source if factor == 1 else f"{self.wrapped(PRODUCT)} * {factor}"

    def wrapped(self, least: int) -> str:
        """The source, in parentheses if it binds weaker."""
        return self.source if self.strength >= least else f"({self.source})"

    @property
    def step(self) -> int:
        """The smallest scale at which it is a whole number of units."""
        return self.scale if self.value is None else self.value.denominator


class PythonPrinter(GuardedPrinter):
    """Prints trees; what depends on the code around is a method to override."""

    def __init__(
        self, read: Callable[[Path], str], literal: Callable[[Literal], str] | None = None, *, day: int = 480
    ) -> None:
        self.read = read
        self.literal = literal or constant
        self.day = day

    def inside(self, state: str) -> str:
        """A test whether the case is in a state or in one inside it."""
        return f"facts.inside({state!r})"

    def today(self) -> str:
        """The date."""
        return "facts.today"

    def sure(self, _path: Path) -> bool:
        """Whether a path is known whatever the record."""
        return False

    def known(self, path: Path) -> Iterator[str]:
        """Tests that together say that a path is known, one for each of its parts."""
        for count in range(1 if path.root == "record" else 0, len(path.parts) + 1):
            part = replace(path, parts=path.parts[:count])
            if not self.sure(part):
                yield f"{self.read(part)} is not None"

    def rank(self, source: str, values: tuple[str, ...]) -> str:
        """The place of a value of an ordered enumeration."""
        return f"{values!r}.index({source})"

    # conditions

    def truth(self, value: bool) -> str:
        """A condition that always holds, or never."""
        return str(value)

    def denied(self, guards: list[str]) -> str:
        """That some tests do not all hold, each of which can be asked behind those before it."""
        return " or ".join(
            guard.replace(" is not None", " is None") if guard.endswith(" is not None") else f"not ({guard})"
            for guard in guards
        )

    def flag(self, expr: Expr, positive: bool) -> str:
        """A test of a flag that is known."""
        return f"{self._plain(expr)} is {positive}"

    def equal(self, parts: tuple[Expr, ...], test: str, known: set[str]) -> str:
        """A test that only a known value passes, that of equality with a constant, which can be asked of `None`."""
        (part,) = parts
        if not isinstance(part, Path):
            return self.guarded(parts, test, known)
        own = f"{self.read(part)} is not None"
        return self.AND.join([*self._fresh((one for one in self.guards(parts) if one != own), known), test])

    def guards(self, parts: tuple[Expr, ...]) -> Iterator[str]:
        """Tests that together say that the values of some expressions are known."""
        for part in parts:
            for path in paths(part):
                yield from self.known(path)
        for part in parts:
            for divisor in divisors(part):
                yield f"{self._term(divisor).wrapped(SUM)} != 0"

    def chosen(self, expr: In, positive: bool, known: set[str]) -> str:
        """`x in A | B` of words: one test for all of them."""
        if isinstance(expr.value, State) or expr.value.type.base in ("role", "flag") or expr.value.type.base in FIGURES:
            return ""
        if not all(isinstance(choice, Literal) for choice in expr.choices):
            return ""
        words = ", ".join(self._plain(choice) for choice in expr.choices)
        comma = "," if len(expr.choices) == 1 else ""
        test = f"{self._plain(expr.value)} {'in' if positive else 'not in'} ({words}{comma})"
        return (self.equal if positive else self.guarded)((expr.value,), test, known)

    def compared(self, expr: Compare, positive: bool, known: set[str]) -> str:
        """A comparison."""
        op = PYTHON[expr.op if positive else DENIED[expr.op]]
        left, right = expr.left, expr.right
        for state, other in ((left, right), (right, left)):
            if isinstance(state, State) and isinstance(other, Literal):
                inside = self.inside(other.value)
                return inside if op == "==" else f"not {inside}"
        base = left.type.base
        if base in FIGURES:
            return self.guarded((left, right), self._figures(op, left, right), known)
        if base == "role":
            return self.guarded((left, right), self._roles(op, left, right), known)
        if base == "flag":
            if isinstance(left, Path) and isinstance(right, Path):
                return self.guarded((left, right), f"({self.value(left)}) {op} ({self.value(right)})", known)
            return self.same_flags(expr, positive, known)
        one, two = self._plain(left), self._plain(right)
        if base == "enum" and op not in ("==", "!="):
            one, two = self._ranked(left), self._ranked(right)
        if op == "==" and isinstance(right, Literal) and isinstance(left, Path):
            return self.equal((left,), f"{one} == {two}", known)
        return self.guarded((left, right), f"{one} {op} {two}", known)

    def _ranked(self, expr: Expr) -> str:
        if isinstance(expr, Literal):
            return str(expr.type.values.index(expr.value))
        return self.rank(self._plain(expr), expr.type.values)

    def _figures(self, op: str, left: Expr, right: Expr) -> str:
        one, two = self._term(left), self._term(right)
        scale = lcm(one.step, two.step)
        return f"{one.at(scale)} {op} {two.at(scale)}"

    def _roles(self, op: str, left: Expr, right: Expr) -> str:
        sign = "in" if op == "==" else "not in"
        if isinstance(right, Literal):
            return f"{self._plain(right)} {sign} {self._plain(left)}"
        if isinstance(left, Literal):
            return f"{self._plain(left)} {sign} {self._plain(right)}"
        return f"set({self._plain(left)}) {op} set({self._plain(right)})"

    # values

    def value(self, expr: Expr) -> str:
        """The value of an expression in the units of its type, `None` where something it reads is unknown.

        It may be a fraction: rounding is for whoever keeps it.
        """
        if isinstance(expr, (Literal, Path, Today)):
            return self._term(expr).at(1) if expr.type.base in FIGURES else self._plain(expr)
        if expr.type.base == "flag":
            denied = self.tested(expr, False, set())
            return f"True if {self.test(expr)} else False if {denied} else None"
        guards = " and ".join(dict.fromkeys(self.guards((expr,))))
        source = self._exact(expr)
        return f"{source} if {guards} else None" if guards else source

    def _exact(self, expr: Expr) -> str:
        if expr.type.base not in FIGURES:
            return self._plain(expr)
        term = self._term(expr)
        if term.value is not None:
            return str(term.value) if term.value.denominator == 1 else _fraction(term.value)
        return term.source if term.scale == 1 else f"Fraction({term.source}, {term.scale})"

    def _plain(self, expr: Expr) -> str:
        """A value that is no figure."""
        if isinstance(expr, Literal):
            return self.literal(expr)
        if isinstance(expr, Path):
            return self.read(expr)
        if isinstance(expr, Today):
            return self.today()
        if isinstance(expr, Arithmetic):
            return self._moved(expr)
        return f"({self.value(expr)})"

    def _moved(self, expr: Arithmetic) -> str:
        """A date or an instant, moved by clock time."""
        left, right = expr.left, expr.right
        if left.type.base == "elapsed":
            left, right = right, left
        time = self._exact(right)
        count = f"seconds={time}" if time.isdecimal() else f"microseconds=({time}) * 1000000 // 1"
        return f"({self._plain(left)} {expr.op} timedelta({count}))"

    def _term(self, expr: Expr) -> Term:
        if isinstance(expr, Literal):
            return self._constant(expr)
        if isinstance(expr, Path):
            return Term(self.read(expr))
        if isinstance(expr, Negate):
            inner = self._term(expr.value)
            if inner.value is not None:
                return Term("", value=-inner.value)
            return Term(f"-{inner.wrapped(ATOM)}", inner.scale, PRODUCT)
        if not isinstance(expr, Arithmetic):
            return Term(f"({self.value(expr)})")
        if expr.left.type.base in ("date", "instant"):
            return Term(self.distance(expr))
        if expr.op in "+-":
            return self._sum(expr)
        return self._product(expr) if expr.op == "*" else self._quotient(expr)

    def distance(self, expr: Arithmetic) -> str:
        """The clock time between two dates or instants, in seconds."""
        apart = f"({self._plain(expr.left)} - {self._plain(expr.right)})"
        return f"{apart} // timedelta(seconds=1)"

    def _constant(self, expr: Literal) -> Term:
        if expr.type.base == "duration":
            return Term("", value=Fraction(expr.value.total_minutes(self.day)))
        if expr.type.base == "elapsed":
            return Term("", value=Fraction(expr.value.total_minutes() * 60))
        return Term("", value=Fraction(expr.value))

    def _sum(self, expr: Arithmetic) -> Term:
        left, right = self._term(expr.left), self._term(expr.right)
        if left.value is not None and right.value is not None:
            return Term("", value=left.value + right.value if expr.op == "+" else left.value - right.value)
        scale = lcm(left.step, right.step)
        one, two = _at(left, scale, SUM), _at(right, scale, PRODUCT)
        return Term(f"{one} {expr.op} {two}", scale, SUM)

    def _product(self, expr: Arithmetic) -> Term:
        left, right = self._term(expr.left), self._term(expr.right)
        whole = SHARE ** (_shares(expr.left) + _shares(expr.right) - _shares(expr))
        if left.value is not None and right.value is not None:
            return Term("", value=left.value * right.value / whole)
        for factor, other in ((left, right), (right, left)):
            if factor.value is not None:
                return _scaled(other, factor.value / whole)
        return Term(f"{left.wrapped(PRODUCT)} * {right.wrapped(ATOM)}", left.scale * right.scale * whole, PRODUCT)

    def _quotient(self, expr: Arithmetic) -> Term:
        left, right = self._term(expr.left), self._term(expr.right)
        whole = Fraction(SHARE) ** (_shares(expr) + _shares(expr.right) - _shares(expr.left))
        if right.value is not None:
            if left.value is not None:
                return Term("", value=left.value * whole / right.value)
            return _scaled(left, whole / right.value)
        ratio = whole * right.scale
        if left.value is not None:
            ratio, above = ratio * left.value, ""
        else:
            ratio, above = ratio / left.scale, left.wrapped(PRODUCT)
        one = _times(above, ratio.numerator)
        return Term(f"Fraction({one}, {_times(right.wrapped(PRODUCT), ratio.denominator)})")


def _at(term: Term, scale: int, least: int) -> str:
    text = term.at(scale)
    if term.value is not None:
        return text if term.value >= 0 else f"({text})"
    return text if scale != term.scale else term.wrapped(least)


def _times(source: str, factor: int) -> str:
    if not source:
        return str(factor)
    return source if factor == 1 else f"{source} * {factor}"


def _scaled(term: Term, factor: Fraction) -> Term:
    """A figure times a constant."""
    if factor == 0:
        return Term("", value=Fraction(0))
    top, bottom = factor.numerator, factor.denominator * term.scale
    common = lcm(bottom, abs(top)) // abs(top)
    if bottom % abs(top) == 0:
        top, bottom = (1 if top > 0 else -1), common
    if top == 1:
        return Term(term.source, bottom, term.strength)
    return Term(f"{term.wrapped(PRODUCT)} * {top}", bottom, PRODUCT)


def _shares(expr: Expr) -> int:
    return 1 if expr.type.base == "percent" else 0


def _fraction(value: Fraction) -> str:
    return f"Fraction({value.numerator}, {value.denominator})"


def constant(expr: Literal) -> str:
    """The source of a constant that is no figure."""
    if expr.type.base == "date":
        return f"date({expr.value.year}, {expr.value.month}, {expr.value.day})"
    if expr.type.base == "instant":
        value = expr.value
        seconds = f", {value.second}" if value.second else ""
        return f"datetime({value.year}, {value.month}, {value.day}, {value.hour}, {value.minute}{seconds})"
    return repr(expr.value)


def paths(expr: Expr) -> Iterator[Path]:
    """Every path that a tree reads, in order, as often as it stands there."""
    return (part for part in walk(expr) if isinstance(part, Path))


def divisors(expr: Expr) -> Iterator[Expr]:
    """Every divisor that is no constant."""
    for part in walk(expr):
        if isinstance(part, Arithmetic) and part.op == "/" and next(paths(part.right), None):
            yield part.right

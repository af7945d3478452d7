"""A checked tree → an expression of PostgreSQL that `IS TRUE` exactly if the condition holds.

The three values of SQL are those of the language: a comparison with NULL is unknown, and `AND`, `OR` and `NOT` carry
that on. Figures are exact: `numeric` multiplies without loss, and quotients are multiplied out.

How values are kept, in the columns that `read` names:

| type | column |
|---|---|
| money | `numeric`, in the currency's major unit: `99.90` |
| percent | `numeric`, in per cent: `12.5` |
| number, integer | `numeric`; `integer` and `bigint` too for an integer |
| duration | minutes of working time, `integer` or `bigint` |
| flag | `boolean` |
| date, instant | `date`; `timestamp` without time zone, in the company's |
| text, enumeration, every name | `text` |
| `.role` of a person | `text[]`, all the roles held |
| reference | the key of the record, of any type |
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from crmdsl.conditions.ast import (
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Not,
    Or,
    Path,
    State,
)
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.moments import Moments
from crmdsl.conditions.ratios import SUM, Algebra, Ratio, decided
from crmdsl.conditions.sqltext import quoted
from crmdsl.conditions.types import FIGURES
from crmdsl.diagnostics import Message

COUNTED = frozenset({"integer", "duration"})
"""Kept in columns of whole numbers, whose products can overflow: they are cast before they are calculated with."""
SHARES = {"percent": Fraction(1, 100)}


def to_sql(
    expr: Expr, read: Callable[[Path], str], *, today: str, states: str, decimals: int = 2, day: int = 480
) -> str:
    """An expression that `IS TRUE` exactly if the condition holds. Raises `Inexpressible`.

    `read` gives what stands for a path: a column or an expression in parentheses, NULL if any part of the path is
    unknown. `today` stands for the date, `states` for the array of the active states; both may be parameters, typed
    (`CAST(:today AS date)`).
    Money has `decimals` decimals, a day of working time `day` minutes. Derived fields are read like others; see
    `crmdsl.conditions.derived` for writing them out. Nothing in a condition becomes SQL but as a quoted text.
    """
    return SqlPrinter(read, today=today, states=states, decimals=decimals, day=day).test(expr)


class SqlPrinter(Algebra):
    """Prints trees; what depends on the tables is a method to override."""

    def __init__(
        self, read: Callable[[Path], str], *, today: str, states: str, decimals: int = 2, day: int = 480
    ) -> None:
        self.read = read
        self.today = today
        self.states = states
        self.unit: int = 10**decimals
        self.day = day
        self.moments = Moments(self)

    def inside(self, state: str) -> str:
        """A test whether the case is in a state or in one inside it."""
        name, within = quoted(state), quoted(f"{state}.")
        test = f"active = {name} OR starts_with(active, {within})"
        return f"EXISTS (SELECT FROM unnest({self.states}) AS s(active) WHERE {test})"

    # conditions

    def test(self, expr: Expr) -> str:
        """The condition, true, false or NULL."""
        if isinstance(expr, Not):
            return f"NOT {self._part(expr.value)}"
        if isinstance(expr, (And, Or)):
            return (" AND " if isinstance(expr, And) else " OR ").join(self._part(part) for part in expr.parts)
        if isinstance(expr, Between):
            ends = ((">=", expr.low), ("<=", expr.high))
            return " AND ".join(self.compare_parts(op, expr.value, end) for op, end in ends)
        if isinstance(expr, In):
            return self._in(expr)
        if isinstance(expr, Known):
            return self._known(expr)
        if isinstance(expr, Compare):
            return self.compare_parts(expr.op, expr.left, expr.right)
        if isinstance(expr, Literal):
            return self.truth(bool(expr.value))
        return self._plain(expr)

    def _part(self, expr: Expr) -> str:
        text = self.test(expr)
        return text if isinstance(expr, (Path, Literal)) else f"({text})"

    def _known(self, expr: Known) -> str:
        path = expr.path
        if path.type.base in FIGURES and not isinstance(path, Path):
            ratio = self.ratio(path)
            source = " * ".join(f"({part})" for part in (ratio.above, ratio.below) if part) or "0"
        else:
            source = self._plain(path)
        return f"{source} IS {'NOT ' if expr.known else ''}NULL"

    def _in(self, expr: In) -> str:
        base = expr.value.type.base
        words = [choice for choice in expr.choices if isinstance(choice, Literal)]
        if not isinstance(expr.value, Path) or base in FIGURES | {"role", "flag"} or len(words) < len(expr.choices):
            each = (self.compare_parts("=", expr.value, choice) for choice in expr.choices)
            return " OR ".join(f"({text})" for text in each)
        return f"{self._plain(expr.value)} IN ({', '.join(self._plain(word) for word in words)})"

    def compare_parts(self, op: str, left: Expr, right: Expr) -> str:
        """`left op right`."""
        for state, other in ((left, right), (right, left)):
            if isinstance(state, State) and isinstance(other, Literal):
                return self.inside(other.value) if op == "=" else f"NOT {self.inside(other.value)}"
        base = left.type.base
        if base in FIGURES:
            return self.compare(op, *self._sides(left, right))
        if base == "role":
            return self._roles(op, left, right)
        if base == "flag":
            return self._flags(op, left, right)
        if base in ("date", "instant"):
            return self.moments.compare(op, left, right)
        if op not in ("=", "!="):
            return self._ranks(op, left, right)
        return f"{self._plain(left)} {self.sign(op)} {self._plain(right)}"

    def _sides(self, left: Expr, right: Expr) -> tuple[Ratio, Ratio]:
        """Both sides; a field that is only compared is not cast, so that an index on it serves."""
        one, two = self.ratio(left), self.ratio(right)
        if isinstance(left, Path) and two.constant:
            one = one._replace(above=self.read(left))
        if isinstance(right, Path) and one.constant:
            two = two._replace(above=self.read(right))
        return one, two

    def _roles(self, op: str, left: Expr, right: Expr) -> str:
        if isinstance(left, Literal):
            left, right = right, left
        held, other = self._plain(left), self._plain(right)
        if isinstance(right, Literal):
            return f"{other} = ANY ({held}::text[])" if op == "=" else f"{other} <> ALL ({held}::text[])"
        same = f"({held} @> {other} AND {held} <@ {other})"
        return same if op == "=" else f"NOT {same}"

    def _flags(self, op: str, left: Expr, right: Expr) -> str:
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Literal):
                return self.test(other) if side.value == (op == "=") else f"NOT {self._part(other)}"
        return f"{self._part(left)} {self.sign(op)} {self._part(right)}"

    def _ranks(self, op: str, left: Expr, right: Expr) -> str:
        """A comparison of an ordered enumeration: with a constant it is a choice of values."""
        values = left.type.values
        if isinstance(left, Literal) and isinstance(right, Literal):
            ranks = Fraction(values.index(left.value)), Fraction(values.index(right.value))
            return self.truth(decided(op, *ranks))
        for side, other, turned in ((left, right, True), (right, left, False)):
            if isinstance(side, Literal):
                rank = Fraction(values.index(side.value))
                pairs = ((value, Fraction(place)) for place, value in enumerate(values))
                fits = [value for value, at in pairs if decided(op, *((rank, at) if turned else (at, rank)))]
                return self._one_of(self._plain(other), fits)
        names = f"ARRAY[{', '.join(quoted(value) for value in values)}]"
        one, two = (f"array_position({names}, {self._plain(side)})" for side in (left, right))
        return f"{one} {self.sign(op)} {two}"

    def _one_of(self, source: str, values: list[str]) -> str:
        if not values:
            return f"{source} <> {source}"
        return f"{source} IN ({', '.join(quoted(value) for value in values)})"

    # values

    def _plain(self, expr: Expr) -> str:
        """A value that is no figure."""
        if isinstance(expr, Literal) and expr.type.base != "flag":
            return self.literal(expr)
        if isinstance(expr, Path):
            return self.read(expr)
        if expr.type.base in ("date", "instant"):
            return self.moments.source(expr)
        return f"({self.test(expr)})"

    def literal(self, expr: Literal) -> str:
        """A constant that is no figure."""
        if expr.type.base == "date":
            return f"DATE '{expr.value.isoformat()}'"
        if expr.type.base == "instant":
            return f"TIMESTAMP '{expr.value.isoformat(' ')}'"
        try:
            return quoted(expr.value)
        except ValueError:
            message = Message("PostgreSQL keeps no text with the character `U+0000`, nor one with half a character")
            raise Inexpressible(expr, message) from None

    def read_figure(self, path: Path) -> Ratio:
        """A figure as it is kept: money in major units."""
        base = path.type.base
        source = f"{self.read(path)}::numeric" if base in COUNTED else self.read(path)
        return Ratio(SHARES.get(base, Fraction(1)), source, span=None)

    def distance(self, expr: Arithmetic) -> Ratio:
        """The clock time between two dates or instants, in seconds."""
        return self.moments.distance(expr)

    def units(self, base: str) -> int:
        """Constants of money are in minor units, those of a percent in hundredths."""
        return {"money": self.unit, "percent": 10_000}.get(base, 1)

    # how PostgreSQL writes it

    def nonzero(self, source: str) -> str:
        """A divisor, NULL where it is zero."""
        return f"NULLIF({source}, 0)"

    def sign(self, op: str) -> str:
        """How a comparison is written."""
        return "<>" if op == "!=" else op

    def truth(self, value: bool) -> str:
        """A condition that always holds, or never."""
        return "TRUE" if value else "FALSE"

    def against(self, one: Ratio, op: str, value: Fraction) -> str:
        """A comparison with a constant, as a decimal where it is one."""
        decimal = as_decimal(value)
        if decimal is None:
            return super().against(one, op, value)
        return f"{self.scaled(one, 1, SUM)} {self.sign(op)} {decimal}"


def as_decimal(value: Fraction) -> str | None:
    """A fraction written with decimals, `None` if it has no end."""
    bottom, places = value.denominator, 0
    while bottom % 10 == 0:
        bottom //= 10
        places += 1
    twos = fives = 0
    while bottom % 2 == 0:
        bottom //= 2
        twos += 1
    while bottom % 5 == 0:
        bottom //= 5
        fives += 1
    if bottom != 1:
        return None
    places += max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"(-{text})" if value < 0 else text

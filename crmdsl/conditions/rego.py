"""A checked tree → data for a fixed policy of Rego: alternatives, each a list of tests all of which hold.

Rego has no recursion, so a condition is not walked there but written out: `[[test, …], …]`, one alternative of which
must hold throughout; none is never, an empty one is always. A test holds only where all that it reads is known, and its
denial is a test of its own. A figure is compared as a polynomial with zero, in whole numbers. How values are told:

| type | value |
|---|---|
| money, percent, integer, duration | whole numbers: minor units, hundredths of a per cent, minutes of working time |
| date, instant | whole days, and milliseconds of local time, since 1970 |
| flag, text, enumeration, all names | as JSON has them; a person's roles are an array |
| reference | the fields of the record |

A value to be read is `{"root": …, "path": […], "ask": …}`: `root` is `record actor requester today`, `path` leads
through fields, and `ask` is what is asked of the person or unit there: `role unit territory kind unit_kind` or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import product
from math import floor
from typing import Any, NamedTuple

from crmdsl.conditions.ast import (
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Negate,
    Not,
    Or,
    Path,
    State,
    Today,
    walk,
)
from crmdsl.conditions.cedar import DAY, DAYS, LARGEST, LONG, Bounds
from crmdsl.conditions.facts import DENIED
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.polynomials import (
    Polynomial,
    Quotient,
    calculated,
    constant,
    difference,
    greatest,
    variable,
    whole,
)
from crmdsl.conditions.types import FIGURES
from crmdsl.diagnostics import Message

MOST = 1_000
"""Alternatives of a condition."""
COUNTED = FIGURES | {"date", "instant"}
UNIX = date(1970, 1, 1)
MILLISECOND = timedelta(milliseconds=1)
UNITS = {"percent": Fraction(1, 10_000), "date": Fraction(DAY), "instant": Fraction(1, 1000)}
"""What one of what is told makes of the unit that is calculated in: of dates and instants, seconds."""
Test = dict[str, Any]
Alternatives = list[list[Test]]
ALWAYS: Alternatives = [[]]
NEVER: Alternatives = []


class Value(NamedTuple):
    """What is read."""

    root: str
    path: tuple[str, ...] = ()
    ask: str = ""

    def told(self) -> dict[str, Any]:
        """As data."""
        return {"root": self.root, "path": list(self.path), "ask": self.ask}


def to_rego(
    expr: Expr,
    kind: Callable[[Path], tuple[int, str]],
    bounds: Callable[[Path], Bounds] = lambda _path: (None, None),
    *,
    day: int = 480,
) -> Alternatives:
    """The alternatives of a condition. Raises `Inexpressible`.

    `kind` says of a path of a record how many of its parts are fields, and the type of the last of these; `bounds` are
    as for `crmdsl.conditions.cedar.to_cedar`. Derived fields are written out before.
    """
    return RegoPrinter(kind, bounds, day=day).tested(expr, True)


class RegoPrinter:
    """Writes trees out."""

    def __init__(
        self, kind: Callable[[Path], tuple[int, str]], bounds: Callable[[Path], Bounds], *, day: int = 480
    ) -> None:
        self.kind = kind
        self.bounds = bounds
        self.day = day
        self.most: dict[Any, int] = {}

    # conditions

    def tested(self, expr: Expr, positive: bool) -> Alternatives:
        """The alternatives in which a condition holds, or in which it surely does not."""
        if isinstance(expr, Not):
            return self.tested(expr.value, not positive)
        if isinstance(expr, (And, Or)):
            parts = [self.tested(part, positive) for part in expr.parts]
            return self.every(expr, parts) if isinstance(expr, And) == positive else some(parts)
        if isinstance(expr, Between):
            low = Compare(expr.start, expr.end, expr.type, ">=", expr.value, expr.low)
            high = Compare(expr.start, expr.end, expr.type, "<=", expr.value, expr.high)
            ends = [self.tested(end, positive) for end in (low, high)]
            return self.every(expr, ends) if positive else some(ends)
        if isinstance(expr, In):
            return self.chosen(expr, positive)
        if isinstance(expr, Known):
            return self.known(expr, positive)
        if isinstance(expr, Compare):
            return self.compared(expr, positive)
        if isinstance(expr, Literal):
            return ALWAYS if expr.value == positive else NEVER
        return [[{"test": "in", "value": self.value(expr).told(), "among": [positive]}]]

    def every(self, expr: Expr, parts: list[Alternatives]) -> Alternatives:
        """All of some conditions."""
        count = 1
        for part in parts:
            count *= len(part)
        if count > MOST:
            message = Message("written out, this has more than {most} alternatives; Rego knows no recursion", most=MOST)
            raise Inexpressible(expr, message)
        return some([[once([test for tests in found for test in tests])] for found in product(*parts)])

    def known(self, expr: Known, positive: bool) -> Alternatives:
        """`is known` and `is missing`."""
        if not isinstance(expr.path, Path) and expr.path.type.base == "flag":
            surely = some([self.tested(expr.path, True), self.tested(expr.path, False)])
            if expr.known == positive:
                return surely
            raise Inexpressible(expr, Message("Rego is not told that a condition cannot be decided"))
        if expr.known == positive:
            return [once([*self.read(expr.path), *self.nonzero(expr.path)])]
        missing: Alternatives = [[{"test": "missing", "value": test["value"]}] for test in self.read(expr.path)]
        zero: Alternatives = [[test | {"op": "="}] for test in self.nonzero(expr.path)]
        return some([missing, zero])

    def read(self, expr: Expr) -> list[Test]:
        """That all that an expression reads is known."""
        paths = (part for part in walk(expr) if isinstance(part, Path))
        return once([{"test": "known", "value": self.value(path).told()} for path in paths])

    def nonzero(self, expr: Expr) -> list[Test]:
        """That nothing is divided by zero in it."""
        if expr.type.base not in COUNTED:
            return []
        return [self.figures("!=", one, expr) for one in self.quotient(expr).nonzero]

    def chosen(self, expr: In, positive: bool) -> Alternatives:
        """`x in A | B`."""
        words = [choice.value for choice in expr.choices if isinstance(choice, Literal)]
        plain = isinstance(expr.value, Path) and expr.value.type.base not in COUNTED | {"role", "flag"}
        if plain and len(words) == len(expr.choices):
            return [[self.among(expr.value, words, positive)]]
        each = [
            self.tested(Compare(expr.start, expr.end, expr.type, "=", expr.value, one), positive)
            for one in expr.choices
        ]  # fmt: skip
        return some(each) if positive else self.every(expr, each)

    def among(self, value: Expr, words: list[str], positive: bool) -> Test:
        """That a value is one of some words, or is known and none of them."""
        if any("\ud800" <= char <= "\udfff" for word in words for char in word):
            raise Inexpressible(value, Message("JSON keeps no text with half a character"))
        return {"test": "in" if positive else "out", "value": self.value(value).told(), "among": words}

    def compared(self, expr: Compare, positive: bool) -> Alternatives:
        """A comparison."""
        op, left, right = (expr.op if positive else DENIED[expr.op]), expr.left, expr.right
        for state, other in ((left, right), (right, left)):
            if isinstance(state, State) and isinstance(other, Literal):
                return [[{"test": "inside" if op == "=" else "outside", "state": other.value}]]
        base = left.type.base
        if base in COUNTED:
            return self.counted(expr, op)
        if base == "flag":
            return self.flags(expr, positive)
        if base == "enum" and op not in ("=", "!="):
            return self.ranks(op, left, right)
        for word, value in ((left, right), (right, left)):
            if isinstance(word, Literal) and isinstance(value, Literal):
                return ALWAYS if (left.value == right.value) == (op == "=") else NEVER  # type: ignore[attr-defined]
            if isinstance(word, Literal) and base == "role":
                test = {"test": "has" if op == "=" else "lacks", "value": self.value(value).told(), "role": word.value}
                return [[test]]
            if isinstance(word, Literal):
                return [[self.among(value, [word.value], op == "=")]]
        kind = "roles" if base == "role" else "record" if base == "reference" else "plain"
        if kind == "record":
            raise Inexpressible(expr, Message("engines are told the fields of a record, and not which record it is"))
        values = {"left": self.value(left).told(), "right": self.value(right).told()}
        return [[{"test": "same" if op == "=" else "differs", "kind": kind} | values]]

    def flags(self, expr: Compare, positive: bool) -> Alternatives:
        """Two conditions that are known and both hold or both do not, or that differ."""
        same = (expr.op == "=") == positive
        cases = []
        for value in (True, False):
            left = self.tested(expr.left, value)
            cases.append(self.every(expr, [left, self.tested(expr.right, value == same)]))
        return some(cases)

    def ranks(self, op: str, left: Expr, right: Expr) -> Alternatives:
        """A comparison of an ordered enumeration: with a constant it is a choice of values."""
        values = left.type.values
        ranks = {value: rank for rank, value in enumerate(values)}
        if isinstance(left, Literal) and isinstance(right, Literal):
            return ALWAYS if fits(op, ranks[left.value], ranks[right.value]) else NEVER
        if isinstance(right, Literal):
            return [[self.among(left, [one for one in values if fits(op, ranks[one], ranks[right.value])], True)]]
        if isinstance(left, Literal):
            return [[self.among(right, [one for one in values if fits(op, ranks[left.value], ranks[one])], True)]]
        values_of = {"left": self.value(left).told(), "right": self.value(right).told()}
        return [[{"test": "ranks", "op": op, "ranks": ranks} | values_of]]

    # figures

    def counted(self, expr: Compare, op: str) -> Alternatives:
        """A comparison of figures, or of dates."""
        one, two = self.quotient(expr.left), self.quotient(expr.right)
        apart = difference(one, two, ordered=op not in ("=", "!="))
        guards = [self.figures("!=", polynomial, expr) for polynomial in (*one.nonzero, *two.nonzero)]
        asked = [read for found in (apart, *one.nonzero, *two.nonzero) for term in found for read in term]
        told = [read.told() for read in asked if isinstance(read, Value)]
        cancelled = [test for test in self.read(expr) if test["value"] not in told]  # unknown, though it counts nothing
        return [once([*cancelled, *guards, self.figures(op, apart, expr)])]

    def figures(self, op: str, polynomial: Polynomial, expr: Expr) -> Test:
        """That a polynomial compares so with zero."""
        found = whole(polynomial)
        if greatest(found, self.most) > LONG:
            raise Inexpressible(expr, Message("what this calculates may be beyond 64 bits, which Rego keeps exactly"))
        terms = [{"times": count, "of": [read.told() for read in term]} for term, count in found.items()]  # type: ignore[attr-defined]
        return {"test": "figures", "op": op, "sum": terms}

    def quotient(self, expr: Expr) -> Quotient:
        """A figure: a percent as a share of one, working time in minutes, dates and clock time in seconds."""
        if isinstance(expr, Literal):
            return constant(self._constant(expr))
        if isinstance(expr, (Path, Today)):
            return self._read(expr)
        if isinstance(expr, Negate):
            return calculated("*", constant(-1), self.quotient(expr.value))
        if not isinstance(expr, Arithmetic):
            raise TypeError(expr)
        if expr.type.base in UNITS.keys() - {"percent"}:
            return self._moved(expr)
        return calculated(expr.op, self.quotient(expr.left), self.quotient(expr.right))

    def _constant(self, expr: Literal) -> Fraction:
        base, value = expr.type.base, expr.value
        if base == "duration":
            return Fraction(value.total_minutes(self.day))
        if base == "elapsed":
            return Fraction(value.total_minutes() * 60)
        if base in ("date", "instant"):
            return Fraction(told(value)) * UNITS[base]
        return Fraction(value) * UNITS.get(base, 1)

    def _read(self, expr: Path | Today) -> Quotient:
        base = expr.type.base
        if base == "number":
            raise Inexpressible(expr, Message("Rego has no exact decimals: `number` cannot be said in it"))
        value = self.value(expr)
        most = {"date": 3 * DAYS, "instant": 3 * DAYS * DAY * 1000}.get(base, LARGEST)
        if isinstance(expr, Path) and base not in ("date", "instant"):
            low, high = self.bounds(expr)
            most = max(LARGEST if low is None else abs(low), LARGEST if high is None else abs(high))
        self.most[value] = most
        return variable(value, UNITS.get(base, 1))

    def _moved(self, expr: Arithmetic) -> Quotient:
        """A date moved by whole days of constant clock time, rounded down; an instant by microseconds."""
        moment, time = (expr.right, expr.left) if expr.left.type.base == "elapsed" else (expr.left, expr.right)
        by = self.quotient(time)
        if any(by.above.keys() | by.below.keys()):
            raise Inexpressible(time, Message("Rego cannot move a date by a time that is not constant"))
        seconds = by.above.get((), Fraction(0)) / by.below[()]
        step = Fraction(DAY) if expr.type.base == "date" else Fraction(1, 1_000_000)
        return calculated(expr.op, self.quotient(moment), constant(floor(seconds / step) * step))

    # values

    def value(self, expr: Expr) -> Value:
        """What is read of a path, or the day."""
        if isinstance(expr, Today):
            return Value("today")
        if not isinstance(expr, Path):
            raise TypeError(expr)
        if expr.root != "record":
            return Value(expr.root, (), asked(expr.parts, "person"))
        count, base = self.kind(expr)
        return Value("record", expr.parts[:count], asked(expr.parts[count:], base))


def asked(parts: tuple[str, ...], base: str) -> str:
    """What is asked of a person or a unit."""
    if not parts:
        return ""
    first, *more = parts
    return "unit_kind" if more else "kind" if base == "unit" else first


def told(value: date) -> int:
    """A date in days, an instant in milliseconds since 1970."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1)) // MILLISECOND  # noqa: DTZ001 - local time
    return (value - UNIX).days


def fits(op: str, left: int, right: int) -> bool:
    """A comparison of ranks."""
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]


def some(parts: list[Alternatives]) -> Alternatives:
    """One of some conditions."""
    return once([tests for part in parts for tests in part])


def once(items: list[Any]) -> list[Any]:
    """Each but once, in order."""
    return [item for place, item in enumerate(items) if item not in items[:place]]

"""A checked tree → an expression of Cedar that is true exactly if the condition surely holds, and never fails.

Cedar has whole numbers of 64 bits and `+ - *`: constants are multiplied out, and what it cannot say exactly is
refused. How values are kept, in attributes that are absent where the value is unknown:

| type | attribute |
|---|---|
| money, percent | `Long`: minor units, hundredths of a per cent |
| integer, duration | `Long`; a duration in minutes of working time |
| flag, text, enumeration, kind of unit | `Bool`, `String` |
| date, instant | `datetime`: the day at midnight, the company's local time, both written as UTC |
| person, unit, territory, channel, product line | `Person::"anna"`, `Unit::"agents"`, ...; a person's `role` is a set |
| reference | the entity of the record |

`resource` is the record, `context.actor` and `context.requester` are persons, `context.today` the day, and
`context.states` the active states with all that they are inside of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from crmdsl.conditions.ast import Arithmetic, Compare, Expr, In, Literal, Path, State, Today
from crmdsl.conditions.facts import DENIED
from crmdsl.conditions.guarded import GuardedPrinter
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.python import divisors, paths
from crmdsl.conditions.ratios import ATOM, Algebra, Ratio, decided
from crmdsl.conditions.types import FIGURES
from crmdsl.diagnostics import Message

LARGEST = 10**14
"""Figures without a bound of their own are at most so large: a trillion, where a unit has a hundred parts."""
LONG = 2**63 - 1
DAYS = 3_652_059
"""Days of the calendar, from year 1 to 9999."""
DAY = 86_400
ENTITIES = {
    "person": "Person", "unit": "Unit", "territory": "Territory", "channel": "Channel", "product_line": "ProductLine",
}  # fmt: skip
ROOTS = {"record": "resource", "actor": "context.actor", "requester": "context.requester"}
RESERVED = frozenset({"true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"})
Bounds = tuple[int | None, int | None]


def to_cedar(
    expr: Expr, bounds: Callable[[Path], Bounds] = lambda _path: (None, None), *, day: int = 480, namespace: str = ""
) -> str:
    """An expression that is true exactly if the condition holds. Raises `Inexpressible`.

    `bounds` gives the least and the greatest value of a figure as kept; where it has none, it is at most `LARGEST`
    (whoever fills attributes holds to that). No calculation within these leaves 64 bits, or it is refused. Derived
    fields are read like others; see `crmdsl.conditions.derived` for writing them out.
    """
    return CedarPrinter(bounds, day=day, namespace=namespace).test(expr)


NO_NUMBERS = Message("Cedar has no decimals to calculate with: `number` cannot be said in it")


class CedarPrinter(GuardedPrinter, Algebra):
    """Prints trees; what depends on the schema is a method to override."""

    AND = " && "
    OR = " || "

    def __init__(self, bounds: Callable[[Path], Bounds], *, day: int = 480, namespace: str = "") -> None:
        self.bounds = bounds
        self.day = day
        self.prefix = f"{namespace}::" if namespace else ""
        self.part: Expr | None = None

    def inside(self, state: str) -> str:
        """A test whether the case is in a state or in one inside it."""
        return f"context.states.contains({quoted(state)})"

    def today(self) -> str:
        """The day."""
        return "context.today"

    def root(self, path: Path) -> str:
        """What a path starts from."""
        return ROOTS[path.root]

    def known_root(self, path: Path) -> str:
        """The test that it is known; empty where it always is."""
        return "" if path.root == "record" else f"context has {path.root}"

    def read(self, path: Path) -> str:
        """The value of a path that is known."""
        found = self.root(path)
        for part in path.parts:
            found += f'["{part}"]' if part in RESERVED else f".{part}"
        return found

    def known(self, path: Path) -> Iterator[str]:
        """Tests that together say that a path is known."""
        if path.type.base == "number":  # is not told at all, so that it would seem to be missing
            raise Inexpressible(path, NO_NUMBERS)
        known = self.known_root(path)
        if known:
            yield known
        for count, part in enumerate(path.parts):
            name = f'"{part}"' if part in RESERVED else part
            yield f"{self.read(replace(path, parts=path.parts[:count]))} has {name}"

    def guards(self, parts: tuple[Expr, ...]) -> Iterator[str]:
        """Tests that together say that the values of some expressions are known."""
        for part in parts:
            for path in paths(part):
                yield from self.known(path)
            for divisor in divisors(part):
                raise Inexpressible(divisor, Message("Cedar cannot divide by something that is not constant"))

    # conditions

    def truth(self, value: bool) -> str:
        """A condition that always holds, or never."""
        return "true" if value else "false"

    def denied(self, guards: list[str]) -> str:
        """That some tests do not all hold: denied as a whole, which is how the validator follows it."""
        return f"!({' && '.join(guards)})" if guards else ""

    def flag(self, expr: Expr, positive: bool) -> str:
        """A test of a flag that is known."""
        return self._plain(expr) if positive else f"!{self._plain(expr)}"

    def chosen(self, expr: In, positive: bool, known: set[str]) -> str:
        """`x in A | B` of words: one test for all of them."""
        if not isinstance(expr.value, Path) or expr.value.type.base in FIGURES | {"role", "flag", "date", "instant"}:
            return ""
        if not all(isinstance(choice, Literal) for choice in expr.choices):
            return ""
        words = [self._plain(choice) for choice in expr.choices]
        return self.guarded((expr.value,), self._one_of(self._plain(expr.value), words, positive), known)

    def compared(self, expr: Compare, positive: bool, known: set[str]) -> str:
        """A comparison."""
        op, left, right = (expr.op if positive else DENIED[expr.op]), expr.left, expr.right
        for state, other in ((left, right), (right, left)):
            if isinstance(state, State) and isinstance(other, Literal):
                return self.inside(other.value) if op == "=" else f"!{self.inside(other.value)}"
        if left.type.base == "flag":
            return self.same_flags(expr, positive, known)
        return self.guarded((left, right), self._test_of(expr, op, left, right), known)

    def _test_of(self, expr: Expr, op: str, left: Expr, right: Expr) -> str:
        base = left.type.base
        if base in FIGURES:
            self.part = expr
            return self.compare(op, self.ratio(left), self.ratio(right))
        if base == "role":
            return self._roles(op, left, right)
        if base == "enum" and op not in ("=", "!="):
            return self._ranks(op, left, right)
        return f"{self._plain(left)} {self.sign(op)} {self._plain(right)}"

    def _one_of(self, source: str, words: list[str], positive: bool = True) -> str:
        if not words:
            return self.truth(not positive)
        return f"{'' if positive else '!'}[{', '.join(words)}].contains({source})"

    def _roles(self, op: str, left: Expr, right: Expr) -> str:
        if isinstance(left, Literal):
            left, right = right, left
        if isinstance(right, Literal):
            return f"{'' if op == '=' else '!'}{self._plain(left)}.contains({self._plain(right)})"
        return f"{self._plain(left)} {self.sign(op)} {self._plain(right)}"

    def _ranks(self, op: str, left: Expr, right: Expr) -> str:
        """A comparison of an ordered enumeration: with a constant it is a choice of values."""
        values = left.type.values
        if isinstance(left, Literal) and isinstance(right, Literal):
            return self.truth(decided(op, Fraction(values.index(left.value)), Fraction(values.index(right.value))))
        for side, other, turned in ((left, right, True), (right, left, False)):
            if isinstance(side, Literal):
                rank = Fraction(values.index(side.value))
                pairs = ((value, Fraction(place)) for place, value in enumerate(values))
                fits = [value for value, at in pairs if decided(op, *((rank, at) if turned else (at, rank)))]
                return self._one_of(self._plain(other), [quoted(value) for value in fits])
        return f"{self._rank(left)} {self.sign(op)} {self._rank(right)}"

    def _rank(self, expr: Expr) -> str:
        source = self._plain(expr)
        steps = (f"if {source} == {quoted(value)} then {place} else " for place, value in enumerate(expr.type.values))
        return f"({''.join(steps)}{len(expr.type.values)})"

    # values

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
        raise TypeError(expr)

    def literal(self, expr: Literal) -> str:
        """A constant that is no figure."""
        base = expr.type.base
        if base == "date":
            return f'datetime("{expr.value.isoformat()}")'
        if base == "instant":
            return f'datetime("{expr.value.isoformat(timespec="milliseconds")}Z")'
        if any("\ud800" <= char <= "\udfff" for char in expr.value):
            raise Inexpressible(expr, Message("Cedar keeps no text with half a character"))
        return f"{self.prefix}{ENTITIES[base]}::{quoted(expr.value)}" if base in ENTITIES else quoted(expr.value)

    def _moved(self, expr: Arithmetic) -> str:
        """A date or an instant, moved by constant clock time."""
        moment, time = (expr.right, expr.left) if expr.left.type.base == "elapsed" else (expr.left, expr.right)
        by = self.ratio(time)
        unit, length = ("d", Fraction(DAY)) if expr.type.base == "date" else ("ms", Fraction(1, 1000))
        count = Fraction(floor(by.factor / DAY)) if unit == "d" else by.factor / length
        if not by.constant or count.denominator != 1:
            raise Inexpressible(time, Message("Cedar cannot move a date by a time that is not constant"))
        if abs(by.factor) > 1_000_000 * DAY:
            raise Inexpressible(time, Message("a date moved by more than a million days is beyond every calendar"))
        moved = int(count if expr.op == "+" else -count)
        return f'{self._plain(moment)}.offset(duration("{moved}{unit}"))'

    def read_figure(self, path: Path) -> Ratio:
        """A figure as it is kept: money in minor units."""
        base = path.type.base
        if base == "number":
            raise Inexpressible(path, NO_NUMBERS)
        low, high = self.bounds(path)
        span = -LARGEST if low is None else low, LARGEST if high is None else high
        return Ratio(Fraction(1, self.units(base)), self.read(path), "", ATOM, span)

    def units(self, base: str) -> int:
        """A percent is kept in hundredths."""
        return 10_000 if base == "percent" else 1

    def distance(self, expr: Arithmetic) -> Ratio:
        """The clock time between two dates or instants, in seconds."""
        apart = f"{self._plain(expr.left)}.durationSince({self._plain(expr.right)})"
        if expr.left.type.base == "date":
            return Ratio(Fraction(DAY), f"{apart}.toDays()", "", ATOM, (-3 * DAYS, 3 * DAYS))
        most = 3 * DAYS * DAY * 1000
        return Ratio(Fraction(1, 1000), f"{apart}.toMilliseconds()", "", ATOM, (-most, most))

    # how Cedar writes it

    def nonzero(self, source: str) -> str:
        """A divisor: there is no division."""
        raise Inexpressible(self._at(), Message("Cedar cannot divide by something that is not constant"))

    def fits(self, size: int) -> None:
        """Refuse an intermediate result that may not fit 64 bits."""
        if size > LONG:
            raise Inexpressible(self._at(), Message("what this calculates may be beyond the 64 bits of Cedar"))

    def _at(self) -> Expr:
        if self.part is None:
            raise TypeError
        return self.part

    def sign(self, op: str) -> str:
        """How a comparison is written."""
        return "==" if op == "=" else op

    def against(self, one: Ratio, op: str, value: Fraction) -> str:
        """A comparison of a whole number with a constant, rounded so that it means the same."""
        if abs(value) > LONG:
            return self.truth(decided(op, Fraction(0), value))
        if value.denominator != 1 and op in ("=", "!="):
            return self.truth(op == "!=")
        bound = ceil(value) if op in ("<", ">=") else floor(value)
        return f"{one.above} {self.sign(op)} {bound}"


def quoted(text: str) -> str:
    """A text as a constant that nothing can get out of."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\u{{{ord(char):x}}}"

"""A checked tree → SMT-LIB 2 (Barrett, Fontaine, Tinelli, *The SMT-LIB Standard*, 2.6), for z3, cvc5 and the like.

Nothing is unknown to a solver, so each value that may be missing has a second constant that tells whether it is known.
A condition is printed as the term that it surely holds, and where that is needed as the one that it surely does not:
a comparison with something unknown is neither.

How values are kept, in constants called by their path (`|customer.rating|`, those of persons `|@requester.unit|`):

| type | constant |
|---|---|
| money, percent | `Int`, in minor units; in hundredths of a per cent |
| integer, number | `Int`, `Real` |
| duration | `Int`, minutes of working time |
| flag | `Bool` |
| date, instant | `Int`: days, 0001-01-01 being 1; seconds since the beginning of that day |
| text, enumeration, every name, the key of a reference | `String` |
| `.role` of a person | `(Array String Bool)`, true for all the roles held |

Each part of a path has a constant `|customer known|` of its own. `today` is `|@today|`; `(|@state| "s")` tells whether
the case is in a state or inside of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
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
    Negate,
    Not,
    Or,
    Path,
    State,
    Today,
)
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.ratios import decided
from crmdsl.conditions.types import FIGURES
from crmdsl.diagnostics import Message

SORTS = {"flag": "Bool", "number": "Real", "role": "(Array String Bool)", "date": "Int", "instant": "Int"}
DAY = 86_400
LAST_CHARACTER = 0x2FFFF
TODAY = "|@today|"


@dataclass(frozen=True, slots=True)
class Script:
    """A condition for a solver: what its constants are, what it is built of, and the term that it surely holds."""

    declarations: tuple[str, ...]
    definitions: tuple[str, ...]
    test: str

    @property
    def text(self) -> str:
        """The whole, with the assertion that the condition holds."""
        return "\n".join((*self.declarations, *self.definitions, f"(assert {self.test})", ""))


def to_smtlib(expr: Expr, *, day: int = 480) -> Script:
    """A script that a solver finds satisfiable exactly if some values make the condition hold. Raises `Inexpressible`.

    A day of working time has `day` minutes. Derived fields are constants like others; see `crmdsl.conditions.derived`
    for writing them out. What values a field can have is not said: bounds and enumerations are the caller's.
    """
    printer = SmtPrinter(day)
    test = printer.test(expr, True)
    return Script(tuple(printer.declared.values()), tuple(printer.defined), test)


class SmtPrinter:
    """Prints terms, and gathers the constants that stand in them."""

    def __init__(self, day: int) -> None:
        self.day = day
        self.declared: dict[str, str] = {}
        self.defined: list[str] = []
        self._named: dict[int, tuple[Expr, str, str]] = {}

    # conditions

    def test(self, expr: Expr, positive: bool) -> str:
        """The term that a condition surely holds, or surely does not."""
        if isinstance(expr, Not):
            return self.test(expr.value, not positive)
        if isinstance(expr, And | Or):
            return joined("and" if isinstance(expr, And) == positive else "or", [self.test(part, positive) for part in
                          expr.parts])  # fmt: skip
        if isinstance(expr, Between):
            ends = ((">=", expr.low), ("<=", expr.high))
            both = [self.test(Compare(0, 0, expr.type, op, expr.value, end), positive) for op, end in ends]
            return joined("and" if positive else "or", both)
        if isinstance(expr, In):
            each = [self.test(Compare(0, 0, expr.type, "=", expr.value, one), positive) for one in expr.choices]
            return joined("or" if positive else "and", each)
        if isinstance(expr, Known):
            known = joined("and", self.known(expr.path))
            return known if expr.known == positive else f"(not {known})"
        if isinstance(expr, Compare):
            return self._compared(expr, positive)
        if isinstance(expr, Literal):
            return "true" if expr.value == positive else "false"
        value = self._read(expr) if isinstance(expr, Path) else ""
        return joined("and", [*self.known(expr), value if positive else f"(not {value})"])

    def _compared(self, expr: Compare, positive: bool) -> str:
        left, right = expr.left, expr.right
        for state, other in ((left, right), (right, left)):
            if isinstance(state, State) and isinstance(other, Literal):
                self.declared.setdefault("@state", "(declare-fun |@state| (String) Bool)")
                inside = f"(|@state| {quoted(other)})"
                return inside if (expr.op == "=") == positive else f"(not {inside})"
        if left.type.base == "flag":
            return self._flags(left, right, (expr.op == "=") == positive)
        guards = [*self.known(left), *self.known(right)]
        return joined("and", [*dict.fromkeys(guards), self._plainly(expr.op, left, right, positive)])

    def _plainly(self, op: str, left: Expr, right: Expr, positive: bool) -> str:
        """A comparison of what is known."""
        base = left.type.base
        if base in FIGURES:
            term = compared(op, self.figure(left), self.figure(right))
        elif base in ("date", "instant"):
            term = compared(op, self.moment(left), self.moment(right))
        elif base == "role":
            term = self._roles(op, left, right)
        elif op in ("=", "!="):
            term = compared(op, self._word(left), self._word(right))
        else:
            term = self._ranks(op, left, right)
        return term if positive else f"(not {term})"

    def _flags(self, left: Expr, right: Expr, alike: bool) -> str:
        """Whether two flags are surely the same, or surely not."""
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Literal):
                return self.test(other, bool(side.value) == alike)
        (one, not_one), (two, not_two) = self._both(left), self._both(right)
        if not alike:
            two, not_two = not_two, two
        return f"(or (and {one} {two}) (and {not_one} {not_two}))"

    def _both(self, expr: Expr) -> tuple[str, str]:
        """A condition and its denial by names, since both stand twice: a long row of `=` would double each time."""
        if id(expr) not in self._named:
            names = []
            for positive in (True, False):
                term = self.test(expr, positive)
                names.append(f"|@{len(self.defined)}|")
                self.defined.append(f"(define-fun {names[-1]} () Bool {term})")
            self._named[id(expr)] = expr, names[0], names[1]
        return self._named[id(expr)][1:]

    def _roles(self, op: str, left: Expr, right: Expr) -> str:
        if isinstance(left, Literal):
            left, right = right, left
        held = self._word(left)
        same = f"(select {held} {quoted(right)})" if isinstance(right, Literal) else f"(= {held} {self._word(right)})"
        return same if op == "=" else f"(not {same})"

    def _ranks(self, op: str, left: Expr, right: Expr) -> str:
        """A comparison of an ordered enumeration: the values of the one that go with each of the other."""
        values = left.type.values or right.type.values
        ranks = {value: Fraction(place) for place, value in enumerate(values)}
        found = []
        for value, rank in ranks.items():
            fits = [other for other, at in ranks.items() if decided(op, rank, at)]
            choice = joined("or", [f"(= {self._word(right)} {quoted_text(other)})" for other in fits])
            found.append(joined("and", [f"(= {self._word(left)} {quoted_text(value)})", choice]))
        return joined("or", found)

    # values

    def known(self, expr: Expr) -> list[str]:
        """The terms that together say that a value is known."""
        if isinstance(expr, Path):
            parts = (f"@{expr.root}", *expr.parts) if expr.root != "record" else expr.parts
            names = [f"|{'.'.join(parts[:count])} known|" for count in range(1, len(parts) + 1)]
            for name in names:
                self.declared.setdefault(name, f"(declare-const {name} Bool)")
            return names
        if isinstance(expr, Literal | Today | State):
            return []
        if isinstance(expr, Negate):
            return self.known(expr.value)
        if isinstance(expr, Arithmetic):
            found = [*self.known(expr.left), *self.known(expr.right)]
            divisor = [f"(not (= {self.figure(expr.right)} 0.0))"] if expr.op == "/" else []
            return list(dict.fromkeys([*found, *divisor]))
        return [joined("or", [*self._both(expr)])]

    def _read(self, path: Path) -> str:
        parts = (f"@{path.root}", *path.parts) if path.root != "record" else path.parts
        name = f"|{'.'.join(parts)}|"
        base = path.type.base
        sort = SORTS.get(base, "Int" if base in FIGURES else "String")
        self.declared.setdefault(name, f"(declare-const {name} {sort})")
        return name

    def _word(self, expr: Expr) -> str:
        """A name, a text, a key, or the roles of a person."""
        return self._read(expr) if isinstance(expr, Path) else quoted(expr)

    def figure(self, expr: Expr) -> str:
        """A figure, exact: money in minor units, a percent as a share of one, clock time in seconds."""
        if isinstance(expr, Literal):
            return exact(self._constant(expr))
        if isinstance(expr, Path):
            name, base = self._read(expr), expr.type.base
            term = name if base == "number" else f"(to_real {name})"
            return f"(/ {term} 10000.0)" if base == "percent" else term
        if isinstance(expr, Negate):
            return f"(- {self.figure(expr.value)})"
        if not isinstance(expr, Arithmetic):
            raise TypeError(expr)
        if expr.left.type.base in ("date", "instant"):
            apart = f"(- {self.moment(expr.left)} {self.moment(expr.right)})"
            return f"(* {DAY}.0 {apart})" if expr.left.type.base == "date" else apart
        return f"({expr.op} {self.figure(expr.left)} {self.figure(expr.right)})"

    def _constant(self, expr: Literal) -> Fraction:
        base = expr.type.base
        if base in ("duration", "elapsed"):
            return Fraction(expr.value.total_minutes(self.day) * (60 if expr.value.elapsed else 1))
        return Fraction(expr.value) / (10_000 if base == "percent" else 1)

    def moment(self, expr: Expr) -> str:
        """A date in days or an instant in seconds; a date is moved by whole days, rounded down."""
        if isinstance(expr, Today):
            self.declared.setdefault(TODAY, f"(declare-const {TODAY} Int)")
            return f"(to_real {TODAY})"
        if isinstance(expr, Path):
            return f"(to_real {self._read(expr)})"
        if isinstance(expr, Literal):
            return exact(Fraction(counted(expr.value)))
        if not isinstance(expr, Arithmetic):
            raise TypeError(expr)
        moved, by = (expr.right, expr.left) if expr.left.type.base == "elapsed" else (expr.left, expr.right)
        time = self.figure(by)
        if expr.type.base == "date":
            time = f"(to_real (to_int (/ {time} {DAY}.0)))"
        return f"({expr.op} {self.moment(moved)} {time})"


def counted(value: date) -> int:
    """A date or an instant as its constant counts."""
    if not isinstance(value, datetime):
        return value.toordinal()
    return (value.toordinal() - 1) * DAY + value.hour * 3_600 + value.minute * 60 + value.second


def joined(word: str, terms: Iterable[str]) -> str:
    """Some terms under `and` or `or`."""
    found = list(terms)
    if len(found) > 1:
        return f"({word} {' '.join(found)})"
    return found[0] if found else "true" if word == "and" else "false"


def compared(op: str, left: str, right: str) -> str:
    """A comparison."""
    return f"(not (= {left} {right}))" if op == "!=" else f"({op} {left} {right})"


def exact(value: Fraction) -> str:
    """An exact number."""
    size = f"{abs(value.numerator)}.0"
    if value.denominator != 1:
        size = f"(/ {size} {value.denominator}.0)"
    return f"(- {size})" if value < 0 else size


def quoted(expr: Expr) -> str:
    """A constant name or text."""
    if not isinstance(expr, Literal):
        raise TypeError(expr)
    if any(ord(sign) > LAST_CHARACTER for sign in expr.value):
        raise Inexpressible(expr, Message("SMT-LIB has no characters beyond `U+2FFFF`"))
    return quoted_text(expr.value)


def quoted_text(text: str) -> str:
    """A text; what is not plain ASCII is escaped, and so is the backslash, which would escape what follows."""
    signs = (sign if " " <= sign <= "~" and sign != "\\" else f"\\u{{{ord(sign):x}}}" for sign in text)
    return '"' + "".join(signs).replace('"', '""') + '"'

"""A condition's tree → its text, in the one form that the formatter writes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from crmdsl.conditions.ast import (
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    Path,
    State,
    Today,
)
from crmdsl.model.currencies import DECIMALS

OR, AND, NOT, COMPARISON, SUM, PRODUCT, UNARY, ATOM = range(8)


def unparse(expr: Expr, currency: str = "", source: str = "") -> str:
    """The text of a tree, with as few parentheses as it needs; money of a checked tree is in `currency`.

    With `source`, the text that the tree was parsed from, parentheses that stand there around an `and` inside of
    an `or`, or behind a `not`, stay: they help whoever does not know by heart which binds stronger.
    """
    return Printer(currency, source).part(expr, OR)


def figure(kind: str, value: Any, currency: str = "") -> str:
    """A value as the language writes it: `figure("money", 10_000_001, "EUR")` is `100_000.01 EUR`."""
    if kind == "money":
        return _money(value, currency)
    if kind == "percent":
        return f"{_decimal(Fraction(value, 100))}%"
    if kind in ("number", "integer"):
        text = _decimal(Fraction(value))
        return f"{text}.0" if kind == "number" and "." not in text else text
    if kind == "flag":
        return "true" if value else "false"
    if kind == "text":
        return quoted(value)
    if kind == "instant":
        return str(value.isoformat("T", "minutes" if value.second == 0 else "seconds"))
    return str(value)


def quoted(text: str) -> str:
    """A text in double quotes."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def _money(value: int | str, currency: str) -> str:
    """An amount in the minor unit, or as it was written."""
    if isinstance(value, int):
        decimals = DECIMALS.get(currency, 2)
        return f"{_decimal(Fraction(value, 10**decimals), decimals)} {currency}"
    amount, code = value.rsplit(None, 1)
    whole, point, part = amount.replace("_", "").partition(".")
    return f"{_grouped(whole)}{point}{part} {code}"


def _grouped(whole: str) -> str:
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):_}"


def _decimal(value: Fraction, places: int = 18) -> str:
    """A number with a finite decimal form; whole, or (money) with all of its `places` where it is not."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1)
    if not rest:
        return f"{sign}{whole:_}"
    digits = f"{round(rest * 10**places):0{places}d}"
    return f"{sign}{whole:_}.{digits if places < 18 else digits.rstrip('0')}"


class Printer:
    """Writes the parts of a tree; who writes them otherwise, in the words of a reader, overrides some of it.

    `SHOWN` names the method for each kind of part, and says how strongly that binds.
    """

    def __init__(self, currency: str, source: str = "") -> None:
        self.currency = currency
        self.source = source

    def part(self, expr: Expr, least: int) -> str:
        """A part, in parentheses if it binds weaker than `least`."""
        text: str = getattr(self, SHOWN[type(expr)][1])(expr)
        return text if self.strength(expr) >= least else f"({text})"

    def strength(self, expr: Expr) -> int:
        """How strongly a part binds: one of `OR` to `ATOM`."""
        if isinstance(expr, Arithmetic):
            return SUM if expr.op in "+-" else PRODUCT
        return SHOWN[type(expr)][0]

    def joined(self, expr: And | Or) -> str:
        """Parts that hold together, or of which one holds."""
        if isinstance(expr, And):
            return " and ".join(self.part(part, NOT) for part in expr.parts)
        return " or ".join(
            self.part(part, ATOM if isinstance(part, And) and self.apart(part) else AND) for part in expr.parts
        )

    def apart(self, expr: Expr) -> bool:
        """Whether a part of several words stands in parentheses in the source, which make clear what binds stronger."""
        before, after = self.source[: expr.start].rstrip(), self.source[expr.end :].lstrip()
        return SHOWN[type(expr)][0] in (AND, COMPARISON) and before.endswith("(") and after.startswith(")")

    def negation(self, expr: Not) -> str:
        """What does not hold."""
        return f"not {self.part(expr.value, ATOM if self.apart(expr.value) else NOT)}"

    def compare(self, expr: Compare) -> str:
        """Two values beside each other."""
        return f"{self.part(expr.left, SUM)} {expr.op} {self.part(expr.right, SUM)}"

    def member(self, expr: In) -> str:
        """A value that is one of several."""
        return f"{self.part(expr.value, SUM)} in {' | '.join(self.part(choice, SUM) for choice in expr.choices)}"

    def between(self, expr: Between) -> str:
        """A value between two others, both in."""
        low, high = self.part(expr.low, SUM), self.part(expr.high, SUM)
        return f"{self.part(expr.value, SUM)} between {low} and {high}"

    def known(self, expr: Known) -> str:
        """Whether a value is there."""
        return f"{self.part(expr.path, SUM)} is {'known' if expr.known else 'missing'}"

    def arithmetic(self, expr: Arithmetic) -> str:
        """Two values reckoned together."""
        least = SUM if expr.op in "+-" else PRODUCT
        return f"{self.part(expr.left, least)} {expr.op} {self.part(expr.right, least + 1)}"

    def negate(self, expr: Negate) -> str:
        """A value with the other sign."""
        inner = self.part(expr.value, ATOM)
        return f"-({inner})" if isinstance(expr.value, Literal) else f"-{inner}"

    def literal(self, expr: Literal) -> str:
        """A constant."""
        return figure(expr.type.base, expr.value, self.currency)

    def name(self, expr: Name) -> str:
        """A word that nobody looked up yet."""
        return ".".join(expr.parts)

    def path(self, expr: Path) -> str:
        """A value that is read."""
        return ".".join(expr.parts if expr.root == "record" else (expr.root, *expr.parts))

    def today(self, _: Today) -> str:
        """The day."""
        return "today"

    def state(self, _: State) -> str:
        """The state of the case."""
        return "state"


SHOWN: dict[type[Expr], tuple[int, str]] = {
    Or: (OR, "joined"),
    And: (AND, "joined"),
    Not: (NOT, "negation"),
    Compare: (COMPARISON, "compare"),
    In: (COMPARISON, "member"),
    Between: (COMPARISON, "between"),
    Known: (COMPARISON, "known"),
    Arithmetic: (SUM, "arithmetic"),
    Negate: (UNARY, "negate"),
    Literal: (ATOM, "literal"),
    Name: (ATOM, "name"),
    Path: (ATOM, "path"),
    Today: (ATOM, "today"),
    State: (ATOM, "state"),
}

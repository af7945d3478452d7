"""Types of expressions: which go together, what their arithmetic gives, and what they are called."""

from __future__ import annotations

from crmdsl.conditions.ast import UNKNOWN, Type
from crmdsl.diagnostics import Message
from crmdsl.model.values import FieldType

MONEY, PERCENT, NUMBER, INTEGER = Type("money"), Type("percent"), Type("number"), Type("integer")
TEXT, DATE, INSTANT, ELAPSED, DURATION = (Type(base) for base in ("text", "date", "instant", "elapsed", "duration"))
PERSON, UNIT, TERRITORY, STATE = Type("person"), Type("unit"), Type("territory"), Type("state")

FACTORS = frozenset({"number", "integer", "percent"})
"""Without a unit: what other values are multiplied with and divided by."""
UNITS = frozenset({"money", "duration", "elapsed"})
FIGURES = FACTORS | UNITS
ORDERED = FIGURES | {"date", "instant"}
CLOSED = frozenset({"enum", "role", "unit", "unit_kind", "territory", "channel", "product_line", "state", "person"})
"""Types whose values are names."""
NAMED_BASES = frozenset(
    {"money", "percent", "number", "integer", "text", "flag", "duration", "date", "instant", "person", "unit",
     "territory", "channel", "product_line"}
)  # fmt: skip
SIMPLE = {base: Type(base) for base in NAMED_BASES}


def type_of(declared: FieldType) -> Type:
    """The type of a field's value."""
    if declared.base == "enum":
        return Type("enum", declared.values, declared.ordered)
    if declared.base == "reference":
        return Type("reference", entity=declared.entity)
    return SIMPLE.get(declared.base, UNKNOWN)


def ordered(kind: Type) -> bool:
    """Whether its values have an order."""
    return kind.base in ORDERED or (kind.base == "enum" and kind.ordered)


def calculated(op: str, left: str, right: str) -> Type | None:
    """The type of `left op right` by their bases, `None` where the units do not allow it."""
    if op in "+-":
        return _summed(op, left, right)
    if op == "*":
        return _multiplied(left, right)
    return _divided(left, right)


def _summed(op: str, left: str, right: str) -> Type | None:
    if left == right and left in FIGURES:
        return Type(left)
    if left in ("date", "instant") and right == "elapsed":
        return Type(left)
    if op == "+" and left == "elapsed" and right in ("date", "instant"):
        return Type(right)
    if op == "-" and left == right and left in ("date", "instant"):
        return ELAPSED
    return None


def _multiplied(left: str, right: str) -> Type | None:
    if left in UNITS and right in FACTORS:
        return Type(left)
    if left in FACTORS and right in UNITS:
        return Type(right)
    if left in FACTORS and right in FACTORS:
        return next(t for t in (PERCENT, NUMBER, INTEGER) if t.base in (left, right))
    return None


def _divided(left: str, right: str) -> Type | None:
    if left == right and left in FIGURES:
        return NUMBER
    if left in UNITS and right in FACTORS:
        return Type(left)
    if left == "percent" and right in FACTORS:
        return PERCENT
    return NUMBER if left in FACTORS and right in FACTORS else None


WORDS = {
    "money": Message("money"), "percent": Message("a percent"), "number": Message("a number"),
    "integer": Message("a whole number"), "text": Message("text"), "flag": Message("a flag"),
    "duration": Message("working time"), "elapsed": Message("clock time"), "date": Message("a date"),
    "instant": Message("an instant"), "person": Message("a person"), "unit": Message("a unit"),
    "unit_kind": Message("a kind of unit"), "territory": Message("a territory"), "channel": Message("a channel"),
    "product_line": Message("a product line"), "role": Message("a role"), "state": Message("a state"),
}  # fmt: skip


def described(kind: Type) -> Message:
    """What people call a type."""
    if kind.base == "enum":
        sign = " < " if kind.ordered else " | "
        shown = kind.values if len(kind.values) <= 6 else (*kind.values[:5], "...")
        return Message("one of `{values}`", values=sign.join(shown))
    if kind.base == "reference":
        return Message("a reference to `{entity}`", entity=kind.entity)
    return WORDS.get(kind.base) or Message("something unknown")


def same(left: Type, right: Type) -> bool:
    """Whether values of two types can be equal."""
    if left.base == "enum" and right.base == "enum":
        return left.values == right.values and left.ordered == right.ordered
    if left.base == "reference" and right.base == "reference":
        return left.entity == right.entity
    return left.base == right.base

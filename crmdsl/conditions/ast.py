"""The typed tree of a condition.

The parser makes it with `Name` where a bare word stands and every `type` unknown; the checker returns it
again with names resolved and types filled in. Offsets (`start`, `end`) are those of the condition's text.
What every back end prints, and the analyses sweep, is this tree. Nobody changes a part of it; that is not enforced,
since a frozen dataclass takes three times as long to make and a large spec has a hundred thousand parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple


class Type(NamedTuple):
    """The type of an expression.

    `base` is `money percent number integer text flag duration elapsed date instant enum reference person
    unit unit_kind territory channel product_line role state` or `unknown`. `duration` is working time,
    `elapsed` clock time. `values` are an enumeration's (least first where `ordered`); `entity` a reference's.
    """

    base: str
    values: tuple[str, ...] = ()
    ordered: bool = False
    entity: str = ""


UNKNOWN = Type("unknown")
FLAG = Type("flag")


@dataclass(slots=True, eq=False, repr=False)
class Expr:
    """A part of a condition, with its place in the text."""

    start: int
    end: int
    type: Type

    def _values(self) -> tuple[object, ...]:
        """What it is made of; asked of every part together, since a method made for each class takes long to import."""
        return tuple([getattr(self, name) for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expr) and self.__class__ is other.__class__ and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in zip(self.__match_args__, self._values(), strict=True))
        return f"{self.__class__.__name__}({parts})"


@dataclass(slots=True, eq=False, repr=False)
class Literal(Expr):
    """A constant. `value` by type: money, percent -> int (minor units; hundredths of a per cent), number -> Fraction,
    integer -> int, text and enum (also role, unit, territory, ... names) -> str, flag -> bool, duration and elapsed ->
    `crmdsl.model.values.Duration`, date -> date, instant -> naive datetime in the company's time zone."""

    value: Any


@dataclass(slots=True, eq=False, repr=False)
class Name(Expr):
    """A dotted word as written, before it is resolved; never in a checked tree."""

    parts: tuple[str, ...]


@dataclass(slots=True, eq=False, repr=False)
class Path(Expr):
    """A value read from the record at hand, through references: `customer.rating` -> `("customer", "rating")`.

    `root` is `record`, `requester` or `actor` (persons, whose parts are `()`, `("role",)`, `("unit",)`,
    `("unit", "kind")`, `("territory",)`). `entity` is the entity of the record at the root; `optional` tells
    that some part of it may be missing.
    """

    root: str
    parts: tuple[str, ...]
    entity: str = ""
    optional: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Today(Expr):
    """`today`, a date in the company's time zone."""


@dataclass(slots=True, eq=False, repr=False)
class State(Expr):
    """`state`; compared with a state's name it also covers the states inside."""


@dataclass(slots=True, eq=False, repr=False)
class Compare(Expr):
    """`left op right` with `op` one of `= != < <= > >=`."""

    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False, repr=False)
class In(Expr):
    """`value in A | B`."""

    value: Expr
    choices: tuple[Expr, ...]


@dataclass(slots=True, eq=False, repr=False)
class Between(Expr):
    """`value between low and high`, both ends in."""

    value: Expr
    low: Expr
    high: Expr


@dataclass(slots=True, eq=False, repr=False)
class Known(Expr):
    """`path is known`, or `path is missing` when `known` is false."""

    path: Expr
    known: bool


@dataclass(slots=True, eq=False, repr=False)
class Not(Expr):
    """`not value`."""

    value: Expr


@dataclass(slots=True, eq=False, repr=False)
class And(Expr):
    """All parts hold; read from the left, so that `is known` guards what follows."""

    parts: tuple[Expr, ...]


@dataclass(slots=True, eq=False, repr=False)
class Or(Expr):
    """One part holds."""

    parts: tuple[Expr, ...]


@dataclass(slots=True, eq=False, repr=False)
class Negate(Expr):
    """`-value`."""

    value: Expr


@dataclass(slots=True, eq=False, repr=False)
class Arithmetic(Expr):
    """`left op right` with `op` one of `+ - * /`, exact."""

    op: str
    left: Expr
    right: Expr


INSIDE: dict[type[Expr], tuple[str, ...]] = {
    And: ("parts",), Or: ("parts",), Not: ("value",), Negate: ("value",), Known: ("path",), Compare: ("left", "right"),
    Arithmetic: ("left", "right"), In: ("value", "choices"), Between: ("value", "low", "high"),
}  # fmt: skip
"""Where the parts of an expression are."""


def parts_of(expr: Expr) -> tuple[Expr, ...]:
    """The expressions right inside one."""
    names = INSIDE.get(expr.__class__)
    if names is None:
        return ()
    if isinstance(expr, And | Or):
        return expr.parts
    found: list[Expr] = []
    for name in names:
        part = getattr(expr, name)
        if part.__class__ is tuple:
            found += part
        else:
            found.append(part)
    return tuple(found)


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and all that is inside of it, outer before inner, in the order in which they stand."""
    yield expr
    for part in parts_of(expr):
        yield from walk(part)

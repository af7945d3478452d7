"""Values of the language, as the reader makes them out of texts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from crmdsl.diagnostics import Span
from crmdsl.syntax.nodes import Scalar


class Ref:
    """A name that refers to something, with its place. Equal to another by name alone."""

    __slots__ = ("name", "node")

    def __init__(self, name: str, node: Scalar) -> None:
        self.name = name
        self.node = node

    @property
    def span(self) -> Span:
        """Where the name stands."""
        return self.node.span

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Ref({self.name})"

    def __str__(self) -> str:
        return self.name


class Condition:
    """The text of a condition or expression with its place; `crmdsl.conditions` gives it a meaning."""

    __slots__ = ("node", "text")

    def __init__(self, node: Scalar) -> None:
        self.text = node.value
        self.node = node

    @property
    def span(self) -> Span:
        """Where the whole condition stands."""
        return self.node.span

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"


class CutCondition(Condition):
    """A condition whose last number, from `cut` on, is cut by a comma, which is reported: it is not read further."""

    __slots__ = ("cut",)

    def __init__(self, node: Scalar, cut: int) -> None:
        super().__init__(node)
        self.cut = cut


class Assignment(NamedTuple):
    """`customer.blocked: true` under `set` or `with`: the path as written, and the expression."""

    path: str
    target: Scalar
    value: Condition


class Label(NamedTuple):
    """A label by language; the key `""` holds a text given without a language."""

    texts: dict[str, str]

    def in_(self, language: str) -> str | None:
        """The label in a language, else the one without a language, else any."""
        return self.texts.get(language) or self.texts.get("") or next(iter(self.texts.values()), None)


class Duration(NamedTuple):
    """A duration as written. Working time depends on a calendar (`d`, `w`), clock time (`elapsed`) does not."""

    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    elapsed: bool = False

    def total_minutes(self, day: int = 1440) -> int:
        """Minutes of this duration where a day has `day` minutes (1440 and seven-day weeks when elapsed)."""
        day, week = (1440, 7 * 1440) if self.elapsed else (day, 5 * day)
        return self.weeks * week + self.days * day + self.hours * 60 + self.minutes

    def __str__(self) -> str:
        parts = [f"{n}{u}" for n, u in zip(self[:4], "wdhm", strict=True) if n]
        return " ".join(parts or ["0m"]) + (" elapsed" if self.elapsed else "")


class Effort(NamedTuple):
    """Touch time. `cv` is the coefficient of variation: 0 constant (a bare duration), 1 exponential, else gamma."""

    mean: Duration
    cv: Fraction


class Rate(NamedTuple):
    """Demand on the company's calendar: `amount` per `hour`, `day` or `month` (21 days)."""

    amount: Fraction
    per: str


class DateRange(NamedTuple):
    """Days from `first` to `last`, both inside."""

    first: date
    last: date


class Window(NamedTuple):
    """Open hours of a day, in minutes from midnight: `start` inside, `end` the closing time (at most 1440)."""

    start: int
    end: int


class FieldType(NamedTuple):
    """The type of a field.

    `base` is `money percent number integer text flag duration date instant enum reference person unit
    territory channel product_line`. `values` are an enumeration's, least first where it is `ordered`;
    `entity` is the one a reference refers to.
    """

    base: str
    optional: bool = False
    values: tuple[str, ...] = ()
    ordered: bool = False
    entity: str = ""

    def __str__(self) -> str:
        words = (" < " if self.ordered else " | ").join(self.values) or self.entity or self.base
        return f"optional {words}" if self.optional else words


class Late(NamedTuple):
    """What happens after a deadline: `remind`, `escalate` (to `roles` if given), or the outcome named `outcome`."""

    action: str
    node: Scalar
    roles: tuple[Ref, ...] = ()
    outcome: Ref | None = None


class Target(NamedTuple):
    """`at least 95%`: `bound` is `least` or `most`; the value stays text until the measure types it."""

    bound: str
    value: str
    node: Scalar

    def is_met(self, value: float, limit: float) -> bool:
        """Whether a figure keeps to the bound; `limit` is the value of the target in the unit of the figure."""
        return value >= limit if self.bound == "least" else value <= limit

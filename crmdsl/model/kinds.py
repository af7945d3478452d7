"""What may stand under a key: one small description a kind.

A key of a declaration is a dataclass field made by `key(kind, ...)`. The reader, the JSON Schema and the
language reference all work from these descriptions, so that a key is described once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Kind:
    """Base of all kinds."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class TextKind(Kind):
    """Free text -> `str`. With `many`, a list of texts or one alone -> `tuple[str, ...]`."""

    many: bool = False


class LabelKind(Kind):
    """Text, or a map of languages -> `Label`."""

    __slots__ = ()


class FlagKind(Kind):
    """`true` or `false` -> `bool`."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class IntegerKind(Kind):
    """A whole number -> `int`, at least `low`, at most `high`."""

    low: int | None = 0
    high: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class NumberKind(Kind):
    """A decimal number -> `Fraction`."""

    low: int | None = 0
    high: int | None = None


@dataclass(slots=True, eq=False, repr=False)
class PercentKind(Kind):
    """`12.5%` -> `int` in hundredths of a per cent (1250); 0% to 100% unless said."""

    low: int | None = 0
    high: int | None = 10_000


@dataclass(slots=True, eq=False, repr=False)
class MoneyKind(Kind):
    """`99.90 EUR` -> `int` in the minor unit of the company's currency; zero and up unless said."""

    low: int | None = 0


class DurationKind(Kind):
    """`1d 4h`, `60d elapsed` -> `Duration`."""

    __slots__ = ()


class EffortKind(Kind):
    """A duration or `{mean, cv}` -> `Effort`."""

    __slots__ = ()


class RateKind(Kind):
    """`40 per day` -> `Rate`."""

    __slots__ = ()


class InstantKind(Kind):
    """`2026-03-31T09:00` (or a bare date, midnight) -> naive `datetime` in the company's time zone."""

    __slots__ = ()


class DateRangesKind(Kind):
    """`[2026-08-10..2026-08-21, 2026-12-24]` -> `tuple[DateRange, ...]`, both ends inside."""

    __slots__ = ()


class YearsKind(Kind):
    """`2020..2040` -> `(2020, 2040)`."""

    __slots__ = ()


class HoursKind(Kind):
    """`{mon-fri: ["08:30-12:30"]}` -> `tuple[tuple[Window, ...], ...]`, one entry a weekday, Monday first."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class ChoiceKind(Kind):
    """One of some words -> `str`; with `many` a list of them or one alone -> `tuple[str, ...]`."""

    values: tuple[str, ...]
    many: bool = False


@dataclass(slots=True, eq=False, repr=False)
class WordKind(Kind):
    """A name that needs no declaration (an event, a medium) -> `Ref`; with `many` -> `tuple[Ref, ...]`.

    With `dotted` it may be a path of names: `branch.event`, `order.create`; `known` says that it is declared somewhere.
    """

    many: bool = False
    dotted: bool = False
    known: bool = False


@dataclass(slots=True, eq=False, repr=False)
class RefKind(Kind):
    """A name of one of `sections` (or one of the words `also`) -> `Ref`; with `many` -> `tuple[Ref, ...]`.

    The section `step` is the steps of the process or branch around, `field` the fields of the entity
    at hand, `event` an event.
    """

    sections: tuple[str, ...]
    many: bool = False
    also: tuple[str, ...] = ()


class ConditionKind(Kind):
    """A condition -> `Condition`."""

    __slots__ = ()


class ExpressionKind(Kind):
    """An expression of any type -> `Condition` (its text is an expression)."""

    __slots__ = ()


class ConditionsKind(Kind):
    """A map from a word to a condition, in order -> `tuple[tuple[Ref, Condition], ...]`."""

    __slots__ = ()


class AssignmentsKind(Kind):
    """A map from a field (or a path) to a value or expression -> `tuple[Assignment, ...]`."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class ValueKind(Kind):
    """A value whose type another declaration decides -> the `Node` itself, read when names are resolved.

    `shape` is what stands there: a `scalar`, a `map` of scalars, or `lists`, a map of lists of scalars (or of one).
    """

    shape: str = "scalar"


class FieldTypeKind(Kind):
    """`optional D < C < B < A` -> `FieldType`."""

    __slots__ = ()


class LateKind(Kind):
    """`remind`, `escalate`, `{escalate: role}` or the name of an outcome -> `Late`."""

    __slots__ = ()


class ManagerOfKind(Kind):
    """The word `requester` -> `True` (`manager_of: requester`)."""

    __slots__ = ()


class QuorumKind(Kind):
    """`any`, `all`, or a number of distinct persons -> `str | int`."""

    __slots__ = ()


class JoinKind(Kind):
    """`all`, `any`, or a number of branches -> `str | int`."""

    __slots__ = ()


class TargetKind(Kind):
    """`at least 95%`, `at most 90d` -> `Target`."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class InlineKind(Kind):
    """A nested map that is a declaration without a name -> an instance of `of`."""

    of: type[Any]


@dataclass(slots=True, eq=False, repr=False)
class MapKind(Kind):
    """A map from names to declarations -> `dict[str, of]`. `shorthand` names the key that a bare scalar fills.

    `special` names a reader of its own where the shape of an entry decides its class (`steps`, `branches`).
    """

    of: type[Any]
    shorthand: str | None = None
    special: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class ListKind(Kind):
    """A list of declarations without names, or one alone -> `tuple[of, ...]`."""

    of: type[Any]


class SectionValuesKind(Kind):
    """A map from an entity to a map of field values (`given:`) -> the `Mapping` node, read when resolved."""

    __slots__ = ()


@dataclass(slots=True, eq=False, repr=False)
class Key:
    """A key of a declaration: its kind, whether it must stand, and what documentation says of it."""

    kind: Kind
    doc: str
    example: str
    required: bool = False
    name: str | None = None


def key(
    kind: Kind, doc: str, example: str, *, required: bool = False, name: str | None = None, default: Any = None
) -> Any:
    """A dataclass field for a key; `name` is the YAML key where Python can't use it (`class`, `in`, `from`)."""
    metadata = {"key": Key(kind, doc, example, required, name)}
    if isinstance(kind, MapKind):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)

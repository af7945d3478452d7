"""What the variables of conditions can be: the facts about fields, persons and states that a spec declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from crmdsl.conditions.ast import Expr, Type


class FieldFacts(NamedTuple):
    """A field: its type, whether it may be missing, its least and greatest value as stored, and its expression."""

    type: Type
    optional: bool = False
    low: Any = None
    high: Any = None
    derived: Expr | None = None


class Somebody(NamedTuple):
    """A person as conditions see him; `named` tells that the spec lists him, else he stands for all like him."""

    name: str
    roles: frozenset[str]
    unit: str | None = None
    territory: str | None = None
    named: bool = False


class World(Protocol):
    """What a spec says about the things that conditions name."""

    currency: str

    @property
    def day(self) -> int:
        """Minutes of a day of working time."""
        ...

    def field(self, entity: str, name: str, /) -> FieldFacts | None:
        """A field of an entity, `None` where it has a fault."""
        ...

    def names(self, base: str, /) -> Sequence[str]:
        """The units, territories, channels or product lines."""
        ...

    def unit_kind(self, unit: str, /) -> str | None:
        """The kind of a unit."""
        ...

    def people(self, root: str, /) -> Sequence[Somebody]:
        """Who can be `requester`, `actor`, or (with `record`) the value of a field."""
        ...

    def inside(self, state: str, /) -> bool | None:
        """Whether the case is in a state where the conditions are asked, `None` where it may or may not be."""
        ...

"""Two specs as one world of conditions: what can be in either of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmdsl.conditions.ast import Type
from crmdsl.conditions.regions.world import FieldFacts, Somebody
from crmdsl.ir.casespace import CaseSpace


class Incomparable(Exception):
    """What a field was and what it is have no value in common; `field` is its name, `entity` whose it is."""

    def __init__(self, entity: str, field: str) -> None:
        super().__init__(entity, field)
        self.entity = entity
        self.field = field


class Joint:
    """The world of two specs: every value that a field had or has, everybody who was or is there.

    Fields that are derived are written out before (`inlined`), so that only those which are kept are asked for.
    """

    def __init__(self, before: CaseSpace, now: CaseSpace) -> None:
        self.before = before
        self.now = now
        self.currency = now.currency

    @property
    def day(self) -> int:
        """Minutes of a day of working time; each side asks its own."""
        return self.now.day

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """A field with the values of either. Raises `Incomparable` where these are of different kinds."""
        sides = [facts for side in (self.before, self.now) if (facts := side.field(entity, name)) is not None]
        kept = [facts for facts in sides if facts.derived is None]
        if len(kept) < 2:
            return kept[0] if kept else None
        before, now = kept
        kind = _either(before.type, now.type)
        if kind is None:
            raise Incomparable(entity, name)
        low = None if before.low is None or now.low is None else min(before.low, now.low)
        high = None if before.high is None or now.high is None else max(before.high, now.high)
        return FieldFacts(kind, before.optional or now.optional, low, high)

    def names(self, base: str) -> Sequence[str]:
        """The units, territories, channels or product lines of either."""
        return _all(self.now.names(base), self.before.names(base))

    def unit_kind(self, unit: str) -> str | None:
        """The kind of a unit; each side asks its own."""
        return self.now.unit_kind(unit) or self.before.unit_kind(unit)

    def people(self, root: str) -> Sequence[Somebody]:
        """Everybody of either, also those who ask in one of them only."""
        return _all(self.now.people(root), self.before.people(root))

    def inside(self, state: str) -> bool | None:
        """Nobody knows of both; each side asks its own."""
        return None


def _either(before: Type, now: Type) -> Type | None:
    if before.base != now.base or before.entity != now.entity:
        return None
    if before.base == "enum":
        return Type("enum", tuple(_all(now.values, before.values)), now.ordered)
    return now


def _all(*several: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(one for values in several for one in values))

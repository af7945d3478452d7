"""What a condition can name where it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import NamedTuple, Protocol

from crmdsl.conditions.ast import Type
from crmdsl.conditions.types import type_of
from crmdsl.model.network import UNIT_KINDS
from crmdsl.model.spec import Spec
from crmdsl.model.values import FieldType

Bounds = tuple[Fraction | int | None, Fraction | int | None]
"""The least and the greatest value, `None` for none."""
EVERYTHING = frozenset({"requester", "actor", "state", "today"})


class States(Protocol):
    """The states that `state` may be compared with."""

    def has(self, name: str) -> bool:
        """Whether a dotted name is a state, or has states inside."""
        ...

    def near(self, name: str) -> str | None:
        """The state that was probably meant."""
        ...


class Slot(NamedTuple):
    """A field as conditions see it."""

    type: Type
    optional: bool


class Vocabulary:
    """The names of a spec: fields of entities, roles, units, territories.

    `bounds` and `nonzero` (the derived fields that are never zero) are filled as they are read.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.currency = spec.company.currency if spec.company else ""
        self.bounds: dict[tuple[str, str], Bounds] = {}
        self.nonzero: set[tuple[str, str]] = set()
        self._fields: dict[str, dict[str, Slot | None]] = {}
        self._values: dict[str, Collection[str]] = {
            "role": spec.roles, "unit": spec.sales_network, "unit_kind": UNIT_KINDS, "territory": spec.territories,
            "channel": spec.channels, "product_line": spec.product_lines, "person": spec.people,
        }  # fmt: skip

    def fields(self, entity: str) -> Mapping[str, Slot | None]:
        """The fields of an entity; `None` stands for one whose type has a fault. Empty for an unknown entity."""
        found = self._fields.get(entity)
        if found is None:
            declared = self.spec.entities.get(entity)
            found = {name: self._slot(field_.type) for name, field_ in declared.fields.items()} if declared else {}
            self._fields[entity] = found
        return found

    def _slot(self, declared: FieldType | None) -> Slot | None:
        if declared is None or self.spec.dangles(declared):
            return None
        return Slot(type_of(declared), declared.optional)

    def values(self, kind: Type) -> Collection[str]:
        """The names of the values of a type (not those of `state`)."""
        return kind.values if kind.base == "enum" else self._values.get(kind.base, ())


class Scope(NamedTuple):
    """Where a condition stands: the entity at hand, the words and states it may use, the fields that are known."""

    vocabulary: Vocabulary
    entity: str
    words: frozenset[str] = EVERYTHING
    states: States | None = None
    known: frozenset[str] = frozenset()

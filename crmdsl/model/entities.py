"""What the company keeps records of."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.model.declaration import Declaration
from crmdsl.model.kinds import ExpressionKind, FieldTypeKind, FlagKind, MapKind, RefKind, TextKind, ValueKind, key
from crmdsl.model.values import Condition, FieldType, Ref
from crmdsl.syntax.nodes import Node


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Field(Declaration):
    """A field of an entity."""

    type: FieldType | None = key(FieldTypeKind(), "Its type", "optional D < C < B < A", required=True)
    min: Node | None = key(ValueKind(), "The least value", "-10%")
    max: Node | None = key(ValueKind(), "The greatest value", "100_000 EUR")
    sensitive: bool = key(FlagKind(), "Only for those who need it", "true", default=False)
    derived: Condition | None = key(
        ExpressionKind(), "An expression that it always equals", "amount * (100% - discount)"
    )
    source: Ref | None = key(RefKind(("integrations",)), "The integration that alone writes it", "erp", name="from")
    default: Node | None = key(ValueKind(), "Its value where none is given", "0 EUR")
    alias: tuple[str, ...] = key(
        TextKind(many=True), "What other systems call it, one or several", "customerID", default=()
    )


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Entity(Declaration):
    """A kind of record."""

    identifier: Ref | None = key(RefKind(("field",)), "The field that tells records apart", "vat_number", name="key")
    owner: tuple[Ref, ...] = key(RefKind(("roles",), many=True), "The role that owns records", "agent", default=())
    fields: dict[str, Field] = key(MapKind(Field, shorthand="type"), "Its fields", "{amount: money}", required=True)
    alias: tuple[str, ...] = key(TextKind(many=True), "What other systems call it, one or several", "Order", default=())

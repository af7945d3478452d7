"""Entities → views."""

from __future__ import annotations

from typing import Any

from crmdsl.backends.python import names
from crmdsl.backends.python.builder import Builder
from crmdsl.backends.python.source import literal, place
from crmdsl.backends.python.views import EntityView, FieldView
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.entities import Entity, Field
from crmdsl.model.values import Duration, FieldType
from crmdsl.resolve.derived import looks_around

KINDS = {
    "money": "Money", "percent": "Percent", "number": "Number", "integer": "Integer", "text": "Text", "flag": "Flag",
    "duration": "Duration", "date": "Date", "instant": "Instant", "enum": "Enum", "reference": "Reference",
    "person": "PersonName", "unit": "Word", "territory": "Word", "channel": "Word", "product_line": "Word",
}  # fmt: skip
SHOWN = {
    "money": "Decimal", "percent": "Decimal", "number": "Decimal", "integer": "int", "duration": "int", "flag": "bool",
    "date": "date", "instant": "datetime",
}  # fmt: skip
WORDS = {
    "unit": "sales_network", "territory": "territories", "channel": "channels", "product_line": "product_lines",
}  # fmt: skip
"""Types whose values are the names of a section."""
KEPT = {"money": "int", "percent": "int", "number": "Fraction"}
DECIMAL = frozenset(("money", "percent", "number"))


def entity_view(builder: Builder, entity: Entity) -> EntityView:
    """An entity and its fields."""
    fields = [field_view(builder, entity, field) for field in entity.fields.values()]
    return EntityView(entity.name, names.class_of(entity.name), place(entity.name_span), builder.doc(entity), fields)


def field_view(builder: Builder, entity: Entity, field: Field) -> FieldView:
    """A field: how it is kept, shown and given."""
    kind = field.type or FieldType("text")
    tree = builder.resolved.typed(field.derived)
    derived = ""
    if tree is not None:
        printer = builder.printer(entity.name)
        printer.record = "self"
        derived = printer.value(tree)
    shown, situated = annotation(kind), looks_around(builder.resolved, entity.name, field.name)
    kept = KEPT.get(kind.base, "int" if kind.base == "duration" else shown)
    given = "Person | str" if kind.base == "person" else shown
    return FieldView(
        name=field.name,
        attribute=names.attribute(field.name),
        constant=names.constant(f"{entity.name}_{field.name}"),
        kind=KINDS[kind.base],
        place=place(field.name_span),
        doc=builder.doc(field),
        annotation=f"{shown} | None",
        given=f"{given} | None",
        kept=f"{kept}{' | Fraction' if derived and kind.base in ('money', 'percent') else ''} | None",
        converted=kind.base in DECIMAL,
        arguments=arguments(builder, field, kind, situated),
        entity_class=names.class_of(kind.entity) if kind.base == "reference" else "",
        derived_source=derived,
        situated=situated,
    )


def annotation(kind: FieldType) -> str:
    """The type of a field as it is shown, `None` aside."""
    if kind.base == "enum":
        return f"Literal[{', '.join(literal(value) for value in kind.values)}]"
    return names.class_of(kind.entity) if kind.base == "reference" else SHOWN.get(kind.base, "str")


def arguments(builder: Builder, field: Field, kind: FieldType, situated: bool) -> dict[str, Any]:
    """What the kernel is told of a field by name, as values."""
    found: dict[str, Any] = {}
    if kind.base == "enum":
        found["values"] = kind.values
    if kind.base in WORDS:
        found["values"] = tuple(getattr(builder.spec, WORDS[kind.base]))
    if kind.base == "money":
        company = builder.spec.company
        found["digits"] = DECIMALS.get(company.currency if company else "", 2)
    low, high = (kept(builder, node) for node in (field.min, field.max))
    if kind.base in ("money", "percent") and low is None and field.derived is None:
        low = 0
    if kind.base == "percent" and high is None and field.derived is None:
        high = 10_000
    found |= {"low": low, "high": high, "default": kept(builder, field.default)}
    if names.attribute(field.name) != field.name:
        found["attribute"] = names.attribute(field.name)
    found |= {"optional": kind.optional, "derived": field.derived is not None, "situated": situated}
    found["source"] = field.source.name if field.source else None
    if found.get("digits") == 2:
        del found["digits"]
    said = {name: value for name, value in found.items() if value is not None and value is not False}
    return said | {"default": False} if found["default"] is False else said


def kept(builder: Builder, node: Any) -> Any:
    """A bound or default as the field keeps it."""
    value = builder.resolved.value(node)
    return value.total_minutes(builder.day) if isinstance(value, Duration) else value

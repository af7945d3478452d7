"""Values whose type a field decides: its bounds and its default, and what scenarios give and expect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crmdsl.conditions.scope import Vocabulary
from crmdsl.diagnostics import Fix, Message
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model import parse
from crmdsl.model.entities import Field
from crmdsl.model.faults import BadValue
from crmdsl.model.reading import repairs, repairs_times
from crmdsl.model.reading.meant import Repair
from crmdsl.model.values import Duration, FieldType
from crmdsl.resolve.symbols import Symbols, suggestion
from crmdsl.syntax.nodes import Node, Scalar

READERS: dict[str, Callable[[str], Any]] = {
    "percent": parse.parse_percent, "number": parse.parse_number, "integer": parse.parse_integer,
    "flag": parse.parse_flag, "duration": parse.parse_duration, "date": parse.parse_date,
    "instant": parse.parse_instant, "text": str, "reference": str,
}  # fmt: skip
NAMED = {
    "person": "people", "unit": "sales_network", "territory": "territories", "channel": "channels",
    "product_line": "product_lines",
}  # fmt: skip
EXPECTED = {
    "money": Message("an amount of money, as `100 {currency}`"), "percent": Message("a percent, as `12.5%`"),
    "number": Message("a number, as `3.5`"), "integer": Message("a whole number, as `4`"),
    "flag": Message("`true` or `false`"), "duration": Message("a duration, as `1d 4h`"),
    "date": Message("a date, as `2026-03-31`"), "instant": Message("an instant, as `2026-03-31T09:00`"),
}  # fmt: skip
REPAIRS: dict[str, Repair] = {
    "percent": repairs.percent, "flag": repairs.flag, "duration": repairs_times.duration, "date": repairs_times.day,
    "instant": repairs_times.instant, "integer": repairs.integer, "number": repairs.number,
}  # fmt: skip
LONG = 64
"""A longer text is no value that somebody wrote a little wrong."""
BOUNDED = frozenset({"money", "percent", "number", "integer", "duration", "date", "instant"})
LEAST = {"money": 0, "percent": 0}
MOST = {"percent": 10_000}


class Values:
    """Reads values and keeps them by the `id` of their node."""

    def __init__(self, symbols: Symbols, vocabulary: Vocabulary, values: dict[int, Any]) -> None:
        self.symbols = symbols
        self.vocabulary = vocabulary
        self.values = values
        self.bounds: dict[tuple[str, str], tuple[Any, Any]] = {}

    def fields(self) -> None:
        """The bounds and defaults of all fields."""
        for name, entity in self.symbols.spec.entities.items():
            self.symbols.owner = ("entities", name)
            for field in entity.fields.values():
                if field.type:
                    self.field(name, field, field.type)

    def field(self, entity: str, field: Field, kind: FieldType) -> None:
        """The bounds and the default of one field."""
        low = self.bound(field.min, kind, LEAST.get(kind.base))
        high = self.bound(field.max, kind, MOST.get(kind.base))
        if low is not None and high is not None and size(low) > size(high):
            node = field.max or field.min
            if node is not None:
                message = Message("the least value is greater than the greatest")
                self.symbols.report(BadValue.at(node.span, message, help=Message("give both `min` and `max`")))
            low = high = None
        self.bounds[entity, field.name] = low, high
        if field.derived is None and (low is not None or high is not None):  # what is derived is not held to any
            self.vocabulary.bounds[entity, field.name] = size(low), size(high)
        if field.default is not None:
            self.read(field.default, kind, (entity, field.name))

    def bound(self, node: Node | None, kind: FieldType, usual: int | None) -> Any:
        """A bound as given, else the usual one of the type."""
        if node is None:
            return usual
        if self.symbols.spec.dangles(kind):
            return None
        if kind.base not in BOUNDED:
            message = Message("a field of the type `{type}` has no bounds", type=str(kind))
            self.symbols.report(BadValue.at(node.span, message, help=Message("take it out")))
            return None
        found = self.read(node, kind)
        return usual if found is None else found

    def read(self, node: Node, kind: FieldType, field: tuple[str, str] | None = None) -> Any:
        """The value of a node, `None` with a diagnostic if it has none of its type.

        With `field` (an entity and its field) the value must be between the field's bounds.
        """
        if not isinstance(node, Scalar):
            return None
        found = self.named(node, kind) if kind.base in NAMED else self.plain(node, kind)
        if found is not None:
            self.values[id(node)] = found
            if field is not None:
                self.check_bounds(node, found, *self.bounds.get(field, (None, None)))
        return found

    def plain(self, node: Scalar, kind: FieldType) -> Any:
        """A value that is no name."""
        text, currency, fix = node.value, self.vocabulary.currency, None
        if kind.base == "enum":
            if text in kind.values:
                return text
            hint = suggestion(nearest(text, kind.values), kind.values)
            message = Message("`{value}` is not one of `{values}`", value=text, values=" | ".join(kind.values[:20]))
        else:
            found = parse.parse_money(text, currency) if kind.base == "money" else READERS[kind.base](text)
            if found is not None:
                return found
            expected = EXPECTED[kind.base].having(currency=currency)
            message = Message("`{value}` is not {expected}", value=text, expected=expected)
            hint = Message("write {expected}", expected=expected)
            repair = self.repair(kind)
            meant = repair(text) if repair and len(text) < LONG else None
            if meant is not None:
                hint = meant.hint
                fix = Fix(node.span, meant.text) if meant.certain else None
        self.symbols.report(BadValue.at(node.span, message, help=hint, fix=fix))
        return None

    def repair(self, kind: FieldType) -> Repair | None:
        """What may be meant by a text that is no value of a type."""
        return repairs.money(self.vocabulary.currency) if kind.base == "money" else REPAIRS.get(kind.base)

    def named(self, node: Scalar, kind: FieldType) -> str | None:
        """A name of the organisation. Where no people are listed any name is one."""
        section = NAMED[kind.base]
        known = self.symbols.sections[section]
        if node.value in known or (section == "people" and not known):
            return node.value
        self.symbols.missing(node.span, node.value, (section,))
        return None

    def check_bounds(self, node: Scalar, value: Any, low: Any, high: Any) -> None:
        """Report a value outside of its field's bounds."""
        below = low is not None and size(value) < size(low)
        if below or (high is not None and size(value) > size(high)):
            message = Message("`{value}` is more than the greatest value of the field", value=node.value)
            if below:
                message = Message("`{value}` is less than the least value of the field", value=node.value)
            hint = Message("change the value, or `min` and `max` of the field")
            self.symbols.report(BadValue.at(node.span, message, help=hint))


def size(value: Any) -> Any:
    """A value that compares: a duration counts minutes of days of eight hours."""
    return value.total_minutes(480) if isinstance(value, Duration) else value

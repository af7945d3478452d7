"""The values of keys as they are compared and told, whatever kind they are of and wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from crmdsl.conditions.unparse import figure, unparse
from crmdsl.ir.program import Program
from crmdsl.model import kinds
from crmdsl.model.values import (
    Assignment,
    Condition,
    DateRange,
    Duration,
    Effort,
    FieldType,
    Label,
    Late,
    Rate,
    Ref,
    Target,
)
from crmdsl.syntax.nodes import Node, Scalar

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Value(NamedTuple):
    """A value: what it is compared by, and its text (`None`: it is not there)."""

    key: Hashable
    text: str | None


NOTHING = Value(None, None)


class Values:
    """Reads the values of one spec; what has a newer name is compared by that."""

    def __init__(self, program: Program, newer: Mapping[tuple[str, ...], Mapping[str, str]] | None = None) -> None:
        """`newer` are newer names by older ones, by the section that they stand in."""
        self.newer = newer or {}
        self.sections: tuple[str, ...] = ()
        """The sections that the names being read are of."""
        self.acting = False
        """Whether they are actions, as `order.create`."""
        self.resolved = program.resolved
        company = program.spec.company
        self.currency = company.currency if company else ""
        self.itself: str | None = None
        """The name of a declaration that is compared whatever its name is."""

    def read(self, kind: kinds.Kind, value: Any) -> Value:
        """What stands under a key of a kind."""
        if value is None or value == () or value == "":
            return NOTHING
        self.sections = kind.sections if isinstance(kind, kinds.RefKind) else ()
        self.acting = isinstance(kind, kinds.WordKind) and kind.dotted
        if isinstance(kind, kinds.MoneyKind | kinds.PercentKind):
            base = "money" if isinstance(kind, kinds.MoneyKind) else "percent"
            return Value(value, figure(base, value, self.currency))
        if isinstance(kind, kinds.HoursKind):
            return _hours(value)
        if isinstance(kind, kinds.YearsKind):
            return Value(value, f"{value[0]}..{value[1]}")
        if type(value) is tuple:
            return self.several(kind, value)
        return self.one(value)

    def several(self, kind: kinds.Kind, values: Iterable[Any]) -> Value:
        """Values whose order means nothing, unless they are priorities, which are tried one after the other."""
        found = [self.one(value) for value in values]
        keys = tuple(one.key for one in found)
        ordered = isinstance(kind, kinds.ConditionsKind)
        text = ", ".join(one.text or "" for one in found)
        return Value(keys if ordered else tuple(sorted(set(keys), key=repr)), text)

    def one(self, value: Any) -> Value:
        """A single value."""
        if isinstance(value, Condition):
            text = self.condition(value)
            return Value(text, text)
        if isinstance(value, Assignment):
            text = f"{value.path}: {self.condition(value.value)}"
            return Value(text, text)
        if isinstance(value, Node):
            return self.node(value)
        if type(value) is tuple and len(value) == 2 and isinstance(value[1], Condition):
            text = f"{value[0]}: {self.condition(value[1])}"
            return Value(text, text)
        if isinstance(value, Ref) and value.name == self.itself:
            return Value(("itself",), value.name)
        if isinstance(value, Ref):
            return Value(self.name(value.name), value.name)
        reader = READERS.get(type(value))
        return reader(value) if reader else Value(value, str(value))

    def name(self, name: str) -> str:
        """The newer name of something; of an action that of the entity that it is on."""
        if self.acting:
            entity, dot, action = name.partition(".")
            return f"{self.newer.get(('entities',), {}).get(entity, entity)}{dot}{action}"
        found = (self.newer.get((section,), {}).get(name) for section in self.sections)
        return next((newer for newer in found if newer is not None), name)

    def condition(self, condition: Condition) -> str:
        """A condition in its one form; as it stands where it has a fault."""
        tree = self.resolved.typed(condition)
        return " ".join(condition.text.split()) if tree is None else unparse(tree, self.currency)

    def node(self, node: Node) -> Value:
        """A value whose type another declaration decides."""
        text = node.value if isinstance(node, Scalar) else ""
        value = self.resolved.value(node)
        return Value(text if value is None else repr(value), text)


def _flag(value: bool) -> Value:
    return Value(value, "true" if value else "false")


def _duration(value: Duration) -> Value:
    minutes = value.hours * 60 + value.minutes
    whole = (value.total_minutes(), True) if value.elapsed else (value.weeks * 5 + value.days, minutes, False)
    return Value(whole, str(value))


def _effort(value: Effort) -> Value:
    mean = _duration(value.mean)
    spread = "" if value.cv == 0 else f", cv {_number(value.cv)}"
    return Value((mean.key, value.cv), f"{mean.text}{spread}")


def _number(value: Fraction) -> str:
    return figure("integer", value)


def _rate(value: Rate) -> Value:
    return Value((value.amount, value.per), f"{_number(value.amount)} per {value.per}")


def _label(value: Label) -> Value:
    texts = tuple(sorted(value.texts.items()))
    return Value(texts, " / ".join(text for _, text in texts))


def _late(value: Late) -> Value:
    roles = tuple(sorted(ref.name for ref in value.roles))
    outcome = value.outcome.name if value.outcome else ""
    text = outcome or (f"{value.action}: {', '.join(roles)}" if roles else value.action)
    return Value((value.action, roles, outcome), text)


def _type(value: FieldType) -> Value:
    names = value.values if value.ordered else tuple(sorted(value.values))
    return Value((value.base, value.optional, names, value.ordered, value.entity), str(value))


def _range(value: DateRange) -> Value:
    return Value(value, f"{value.first}..{value.last}" if value.first != value.last else str(value.first))


def _target(value: Target) -> Value:
    text = f"at {value.bound} {' '.join(value.value.split())}"
    return Value(text, text)


def _hours(value: Any) -> Value:
    shown = []
    for day, windows in zip(WEEK, value, strict=False):
        spans = " ".join(f"{_clock(one.start)}-{_clock(one.end)}" for one in windows)
        if spans:
            shown.append((day, spans))
    return Value(value, ", ".join(f"{day} {spans}" for day, spans in shown))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


READERS: dict[type, Callable[[Any], Value]] = {
    bool: _flag, Duration: _duration, Effort: _effort, Rate: _rate, Label: _label, Late: _late, FieldType: _type,
    DateRange: _range, Target: _target,
}  # fmt: skip

"""Random values of fields: about the constants that a spec compares with, and now and then out of bounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from crmdsl.conditions import ast
from crmdsl.model.entities import Field
from tests.reference.evaluation import Record
from tests.reference.interpreter import Reference
from tests.reference.organisation import Organisation

SOME = {"money": (0, 1, 100, 5000, 100_000), "percent": (0, 1, 500, 3333), "integer": (0, 1, 3), "number": (0, 2)}
NAMED = {
    "unit": "sales_network", "territory": "territories", "channel": "channels", "product_line": "product_lines",
}  # fmt: skip
TEXTS = ("x", "", "y z", "\u202e{{'\"\\\n", "other")


def literals(expr: object) -> Iterator[ast.Literal]:
    """The constants in a tree."""
    if isinstance(expr, ast.Literal):
        yield expr
    elif isinstance(expr, ast.Expr):
        for name in (name for kind in type(expr).__mro__ for name in getattr(kind, "__slots__", ())):
            inner = getattr(expr, name)
            for part in inner if isinstance(inner, tuple) else (inner,):
                yield from literals(part)


@lru_cache(maxsize=8)
def world_of(reference: Reference) -> tuple[list[str], dict[str, list[Any]]]:
    """Who there is, and the numbers of each type about those that the conditions of a spec name."""
    found: dict[str, set[Any]] = {base: set(some) for base, some in SOME.items()}
    for tree in reference.resolved.expressions.values():
        for one in literals(tree):
            if one.type.base in SOME:
                found[one.type.base] |= {one.value - 1, one.value, one.value + 1}
    return list(Organisation(reference.spec).people), {base: sorted(some) for base, some in found.items()}


class Values:
    """Makes values for one spec."""

    def __init__(self, random: Random, reference: Reference) -> None:
        self.random = random
        self.reference = reference
        self.people, self.constants = world_of(reference)

    def bounds(self, field: Field) -> tuple[Any, Any]:
        base = field.type.base if field.type else ""
        low, high = self.reference.resolved.value(field.min), self.reference.resolved.value(field.max)
        if low is None and base in ("money", "percent"):
            low = 0
        return low, 10_000 if high is None and base == "percent" else high

    def good(self, field: Field) -> Any:
        """A value of a field that it may have."""
        type_ = field.type
        assert type_ is not None
        if type_.base in SOME:
            low, high = self.bounds(field)
            fits = [
                one for one in self.constants[type_.base] if (low is None or one >= low) and
                (high is None or one <= high)
            ]  # fmt: skip
            found = self.random.choice(fits or [low])
            return Fraction(found) if type_.base == "number" else found
        simple: dict[str, Any] = {
            "flag": lambda: self.random.random() < 0.4, "text": lambda: self.random.choice(TEXTS),
            "enum": lambda: self.random.choice(type_.values), "person": lambda: self.random.choice(self.people),
            "date": lambda: date(2026, 1, 1) + timedelta(days=self.random.randint(0, 400)),
            "instant": lambda: datetime(2026, 4, 30, 8) + timedelta(minutes=self.random.randint(0, 3000)),
            "duration": lambda: self.random.choice((0, 1, 239, 240, 480, 481, 960, 2400)),
        }  # fmt: skip
        if type_.base in NAMED:
            return self.random.choice(list(getattr(self.reference.spec, NAMED[type_.base])))
        return simple[type_.base]()

    def value(self, field: Field, wrong: float = 0.04) -> Any:
        """A value of a field, sometimes one that it cannot have."""
        if self.random.random() < wrong and field.type is not None:
            low, high = self.bounds(field)
            choices = ([] if low is None else [low - 1]) + ([] if high is None else [high + 1])
            if field.type.base in ("enum", "person", *NAMED) and self.random.random() < 0.7:
                return "unheard"
            if self.random.random() < 0.4:
                return None
            if choices and field.type.base != "number":
                return self.random.choice(choices)
            if choices:
                return Fraction(low) - 1
        return self.good(field)

    def record(self, entity: str, depth: int = 0) -> Record:
        """A record with most of what it must have and some of what it may have."""
        found: Record = {"": entity}
        for name, field in self.reference.spec.entities[entity].fields.items():
            assert field.type is not None
            if field.derived is not None:
                continue
            if field.type.base == "reference":
                known = depth < 3 and self.random.random() < 0.95
                found[name] = self.record(field.type.entity, depth + 1) if known else None
            else:
                known = self.random.random() < (0.94 if not field.type.optional or name == "lead" else 0.35)
                found[name] = self.good(field) if known else None
        return found

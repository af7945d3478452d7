"""The value of a typed condition tree. `None` is unknown; money counts minor units, a percent is its share of one,
clock time seconds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from crmdsl.conditions import ast
from crmdsl.model.values import Duration, FieldType
from crmdsl.resolve.resolved import Resolved
from tests.reference.organisation import Organisation
from tests.reference.working_time import WorkingTime

Record = dict[str, Any]
"""A record: its entity under `""`, and its fields as stored (money in minor units, percent in hundredths,
working time in minutes)."""


@dataclass
class World:
    """What a condition may look at."""

    resolved: Resolved
    organisation: Organisation
    record: Record | None
    today: date
    states: tuple[str, ...] = ()
    requester: str | None = None
    actor: str | None = None


def loaded(base: str, stored: Any) -> Any:
    return Fraction(stored, 10_000) if base == "percent" and stored is not None else stored


def stored(type_: FieldType, value: Any) -> Any:
    """A value as a field keeps it: money and percent rounded half-even to the unit."""
    if value is None:
        return None
    if type_.base == "percent":
        return round(value * 10_000)
    if type_.base in ("money", "integer"):
        return round(value)
    return value


def read(world: World, record: Record | None, parts: tuple[str, ...]) -> Any:
    """The value of a path from a record."""
    if record is None:
        return None
    field = world.resolved.spec.entities[record[""]].fields[parts[0]]
    assert field.type is not None
    if field.derived is not None:
        tree = world.resolved.typed(field.derived)
        inner = World(world.resolved, world.organisation, record, world.today)
        kept = None if tree is None else value_of(tree, inner)
    else:
        kept = loaded(field.type.base, record.get(parts[0]))
    if len(parts) == 1:
        return kept
    if field.type.base == "reference":
        return read(world, kept, parts[1:])
    if field.type.base == "person":
        return of_person(world, kept, parts[1:])
    if field.type.base == "unit":
        return None if kept is None else world.resolved.spec.sales_network[kept].kind
    raise AssertionError(parts)


def of_person(world: World, name: str | None, parts: tuple[str, ...]) -> Any:
    person = world.organisation.people.get(name) if name is not None else None
    if person is None or not parts:
        return name if not parts else None
    if parts == ("role",):
        return frozenset(person.roles)
    if parts == ("unit", "kind"):
        return None if person.unit is None else world.resolved.spec.sales_network[person.unit].kind
    return {"unit": person.unit, "territory": person.territory}[parts[0]]


def literal(expr: ast.Literal, world: World) -> Any:
    if isinstance(expr.value, Duration):
        minutes = expr.value.total_minutes(company_day(world))
        return minutes * 60 if expr.value.elapsed else minutes
    return loaded(expr.type.base, expr.value)


def company_day(world: World) -> int:
    """Minutes of a day of the company's calendar."""
    company = world.resolved.spec.company
    assert company is not None
    assert company.calendar is not None
    return WorkingTime(world.resolved.spec.calendars[company.calendar.name], ZoneInfo(company.timezone)).day_minutes()


def covered(state: str, active: tuple[str, ...]) -> bool:
    return any(name == state or name.startswith(state + ".") for name in active)


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, frozenset) and isinstance(right, frozenset):
        return left == right
    if isinstance(left, frozenset):
        return right in left
    if isinstance(right, frozenset):
        return left in right
    return bool(left == right)


def compared(op: str, left: Any, right: Any) -> bool:
    if op in ("=", "!="):
        return equal(left, right) == (op == "=")
    return bool(ORDER[op](left, right))


ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge
}  # fmt: skip


def compare(expr: ast.Compare, world: World) -> bool | None:
    for state, other in ((expr.left, expr.right), (expr.right, expr.left)):
        if isinstance(state, ast.State) and isinstance(other, ast.Literal):
            return covered(other.value, world.states) == (expr.op == "=")
    left, right = value_of(expr.left, world), value_of(expr.right, world)
    if left is None or right is None:
        return None
    values = expr.left.type.values or expr.right.type.values
    if values and expr.op not in ("=", "!="):
        left, right = values.index(left), values.index(right)
    return compared(expr.op, left, right)


def one_of(expr: ast.In, world: World) -> bool | None:
    if isinstance(expr.value, ast.State):
        return any(covered(choice.value, world.states) for choice in expr.choices if isinstance(choice, ast.Literal))
    return either(compare(ast.Compare(0, 0, ast.FLAG, "=", expr.value, choice), world) for choice in expr.choices)


def between(expr: ast.Between, world: World) -> bool | None:
    low = ast.Compare(0, 0, ast.FLAG, ">=", expr.value, expr.low)
    high = ast.Compare(0, 0, ast.FLAG, "<=", expr.value, expr.high)
    return both(compare(one, world) for one in (low, high))


def both(parts: Iterable[bool | None]) -> bool | None:
    found: bool | None = True
    for part in parts:
        if part is False:
            return False
        found = None if part is None else found
    return found


def either(parts: Iterable[bool | None]) -> bool | None:
    return inverted(both(map(inverted, parts)))


def arithmetic(expr: ast.Arithmetic, world: World) -> Any:
    left, right = value_of(expr.left, world), value_of(expr.right, world)
    if left is None or right is None or (expr.op == "/" and right == 0):
        return None
    if isinstance(left, date) or isinstance(right, date):
        return in_time(expr.op, left, right)
    return FIGURING[expr.op](left, right)


FIGURING: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": lambda left, right: Fraction(left) / right,
}  # fmt: skip


def in_time(op: str, left: Any, right: Any) -> Any:
    """A date or an instant moved by clock time (a date by whole days), or the time between two."""
    if isinstance(left, date) and isinstance(right, date):
        return Fraction((left - right) // timedelta(microseconds=1), 1_000_000)
    moment, time = (left, right) if isinstance(left, date) else (right, left)
    whole = isinstance(moment, datetime)
    by = timedelta(microseconds=floor(time * 1_000_000)) if whole else timedelta(days=int(time // 86_400))
    return moment + by if op == "+" else moment - by


def path(expr: ast.Path, world: World) -> Any:
    if expr.root == "record":
        return read(world, world.record, expr.parts)
    return of_person(world, world.requester if expr.root == "requester" else world.actor, expr.parts)


def negated(value: Any) -> Any:
    return None if value is None else -value


def inverted(value: bool | None) -> bool | None:
    return None if value is None else not value


MEANING: dict[type[ast.Expr], Callable[[Any, World], Any]] = {
    ast.Literal: literal,
    ast.Path: path,
    ast.Today: lambda expr, world: world.today,
    ast.Compare: compare,
    ast.In: one_of,
    ast.Between: between,
    ast.Known: lambda expr, world: (value_of(expr.path, world) is not None) == expr.known,
    ast.Not: lambda expr, world: inverted(value_of(expr.value, world)),
    ast.And: lambda expr, world: both(value_of(part, world) for part in expr.parts),
    ast.Or: lambda expr, world: either(value_of(part, world) for part in expr.parts),
    ast.Negate: lambda expr, world: negated(value_of(expr.value, world)),
    ast.Arithmetic: arithmetic,
}


def value_of(expr: ast.Expr, world: World) -> Any:
    """The value of an expression, `None` if it depends on something unknown."""
    return MEANING[type(expr)](expr, world)


def holds(expr: ast.Expr | None, world: World) -> bool:
    """Whether a condition holds; none at all always does, an unknown one does not, nor any on an unknown record."""
    return expr is None or (world.record is not None and value_of(expr, world) is True)

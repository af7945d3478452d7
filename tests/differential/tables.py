"""The records of a world in tables of PostgreSQL, as `crmdsl.ir.relational` lays them down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import count
from typing import Any

from crmdsl.ir.relational import COLUMN_TYPES, SYSTEM, key_of
from crmdsl.model.currencies import DECIMALS
from tests.generators.policies import World
from tests.reference.evaluation import Record

ARRAYS = ("_states", "_writers", "_signers")


def told_apart(world: World) -> None:
    """Gives every record a key of its own, so that a reference to it means one row; before anything is asked."""
    numbers = count()
    for record in world.records:
        for one in inside(world, record):
            key = key_of(world.resolved, one[""])
            if key != "_id":
                one[key] = f"k{next(numbers)}"


def inside(world: World, record: Record) -> Iterator[Record]:
    """A record and those that it refers to."""
    yield record
    for name, field in world.resolved.spec.entities[record[""]].fields.items():
        if field.type is not None and field.type.base == "reference" and isinstance(record.get(name), dict):
            yield from inside(world, record[name])


def fill(opened: Any, world: World) -> None:
    """Makes the tables of a world anew and fills them; the records of the world have their numbers as `_id`."""
    spec = world.resolved.spec
    for name in (*spec.entities, "_people", "_units"):
        opened.execute(f'DROP TABLE IF EXISTS "{name}"')
    opened.execute('CREATE TABLE "_people" (name text, roles text[], unit text, territory text)')
    opened.execute('CREATE TABLE "_units" (name text, kind text)')
    for person in world.organisation.people.values():
        row = (person.name, list(person.roles), person.unit, person.territory)
        opened.execute('INSERT INTO "_people" VALUES (%s, %s, %s, %s)', row)
    for unit in spec.sales_network.values():
        opened.execute('INSERT INTO "_units" VALUES (%s, %s)', (unit.name, unit.kind))
    for name, entity in spec.entities.items():
        columns = [f'"{column}" {"text[]" if column in ARRAYS else "text"}' for column in SYSTEM]
        columns += [
            f'"{one}" {COLUMN_TYPES.get(field.type.base if field.type else "", "text")}'
            for one, field in entity.fields.items() if field.derived is None
        ]  # fmt: skip
        opened.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
    for number, record in enumerate(world.records):
        for place, one in enumerate(inside(world, record)):
            insert(opened, world, one, str(number) if not place else f"{number}.{place}")


def insert(opened: Any, world: World, record: Record, number: str) -> None:
    entity = world.resolved.spec.entities[record[""]]
    known = {f"_{name.removeprefix('#')}": value for name, value in record.items() if name.startswith("#")}
    values = {name: known.get(name) for name in SYSTEM} | {"_id": number, "_states": known.get("_states") or []}
    for name, field in entity.fields.items():
        if field.derived is None and field.type is not None:
            values[name] = stored(world, field.type.base, record.get(name))
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    opened.execute(f'INSERT INTO "{record[""]}" ({columns}) VALUES ({marks})', list(values.values()))


def stored(world: World, base: str, value: Any) -> Any:
    """A value as its column holds it."""
    if value is None or isinstance(value, str | bool | date | datetime):
        return value
    if base == "reference":
        return value[key_of(world.resolved, value[""])]
    assert world.resolved.spec.company is not None
    digits = {"money": DECIMALS[world.resolved.spec.company.currency], "percent": 2}.get(base, 0)
    exact = Fraction(value) / 10**digits
    return Decimal(exact.numerator) / Decimal(exact.denominator)

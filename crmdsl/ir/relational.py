"""How records stand in tables of PostgreSQL, for every target that asks a database: conditions over rows.

A table an entity, of its name, with a column a field (types: `crmdsl.conditions.sql`; a reference is the key of the
record that it refers to: its entity's `key` field, else its `_id`). What else is known of a record stands in columns
whose names no field can have:

| column | type | what it is |
|---|---|---|
| `_id` | `text` | tells records apart |
| `_creator`, `_owner` | `text` | names of persons, NULL where unknown |
| `_process` | `text` | the process of its case, NULL without one |
| `_states` | `text[]` | the active states of its case, empty without one |
| `_requester` | `text` | who started its case |
| `_writers`, `_signers` | `text[]` | who has written it, and signed on it; NULL where nobody knows |

`_people(name text, roles text[], unit text, territory text)` are the persons of the organisation, `_units(name text,
kind text)` the units. Derived fields have no column: they are written out (`crmdsl.conditions.derived`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from crmdsl.conditions.ast import Expr, Path
from crmdsl.conditions.derived import inlined
from crmdsl.conditions.sql import to_sql
from crmdsl.ir.casespace import CaseSpace, day_of
from crmdsl.model.currencies import DECIMALS
from crmdsl.resolve.resolved import Resolved

SYSTEM = ("_id", "_creator", "_owner", "_process", "_states", "_requester", "_writers", "_signers")
COLUMN_TYPES = {
    "money": "numeric", "percent": "numeric", "number": "numeric", "integer": "bigint", "duration": "integer",
    "flag": "boolean", "date": "date", "instant": "timestamp",
}  # fmt: skip
"""The types of columns; every other field is `text`."""
Beyond = Callable[[tuple[str, ...]], str]
"""From a path through references to what stands for the field at its end."""


def identifier(name: str) -> str:
    """A name as it stands in a statement."""
    return '"' + name.replace('"', '""') + '"'


def key_of(resolved: Resolved, entity: str) -> str:
    """The column by which other records refer to a record of an entity."""
    key = resolved.spec.entities[entity].identifier
    return key.name if key is not None else "_id"


def select(table: str, column: str, key: str, alias: str, value: str) -> str:
    """A column of the row of a table whose key is a value; the names are the spec's own, and quoted."""
    wanted, where = f"{alias}.{identifier(column)}", f"{alias}.{identifier(key)} = {value}"
    return f"(SELECT {wanted} FROM {identifier(table)} AS {alias} WHERE {where})"  # noqa: S608


def condition(
    resolved: Resolved, entity: str, tree: Expr, *, actor: str, today: str, beyond: Beyond | None = None
) -> str:  # fmt: skip
    """An expression over a row of the entity's table that `IS TRUE` exactly if the condition holds.

    `actor` and `today` stand for the person's name and for the date: parameters, or expressions. Columns are
    qualified with the name of the table; `beyond` says what stands for a field of a record that this one refers to,
    where it is not looked up in that record's table. Raises `crmdsl.conditions.inexpressible.Inexpressible`.
    """
    company = resolved.spec.company
    decimals = DECIMALS[company.currency] if company is not None else 2
    states = f'{identifier(entity)}."_states"'
    tree = inlined(tree, CaseSpace(resolved).field)
    read = reader(resolved, entity, actor=actor, beyond=beyond)
    return to_sql(tree, read, today=today, states=states, decimals=decimals, day=day_of(resolved))


def reader(
    resolved: Resolved, entity: str, *, actor: str, beyond: Beyond | None = None
) -> Callable[[Path], str]:  # fmt: skip
    """What stands for a path in the conditions on a row of an entity's table."""
    numbers = count(1)

    def of_person(source: str, parts: tuple[str, ...]) -> str:
        if not parts:
            return source
        alias = f'"_p{next(numbers)}"'
        column = {"role": "roles"}.get(parts[0], parts[0])
        found = select("_people", column, "name", alias, source)
        return of_unit(found, parts[1:]) if parts[0] == "unit" else found

    def of_unit(source: str, parts: tuple[str, ...]) -> str:
        if not parts:
            return source
        alias = f'"_u{next(numbers)}"'
        return select("_units", "kind", "name", alias, source)

    def read(path: Path) -> str:
        if path.root == "actor":
            return of_person(actor, path.parts)
        table = identifier(entity)
        if path.root == "requester":
            return of_person(f'{table}."_requester"', path.parts)
        source, current = "", entity
        for place, part in enumerate(path.parts):
            if source and beyond is not None:
                source = beyond(path.parts[: place + 1])
            elif source:
                alias = f'"_r{next(numbers)}"'
                source = select(current, part, key_of(resolved, current), alias, source)
            else:
                source = f"{table}.{identifier(part)}"
            declared = resolved.spec.entities[current].fields[part].type
            if declared is None or not declared.entity:
                rest = path.parts[place + 1 :]
                return of_unit(source, rest) if declared and declared.base == "unit" else of_person(source, rest)
            current = declared.entity
        return source

    return read

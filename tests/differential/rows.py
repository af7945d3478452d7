"""What PostgreSQL lets somebody do with the records of a world: the files of the spec installed, the records loaded."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from crmdsl.backends.postgres import emit
from crmdsl.ir.lower import lower
from crmdsl.ir.relational import identifier, key_of
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.entities import Field
from tests.generators.policies import World
from tests.reference.decisions import Request
from tests.reference.evaluation import Record

FILES = ("schema.sql", "access.sql", "people.sql")
AROUND = ("#creator", "#owner", "#process", "#states", "#requester", "#writers", "#signers")
OTHER: dict[str, Any] = {
    "flag": True, "date": "2026-02-03", "instant": "2026-02-03T04:05", "text": "new", "reference": None,
    "enum": "new", "person": "new", "unit": "new", "territory": "new", "channel": "new", "product_line": "new",
}  # fmt: skip
"""What is written where nothing was; of figures it is one."""
PUBLIC_KEY = "key: title\n"


def by_id(text: str) -> str:
    """A spec whose records refer to each other by `_id`, since titles of generated ones are not unique."""
    return "".join(line for line in text.splitlines(keepends=True) if line.strip() != PUBLIC_KEY.strip())


class Installed:
    """A database with a world in it. `files` are texts to install in the place of what is generated."""

    def __init__(self, opened: Any, world: World, files: dict[str, str] | None = None) -> None:
        self.opened, self.world = opened, world
        self.schema = lower(world.resolved).package
        self.ids: list[str] = []
        self.rows: dict[str, dict[str, Any]] = {}
        files = files or emitted(world)
        opened.execute(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')
        for name in FILES:
            opened.execute(files[name])
        opened.execute(f'SET search_path = "{self.schema}"')
        self.roles = {name: self._role(name) for name in [*world.organisation.people, "nobody_here"]}
        for record in world.records:
            self.ids.append(self._insert(record))
        somebody = ", ".join(identifier(role) for role in self.roles.values())
        for entity in world.resolved.spec.entities:
            probe = f"TO {somebody} USING (\"_id\" = (SELECT current_setting('probe.id', true)))"
            for command in ("UPDATE", "DELETE"):
                opened.execute(f'CREATE POLICY "probe {command}" ON "{entity}" AS RESTRICTIVE FOR {command} {probe}')
        self.shown = cache(self._shown)

    def _role(self, person: str) -> str:
        """The database role of somebody, who has those of the business roles that he holds; a stranger has all."""
        spec, role = self.world.resolved.spec, f"{self.schema} {person}"
        self.opened.execute(f'DROP ROLE IF EXISTS "{role}"')
        self.opened.execute(f'CREATE ROLE "{role}"')
        known = self.world.organisation.people.get(person)
        for name in spec.roles if known is None else known.roles:
            self.opened.execute(f'GRANT "{self.schema}.role.{name}" TO "{role}"')
        return role

    def _insert(self, record: Record) -> str:
        """Put a record and those that it refers to in their tables; the `_id`."""
        row = {f"_{name[1:]}": record.get(name) for name in AROUND} | {"_id": f"r{len(self.rows)}"}
        self.rows[row["_id"]] = row
        row["_states"] = list(row["_states"] or ())
        for name, field in self.fields(record[""]).items():
            value = record.get(name)
            row[name] = self._referred(value) if isinstance(value, dict) else self.kept(field, value)
        columns = ", ".join(identifier(name) for name in row)
        marks = ", ".join(["%s"] * len(row))
        self.opened.execute(f'INSERT INTO "{record[""]}" ({columns}) VALUES ({marks})', list(row.values()))
        return str(row["_id"])

    def _referred(self, record: Record) -> Any:
        """Put a record that another refers to in its table; what stands for it in the other."""
        made, key = self._insert(record), key_of(self.world.resolved, record[""])
        return made if key == "_id" else record[key]

    def fields(self, entity: str) -> dict[str, Field]:
        """The fields that have a column."""
        return {
            name: one for name, one in self.world.resolved.spec.entities[entity].fields.items() if one.derived is None
        }  # fmt: skip

    def kept(self, field: Field, value: Any) -> Any:
        """A value as its column has it."""
        base = field.type.base if field.type is not None else ""
        if value is None or isinstance(value, bool) or not isinstance(value, int | Fraction):
            return value
        company = self.world.resolved.spec.company
        assert company is not None
        scale = {"money": 10 ** DECIMALS[company.currency], "percent": 100}.get(base, 1)
        exact = Fraction(value) / scale
        return Decimal(exact.numerator) / Decimal(exact.denominator)

    # what somebody may do

    def allowed(self, request: Request) -> bool | None:
        """Whether the database does what is asked; `None` where SQL has no such question."""
        entity = self.world.records[request.record][""]
        if request.action in ("read", "export"):
            found = self.shown(request.actor, request.action, entity).get(self.ids[request.record])
            return found is not None and (request.field is None or request.field in found["_open"])
        known = request.field is None or request.field in self.fields(entity)
        if request.action == "delete" and request.field is None:
            return self._tried(request.actor, f'DELETE FROM "{entity}"', self.ids[request.record])
        if request.action == "update" and request.field is not None and known:
            return self._updated(request, entity, request.field)
        return None

    def _updated(self, request: Request, entity: str, name: str) -> bool:
        field = self.fields(entity)[name]
        old = self.world.records[request.record].get(name)
        base = field.type.base if field.type is not None else ""
        new = None if old is not None else OTHER.get(base, 1)
        if base == "reference" and old is None:
            key = key_of(self.world.resolved, "client")
            made = next(made for made, one in zip(self.ids, self.world.records, strict=True) if one[""] == "client")
            new = made if key == "_id" else self.rows[made][key]
        statement = f'UPDATE "{entity}" SET {identifier(name)} = %s'
        return self._tried(request.actor, statement, self.ids[request.record], [new])

    def created(self, actor: str, record: Record) -> bool:
        """Whether somebody may create a record (one that refers to none)."""
        row = {
            name: self.kept(field, record[name]) for name, field in self.fields(record[""]).items() if name in record
        }
        columns, marks = ", ".join(identifier(name) for name in row), ", ".join(["%s"] * len(row))
        values = f"({columns}) VALUES ({marks})" if row else "DEFAULT VALUES"
        return self._tried(actor, f'INSERT INTO "{record[""]}" {values}', "", list(row.values()))

    def _tried(self, actor: str, statement: str, one: str, values: list[Any] | None = None) -> bool:
        import psycopg

        self.opened.execute("SELECT set_config('probe.id', %s, false)", [one])
        try:
            with self.opened.transaction(force_rollback=True):
                self._become(actor)
                return bool(self.opened.execute(statement, values).rowcount == 1)
        except psycopg.errors.InsufficientPrivilege:
            return False

    def _become(self, actor: str) -> None:
        self.opened.execute(f"SELECT set_config('crmdsl.actor', '{actor}', true)")
        self.opened.execute(f'SET LOCAL ROLE "{self.roles[actor]}"')

    def _shown(self, actor: str, action: str, entity: str) -> dict[str, dict[str, Any]]:
        """What somebody sees of an entity, by `_id`; what he sees of the table itself must be among it."""
        import psycopg

        view = f'"{entity}.{action}"'
        if not self._one(f"SELECT to_regclass('{view}') IS NOT NULL"):
            return {}
        try:
            with self.opened.transaction(force_rollback=True):
                self._become(actor)
                cursor = self.opened.execute(f"SELECT * FROM {view}")
        except psycopg.errors.InsufficientPrivilege:
            return {}
        names = [column.name for column in cursor.description]
        found = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
        if action == "read":
            self._agrees(actor, entity, found)
        return found

    def _agrees(self, actor: str, entity: str, found: dict[str, dict[str, Any]]) -> None:
        """Reading the table shows the same records, and no field that the view does not."""
        columns = ["_id", *self.fields(entity)]
        asked = ", ".join(f"has_column_privilege('\"{entity}\"', '{name}', 'SELECT')" for name in columns)
        with self.opened.transaction(force_rollback=True):
            self._become(actor)
            open_ = self.opened.execute(f"SELECT {asked}").fetchone()
            names = [name for name, one in zip(columns, open_, strict=True) if one]
            if not names:
                return
            listed = ", ".join(identifier(name) for name in ("_id", *names))
            rows = self.opened.execute(f'SELECT {listed} FROM "{entity}"').fetchall()
        assert {row[0]: row[1:] for row in rows} == {
            key: tuple(row[name] for name in names) for key, row in found.items()
        }
        assert all({*names} - {"_id"} <= {*row["_open"]} for row in found.values())

    def _one(self, statement: str) -> Any:
        return self.opened.execute(statement).fetchone()[0]

    def masked(self, actor: str, number: int) -> Iterator[str]:
        """The fields of a record that are shown wrongly: hidden though open, or shown though closed."""
        entity, key = self.world.records[number][""], self.ids[number]
        row = self.shown(actor, "read", entity).get(key)
        for name in self.fields(entity) if row is not None else ():
            if row[name] != (self.rows[key][name] if name in row["_open"] else None):
                yield name


def emitted(world: World) -> dict[str, str]:
    """The files of a world's spec, on the world's day."""
    files = emit(lower(world.resolved), today=f"DATE '{world.today.isoformat()}'")
    return {file.path: file.text for file in files}

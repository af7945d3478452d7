"""A program → all that its templates see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from crmdsl import __version__
from crmdsl.backends.faults import Inexpressible, NotExpressible
from crmdsl.backends.postgres import people
from crmdsl.backends.postgres.guarding import SHOWN, Guarding
from crmdsl.backends.postgres.names import LONGEST, Names, array
from crmdsl.backends.postgres.references import References
from crmdsl.backends.postgres.views import Column, Company, Table
from crmdsl.backends.postgres.ways import Rows
from crmdsl.conditions.sql import as_decimal
from crmdsl.conditions.sqltext import quoted
from crmdsl.diagnostics import Diagnostic, Message
from crmdsl.ir import relational
from crmdsl.ir.casespace import day_of
from crmdsl.ir.policy import Permission
from crmdsl.ir.program import Program
from crmdsl.ir.staff import members
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.declaration import Declaration
from crmdsl.model.digest import digest
from crmdsl.model.entities import Entity, Field
from crmdsl.model.values import Duration


class Builder:
    """Makes the view of a company. `today` is the expression of the day, else that of the company's clock."""

    def __init__(self, program: Program, today: str | None = None) -> None:
        self.program = program
        self.spec = program.spec
        self.resolved = program.resolved
        self.names = Names(program.package)
        zone = self.spec.company.timezone if self.spec.company is not None else "UTC"
        self.today = today or f"(SELECT (now() AT TIME ZONE {quoted(zone)})::date)"
        self.faults: list[Diagnostic] = []

    def company(self) -> Company:
        """All of it. Raises `NotExpressible`."""
        tables = [self.table(entity) for entity in self.spec.entities.values()]
        if self.faults:
            raise NotExpressible(tuple(self.faults))
        spec = self.spec
        return Company(
            __version__, printable(spec.name), f"sha256 {digest(spec)[:16]}", self.names.schema, self.names.system,
            tuple(self.names.viewer(action) for action in SHOWN),
            [(role, self.names.role(role), self.names.readers(role)) for role in spec.roles],
            list(self.passed()), tables, list(self.people()), bool(spec.people),
            [(unit.name, unit.kind) for unit in spec.sales_network.values()],
            [(name, array(self.around(name))) for name in spec.territories],
        )  # fmt: skip

    # the organisation

    def passed(self) -> Iterator[tuple[str, str]]:
        """Who reads what a role reads, because it reports to him."""
        for role, above in self.program.policy.above.items():
            if above:
                yield self.names.readers(role), self.names.readers(above[0])

    def people(self) -> Iterator[tuple[str, str, str | None, str | None]]:
        """Everybody of the organisation."""
        for one in members(self.spec):
            yield one.name, array(one.roles), one.unit, one.territory

    def around(self, territory: str) -> list[str]:
        """A territory and those that it is in."""
        return [name for name, parts in self.program.policy.parts.items() if territory in parts]

    # entities

    def table(self, entity: Entity) -> Table:
        """An entity's table, and what guards it."""
        self.fits(entity)
        columns = [self.column(field) for field in entity.fields.values() if field.derived is None]
        key = relational.key_of(self.resolved, entity.name)
        table = Table(entity.name, self.label(entity), columns, "" if key == "_id" else key)
        references = References(self.resolved, entity.name)
        rows = Rows(self.program.policy, entity.name, lambda one: self.condition(one, references))
        Guarding(self.names, rows, table).fill()
        for one, error in rows.refused:
            assert one.when is not None  # noqa: S101 - only a condition is refused
            self.faults.append(Inexpressible.at(one.when.span, error.message))
        if not rows.refused:
            table.copies, table.targets = list(references.copies()), references.targets()
            table.touches = references.touches()
        return table

    def fits(self, entity: Entity) -> None:
        """Refuse names that PostgreSQL would cut off."""
        for declared in (entity, *entity.fields.values()):
            if len(declared.name) > LONGEST:
                message = Message("PostgreSQL cuts off `{name}`: names have 63 characters there", name=declared.name)
                self.faults.append(Inexpressible.at(declared.name_span, message))

    def column(self, field: Field) -> Column:
        """A field's column."""
        base = field.type.base if field.type is not None else "text"
        return Column(field.name, relational.COLUMN_TYPES.get(base, "text"), self.default(field), self.label(field))

    def condition(self, one: Permission, references: References) -> str:
        """The condition of a permission. Raises `crmdsl.conditions.inexpressible.Inexpressible`."""
        if one.tree is None:
            return ""
        return relational.condition(
            self.resolved, one.entity, one.tree, actor=people.ACTOR, today=self.today, beyond=references.read
        )  # fmt: skip

    def default(self, field: Field) -> str:
        """The constant of a field's default."""
        value = self.resolved.value(field.default)
        base = field.type.base if field.type is not None else ""
        if value is None:
            return ""
        if base == "money":
            value = Fraction(value, 10 ** (DECIMALS[self.spec.company.currency] if self.spec.company else 2))
        elif base == "percent":
            value = Fraction(value, 100)
        return constant(value, day_of(self.resolved))

    def label(self, declared: Declaration) -> str:
        """What people call something, as a constant; empty where it has no label."""
        language = self.spec.company.language if self.spec.company is not None else None
        text = declared.label.in_(language or "") if declared.label is not None else None
        return quoted(printable(text)) if text else ""


def constant(value: Any, day: int) -> str:
    """A value as a constant; `day` are the minutes of a day of working time."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Duration):
        return str(value.total_minutes(day))
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int | Fraction):
        found = as_decimal(Fraction(value))
        return found or f"({Fraction(value).numerator}::numeric / {Fraction(value).denominator})"
    return quoted(printable(str(value)))


def printable(text: str) -> str:
    """A text that PostgreSQL can keep."""
    return "".join("\ufffd" if char == "\x00" or "\ud800" <= char <= "\udfff" else char for char in text)

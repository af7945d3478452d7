"""What the templates of PostgreSQL see: every decision made, every name and text quoted where it says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdsl.backends.postgres.references import Copy, Touch


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `default` is an expression, or empty; `label` what people call it."""

    name: str
    type: str
    default: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A policy on the rows of a table: of an action (`SELECT`, `INSERT` …), for database roles.

    `place` says which grant or rule it is from; `using` is the test of the row as it stands, `check` of the new one.
    """

    name: str
    kind: str
    command: str
    roles: tuple[str, ...]
    using: str
    check: str
    place: str


@dataclass(frozen=True, slots=True)
class Right:
    """What database roles may do with columns of a table (with all of it, where none are named)."""

    privilege: str
    roles: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """A view of an entity that shows of each record what somebody may read (or export)."""

    name: str
    owner: str
    columns: tuple[tuple[str, str], ...]
    """Each name with its expression."""
    open: tuple[tuple[tuple[str, ...], str], ...]
    """Fields that are open together, and when; always where the test is empty."""
    where: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """Fields that are written only where a test of the row holds, each with its default."""

    fields: tuple[tuple[str, str], ...]
    test: str

    @property
    def names(self) -> str:
        """Their names, as a message has them."""
        return ", ".join(name for name, _ in self.fields)


@dataclass(slots=True)
class Table:
    """An entity: its table, and what guards it."""

    name: str
    label: str
    columns: list[Column]
    key: str
    rows: list[Row] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    created: list[Checked] = field(default_factory=list)
    updated: list[Checked] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)
    touches: list[Touch] = field(default_factory=list)


@dataclass(slots=True)
class Company:
    """All of it."""

    version: str
    spec: str
    hash: str
    schema: str
    system: str
    viewers: tuple[str, ...]
    roles: list[tuple[str, str, str]]
    """Each role of the company with its database role and that of its readers."""
    passed: list[tuple[str, str]]
    """Readers of a role, and those of its superior, who are readers of it too."""
    tables: list[Table]
    people: list[tuple[str, str, str | None, str | None]]
    """Persons: name, roles as an array, unit, territory."""
    listed: bool
    units: list[tuple[str, str]]
    territories: list[tuple[str, str]]
    """Each with itself and those that it is in, as an array."""

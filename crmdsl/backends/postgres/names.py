"""Names in the database: roles, which all databases of a server share, and how names and lists are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from crmdsl.conditions.sqltext import quoted
from crmdsl.ir.relational import identifier

LONGEST = 63
"""Bytes of a name that PostgreSQL keeps; what is longer it cuts off without an error."""


LONGEST_SCHEMA = 30
"""Of a schema, so that it begins the names of its roles whole."""
TAKEN = frozenset({"public", "information_schema"})


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one company, after the name of its package.

    A point is in no name of a spec: what is put together with one meets no name of anybody else.
    """

    package: str

    @property
    def schema(self) -> str:
        """The schema of its tables; names that PostgreSQL keeps for itself get a word in front."""
        mine = self.package in TAKEN or self.package.startswith("pg_")
        return fitting(f"company_{self.package}" if mine else self.package, LONGEST_SCHEMA)

    @property
    def system(self) -> str:
        """The database role that keeps cases: it sees and writes everything."""
        return fitting(f"{self.schema}.system")

    def role(self, role: str) -> str:
        """The database role of a role of the company."""
        return fitting(f"{self.schema}.role.{role}")

    def readers(self, role: str) -> str:
        """The database role of all who read what a role reads: its superiors are members too."""
        return fitting(f"{self.schema}.readers.{role}")

    def viewer(self, action: str) -> str:
        """The database role that owns the views of an action, and sees through them what whoever asks may see."""
        return fitting(f"{self.schema}.viewer.{action}")

    def holders(self, action: str, role: str) -> str:
        """The database role of those who hold an action by a grant to a role."""
        return self.readers(role) if action == "read" else self.role(role)


def fitting(name: str, longest: int = LONGEST) -> str:
    """A name as it is, where it is short enough; else its beginning and a digest that tells it from others."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 17]}~{sha256(name.encode()).hexdigest()[:16]}"


def written(name: str) -> str:
    """A name, in a statement."""
    return identifier(fitting(name))


def listed(names: Iterable[str]) -> str:
    """Database roles or columns, in a statement."""
    return ", ".join(written(name) for name in names)


def array(names: Iterable[str]) -> str:
    """Names as an array of texts."""
    return f"ARRAY[{', '.join(quoted(name) for name in names)}]::text[]"

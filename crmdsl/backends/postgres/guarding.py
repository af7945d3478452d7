"""The policy of an entity → policies on rows, rights on columns, views and the checks of what is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crmdsl.backends.postgres.names import Names
from crmdsl.backends.postgres.views import Checked, Column, Right, Row, Shown, Table
from crmdsl.backends.postgres.ways import Rows, Way
from crmdsl.conditions.sqltext import quoted

COMMANDS = {"read": "SELECT", "create": "INSERT", "update": "UPDATE", "delete": "DELETE"}
"""The actions that are commands; what is exported is read from a view of its own."""
SHOWN = ("read", "export")
OF_ITSELF = "_id"
"""What everybody sees of a record that he sees at all, and may choose where he creates one."""
MEMBER = '"crmdsl member"'
"""A function that tells whether who asks is a member of a database role, when a statement is planned."""


class Guarding:
    """Fills in what guards a table."""

    def __init__(self, names: Names, rows: Rows, table: Table) -> None:
        self.names = names
        self.rows = rows
        self.table = table
        self.columns = {column.name: column for column in table.columns}

    def fill(self) -> None:
        """All of it."""
        for action, command in COMMANDS.items():
            ways = self.rows.ways(action)
            if ways:
                self.table.rows += self.policies(action, command, ways)
                self.table.rights += self.rights(action, command, ways)
        self.table.shown = [self.view(action) for action in SHOWN if self.rows.ways(action)]
        self.table.created = list(self.checks("create"))
        self.table.updated = list(self.checks("update"))

    # rows

    def policies(self, action: str, command: str, ways: list[Way]) -> Iterator[Row]:
        """A permissive policy for each permission, a restrictive one for whatever bars the action.

        PostgreSQL asks them from the last name to the first: what is quick goes last.
        """
        everybody: dict[str, None] = {}
        for number, way in enumerate(reversed(needed(ways)), 1):
            roles = self.holders(way)
            everybody |= dict.fromkeys(roles)
            span = way.permission.declaration.name_span
            yield self.row(f"{action} {number:03}", "PERMISSIVE", command, roles, way.test, f"{span.file}:{span.line}")
        for number, (name, test) in enumerate(self.rows.bars(action), 1):
            unbarred = f"NOT coalesce({test}, TRUE)"
            yield self.row(f"{action} barred {number}", "RESTRICTIVE", command, tuple(everybody), unbarred, name)

    def row(self, name: str, kind: str, command: str, roles: tuple[str, ...], test: str, place: str) -> Row:
        """A policy. An update is asked of the record as it stands, and may change what it was allowed for."""
        using = "" if command == "INSERT" else test
        check = {"INSERT": test, "UPDATE": "TRUE"}.get(command, "")
        return Row(name, kind, command, roles, using, check, place)

    def holders(self, way: Way) -> tuple[str, ...]:
        """The database roles that a way is for."""
        if way.exact:
            return tuple(self.names.role(role) for role in way.roles)
        return self.readers(way)

    def readers(self, way: Way) -> tuple[str, ...]:
        """The same, and those of all who have rights on its columns because they stand above."""
        return tuple(self.names.holders(way.permission.action, role) for role in way.roles)

    # columns

    def rights(self, action: str, command: str, ways: list[Way]) -> Iterator[Right]:
        """The rights on columns that go with the policies of an action."""
        if action == "delete":
            yield Right("DELETE", tuple(dict.fromkeys(role for way in ways for role in self.holders(way))))
            return
        common = self.common(action, ways)
        by_role: dict[str, set[str]] = {}
        for way in (way for way in ways if not way.above):
            for role in self.readers(way):
                fields = common if action == "read" else self.written(way)
                by_role.setdefault(role, set()).update(fields)
        for role, names in by_role.items():
            columns = ([] if action == "update" else [OF_ITSELF]) + [one for one in self.columns if one in names]
            if columns:
                yield Right(command, (role,), tuple(columns))

    def common(self, action: str, ways: list[Way]) -> list[str]:
        """The columns that every permission opens, so that whoever sees a row may see them."""
        return [name for name in self.columns if len(self.rows.ways(action, name)) == len(ways)]

    def written(self, way: Way) -> list[str]:
        """The columns that a permission lets somebody write somewhere."""
        one = way.permission
        return [name for name in one.fields if name in self.columns and self.rows.places(one, name) is not None]

    # views

    def view(self, action: str) -> Shown:
        """What somebody may read (or export): the rows, and of each the columns, NULL where he may not."""
        ways = self.rows.ways(action)
        columns = [(OF_ITSELF, self.rows.column(OF_ITSELF))]
        classes: dict[str, list[str]] = {}
        for name in self.rows.resource.fields:
            found = self.rows.ways(action, name)
            test = "" if len(found) == len(ways) else self.opened(found, planned=True)
            classes.setdefault(test if found else "FALSE", []).append(name)
            if name in self.columns and found:
                source = self.rows.column(name)
                columns.append((name, f"CASE WHEN {test} THEN {source} END" if test else source))
            elif name in self.columns:
                columns.append((name, f"NULL::{self.columns[name].type}"))
        bars = [f"NOT coalesce({test}, TRUE)" for _, test in self.rows.bars(action)]
        opened = tuple((tuple(fields), test) for test, fields in classes.items() if test != "FALSE")
        roles = tuple(dict.fromkeys(role for way in ways for role in self.holders(way)))
        where = "\n  AND ".join([f"({self.opened(ways, planned=True)})", *bars])
        return Shown(f"{self.table.name}.{action}", self.names.viewer(action), tuple(columns), opened, where, roles)

    def opened(self, ways: Iterable[Way], *, planned: bool = False) -> str:
        """That one of some ways is open to the database role that asks, for the actor."""
        found = dict.fromkeys(f"({self.member(way, planned=planned)} AND {way.test})" for way in needed(ways))
        return "\n  OR ".join(found) or "FALSE"

    def member(self, way: Way, *, planned: bool) -> str:
        """That whoever asks is a member of a database role of a permission.

        If it is `planned`, ways of others are left out already where a statement is planned, so that an index serves
        what is left. That is sound where row security binds the plan to who asks, and nowhere else.
        """
        roles = [quoted(role) for role in self.holders(way)]
        now = " OR ".join(f"pg_has_role({role}, 'USAGE')" for role in roles)
        if not planned:
            return f"(SELECT {now})"
        before = " OR ".join(f"{MEMBER}({role})" for role in roles)
        return f"({before}) AND (SELECT {now})"

    # writing

    def checks(self, action: str) -> Iterator[Checked]:
        """The fields that not everybody may write who may create or change the record, by when he may."""
        ways = {way.test for way in self.rows.ways(action)}
        count = len(self.rows.ways(action))
        classes: dict[str, list[Column]] = {}
        for name, column in self.columns.items():
            found = self.rows.ways(action, name)
            if found and not (len(found) == count and {way.test for way in found} == ways):
                classes.setdefault(self.opened(found), []).append(column)
        for test, columns in classes.items():
            yield Checked(tuple((one.name, one.default or "NULL") for one in columns), test)


def needed(ways: Iterable[Way]) -> list[Way]:
    """Some ways without those that open nothing more than another: what is not asked costs nothing."""
    known = list(ways)
    free: list[Way] = []
    for way in known:
        if way.free and not any(one.covers(way) for one in free):
            free.append(way)
    return [way for way in known if any(one is way for one in free) or not any(one.covers(way) for one in free)]

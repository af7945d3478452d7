"""The policy of a program as lines of Casbin; `templates/casbin/model.conf` says what they mean.

Casbin is asked with texts: who, which entity, action and field, and who owns and created the record. So it decides by
roles, fields, people and ownership. It is not told the fields of a record, where its case is, nor who wrote or signed
it; what depends on these cannot be said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crmdsl.backends._engines.refusal import inexpressible
from crmdsl.backends.faults import NotExpressible
from crmdsl.diagnostics import Diagnostic, Message, Span, quoted
from crmdsl.ir.policy import BY_FIELD, CHANGING, HISTORY, WRITING, Permission, Separation
from crmdsl.ir.program import Program
from crmdsl.ir.staff import members

EVERYBODY = "people:all"
"""The group that every person is in."""
NO_FIELD = ""
"""What is asked where no field is; a line for it says that the action is open at all."""


class Line(NamedTuple):
    """A line of the policy; for whom, what, on which records, and what it does.

    `scope` is `all own created`. Of `own`: with `below`, also what those own and create who hold that role; `owners`
    are the group of who may own such records, and those in `nobodys` are given those that nobody owns.
    """

    role: str
    entity: str
    action: str
    field: str
    scope: str
    below: str
    owners: str
    nobodys: str
    effect: str


class Lines:
    """Makes the lines of a program. Raises `NotExpressible`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.policy = program.policy
        self.faults: dict[tuple[Span, str], Diagnostic] = {}

    def policies(self) -> list[Line]:
        """What is granted and what is denied."""
        found: dict[Line, None] = {}
        for one in self.policy.permissions:
            for line in self.granted(one):
                found[line] = None
        opened: dict[tuple[str, str], dict[str, None]] = {}
        for line in found:
            opened.setdefault((line.entity, line.action), {})[line.field] = None
        for line in self.denied(opened):
            found[line] = None
        if self.faults:
            raise NotExpressible(tuple(self.faults.values()))
        return list(found)

    def groups(self) -> Iterator[tuple[str, str]]:
        """Who is a person and holds which role, and which roles own the records of which entity."""
        for one in members(self.program.spec):
            yield one.name, EVERYBODY
            for role in one.roles:
                yield one.name, role_of(role)
        for name, resource in self.policy.resources.items():
            for role in resource.owners:
                yield role_of(role), owners_of(name)

    def refuse(self, span: Span, message: Message) -> None:
        """Keep what cannot be said, once for each place."""
        self.faults.setdefault((span, str(message)), inexpressible(span, message))

    # what is granted

    def granted(self, one: Permission) -> Iterator[Line]:
        """The lines of a permission."""
        span = one.declaration.name_span
        if one.when is not None:
            self.refuse(one.when.span, Message("Casbin is not told the fields of a record, which this condition asks"))
        everybody = one.scope == "all" or (one.scope in ("unit", "territory") and not self.policy.listed)
        if not everybody and one.scope != "own":
            self.refuse(span, Message("Casbin cannot say the scope `{scope}`", scope=one.scope))
        locked = self.policy.resources[one.entity].locked
        if one.action in CHANGING and locked:
            message = Message("Casbin is not told where a case is, and an approval locks `{entity}`", entity=one.entity)
            self.refuse(span, message)
        fields = list(self.fields(one))
        for role, below, nobodys in self.ways(one, everybody=everybody):
            for field in fields:
                owners = "" if everybody else owners_of(one.entity)
                scope = "all" if everybody else "own"
                yield Line(role_of(role), one.entity, one.action, field, scope, below, owners, nobodys, "allow")

    def ways(self, one: Permission, *, everybody: bool) -> Iterator[tuple[str, str, str]]:
        """Who uses a permission: a role, the role that it stands above of, and who is given what nobody owns."""
        if everybody:
            yield from ((role, "", "") for role in one.roles)
            return
        owners = owners_of(one.entity)
        yield from ((role, "", owners) for role in one.granted)
        for heir, below in one.heirs.items():
            for role in below:
                may_own = role in self.policy.resources[one.entity].owners
                yield heir, role_of(role), role_of(heir) if may_own else owners

    def fields(self, one: Permission) -> Iterator[str]:
        """The fields that a permission opens, and that it opens the action at all."""
        written = self.policy.resources[one.entity].fields
        fields = [name for name in one.fields if one.action not in WRITING or written[name].by != "nobody"]
        bound = [name for name in fields if one.action == "update" and written[name].by == "steps"]
        if bound:
            names = quoted(bound)
            message = Message("Casbin is not told where a case is, which decides who writes {names}", names=names)
            self.refuse(one.declaration.name_span, message)
        if fields or one.action not in BY_FIELD:
            yield NO_FIELD
        yield from fields

    # what is denied

    def denied(self, opened: dict[tuple[str, str], dict[str, None]]) -> Iterator[Line]:
        """The lines of the rules of separation, for each field that an action is granted on."""
        for rule in self.policy.separations:
            for entity, action in dict.fromkeys(rule.actions):
                if (entity, action) in opened:
                    barred = self._both(rule, entity, action) if rule.per_person else self._did(rule, entity, action)
                    for role, scope in barred:
                        for field in opened[entity, action]:
                            yield Line(role, entity, action, field, scope, "", "", "", "deny")

    def _both(self, rule: Separation, entity: str, action: str) -> Iterator[tuple[str, str]]:
        """Whoever has another action of a rule by his roles."""
        others = (role for other, may in rule.may.items() if other != (entity, action) for role in may)
        for role in dict.fromkeys(others):
            yield role_of(role), "all"

    def _did(self, rule: Separation, entity: str, action: str) -> Iterator[tuple[str, str]]:
        """Whoever created a record; who wrote it and who signed it Casbin is not told."""
        for of, other in dict.fromkeys(rule.actions):
            if of != entity or other == action or other not in HISTORY:
                continue
            if other != "create":
                message = Message("Casbin is not told who did `{entity}.{action}` on a record", entity=of, action=other)
                self.refuse(rule.declaration.name_span, message)
            yield EVERYBODY, "created"


def role_of(role: str) -> str:
    """A role: no person is called so."""
    return f"role:{role}"


def owners_of(entity: str) -> str:
    """The group of the roles that own the records of an entity."""
    return f"owners:{entity}"

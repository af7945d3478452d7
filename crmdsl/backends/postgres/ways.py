"""The equations of the policy (see `crmdsl.ir.policy`) over a row of an entity's table, as conditions of PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmdsl.backends.postgres import people
from crmdsl.backends.postgres.names import array
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.sqltext import quoted
from crmdsl.ir.policy import BY_FIELD, CHANGING, HISTORY, WRITING, Permission, Place, Policy, Separation
from crmdsl.ir.relational import identifier


@dataclass(frozen=True, slots=True)
class Way:
    """A permission that can open something, and the test of a row that it does.

    Who may use it by his database role is not in the test.
    """

    permission: Permission
    test: str


class Rows:
    """Tests of the rows of one entity. `condition` prints the condition of a permission."""

    def __init__(self, policy: Policy, entity: str, condition: Callable[[Permission], str]) -> None:
        self.policy = policy
        self.resource = policy.resources[entity]
        self.entity = entity
        self.condition = condition
        self.refused: list[tuple[Permission, Inexpressible]] = []
        """The permissions that PostgreSQL cannot say, and why."""
        self._tests: dict[tuple[int, tuple[Place, ...]], str] = {}

    def ways(self, action: str, field: str | None = None) -> list[Way]:
        """All ways in which an action on a field (or on any) is open to somebody."""
        found = []
        for one in self.policy.of(self.entity, action):
            places = self.places(one, field)
            if places is not None:
                found.append(Way(one, self._test(one, places)))
        return found

    def places(self, one: Permission, field: str | None) -> tuple[Place, ...] | None:
        """Where a permission opens a field, or some field; none of them is everywhere, `None` nowhere."""
        if field is None and one.action not in BY_FIELD:
            return ()
        written = self.resource.fields
        fields = [name for name in one.fields if field is None or name == field]
        if one.action in WRITING:
            fields = [name for name in fields if written[name].by != "nobody"]
        if not fields:
            return None
        if one.action != "update" or any(written[name].by == "anybody" for name in fields):
            return ()
        return tuple(dict.fromkeys(place for name in fields for place in written[name].edited))

    def _test(self, one: Permission, places: tuple[Place, ...]) -> str:
        key = id(one), places
        if key not in self._tests:
            parts = [self.scope(one), self.among(places) if places else ""]
            try:
                parts.append(self.condition(one))
            except Inexpressible as error:
                self.refused.append((one, error))
            self._tests[key] = " AND ".join(f"({part})" for part in parts if part)
        return self._tests[key]

    # scopes

    def scope(self, one: Permission) -> str:
        """That somebody has a way to a permission, and that the row is within its scope."""
        if one.scope == "own":
            return self._own(one)
        if one.scope == "department":
            return self._department(one)
        if one.scope == "all" or not self.policy.listed:
            return people.holds(one.roles)
        inside = (people.of_unit if one.scope == "unit" else people.of_territory)(one, self.policy)
        return f"coalesce({self.column('_owner')}, {self.column('_creator')}) = ANY ({inside})"

    def _own(self, one: Permission) -> str:
        names = people.mine(one, self.policy)
        parts = [f"{self.column(name)} = ANY ({names})" for name in ("_owner", "_creator")]
        owners = self.resource.owners
        nobodys = [f'("_me"."roles" && {array(owners)} AND "_me"."roles" && {array(one.roles)})'] if owners else []
        above = [heir for heir, below in one.heirs.items() if set(below) & set(owners)]
        if above:
            nobodys.append(f'"_me"."roles" && {array(above)}')
        if nobodys:
            parts.append(f"({people.any_of(nobodys)} AND {self.holder()} IS NULL)")
        return " OR ".join(parts)

    def _department(self, one: Permission) -> str:
        owners = self.resource.owners
        parts = [f"{self.holder()} = ANY ({people.of_department(one, self.policy, owners)})"]
        wanted = people.departments(one, self.policy)
        of_owners = {self.policy.departments[role] for role in owners if role in self.policy.departments}
        askers = [role for department, roles in wanted.items() if department in of_owners for role in roles]
        if askers:
            parts.append(f"({people.holds(askers)} AND {self.holder()} IS NULL)")
        return " OR ".join(parts)

    def holder(self) -> str:
        """Who owns the record, as far as one knows."""
        owner, creator = self.column("_owner"), self.column("_creator")
        if not self.resource.owners:
            return owner
        return f"coalesce({owner}, CASE WHEN {creator} = ANY ({people.people(self.resource.owners)}) THEN {creator} END)"

    # what bars

    def bars(self, action: str) -> Iterator[tuple[str, str]]:
        """What refuses an action whatever the grants: what it is, and when; unknown counts as true."""
        if action in CHANGING and self.resource.locked:
            yield "locked", self.among(self.resource.locked)
        me = self.entity, action
        for rule in self.policy.separations:
            if me in rule.actions:
                test = self._kept_apart(rule, me) if rule.per_person else " OR ".join(self._done(rule, action))
                if test:
                    yield rule.name, test

    def _kept_apart(self, rule: Separation, me: tuple[str, str]) -> str:
        others = dict.fromkeys(role for action, roles in rule.may.items() if action != me for role in roles)
        return people.holds(rule.may[me], tuple(others)) if others and rule.may[me] else ""

    def _done(self, rule: Separation, action: str) -> Iterator[str]:
        for entity, other in dict.fromkeys(rule.actions):
            if entity == self.entity and other != action and other in HISTORY:
                if other == "create":
                    yield f"coalesce({self.column('_creator')} = {people.ACTOR}, FALSE)"
                else:
                    yield f"{people.ACTOR} = ANY ({self.column('_' + HISTORY[other])})"

    def among(self, places: tuple[Place, ...]) -> str:
        """That the case of the row is in one of some places."""
        by_process: dict[str, list[str]] = {}
        for process, state in places:
            by_process.setdefault(process, []).append(state)
        found = (
            f"({self.column('_process')} = {quoted(process)} AND {self.column('_states')} && {array(states)})"
            for process, states in by_process.items()
        )
        return f"coalesce({' OR '.join(found)}, FALSE)"

    def column(self, name: str) -> str:
        """A column of the row."""
        return f"{identifier(self.entity)}.{identifier(name)}"

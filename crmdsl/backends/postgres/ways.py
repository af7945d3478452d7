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
    """A permission that can open something to who holds some roles, and the test of a row that it does.

    Who may use it by his database role is not in the test: he reads as one of `roles` reads (`above` tells that these
    stand above those of the grant), or acts as one; `exact` tells that those above have a way of their own, and `free`
    that nothing is asked but to hold a role.
    """

    permission: Permission
    roles: tuple[str, ...]
    test: str
    above: bool = False
    exact: bool = False
    free: bool = False

    def covers(self, other: Way) -> bool:
        """Whether it opens to whoever uses another way all that this one does."""
        return self.free and self is not other and set(other.roles) <= set(self.permission.roles)

    @property
    def weight(self) -> int:
        """How much there is to be looked at, roughly."""
        one = self.permission
        return (one.tree is not None) + {"all": 0, "own": 2}.get(one.scope, 4) + self.above


class Rows:
    """Tests of the rows of one entity. `condition` prints the condition of a permission."""

    def __init__(self, policy: Policy, entity: str, condition: Callable[[Permission], str]) -> None:
        self.policy = policy
        self.resource = policy.resources[entity]
        self.entity = entity
        self.condition = condition
        self.refused: list[tuple[Permission, Inexpressible]] = []
        """The permissions that PostgreSQL cannot say, and why."""
        self._known: dict[tuple[int, tuple[Place, ...]], list[Way]] = {}

    def ways(self, action: str, field: str | None = None) -> list[Way]:
        """All ways in which an action on a field (or on any) is open to somebody; those that are quick come first."""
        found: list[Way] = []
        for one in self.policy.of(self.entity, action):
            places = self.places(one, field)
            if places is not None:
                found += self._ways(one, places)
        return sorted(found, key=lambda way: way.weight)

    def _ways(self, one: Permission, places: tuple[Place, ...]) -> Iterator[Way]:
        """Of a permission: that of who holds its roles, and where it makes a difference that of who is above them."""
        key = id(one), places
        if key not in self._known:
            if one.scope == "all" or (one.scope in ("unit", "territory") and not self.policy.listed):
                free, scopes = True, [(one.granted, people.holds(one.roles), False)]
            else:
                free, scopes = False, [(one.granted, self.held(one), False)]
                if one.heirs:
                    scopes.append((tuple(one.heirs), self.above(one), True))
            among = [self.among(places)] if places else []
            asked = [*among, *filter(None, [self._condition(one)])]
            self._known[key] = [
                Way(
                    one, roles, " AND ".join(f"({part})" for part in (scope, *asked)), above,
                    exact=len(scopes) > 1 and not above, free=free and not asked,
                )
                for roles, scope, above in scopes
            ]  # fmt: skip
        yield from self._known[key]

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

    def _condition(self, one: Permission) -> str:
        try:
            return self.condition(one)
        except Inexpressible as error:
            if all(one.when is not known.when for known, _ in self.refused):
                self.refused.append((one, error))
            return "FALSE"

    # scopes

    def held(self, one: Permission) -> str:
        """That the row is within the scope of a permission for who holds one of its roles."""
        if one.scope == "own":
            mine = [f"{self.column(name)} = {people.ACTOR}" for name in ("_owner", "_creator")]
            return self._own(people.holds(one.granted), mine, one.granted, ())
        if one.scope == "department":
            return self._department({role: (role,) for role in one.granted})
        inside = (people.of_unit if one.scope == "unit" else people.of_territory)(one.granted, {})
        return people.among(self.placed(), inside)

    def above(self, one: Permission) -> str:
        """That it is for who holds a role above: in the scope of somebody below him."""
        heirs, below = tuple(one.heirs), self._below(one)
        if one.scope == "own":
            those = people.those(below)
            mine = [people.among(self.column(name), those) for name in ("_owner", "_creator")]
            of_owners = tuple(heir for heir, roles in one.heirs.items() if set(roles) & set(self.resource.owners))
            return self._own(people.holds(heirs), mine, heirs, of_owners)
        if one.scope == "department":
            return self._department({role: self._over(one, role) for role in one.granted})
        inside = (people.of_unit if one.scope == "unit" else people.of_territory)(heirs, below)
        return people.among(self.placed(), inside)

    def _over(self, one: Permission, role: str) -> tuple[str, ...]:
        """Who reads by a permission because he stands above a role of it."""
        return tuple(heir for heir, below in one.heirs.items() if role in below)

    def _below(self, one: Permission) -> people.Below:
        found: dict[tuple[str, ...], list[str]] = {}
        for role in one.granted:
            over = self._over(one, role)
            if over:
                found.setdefault(over, []).append(role)
        return found

    def _own(self, gate: str, mine: list[str], asking: tuple[str, ...], of_owners: tuple[str, ...]) -> str:
        """Own records, and nobody's for those who may own them (`of_owners` see them for who is below)."""
        owners = self.resource.owners
        if owners and set(asking) <= {*owners, *of_owners}:
            mine.append(f"({self.nobodys()})")
        elif owners:
            mine.append(f"({people.holds((*owners, *of_owners))} AND {self.nobodys()})")
        return f"{gate} AND ({' OR '.join(mine)})"

    def _department(self, asking: dict[str, tuple[str, ...]]) -> str:
        """Records of a department; `asking` are for each role of the grant those who read or act for it."""
        owners, known = self.resource.owners, self.policy.departments
        askers: dict[str, list[str]] = {}
        for role, roles in asking.items():
            if role in known and roles:
                askers.setdefault(known[role], []).extend(roles)
        if not askers:
            return "FALSE"
        parts = [people.among(self.holder(), people.of_department(askers, known, owners))]
        of_owners = {known[role] for role in owners if role in known}
        mine = [role for department, roles in askers.items() if department in of_owners for role in roles]
        if mine:
            parts.append(f"({people.holds(mine)} AND {self.nobodys()})")
        return " OR ".join(parts)

    def placed(self) -> str:
        """Whose unit and territory are the record's."""
        return f"coalesce({self.column('_owner')}, {self.column('_creator')})"

    def nobodys(self) -> str:
        """That nobody is known to own the record; written so that an index on `_owner` serves."""
        owner, creator = self.column("_owner"), self.column("_creator")
        if not self.resource.owners:
            return f"{owner} IS NULL"
        holding = people.everybody(self.resource.owners)
        return f"{owner} IS NULL AND ({creator} IS NULL OR {creator} <> ALL ({holding}))"

    def holder(self) -> str:
        """Who owns the record, as far as one knows."""
        owner, creator = self.column("_owner"), self.column("_creator")
        if not self.resource.owners:
            return owner
        holding = people.everybody(self.resource.owners)
        return f"coalesce({owner}, CASE WHEN {creator} = ANY ({holding}) THEN {creator} END)"

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

"""The records that somebody may do an action with: as a test of records, and as a condition of PostgreSQL.

How records stand in tables is in the documentation of access: a table an entity with a column a field, `_creator`,
`_owner`, `_process`, `_states` … beside them, and the tables `_people` and `_units`.
"""

from __future__ import annotations

from .deciding import ACTIONS, CHANGING, has_both, open_in
from .people import Person

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from .access import Grant, Grants, Places
    from .deciding import Policy, Separation
    from .people import Organisation
    from .records import Record
    from .situations import Situation


class NotInSql(Exception):
    """A grant asks what PostgreSQL cannot say exactly, so that no condition is written."""


class Filter:
    """The records of an entity that an action is open on for somebody.

    Call it with a record (and its situation), or put `where` behind WHERE with `parameters`, which are written
    `%(name)s` as psycopg takes them.
    """

    __slots__ = ("_made", "action", "actor", "entity", "policy")

    def __init__(self, policy: Policy, actor: Person, action: str, entity: str) -> None:
        self.policy = policy
        self.actor = actor
        self.action = action
        self.entity = entity
        self._made: tuple[str, dict[str, Any]] | None = None

    def __call__(self, record: Record, facts: Situation | None = None) -> bool:
        """Whether a record is one of them."""
        try:
            mine = record.entity == self.entity
        except Exception:  # noqa: BLE001 - what is no record is none of them
            return False
        return mine and bool(self.policy.decide(self.actor, self.action, record, None, facts))

    @property
    def where(self) -> str:
        """The condition on a row of the entity's table. Raises `NotInSql`."""
        return self._sql()[0]

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of its parameters, lists of names among them. Raises `NotInSql`."""
        return dict(self._sql()[1])

    def _sql(self) -> tuple[str, dict[str, Any]]:
        if self._made is None:
            self._made = Statement(self.policy, self.actor, self.action, self.entity).written()
        return self._made


class Statement:
    """Writes the condition of one filter."""

    def __init__(self, policy: Policy, actor: Any, action: Any, entity: Any) -> None:
        self.policy = policy
        self.actor = actor
        self.action = action
        self.entity = entity
        self.parameters: dict[str, Any] = {}

    def written(self) -> tuple[str, dict[str, Any]]:
        """The condition and its parameters; what makes no sense is no record at all."""
        actor, action, entity = self.actor, self.action, self.entity
        for given, kind in ((actor, Person), (action, str), (entity, str)):
            if not issubclass(type(given), kind):  # whatever it says that it is
                return "FALSE", {}
        grants = self.policy.grants.get(entity)
        if grants is None or action not in ACTIONS or actor.organisation is None:
            return "FALSE", {}
        self.table = '"' + grants.entity + '"'
        self.organisation: Organisation = actor.organisation
        bars = list(self.bars(grants))
        ways = [] if "TRUE" in bars else list(self.ways(grants))
        if not ways:
            return "FALSE", {}
        found = "TRUE" if "TRUE" in ways else " OR ".join(f"({way})" for way in dict.fromkeys(ways))
        parts = [f"({found})", *(f"NOT coalesce({bar}, TRUE)" for bar in bars)]
        return " AND ".join(parts), self.parameters

    def ways(self, grants: Grants) -> Iterator[str]:
        """Each way in which a grant opens the action."""
        for grant in grants.grants:
            if self.action not in grant.actions:
                continue
            held, below = grants.hierarchy.ways(grant.roles, self.action, self.actor.mask)
            places = open_in(grants, grant, self.action, None)
            if (held or below) and places is not None:
                parts = [self.scope(grants, grant.scope, held, below), self.among(places), self.condition(grant)]
                yield " AND ".join(f"({part})" for part in parts if part) or "TRUE"

    def bars(self, grants: Grants) -> Iterator[str]:
        """What bars the action whatever the grants."""
        if self.action in CHANGING and grants.locked:
            yield self.among(grants.locked)
        for rule in self.policy.separations:
            if (grants.entity, self.action) in rule.actions:
                if not rule.per_person:
                    yield from self.done(rule, grants)
                elif has_both(rule, (grants.entity, self.action), self.actor):
                    yield "TRUE"

    def done(self, rule: Separation, grants: Grants) -> Iterator[str]:
        """That the actor has done another action of a rule on the record."""
        me = self.parameter("actor", self.actor.name)
        for entity, other in rule.actions:
            if entity == grants.entity and other != self.action:
                if other == "create":
                    yield f'coalesce({self.table}."_creator" = {me}, FALSE)'
                elif other in ("update", "approve"):
                    column = "_writers" if other == "update" else "_signers"
                    yield f'{me} = ANY ({self.table}."{column}")'

    def condition(self, grant: Grant) -> str:
        """The condition of a grant."""
        if grant.when is None:
            return ""
        text = self.policy.sql().get(grant.when)
        if text is None:
            raise NotInSql(f"PostgreSQL cannot say `{grant.when.text}` ({grant.when.place}) exactly")
        if "%(actor)s" in text:
            self.parameter("actor", self.actor.name)
        if "%(today)s" in text:
            self.parameter("today", self.policy.situation(self.actor).today)
        return text

    def among(self, places: Places) -> str:
        """That the case is in one of some places."""
        by_process: dict[str, list[str]] = {}
        for process, state in places:
            by_process.setdefault(process, []).append(state)
        parts = []
        for process, states in by_process.items():
            named, listed = self.parameter("process", process), self.parameter("states", states)
            parts.append(f'({self.table}."_process" = {named} AND {self.table}."_states" && CAST({listed} AS text[]))')
        return f"coalesce({' OR '.join(parts)}, FALSE)" if parts else ""

    # scopes

    def scope(self, grants: Grants, scope: str, held: tuple[str, ...], below: tuple[str, ...]) -> str:
        """That the record is within a scope; empty where every one is."""
        if scope == "all" or (scope in ("unit", "territory") and not self.organisation.listed):
            return ""
        if scope == "own":
            return self.own(grants, below)
        if scope == "department":
            return self.department(grants, {*held, *below})
        people = [self.actor, *(one for role in below for one in self.organisation.holders(role))]
        if scope == "unit":
            units = {one.unit for one in people} - {None}
            inside = (one.name for one in self.organisation.people if one.unit in units)
        else:
            zones = {one.territory for one in people} - {None}
            around = grants.hierarchy.around
            inside = (one.name for one in self.organisation.people if not zones.isdisjoint(around(one.territory)))
        placed = f'coalesce({self.holder(grants)}, {self.table}."_creator")'
        return f"{placed} = ANY ({self.parameter('inside', list(inside))})"

    def own(self, grants: Grants, below: tuple[str, ...]) -> str:
        """That the actor, or somebody of a role below, created or owns it."""
        people = [self.actor, *(one for role in below for one in self.organisation.holders(role))]
        names = self.parameter("own", list(dict.fromkeys(one.name for one in people)))
        parts = [f'{self.table}."{column}" = ANY ({names})' for column in ("_owner", "_creator")]
        if self.actor.mask & grants.owner_mask or any(role in grants.owners for role in below):
            parts.append(f"{self.holder(grants)} IS NULL")
        return " OR ".join(parts)

    def department(self, grants: Grants, roles: set[str]) -> str:
        """That the department of its owner's role is that of one of some roles."""
        known = grants.hierarchy.departments
        wanted = {known[role] for role in roles if role in known}
        inside = [one.name for one in self.organisation.people if _department(grants, one.roles) & wanted]
        holder = self.holder(grants)
        part = f"{holder} = ANY ({self.parameter('inside', inside)})"
        nobodys = {known[role] for role in grants.owners if role in known} & wanted
        return f"{part} OR {holder} IS NULL" if nobodys else part

    def holder(self, grants: Grants) -> str:
        """Who owns the record."""
        owners = self.parameter("owners", [one.name for one in self.organisation.holding(grants.owner_mask)])
        owner, creator = f'{self.table}."_owner"', f'{self.table}."_creator"'
        return f"coalesce({owner}, CASE WHEN {creator} = ANY ({owners}) THEN {creator} END)"

    def parameter(self, name: str, value: Any) -> str:
        """A parameter of a name like this, the one that has the value already where there is one."""
        number = 1
        tried = name
        while tried in self.parameters and self.parameters[tried] != value:
            number += 1
            tried = f"{name}_{number}"
        self.parameters[tried] = value
        return f"%({tried})s"


def _department(grants: Grants, roles: Iterable[str]) -> set[str]:
    """The departments of somebody as an owner."""
    known, held = grants.hierarchy.departments, tuple(roles)
    as_owner = tuple(role for role in held if role in grants.owners) or held
    return {known[role] for role in as_owner if role in known}

"""Who may do what: the grants of a spec as one policy, which every target of access is made from.

Words: a *person* acts, by his roles; an *action* is `create read update delete export`; what it is done to is a
*record* of an entity, or one *field* of it. A decision is asked with the *situation* of the record: the process and the
states of its case, the requester, the day, and who has written and signed it so far. Firing the events of a step and
signing need no grant: they follow from the process and the chains, and are not decided here.

Each property of a decision is one equation. `p` is a person, `x` an action, `r` a record of entity `E`, `f` a field.

**Default deny.** What no equation permits is refused; so is what raises an error, and whatever depends on something
unknown: `holds(c)` is true only if condition `c` is surely true.

    decide(p, x, r, f)  =  known(p)  and  open(p, x, r, f)  and  writable(x, r, f)
                           and  not locked(x, r)  and  not kept_apart(p, x, r)
    decide(p, x, r)     =  the same without a field. For `read update export`: some f with decide(p, x, r, f).
                           For `create delete`: the same with `writable` true and any field in `open`.

**Grants.** A `Permission` is one grant, one entity and one action. It grants nothing on an entity for which its `when`
makes no sense, or of which it names no field.

    open(p, x, r, f)    =  some permission g of (E, x), some way w of p to g:
                           f in g.fields  and  in_scope(w, p, r, g)  and  (g.when is None or holds(g.when))

    ways(p, g)          =  { (q, held) : q in g.granted, p holds q }
                         + { (q, above) : x = read, q in g.granted, p holds a role in superiors(q) }
    superiors(q)        =  {} if q has `inherit: false` or reports to nobody
                           else { s } + superiors(s), s the role that q reports to

`actor` in a condition is p himself, also where he reads because somebody below him does.

**Scopes.** Whose a record is, by its `creator` and `owner` (names, or unknown); `owners(E)` are the owner's roles:

    holder(r)           =  r.owner if known, else r.creator if he holds one of owners(E), else unknown
    placed_by(r)        =  holder(r) if known, else r.creator
    departments(r)      =  of the roles in owners(E) that holder(r) holds; of all his roles if he holds none of them;
                           of all owners(E) if holder(r) is unknown
    people(w)           =  { p }, and everybody who holds q where w = (q, above)

    in_scope(all)       =  true
    in_scope(own)       =  r.creator in people(w)  or  r.owner in people(w)
                           or  holder(r) unknown and (p holds one of owners(E), or w = (q, above) and q in owners(E))
    in_scope(unit)      =  nobody is listed  or  unit(placed_by(r)) is the unit of somebody in people(w)
    in_scope(territory) =  nobody is listed  or  territory(placed_by(r)) is that of somebody in people(w), or in it
    in_scope(department)=  the department of q is in departments(r), w = (q, _)

So a superior reads what those below him read. A person who is not of the organisation has no roles, unit or territory.
While a record is created its creator is p, unless the record says otherwise.

**Writing.** Of a field that some process lists in `edits` or `returns`, `edited` are the steps that do, as process and
state; after its creation it is written there alone. What is derived or comes from an integration nobody writes.

    writable(x, r, f)   =  true for x not in (create, update)
                           else f is neither derived nor from an integration, and
                           (x = create  or  f is in no step's list  or  the situation is in one of f.edited)
    locked(x, r)        =  x in (update, delete)  and  the situation is in one of E.locked (levels of chains that lock)

**Separation.** `did` is asked of the record: who created it, wrote it, signed it; where a rule asks and nobody knows
(there is no case), the answer is a refusal. `may(a)` are the roles that have action a: by grant, reading also from
below, signing by the chains.

    kept_apart(p, x, r) =  some rule per record with E.x and some other E.y in it: did(p, y, r)
                           or  some rule per person with E.x and another action b in it:
                               p holds a role in may(E.x) and a role in may(b)

**Seeing cases.** `Policy.viewers` are the process owners, who see case, state and history of their processes (not the
fields of their records) without a grant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.conditions.ast import Expr
from crmdsl.model.access import ACTIONS, Grant, SeparationRule
from crmdsl.model.organisation import Role
from crmdsl.model.spec import Spec
from crmdsl.model.values import Condition

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

READING = ("read",)
"""The actions that superiors hold because their reports do."""
WRITING = ("create", "update")
"""The actions that put values into fields."""
CHANGING = ("update", "delete")
"""The actions that a pending approval locks."""
BY_FIELD = ("read", "update", "export")
"""The actions that are allowed on a record if they are on some field of it."""
HISTORY = {"create": "creator", "update": "writers", "approve": "signers"}
"""Actions of rules of separation -> what is known of a record that tells who did them."""

Place = tuple[str, str]
"""A process and the full name of a state of it that no other is inside of."""


class Permission(NamedTuple):
    """Roles that may do an action with fields of an entity, on records within a scope, while a condition holds.

    `granted` are the roles of the grant; `heirs` those above them who read with them, each with the roles of
    `granted` that are below it; `roles` are both, in the order of the spec. `tree` is `when`, typed for the entity.
    """

    entity: str
    action: str
    granted: tuple[str, ...]
    heirs: dict[str, tuple[str, ...]]
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    scope: str
    when: Condition | None
    tree: Expr | None
    declaration: Grant


class Writing(NamedTuple):
    """How a field is written after its creation.

    `by` is `anybody` with a grant, `steps` (in one of `edited` alone) or `nobody` (derived, or from an integration).
    """

    by: str
    edited: tuple[Place, ...] = ()


class Resource(NamedTuple):
    """An entity: the roles that own its records, how each field is written, which fields are sensitive, and where
    its records are locked."""

    name: str
    owners: tuple[str, ...]
    fields: dict[str, Writing]
    sensitive: frozenset[str]
    locked: tuple[Place, ...]


class Separation(NamedTuple):
    """Actions (entity and action) that nobody does two of; `may` are the roles that have each of them."""

    name: str
    per_person: bool
    actions: tuple[tuple[str, str], ...]
    may: dict[tuple[str, str], tuple[str, ...]]
    declaration: SeparationRule


class Policy(NamedTuple):
    """All that a target needs; see the module for what it means.

    `above` are for each role its `superiors`, the nearest first; `departments` that of each role that has one;
    `parts` for each territory itself and all that are in it; `listed` tells whether people are listed in the spec.
    """

    permissions: tuple[Permission, ...]
    resources: dict[str, Resource]
    separations: tuple[Separation, ...]
    above: dict[str, tuple[str, ...]]
    departments: dict[str, str]
    parts: dict[str, tuple[str, ...]]
    viewers: dict[str, tuple[str, ...]]
    listed: bool

    def of(self, entity: str, action: str) -> Iterator[Permission]:
        """The permissions of an action on an entity, in the order of the grants."""
        return (one for one in self.permissions if one.entity == entity and one.action == action)


def policy(program: Program) -> Policy:
    """The policy of a program."""
    spec = program.spec
    above = {name: superiors(spec, name) for name in spec.roles}
    permissions = tuple(grants(program, above))
    return Policy(
        permissions,
        {name: _resource(program, name) for name in spec.entities},
        tuple(_separations(spec, permissions)),
        above,
        {name: role.department.name for name, role in spec.roles.items() if role.department is not None},
        {name: _parts(spec, name) for name in spec.territories},
        {name: _names(process.owner) for name, process in spec.processes.items() if process.owner},
        bool(spec.people),
    )


def grants(program: Program, above: dict[str, tuple[str, ...]] | None = None) -> Iterator[Permission]:
    """Every permission, in the order of the grants."""
    spec = program.spec
    above = {name: superiors(spec, name) for name in spec.roles} if above is None else above
    rank = {name: place for place, name in enumerate(spec.roles)}
    for grant in spec.access.grants:
        granted = tuple(name for name in _names(grant.role) if name in spec.roles)
        for entity in dict.fromkeys(_names(grant.on)):
            if entity not in spec.entities:
                continue
            tree = None if grant.when is None else program.resolved.typed_for(grant.when, entity)
            if grant.when is not None and tree is None:
                continue  # what the condition asks of a record, this entity does not have: nothing is granted on it
            fields = tuple(granted_fields(spec, grant, entity))
            if grant.has("fields") and not fields:
                continue
            for action in grant.can:
                heirs = _heirs(granted, above) if action in READING else {}
                roles = tuple(sorted({*granted, *heirs}, key=rank.__getitem__))
                yield Permission(
                    entity, action, granted, heirs, roles, fields, grant.scope, grant.when, tree, grant
                )  # fmt: skip


def granted_fields(spec: Spec, grant: Grant, entity: str) -> Iterator[str]:
    """The fields of an entity that a grant opens, in the order of the entity."""
    only, besides = {ref.name for ref in grant.fields}, {ref.name for ref in grant.excluded}
    for name in spec.entities[entity].fields:
        if name not in besides and (not grant.has("fields") or name in only):
            yield name


def superiors(spec: Spec, role: str) -> tuple[str, ...]:
    """The roles above a role that read what it reads, the nearest first; one that passes nothing on ends the row."""
    found: dict[str, None] = {}
    current: Role | None = spec.roles.get(role)
    while current is not None and current.inherit and current.reports_to is not None:
        name = current.reports_to.name
        if name in found or name == role:
            break
        found[name] = None
        current = spec.roles.get(name)
    return tuple(found)


def _heirs(granted: tuple[str, ...], above: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The roles above some roles, each with those that it is above of."""
    found: dict[str, tuple[str, ...]] = {}
    for role in granted:
        for heir in above[role]:
            found[heir] = (*found.get(heir, ()), role)
    return found


def _names(refs: Iterable[object]) -> tuple[str, ...]:
    return tuple(getattr(ref, "name", "") for ref in refs)


def _parts(spec: Spec, territory: str) -> tuple[str, ...]:
    """A territory and all that are in it, in the order of the spec."""
    return tuple(name for name in spec.territories if territory in _around(spec, name))


def _around(spec: Spec, territory: str) -> Iterator[str]:
    """A territory and those that it is in."""
    seen: set[str] = set()
    current: str | None = territory
    while current is not None and current in spec.territories and current not in seen:
        seen.add(current)
        yield current
        parent = spec.territories[current].parent
        current = parent.name if parent is not None else None


def _resource(program: Program, entity: str) -> Resource:
    declared = program.spec.entities[entity]
    edited = program.edited.get(entity, {})
    fields = {}
    for name, field in declared.fields.items():
        if field.derived is not None or field.source is not None:
            fields[name] = Writing("nobody")
        else:
            places = edited.get(name, ())
            fields[name] = Writing("steps" if places else "anybody", tuple(places))
    sensitive = frozenset(name for name, field in declared.fields.items() if field.sensitive)
    return Resource(entity, _names(declared.owner), fields, sensitive, program.locked.get(entity, ()))


def edited(program: Program) -> dict[str, dict[str, tuple[Place, ...]]]:
    """For each entity the fields that tasks edit and handoffs return, with the states of processes that do."""
    found: dict[str, dict[str, dict[Place, None]]] = {}
    for process, machine in program.processes.items():
        for event in machine.events.values():
            for opening in event.openings:
                if opening.meaning in ("task", "deliver"):
                    entity = machine.states[opening.state].entity
                    for field in opening.fields:
                        found.setdefault(entity, {}).setdefault(field, {})[process, opening.state] = None
    return {
        entity: {field: tuple(places) for field, places in fields.items()} for entity, fields in found.items()
    }  # fmt: skip


def locked(program: Program) -> dict[str, tuple[Place, ...]]:
    """For each entity the states of processes in which a pending approval locks the record."""
    found: dict[str, list[Place]] = {}
    for process, machine in program.processes.items():
        for state in machine.states.values():
            if state.kind == "level" and _locks(program.spec, machine.states[state.around].declaration):
                found.setdefault(state.entity, []).append((process, state.name))
    return {entity: tuple(places) for entity, places in found.items()}


def _locks(spec: Spec, step: object) -> bool:
    """Whether the chain that a step runs locks."""
    chain = spec.approvals.get(getattr(getattr(step, "approval", None), "name", ""))
    return chain is not None and chain.locks


def _separations(spec: Spec, permissions: tuple[Permission, ...]) -> Iterator[Separation]:
    for rule in spec.access.separation.values():
        actions = tuple(
            (entity, action)
            for entity, _, action in (ref.name.partition(".") for ref in rule.never_both)
            if entity in spec.entities and action in (*ACTIONS, "approve")
        )
        may = {action: _having(spec, permissions, *action) for action in actions}
        yield Separation(rule.name, rule.per == "person", actions, may, rule)


def _having(spec: Spec, permissions: tuple[Permission, ...], entity: str, action: str) -> tuple[str, ...]:
    """The roles that have an action on an entity, whatever the record."""
    if action == "approve":
        held = {
            role
            for chain in spec.approvals.values()
            if chain.entity is not None and chain.entity.name == entity
            for level in chain.levels.values()
            for role in (*_names(level.approver), *(managers(spec, _names(chain.requester)) * level.manager_of))
        }
    else:
        held = {role for one in permissions if (one.entity, one.action) == (entity, action) for role in one.roles}
    return tuple(name for name in spec.roles if name in held)


def reported_to(spec: Spec, roles: Iterable[str]) -> list[str]:
    """The roles that some roles report to, each once."""
    above = (spec.roles[role].reports_to for role in roles if role in spec.roles)
    return list(dict.fromkeys(ref.name for ref in above if ref is not None))


def managers(spec: Spec, requesters: tuple[str, ...]) -> tuple[str, ...]:
    """Who `manager_of: requester` may be: the managers of units with a requester's role, else his superior."""
    found: dict[str, None] = {}
    for role in requesters:
        units = [unit for unit in spec.sales_network.values() if role in _names(unit.role) and unit.manager is not None]
        declared = spec.roles.get(role)
        above = declared.reports_to if declared is not None and not units else None
        for ref in (*(unit.manager for unit in units), above):
            if ref is not None:
                found[ref.name] = None
    return tuple(found)

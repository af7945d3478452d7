"""Whether somebody may do something with a record: the policy of a spec, read naively from what was resolved.

Shares nothing with what it is held against; every decision starts from the grants again. A record carries what is
known around it: `#creator #owner`, and of its case `#process #states #requester #writers #signers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from crmdsl.model.processes import Call, HandoffStep, Parallel, Process, Step, Task
from crmdsl.resolve.resolved import Resolved
from tests.reference.access import above, granted, names, opens_field, opens_something
from tests.reference.evaluation import Record, World
from tests.reference.organisation import Organisation, Person

ACTIONS = ("create", "read", "update", "delete", "export")


@dataclass(frozen=True)
class Request:
    """Somebody asks to do something with a record, or with a field of it."""

    actor: str
    action: str
    record: int
    """Its number among the records of the world."""
    field: str | None = None


class Oracle:
    """Answers requests on some records, for some people, on a day."""

    def __init__(self, resolved: Resolved, organisation: Organisation, today: date) -> None:
        self.resolved = resolved
        self.spec = resolved.spec
        self.organisation = organisation
        self.today = today
        self.written = {
            name: [(process.name, *found) for process in self.spec.processes.values()
                   for found in steps_that_write(self, process, name)]
            for name in self.spec.entities
        }  # fmt: skip
        self.locking = {
            name: [
                (process.name, state) for process in self.spec.processes.values()
                for state in levels_that_lock(self, process, name)
            ]
            for name in self.spec.entities
        }  # fmt: skip

    def decide(self, actor: str, action: str, record: Record, field: str | None = None) -> bool:
        """Whether a request is granted."""
        person = self.organisation.people.get(actor)
        fields = self.spec.entities[record[""]].fields
        if person is None or action not in ACTIONS or (field is not None and field not in fields):
            return False
        if action == "create" and record.get("#creator") is None:
            record = {**record, "#creator": actor}
        if self.kept_apart(person, action, record) or (action in ("update", "delete") and self.is_locked(record)):
            return False
        grants = list(granted(self.world(record, actor), person, action))
        if field is None and action in ("create", "delete"):
            return bool(grants)
        return any(
            opens_field(grant, name) and self.may_be_written(action, record, name)
            for grant in grants
            for name in ([field] if field is not None else fields)
        )

    def fields(self, actor: str, action: str, record: Record) -> list[str]:
        """The fields that an action is granted on."""
        return [name for name in self.spec.entities[record[""]].fields if self.decide(actor, action, record, name)]

    def world(self, record: Record, actor: str) -> World:
        states = tuple(record.get("#states") or ())
        return World(
            self.resolved, self.organisation, record, self.today, states, record.get("#requester"), actor
        )  # fmt: skip

    def may_be_written(self, action: str, record: Record, name: str) -> bool:
        """Whether a field can get a value now: not a derived one, nor one that comes from outside."""
        field = self.spec.entities[record[""]].fields[name]
        if action not in ("create", "update"):
            return True
        if field.derived is not None or field.source is not None:
            return False
        places = [(process, state) for process, state, written in self.written[record[""]] if written == name]
        return action == "create" or not places or any(self.is_in(record, *place) for place in places)

    def is_in(self, record: Record, process: str, state: str) -> bool:
        return record.get("#process") == process and state in (record.get("#states") or ())

    def is_locked(self, record: Record) -> bool:
        return any(self.is_in(record, *place) for place in self.locking[record[""]])

    # separation

    def kept_apart(self, person: Person, action: str, record: Record) -> bool:
        me = f"{record['']}.{action}"
        for rule in self.spec.access.separation.values():
            both = names(rule.never_both)
            others = [other for other in both if other != me]
            if me in both and rule.per == "person":
                if self.may(person, me) and any(self.may(person, other) for other in others):
                    return True
            elif me in both and any(
                self.did(person, other, record) for other in others if other.split(".")[0] == record[""]
            ):
                return True
        return False

    def did(self, person: Person, action: str, record: Record) -> bool:
        """Whether somebody did this on the record; where nobody knows he may have."""
        known = {
            "create": [record.get("#creator")], "update": record.get("#writers"), "approve": record.get("#signers"),
        }.get(action.split(".")[1], [])  # fmt: skip
        return known is None or person.name in known

    def may(self, person: Person, what: str) -> bool:
        """Whether somebody's roles have an action, on whatever record."""
        entity, action = what.split(".")
        if action == "approve":
            return any(
                person.holds(self.signers(chain, level))
                for chain in self.spec.approvals.values()
                if chain.entity is not None and chain.entity.name == entity
                for level in chain.levels.values()
            )
        return has(self.world({"": entity}, person.name), person, action)

    def signers(self, chain: Any, level: Any) -> list[str]:
        found = names(level.approver)
        for requester in names(chain.requester) if level.manager_of else ():
            units = [unit for unit in self.spec.sales_network.values() if requester in names(unit.role)]
            managers = [unit.manager.name for unit in units if unit.manager is not None]
            above = self.spec.roles[requester].reports_to
            found += managers or ([above.name] if above is not None else [])
        return found


def has(world: World, person: Person, action: str) -> bool:
    """Whether some grant of an action on the entity is for one of somebody's roles, whatever the record."""
    assert world.record is not None
    entity, spec = world.record[""], world.resolved.spec
    return any(
        role in person.roles or (action == "read" and any(above(spec, one, role) for one in person.roles))
        for grant in spec.access.grants
        if action in grant.can and entity in names(grant.on) and opens_something(world, grant)
        if grant.when is None or world.resolved.typed_for(grant.when, entity) is not None
        for role in names(grant.role)
    )


def states_of(oracle: Oracle, steps: dict[str, Step], prefix: str, entity: str) -> Iterator[tuple[str, Step, str]]:
    """Every step of a process and of what runs inside it: its state, itself, and the entity that it is about."""
    for name, step in steps.items():
        state = f"{prefix}{name}"
        yield state, step, entity
        if isinstance(step, Parallel):
            for branch_name, branch in step.parallel.items():
                if branch.single:
                    for inner in branch.steps.values():
                        yield f"{state}.{branch_name}", inner, entity
                else:
                    yield from states_of(oracle, branch.steps, f"{state}.{branch_name}.", entity)
        elif isinstance(step, Call) and step.called is not None:
            called = oracle.spec.processes[step.called.name]
            inner_entity = called.entity.name if called.entity is not None else ""
            yield from states_of(oracle, called.steps, f"{state}.", inner_entity)


def steps_that_write(oracle: Oracle, process: Process, entity: str) -> Iterator[tuple[str, str]]:
    """The states of a process in which fields of an entity are written, and which."""
    about = process.entity.name if process.entity is not None else ""
    for state, step, of in states_of(oracle, process.steps, "", about):
        if isinstance(step, Task) and of == entity:
            yield from ((state, name) for name in names(step.edits))
        elif isinstance(step, HandoffStep) and step.handoff is not None:
            handoff = oracle.spec.handoffs[step.handoff.name]
            if handoff.entity is not None and handoff.entity.name == entity:
                for name in names(handoff.returns):
                    yield f"{state}.requested", name
                    yield f"{state}.promised", name


def levels_that_lock(oracle: Oracle, process: Process, entity: str) -> Iterator[str]:
    """The states of a process in which a pending chain locks records of an entity."""
    about = process.entity.name if process.entity is not None else ""
    for state, step, _ in states_of(oracle, process.steps, "", about):
        approval = getattr(step, "approval", None)
        chain = oracle.spec.approvals[approval.name] if approval is not None else None
        if chain is not None and chain.locks and chain.entity is not None and chain.entity.name == entity:
            yield from (f"{state}.{level}" for level in chain.levels)

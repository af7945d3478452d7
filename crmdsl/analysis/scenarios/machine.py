"""The compiled machines of a spec as a scenario uses them: records, persons and cases by the names of the spec."""

from __future__ import annotations

from typing import Any

from crmdsl.analysis._clock import Clock
from crmdsl.analysis._memory import InMemory
from crmdsl.analysis._people import organisation
from crmdsl.diagnostics import Message
from crmdsl.ir.calendar import to_minutes
from crmdsl.ir.program import Program
from crmdsl.model.quality import Action, Scenario
from crmdsl.model.values import Duration
from crmdsl.syntax.nodes import Mapping, Node

PARTS = {"process": "processes", "approval": "approvals", "handoff": "handoffs"}


class NoSuchPerson(LookupError):
    """A scenario names somebody whom the company has not: `agent 4` of three agents."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Machine:
    """Everything that scenarios take from the generated package."""

    def __init__(self, program: Program, package: InMemory) -> None:
        self.resolved = program.resolved
        self.spec = program.resolved.spec
        self.clock = Clock(self.spec)
        self.package = package

    def runs(self, scenario: Scenario) -> tuple[str, str]:
        """What a scenario is about: `process`, `approval` or `handoff`, and its name."""
        for kind in PARTS:
            ref = getattr(scenario, kind)
            if ref is not None:
                return kind, ref.name
        raise LookupError(f"scenario {scenario.name} names nothing to run")

    def entity(self, scenario: Scenario) -> str:
        """The entity of the case's record."""
        kind, name = self.runs(scenario)
        ref = getattr(self.spec, PARTS[kind])[name].entity
        return str(ref.name)

    def organisation(self, scenario: Scenario) -> Any:
        """Who works there: the people of the scenario, else of the spec, else by headcount."""
        return organisation(self.package, self.spec, scenario.people or self.spec.people)

    def creator(self, scenario: Scenario, organisation: Any) -> Any:
        """Who creates the case: the first person of the entity's first owner role; `None` where there is none."""
        owners = self.spec.entities[self.entity(scenario)].owner
        holders = organisation.holders(owners[0].name) if owners else ()
        return holders[0] if holders else None

    def person(self, organisation: Any, who: str) -> Any:
        """A person by `role`, `role 2` or name. Raises `NoSuchPerson`."""
        role, _, number = who.partition(" ")
        if role in self.spec.roles:
            holders = organisation.holders(role)
            place = int(number) if number.strip().isdecimal() else 1
            if 0 < place <= len(holders):
                return holders[place - 1]
            raise NoSuchPerson(
                Message.counted(
                    "`{role}` has {count} person, so there is no `{who}`",
                    "`{role}` has {count} persons, so there is no `{who}`",
                    role=role, count=len(holders), who=who,
                )
            )  # fmt: skip
        found = organisation.person(who)
        if found is None:
            raise NoSuchPerson(Message("there is no person and no role `{who}`", who=who))
        return found

    def record(self, scenario: Scenario) -> Any:
        """The record of the case as given, and the given records that it refers to."""
        return self._record(self.entity(scenario), scenario, ())

    def _record(self, entity: str, scenario: Scenario, around: tuple[str, ...]) -> Any:
        cls = self.record_class(entity)
        given = scenario.given.get(entity) if scenario.given is not None else None
        nodes = {name: node for name, (_, node) in given.entries.items()} if isinstance(given, Mapping) else {}
        values: dict[str, Any] = {}
        for name, field in self.spec.entities[entity].fields.items():
            if field.type is not None and field.type.base == "reference":
                values[name] = self._referred(field.type.entity, nodes.get(name), scenario, (*around, entity))
            elif name in nodes and field.derived is None:
                values[name] = self._kept(cls.FIELDS[name], nodes[name])
        return cls().having({name: value for name, value in values.items() if value is not None}).defaulted()

    def _referred(self, entity: str, node: Node | None, scenario: Scenario, around: tuple[str, ...]) -> Any:
        """The record that a reference means: the given one of that entity, unless it names another by its key.

        Of a record that is not given the key alone is known.
        """
        key = self.spec.entities[entity].identifier
        named = self.resolved.value(node) if node is not None and key is not None else None
        given = scenario.given.get(entity) if scenario.given is not None else None
        if isinstance(given, Mapping) and entity not in around:
            own = self.resolved.value(given.get(key.name)) if key is not None else None
            if named is None or own in (None, named):
                return self._record(entity, scenario, around)
        return None if named is None or key is None else self.record_class(entity)().having({key.name: named})

    def _kept(self, field: Any, node: Node) -> Any:
        """A value of the spec as the machine's field keeps it."""
        value = self.resolved.value(node)
        return to_minutes(value, self.clock.declared) if isinstance(value, Duration) else value

    def record_class(self, entity: str) -> Any:
        """The class of an entity's records."""
        records = vars(self.package.module("records")).values()
        return next(r for r in records if isinstance(r, type) and getattr(r, "entity", "") == entity)

    def case_class(self, scenario: Scenario) -> Any:
        """The class of the cases of what a scenario is about."""
        kind, name = self.runs(scenario)
        for module in self.package.names():
            if module.startswith(f"{PARTS[kind]}."):
                for value in vars(self.package.module(module)).values():
                    if isinstance(value, type) and getattr(getattr(value, "MACHINE", None), "name", "") == name:
                        return value
        raise LookupError(f"no machine of the {kind} {name}")

    def can_run(self, scenario: Scenario) -> bool:
        """Whether a scenario names something that was compiled."""
        try:
            self.case_class(scenario)
        except LookupError:
            return False
        return True

    def values(self, case: Any, action: Action) -> dict[str, Any]:
        """The values given with an action, as they cross the boundary of the package."""
        if not isinstance(action.set, Mapping):
            return {}
        event = action.do or action.event
        records = [*self._records(case, event.name if event else ""), *self._all_records()]
        found = {}
        for name, (_, node) in action.set.entries.items():
            field = next((f for f in (_field_of(record, name) for record in records) if f is not None), None)
            found[name] = self.resolved.value(node) if field is None else field.outward(self._kept(field, node))
        return found

    def _records(self, case: Any, event: str) -> list[Any]:
        """The classes of the records that an event open now may write."""
        machine = case.MACHINE
        nodes = [machine.nodes[state] for state in case.states if state in machine.nodes]
        return [
            machine.entity_at(opening.node.path)
            for node in nodes
            for opening in node.openings
            if opening.event == event
        ] + [type(case.record)]

    def _all_records(self) -> list[Any]:
        return [self.record_class(entity) for entity in self.spec.entities]

    def expected(self, record: Any, path: str, node: Node) -> Any:
        """A value that `then` expects of a field, as it is shown; of a reference the key."""
        field = _field_of(type(record), path)
        return self.resolved.value(node) if hasattr(field, "entity") else field.outward(self._kept(field, node))

    def found(self, case: Any, path: str) -> Any:
        """The value of a field as it is shown, `None` where it or something on the way is unknown."""
        field = _field_of(type(case.record), path)
        kept = self.package.module("_kernel.records").follow(case.record, path.split("."), case.facts())
        if kept is None or not hasattr(field, "entity"):
            return None if kept is None else field.outward(kept)
        key = self.spec.entities[kept.entity].identifier
        return getattr(kept, kept.FIELDS[key.name].slot) if key else kept.id


def _field_of(record: Any, path: str) -> Any:
    """The field at the end of a path from a class of records, `None` where there is none."""
    *way, last = path.split(".")
    for name in way:
        record = getattr(record.FIELDS.get(name), "entity", None)
        if record is None:
            return None
    return record.FIELDS.get(last)

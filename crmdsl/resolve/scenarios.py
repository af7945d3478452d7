"""Names and values in scenarios, which speak of a process, a chain or a handoff and of the records around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from crmdsl.conditions.faults import UnknownName
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model import parse
from crmdsl.model.entities import Field
from crmdsl.model.faults import BadValue, MissingKey, UnknownKey
from crmdsl.model.organisation import Person
from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Process, Step, Wait
from crmdsl.model.quality import Action, Expectation, Scenario
from crmdsl.model.reading.cuts import cuts
from crmdsl.model.values import FieldType, Ref
from crmdsl.resolve.processes import outcomes_of
from crmdsl.resolve.references import visit
from crmdsl.resolve.states import ANYTHING, Events, StateNames, Whole, awaited
from crmdsl.resolve.symbols import Symbols, suggestion
from crmdsl.resolve.values import Values
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

UNASKED = {"recall": "approve", "cancel": "promise"}
"""Events that every chain and handoff has, open only where the spec says so, and one that stands beside each."""
REASSIGN, REOPEN = "reassign", "reopen"
"""What the owner of a process does with its cases, unless the process has events of these names."""


def check_scenarios(symbols: Symbols, values: Values) -> None:
    """Report every unknown name and unreadable value of the scenarios, and keep the values."""
    events = Events(symbols.spec)
    emitted = {ref.name for name in symbols.spec.processes for ref in emitted_by(symbols.spec.processes[name])}
    for integration in symbols.spec.integrations.values():
        emitted.update(ref.name for ref in integration.receives)
    for name, scenario in symbols.spec.scenarios.items():
        symbols.owner = ("scenarios", name)
        One(symbols, values, scenario, events, emitted).check()


class One:
    """Checks one scenario."""

    def __init__(self, symbols: Symbols, values: Values, scenario: Scenario, events: Events, emitted: set[str]) -> None:
        self.symbols = symbols
        self.spec = symbols.spec
        self.values = values
        self.scenario = scenario
        self.emitted = emitted
        self.whole = self.subject()
        self.entity = self.whole.entity.name if self.whole and self.whole.entity else ""
        self.events = events.of(self.whole) if self.whole else frozenset()
        owned = isinstance(self.whole, Process) and bool(self.whole.owner)
        self.of_owner = {REASSIGN, REOPEN} - self.events if owned else set()
        self.people: dict[str, Person] = scenario.people or self.spec.people
        self.states = StateNames(self.spec, self.whole) if self.whole else None

    def subject(self) -> Whole | None:
        """The process, chain or handoff that runs; unknown ones are reported."""
        scenario = self.scenario
        for ref, section in (
            (scenario.process, "processes"), (scenario.approval, "approvals"), (scenario.handoff, "handoffs"),
        ):  # fmt: skip
            if ref and self.symbols.check(ref, (section,)):
                found: Whole = getattr(self.spec, section)[ref.name]
                return found
        return None

    def check(self) -> None:
        """Everything in the scenario."""
        self.staff()
        given = self.scenario.given
        if isinstance(given, Mapping):
            for entity, (key, node) in given.entries.items():
                self.record(entity, key, node)
        for action in self.scenario.when:
            self.action(action)
        if self.scenario.then:
            self.expectation(self.scenario.then)

    def staff(self) -> None:
        """The people of the scenario, who take the place of the section."""
        known = self.symbols.sections["people"]
        if self.scenario.people:
            self.symbols.sections["people"] = self.scenario.people
            for person in self.scenario.people.values():
                visit(self.symbols, person)
            self.symbols.sections["people"] = known

    def record(self, entity: str, key: Scalar, node: Node) -> None:
        """A record that is given."""
        own = self.whole.entity.name if self.whole and self.whole.entity else ""
        if entity not in self.spec.entities and own in self.spec.entities and entity in self.spec.entities[own].fields:
            hint = Message(
                "fields stand below their record: `given: {{{entity}: {{{field}: …}}}}`", entity=own, field=entity
            )
            self.symbols.spoil()
            self.symbols.report(UnknownName.at(key.span, Message("no entity `{name}`", name=entity), help=hint))
        elif entity not in self.spec.entities:
            self.symbols.missing(key.span, entity, ("entities",))
        elif isinstance(node, Mapping):
            fields = self.spec.entities[entity].fields
            for name, at, value in self.complete(node, fields.get):
                field = fields.get(name)
                if field is None:
                    self.symbols.no_field(at.span, name, entity)
                elif field.type:
                    self.value(value, field.type, (entity, name))

    def complete(self, node: Mapping, field: Callable[[str], Field | None]) -> Iterator[tuple[str, Scalar, Node]]:
        """The entries of a map of fields, without the numbers that a comma has cut, which are reported."""
        found = cuts(node.entries) if node.flow else []
        for cut in found:
            meant = field(cut.key.value)
            repair = self.values.repair(meant.type) if meant and meant.type else None
            text = meant is not None and meant.type is not None and meant.type.base == "text"
            hint = cut.quoted() if text else cut.hint(repair)
            self.symbols.spoil()
            self.symbols.report(UnknownName.at(cut.rest[0].span, cut.message(), help=hint))
        aside = {id(part) for cut in found for part in (cut.key, *cut.rest)}
        for name, (at, value) in node.entries.items():
            if id(at) not in aside:
                yield name, at, value

    def value(self, node: Node, kind: FieldType, field: tuple[str, str] | None = None) -> None:
        """A value of a type; people are those of the scenario."""
        known = self.symbols.sections["people"]
        self.symbols.sections["people"] = self.people
        self.values.read(node, kind, field)
        self.symbols.sections["people"] = known

    def action(self, action: Action) -> None:
        """One thing that happens, or is refused."""
        node = action.node.get("by") if isinstance(action.node, Mapping) else None
        if isinstance(node, Scalar) and action.by:
            self.somebody(node)
        if action.do:
            self.event(action.do, self.of_owner)
        self.recipient(action)
        if action.event:
            self.from_outside(action.event)
        if isinstance(action.set, Mapping):
            for name, key, value in self.complete(action.set, lambda name: self.along(name, self.entity)[0]):
                field = self.written(name, key)
                if field and field.type:
                    self.value(value, field.type)
        if isinstance(action.date, Scalar):
            date = parse.parse_instant(action.date.value)
            if date is None:
                message = Message("`{value}` is not an instant, as `2026-03-31T09:00`", value=action.date.value)
                self.symbols.report(BadValue.at(action.date.span, message))
            else:
                self.values.values[id(action.date)] = date

    def somebody(self, node: Scalar) -> None:
        """A role, `role 2`, or a person."""
        name, _, number = node.value.partition(" ")
        counted = not number or (number.isascii() and number.isdigit() and int(number[:6]) > 0)
        if (name in self.spec.roles and counted) or node.value in self.people:
            return
        if name in self.spec.roles:
            message = Message("`{number}` does not count persons of a role", number=number)
            self.symbols.report(BadValue.at(node.span, message, help=Message("write `{role} 2`", role=name)))
        elif not self.symbols.doubtful("roles", "people"):
            known = [*self.spec.roles, *self.people]
            message = Message("no role and no person `{name}`", name=node.value)
            self.symbols.report(UnknownName.at(node.span, message, help=suggestion(nearest(name, known), known)))

    def recipient(self, action: Action) -> None:
        """`to` stands beside `reassign`, where that is what the process owner does, and nowhere else."""
        event = action.do.name if action.do else ""
        if self.is_doubtful or (action.do and not self.is_known(event, self.of_owner)):
            return
        at = action.node.entries.get("to") if isinstance(action.node, Mapping) else None
        if event == REASSIGN and event in self.of_owner:
            if at is not None and isinstance(at[1], Scalar) and action.to is not None:
                self.somebody(at[1])
            elif at is None and not self.is_unread("to"):
                message = Message("`{owner}` lacks the key `{key}`", owner=f"action {action.name}", key="to")
                hint = Message("add `{key}: {example}`", key="to", example="agent 2")
                self.symbols.report(MissingKey.at(action.name_node.span, message, help=hint))
        elif at is not None and not self.is_unread("do"):
            self.no_recipient(at[0], event)

    def no_recipient(self, key: Scalar, event: str) -> None:
        """Report a `to` where nothing is given to anybody."""
        message, hint = Message("`to` stands only beside `do: reassign`"), Message("remove it, or write `do: reassign`")
        if event == REASSIGN and self.whole:
            name, hint = self.whole.name, Message("remove it")
            message = Message(
                "`{event}` is an event of `{process}` itself and takes no `to`", event=event, process=name
            )
        self.symbols.report(UnknownKey.at(key.span, message, help=hint))

    def is_unread(self, key: str) -> bool:
        """Whether a key was meant somewhere in this scenario, and could not be read."""
        return f"scenarios.{self.scenario.name}.{key}" in self.spec.unread

    @property
    def is_doubtful(self) -> bool:
        """Whether the process may have any event."""
        return not self.whole or any(event.endswith(ANYTHING) for event in self.events)

    def is_known(self, event: str, more: Collection[str] = ()) -> bool:
        """Whether there is such an event, perhaps in a branch."""
        local = event.rpartition(".")[2]
        return event in self.events or event in more or local in self.events or self.closed(local)

    def event(self, ref: Ref, more: Collection[str] = ()) -> None:
        """An event of the process, or one of some more."""
        whole = self.whole
        if whole is None or self.is_doubtful or self.is_known(ref.name, more):
            return
        message, hint = Message("`{process}` has no event `{event}`", process=whole.name, event=ref.name), None
        if ref.name in self.of_owner:
            hint = Message("the process owner may `{event}`, and no inbox shows it", event=ref.name)
        elif ref.name in (REASSIGN, REOPEN) and isinstance(whole, Process):
            if f"processes.{whole.name}.owner" in self.spec.unread:
                return
            hint = Message("that is done by the `owner` of a process, and `{process}` has none", process=whole.name)
        self.unknown(ref.node, message, ref.name, sorted({*self.events, *more}), hint)

    def closed(self, event: str) -> bool:
        """Whether it is an event of every chain (handoff), though none here is open to it."""
        beside = UNASKED.get(event)
        return beside is not None and any(one.rpartition(".")[2] == beside for one in self.events)

    def from_outside(self, ref: Ref) -> None:
        """An event from another system."""
        waited = {event for step in self.steps() if isinstance(step, Wait) for event in awaited(step)}
        known = waited.union(*({ref.name for ref in one.sends} for one in self.spec.integrations.values()))
        if self.whole and ref.name.rpartition(".")[2] not in known:
            message = Message("no event `{event}` comes from outside", event=ref.name)
            self.unknown(ref.node, message, ref.name, sorted(known))

    def unknown(self, node: Scalar, message: Message, name: str, known: list[str], hint: Message | None = None) -> None:
        """Report a name, unless the process could not be read whole."""
        whole = self.whole
        if whole and any(place.startswith(("processes", "approvals", "handoffs")) for place in self.spec.incomplete):
            return
        hint = hint or suggestion(nearest(name, known), known)
        self.symbols.report(UnknownName.at(node.span, message, help=hint))

    def steps(self) -> Iterator[Step]:
        """The steps of the process with those of its parts."""
        seen: set[str] = set()
        work = [self.whole] if isinstance(self.whole, Process) else []
        for process in work:
            for step in process.all_steps.values():
                yield step
                called = self.spec.processes.get(step.called.name) if isinstance(step, Call) and step.called else None
                if called and called.name not in seen:
                    seen.add(called.name)
                    work.append(called)

    def entities(self) -> list[str]:
        """The entities whose fields are written in the process, its own first; one that is not known has no name."""
        found = [self.entity]
        for step in self.steps():
            part: Whole | None = None
            if isinstance(step, HandoffStep) and step.handoff:
                part = self.spec.handoffs.get(step.handoff.name)
            elif isinstance(step, ApprovalStep) and step.approval:
                part = self.spec.approvals.get(step.approval.name)
            elif isinstance(step, Call) and step.called:
                part = self.spec.processes.get(step.called.name)
            else:
                continue
            entity = part.entity.name if part and part.entity else ""
            if entity not in found:
                found.append(entity)
        return found

    def written(self, name: str, key: Scalar) -> Field | None:
        """The field that an action writes, on the record of the case or of one of its parts."""
        entities = self.entities()
        for entity in entities:
            field = self.along(name, entity)[0]
            if field:
                return field
        if all(entity in self.spec.entities for entity in entities):
            self.unknown_field(name, key)
        return None

    def along(self, path: str, entity: str) -> tuple[Field | None, str, int]:
        """The field at the end of a path; else the entity that lacks one, and where in the path it stands."""
        field: Field | None = None
        at = 0
        for part in path.split("."):
            declared = self.spec.entities.get(entity)
            field = declared.fields.get(part) if declared else None
            if field is None:
                return None, entity, at
            entity = field.type.entity if field.type else ""
            at += len(part) + 1
        return field, entity, at

    def unknown_field(self, path: str, key: Scalar) -> None:
        """Report a field that is not there."""
        _, entity, at = self.along(path, self.entity)
        if entity in self.spec.entities:
            part = path[at:].partition(".")[0]
            self.symbols.no_field(key.part(at, at + len(part)), part, entity)

    def expectation(self, then: Expectation) -> None:
        """What must hold in the end."""
        node = then.node.get("state") if isinstance(then.node, Mapping) else None
        for state in scalars(node):
            self.state(state)
        if isinstance(then.fields, Mapping):
            for name, key, value in self.complete(then.fields, lambda name: self.along(name, self.entity)[0]):
                field = self.along(name, self.entity)[0]
                if field is None:
                    self.unknown_field(name, key)
                elif field.type:
                    self.value(value, field.type)
        for action in then.refused:
            self.action(action)
        self.seen(then.visible_to)
        self.open(then.inbox)
        for ref in then.emitted or ():
            if ref.name not in self.emitted:
                self.unknown(ref.node, Message("nothing emits `{event}`", event=ref.name), ref.name,
                             sorted(self.emitted))  # fmt: skip

    def state(self, node: Scalar) -> None:
        """A state, or one around the states meant."""
        if self.whole and self.states and not self.states.has(node.value):
            message = Message("`{process}` has no state `{state}`", process=self.whole.name, state=node.value)
            self.unknown(node, message, node.value, list(self.states))

    def seen(self, node: Node | None) -> None:
        """The fields that roles see."""
        for key, inner in entries(node):
            self.somebody(key)
            declared = self.spec.entities.get(self.entity)
            for field in scalars(inner):
                if declared and field.value not in declared.fields:
                    self.symbols.no_field(field.span, field.value, self.entity)

    def open(self, node: Node | None) -> None:
        """The events that are open to roles."""
        for key, inner in entries(node):
            self.somebody(key)
            for event in scalars(inner):
                self.event(Ref(event.value, event))


def entries(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    """The keys and values of a map, none of anything else."""
    if isinstance(node, Mapping):
        yield from node.entries.values()


def scalars(node: Node | None) -> Iterator[Scalar]:
    """The texts of a list, or one that stands alone."""
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Scalar) and item.value:
            yield item


def emitted_by(process: Process) -> Iterator[Ref]:
    """The events that the outcomes of a process emit."""
    for outcome in process.anytime.values():
        yield from outcome.emits
    for step in process.all_steps.values():
        for outcome in outcomes_of(step).values():
            yield from outcome.emits

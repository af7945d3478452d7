"""Which conditions a spec has, and what each of them can name."""

from __future__ import annotations

from crmdsl.conditions.ast import FLAG, Expr, Name, Path
from crmdsl.conditions.facts import NOTHING, bounds, can_be_zero
from crmdsl.conditions.faults import ConditionSyntax, ConditionType, UnknownName
from crmdsl.conditions.names import span_of
from crmdsl.conditions.python import paths
from crmdsl.conditions.scope import EVERYTHING, Scope, Vocabulary
from crmdsl.conditions.types import FIGURES, type_of
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.entities import Field
from crmdsl.model.faults import BadValue
from crmdsl.model.processes import Outcome, Process, Step, Task
from crmdsl.model.values import Assignment, Condition
from crmdsl.resolve.conditions import Conditions
from crmdsl.resolve.cycles import components
from crmdsl.resolve.members import measured
from crmdsl.resolve.processes import outcomes_of
from crmdsl.resolve.resolved import Resolved
from crmdsl.resolve.states import StateNames
from crmdsl.resolve.symbols import Symbols, suggestion

MOST_DEEP = 32
"""Derived fields that a field is derived from, one behind the other."""
MOST_DERIVED = 2_000
"""Derived fields in a field, written out."""
WHATEVER_TYPE = frozenset({ConditionSyntax, UnknownName})
"""Faults of an expression that are some whatever type it should have."""
OF_A_CASE = frozenset({"state", "today"})
OF_A_GRANT = EVERYTHING
OF_A_RECORD = frozenset({"today"})


class Typing:
    """Goes through the spec from condition to condition."""

    def __init__(self, symbols: Symbols, vocabulary: Vocabulary, resolved: Resolved) -> None:
        self.symbols = symbols
        self.spec = symbols.spec
        self.vocabulary = vocabulary
        self.resolved = resolved
        self.conditions = Conditions(symbols, resolved.expressions)
        self.everywhere = StateNames(self.spec, *self.spec.processes.values(), *self.spec.approvals.values(),
                                     *self.spec.handoffs.values())  # fmt: skip

    def all(self) -> None:
        """Type everything."""
        for name, entity in self.spec.entities.items():
            self.symbols.owner = ("entities", name)
            for field in entity.fields.values():
                self.derived(name, field)
        self.circles()
        for process in self.spec.processes.values():
            self.symbols.owner = ("processes", process.name)
            self.process(process)
        self.chains()
        self.figures()

    def scope(self, entity: str, words: frozenset[str] = EVERYTHING) -> Scope:
        """Where any state of the spec may be named."""
        return Scope(self.vocabulary, entity, words, self.everywhere)

    def derived(self, entity: str, field: Field) -> None:
        """The expression of a derived field; it may be missing where the field may."""
        if field.derived is None or field.type is None:
            return
        scope = Scope(self.vocabulary, entity, OF_A_RECORD)
        if self.spec.dangles(field.type):
            _, faults = self.conditions.checked(field.derived, scope, type_of(field.type), field.type.optional)
            self.conditions.keep(field.derived, None, tuple(one for one in faults if one.fault in WHATEVER_TYPE))
            return
        self.conditions.check(field.derived, scope, type_of(field.type), optional=field.type.optional)
        tree = self.resolved.typed(field.derived)
        if tree is not None and type_of(field.type).base in FIGURES:
            self.vocabulary.bounds[entity, field.name] = bounds(tree, scope)
            if not can_be_zero(tree, scope, NOTHING):
                self.vocabulary.nonzero.add((entity, field.name))

    def circles(self) -> None:
        """Derived fields that are derived from themselves."""
        uses: dict[str, list[str]] = {}
        fields: dict[str, Field] = {}
        for name, entity in self.spec.entities.items():
            for field in entity.fields.values():
                tree = self.resolved.typed(field.derived)
                if tree is not None:
                    fields[f"{name}.{field.name}"] = field
                    uses[f"{name}.{field.name}"] = [used for path in paths(tree) for used in self.along(path)]
        order = {name: number for number, name in enumerate(uses)}
        for group in components({name: [used for used in found if used in uses] for name, found in uses.items()}):
            first = min(group, key=order.__getitem__)
            if len(group) > 1 or first in uses[first]:
                condition = fields[first].derived
                if condition:
                    message = Message("`{name}` is derived from itself", name=first.partition(".")[2])
                    self.symbols.report(ConditionType.at(condition.span, message))
                for name in group:
                    uses.pop(name)
                    self.resolved.expressions.pop(id(fields[name].derived), None)
        self.depths(uses, fields)

    def depths(self, uses: dict[str, list[str]], fields: dict[str, Field]) -> None:
        """Fields derived through so many others that no target could write them out; the first of a row is told."""
        sizes: dict[str, tuple[int, int]] = {}
        work = list(reversed(uses))
        while work:
            name = work[-1]
            inner = [used for used in uses[name] if used in uses]
            open_ = [used for used in inner if used not in sizes]
            if open_ and name not in sizes:
                work.extend(open_)
                continue
            work.pop()
            depth = 1 + max((sizes[used][0] for used in inner), default=0)
            size = 1 + sum(sizes[used][1] for used in inner)
            condition = fields[name].derived
            if (depth > MOST_DEEP or size > MOST_DERIVED) and name not in sizes and condition:
                message = Message("`{name}` is derived through too many fields", name=name.partition(".")[2])
                self.symbols.report(ConditionSyntax.at(condition.span, message))
                self.resolved.expressions.pop(id(condition), None)
                depth, size = 0, 0
            sizes.setdefault(name, (depth, size))

    def along(self, path: Path) -> list[str]:
        """The fields that a path goes through, as `entity.field`."""
        found: list[str] = []
        if path.root == "record":
            entity = path.entity
            for part in path.parts:
                slot = self.vocabulary.fields(entity).get(part)
                if slot is None:
                    break
                found.append(f"{entity}.{part}")
                entity = slot.type.entity
        return found

    def process(self, process: Process) -> None:
        """The conditions of a process and of its steps."""
        entity = process.entity.name if process.entity else ""
        states = StateNames(self.spec, process)
        case = Scope(self.vocabulary, entity, OF_A_CASE, states)
        for _, condition in process.priority:
            self.conditions.check(condition, case)
        scope = Scope(self.vocabulary, entity, EVERYTHING, states)
        for outcome in process.anytime.values():
            self.outcome(outcome, scope)
        for step in process.all_steps.values():
            outcomes = outcomes_of(step)
            if outcomes:
                self.step(step, outcomes, scope)

    def step(self, step: Step, outcomes: dict[str, Outcome], scope: Scope) -> None:
        """The conditions of the ways out of a step, which know the fields that it needs."""
        if isinstance(step, Task):
            scope = self.knowing(step, scope)
        for outcome in outcomes.values():
            if outcome.when or outcome.set or outcome.opens:
                self.outcome(outcome, scope)

    def knowing(self, step: Task, scope: Scope) -> Scope:
        """A scope in which the fields that a task needs are known; what cannot be read there may mean any field."""
        needs = frozenset(ref.name for ref in step.needs)
        fields = self.vocabulary.fields(scope.entity)
        unread = not step.has("needs") and f"processes.{self.symbols.owner[1]}.needs" in self.spec.unread
        known = frozenset(fields) if unread or not needs <= fields.keys() else needs
        return Scope(scope.vocabulary, scope.entity, scope.words, scope.states, known) if known else scope

    def outcome(self, outcome: Outcome, scope: Scope) -> None:
        """The condition of an outcome, and the values that it sets."""
        if outcome.when:
            self.conditions.check(outcome.when, scope)
        for assignment in outcome.set:
            self.assignment(assignment, scope.entity, scope)
        if outcome.opens and outcome.opens.process:
            opened = self.spec.processes.get(outcome.opens.process.name)
            entity = opened.entity.name if opened and opened.entity else ""
            for assignment in outcome.opens.values:
                self.assignment(assignment, entity, scope)

    def assignment(self, assignment: Assignment, entity: str, scope: Scope) -> None:
        """One value that is written to a field of an entity, or along a path from it."""
        field = self.target(assignment, entity)
        if field is None or field.type is None:
            return
        if self.spec.dangles(field.type):
            return
        self.resolved.targets[id(assignment)] = tuple(assignment.path.split("."))
        if field.derived is not None:
            message = Message("`{field}` is derived, and cannot be set", field=assignment.path)
            self.symbols.report(BadValue.at(assignment.target.span, message))
        self.conditions.check(assignment.value, scope, type_of(field.type), optional=field.type.optional)

    def target(self, assignment: Assignment, entity: str) -> Field | None:
        """The field that an assignment writes."""
        name = Name(0, len(assignment.path), FLAG, tuple(assignment.path.split(".")))
        field: Field | None = None
        for index, part in enumerate(name.parts):
            declared = self.spec.entities.get(entity)
            field = declared.fields.get(part) if declared else None
            if field is None:
                if declared and not self.symbols.doubtful(f"entities.{entity}", "entities"):
                    self.unknown_target(assignment, span_of(name, index), part, entity)
                self.symbols.spoil()
                return None
            if field.type is None:
                return None
            entity = field.type.entity
        return field

    def unknown_target(self, assignment: Assignment, place: tuple[int, int], part: str, entity: str) -> None:
        """Report a field that is written and does not exist."""
        fields = self.spec.entities[entity].fields
        message = Message("`{entity}` has no field `{name}`", entity=entity, name=part)
        hint = suggestion(nearest(part, fields), fields)
        self.symbols.report(UnknownName.at(assignment.target.part(*place), message, help=hint))

    def chains(self) -> None:
        """The levels of approval chains, and what a delivery must satisfy."""
        for name, chain in self.spec.approvals.items():
            self.symbols.owner = ("approvals", name)
            scope = self.scope(chain.entity.name if chain.entity else "")
            for level in chain.levels.values():
                if level.when:
                    self.conditions.check(level.when, scope)
        for name, handoff in self.spec.handoffs.items():
            self.symbols.owner = ("handoffs", name)
            if handoff.accept_when:
                self.conditions.check(handoff.accept_when, self.scope(handoff.entity.name if handoff.entity else ""))

    def figures(self) -> None:
        """The conditions of grants and of figures, which may speak of several entities."""
        for grant in self.spec.access.grants:
            self.symbols.owner = ("access", grant.name)
            if grant.when:
                self.of_some(grant.when, tuple(ref.name for ref in grant.on), OF_A_GRANT)
        for kpi in self.spec.kpis.values():
            self.symbols.owner = ("kpis", kpi.name)
            if kpi.when:
                self.of_some(kpi.when, measured(self.symbols, kpi), OF_A_CASE)

    def of_some(self, condition: Condition, entities: tuple[str, ...], words: frozenset[str]) -> None:
        """A condition on records of some entities: it must make sense for one of them at least."""
        tried = [self.conditions.checked(condition, self.scope(name, words), FLAG, False) for name in entities]
        trees: list[Expr] = []
        for name, (found, _) in zip(entities, tried, strict=True):
            if found is not None:
                trees.append(found)
                self.resolved.by_entity[id(condition), name] = found
        if trees:
            self.resolved.expressions[id(condition)] = trees[0]
        elif tried:
            self.conditions.keep(condition, None, min((faults for _, faults in tried), key=len))
        else:
            self.conditions.check(condition, self.scope(""))

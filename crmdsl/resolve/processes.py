"""Names inside a process: steps, fields of its record, events, and the records that its parts act on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from crmdsl.conditions.faults import UnknownName
from crmdsl.diagnostics import Message, Related
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.entities import Field
from crmdsl.model.faults import BadValue, MissingKey, UnknownKey
from crmdsl.model.processes import (
    ApprovalStep,
    Call,
    Decide,
    HandoffStep,
    Outcome,
    Parallel,
    Process,
    Step,
    Task,
    Wait,
)
from crmdsl.model.values import Late, Ref
from crmdsl.resolve.faults import WrongKind
from crmdsl.resolve.symbols import ONE, Symbols, suggestion

MISTAKEN = ("approvals", "handoffs", "processes")
ONE_STEP = {"approvals": "approval", "handoffs": "handoff", "processes": "process"}
"""The key of a step that runs one of a section."""
ENDS = {
    "end": "success", "success": "success", "done": "success", "won": "success", "finish": "success",
    "failure": "failure", "lost": "failure", "cancelled": "failure", "fine": "success", "successo": "success",
}  # fmt: skip
"""Steps that people take for granted, and how they end."""
"""Sections whose names are mistaken for steps."""
PARTS: dict[type[Step], tuple[str, str]] = {
    ApprovalStep: ("approval", "approvals"), HandoffStep: ("handoff", "handoffs"), Call: ("called", "processes"),
}  # fmt: skip
ROUTED: dict[type[Step], tuple[str, ...]] = {
    ApprovalStep: ("approved", "rejected"),
    HandoffStep: ("accepted", "declined", "cancelled"),
    Call: ("success", "failure"),
}
"""The outcomes of steps whose kind says which they are."""


def check_processes(symbols: Symbols) -> None:
    """Report the unknown steps, fields and events of every process."""
    for name, process in symbols.spec.processes.items():
        if not process.steps and not process.has("steps"):
            continue  # which is the fault
        symbols.owner = ("processes", name)
        walk = Walk(symbols, process)
        walk.steps(process.steps, process.start)
        for outcome in process.anytime.values():
            walk.leads(outcome.to, process.steps)


class Walk:
    """Goes through the steps of one process."""

    def __init__(self, symbols: Symbols, process: Process) -> None:
        self.symbols = symbols
        self.process = process
        self.entity = process.entity.name if process.entity else ""
        self.whole = not symbols.doubtful(f"processes.{process.name}", "processes")

    def steps(self, steps: dict[str, Step], start: Ref | None) -> None:
        """The steps of the process or of a branch."""
        self.leads(start, steps)
        for step in steps.values():
            for outcome in outcomes_of(step).values():
                self.leads(outcome.to, steps)
            check = CHECKS.get(type(step))
            if check:
                check(self, step)
            if isinstance(step, Parallel):
                self.parallel(step, steps)
            elif step_late := getattr(step, "late", None):
                self.late(step, step_late)

    def leads(self, to: Ref | None, steps: dict[str, Step]) -> None:
        """A name of a step around."""
        if to is None or to.name in steps:
            return
        self.symbols.spoil()
        if to.name in self.symbols.crooked(steps):
            return
        section = next((s for s in MISTAKEN if to.name in self.symbols.sections[s]), None)
        if section:
            message = Message("`{name}` is {other}, not a step", name=to.name, other=ONE[section])
            hint: Message | None = Message(
                "make a step of it: `{step}`", step=f"NAME: {{{ONE_STEP[section]}: {to.name}, outcomes: {{…}}}}"
            )
            near = nearest(to.name, steps)
            self.symbols.report(WrongKind.at(to.span, message, help=suggestion(near, steps) if near else hint))
        elif self.whole:
            inner = steps is not self.process.steps
            message = Message("no step `{name}`", name=to.name)
            if inner:
                message = Message("no step `{name}` in this branch", name=to.name)
            hint = suggestion(nearest(to.name, steps), steps)
            if to.name in ENDS:
                end = f"{to.name}: {{end: {ENDS[to.name]}}}"
                hint = Message("an end is a step too: add `{end}` to the `steps`", end=end)
            if inner and to.name in self.process.steps:
                hint = Message("an outcome in a branch leads to a step of that branch; end it with `end: success`")
            self.symbols.report(UnknownName.at(to.span, message, help=hint))

    def parallel(self, step: Parallel, around: dict[str, Step]) -> None:
        """A parallel block, whose ways out lead to steps around it and whose branches are their own."""
        self.leads(step.then, around)
        self.leads(step.on_failure, around)
        for branch in step.parallel.values():
            if branch.steps or branch.has("steps"):
                self.steps(branch.steps, branch.start)
        if step.late and step.late.outcome:
            hint = Message("write `remind` or `escalate`: a parallel block has no outcomes")
            message = Message("no outcome `{name}` of a parallel block", name=step.late.outcome.name)
            self.symbols.spoil()
            self.symbols.report(UnknownName.at(step.late.node.span, message, help=hint))

    def late(self, step: Step, late: Late) -> None:
        """The outcome that a deadline fires."""
        check_late(self.symbols, late, (*outcomes_of(step), *ROUTED.get(type(step), ())))

    def task(self, step: Task) -> None:
        """The fields that a task reads, edits and needs."""
        for refs in (step.reads, step.edits, step.needs):
            for ref in refs:
                self.symbols.field(ref, self.entity)

    def wait(self, step: Wait) -> None:
        """The event that is waited for, if the system it comes from says what it sends."""
        wait = step.wait
        if wait is None or wait.event is None:
            return
        sender = self.symbols.spec.integrations.get(wait.source.name) if wait.source else None
        sent = [ref.name for ref in sender.sends] if sender else []
        if sent and wait.event.name not in sent and sender:
            message = Message("`{system}` sends no `{event}`", system=sender.name, event=wait.event.name)
            self.symbols.unknown(wait.event.span, message, wait.event.name, sent)
            return
        known = (wait.event.name, "timeout")
        for name, outcome in step.outcomes.items():
            if name not in known:
                message = Message("this wait has no outcome `{name}`", name=name)
                hint = suggestion(nearest(name, known), known)
                self.symbols.report(UnknownName.at(outcome.name_span, message, help=hint))

    def part(self, step: Step) -> None:
        """What an approval, handoff or process acts on, and its outcomes."""
        known = ROUTED[type(step)]
        for name, outcome in outcomes_of(step).items():
            if name not in known:
                message = Message("unknown outcome `{name}`", name=name)
                hint = suggestion(nearest(name, known), known)
                self.symbols.report(UnknownKey.at(outcome.name_span, message, help=hint))
        attribute, section = PARTS[type(step)]
        ref = getattr(step, attribute)
        declared: Any = self.symbols.sections[section].get(ref.name) if ref else None
        target = declared.entity.name if declared and declared.entity else ""
        if target in self.symbols.spec.entities and self.entity in self.symbols.spec.entities:
            self.record(step, ref, target)

    def refers_to_nothing(self, entity: str) -> bool:
        """Whether an entity has a field whose type does not exist, or one that could not be read: it may be meant."""
        declared = self.symbols.spec.entities[entity].fields.values()
        return any(self.is_open(field) for field in declared) or self.symbols.doubtful(f"entities.{entity}")

    def is_open(self, field: Field) -> bool:
        """Whether the type of a field does not exist, or could not be read."""
        return field.type is None or self.symbols.spec.dangles(field.type)

    def record(self, step: Any, ref: Ref, target: str) -> None:
        """The field by which a part finds its record."""
        symbols, entity = self.symbols, self.entity
        fields = references(symbols, entity, target)
        if step.of is not None:
            named = symbols.spec.entities[entity].fields.get(step.of.name)
            if named is not None and self.is_open(named):
                symbols.spoil()
            elif symbols.field(step.of, entity) and step.of.name not in fields:
                message = Message("`{field}` does not refer to `{entity}`", field=step.of.name, entity=target)
                symbols.spoil()
                symbols.report(BadValue.at(step.of.span, message, help=suggestion(None, fields)))
        elif target != entity and not fields and not self.refers_to_nothing(entity):
            symbols.spoil()
            message = Message(
                "`{name}` acts on `{target}`, to which `{entity}` has no reference",
                name=ref.name, target=target, entity=entity,
            )  # fmt: skip
            hint = Message("give `{entity}` a field of the type `{target}`", entity=entity, target=target)
            symbols.report(WrongKind.at(ref.span, message, help=hint))
        elif target != entity and len(fields) > 1:
            self.ambiguous(step, target, fields)

    def ambiguous(self, step: Step, target: str, fields: list[str]) -> None:
        """Two fields that refer to the record wanted."""
        self.symbols.spoil()
        message = Message(
            "`{entity}` refers to `{target}` twice, and `of` does not say which is meant",
            entity=self.entity, target=target,
        )  # fmt: skip
        declared = self.symbols.spec.entities[self.entity].fields
        related = tuple(Related(declared[f].name_span, Message("`{field}` is one", field=f)) for f in fields)
        hint = Message("write `of: {field}`", field=fields[0])
        self.symbols.report(MissingKey.at(step.name_span, message, help=hint, related=related))


def references(symbols: Symbols, entity: str, target: str) -> list[str]:
    """The fields of an entity that refer to another."""
    fields = symbols.spec.entities[entity].fields.values()
    return [f.name for f in fields if f.type and f.type.base == "reference" and f.type.entity == target]


def outcomes_of(step: Step) -> dict[str, Outcome]:
    """The ways out of a step that are outcomes."""
    if isinstance(step, Decide):
        return step.decide
    return getattr(step, "outcomes", None) or {}


def check_late(symbols: Symbols, late: Late, outcomes: Iterable[str]) -> None:
    """Report an outcome that a deadline cannot fire."""
    known = list(outcomes)
    if late.outcome and late.outcome.name not in known:
        words = ["remind", "escalate", *known]
        message = Message("no outcome `{name}` here", name=late.outcome.name)
        role = late.outcome.name if late.outcome.name in symbols.spec.roles else ""
        hint = Message("write `{text}`", text=f"late: {{escalate: {role}}}") if role else None
        symbols.unknown(late.node.span, message, late.outcome.name, words, hint)


CHECKS: dict[type[Step], Callable[[Walk, Any], None]] = {
    Task: Walk.task,
    Wait: Walk.wait,
    ApprovalStep: Walk.part,
    HandoffStep: Walk.part,
    Call: Walk.part,
}

"""Processes, chains and handoffs of the model → flat machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from crmdsl.ir.machine import Deadline, Event, Machine, Opening, State, Transition
from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.declaration import Declaration
from crmdsl.model.processes import (
    ApprovalStep,
    Branch,
    Call,
    Decide,
    End,
    HandoffStep,
    Outcome,
    Parallel,
    Process,
    Step,
    Task,
    Wait,
)
from crmdsl.model.spec import Spec
from crmdsl.model.values import Duration, Late, Ref

PHASES = ("requested", "promised", "delivered")
ENDS = {"approved": True, "rejected": False, "accepted": True, "declined": False, "cancelled": False}
"""The ends of a chain or handoff on its own, and whether each is a success."""


class Scope(NamedTuple):
    """What is around some steps: the beginning of their names, the path to their record, the state that they are
    inside of, their process, and how an event of theirs is fired."""

    prefix: str
    path: tuple[str, ...]
    around: str
    process: Process
    fired: Callable[[str], str]

    @property
    def entity(self) -> str:
        """The entity of the process."""
        return self.process.entity.name if self.process.entity else ""


def plain(event: str) -> str:
    """An event outside of all branches is fired by its own name."""
    return event


def names(refs: Iterable[Ref]) -> tuple[str, ...]:
    """The names of some references."""
    return tuple(ref.name for ref in refs)


def shared_calendar(spec: Spec, roles: Iterable[str]) -> str:
    """The calendar of some roles if they share one, else the company's."""
    company = spec.company.calendar.name if spec.company and spec.company.calendar else ""
    found = set()
    for role in roles:
        own = spec.roles[role].calendar
        found.add(own.name if own else company)
    return found.pop() if len(found) == 1 else company


def record_path(spec: Spec, entity: str, step: ApprovalStep | HandoffStep | Call) -> tuple[str, ...]:
    """From a record of `entity` to the one that a step acts on: itself, or the one that a field refers to."""
    target = step_entity(spec, step)
    if step.of is not None:
        return (step.of.name,)
    if target == entity:
        return ()
    for name, field in spec.entities[entity].fields.items():
        if field.type is not None and field.type.entity == target:
            return (name,)
    return ()


def step_entity(spec: Spec, step: ApprovalStep | HandoffStep | Call) -> str:
    """The entity that a chain, handoff or called process is about."""
    part: Approval | Handoff | Process
    if isinstance(step, ApprovalStep):
        part = spec.approvals[step.approval.name if step.approval else ""]
    elif isinstance(step, HandoffStep):
        part = spec.handoffs[step.handoff.name if step.handoff else ""]
    else:
        part = spec.processes[step.called.name if step.called else ""]
    return part.entity.name if part.entity else ""


def of_process(spec: Spec, process: Process) -> Machine:
    """The machine of a process."""
    scope = Scope("", (), "", process, plain)
    machine = Machine(process.name, "process", process, scope.entity)
    machine.initial = process.start.name if process.start else ""
    Expansion(spec, machine).whole(scope)
    return machine


def of_chain(spec: Spec, chain: Approval) -> Machine:
    """The machine of an approval chain on its own."""
    machine = Machine(chain.name, "approval", chain, chain.entity.name if chain.entity else "")
    expansion = Expansion(spec, machine)
    expansion.levels("", chain, (), "", plain)
    expansion.ends(("approved", "rejected"))
    machine.initial = next(iter(chain.levels), "")
    return machine


def of_handoff(spec: Spec, handoff: Handoff) -> Machine:
    """The machine of a handoff on its own."""
    machine = Machine(handoff.name, "handoff", handoff, handoff.entity.name if handoff.entity else "")
    expansion = Expansion(spec, machine)
    expansion.phases("", handoff, (), "", plain, cancels=True)
    expansion.ends(("accepted", "declined", "cancelled"))
    machine.initial = "requested"
    return machine


class Expansion:
    """Writes the states of one machine, outer before inner, in the order of the spec."""

    def __init__(self, spec: Spec, machine: Machine) -> None:
        self.spec = spec
        self.machine = machine
        self.anytime: list[Scope] = []

    def whole(self, scope: Scope) -> None:
        """Expand a process, whose `anytime` is open in all that is inside."""
        self.anytime.append(scope)
        self.body(scope.process.steps, scope)
        self.anytime.pop()

    def body(self, steps: dict[str, Step], scope: Scope, *, single: bool = False) -> None:
        """Expand the steps of a process or branch."""
        for name, step in steps.items():
            self.step(scope.prefix.removesuffix(".") if single else scope.prefix + name, step, scope)

    def step(self, full: str, step: Step, scope: Scope) -> None:
        """Expand one step."""
        if isinstance(step, ApprovalStep | HandoffStep | Call):
            path, entity = scope.path + record_path(self.spec, scope.entity, step), step_entity(self.spec, step)
            self.add(full, KINDS[type(step)], step, path, entity, scope.around, self.within(step))
            for outcome in step.outcomes.values():
                self.way(full, scope.prefix, outcome, outcome.name, "result")
            self.composite(full, step, scope._replace(prefix=f"{full}.", path=path, around=full))
        elif isinstance(step, Parallel):
            self.add(full, "parallel", step, scope.path, scope.entity, scope.around, self.within(step))
            self.branches(full, step, scope)
        else:
            self.leaf(full, step, scope)

    def composite(self, full: str, step: ApprovalStep | HandoffStep | Call, scope: Scope) -> None:
        """Expand what runs inside an approval, handoff or call."""
        if isinstance(step, ApprovalStep):
            chain = self.spec.approvals[step.approval.name if step.approval else ""]
            self.levels(scope.prefix, chain, scope.path, full, scope.fired)
        elif isinstance(step, HandoffStep):
            handoff = self.spec.handoffs[step.handoff.name if step.handoff else ""]
            cancels = "cancelled" in step.outcomes
            self.phases(scope.prefix, handoff, scope.path, full, scope.fired, cancels=cancels)
        else:
            self.whole(scope._replace(process=self.spec.processes[step.called.name if step.called else ""]))

    def leaf(self, full: str, step: Step, scope: Scope) -> None:
        """Write a task, wait, decision or end with its events and ways out."""
        success = isinstance(step, End) and step.end == "success"
        roles = roles_of(self.spec, step)
        kind, within = KINDS[type(step)], self.within(step)
        self.add(full, kind, step, scope.path, scope.entity, scope.around, within, roles, success)
        if isinstance(step, Task):
            for name, outcome in step.outcomes.items():
                event, who = scope.fired(name), names(outcome.by) or roles
                self.open(event, name, Opening(full, "task", who, names(step.edits), outcome))
                self.way(full, scope.prefix, outcome, event, "event")
        elif isinstance(step, Wait):
            self.wait(full, step, scope)
        elif isinstance(step, Decide):
            for name, outcome in step.decide.items():
                self.way(full, scope.prefix, outcome, name, "decide")
        if not isinstance(step, End) or scope.around:
            self.open_anytime(full)
        if isinstance(step, Task | Wait) and step.late is not None and step.late.outcome is not None:
            name = step.late.outcome.name
            self.way(full, scope.prefix, step.outcomes[name], name, "late")

    def wait(self, full: str, step: Wait, scope: Scope) -> None:
        """Write the event and the timeout of a wait."""
        awaited = step.wait.event.name if step.wait and step.wait.event else ""
        for name, outcome in step.outcomes.items():
            if name == awaited:
                event, roles = scope.fired(name), names(outcome.by) or roles_of(self.spec, step)
                fields = sent(self.spec, scope.entity, step)
                self.open(event, name, Opening(full, "wait", roles, fields, outcome))
                self.way(full, scope.prefix, outcome, event, "event")
            else:
                self.way(full, scope.prefix, outcome, name, "timeout")

    def levels(
        self, prefix: str, chain: Approval, path: tuple[str, ...], around: str, fired: Callable[[str], str]
    ) -> None:
        """Write the levels of a chain."""
        for name, level in chain.levels.items():
            roles = names(level.approver)
            deadlines = self.deadlines("level", level.within, level.late, roles, level)
            entity = chain.entity.name if chain.entity else ""
            self.add(prefix + name, "level", level, path, entity, around, deadlines, roles)
            for event in ("approve", "reject", *(["recall"] if chain.recall else [])):
                who = names(chain.requester) if event == "recall" else roles
                self.open(fired(event), event, Opening(prefix + name, event, who, (), level))
            self.open_anytime(prefix + name)

    def phases(
        self,
        prefix: str,
        handoff: Handoff,
        path: tuple[str, ...],
        around: str,
        fired: Callable[[str], str],
        *,
        cancels: bool,
    ) -> None:
        """Write the phases of a handoff."""
        supplier, customer = names(handoff.supplier), names(handoff.customer)
        limits = (("respond", handoff.respond), ("deliver", handoff.deliver), ("verify", handoff.verify))
        entity = handoff.entity.name if handoff.entity else ""
        cancel = ["cancel"] if cancels else []
        open_here = (["promise", "decline", "deliver", "agree", *cancel], ["deliver", *cancel], ["accept", "return"])
        for phase, (kind, duration), meanings in zip(PHASES, limits, open_here, strict=True):
            roles = customer if phase == "delivered" else supplier
            deadlines = self.deadlines(kind, duration, handoff.late, roles, handoff)
            self.add(prefix + phase, phase, handoff, path, entity, around, deadlines, roles)
            for meaning in meanings:
                who = supplier if meaning in ("promise", "decline", "deliver") else customer
                local = "reject" if meaning == "return" else meaning
                fields = names(handoff.returns) if meaning == "deliver" else ()
                self.open(fired(local), local, Opening(prefix + phase, meaning, who, fields, handoff))
            self.open_anytime(prefix + phase)

    def branches(self, full: str, step: Parallel, scope: Scope) -> None:
        """Expand the branches of a block; events that several have get the branch's name in front."""
        own = {name: set(events_in(self.spec, branch.steps)) for name, branch in step.parallel.items()}
        shared = {e for n, events in own.items() for o, other in own.items() if o != n for e in events & other}
        self.machine.ambiguous[full] = tuple(sorted(shared))
        for name, branch in step.parallel.items():

            def fired(event: str, branch: str = name) -> str:
                return scope.fired(f"{branch}.{event}" if event in shared else event)

            inside = scope._replace(prefix=f"{full}.{name}.", around=full, fired=fired)
            self.body(branch.steps, inside, single=branch.single)
        for kind, ref in (("join", step.then), ("failure", step.on_failure)):
            if ref is not None:
                self.machine.transitions.append(Transition(full, scope.prefix + ref.name, kind, kind, None, step))

    def ends(self, results: tuple[str, ...]) -> None:
        """Write the ends of a chain or handoff on its own, and the ways to them."""
        declaration = self.machine.declaration
        inner = [state for state in self.machine.states.values() if state.is_leaf]
        for result in results:
            self.add(result, "end", declaration, (), self.machine.entity, "", (), (), ENDS[result])
        for state in inner:
            for result in results:
                self.machine.transitions.append(Transition(state.name, result, result, "result", None, declaration))

    # what all of them use

    def add(
        self,
        name: str,
        kind: str,
        declaration: Declaration,
        path: tuple[str, ...],
        entity: str,
        around: str,
        deadlines: tuple[Deadline, ...] = (),
        roles: tuple[str, ...] = (),
        success: bool = False,
    ) -> None:
        """Write a state."""
        state = State(name, kind, declaration, path, entity, around, roles, deadlines, success)
        self.machine.states[name] = state

    def open(self, event: str, local: str, opening: Opening) -> None:
        """Write that an event is open in a state."""
        self.machine.events.setdefault(event, Event(event, local)).openings.append(opening)

    def open_anytime(self, state: str) -> None:
        """Write that `anytime` of the processes around is open in a state, the inner first."""
        for scope in reversed(self.anytime):
            for name, outcome in scope.process.anytime.items():
                event, roles = scope.fired(name), names(outcome.by) or names(scope.process.owner)
                self.open(event, name, Opening(state, "anytime", roles, (), outcome))
                self.way(state, scope.prefix, outcome, event, "anytime")

    def way(self, source: str, prefix: str, outcome: Outcome, event: str, kind: str) -> None:
        """Write a transition of an outcome; the only task of a branch leads to the end of it, which is no state."""
        target = prefix + outcome.to.name if outcome.to is not None else ""
        self.machine.transitions.append(Transition(source, target, event, kind, outcome.when, outcome))

    def within(self, step: Step) -> tuple[Deadline, ...]:
        """The time limits of a step itself."""
        roles = roles_of(self.spec, step)
        found = self.deadlines("within", getattr(step, "within", None), getattr(step, "late", None), roles, step)
        if isinstance(step, Wait) and step.wait is not None:
            found += self.deadlines("timeout", step.wait.timeout, None, (), step)
        return found

    def deadlines(
        self, kind: str, duration: Duration | None, late: Late | None, roles: tuple[str, ...], declaration: Declaration
    ) -> tuple[Deadline, ...]:
        """A time limit as the one of its state, or none."""
        if duration is None:
            return ()
        span = declaration.key_span("within" if kind == "level" else kind)
        return (Deadline(kind, duration, late, shared_calendar(self.spec, roles), span),)


KINDS: dict[type[Step], str] = {
    Task: "task", Wait: "wait", Decide: "decide", End: "end", ApprovalStep: "approval", HandoffStep: "handoff",
    Parallel: "parallel", Call: "call",
}  # fmt: skip


def roles_of(spec: Spec, step: Step) -> tuple[str, ...]:
    """The roles that act in a step itself; a wait's where it is one of our roles that it waits for."""
    if isinstance(step, Task):
        return names(step.role)
    if isinstance(step, Wait) and step.wait is not None and step.wait.source is not None:
        source = step.wait.source.name
        return (source,) if source in spec.roles else ()
    return ()


def sent(spec: Spec, entity: str, step: Wait) -> tuple[str, ...]:
    """The fields that come with the event of a wait: those that its integration alone writes."""
    if step.wait is None or step.wait.event is None or roles_of(spec, step):
        return ()
    source, event = step.wait.source, step.wait.event
    found = []
    for name, field in spec.entities[entity].fields.items():
        if field.source is None:
            continue
        integration = field.source.name
        if integration == source.name if source is not None else event in spec.integrations[integration].sends:
            found.append(name)
    return tuple(found)


def events_in(spec: Spec, steps: dict[str, Step]) -> Iterator[str]:
    """The events of some steps and of all inside them, as they are fired there."""
    for step in steps.values():
        if isinstance(step, Task):
            yield from step.outcomes
        elif isinstance(step, Wait) and step.wait is not None and step.wait.event is not None:
            yield step.wait.event.name
        elif isinstance(step, ApprovalStep) and step.approval is not None:
            yield from ("approve", "reject")
            yield from ["recall"] * spec.approvals[step.approval.name].recall
        elif isinstance(step, HandoffStep):
            yield from ("promise", "decline", "deliver", "agree", "accept", "reject")
            yield from ["cancel"] * ("cancelled" in step.outcomes)
        elif isinstance(step, Call) and step.called is not None:
            called = spec.processes[step.called.name]
            yield from called.anytime
            yield from events_in(spec, called.steps)
        elif isinstance(step, Parallel):
            yield from _in_branches(spec, step.parallel)


def _in_branches(spec: Spec, branches: dict[str, Branch]) -> Iterator[str]:
    own = {name: set(events_in(spec, branch.steps)) for name, branch in branches.items()}
    for name, events in own.items():
        others = {event for other, more in own.items() if other != name for event in more}
        yield from (f"{name}.{event}" if event in others else event for event in events)

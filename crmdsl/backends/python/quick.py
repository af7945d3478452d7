"""What can be decided and done on the spot: events of a process's own tasks that lead to a task, a wait, an end or a
chain of bands, under conditions that read nothing but the record. All else goes the general way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from crmdsl.backends.python import names
from crmdsl.backends.python.builder import Builder, refs
from crmdsl.backends.python.source import literal
from crmdsl.backends.python.views import MachineView, OutcomeView, QuickView, RouteView, StepView
from crmdsl.conditions.python import paths
from crmdsl.ir.machine import Event, Machine
from crmdsl.model.processes import ApprovalStep, Outcome, Process, Task
from crmdsl.model.values import Condition

_LOCALS = frozenset("state last now record note refusal target new past".split())
"""Names that the code on the spot uses itself: an event with a field of such a name goes the general way."""
_MOST = 200
"""States in which one event is done on the spot: Python compiles no chain of a thousand conditions."""


def add_quick_ways(builder: Builder, machine: Machine, view: MachineView, process: Process) -> None:
    """Fill in the quick ways of the events of a process, and the constants that they use."""
    quick = Quick(builder, machine, view, process)
    view.owner_mask = quick.mask("_OWNERS", refs(builder.spec.entities[machine.entity].owner))
    for event, shown in zip(machine.events.values(), view.events, strict=True):
        if _LOCALS.isdisjoint(value.attribute for value in shown.values):
            shown.quick = list(islice(quick.ways(event), _MOST))
        shown.signs = event.local == "approve" == event.name and quick.signs(event)


class Quick:
    """Finds the quick ways of one process."""

    def __init__(self, builder: Builder, machine: Machine, view: MachineView, process: Process) -> None:
        self.builder = builder
        self.machine = machine
        self.view = view
        self.process = process
        self.steps = {step.name: step for step in view.body.steps}

    def mask(self, constant: str, roles: tuple[str, ...]) -> str:
        """A constant for the mask of some roles, empty where there are none."""
        if not roles:
            return ""
        self.view.constants[constant] = f"roles({', '.join(literal(role) for role in roles)}).mask"
        return constant

    def node(self, state: str) -> str:
        """The constant of a state."""
        constant = f"_AT_{state.upper().replace('.', '__')}"
        self.view.nodes[constant] = state
        return constant

    def signs(self, event: Event) -> bool:
        """Whether an event signs levels of a step of the process itself."""
        states = (self.machine.states[one.state] for one in event.openings if one.meaning == "approve")
        return any("." not in state.around for state in states)

    def ways(self, event: Event) -> Iterator[QuickView]:
        """The states in which an event can be done on the spot."""
        meanings = Counter(opening.state for opening in event.openings)
        for opening in event.openings:
            step = self.process.steps.get(opening.state)
            if (
                meanings[opening.state] == 1
                and opening.meaning == "task"
                and isinstance(step, Task)
                and isinstance(opening.declaration, Outcome)
            ):
                found = self.way(event, step, opening.declaration)
                if found is not None:
                    yield found

    def way(self, event: Event, step: Task, outcome: Outcome) -> QuickView | None:
        """An outcome of a task as a quick way, if it is one."""
        shown = self.steps[step.name]
        taken = next(one for one in shown.outcomes if one.name == outcome.name)
        needs = frozenset(name for path in shown.needs for name in path)
        guard = self.source(outcome.when, needs)
        routed = self.routed(taken, needs)
        if taken.sets or taken.opens or guard is None or routed is None:
            return None
        if any(self.is_derived(name) for name in needs):
            return None
        target, routes, requesters = routed
        firing = taken.by or shown.roles
        opening = f"_{step.name.upper()}_{event.name.upper().replace('.', '_')}"
        self.view.openings[opening] = (step.name, event.name)
        return QuickView(
            node=self.node(step.name),
            opening=opening,
            by_mask=self.mask(f"{opening}_BY", firing),
            known=tuple(f"_{names.attribute(name)}" for path in shown.needs for name in path),
            guard_source=guard,
            when=taken.when,
            effects_source=self.effects(opening, taken),
            target=target,
            routes=routes,
            requester_mask=""
            if target or set(firing) <= set(requesters)
            else self.mask(f"{opening}_REQUESTERS", requesters),
            certain=self.is_certain(taken, needs),
            owner_mask=self.view.owner_mask,
        )

    def is_derived(self, name: str) -> bool:
        """Whether a field is derived."""
        return self.builder.spec.entities[self.machine.entity].fields[name].derived is not None

    def source(self, condition: Condition | None, known: frozenset[str]) -> str | None:
        """A condition over the record alone; empty where there is none, `None` where it reads more."""
        tree = self.builder.resolved.typed(condition)
        if tree is None:
            return "" if condition is None else None
        printer = self.builder.printer(self.machine.entity)
        printer.record, printer.known_fields = "record", known
        found = printer.test(tree)
        return None if "facts" in found else found

    def is_certain(self, outcome: OutcomeView, known: frozenset[str]) -> bool:
        """Whether a chain surely has a level for what comes in: it has no `otherwise`, and reads what is known."""
        step = self.process.steps[outcome.to]
        if not isinstance(step, ApprovalStep) or step.approval is None:
            return True
        chain = self.builder.spec.approvals[step.approval.name]
        trees = [self.builder.resolved.typed(level.when) for level in chain.levels.values()]
        read = {path.parts for tree in trees if tree is not None for path in paths(tree)}
        return chain.otherwise is None and all(len(parts) == 1 and parts[0] in known for parts in read)

    def routed(
        self, outcome: OutcomeView, known: frozenset[str]
    ) -> tuple[str, list[RouteView], tuple[str, ...]] | None:
        """Where an outcome leads: a state, or the levels of a chain with the roles of its requester."""
        target = self.steps[outcome.to]
        if target.kind in ("Task", "Wait", "End"):
            return self.node(target.name), [], ()
        step = self.process.steps[outcome.to]
        if not isinstance(step, ApprovalStep) or step.approval is None or target.of:
            return None
        return self.bands(target, step.approval.name, known)

    def bands(
        self, target: StepView, name: str, known: frozenset[str]
    ) -> tuple[str, list[RouteView], tuple[str, ...]] | None:
        """The levels of a chain of bands on the same record, whose conditions read nothing else."""
        chain = self.builder.spec.approvals[name]
        routes = []
        for level in chain.levels.values():
            guard = self.source(level.when, known)
            if guard is None:
                return None
            routes.append(RouteView(guard or "True", self.node(f"{target.name}.{level.name}")))
        return ("", routes, refs(chain.requester)) if chain.mode == "bands" else None

    def effects(self, opening: str, outcome: OutcomeView) -> str:
        """What an outcome tells the world, as a constant."""
        told = [f"Emit({literal(event)})" for event in outcome.emits]
        if outcome.notify:
            told.append(f"Notify({literal(outcome.notify)}, {literal(outcome.name)})")
        if not told:
            return "()"
        self.view.constants[f"{opening}_EFFECTS"] = f"({', '.join(told)}{',' if len(told) == 1 else ''})"
        return f"{opening}_EFFECTS"

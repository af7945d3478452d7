"""Steps of processes, levels of chains and terms of handoffs → views."""

from __future__ import annotations

from collections.abc import Iterable

from crmdsl.backends.python import names
from crmdsl.backends.python.builder import Builder, late_view, refs
from crmdsl.backends.python.source import place
from crmdsl.backends.python.views import (
    AgreementView,
    BodyView,
    ChainView,
    FeedbackView,
    LevelView,
    OpensView,
    OutcomeView,
    StepView,
    ValueView,
)
from crmdsl.conditions.python import paths
from crmdsl.ir.expansion import record_path, roles_of, sent
from crmdsl.ir.knowledge import needed
from crmdsl.ir.machine import Machine
from crmdsl.model.chains import Approval, Handoff, Level
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
    TimedStep,
    Wait,
)


class StepBuilder:
    """Makes the views of a process's steps. `ambiguous` are the events that branches share, by block."""

    def __init__(self, builder: Builder, process: Process, machine: Machine) -> None:
        self.builder = builder
        self.process = process
        self.machine = machine
        self.entity = process.entity.name if process.entity else ""

    def whole(self) -> BodyView:
        """The process itself."""
        process = self.process
        body = self.body(process.name, process.start.name if process.start else "", process.steps)
        body.owner = refs(process.owner)
        body.place = place(process.name_span)
        body.anytime = [self.outcome("anytime", one) for one in process.anytime.values()]
        return body

    def body(self, name: str, start: str, steps: dict[str, Step]) -> BodyView:
        """Some steps."""
        return BodyView(name, start, [self.step(step) for step in steps.values()])

    def step(self, step: Step) -> StepView:
        """A step, whatever its kind."""
        view = StepView(type(step).__name__, step.name, place(step.name_span), self.builder.doc(step))
        if isinstance(step, TimedStep):
            roles = roles_of(self.builder.spec, step)
            view.timers = list(self.builder.timer("within", step.within, step.late, roles, step))
        if isinstance(step, Task):
            view.roles, view.edits = refs(step.role), self.editable(step.edits)
            view.needs = tuple((name,) for name in needed(self.builder.spec.entities[self.entity], step))
            view.outcomes = self.outcomes(step, step.outcomes.values())
        elif isinstance(step, Wait):
            self._wait(view, step)
        elif isinstance(step, Decide):
            view.outcomes = self.outcomes(step, step.decide.values())
        elif isinstance(step, End):
            view.success = step.end == "success"
        elif isinstance(step, Parallel):
            self._block(view, step)
        elif isinstance(step, ApprovalStep | HandoffStep | Call):
            self._part(view, step)
        return view

    def editable(self, fields: Iterable[object]) -> tuple[str, ...]:
        """The fields listed that an event may write: neither derived nor an integration's."""
        declared = self.builder.spec.entities[self.entity].fields
        found = (str(ref) for ref in fields)
        return tuple(name for name in found if declared[name].source is None and declared[name].derived is None)

    def _wait(self, view: StepView, step: Wait) -> None:
        spec, wait = self.builder.spec, step.wait
        view.roles = roles_of(spec, step)
        view.fields = tuple((name,) for name in sent(spec, self.entity, step))
        view.outcomes = self.outcomes(step, step.outcomes.values())
        if wait is not None and wait.event is not None:
            view.event = wait.event.name
            view.timers += self.builder.timer("timeout", wait.timeout, None, (), step)

    def _part(self, view: StepView, step: ApprovalStep | HandoffStep | Call) -> None:
        if isinstance(step, ApprovalStep):
            view.part_folder, ref = "chains", step.approval
        elif isinstance(step, HandoffStep):
            view.part_folder, ref = "agreements", step.handoff
        else:
            view.part_folder, ref = "processes", step.called
        view.part = ref.name if ref else ""
        view.of = record_path(self.builder.spec, self.entity, step)
        view.outcomes = self.outcomes(step, step.outcomes.values())

    def _block(self, view: StepView, step: Parallel) -> None:
        count = len(step.parallel)
        view.join = count if step.join == "all" else 1 if isinstance(step.join, str) else step.join
        view.branches = [self._branch(branch) for branch in step.parallel.values()]
        view.then = OutcomeView("then", view.place, step.then.name if step.then else "")
        if step.on_failure is not None:
            view.on_failure = OutcomeView("on_failure", view.place, step.on_failure.name)
        state = next(one for one in self.machine.states.values() if one.declaration is step)
        view.ambiguous = self.machine.ambiguous[state.name]

    def _branch(self, branch: Branch) -> BodyView:
        body = self.body(branch.name, branch.start.name if branch.start else "", branch.steps)
        body.place, body.single = place(branch.name_span), branch.single
        if branch.single:
            ended = StepView("End", "done", body.place, self.builder.doc(branch), success=True, hidden=True)
            body.steps.append(ended)
            for outcome in body.steps[0].outcomes:
                outcome.to = "done"
        return body

    def outcomes(self, step: Step, outcomes: Iterable[Outcome]) -> list[OutcomeView]:
        """The ways out of a step."""
        return [self.outcome(step.path or step.name, outcome) for outcome in outcomes]

    def outcome(self, step: str, outcome: Outcome) -> OutcomeView:
        """A way out."""
        builder, entity = self.builder, self.entity
        view = OutcomeView(outcome.name, place(outcome.name_span), outcome.to.name if outcome.to else "")
        view.when = builder.when(outcome.when, entity, step, outcome.name, "when")
        view.by = refs(outcome.by)
        view.emits, view.notify = refs(outcome.emits), refs(outcome.notify)
        for one in outcome.set:
            path = builder.resolved.target(one) or tuple(one.path.split("."))
            value = builder.value(one, entity, path, step, outcome.name, "sets", one.path)
            view.sets += [value] if value else []
        if outcome.opens is not None and outcome.opens.process is not None:
            process = builder.spec.processes[outcome.opens.process.name]
            values: list[ValueView] = []
            for one in outcome.opens.values:
                path = builder.resolved.target(one) or tuple(one.path.split("."))
                value = builder.value(one, entity, path, step, outcome.name, "opens_with", one.path)
                values += [value] if value else []
            entity_class = names.class_of(process.entity.name) if process.entity else ""
            view.opens = OpensView(process.name, entity_class, values)
        return view


def chain_view(builder: Builder, chain: Approval) -> ChainView:
    """An approval chain."""
    entity = chain.entity.name if chain.entity else ""
    levels = [_level(builder, entity, level) for level in chain.levels.values()]
    options: dict[str, object] = {
        "mode": chain.mode if chain.mode != "bands" else None,
        "otherwise": chain.otherwise,
        "separation": chain.separation or None,
        "on_reject": chain.on_reject if chain.on_reject != "end" else None,
        "recall": chain.recall or None,
        "substitutes": chain.substitutes if chain.substitutes != "none" else None,
        "locks": None if chain.locks else False,
        "reason": chain.reason if chain.reason != "on_reject" else None,
        "mentions": None if chain.locks else _mentions(builder, chain),
    }
    given = {name: value for name, value in options.items() if value is not None}
    return ChainView(chain.name, place(chain.name_span), refs(chain.requester), levels, given)


def _level(builder: Builder, entity: str, level: Level) -> LevelView:
    roles = refs(level.approver)
    return LevelView(
        name=level.name,
        place=place(level.name_span),
        doc=builder.doc(level),
        when=builder.when(level.when, entity, level.name, "when"),
        approvers=roles,
        manager=level.manager_of,
        named=(level.named_in.name,) if level.named_in else (),
        quorum=level.quorum,
        timers=list(builder.timer("level", level.within, level.late, roles, level)),
    )


def _mentions(builder: Builder, chain: Approval) -> tuple[tuple[str, ...], ...]:
    """The paths from the record that the levels read."""
    found: dict[tuple[str, ...], None] = {}
    for level in chain.levels.values():
        tree = builder.resolved.typed(level.when)
        if tree is not None:
            entity = chain.entity.name if chain.entity else ""
            for path in paths(tree):
                if path.root == "record":
                    found[_stored(builder, entity, path.parts)] = None
        if level.named_in is not None:
            found[(level.named_in.name,)] = None
    return tuple(found)


def _stored(builder: Builder, entity: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """A path as far as it is of fields: what belongs to a person or unit is no part of the record."""
    for i, part in enumerate(parts):
        kind = builder.spec.entities[entity].fields[part].type
        if kind is None or not kind.entity:
            return parts[: i + 1]
        entity = kind.entity
    return parts


def agreement_view(builder: Builder, handoff: Handoff) -> AgreementView:
    """A handoff."""
    customer, supplier = refs(handoff.customer), refs(handoff.supplier)
    entity = handoff.entity.name if handoff.entity else ""
    fields = builder.spec.entities[entity].fields
    limits = (
        ("respond", handoff.respond, supplier), ("deliver", handoff.deliver, supplier),
        ("verify", handoff.verify, customer),
    )  # fmt: skip
    timers = {
        kind: one for kind, length, who in limits for one in builder.timer(kind, length, handoff.late, who, handoff)
    }
    feedback = None
    if handoff.feedback is not None:
        opens = handoff.feedback.opens
        process = builder.spec.processes.get(opens.name) if opens else None
        entity_class = names.class_of(process.entity.name) if process is not None and process.entity else ""
        feedback = FeedbackView(
            handoff.feedback.scale or 0, handoff.feedback.below, opens.name if opens else "", entity_class
        )
    return AgreementView(
        name=handoff.name,
        place=place(handoff.name_span),
        customer=customer,
        supplier=supplier,
        gives=tuple((name,) for name in refs(handoff.gives)),
        returns=tuple(n for n in refs(handoff.returns) if fields[n].source is None and fields[n].derived is None),
        timers=timers,
        late=late_view(handoff.late),
        accept_when=builder.when(handoff.accept_when, entity, "accept_when"),
        rework_limit=handoff.rework_limit,
        fulfilled_by=handoff.fulfilled_by.name if handoff.fulfilled_by else "",
        feedback=feedback,
    )

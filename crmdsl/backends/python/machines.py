"""Processes, chains and handoffs → the views of their modules: a class of cases with a method for each event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from crmdsl.backends.python import names
from crmdsl.backends.python.builder import Builder
from crmdsl.backends.python.entities import annotation
from crmdsl.backends.python.quick import add_quick_ways
from crmdsl.backends.python.safety import safe_years
from crmdsl.backends.python.source import described, place
from crmdsl.backends.python.steps import StepBuilder, agreement_view, chain_view
from crmdsl.backends.python.views import (
    AgreementView,
    BodyView,
    ChainView,
    EventView,
    MachineView,
    OutcomeView,
    ParameterView,
    StepView,
)
from crmdsl.ir.expansion import ENDS
from crmdsl.ir.knowledge import surely_known, to_be_said
from crmdsl.ir.machine import Event, Machine
from crmdsl.ir.program import Program
from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.processes import Outcome, Process
from crmdsl.model.values import FieldType

FOLDERS = {"process": "processes", "approval": "approvals", "handoff": "handoffs"}
MEANINGS = {
    "approve": "Sign the level.",
    "reject": "Reject: the level, or the delivery.",
    "recall": "Take the request back.",
    "promise": "Take charge, and perhaps name a date.",
    "decline": "Decline the request, and say why.",
    "deliver": "Deliver what was asked for.",
    "agree": "Agree to a later date.",
    "accept": "Accept the delivery.",
    "cancel": "Take the request back.",
}


def machine_views(program: Program) -> Iterator[MachineView]:
    """The views of everything that becomes a class of cases."""
    for name, machine in program.approvals.items():
        yield _chain(Builder(program), program.spec.approvals[name], machine)
    for name, machine in program.handoffs.items():
        yield _handoff(Builder(program), program.spec.handoffs[name], machine)
    for name, machine in program.processes.items():
        yield _process(Builder(program), program.spec.processes[name], machine)


def _process(builder: Builder, process: Process, machine: Machine) -> MachineView:
    body = StepBuilder(builder, process, machine).whole()
    named = [(ref.name, builder.when(when, machine.entity, "priority", ref.name)) for ref, when in process.priority]
    view = _module(builder, machine, body)
    view.priorities = [(name, when) for name, when in named if when is not None]
    view.promise = next(builder.timer("promise", process.promise, None, (), process), None)
    view.safe = safe_years(builder, machine, view.promise)
    if process.owner:
        entity = builder.spec.entities[machine.entity]
        view.owner_places = (place(process.key_span("owner")), place(entity.key_span("owner")))
    add_quick_ways(builder, machine, view, process)
    return view


def _chain(builder: Builder, chain: Approval, machine: Machine) -> MachineView:
    part = chain_view(builder, chain)
    step = StepView("ApprovalStep", "", part.place, (), outcomes=_routes(part, ("approved", "rejected")))
    view = _module(builder, machine, _alone(part, step))
    view.chain = part
    return view


def _handoff(builder: Builder, handoff: Handoff, machine: Machine) -> MachineView:
    part = agreement_view(builder, handoff)
    step = StepView("HandoffStep", "", part.place, (), outcomes=_routes(part, ("accepted", "declined", "cancelled")))
    view = _module(builder, machine, _alone(part, step))
    view.agreement = part
    return view


def _routes(part: ChainView | AgreementView, results: Iterable[str]) -> list[OutcomeView]:
    return [OutcomeView(result, part.place, result) for result in results]


def _alone(part: ChainView | AgreementView, step: StepView) -> BodyView:
    """The body of a chain or handoff on its own."""
    ends = [StepView("End", one.name, part.place, (), success=ENDS[one.name]) for one in step.outcomes]
    return BodyView(part.name, "", [step, *ends], part.place)


def _module(builder: Builder, machine: Machine, body: BodyView) -> MachineView:
    declaration = machine.declaration
    return MachineView(
        kind=machine.kind,
        name=machine.name,
        class_name=names.class_of(machine.name),
        module=names.module(machine.name),
        place=place(declaration.name_span),
        doc=builder.doc(declaration),
        entity_class=names.class_of(machine.entity),
        body=body,
        events=list(event_views(builder, machine)),
        functions=builder.functions,
        promise=None,
        safe=safe_years(builder, machine, None),
        states=tuple(state.name for state in machine.states.values() if state.is_leaf),
    )


def event_views(builder: Builder, machine: Machine) -> Iterator[EventView]:
    """The events of a machine, each a method."""
    methods = names.methods(machine.events)
    known = surely_known(machine, builder.spec.entities[machine.entity])
    for event in machine.events.values():
        meanings = {one.meaning for one in event.openings}
        outside = [one.meaning == "wait" and not one.roles for one in event.openings]
        yield EventView(
            name=event.name,
            method=methods[event.name],
            doc=event_doc(builder, event),
            by="never" if all(outside) else "optional" if any(outside) else "required",
            values=sorted(parameters(builder, machine, event, known), key=lambda one: not one.required),
            reason=not meanings <= {"wait", "agree", "promise"},
            score="accept" in meanings,
            date="promise" in meanings,
            states=tuple(dict.fromkeys(one.state for one in event.openings)),
        )


def event_doc(builder: Builder, event: Event) -> tuple[str, ...]:
    """What an event does, and where it is open."""
    opening = event.openings[0]
    summary = MEANINGS.get(event.local) if opening.meaning not in ("task", "wait", "anytime") else None
    note = None
    if isinstance(opening.declaration, Outcome):
        summary = described(opening.declaration.label, builder.language, event.local)
        note = opening.declaration.note
    states = list(dict.fromkeys(one.state for one in event.openings))
    shown = ", ".join(f"`{state}`" for state in states[:6]) + (" …" if len(states) > 6 else "")
    roles = list(dict.fromkeys(role for one in event.openings for role in one.roles))
    who = f"By {' or '.join(roles)}" if roles else "From outside" if opening.meaning == "wait" else "By who is named"
    return tuple(text for text in (summary, note, f"{who}, in {shown}.") if text)


def parameters(
    builder: Builder, machine: Machine, event: Event, known: Mapping[str, frozenset[str]]
) -> Iterator[ParameterView]:
    """The fields that may come with an event in one of its states; `known` are those that each state has surely."""
    found: dict[str, dict[str, None]] = {}
    for opening in event.openings:
        fields = builder.spec.entities[machine.states[opening.state].entity].fields
        for name in opening.fields:
            field = fields[name]
            if field.type is None or field.derived is not None:
                continue
            if opening.meaning != "wait" and field.source is not None:
                continue
            found.setdefault(name, {})[_given(field.type)] = None
            if field.type.optional:
                found[name]["None"] = None
    said = _to_be_said(builder, machine, event, known)
    for name, kinds in found.items():
        ordered = [kind for kind in kinds if kind != "None"] + ["None"] * ("None" in kinds and name not in said)
        yield ParameterView(name, names.parameter(name), " | ".join(ordered), name in said)


def _to_be_said(
    builder: Builder, machine: Machine, event: Event, known: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """The fields without which an event would be refused in every state that it is open in, as far as can be known."""
    found = [
        to_be_said(
            builder.spec.entities[state.entity], state.declaration, frozenset() if state.path else known[state.name]
        )
        for state in (machine.states[one.state] for one in event.openings)
    ]
    return frozenset.intersection(*found)


def _given(kind: FieldType) -> str:
    """The type of a value that comes with an event; classes of records stand in another module."""
    if kind.base == "person":
        return "Person | str"
    return f"records.{annotation(kind)}" if kind.base == "reference" else annotation(kind)

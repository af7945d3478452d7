"""Which events the states of a process have, and which roles they are open to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from crmdsl.model.processes import (
    ApprovalStep,
    Call,
    HandoffStep,
    Outcome,
    Parallel,
    Process,
    Step,
    Task,
    TimedStep,
    Wait,
)
from crmdsl.model.spec import Spec
from crmdsl.rules._roles import names, signers, superiors


class Event(NamedTuple):
    """An event that is open in a step; `outcome` is what declares it, if not the kind of the step does."""

    name: str
    roles: frozenset[str]
    step: Step | None
    outcome: Outcome | None


def events_of(spec: Spec, process: Process, calls: tuple[str, ...] = ()) -> list[Event]:
    """The events of a process in all its steps, parts included, and those of `anytime` of its parts."""
    return [event for step in process.steps.values() for event in _of_step(spec, process, step, calls)]


def anytime_of(process: Process) -> list[Event]:
    """The outcomes that are open in every step."""
    return [
        Event(name, frozenset(names(outcome.by or process.owner)), None, outcome)
        for name, outcome in process.anytime.items()
    ]


def _of_step(spec: Spec, process: Process, step: Step, calls: tuple[str, ...]) -> Iterator[Event]:
    if isinstance(step, Task):
        for name, outcome in step.outcomes.items():
            yield Event(name, _escalated(spec, step, names(outcome.by or step.role)), step, outcome)
    elif isinstance(step, Wait):
        yield from _of_wait(step)
    elif isinstance(step, ApprovalStep):
        yield from _of_approval(spec, step)
    elif isinstance(step, HandoffStep):
        yield from _of_handoff(spec, step)
    elif isinstance(step, Parallel):
        yield from _of_parallel(spec, process, step, calls)
    elif isinstance(step, Call) and step.called and step.called.name not in calls:
        called = spec.processes.get(step.called.name)
        if called:
            yield from events_of(spec, called, (*calls, called.name))
            yield from anytime_of(called)


def _escalated(spec: Spec, step: TimedStep, roles: set[str]) -> frozenset[str]:
    """The roles, and those that an escalation adds."""
    late = step.late
    if late is None or late.action != "escalate":
        return frozenset(roles)
    return frozenset(roles | (names(late.roles) or superiors(spec, roles)))


def _of_wait(step: Wait) -> Iterator[Event]:
    if step.wait and step.wait.event:
        name = step.wait.event.name
        roles = {step.wait.source.name} if step.wait.source else set()
        yield Event(name, frozenset(roles), step, step.outcomes.get(name))


def _of_approval(spec: Spec, step: ApprovalStep) -> Iterator[Event]:
    approval = spec.approvals.get(step.approval.name) if step.approval else None
    if approval is None:
        return
    roles: set[str] = set()
    for level in approval.levels.values():
        signing = signers(spec, approval, level) or set()
        roles |= signing
        if approval.substitutes == "superior":
            roles |= superiors(spec, signing)
        if level.late and level.late.action == "escalate":
            roles |= names(level.late.roles) or superiors(spec, signing)
    yield Event("approve", frozenset(roles), step, None)
    yield Event("reject", frozenset(roles), step, None)
    if approval.recall:
        yield Event("recall", frozenset(names(approval.requester)), step, None)


def _of_handoff(spec: Spec, step: HandoffStep) -> Iterator[Event]:
    handoff = spec.handoffs.get(step.handoff.name) if step.handoff else None
    if handoff is None:
        return
    late = handoff.late
    escalated = names(late.roles) if late and late.action == "escalate" else set()
    plain = late is not None and late.action == "escalate" and not late.roles
    for side, events in ((handoff.supplier, _SUPPLIER), (handoff.customer, _CUSTOMER)):
        roles = names(side)
        acting = frozenset(roles | escalated | (superiors(spec, roles) if plain else set()))
        for name in events:
            if name != "cancel" or "cancelled" in step.outcomes:
                yield Event(name, acting, step, None)


_SUPPLIER = ("promise", "decline", "deliver")
_CUSTOMER = ("agree", "accept", "reject", "cancel")


def _of_parallel(spec: Spec, process: Process, step: Parallel, calls: tuple[str, ...]) -> Iterator[Event]:
    """The events of the branches; one that more than one branch has goes by another name, `branch.event`."""
    branches = {
        name: [event for inner in branch.steps.values() for event in _of_step(spec, process, inner, calls)]
        for name, branch in step.parallel.items()
    }
    held = Counter(name for events in branches.values() for name in {event.name for event in events})
    for branch, events in branches.items():
        for event in events:
            yield event if held[event.name] == 1 else event._replace(name=f"{branch}.{event.name}")

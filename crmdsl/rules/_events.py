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
from crmdsl.rules._roles import Signers, names, superiors

MOST = 100_000
"""Steps of parts that are looked at in all, so that parts within parts within parts come to an end."""


class Event(NamedTuple):
    """An event that is open in a step; `outcome` is what declares it, if not the kind of the step does."""

    name: str
    roles: frozenset[str]
    step: Step | None
    outcome: Outcome | None


def anytime_of(process: Process) -> list[Event]:
    """The outcomes that are open in every step."""
    return [
        Event(name, frozenset(names(outcome.by or process.owner)), None, outcome)
        for name, outcome in process.anytime.items()
    ]


class Events:
    """The events of processes; those of a process by itself are worked out once."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.signers = Signers(spec)
        self.left = MOST
        self._own: dict[str, list[Event]] = {}

    def of(self, process: Process) -> list[Event]:
        """The events of a process in all its steps, with those of its parts and of `anytime` of the parts."""
        return [event for step in process.steps.values() for event in self._of_step(step, process.name)]

    def _of_step(self, step: Step, caller: str | None) -> Iterator[Event]:
        """The events of a step, those of a part only where a caller is given: a part's own parts are known already."""
        if isinstance(step, Task):
            for name, outcome in step.outcomes.items():
                yield Event(name, _escalated(self.spec, step, names(outcome.by or step.role)), step, outcome)
        elif isinstance(step, Wait):
            yield from _of_wait(step)
        elif isinstance(step, ApprovalStep):
            yield from self._of_approval(step)
        elif isinstance(step, HandoffStep):
            yield from _of_handoff(self.spec, step)
        elif isinstance(step, Parallel):
            yield from self._of_parallel(step, caller)
        elif isinstance(step, Call) and step.called and caller is not None:
            for part in self._parts(step.called.name, caller):
                yield from self._alone(part)
                yield from anytime_of(part)

    def _alone(self, process: Process) -> list[Event]:
        """The events of a process without those of its parts."""
        if process.name not in self._own:
            self._own[process.name] = [event for step in process.steps.values() for event in self._of_step(step, None)]
        return self._own[process.name]

    def _parts(self, name: str, caller: str) -> Iterator[Process]:
        """A part and all its parts, each once; a process that calls itself is another fault."""
        seen = {caller, name}
        work = [name]
        for one in work:
            process = self.spec.processes.get(one)
            if process is None or self.left <= 0:
                continue
            self.left -= len(process.all_steps)
            yield process
            called = [step.called.name for step in process.all_steps.values() if isinstance(step, Call) and step.called]
            work += [inner for inner in dict.fromkeys(called) if inner not in seen]
            seen.update(called)

    def _of_approval(self, step: ApprovalStep) -> Iterator[Event]:
        approval = self.spec.approvals.get(step.approval.name) if step.approval else None
        if approval is None:
            return
        roles: set[str] = set()
        for level in approval.levels.values():
            signing = self.signers.of(approval, level) or set()
            roles |= signing
            if approval.substitutes == "superior":
                roles |= superiors(self.spec, signing)
            if level.late and level.late.action == "escalate":
                roles |= names(level.late.roles) or superiors(self.spec, signing)
        yield Event("approve", frozenset(roles), step, None)
        yield Event("reject", frozenset(roles), step, None)
        if approval.recall:
            yield Event("recall", frozenset(names(approval.requester)), step, None)

    def _of_parallel(self, step: Parallel, caller: str | None) -> Iterator[Event]:
        """The events of the branches; one that more than one branch has goes by another name, `branch.event`."""
        branches = {
            name: [event for inner in branch.steps.values() for event in self._of_step(inner, caller)]
            for name, branch in step.parallel.items()
        }
        held = Counter(name for events in branches.values() for name in {event.name for event in events})
        for branch, events in branches.items():
            for event in events:
                yield event if held[event.name] == 1 else event._replace(name=f"{branch}.{event.name}")


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

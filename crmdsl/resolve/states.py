"""The states of a process by their dotted names, and the events that can happen in it.

Names come in levels: a step; inside an approval its levels, inside a handoff its phases, inside a parallel its
branches with their steps, inside a called process its steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.processes import ApprovalStep, Branch, Call, Decide, HandoffStep, Parallel, Process, Step, Task, Wait
from crmdsl.model.spec import Spec

PHASES = ("requested", "promised", "delivered")
SIGNING = ("approve", "reject")
CONVERSATION = ("promise", "decline", "deliver", "agree", "accept", "reject")
ENDS: dict[type[Any], tuple[str, ...]] = {
    Approval: ("approved", "rejected"),
    Handoff: ("accepted", "declined", "cancelled"),
}
MOST_STATES = 5_000
"""How many states are listed at most: processes that run each other may have any number."""

Whole = Process | Approval | Handoff
Place = Process | Branch | Step | Approval | Handoff | None


def inside(spec: Spec, place: Place) -> Mapping[str, Place]:
    """The states right inside a process, a branch, a step, a chain or a handoff."""
    if isinstance(place, Process):
        return place.steps
    if isinstance(place, Branch):
        return {} if place.single else place.steps
    if isinstance(place, Approval):
        return dict.fromkeys(place.levels)
    if isinstance(place, Handoff):
        return dict.fromkeys(PHASES)
    if isinstance(place, ApprovalStep):
        return inside(spec, spec.approvals.get(place.approval.name) if place.approval else None)
    if isinstance(place, HandoffStep):
        return inside(spec, spec.handoffs.get(place.handoff.name) if place.handoff else None)
    if isinstance(place, Call):
        return inside(spec, spec.processes.get(place.called.name) if place.called else None)
    return place.parallel if isinstance(place, Parallel) else {}


class StateNames:
    """The states of some processes, chains or handoffs; those of a chain on its own also have its ends."""

    def __init__(self, spec: Spec, *wholes: Whole) -> None:
        self.spec = spec
        self.wholes = wholes
        self._known: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Whether a dotted name is a state, or has states inside."""
        if name not in self._known:
            parts = name.split(".")
            self._known[name] = any(self._has(whole, parts) for whole in self.wholes)
        return self._known[name]

    def _has(self, whole: Whole, parts: list[str]) -> bool:
        if len(parts) == 1 and parts[0] in ENDS.get(type(whole), ()):
            return True
        place: Place = whole
        for part in parts:
            states = inside(self.spec, place)
            if part not in states:
                return False
            place = states[part]
        return True

    def near(self, name: str) -> str | None:
        """The state that was probably meant."""
        return nearest(name, self)

    def __iter__(self) -> Iterator[str]:
        """All names, outer before inner, `MOST_STATES` at most."""
        count = 0
        for whole in self.wholes:
            for name in (*_names(self.spec, whole, "", ()), *ENDS.get(type(whole), ())):
                count += 1
                if count > MOST_STATES:
                    return
                yield name


def _names(spec: Spec, place: Place, prefix: str, around: tuple[str, ...]) -> Iterator[str]:
    for name, inner in inside(spec, place).items():
        yield prefix + name
        if isinstance(inner, Call) and inner.called:
            if inner.called.name not in around:
                yield from _names(spec, inner, f"{prefix}{name}.", (*around, inner.called.name))
        elif inner is not None:
            yield from _names(spec, inner, f"{prefix}{name}.", around)


def leaves(spec: Spec, whole: Whole) -> Iterator[str]:
    """The states in which a case can be: without those that have others inside and without routing steps."""
    yield from islice(_leaves(spec, whole, "", ()), MOST_STATES)
    yield from ENDS.get(type(whole), ())


def _leaves(spec: Spec, place: Place, prefix: str, around: tuple[str, ...]) -> Iterator[str]:
    for name, inner in inside(spec, place).items():
        called = inner.called.name if isinstance(inner, Call) and inner.called else ""
        if called and called in around:
            continue
        if inside(spec, inner):
            yield from _leaves(spec, inner, f"{prefix}{name}.", (*around, called) if called else around)
        elif not isinstance(inner, Decide):
            yield prefix + name


class Events:
    """The names of everything that can be fired in cases; `branch.event` where two branches have it."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._processes: dict[str, frozenset[str]] = {}

    def of(self, whole: Whole) -> frozenset[str]:
        """The events of a process with its parts, of a chain or of a handoff."""
        return self._process(whole.name) if isinstance(whole, Process) else frozenset(_own_events(self.spec, whole))

    def _process(self, name: str) -> frozenset[str]:
        if name not in self._processes:
            self._processes[name] = frozenset()  # what a process that runs itself finds inside
            process = self.spec.processes.get(name)
            found = {*process.anytime, *self._steps(process.steps)} if process else set()
            self._processes[name] = frozenset(found)
        return self._processes[name]

    def _steps(self, steps: Mapping[str, Step]) -> set[str]:
        found: set[str] = set()
        for step in steps.values():
            if isinstance(step, Parallel):
                found |= self._parallel(step)
            elif isinstance(step, Call):
                found |= self._process(step.called.name) if step.called else set()
            else:
                found.update(_own_events(self.spec, step))
        return found

    def _parallel(self, step: Parallel) -> set[str]:
        branches = {name: self._steps(branch.steps) for name, branch in step.parallel.items()}
        held = Counter(event for events in branches.values() for event in events)
        return {
            event if held[event] == 1 else f"{name}.{event}" for name, events in branches.items() for event in events
        }


def _own_events(spec: Spec, place: Step | Approval | Handoff) -> Iterator[str]:
    """The events of one step, or of a chain or handoff."""
    if isinstance(place, Task):
        yield from place.outcomes
    elif isinstance(place, Wait):
        if place.wait and place.wait.event:
            yield place.wait.event.name
    elif isinstance(place, (Approval, ApprovalStep)):
        chain = place if isinstance(place, Approval) else None
        if isinstance(place, ApprovalStep) and place.approval:
            chain = spec.approvals.get(place.approval.name)
        yield from (*SIGNING, *(("recall",) if chain and chain.recall else ()))
    elif isinstance(place, (Handoff, HandoffStep)):
        cancels = isinstance(place, Handoff) or "cancelled" in place.outcomes
        yield from (*CONVERSATION, *(("cancel",) if cancels else ()))

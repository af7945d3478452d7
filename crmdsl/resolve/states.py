"""The states of a process by their dotted names, and the events that can happen in it.

Names come in levels: a step; inside an approval its levels, inside a handoff its phases, inside a parallel its
branches with their steps, inside a called process its steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.chains import Approval, Handoff
from crmdsl.model.processes import ApprovalStep, Branch, Call, HandoffStep, Parallel, Process, Step, Task, Wait
from crmdsl.model.spec import Spec

PHASES = ("requested", "promised", "delivered")
SIGNING = ("approve", "reject")
CONVERSATION = ("promise", "decline", "deliver", "agree", "accept", "reject")
ENDS: dict[type[Any], tuple[str, ...]] = {
    Approval: ("approved", "rejected"),
    Handoff: ("accepted", "declined", "cancelled"),
}
MOST_STATES = 1_000
MOST_CALLS = 8
"""How many states are listed at most, and how deep: processes that run each other may have any number."""
ANYTHING = "*"
"""Stands among the events of a process that runs one that does not exist."""

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


def _unresolved(spec: Spec, place: Place) -> bool:
    """Whether a step is of no kind or runs what does not exist: which states are inside is anybody's guess."""
    if isinstance(place, Task):
        return not place.has("role")
    if isinstance(place, ApprovalStep):
        return place.approval is None or place.approval.name not in spec.approvals
    if isinstance(place, HandoffStep):
        return place.handoff is None or place.handoff.name not in spec.handoffs
    return isinstance(place, Call) and (place.called is None or place.called.name not in spec.processes)


class StateNames:
    """The states of some processes, chains or handoffs; those of a chain on its own also have its ends."""

    def __init__(self, spec: Spec, *wholes: Whole) -> None:
        self.spec = spec
        self.wholes = wholes
        self._known: dict[str, bool] = {}
        self._first: dict[str, list[Whole]] | None = None

    def has(self, name: str) -> bool:
        """Whether a dotted name is a state, or has states inside."""
        if name not in self._known:
            parts = name.split(".")
            self._known[name] = any(self._has(whole, parts) for whole in self.beginning(parts[0]))
        return self._known[name]

    def beginning(self, name: str) -> list[Whole]:
        """Those that have an outermost state of a name."""
        if self._first is None:
            self._first = {}
            for whole in self.wholes:
                for first in (*inside(self.spec, whole), *ENDS.get(type(whole), ())):
                    self._first.setdefault(first, []).append(whole)
        return self._first.get(name, [])

    def _has(self, whole: Whole, parts: list[str]) -> bool:
        if len(parts) == 1 and parts[0] in ENDS.get(type(whole), ()):
            return True
        place: Place = whole
        for part in parts:
            states = inside(self.spec, place)
            if part not in states:
                return _unresolved(self.spec, place)
            place = states[part]
        return True

    def near(self, name: str) -> str | None:
        """The state that was probably meant."""
        return nearest(name, self)

    def __iter__(self) -> Iterator[str]:
        """All names, outer before inner, `MOST_STATES` at most."""
        found = (chain(_names(self.spec, whole, "", ()), ENDS.get(type(whole), ())) for whole in self.wholes)
        return islice(chain.from_iterable(found), MOST_STATES)


def _names(spec: Spec, place: Place, prefix: str, around: tuple[str, ...]) -> Iterator[str]:
    for name, inner in inside(spec, place).items():
        yield prefix + name
        if isinstance(inner, Call) and inner.called:
            if inner.called.name not in around and len(around) < MOST_CALLS:
                yield from _names(spec, inner, f"{prefix}{name}.", (*around, inner.called.name))
        elif inner is not None:
            yield from _names(spec, inner, f"{prefix}{name}.", around)


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
            for inner in self._parts_first(name):
                process = self.spec.processes[inner]
                self._processes[inner] = frozenset({*process.anytime, *self._steps(process.steps)})
        return self._processes.get(name, frozenset())

    def _parts_first(self, name: str) -> list[str]:
        """A process and those that it runs, by whatever way, each behind what it runs itself."""
        found: list[str] = []
        seen: set[str] = set()
        work = [(name, False)]
        while work:
            at, done = work.pop()
            if done:
                found.append(at)
            elif at not in seen and at not in self._processes and at in self.spec.processes:
                seen.add(at)
                work.append((at, True))
                steps = self.spec.processes[at].all_steps.values()
                work += [(step.called.name, False) for step in steps if isinstance(step, Call) and step.called]
        return found

    def _steps(self, steps: Mapping[str, Step]) -> set[str]:
        found: set[str] = set()
        for step in steps.values():
            if isinstance(step, Parallel):
                found |= self._parallel(step)
            elif isinstance(step, Call):
                found |= self._processes.get(step.called.name if step.called else "", {ANYTHING})
            else:
                found.update(_own_events(self.spec, step))
        return found

    def _parallel(self, step: Parallel) -> set[str]:
        branches = {name: self._steps(branch.steps) for name, branch in step.parallel.items()}
        held = Counter(event for events in branches.values() for event in events)
        return {
            event if held[event] == 1 else f"{name}.{event}" for name, events in branches.items() for event in events
        }


def awaited(step: Wait) -> set[str]:
    """The event that a step waits for; where that is none of its outcomes, what is routed may be meant."""
    event = step.wait.event.name if step.wait and step.wait.event else ""
    return {event} if event in step.outcomes else {event, *step.outcomes} - {"", "timeout"}


def _own_events(spec: Spec, place: Step | Approval | Handoff) -> Iterator[str]:
    """The events of one step, or of a chain or handoff."""
    if isinstance(place, Task):
        yield from place.outcomes if place.has("role") else (*place.outcomes, ANYTHING)
    elif isinstance(place, Wait):
        yield from awaited(place)
    elif isinstance(place, (Approval, ApprovalStep)):
        approval = place if isinstance(place, Approval) else None
        if isinstance(place, ApprovalStep) and place.approval:
            approval = spec.approvals.get(place.approval.name)
        yield from (*SIGNING, *(("recall",) if approval is None or approval.recall else ()))
    elif isinstance(place, (Handoff, HandoffStep)):
        cancels = isinstance(place, Handoff) or "cancelled" in place.outcomes
        yield from (*CONVERSATION, *(("cancel",) if cancels else ()))

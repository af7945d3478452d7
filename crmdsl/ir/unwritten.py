"""Which fields of a case nobody may have written yet where it is: those that are first written further on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

from crmdsl.model.processes import End, HandoffStep, Outcome, Parallel, Process, Step, Task, TimedStep
from crmdsl.model.spec import Spec
from crmdsl.resolve.flow import handoff_steps, outcomes_of


def unwritten(process: Process, spec: Spec) -> dict[str, frozenset[str]]:
    """The fields that a case can be without in each step of a process that it can come to, by the path of the step.

    These are fields that a task edits or a handoff returns. Who leaves such a task has written them, but for what a
    deadline sets off; a handoff returns them when it is accepted. A forward analysis over the steps, with sets as bits.
    """
    found = _Unwritten(process, spec)
    start = process.start.name if process.start else ""
    anywhere = [way.to.name for way in process.anytime.values() if way.to]
    if found.fields:
        found.go(process.steps, [start, *anywhere], found.every)
    return {
        path: frozenset(name for name, place in found.fields.items() if mask >> place & 1)
        for path, mask in found.at.items()
    }


class _Unwritten:
    """Sets of fields at the steps of one process."""

    def __init__(self, process: Process, spec: Spec) -> None:
        self.handoffs = spec.handoffs
        names = [ref.name for step in process.all_steps.values() if isinstance(step, Task) for ref in step.edits]
        names += [field for step in handoff_steps(process.steps.values()) for field in self.returned(step)]
        self.fields = {name: place for place, name in enumerate(dict.fromkeys(names))}
        self.every = (1 << len(self.fields)) - 1
        self.at: dict[str, int] = {}

    def returned(self, step: HandoffStep) -> list[str]:
        """The fields that a handoff in place returns; those of another record are none of the case's."""
        handoff = self.handoffs.get(step.handoff.name) if step.handoff and step.of is None else None
        return [ref.name for ref in handoff.returns] if handoff else []

    def bits(self, names: list[str]) -> int:
        """The set of some fields."""
        return reduce(or_, (1 << self.fields[name] for name in names if name in self.fields), 0)

    def go(self, steps: Mapping[str, Step], starts: list[str], given: int) -> int:
        """Follow all ways from some steps of a scope; what may be unwritten at its ends in success."""
        inside = dict.fromkeys((name for name in starts if name in steps), given)
        work = list(inside)
        while work:
            step = steps[name := work.pop()]
            for to, mask in self.ways(step, inside[name]):
                before = inside.get(to)
                if to in steps and (before is None or mask & ~before):
                    inside[to] = mask | (before or 0)
                    work.append(to)
        for name, mask in inside.items():
            path = steps[name].path
            self.at[path] = self.at.get(path, 0) | mask
        ends = (mask for name, mask in inside.items() if isinstance(step := steps[name], End) and step.end == "success")
        return reduce(or_, ends, 0)

    def ways(self, step: Step, mask: int) -> list[tuple[str, int]]:
        """Where a step leads, and what may be unwritten then."""
        if isinstance(step, Parallel):
            after = self.block(step, mask)
            return [(ref.name, one) for ref, one in ((step.then, after), (step.on_failure, mask)) if ref]
        late = step.late.outcome if isinstance(step, TimedStep) and step.late else None
        return [
            (way.to.name, mask if late and late.name == name else mask & ~self.written(step, way))
            for name, way in outcomes_of(step).items()
            if way.to
        ]

    def written(self, step: Step, way: Outcome) -> int:
        """What is written where a step is left by a way."""
        if isinstance(step, Task):
            return self.bits([ref.name for ref in (*step.edits, *step.needs)])
        if isinstance(step, HandoffStep) and way.name == "accepted":
            return self.bits(self.returned(step))
        return 0

    def block(self, step: Parallel, mask: int) -> int:
        """What may be unwritten when the branches of a block have ended: all have, or one of them at least."""
        left = [
            self.go(branch.steps, [branch.start.name], mask) for branch in step.parallel.values() if branch.start
        ] or [mask]
        return reduce(and_ if step.join == "all" else or_, left)

"""Which fields of a case nobody may have written yet where it is: those that are first written further on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from crmdsl.model.processes import Branch, End, HandoffStep, Parallel, Process, Step, Task
from crmdsl.model.spec import Spec
from crmdsl.model.values import Condition, Ref
from crmdsl.resolve.flow import handoff_steps, outcomes_of
from crmdsl.resolve.resolved import Resolved

WHETHER_KNOWN = re.compile(r"\bis\s+(known|missing)\b")


def ask_for_missing(conditions: Iterable[Condition | None]) -> bool:
    """Whether conditions ask if something is known: else what is missing only keeps them from holding."""
    return any(one is not None and WHETHER_KNOWN.search(one.text) for one in conditions)


def unwritten(process: Process, resolved: Resolved) -> dict[str, frozenset[str]]:
    """The fields that a case can be without in each step of a process that it can come to, by the path of the step.

    These are fields that a task edits or a handoff returns. Who leaves such a task has written them, but for what a
    deadline sets off; a handoff returns them when it is accepted. A forward analysis over the steps, with sets as bits.
    """
    known: dict[str, dict[str, frozenset[str]]] = resolved.memo.setdefault("unwritten", {})
    if process.name not in known:  # steps ask, and so do the chains in them
        known[process.name] = _analysed(process, resolved.spec)
    return known[process.name]


def _analysed(process: Process, spec: Spec) -> dict[str, frozenset[str]]:
    found = _Unwritten(process, spec)
    start = process.start.name if process.start else ""
    anywhere = [way.to.name for way in process.anytime.values() if way.to]
    if found.fields:
        found.go(process.steps, [start, *anywhere], found.every)
    names = {mask: frozenset(name for name, place in found.fields.items() if mask >> place & 1)
             for mask in set(found.at.values())}  # fmt: skip
    return {path: names[mask] for path, mask in found.at.items()}


class _Unwritten:
    """Sets of fields at the steps of one process."""

    def __init__(self, process: Process, spec: Spec) -> None:
        self.handoffs = spec.handoffs
        names = [ref.name for step in process.all_steps.values() if isinstance(step, Task) for ref in step.edits]
        names += [ref.name for step in handoff_steps(process.steps.values()) for ref in self.returned(step)]
        self.fields = {name: place for place, name in enumerate(dict.fromkeys(names))}
        self.every = (1 << len(self.fields)) - 1
        self.at: dict[str, int] = {}

    def returned(self, step: HandoffStep) -> Sequence[Ref]:
        """The fields that a handoff in place returns; those of another record are none of the case's."""
        handoff = self.handoffs.get(step.handoff.name) if step.handoff and step.of is None else None
        return handoff.returns if handoff else ()

    def bits(self, refs: Iterable[Ref]) -> int:
        """The set of some fields."""
        found, fields = 0, self.fields
        for ref in refs:
            place = fields.get(ref.name)
            if place is not None:
                found |= 1 << place
        return found

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
        ends = 0
        for name, mask in inside.items():
            step = steps[name]
            self.at[step.path] = self.at.get(step.path, 0) | mask
            if isinstance(step, End) and step.end == "success":
                ends |= mask
        return ends

    def ways(self, step: Step, mask: int) -> list[tuple[str, int]]:
        """Where a step leads, and what may be unwritten then."""
        kind = step.__class__
        if isinstance(step, Parallel):
            after = self.block(step, mask)
            return [(ref.name, one) for ref, one in ((step.then, after), (step.on_failure, mask)) if ref]
        outcomes = outcomes_of(step)
        left, unless = mask, None
        if kind is Task:
            left &= ~(self.bits(step.edits) | self.bits(step.needs))  # type: ignore[attr-defined]
            late = step.late  # type: ignore[attr-defined]
            unless = late.outcome.name if late and late.outcome else None
        elif kind is HandoffStep:
            accepted = mask & ~self.bits(self.returned(step))  # type: ignore[arg-type]
            return [(way.to.name, accepted if name == "accepted" else mask) for name, way in outcomes.items() if way.to]
        return [(way.to.name, mask if name == unless else left) for name, way in outcomes.items() if way.to]

    def block(self, step: Parallel, mask: int) -> int:
        """What may be unwritten when the branches of a block have ended: all have, or one of them at least."""
        left = [self.branch(branch, mask) for branch in step.parallel.values()] or [mask]
        return reduce(and_ if step.join == "all" else or_, left)

    def branch(self, branch: Branch, mask: int) -> int:
        """What may be unwritten when a branch has ended in success; one of a single task has no end of its own."""
        start = branch.start.name if branch.start else ""
        left = self.go(branch.steps, [start], mask)
        only = branch.steps.get(start)
        return (
            mask & ~(self.bits(only.edits) | self.bits(only.needs))
            if branch.single and isinstance(only, Task)
            else left
        )

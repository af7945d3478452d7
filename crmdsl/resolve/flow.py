"""How the steps of a process lead to one another: what the rules on its graph share.

A process is one scope of steps, and each branch of a parallel block another one inside it. Within a scope the
names of steps are unique and every way leads to a step of the same scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
from crmdsl.resolve.resolved import Resolved

_OUTCOMES: dict[object, str] = {
    Decide: "decide",
    Task: "outcomes",
    ApprovalStep: "outcomes",
    HandoffStep: "outcomes",
    Wait: "outcomes",
    Call: "outcomes",
}
_ROUTED: dict[object, tuple[str, ...]] = {
    ApprovalStep: ("approved", "rejected"),
    HandoffStep: ("accepted", "declined"),
    Call: ("success", "failure"),
}
_IMPLIED = (ApprovalStep, HandoffStep)
"""The kinds of step some of whose outcomes have a chance unless one is given."""


@dataclass(slots=True)
class Scope:
    """The steps of a process or of a branch, and which leads to which; `late` names outcomes, so it adds no way.

    `anytime` are the steps that outcomes of `anytime` lead to; `unrouted` those with an outcome that must be
    routed and is not, which may lead anywhere.
    """

    process: Process
    steps: dict[str, Step]
    start: str
    anytime: tuple[str, ...] = ()
    ways: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unrouted: set[str] = field(default_factory=set)
    _ending: set[str] | None = None

    def reached(self) -> set[str]:
        """The steps that a case can come to, whatever the guards."""
        return _closure((self.start, *self.anytime), self.ways)

    def ending(self, ways_out: dict[str, tuple[str, ...]] | None = None) -> set[str]:
        """The steps from which an end can be reached, whatever the guards, by all ways or by those given."""
        if ways_out is None and self._ending is not None:
            return self._ending
        back: dict[str, list[str]] = {}
        for name, ways in (ways_out or self.ways).items():
            for to in ways:
                back.setdefault(to, []).append(name)
        ends = [name for name, step in self.steps.items() if isinstance(step, End) or name in self.unrouted]
        found = _closure(ends, back)
        if ways_out is None:
            self._ending = found
        return found


def scopes(resolved: Resolved) -> list[Scope]:
    """Every scope of the processes that are sound, worked out once; branches of a single task have no graph."""
    found = resolved.memo.get("scopes")
    if found is None:
        spec = resolved.spec
        found = [
            scope
            for name, process in spec.processes.items()
            if name not in spec.faulty and process.start
            for scope in _of_process(process)
        ]
        resolved.memo["scopes"] = found
    return found


def outcomes_of(step: Step) -> dict[str, Outcome]:
    """The declared ways out of a step; a parallel block and an end have none."""
    attribute = _OUTCOMES.get(step.__class__)
    return getattr(step, attribute) if attribute else {}


def routable(step: Step) -> tuple[str, ...]:
    """The outcomes that a step must route because of what it is."""
    if isinstance(step, Wait):
        wait = step.wait
        if wait is None or wait.event is None:
            return ()
        return (wait.event.name, "timeout") if wait.timeout else (wait.event.name,)
    return _ROUTED.get(step.__class__, ())


def chances(step: Step, spec: Spec) -> dict[str, int]:
    """The share of visits that leave a step by each outcome, in hundredths of a per cent.

    Outcomes without a chance share the rest; `rejected` and `cancelled` have none unless given, and `declined`
    has that of the handoff.
    """
    outcomes = outcomes_of(step)
    every = {name: given_chance(step, name, way, spec) for name, way in outcomes.items()}
    given = {name: chance for name, chance in every.items() if chance is not None}
    free = len(outcomes) - len(given)
    rest = max(0, 10_000 - sum(given.values()))
    return {name: given[name] if name in given else rest // free or min(rest, 1) for name in outcomes}


def likely(step: Step, spec: Spec) -> bool:
    """Whether every outcome has a share of the visits, seen at once where no chance is given and none is implied."""
    outcomes = outcomes_of(step)
    if step.__class__ not in _IMPLIED:
        for way in outcomes.values():
            if way.chance is not None:
                return 0 not in chances(step, spec).values()
        return True
    return 0 not in chances(step, spec).values()


def handoff_steps(steps: Iterable[Step]) -> Iterator[HandoffStep]:
    """The steps that run a handoff, those inside parallel blocks too."""
    for step in steps:
        if isinstance(step, HandoffStep):
            yield step
        elif isinstance(step, Parallel):
            for branch in step.parallel.values():
                yield from handoff_steps(branch.steps.values())


def rings(names: Iterable[str], ways: dict[str, tuple[str, ...]]) -> list[set[str]]:
    """The maximal sets of steps that lead to each other, a step that leads to itself among them."""
    return [
        ring for ring in _components(list(names), ways) if len(ring) > 1 or next(iter(ring)) in ways[next(iter(ring))]
    ]


def lasting(step: Step) -> bool:
    """Whether a step can take time: a block does if a step inside does."""
    if isinstance(step, Parallel):
        return any(lasting(inner) for branch in step.parallel.values() for inner in branch.steps.values())
    return not isinstance(step, Decide | End)


def given_chance(step: Step, name: str, outcome: Outcome, spec: Spec) -> int | None:
    """The chance that an outcome has itself, in hundredths of a per cent; `None` where it shares what is left."""
    if outcome.chance is not None:
        return outcome.chance
    if isinstance(step, ApprovalStep):
        return 0 if name == "rejected" else None
    if isinstance(step, HandoffStep) and name in {"cancelled", "declined"}:
        handoff = spec.handoffs.get(step.handoff.name) if step.handoff else None
        return (handoff.decline or 0) if handoff and name == "declined" else 0
    return None


def _of_process(process: Process) -> Iterator[Scope]:
    anytime = tuple(way.to.name for way in process.anytime.values() if way.to)
    start = process.start.name if process.start else ""
    yield from _of_steps(Scope(process, process.steps, start, anytime))


def failing(process: Process, branch: Branch) -> list[End]:
    """The ends in failure that a branch can come to."""
    if branch.single or branch.start is None:
        return []
    scope = next(_of_steps(Scope(process, branch.steps, branch.start.name)))
    ends = (scope.steps[name] for name in sorted(scope.reached() & scope.steps.keys()))
    return [end for end in ends if isinstance(end, End) and end.end == "failure"]


def _of_steps(scope: Scope) -> Iterator[Scope]:
    blocks = []
    steps = scope.steps
    for name, step in steps.items():
        if isinstance(step, Parallel):
            blocks.append(step)
            scope.ways[name] = tuple(ref.name for ref in (step.then, step.on_failure) if ref and ref.name in steps)
            continue
        outcomes = outcomes_of(step)
        scope.ways[name] = tuple(way.to.name for way in outcomes.values() if way.to and way.to.name in steps)
        for needed in routable(step):
            if needed not in outcomes:
                scope.unrouted.add(name)
    yield scope
    for block in blocks:
        for branch in block.parallel.values():
            if not branch.single and branch.start:
                yield from _of_steps(Scope(scope.process, branch.steps, branch.start.name))


def _closure(start: Iterable[str], ways: dict[str, tuple[str, ...]] | dict[str, list[str]]) -> set[str]:
    found = set(start)
    open_ = list(found)
    while open_:
        for to in ways.get(open_.pop(), ()):
            if to not in found:
                found.add(to)
                open_.append(to)
    return found


def _components(names: list[str], ways: dict[str, tuple[str, ...]]) -> Iterator[set[str]]:
    """Strongly connected components (Tarjan), without recursion: a process may have any number of steps."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    inside = set(names)
    for root in names:
        if root in order:
            continue
        work = [(root, iter(ways[root]))]
        while work:
            name, rest = work[-1]
            if name not in order:
                order[name] = low[name] = len(order)
                stack.append(name)
                waiting.add(name)
            to = next((to for to in rest if to in inside and (to not in order or to in waiting)), None)
            if to is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == order[name]:
                    yield _popped(stack, waiting, name)
            elif to in order:
                low[name] = min(low[name], order[to])
            else:
                work.append((to, iter(ways[to])))


def _popped(stack: list[str], waiting: set[str], last: str) -> set[str]:
    found = set()
    while True:
        name = stack.pop()
        waiting.discard(name)
        found.add(name)
        if name == last:
            return found

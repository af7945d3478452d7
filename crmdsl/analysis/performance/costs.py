"""What a case costs, and which part of it is rework: what is done again of what was done before."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.analysis._elimination import Diverges, Elimination
from crmdsl.analysis.performance.profiles import Profiles, Work, chain_of
from crmdsl.ir.operations.shares import deliveries
from crmdsl.model.processes import HandoffStep, Parallel, Step
from crmdsl.resolve.flow import rings

_PARTS = ("process", "fulfilled_by")


@dataclass(frozen=True, slots=True)
class Cost:
    """The mean cost of a case, parts included, in the minor unit of the currency; `rework` is a part of it."""

    case: float
    rework: float


def costs(profiles: Profiles) -> dict[str, Cost]:
    """The cost of a case of each process."""
    own: dict[str, float] = {}
    again: dict[str, float] = {}
    ways: dict[str, dict[str, float]] = {}
    for name, profile in profiles.found.items():
        repeats = repeated_shares(profiles, name)
        own[name] = again[name] = 0.0
        for work in profile.works:
            cost = work_cost(profiles, work)
            own[name] += cost
            again[name] += cost * repeats.get(work.place, 0.0)
        row = ways[name] = {}
        for trigger in profile.triggers:
            if trigger.why in _PARTS and trigger.process in profiles.found:
                row[trigger.process] = row.get(trigger.process, 0.0) + trigger.times
    try:
        system = Elimination(ways)
    except Diverges:
        return {name: Cost(own[name], again[name]) for name in own}
    whole, rework = system.totals(own), system.totals(again)
    return {name: Cost(whole[name], rework[name]) for name in own}


def work_cost(profiles: Profiles, work: Work) -> float:
    """What some work costs a case, with what it costs besides hours."""
    hourly = sum(share * profiles.capacity[role].hourly_cost for role, share in work.roles)
    return work.times * (work.minutes / 60 * hourly + work.cost)


def repeated_shares(profiles: Profiles, name: str) -> dict[str, float]:
    """The share of the work at each place of a process that is done again."""
    known = profiles.repeats.get(name)
    if known is not None:
        return known
    process = profiles.spec.processes[name]
    found: dict[str, float] = {}
    _repeats(profiles, name, process.steps, 0.0, found)
    places = profiles.repeats[name] = {}
    for work in profiles.found[name].works:
        share = found.get(work.step, 0.0)
        if work.kind == "handoff":
            step = process.all_steps.get(work.step)
            share = 1 - (1 - share) / _deliveries(profiles, step)
        places[work.place] = share
    return places


def _deliveries(profiles: Profiles, step: Step | None) -> float:
    if not isinstance(step, HandoffStep) or step.handoff is None:
        return 1.0
    found = deliveries(profiles.spec.handoffs[step.handoff.name])
    return found if found < float("inf") else 1.0  # of these none is ever taken, or the process is left out


def _repeats(profiles: Profiles, name: str, steps: dict[str, Step], around: float, found: dict[str, float]) -> None:
    """The share of the visits of each step that are not its first; `around` is that of the block around."""
    ways = chain_of(profiles, profiles.spec.processes[name], steps)
    again: dict[str, float] = {}
    for ring in rings(steps, {step: tuple(to for to, share in row.items() if share) for step, row in ways.items()}):
        # what leaves a ring does not come back
        inner = {step: {to: share for to, share in ways[step].items() if to in ring} for step in sorted(ring)}
        again.update((inside, 1 - 1 / times) for inside, times in Elimination(inner).returns().items())
    for step_name, step in steps.items():
        share = 1 - (1 - around) * (1 - again.get(step_name, 0.0))
        found[step.path or step_name] = share
        if isinstance(step, Parallel):
            for branch in step.parallel.values():
                if branch.start and not branch.single:
                    _repeats(profiles, name, branch.steps, share, found)
                else:
                    found.update((one.path, share) for one in branch.steps.values())

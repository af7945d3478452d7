"""The network of a spec, where it is one: tasks of single roles, decisions, waits, chances and one calendar.

Its unit of time is a minute in which that calendar is open. Everything else (parallel blocks, chains, handoffs, called
processes, what acts after a time, persons with several roles) needs the machines themselves, and the reason is told.
Like the figures of `analyze`, a task without effort or of somebody from outside keeps nobody of the company busy, and
who has half of his calendar for it takes twice as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from crmdsl.analysis.simulation.network.model import Activity, Distribution, Network, Pool, Route, Source
from crmdsl.ir.operations.shares import outcome_shares
from crmdsl.ir.operations.staffing import Capacity, capacities
from crmdsl.ir.operations.week import NEVER, Week, companys, weeks
from crmdsl.ir.program import Program
from crmdsl.model.processes import Decide, End, Process, Step, Task, TimedStep, Wait
from crmdsl.model.spec import Spec
from crmdsl.resolve.endless import finite
from crmdsl.resolve.flow import outcomes_of


@dataclass(frozen=True, slots=True)
class Inexpressible:
    """Why a spec is no network: what stands in the way, and where (`process.step`, a role, a person)."""

    place: str
    why: str


class _NoNetwork(Exception):
    """Stops the search at the first thing that a network does not have."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.reason = Inexpressible(place, why)


def expressible(
    program: Program, *, cases: int | None = None, horizon: float = inf, warm_up: float = 0.0, seed: int = 0
) -> Network | Inexpressible:
    """The network of all processes in which cases start, or why there is none.

    Activities and ends are named `process.step`, sources by their process, pools by their role, routes by the outcome
    of the step. `horizon` and `warm_up` are in open minutes of the company's calendar.
    """
    try:
        return _Lowering(program).network(cases, horizon, warm_up, seed)
    except _NoNetwork as found:
        return found.reason


class _Lowering:
    def __init__(self, program: Program) -> None:
        self.spec: Spec = program.spec
        self.sound = finite(program.resolved)
        self.capacity = capacities(self.spec)
        self.name = companys(self.spec)
        self.week: Week = weeks(self.spec).get(self.name, NEVER)
        self.pools: dict[str, Pool] = {}

    def network(self, cases: int | None, horizon: float, warm_up: float, seed: int) -> Network:
        if not self.week.open:
            raise _NoNetwork(self.name, "the calendar never opens")
        rates = arrivals(self.spec, self.week)
        activities: list[Activity] = []
        sources: list[Source] = []
        ends: list[str] = []
        for name, rate in rates.items():
            process = self.spec.processes[name]
            if name not in self.sound or process.start is None:
                raise _NoNetwork(name, "not every case comes to an end")
            self.process(process)
            sources.append(Source(name, tuple(self.routes(process, process.start.name, 1.0, "")), rate))
            for path, step in process.steps.items():
                if isinstance(step, End):
                    ends.append(f"{name}.{path}")
                elif not isinstance(step, Decide):
                    activities.append(self.activity(process, step))
        if not sources:
            raise _NoNetwork("", "no case arrives")
        self.people()
        pools = tuple(self.pools.values())
        return Network(pools, tuple(activities), tuple(sources), cases, horizon, warm_up, seed, tuple(ends))

    def process(self, process: Process) -> None:
        if process.priority:
            raise _NoNetwork(process.name, "it has priorities")
        if any(outcome.chance for outcome in process.anytime.values()):
            raise _NoNetwork(process.name, "it may end at any time")

    def activity(self, process: Process, step: Step) -> Activity:
        place = f"{process.name}.{step.name}"
        if not isinstance(step, Task | Wait):
            raise _NoNetwork(place, "it is no task, wait, decision or end")
        self.limits(place, step)
        shares = outcome_shares(step, self.spec)
        routes: list[Route] = []
        for name, outcome in outcomes_of(step).items():
            if outcome.opens:
                raise _NoNetwork(place, f"{name} opens a case of another process")
            if outcome.to is not None and shares[name]:
                routes += self.routes(process, outcome.to.name, shares[name], name)
        if isinstance(step, Wait):
            return Activity(place, "", self.outside(place, step), tuple(routes))
        pool, effort = self.work(place, step)
        return Activity(place, pool, effort, tuple(routes))

    def routes(self, process: Process, to: str, share: float, name: str) -> list[Route]:
        """A way to a step, with what follows of decisions, which take no time, written out."""
        return [Route(f"{process.name}.{at}", share * part, name) for at, part in self.through(process, to, 1.0)]

    def through(self, process: Process, name: str, share: float) -> Iterator[tuple[str, float]]:
        """Where a case is that comes to a step: there, or behind the decisions that follow."""
        reached: dict[str, float] = {}
        pending = {name: share}
        while pending:  # decisions in a ring would need something between them, which the rules see to
            name, share = pending.popitem()
            step = process.steps[name]
            if not isinstance(step, Decide):
                reached[name] = reached.get(name, 0.0) + share
                continue
            parts = outcome_shares(step, self.spec)
            for outcome, way in step.decide.items():
                if way.opens:
                    raise _NoNetwork(f"{process.name}.{name}", f"{outcome} opens a case of another process")
                if way.to is not None and parts[outcome]:
                    pending[way.to.name] = pending.get(way.to.name, 0.0) + share * parts[outcome]
        yield from reached.items()

    def limits(self, place: str, step: TimedStep) -> None:
        """What happens after a time may change who does it, or the way."""
        if step.within is not None and step.late is not None and step.late.action != "remind":
            raise _NoNetwork(place, "something happens after a time")

    def outside(self, place: str, step: Wait) -> Distribution:
        wait = step.wait
        if wait is None or wait.timeout is not None:
            raise _NoNetwork(place, "it has a timeout")
        takes = wait.takes.mean if wait.takes else step.within
        if takes is not None and takes.elapsed and self.week.open < 7 * 1440:
            raise _NoNetwork(place, "it takes time of the clock")
        if takes is None:
            return Distribution(0.0)
        minutes = float(takes.total_minutes(self.week.day))
        return Distribution(minutes, float(wait.takes.cv)) if wait.takes else Distribution(minutes / 2)

    def work(self, place: str, step: Task) -> tuple[str, Distribution]:
        """The pool and the effort of a task."""
        roles = {ref.name for ref in step.role}
        fired = {ref.name for one in step.outcomes.values() for ref in one.by} or roles
        if len(roles) != 1 or fired != roles:
            raise _NoNetwork(place, "more than one role does it")
        capacity = self.capacity[roles.pop()]
        effort = step.effort
        if effort is None or not effort.mean.total_minutes(capacity.week.day):
            return "", Distribution(0.0)
        if effort.mean.elapsed and self.week.open < 7 * 1440:
            raise _NoNetwork(place, "it takes time of the clock")
        mean = float(effort.mean.total_minutes(capacity.week.day))
        if capacity.external:
            return "", Distribution(mean, float(effort.cv))
        return self.pool(capacity), Distribution(mean / capacity.availability, float(effort.cv))

    def pool(self, capacity: Capacity) -> str:
        role = capacity.role
        if capacity.week.name != self.name:
            raise _NoNetwork(role, "it has a calendar of its own")
        if not capacity.persons or not capacity.availability:
            raise _NoNetwork(role, "nobody works there")
        self.pools[role] = Pool(role, capacity.persons)
        return role

    def people(self) -> None:
        """Persons must be as good as a headcount: always there, and in one pool alone."""
        for person in self.spec.people.values():
            if person.absent and any(ref.name in self.pools for ref in person.roles):
                raise _NoNetwork(person.name, "is absent for a time")
            if len({ref.name for ref in person.roles} & self.pools.keys()) > 1:
                raise _NoNetwork(person.name, "has several roles")


def arrivals(spec: Spec, week: Week) -> dict[str, float]:
    """Cases in an open minute, of each process that has any: its own, and those of the channels that feed it."""
    found: dict[str, float] = {}
    for name, process in spec.processes.items():
        if process.arrivals is not None:
            found[name] = week.rate(process.arrivals) / week.open
    for channel in spec.channels.values():
        if channel.volume is not None and channel.feeds is not None and channel.feeds.name in spec.processes:
            name = channel.feeds.name
            found[name] = found.get(name, 0.0) + week.rate(channel.volume) / week.open
    return {name: rate for name, rate in found.items() if rate}

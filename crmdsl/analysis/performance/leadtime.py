"""How long a case takes that succeeds: waits, work and what comes from outside, from its start to its end.

The chain of a process is conditioned on success (Doob's transform), so that cases which are lost early shorten
nothing. Steps are independent; times of different calendars are brought to hours of the company's calendar by the
lengths of their weeks. A wait lasts `takes`, else half its `timeout`, else half its `within`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdsl.analysis._elimination import Elimination
from crmdsl.analysis.performance.profiles import Profiles, Work, join_met
from crmdsl.analysis.performance.times import Time, nth_of, one_of, repeated
from crmdsl.analysis.performance.waiting import Waiting
from crmdsl.ir.operations.shares import deliveries, level_shares, outcome_shares
from crmdsl.ir.operations.week import MINUTES, NEVER, companys
from crmdsl.model.processes import ApprovalStep, Branch, Call, End, HandoffStep, Parallel, Process, Step, Task, Wait
from crmdsl.resolve.flow import outcomes_of

_SMALL = 1.01


@dataclass(frozen=True, slots=True)
class Lead:
    """The time of a case that succeeds, in hours of the company's calendar.

    `often` says how often the work at a place (`process.step`), or a wait, is on its way, so that one hour less there
    makes a case so many hours shorter; `outside` are the hours that are waited for what comes from outside, by place.
    """

    time: Time
    often: dict[str, float] = field(default_factory=dict)
    outside: dict[str, float] = field(default_factory=dict)

    def plus(self, other: Lead, times: float) -> None:
        """Take over what is on the way of a part that is gone through so often."""
        for place, often in other.often.items():
            self.often[place] = self.often.get(place, 0.0) + times * often
        for place, hours in other.outside.items():
            self.outside[place] = self.outside.get(place, 0.0) + times * hours


class Leads:
    """Works out lead times; those of called processes once."""

    def __init__(self, profiles: Profiles, waits: dict[str, Waiting]) -> None:
        self.spec = profiles.spec
        self.profiles = profiles
        self.waits = waits
        self.week = profiles.weeks.get(companys(self.spec), NEVER)
        self.works: dict[str, Work] = {
            f"{work.process}.{work.place}": work for profile in profiles.found.values() for work in profile.works
        }
        self.steps: dict[str, Time] = {}
        """How long each visit of a step takes, by `process.step`, in hours of the company's calendar."""
        self._found: dict[str, Lead] = {}

    def of(self, name: str) -> Lead:
        """The lead time of a process; nothing is known of one that cannot be reckoned."""
        found = self._found.get(name)
        if found is None:
            self._found[name] = found = Lead(Time())
            process = self.spec.processes.get(name)
            if process and process.start and name in self.profiles.found:
                found = self._found[name] = self.through(process, process.steps, process.start.name)
        return found

    def through(self, process: Process, steps: dict[str, Step], start: str) -> Lead:
        """The lead time of some steps from one of them to a success."""
        inner = {name: self.step(process, step) for name, step in steps.items()}
        ways: dict[str, dict[str, float]] = {}
        for name, step in steps.items():
            row = ways[name] = {}
            for to, share in self.ways(process, step):
                if to in steps and share:
                    row[to] = row.get(to, 0.0) + share
        ends = {name: 1.0 for name, step in steps.items() if isinstance(step, End) and step.end == "success"}
        hope = Elimination(ways, [start]).totals(ends)
        kept = {
            name: {to: share * hope[to] / hope[name] for to, share in row.items() if hope[to] > 0}
            for name, row in ways.items()
            if hope[name] > 0
        }
        if start not in kept:
            return Lead(Time())
        system = Elimination(kept, [start])
        visits = system.flows({start: 1.0})
        found = Lead(_total(kept, system, start, {name: inner[name].time for name in kept}, visits))
        for name in kept:
            if visits[name]:
                found.plus(inner[name], visits[name])
        return found

    def ways(self, process: Process, step: Step) -> list[tuple[str, float]]:
        """Where a step leads, with the share of its visits."""
        if not isinstance(step, Parallel):
            shares = outcome_shares(step, self.spec)
            return [(one.to.name, shares[name]) for name, one in outcomes_of(step).items() if one.to]
        chances = [self.chance(process, branch) for branch in step.parallel.values()]
        met = join_met(chances, step.join) if step.on_failure else 1.0
        found = [(step.then.name, met)] if step.then else []
        return [*found, (step.on_failure.name, 1 - met)] if step.on_failure else found

    def chance(self, process: Process, branch: Branch) -> float:
        """The share of a branch that succeeds."""
        if branch.single or branch.start is None:
            return 1.0
        ways: dict[str, dict[str, float]] = {}
        for name, step in branch.steps.items():
            ways[name] = {}
            for to, share in self.ways(process, step):
                ways[name][to] = ways[name].get(to, 0.0) + share
        ends = {name: 1.0 for name, one in branch.steps.items() if isinstance(one, End) and one.end == "success"}
        return Elimination(ways, [branch.start.name]).totals(ends)[branch.start.name]

    # one visit of a step

    def step(self, process: Process, step: Step) -> Lead:
        """How long a visit of a step takes, with what is on its way."""
        place = f"{process.name}.{step.path}"
        found = Lead(Time())
        if isinstance(step, Task):
            found = self.work(place)
        elif isinstance(step, Wait):
            time = self.outside(step)
            found = Lead(time, {place: 1.0}, {place: time.mean})
        elif isinstance(step, ApprovalStep):
            found = self.approval(place, step)
        elif isinstance(step, HandoffStep):
            found = self.handoff(place, step)
        elif isinstance(step, Call) and step.called:
            found = self.of(step.called.name)
        elif isinstance(step, Parallel):
            found = self.parallel(process, step)
        self.steps[place] = found.time
        return found

    def work(self, place: str) -> Lead:
        """The wait for somebody, and the work; several signatures are given side by side."""
        work = self.works.get(place)
        if work is None or not work.minutes:
            return Lead(Time())
        times = []
        whole = sum(share for _, share in work.roles)
        for role, share in work.roles:
            wait = self.waits.get(role)
            if wait is not None:
                one = wait.time.then(wait.service(work.minutes, work.cv))
            else:  # somebody from outside: no queue of ours
                one = Time(work.minutes / 60, (work.minutes / 60 * work.cv) ** 2)
            times.append((share / whole, one.scaled(self.scale(role))))
        each = one_of(times)
        number = round(whole)
        return Lead(nth_of([each] * number, number) if number > 1 else each, {place: 1.0})

    def scale(self, role: str) -> float:
        """Hours of the company's calendar that go by in an open hour of a role's."""
        capacity = self.profiles.capacity.get(role)
        return self.week.open / capacity.week.open if capacity and capacity.week.open else 1.0

    def outside(self, step: Wait) -> Time:
        """How long a wait lasts."""
        wait = step.wait
        if wait is None:
            return Time()
        effort = wait.takes
        duration = effort.mean if effort else wait.timeout or step.within
        if duration is None:
            return Time()
        minutes = duration.total_minutes(self.week.day) * (1 if effort else 0.5)
        hours = minutes / 60 * (self.week.open / MINUTES if duration.elapsed else 1)
        return Time(hours, (hours * float(effort.cv)) ** 2 if effort else 0.0)

    def approval(self, place: str, step: ApprovalStep) -> Lead:
        """The levels of a chain: one of them in bands, one after the other in a ladder."""
        chain = self.spec.approvals.get(step.approval.name) if step.approval else None
        shares = level_shares(chain) if chain else {}
        levels = [(share, self.work(f"{place}.{name}")) for name, share in shares.items()]
        rest = max(0.0, 1 - sum(shares.values()))
        if chain is not None and chain.mode == "ladder":
            time = Time()
            for share, level in levels:
                time = time.then(one_of([(share, level.time), (1 - share, Time())]))
        else:
            time = one_of([*((share, level.time) for share, level in levels), (rest, Time())])
        found = Lead(time)
        for share, level in levels:
            found.plus(level, share)
        return found

    def handoff(self, place: str, step: HandoffStep) -> Lead:
        """The deliveries of a handoff until one is accepted."""
        handoff = self.spec.handoffs.get(step.handoff.name) if step.handoff else None
        if handoff is None:
            return Lead(Time())
        one = self.work(place)
        accepted = outcome_shares(step, self.spec).get("accepted", 0.0)
        time, often = (
            one.time,
            accepted and deliveries(handoff) * accepted,
        )  # there may be no end to what is never taken
        part = self.of(handoff.fulfilled_by.name) if handoff.fulfilled_by else None
        found = Lead(repeated(time.then(part.time) if part else time, often))
        found.plus(one, often)
        if part:
            found.plus(part, often)
        return found

    def parallel(self, process: Process, step: Parallel) -> Lead:
        """The branches side by side; each counts as much as the block gets longer with it."""
        branches = [self.branch(process, branch) for branch in step.parallel.values()]
        number = len(branches)
        needed = {"all": number, "any": 1}.get(str(step.join), step.join if isinstance(step.join, int) else number)
        times = [lead.time for lead in branches]
        found = Lead(nth_of(times, needed))
        for index, lead in enumerate(branches):
            if found.time.endless or not lead.time.mean:
                continue
            more = [time.scaled(_SMALL) if at == index else time for at, time in enumerate(times)]
            weight = (nth_of(more, needed).mean - found.time.mean) / (lead.time.mean * (_SMALL - 1))
            found.plus(lead, min(1.0, max(0.0, weight)))
        return found

    def branch(self, process: Process, branch: Branch) -> Lead:
        """The lead time of a branch."""
        if branch.start is not None and not branch.single:
            return self.through(process, branch.steps, branch.start.name)
        task = next(iter(branch.steps.values()), None)
        return self.step(process, task) if task else Lead(Time())


def _total(
    ways: dict[str, dict[str, float]], system: Elimination, start: str, times: dict[str, Time], visits: dict[str, float]
) -> Time:
    """The moments of the time until the end: `E[T²] = E[S²] + 2 E[S] E[rest] + E[rest²]`, step by step."""
    if any(times[name].endless and visits[name] for name in ways):
        return Time(float("inf"), float("inf"))
    finite = {name: Time() if time.endless else time for name, time in times.items()}
    mean = system.totals({name: time.mean for name, time in finite.items()})
    second = {
        name: finite[name].square + 2 * finite[name].mean * sum(share * mean[to] for to, share in row.items())
        for name, row in ways.items()
    }
    square = system.totals(second)[start]
    return Time(mean[start], max(0.0, square - mean[start] ** 2))

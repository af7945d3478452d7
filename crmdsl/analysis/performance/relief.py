"""What it is worth to relieve a bottleneck: the days of lead time and the money that a year less of it wins.

For each role one person more (or as many as end a queue that grows), for each piece of work ten per cent less effort,
for each handoff half the rework. Of a year's cases that succeed, each is so much shorter as the waits on its way are;
parts are counted in the cases that run them. Money is what hours cost: a person more costs, work that is not done is
won.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crmdsl.analysis.performance.leadtime import Leads
from crmdsl.analysis.performance.load import Loads, Share
from crmdsl.analysis.performance.profiles import Work
from crmdsl.analysis.performance.queueing import Queue
from crmdsl.analysis.performance.waiting import Waiting
from crmdsl.ir.operations.shares import delivered
from crmdsl.ir.operations.week import YEAR
from crmdsl.model.processes import HandoffStep

LESS = 0.1
_PARTS = ("process", "fulfilled_by")


@dataclass(frozen=True, slots=True)
class Relief:
    """One relief and what it wins a year. `kind` is `person`, `effort` or `rework`; `name` the role or the place.

    `wait_before` and `wait_after` are hours of the calendar of `role`, whose queue gets shorter; `inf` where it grows.
    `cases` say how often the work is asked for in a year, `days` of the company's calendar all of them together,
    `money` is in the minor unit of the currency.
    """

    kind: str
    name: str
    role: str
    wait_before: float
    wait_after: float
    load_before: float
    load_after: float
    hours: float
    """Hours of work a year that are no longer asked for; those of the person more where it is one."""
    cases: float
    days: float
    money: float
    passed: float = 0.0
    """Hours a year that all cases on whose way the role is get shorter, for each hour that its wait gets shorter."""
    direct: float = 0.0
    """Hours a year that they get shorter besides, since there is less work on their way."""
    persons: int = 0
    """Persons more, where it is that: one, or as many as it takes to end a queue that grows."""


@dataclass(frozen=True, slots=True)
class _Mix:
    """The work of a role in sums: arrivals a week, their hours, and their squares with the variance."""

    rate: float
    hours: float
    squares: float

    def changed(self, rate: float, hours: float, cv: float, often: float, long: float) -> _Mix:
        """The mix with `often` times as much of some work, each `long` times as long."""
        each = hours / rate if rate else 0.0
        square = rate * each * each * (1 + cv * cv)
        return _Mix(
            self.rate + rate * (often - 1),
            self.hours + hours * (often * long - 1),
            self.squares + square * (often * long * long - 1),
        )

    def queue(self, waiting: Waiting, persons: int) -> Queue:
        """The queue of the mix."""
        capacity = waiting.capacity
        if self.rate <= 0 or self.hours <= 0 or not capacity.week.hours or not capacity.availability:
            return replace(waiting.queue, servers=persons if capacity.week.hours and capacity.availability else 0)
        mean = self.hours / self.rate
        scv = max(0.0, self.squares / self.rate / (mean * mean) - 1)
        return replace(
            waiting.queue,
            servers=persons,
            rate=self.rate / capacity.week.hours,
            mean=mean / capacity.availability,
            scv=scv,
        )


class Reliefs:
    """Works out reliefs; what they share is summed once."""

    def __init__(self, loads: Loads, leads: Leads, waits: dict[str, Waiting]) -> None:
        self.loads = loads
        self.leads = leads
        self.waits = waits
        self.day = leads.week.day / 60
        self.weight: dict[str, float] = {}
        """Role -> hours a year of all cases, for each hour of wait for it."""
        self.passing: dict[str, float] = {}
        """Place -> how often it is on the way of the cases of a year."""
        self.mixes = {
            role: _Mix(
                sum(share.rate for share in load.shares),
                load.hours,
                sum(s.hours**2 / s.rate * (1 + s.work.cv**2) for s in load.shares if s.rate),
            )
            for role, load in loads.roles.items()
        }
        self.shares: dict[str, list[tuple[str, Share]]] = {}
        """Place -> who does the work there, and how much of it."""
        for role, load in loads.roles.items():
            for share in load.shares:
                self.shares.setdefault(f"{share.work.process}.{share.work.place}", []).append((role, share))
        self._sum()

    def _sum(self) -> None:
        profiles, total = self.leads.profiles, self.loads.demand.total
        alone = dict(total)
        for name, profile in profiles.found.items():
            for trigger in profile.triggers:
                if trigger.why in _PARTS and trigger.process in alone:
                    alone[trigger.process] -= total.get(name, 0.0) * trigger.times
        for name, cases in alone.items():
            yearly = max(0.0, cases) * YEAR * profiles.found[name].success
            for place, often in self.leads.of(name).often.items() if yearly else ():
                work = self.leads.works.get(place)
                if work is None or not work.minutes:
                    continue
                self.passing[place] = self.passing.get(place, 0.0) + yearly * often
                whole = sum(share for _, share in work.roles)
                for role, share in work.roles:
                    if role in self.waits:
                        here = yearly * often * share / whole * self.leads.scale(role)
                        self.weight[role] = self.weight.get(role, 0.0) + here

    def all(self) -> list[Relief]:
        """Every relief, the one that wins most first; those that end a growing queue before all."""
        found = [*self.persons(), *self.efforts(), *self.reworks()]
        return sorted(found, key=lambda one: (-one.days, -one.money, one.kind, one.name))

    def persons(self) -> Iterable[Relief]:
        """One person more in each role; where its queue grows, as many as it takes to end that."""
        for role, waiting in self.waits.items():
            capacity = waiting.capacity
            if not capacity.each:
                continue
            needed = 0 if waiting.queue.stable else self.loads.roles[role].persons_for(1.0) - capacity.persons
            more = max(1, needed)
            after = self.mixes[role].queue(waiting, capacity.persons + more)
            hours = capacity.each * YEAR * more
            money = -hours * capacity.hourly_cost
            found = self.relief("person", role, role, after, hours, money, self.passed(role), 0.0)
            yield replace(found, persons=more)

    def passed(self, role: str) -> float:
        """How often a year a role is asked for work."""
        return self.mixes[role].rate * YEAR

    def efforts(self) -> Iterable[Relief]:
        """Ten per cent less effort for each piece of work."""
        for place, work in self.leads.works.items():
            yield from self.less("effort", place, work, 1.0, 1 - LESS)

    def reworks(self) -> Iterable[Relief]:
        """Half the rework of each handoff."""
        spec = self.leads.spec
        for place, work in self.leads.works.items():
            step = spec.processes[work.process].all_steps.get(work.step) if work.kind == "handoff" else None
            if isinstance(step, HandoffStep) and step.handoff:
                handoff = spec.handoffs[step.handoff.name]
                if handoff.rework:
                    yield from self.less("rework", place, work, _halved(handoff.rework, handoff.rework_limit), 1.0)

    def less(self, kind: str, place: str, work: Work, often: float, long: float) -> Iterable[Relief]:
        """Less of some work, by its main role: `often` times as many, each `long` times as long."""
        shares = self.shares.get(place, [])
        if not shares:
            return
        role, main = max(shares, key=lambda one: one[1].hours)
        waiting = self.waits[role]
        after = (
            self.mixes[role]
            .changed(main.rate, main.hours, work.cv, often, long)
            .queue(waiting, waiting.capacity.persons)
        )
        hours = sum(share.hours for _, share in shares) * (1 - often * long) * YEAR
        money = sum(
            share.hours * (1 - often * long) * YEAR * self.waits[one].capacity.hourly_cost for one, share in shares
        )
        passed = self.passing.get(place, 0.0)
        asked = sum(share.rate for _, share in shares) * YEAR
        service = waiting.service(work.minutes, 0.0).mean
        saved = service * (1 - often * long) + (1 - often) * (waiting.queue.wait if waiting.queue.stable else 0.0)
        yield self.relief(kind, place, role, after, hours, money, asked, passed * saved * self.leads.scale(role))

    def relief(
        self, kind: str, name: str, role: str, after: Queue, hours: float, money: float, cases: float, direct: float
    ) -> Relief:
        """A relief: `direct` are the hours a year that it wins besides the wait."""
        before = self.waits[role].queue
        if before.stable:
            won = direct + self.weight.get(role, 0.0) * (before.wait - after.wait)
        else:
            won = float("inf") if after.stable else 0.0  # whoever stands in a queue that grows gets there no sooner
        days = won / self.day if self.day else 0.0
        return Relief(
            kind, name, role, before.wait, after.wait, before.utilisation, after.utilisation, hours, cases, days, money,
            self.weight.get(role, 0.0), direct,
        )  # fmt: skip


def _halved(rework: int, limit: int | None) -> float:
    """How many deliveries there are with half the rework, as a share of those with all of it."""
    return delivered(rework / 20_000, limit) / delivered(rework / 10_000, limit)

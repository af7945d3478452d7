"""How regular work arrives at each role, by two moments: Whitt's Queueing Network Analyzer.

W. Whitt, The Queueing Network Analyzer, Bell System Technical Journal 62 (1983), 2779-2815. Every role is a station
whose work arrives with a squared coefficient of variation `c²`, 1 for Poisson. What leaves a station that is often idle
is as irregular as what came, what leaves a busy one as its service (eq. 38); a stream that is split comes nearer to
Poisson (eq. 36), and so do streams that come together, the more of them there are (eq. 29). That makes one linear
equation a role. Work that comes right back to the role that did it is taken as one longer piece (section V.2).

Two moments cannot say that pieces of constant length, one behind the other, never meet again: behind a constant
service of the same length nobody waits, however the first was reached, and in a whole row of them only what the slowest
alone would make (Friedman, Reduction methods for tandem queueing systems, Operations Research 13, 1965). So a queue
behind another takes that for the share `even` of its work: all of it where both services are constant, none from a cv
of a half on (`EVEN`; between them by their product), and less where the stream is split or others come in. These
weights were chosen by the simulation of such networks; `tests/analysis/test_variability.py` holds them.

From outside cases come as a Poisson process, and so they do after a `wait`, a join or a part, and where one case opens
another: a delay of its own makes a stream Poisson, near enough. Where all service is exponential all `c²` are 1, and
the network is Jackson's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import sqrt

from crmdsl.analysis.performance.load import Loads
from crmdsl.analysis.performance.profiles import Profile, Profiles
from crmdsl.analysis.performance.queueing import Queue
from crmdsl.ir.operations.shares import outcome_shares
from crmdsl.model.processes import Call, Parallel, Process, Step, Wait
from crmdsl.resolve.flow import outcomes_of

Flows = dict[str, dict[str, float]]
"""From role to role, in pieces of work a week."""
_SWEEPS = 200
_BACK = 0.999
"""The largest share of work that is taken to come right back."""
_NEAR = 1e-6
_LEAST = 0.2
"""Below this a service is no more regular to those behind it (eq. 38)."""
EVEN = 0.5
"""The cv of a service from which on it is not even at all."""


def with_arrivals(profiles: Profiles, loads: Loads, queues: Mapping[str, Queue]) -> dict[str, Queue]:
    """The queues of the roles, with how regular work arrives at each, and how much comes right back."""
    rates = {role: sum(share.rate for share in load.shares) for role, load in loads.roles.items()}
    into: Flows = {role: {} for role in queues}
    back: dict[str, float] = {}
    for giver, row in passed(profiles, loads).items():
        for taker, rate in row.items():
            if giver == taker:
                back[giver] = min(_BACK, rate / rates[giver])
            else:
                into[taker][giver] = rate
    known = {role: replace(one, again=back.get(role, 0.0)) for role, one in queues.items()}
    return settled(known, {role: rate * (1 - known[role].again) for role, rate in rates.items()}, into)


def settled(known: Mapping[str, Queue], fresh: Mapping[str, float], into: Flows) -> dict[str, Queue]:
    """Queues with how regular work arrives at each, by what is fresh there a week and where it comes from."""
    stations = {role: _Station(queue, fresh[role], into[role], fresh) for role, queue in known.items()}
    found = dict(known)
    for _ in range(_SWEEPS):
        moved = 0.0
        for role, station in stations.items():
            before, found[role] = found[role], station.behind(found[role], found)
            moved = max(moved, abs(found[role].arriving - before.arriving), abs(found[role].origin - before.origin))
        if moved < _NEAR:
            break
    return found


class _Station:
    """A role with the streams that come together in front of it, each with its share of what arrives."""

    def __init__(self, queue: Queue, rate: float, into: Mapping[str, float], fresh: Mapping[str, float]) -> None:
        whole = max(rate, sum(into.values())) or 1.0
        self.streams = [
            (giver, one / whole, min(1.0, one / fresh[giver])) for giver, one in into.items() if fresh[giver]
        ]
        self.outside = max(0.0, 1 - sum(share for _, share, _ in self.streams))
        many = 1 / (self.outside**2 + sum(share**2 for _, share, _ in self.streams))
        self.weight = 1 / (1 + 4 * max(0.0, 1 - queue.utilisation) ** 2 * (many - 1))

    def behind(self, queue: Queue, known: Mapping[str, Queue]) -> Queue:
        """The queue with what arrives, by what arrives at the others."""
        arriving, whole, even, origin, before = self.outside, 0.0, 0.0, 0.0, 0.0
        for giver, share, split in self.streams:
            other = known[giver]
            arriving += share * (split * leaving(other) + 1 - split)
            part = share * evenness(other) * evenness(queue) * min(1.0, queue.servers / max(1, other.servers))
            part *= max(0.0, 2 * split - 1) ** 2  # half of a stream, drawn by chance, keeps no distance any more
            if part and other.stable:
                whole += share
                even += part
                origin += part * (other.even * other.origin + (1 - other.even) * other.arriving)
                before += part * (other.even * other.before + other.wait)
        arriving = max(0.0, 1 + self.weight * (arriving - 1))
        if not even:
            return replace(queue, arriving=arriving, even=0.0)
        # what comes from elsewhere disturbs the rest as well
        return replace(queue, arriving=arriving, even=even * whole**2, origin=origin / even, before=before / even)


def evenness(queue: Queue) -> float:
    """How far the service of a queue is as good as constant: 1 where it is, 0 from `EVEN` on."""
    return max(0.0, 1 - sqrt(max(0.0, queue.spread)) / EVEN)


def leaving(queue: Queue) -> float:
    """The squared coefficient of variation of the times between departures."""
    busy = min(1.0, queue.utilisation) ** 2
    return 1 + (1 - busy) * (queue.arriving - 1) + busy * (max(queue.spread, _LEAST) - 1) / sqrt(max(1, queue.servers))


# how work passes


def passed(profiles: Profiles, loads: Loads) -> Flows:
    """How often a week work passes from one role straight to another, or to itself."""
    found: Flows = {}
    for name, profile in profiles.found.items():
        cases = loads.demand.total.get(name, 0.0)
        if cases > 0:
            for giver, taker, rate in _Passing(profiles, profiles.spec.processes[name], profile, loads).all():
                row = found.setdefault(giver, {})
                row[taker] = row.get(taker, 0.0) + rate * cases
    return found


class _Passing:
    """The work of a case, one piece behind the other."""

    def __init__(self, profiles: Profiles, process: Process, profile: Profile, loads: Loads) -> None:
        self.spec = profiles.spec
        self.steps: dict[str, Step] = process.all_steps
        self.visits = profile.visits
        self.work: dict[str, dict[str, float]] = {}
        """Step -> the pieces of work for each role that a case comes to there."""
        for work in profile.works:
            for role, each in work.roles if work.minutes else ():
                if each and role in loads.roles:
                    row = self.work.setdefault(work.step, {})
                    row[role] = row.get(role, 0.0) + work.times * each
        self.first: dict[str, dict[str, float]] = {}
        """Step -> the roles for which work comes first once a case enters it."""

    def all(self) -> Iterator[tuple[str, str, float]]:
        """Who passes how much to whom."""
        for path, row in self.work.items():
            visits = self.visits.get(path, 0.0)
            whole = sum(row.values())
            again = (
                max(0.0, whole - visits) if path in self.steps and not hasattr(self.steps[path], "approval") else 0.0
            )
            for giver, each in row.items():
                part = each / whole
                for taker, other in row.items() if again else ():
                    yield giver, taker, again * part * other / whole
                for target, share in self._next(path):
                    for taker, chance in self._first(target).items():
                        yield giver, taker, min(whole, visits) * part * share * chance

    def _next(self, path: str) -> list[tuple[str, float]]:
        """Where a step leads."""
        step = self.steps[path]
        outcomes = outcomes_of(step)
        if not outcomes:
            return []
        body, _, _ = path.rpartition(".")
        shares = outcome_shares(step, self.spec)
        return [
            (f"{body}.{one.to.name}" if body else one.to.name, shares[name])
            for name, one in outcomes.items()
            if one.to is not None and shares[name]
        ]

    def _through(self, path: str) -> list[tuple[str, float]]:
        """Where a case is led at once by a step at which nobody has work."""
        step = self.steps.get(path)
        if step is None or isinstance(step, Wait | Call):
            return []
        if isinstance(step, Parallel):
            starts = [
                (one.start.name if one.start else next(iter(one.steps), ""), one) for one in step.parallel.values()
            ]
            return [(branch.steps[name].path, 1.0) for name, branch in starts if name in branch.steps]
        return self._next(path)

    def _first(self, start: str) -> dict[str, float]:
        """The roles for which work comes first behind a step, those on a way round left out."""
        left = [start]
        open_: set[str] = set()
        while left:
            path = left[-1]
            row = self.work.get(path)
            if path in self.first:
                left.pop()
            elif row is not None:
                visits = max(self.visits.get(path, 0.0), sum(row.values()))
                self.first[path] = {role: each / visits for role, each in row.items()} if visits else {}
            elif path not in open_:
                open_.add(path)
                left += [
                    target for target, _ in self._through(path) if target not in self.first and target not in open_
                ]
            else:
                found = self.first[path] = {}
                for target, share in self._through(path):
                    for role, chance in self.first.get(target, {}).items():
                        found[role] = found.get(role, 0.0) + share * chance
        return self.first[start]

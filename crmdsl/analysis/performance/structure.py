"""How work passes through the company: who hands to whom, across which borders, on whom it hangs, where it goes round.

A pass is work that goes on with another role: from one step to the next that somebody works on, to who signs or
supplies, and back to who asked. Of a step that any of several roles may do, the one with most
hours counts. Betweenness is Brandes' (Journal of Mathematical Sociology 25, 2001), articulation points Tarjan's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from math import exp, log

from crmdsl.analysis.performance.costs import repeated_shares
from crmdsl.analysis.performance.load import loads
from crmdsl.analysis.performance.profiles import Profiles, chain_of, profiles
from crmdsl.ir.operations.shares import level_shares
from crmdsl.ir.program import Program
from crmdsl.model.chains import Approval
from crmdsl.model.processes import ApprovalStep, End, HandoffStep, Parallel, Process, Step, Task
from crmdsl.resolve.flow import rings

Graph = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Passes:
    """Work that passes between two roles or departments, as often a week."""

    giver: str
    taker: str
    rate: float


@dataclass(frozen=True, slots=True)
class Path:
    """A process: passes between people and between departments a case, the likeliest way to success, and loops."""

    process: str
    passes: float
    borders: float
    likeliest: tuple[str, ...]
    chance: float
    loops: tuple[tuple[tuple[str, ...], float], ...]
    """Rings of steps, with the share of the work in them that is done again."""


@dataclass(frozen=True, slots=True)
class Supplier:
    """An internal supplier, with the roles and departments that ask it, and how often a week they do."""

    role: str
    customers: tuple[str, ...]
    departments: tuple[str, ...]
    rate: float


@dataclass(frozen=True, slots=True)
class Structure:
    """How work passes. `silos` are the departments with the share of their passes that stays inside; `between` is the
    share of the shortest ways between others that lead over a role; `cuts` are roles without whom the company falls
    apart into parts that hand nothing to each other; `waits` are processes that wait for others, so often a week."""

    paths: tuple[Path, ...]
    borders: tuple[Passes, ...]
    silos: tuple[tuple[str, float, float], ...]
    between: tuple[tuple[str, float], ...]
    cuts: tuple[str, ...]
    waits: tuple[Passes, ...]
    suppliers: tuple[Supplier, ...]


def analyze(program: Program) -> Structure:
    """The structure of a checked spec."""
    return _Weaving(program).structure()


class _Weaving:
    """Works out who hands to whom."""

    def __init__(self, program: Program) -> None:
        self.spec = program.spec
        self.profiles: Profiles = profiles(program.resolved)
        self.cases = loads(program.resolved).demand.total
        self.passes: dict[tuple[str, str], float] = {}
        self.asked: dict[str, dict[str, float]] = {}

    def structure(self) -> Structure:
        """All of it."""
        paths = tuple(self.path(name) for name in self.profiles.found)
        borders: dict[tuple[str, str], float] = {}
        graph: Graph = {}
        for (giver, taker), rate in self.passes.items():
            graph.setdefault(giver, set()).add(taker)
            graph.setdefault(taker, set()).add(giver)
            pair = self.department(giver), self.department(taker)
            borders[pair] = borders.get(pair, 0.0) + rate
        crossing = [Passes(*pair, rate) for pair, rate in borders.items() if pair[0] != pair[1] and rate]
        waits: dict[tuple[str, str], float] = {}
        for name, profile in self.profiles.found.items():
            for one in profile.triggers:
                if one.why in ("process", "fulfilled_by"):
                    rate = self.cases.get(name, 0.0) * one.times
                    waits[name, one.process] = waits.get((name, one.process), 0.0) + rate
        return Structure(
            paths,
            tuple(sorted(crossing, key=lambda one: (-one.rate, one.giver, one.taker))),
            tuple(_silos(borders)),
            tuple(sorted(betweenness(graph).items(), key=lambda item: (-item[1], item[0]))),
            tuple(sorted(articulation(graph))),
            tuple(sorted((Passes(*pair, rate) for pair, rate in waits.items()), key=lambda one: -one.rate)),
            tuple(sorted(self.suppliers(), key=lambda one: (-len(one.customers), -one.rate, one.role))),
        )

    def department(self, role: str) -> str:
        """The department of a role; somebody from outside is a department of his own."""
        declared = self.spec.roles.get(role)
        return declared.department.name if declared and declared.department else role

    def suppliers(self) -> Iterator[Supplier]:
        """Who delivers to whom by handoffs."""
        for role, customers in self.asked.items():
            departments = tuple(sorted({self.department(customer) for customer in customers} - {self.department(role)}))
            yield Supplier(role, tuple(sorted(customers)), departments, sum(customers.values()))

    # one process

    def path(self, name: str) -> Path:
        """A process, whose passes are noted on the way."""
        process, profile = self.spec.processes[name], self.profiles.found[name]
        passes = borders = 0.0
        for giver, taker, times in self.handed(process, process.steps, profile.visits):
            if giver != taker:
                passes += times
                borders += times * (self.department(giver) != self.department(taker))
                self.passes[giver, taker] = self.passes.get((giver, taker), 0.0) + times * self.cases.get(name, 0.0)
        chain = chain_of(self.profiles, process, process.steps)
        way, chance = likeliest(chain, process.start.name if process.start else "", _successes(process.steps))
        again = repeated_shares(self.profiles, name)
        ways = {step: tuple(to for to, share in row.items() if share) for step, row in chain.items()}
        place = {step: number for number, step in enumerate(process.steps)}
        loops = [
            (tuple(sorted(ring, key=place.__getitem__)), max((again.get(step, 0.0) for step in ring), default=0.0))
            for ring in rings(process.steps, ways)
        ]
        return Path(name, passes, borders, way, chance, tuple(loops))

    def handed(
        self, process: Process, steps: dict[str, Step], visits: dict[str, float]
    ) -> Iterator[tuple[str, str, float]]:
        """What passes from whom to whom, so often a case."""
        chain = chain_of(self.profiles, process, steps)
        ends = {name: self.actors(process, step) for name, step in steps.items()}
        for name, step in steps.items():
            times = visits.get(step.path or name, 0.0)
            yield from self.inside(process, step, times, visits)
            if ends[name]:
                for to, share in _next(chain, ends, name).items():
                    yield ends[name], ends[to], times * share

    def actors(self, process: Process, step: Step) -> str:
        """Who has a step in his hands before and after it; nobody of ours where it waits, routes or runs another."""
        if isinstance(step, HandoffStep) and step.handoff:
            return self.main(ref.name for ref in self.spec.handoffs[step.handoff.name].customer)
        if isinstance(step, ApprovalStep) and step.approval:
            return self.main(ref.name for ref in self.spec.approvals[step.approval.name].requester)
        return self.main(ref.name for ref in step.role) if isinstance(step, Task) else ""

    def inside(
        self, process: Process, step: Step, times: float, visits: dict[str, float]
    ) -> Iterator[tuple[str, str, float]]:
        """What passes within a step, to whom it is asked of and back."""
        asking = self.actors(process, step)
        if isinstance(step, HandoffStep) and step.handoff:
            handoff = self.spec.handoffs[step.handoff.name]
            supplier = self.main(ref.name for ref in handoff.supplier)
            asked = self.asked.setdefault(supplier, {})
            for ref in handoff.customer:
                rate = times * self.cases.get(process.name, 0.0) / len(handoff.customer)
                asked[ref.name] = asked.get(ref.name, 0.0) + rate
            yield asking, supplier, times
            yield supplier, asking, times
        elif isinstance(step, ApprovalStep) and step.approval:
            yield from self.signed(self.spec.approvals[step.approval.name], asking, times)
        elif isinstance(step, Parallel):
            for branch in step.parallel.values():
                if not branch.single:
                    yield from self.handed(process, branch.steps, visits)

    def signed(self, chain: Approval, asking: str, times: float) -> Iterator[tuple[str, str, float]]:
        """What passes through a chain: to one level and back in bands, from level to level in a ladder."""
        shares = level_shares(chain)
        levels = [(self.main(self.profiles.signers(chain, one)), shares[name]) for name, one in chain.levels.items()]
        levels = [(role, share) for role, share in levels if role]
        if chain.mode == "ladder":
            way = [(asking, 1.0), *levels, (asking, 1.0)]
            for (giver, given), (taker, taken) in pairwise(way):
                yield giver, taker, times * min(given, taken)
            return
        for role, share in levels:
            yield asking, role, times * share
            yield role, asking, times * share

    def main(self, roles: Iterable[str]) -> str:
        """The role with most hours."""
        known = self.profiles.capacity
        return max((role for role in roles if role in known), key=lambda role: known[role].hours, default="")


def _successes(steps: dict[str, Step]) -> set[str]:
    return {name for name, step in steps.items() if isinstance(step, End) and step.end == "success"}


def _next(chain: dict[str, dict[str, float]], ends: dict[str, str], start: str) -> dict[str, float]:
    """The steps with somebody that follow, with the chance of each; what routes or waits is gone through."""
    found: dict[str, float] = {}
    open_ = [(to, share, 0) for to, share in chain[start].items()]
    while open_:
        step, share, depth = open_.pop()
        if ends[step]:
            found[step] = found.get(step, 0.0) + share
        elif depth < len(chain) and share > 1e-4:
            open_ += [(to, share * part, depth + 1) for to, part in chain[step].items()]
    return found


def _silos(borders: dict[tuple[str, str], float]) -> Iterator[tuple[str, float, float]]:
    """Each department, its passes a week and the share of them that stays inside; the most closed first."""
    found = []
    for department in sorted({name for pair in borders for name in pair}):
        mine = sum(rate for pair, rate in borders.items() if department in pair)
        if mine:
            found.append((department, mine, borders.get((department, department), 0.0) / mine))
    yield from sorted(found, key=lambda one: -one[2])


def likeliest(chain: dict[str, dict[str, float]], start: str, ends: set[str]) -> tuple[tuple[str, ...], float]:
    """The likeliest way from a step to one of some ends, and its chance; nothing where there is none."""
    open_: list[tuple[float, str, str]] = [(0.0, start, "")]
    came: dict[str, str] = {}
    while open_:
        length, step, before = heappop(open_)
        if step in came:
            continue
        came[step] = before
        if step in ends:
            way = [step]
            while way[-1] != start:
                way.append(came[way[-1]])
            return tuple(reversed(way)), exp(-length)
        for to, share in chain.get(step, {}).items():
            if share > 0 and to not in came:
                heappush(open_, (length - log(min(share, 1.0)), to, step))
    return (), 0.0


def betweenness(graph: Graph) -> dict[str, float]:
    """The share of the shortest ways between two others that lead over each node of an undirected graph."""
    found = dict.fromkeys(graph, 0.0)
    for source in graph:
        order: list[str] = []
        before: dict[str, list[str]] = {node: [] for node in graph}
        ways = dict.fromkeys(graph, 0.0)
        far = {source: 0}
        ways[source] = 1.0
        queue = deque([source])
        while queue:
            node = queue.popleft()
            order.append(node)
            for to in sorted(graph[node]):
                if to not in far:
                    far[to] = far[node] + 1
                    queue.append(to)
                if far[to] == far[node] + 1:
                    ways[to] += ways[node]
                    before[to].append(node)
        share = dict.fromkeys(graph, 0.0)
        for node in reversed(order):
            for one in before[node]:
                share[one] += ways[one] / ways[node] * (1 + share[node])
            if node != source:
                found[node] += share[node]
    pairs = (len(graph) - 1) * (len(graph) - 2)
    return {node: value / pairs if pairs else 0.0 for node, value in found.items()}


def articulation(graph: Graph) -> set[str]:
    """The nodes of an undirected graph without which a part of it falls off."""
    found: set[str] = set()
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    for root in graph:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        children = 0
        work = [(root, "", iter(sorted(graph[root])))]
        while work:
            node, parent, rest = work[-1]
            to = next(rest, None)
            if to is None:
                work.pop()
                if work:
                    low[parent] = min(low[parent], low[node])
                    if parent != root and low[node] >= order[parent]:
                        found.add(parent)
            elif to not in order:
                children += node == root
                order[to] = low[to] = len(order)
                work.append((to, node, iter(sorted(graph[to]))))
            elif to != parent:
                low[node] = min(low[node], order[to])
        if children > 1:
            found.add(root)
    return found

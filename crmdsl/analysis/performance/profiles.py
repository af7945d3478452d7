"""What one case of a process asks for: how often each step is visited, by whom it is worked on, what else it sets off.

Chances are shares of visits (an absorbing Markov chain, solved exactly). A case that `anytime` ends has done half of
its way on average, wherever that is. Branches of a parallel block are all worked on, also those that the join does not
wait for; a level of a ladder is asked whatever the levels before said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crmdsl.analysis._elimination import Diverges, Elimination
from crmdsl.ir.operations.shares import deliveries, level_shares, outcome_shares
from crmdsl.ir.operations.staffing import capacities, divided
from crmdsl.ir.operations.week import NEVER, shared, weeks
from crmdsl.model.chains import Approval, Level
from crmdsl.model.processes import ApprovalStep, Branch, Call, End, HandoffStep, Outcome, Parallel, Process, Step, Task
from crmdsl.model.spec import Spec
from crmdsl.model.values import Effort
from crmdsl.resolve.endless import finite
from crmdsl.resolve.flow import outcomes_of
from crmdsl.resolve.resolved import Resolved

_WHOLE = 10_000
SUCCESS = "success"
FAILURE = "failure"


class Work(NamedTuple):
    """Work that a visit of a step asks for: `times` a case, `minutes` on average each time.

    `place` is the step, with the level of a chain behind it (`discount_check.area`); `kind` is `task`, `level` or
    `handoff`. `roles` say how often each role does it at a visit. `cv` is the coefficient of variation.
    """

    process: str
    step: str
    place: str
    kind: str
    roles: tuple[tuple[str, float], ...]
    times: float
    minutes: float
    cv: float
    cost: int = 0
    """What each time costs besides work, in the minor unit of the currency."""

    @property
    def hours(self) -> float:
        """Hours of work a case, of all roles together."""
        return self.times * self.minutes / 60 * sum(share for _, share in self.roles)


class Trigger(NamedTuple):
    """Cases of another process that one case sets off. `why` is `process`, `opens`, `feedback` or `fulfilled_by`."""

    process: str
    step: str
    why: str
    times: float


class Profile(NamedTuple):
    """One case of a process. `visits` are by the path of the step; `success` is the share that ends so."""

    process: str
    visits: dict[str, float]
    success: float
    works: tuple[Work, ...]
    triggers: tuple[Trigger, ...]


class Profiles:
    """The profiles of the processes of a spec that can be reckoned; `endless` are those that come to no end."""

    def __init__(self, resolved: Resolved) -> None:
        spec = self.spec = resolved.spec
        self.capacity = capacities(spec)
        self.weeks = weeks(spec)
        self.managers = _managers(spec)
        self.found: dict[str, Profile] = {}
        self.endless: dict[str, str] = {}
        self.repeats: dict[str, dict[str, float]] = {}
        """Process -> place -> the share of the work there that is done again, once it was asked for."""
        self._systems: dict[object, tuple[Elimination, dict[str, float]]] = {}
        sound = finite(resolved)
        for name, process in spec.processes.items():
            if name in sound and not _doubtful(spec, process):
                try:
                    self.found[name] = _Case(self, process).profile()
                except Diverges as error:
                    self.endless[name] = error.node
        self._systems.clear()

    def system(self, ways: dict[str, dict[str, float]], start: str) -> tuple[Elimination, dict[str, float]]:
        """The ways of a chain, eliminated, with the visits of a start; once for all processes that run alike."""
        key = start, tuple([(name, *row.items()) for name, row in ways.items()])
        found = self._systems.get(key)
        if found is None:
            system = Elimination(ways, [start])
            found = self._systems[key] = system, system.flows({start: 1.0})
        return found

    def signers(self, chain: Approval, level: Level) -> tuple[str, ...]:
        """The roles that may sign a level; none where a field names the person."""
        if level.manager_of:
            return tuple(dict.fromkeys(who for ref in chain.requester for who in self.managers.get(ref.name, ())))
        return tuple([ref.name for ref in level.approver])

    def effort(self, effort: Effort | None, roles: tuple[str, ...]) -> tuple[float, float]:
        """Minutes of an effort and its coefficient of variation."""
        if effort is None:
            return 0.0, 0.0
        week = self.weeks.get(shared(self.spec, roles))
        return float(effort.mean.total_minutes((week or NEVER).day)), float(effort.cv)


def profiles(resolved: Resolved) -> Profiles:
    """The profiles of a spec, worked out once."""
    found: Profiles | None = resolved.memo.get("profiles")
    if found is None:
        found = resolved.memo["profiles"] = Profiles(resolved)
    return found


class _Solved(NamedTuple):
    """A process or branch by itself: visits of its steps, share that succeeds, and its branches by their path."""

    steps: dict[str, Step]
    visits: dict[str, float]
    success: float
    branches: tuple[tuple[str, _Solved], ...]


class _Case:
    """Works out what one case of a process asks for."""

    def __init__(self, around: Profiles, process: Process) -> None:
        self.around = around
        self.spec = around.spec
        self.process = process
        self.visits: dict[str, float] = {}
        self.works: list[Work] = []
        self.triggers: list[Trigger] = []

    def profile(self) -> Profile:
        """The profile of the process."""
        process = self.process
        solved = self.solve(process.steps, process.start.name if process.start else "", process.anytime)
        self.spread(solved, 1.0)
        for outcome in process.anytime.values():
            self.opened("", outcome, (outcome.chance or 0) / _WHOLE)
        return Profile(process.name, self.visits, solved.success, tuple(self.works), tuple(self.triggers))

    # the chain

    def solve(self, steps: dict[str, Step], start: str, anytime: dict[str, Outcome] | None = None) -> _Solved:
        """Visits of some steps for one case that starts in one of them."""
        inner: list[tuple[str, _Solved]] = []
        system, visits = self.around.system(self.chain(steps, inner), start)
        ended = 0.0
        other: dict[str, float] = {}
        for outcome in (anytime or {}).values():
            if outcome.chance and outcome.to and outcome.to.name in steps:
                ended += outcome.chance / _WHOLE
                other[outcome.to.name] = other.get(outcome.to.name, 0.0) + outcome.chance / _WHOLE
        success = sum(visits[n] for n, s in steps.items() if isinstance(s, End) and s.end == SUCCESS)
        if other:
            ended, visits = min(ended, 1.0), dict(visits)
            more = system.flows(other)
            success *= 1 - ended
            success += sum(more[n] for n, s in steps.items() if isinstance(s, End) and s.end == SUCCESS)
            for name, step in steps.items():
                kept = 1 - ended if isinstance(step, End) else 1 - ended / 2
                visits[name] = visits[name] * kept + more[name]
        return _Solved(steps, visits, success, tuple(inner))

    def chain(self, steps: dict[str, Step], inner: list[tuple[str, _Solved]]) -> dict[str, dict[str, float]]:
        """The share of the visits of each step that lead to each other one."""
        ways: dict[str, dict[str, float]] = {}
        for name, step in steps.items():
            row = ways[name] = {}
            for to, share in self.block(step, inner) if isinstance(step, Parallel) else self.ways(step):
                if to in steps:
                    row[to] = row.get(to, 0.0) + share
        return ways

    def ways(self, step: Step) -> list[tuple[str, float]]:
        """Where a step leads, with the share of its visits."""
        outcomes = outcomes_of(step)
        if not outcomes:
            return []
        shares = outcome_shares(step, self.spec)
        return [(outcome.to.name, shares[name]) for name, outcome in outcomes.items() if outcome.to is not None]

    def block(self, step: Parallel, inner: list[tuple[str, _Solved]]) -> Iterator[tuple[str, float]]:
        """Where a block leads, with the share of its visits; what is inside of it is worked out on the way."""
        chances = []
        for branch in step.parallel.values():
            solved = self.branch(branch)
            inner.append((step.name, solved))
            chances.append(solved.success)
        met = join_met(chances, step.join)
        if step.then is not None:
            yield step.then.name, met if step.on_failure is not None else 1.0
        if step.on_failure is not None:
            yield step.on_failure.name, 1 - met

    def branch(self, branch: Branch) -> _Solved:
        """A branch by itself; one of a single task succeeds."""
        if branch.single or branch.start is None:
            return _Solved(branch.steps, dict.fromkeys(branch.steps, 1.0), 1.0, ())
        return self.solve(branch.steps, branch.start.name)

    # what it asks for

    def spread(self, solved: _Solved, times: float) -> None:
        """Note the visits, the work and what is set off of some steps that a case comes to so many times."""
        for name, step in solved.steps.items():
            visits = self.visits[step.path or name] = times * solved.visits[name]
            if visits:
                self.visit(step, visits)
        for block, inside in solved.branches:
            self.spread(inside, times * solved.visits[block])

    def visit(self, step: Step, visits: float) -> None:
        """Note the work of a step that is visited so often, and what it sets off."""
        if isinstance(step, End):
            return
        if isinstance(step, Task):
            self.work(step, "", "task", tuple([ref.name for ref in step.role]), 1.0, visits, step.effort, step.cost)
        elif isinstance(step, ApprovalStep):
            self.approval(step, visits)
        elif isinstance(step, HandoffStep):
            self.handoff(step, visits)
        elif isinstance(step, Call) and step.called:
            self.triggers.append(Trigger(step.called.name, step.path, "process", visits))
        opening = [name for name, outcome in outcomes_of(step).items() if outcome.opens]
        if opening:
            outcomes, shares = outcomes_of(step), outcome_shares(step, self.spec)
            for name in opening:
                self.opened(step.path, outcomes[name], visits * shares[name])

    def opened(self, step: str, outcome: Outcome, times: float) -> None:
        """Note the cases of another process that an outcome opens."""
        if outcome.opens and outcome.opens.process and times:
            self.triggers.append(Trigger(outcome.opens.process.name, step, "opens", times))

    def approval(self, step: ApprovalStep, visits: float) -> None:
        """The signatures of a chain: one of each level that is asked, as many as its quorum wants."""
        chain = self.spec.approvals.get(step.approval.name) if step.approval else None
        shares = level_shares(chain) if chain else {}
        for name, level in chain.levels.items() if chain else ():
            roles = self.around.signers(chain, level) if chain else ()
            needed = len(roles) if level.quorum == "all" else level.quorum
            signatures = float(needed) if isinstance(needed, int) else 1.0
            self.work(step, name, "level", roles, signatures, visits * shares[name], level.effort)

    def handoff(self, step: HandoffStep, visits: float) -> None:
        """The deliveries of a handoff, those made again among them, and what follows from them."""
        handoff = self.spec.handoffs.get(step.handoff.name) if step.handoff else None
        if handoff is None:
            return
        accepted = outcome_shares(step, self.spec).get("accepted", 0.0)
        taken = visits * accepted
        delivered = taken * deliveries(handoff) if taken else 0.0
        if delivered == float("inf"):
            raise Diverges(step.path)
        roles = tuple(ref.name for ref in handoff.supplier)
        each = round(handoff.cost * taken / delivered) if handoff.cost and delivered else 0
        self.work(step, "", "handoff", roles, 1.0, delivered, handoff.effort, each)
        if handoff.fulfilled_by and delivered:
            self.triggers.append(Trigger(handoff.fulfilled_by.name, step.path, "fulfilled_by", delivered))
        feedback = handoff.feedback
        if feedback and feedback.opens and feedback.chance:
            self.triggers.append(
                Trigger(feedback.opens.name, step.path, "feedback", taken * feedback.chance / _WHOLE)
            )  # fmt: skip

    def work(
        self,
        step: Step,
        inside: str,
        kind: str,
        roles: tuple[str, ...],
        each: float,
        times: float,
        effort: Effort | None,
        cost: int | None = None,
    ) -> None:
        """Note some work of a step."""
        if times:
            minutes, cv = self.around.effort(effort, roles)
            place = f"{step.path}.{inside}" if inside else step.path
            shares = divided(roles, self.around.capacity, each)
            self.works.append(
                Work(self.process.name, step.path, place, kind, shares, times, minutes, cv, cost or 0)
            )  # fmt: skip


def _doubtful(spec: Spec, process: Process) -> bool:
    """Whether a figure of a process, or of what it runs, could not be read: without it visits come out wrong."""
    if not spec.unread:
        return False
    keys = {f"processes.{process.name}.{key}" for key in ("chance", "join")}
    for step in process.all_steps.values():
        if isinstance(step, ApprovalStep) and step.approval:
            keys |= {f"approvals.{step.approval.name}.{key}" for key in ("chance", "quorum", "mode", "otherwise")}
        elif isinstance(step, HandoffStep) and step.handoff:
            keys |= {f"handoffs.{step.handoff.name}.{key}" for key in ("rework", "decline", "rework_limit")}
    return not spec.unread.isdisjoint(keys)


def chain_of(profiles: Profiles, process: Process, steps: dict[str, Step]) -> dict[str, dict[str, float]]:
    """The chain of a process or a branch: for each step the share of its visits that lead to each other one."""
    return _Case(profiles, process).chain(steps, [])


def join_met(chances: list[float], join: str | int) -> float:
    """How likely so many branches succeed as a join needs, each with its own chance."""
    needed = {"all": len(chances), "any": 1}.get(str(join), join if isinstance(join, int) else len(chances))
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[k] * (1 - chance) if k < len(exactly) else 0.0) + (exactly[k - 1] * chance if k else 0.0)
            for k in range(len(exactly) + 1)
        ]
    return min(1.0, sum(exactly[needed:]))


def _managers(spec: Spec) -> dict[str, tuple[str, ...]]:
    """Who `manager_of: requester` means, by the role of the requester: managers of its units, else its superior."""
    found: dict[str, list[str]] = {}
    for unit in spec.sales_network.values():
        for role in unit.role if unit.manager else ():
            found.setdefault(role.name, []).append(unit.manager.name if unit.manager else "")
    for name, one in spec.roles.items():
        if name not in found and one.reports_to:
            found[name] = [one.reports_to.name]
    return {name: tuple(dict.fromkeys(managers)) for name, managers in found.items()}

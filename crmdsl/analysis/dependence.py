"""On whom success depends: the roles without which no case of a process can succeed.

Guards, chances and `anytime` are left out of account: every way that the graph has counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crmdsl.ir.operations.staffing import Capacity, capacities
from crmdsl.ir.policy import managers
from crmdsl.model.chains import Approval, Handoff, Level
from crmdsl.model.processes import ApprovalStep, Call, End, HandoffStep, Outcome, Parallel, Process, Step, Task
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref
from crmdsl.resolve.endless import finite
from crmdsl.resolve.flow import outcomes_of
from crmdsl.resolve.resolved import Resolved

Ends = tuple[bool, bool]
"""Whether a success, and whether a failure, can be reached."""


class Dependence(NamedTuple):
    """A role of one person, and the processes no case of which succeeds without that person, with the steps."""

    role: str
    processes: dict[str, tuple[str, ...]]


def single_points(resolved: Resolved) -> Iterator[Dependence]:
    """Every role of one person without a substitute on which the success of some process depends."""
    spec = resolved.spec
    alone = {name for name, one in capacities(spec).items() if _is_alone(spec, one)}
    if not alone:
        return
    known = finite(resolved)
    reach = Reach(spec, known)
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, process in spec.processes.items():
        if name not in known or not process.start:
            continue
        for role in sorted(alone & reach.roles(name)):
            if reach.of(name, "")[0] and not reach.of(name, role)[0]:
                found.setdefault(role, {})[name] = tuple(reach.steps_of(process, role))
    for role in spec.roles:
        if role in found:
            yield Dependence(role, found[role])


def _is_alone(spec: Spec, capacity: Capacity) -> bool:
    if capacity.external or not capacity.known or capacity.persons != 1:
        return False
    held = [one for one in spec.people.values() if any(ref.name == capacity.role for ref in one.roles)]
    return all(person.substitute is None and f"people.{person.name}.substitute" not in spec.unread for person in held)


class Reach:
    """Which ends can be reached without a role."""

    def __init__(self, spec: Spec, known: set[str]) -> None:
        self.spec = spec
        self.known = known
        self._found: dict[tuple[str, str], Ends] = {}
        self._roles: dict[str, set[str]] = {}

    def of(self, name: str, without: str) -> Ends:
        """The ends of a process; all of one of which nothing is known."""
        found = self._found.get((name, without))
        if found is None:
            process = self.spec.processes.get(name)
            self._found[name, without] = found = (True, True)
            if process and process.start and name in self.known and (not without or without in self.roles(name)):
                found = self._found[name, without] = self.through(process.steps, process.start.name, without)
        return found

    def roles(self, name: str) -> set[str]:
        """The roles that act in a process, or in what it runs."""
        found = self._roles.get(name)
        if found is None:
            found = self._roles[name] = set()
            process = self.spec.processes.get(name)
            for step in process.all_steps.values() if process else ():
                found |= self.acting(step)
        return found

    def acting(self, step: Step) -> set[str]:
        """The roles that act in a step, or in what it runs."""
        if isinstance(step, Task):
            return names(step.role) | {ref.name for one in step.outcomes.values() for ref in one.by}
        if isinstance(step, ApprovalStep) and step.approval:
            chain = self.spec.approvals.get(step.approval.name)
            return {role for level in chain.levels.values() for role in self.signers(chain, level)} if chain else set()
        if isinstance(step, HandoffStep) and step.handoff:
            handoff = self.spec.handoffs.get(step.handoff.name)
            if handoff is None:
                return set()
            inside = self.roles(handoff.fulfilled_by.name) if handoff.fulfilled_by else set()
            return names(handoff.supplier) | names(handoff.customer) | inside
        return self.roles(step.called.name) if isinstance(step, Call) and step.called else set()

    def through(self, steps: dict[str, Step], start: str, without: str) -> Ends:
        """The ends that can be reached from a step."""
        seen, open_ = {start}, [start]
        ends = set()
        while open_:
            step = steps.get(open_.pop())
            if isinstance(step, End):
                ends.add(step.end)
            for to in self.ways(step, without) if step else ():
                if to not in seen:
                    seen.add(to)
                    open_.append(to)
        return "success" in ends, "failure" in ends

    def ways(self, step: Step, without: str) -> Iterator[str]:
        """Where a step leads without a role."""
        if isinstance(step, Parallel):
            met, failed = self.parallel(step, without)
            for ref, can in ((step.then, met), (step.on_failure, failed)):
                if ref is not None and can:
                    yield ref.name
            return
        for name, outcome in outcomes_of(step).items():
            if outcome.to is not None and (not without or self.can(step, name, outcome, without)):
                yield outcome.to.name

    def can(self, step: Step, name: str, outcome: Outcome, without: str) -> bool:
        """Whether an outcome of a step can come without a role; what a deadline fires comes by itself."""
        late = getattr(step, "late", None)
        if late is not None and late.outcome is not None and late.outcome.name == name:
            return True
        if isinstance(step, Task):
            return another(names(outcome.by or step.role), without)
        if isinstance(step, ApprovalStep) and step.approval:
            chain = self.spec.approvals.get(step.approval.name)
            return chain is None or self.approval(chain, name, without)
        if isinstance(step, HandoffStep) and step.handoff:
            handoff = self.spec.handoffs.get(step.handoff.name)
            return handoff is None or self.handoff(handoff, name, without)
        if isinstance(step, Call) and step.called:
            return self.of(step.called.name, without)[name != "success"]
        return True

    def approval(self, chain: Approval, outcome: str, without: str) -> bool:
        """Whether a chain can come to an outcome."""
        signed = {name: self.signable(chain, level, outcome, without) for name, level in chain.levels.items()}
        if outcome == "rejected":
            return chain.recall or chain.otherwise == "reject" or any(signed.values())
        if chain.mode == "ladder":
            return all(signed[name] for name, level in chain.levels.items() if level.when is None)
        return chain.otherwise == "approve" or any(signed.values())

    def signable(self, chain: Approval, level: Level, outcome: str, without: str) -> bool:
        """Whether a level can be signed; a superior who stands in is somebody else."""
        if level.late is not None and level.late.outcome is not None and level.late.outcome.name == outcome:
            return True
        roles = self.signers(chain, level)
        role = self.spec.roles.get(without)
        if without not in roles or (chain.substitutes == "superior" and role and role.reports_to):
            return True
        if level.quorum == "all":
            return False
        others = roles - {without}
        if isinstance(level.quorum, int):
            known = capacities(self.spec)
            return sum(known[other].persons for other in others if other in known) >= level.quorum
        return bool(others)

    def signers(self, chain: Approval, level: Level) -> set[str]:
        """The roles that may sign a level, whoever asked; none where a field names the person."""
        if not level.manager_of:
            return names(level.approver)
        return set(managers(self.spec, tuple(ref.name for ref in chain.requester)))

    def handoff(self, handoff: Handoff, outcome: str, without: str) -> bool:
        """Whether a handoff can come to an outcome; what is not verified in time is accepted all the same."""
        supplied = another(names(handoff.supplier), without)
        if outcome != "accepted":
            return supplied or outcome == "cancelled"
        verified = handoff.verify is not None or another(names(handoff.customer), without)
        done = handoff.fulfilled_by is None or self.of(handoff.fulfilled_by.name, without)[0]
        return supplied and verified and done

    def parallel(self, step: Parallel, without: str) -> Ends:
        """Whether a block can be met, and whether it can fail."""
        ends = [
            self.through(branch.steps, branch.start.name, without)
            if branch.start and not branch.single
            else (self.alone(branch.steps, without), False)
            for branch in step.parallel.values()
        ]
        number = len(ends)
        needed = {"all": number, "any": 1}.get(str(step.join), step.join if isinstance(step.join, int) else number)
        return sum(met for met, _ in ends) >= needed, sum(failed for _, failed in ends) > number - needed

    def alone(self, steps: dict[str, Step], without: str) -> bool:
        """Whether the only task of a branch can be done."""
        task = next(iter(steps.values()), None)
        return not isinstance(task, Task) or another(names(task.role), without)

    def steps_of(self, process: Process, role: str) -> Iterator[str]:
        """The steps of a process that do not come to all their outcomes without a role."""
        for path, step in process.all_steps.items():
            ways = outcomes_of(step)
            if role in self.acting(step) and not all(self.can(step, name, way, role) for name, way in ways.items()):
                yield path


def another(roles: set[str], without: str) -> bool:
    """Whether anybody else of some roles is there; where none is named, nobody knows, and somebody may be."""
    return not roles or bool(roles - {without})


def names(refs: Iterable[Ref]) -> set[str]:
    """The names of some references."""
    return {ref.name for ref in refs}

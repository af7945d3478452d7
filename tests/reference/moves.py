"""How a case goes on: entering steps, taking outcomes, joining branches."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from crmdsl.model.processes import (
    ApprovalStep,
    Call,
    Decide,
    End,
    HandoffStep,
    Outcome,
    Parallel,
    Process,
    Step,
    Task,
    TimedStep,
    Wait,
)  # fmt: skip
from crmdsl.model.values import Assignment, Duration, Ref
from crmdsl.resolve.resolved import Resolved
from tests.reference import approvals, handoffs
from tests.reference.cases import Active, CaseData, Path, Refused, Scope, active_steps, record_at, states
from tests.reference.evaluation import World, holds, stored, value_of
from tests.reference.organisation import Organisation
from tests.reference.working_time import BeyondYearsError, WorkingTime


@lru_cache(maxsize=256)
def day_in(zone: ZoneInfo, now: int) -> date:
    return datetime.fromtimestamp(now, UTC).astimezone(zone).date()


class Run:
    """One act, or one deadline, on a copy of a case. `timed` while a deadline is what moves it."""

    def __init__(self, resolved: Resolved, organisation: Organisation, data: CaseData) -> None:
        self.resolved = resolved
        self.spec = resolved.spec
        self.organisation = organisation
        self.data = data
        self.now = data.at
        self.actor: str | None = None
        self.timed = False
        self.beyond = False

    # what conditions see

    @property
    def today(self) -> date:
        return day_in(self.zone, self.now)

    @property
    def zone(self) -> ZoneInfo:
        assert self.spec.company is not None
        return ZoneInfo(self.spec.company.timezone)

    def world(self, path: Path, scope: Scope | None = None, requester: str | None = None) -> World:
        """What a condition on the record at a path sees; names of states are those of the process of `scope`."""
        prefix = process_scope(scope).prefix if scope is not None else ""
        inside = tuple(
            active.removeprefix(prefix) for active in states(self.data.root) if active.startswith(prefix)
        )  # fmt: skip
        return World(
            self.resolved, self.organisation, record_at(self.data, path), self.today, inside,
            requester, None if self.timed else self.actor,
        )  # fmt: skip

    def note(self, *words: object) -> None:
        """Something that happened, for the trail."""
        self.data.trail = (*self.data.trail, " ".join(str(word) for word in words))

    # time

    def calendar(self, roles: tuple[str, ...]) -> WorkingTime:
        """The calendar that some roles share, else the company's."""
        assert self.spec.company is not None
        company = self.spec.company.calendar
        assert company is not None
        own = {(self.spec.roles[role].calendar or company).name for role in roles}
        return WorkingTime(self.spec.calendars[own.pop() if len(own) == 1 else company.name], self.zone)

    def timer(self, active: Active, kind: str, duration: Duration | None, roles: tuple[str, ...]) -> None:
        """Sets a timer of a step from now."""
        active.timers.pop(kind, None)
        active.fired.discard(kind)
        active.escalated.pop(kind, None)
        if duration is None:
            return
        try:
            active.timers[kind] = self.calendar(roles).after(self.now, duration)
        except BeyondYearsError:
            self.beyond = True

    # steps

    def enter(self, scope: Scope, name: str) -> None:
        step = scope.steps[name]
        full = scope.prefix if scope.single else scope.prefix + name
        active = Active(step, scope, full, self.path_of(scope, step), self.now)
        scope.active = active
        self.note("enter", type(step).__name__, full)
        if isinstance(step, TimedStep):
            self.timer(active, "within", step.within, step_roles(step) if not self.is_external(active) else ())
        if isinstance(step, Wait):
            assert step.wait is not None
            self.timer(active, "timeout", step.wait.timeout, ())
        elif isinstance(step, ApprovalStep):
            assert step.approval is not None
            approvals.start(self, active, self.spec.approvals[step.approval.name])
        elif isinstance(step, HandoffStep):
            assert step.handoff is not None
            handoffs.start(self, active, self.spec.handoffs[step.handoff.name])
        elif isinstance(step, Parallel):
            self.enter_branches(active, step)
        elif isinstance(step, Call):
            assert step.called is not None
            called = self.spec.processes[step.called.name]
            assert called.start is not None
            inner = Scope(called, called.steps, full + ".", active.path, active)
            active.scopes.append(inner)
            self.enter(inner, called.start.name)
        elif isinstance(step, Decide):
            self.decide(active, step)
        elif isinstance(step, End):
            self.finish(scope, step.end)

    def is_external(self, active: Active) -> bool:
        """Whether a step is a wait for something that no person of the company fires."""
        step = active.step
        if not isinstance(step, Wait):
            return False
        assert step.wait is not None
        return step.wait.source is None or step.wait.source.name not in self.spec.roles

    def path_of(self, scope: Scope, step: Step) -> Path:
        """Where the record is on which a step acts."""
        entity = None
        if isinstance(step, ApprovalStep) and step.approval is not None:
            entity = self.spec.approvals[step.approval.name].entity
        elif isinstance(step, HandoffStep) and step.handoff is not None:
            entity = self.spec.handoffs[step.handoff.name].entity
        elif isinstance(step, Call) and step.called is not None:
            entity = self.spec.processes[step.called.name].entity
        here = scope.process.entity
        assert here is not None
        if entity is None or (step.of is None and entity.name == here.name):  # type: ignore[attr-defined]
            return scope.path
        if step.of is not None:  # type: ignore[attr-defined]
            return (*scope.path, step.of.name)  # type: ignore[attr-defined]
        fields = self.spec.entities[here.name].fields
        return (*scope.path, *[name for name, field in fields.items() if field.type.entity == entity.name][:1])

    def enter_branches(self, active: Active, step: Parallel) -> None:
        for name, branch in step.parallel.items():
            prefix = f"{active.name}.{name}" if branch.single else f"{active.name}.{name}."
            scope = active.scope
            active.scopes.append(
                Scope(scope.process, branch.steps, prefix, active.path, active, single=branch.single)
            )  # fmt: skip
        for inner, branch in zip(list(active.scopes), step.parallel.values(), strict=True):
            assert branch.start is not None
            self.enter(inner, branch.start.name)
        active.phase = ""
        active.position = 1  # all are entered, now the join counts
        self.join(active, step)

    def join(self, active: Active, step: Parallel) -> None:
        if active.position == 0 or active.scope.active is not active:
            return
        done = sum(scope.ended == "success" for scope in active.scopes)
        running = sum(scope.ended is None for scope in active.scopes)
        needed = {"all": len(active.scopes), "any": 1}.get(step.join, step.join)  # type: ignore[call-overload]
        if done >= needed:
            self.note("join", step.join)
            assert step.then is not None
            self.enter(active.scope, step.then.name)
        elif done + running < needed:
            self.note("on_failure", active.name)
            assert step.on_failure is not None
            self.enter(active.scope, step.on_failure.name)

    def decide(self, active: Active, step: Decide) -> None:
        for name, outcome in step.decide.items():
            if holds(self.resolved.typed(outcome.when), self.world(active.path, active.scope)):
                return self.take(active, name, outcome)
        raise Refused("guard", f"nothing holds in {active.name}")

    def finish(self, scope: Scope, result: str) -> None:
        """A process or a branch has come to an end."""
        scope.ended = result
        around = scope.parent
        if around is None:
            return
        if isinstance(around.step, Parallel):
            self.join(around, around.step)
        elif isinstance(around.step, Call):
            self.take(around, result, around.step.outcomes[result])

    def take(self, active: Active, event: str, outcome: Outcome) -> None:
        """An outcome of a step: what it sets and tells, and the step that it leads to."""
        self.note("took", active.name, event)
        self.consequences(active.scope, event, outcome)
        self.go(active.scope, outcome)

    def go(self, scope: Scope, outcome: Outcome) -> None:
        if scope.single and (outcome.to is None or outcome.to.name not in scope.steps):
            scope.active = None
            self.finish(scope, "success")
        else:
            assert outcome.to is not None
            self.enter(scope, outcome.to.name)

    # effects

    def consequences(self, scope: Scope, event: str, outcome: Outcome) -> None:
        self.assign(scope, outcome.set)
        effects = self.data.effects
        effects.extend(("emit", name.name) for name in outcome.emits)
        if outcome.notify:
            effects.append(("notify", tuple(role.name for role in outcome.notify), event))
        if outcome.opens is not None:
            assert outcome.opens.process is not None
            world = self.world(scope.path, scope, self.data.creator)
            process = self.spec.processes[outcome.opens.process.name]
            values = {}
            for assignment in outcome.opens.values:
                field = self.target(process, assignment)[0]
                values[field] = self.stored(process, (field,), assignment, world)
            effects.append(("open", process.name, values))

    def target(self, process: Process, assignment: Assignment) -> Path:
        found = self.resolved.target(assignment)
        assert found is not None
        return found

    def stored(self, process: Process, path: Path, assignment: Assignment, world: World) -> Any:
        assert process.entity is not None
        field = self.spec.entities[process.entity.name].fields[path[0]]
        for name in path[1:]:
            assert field.type is not None
            field = self.spec.entities[field.type.entity].fields[name]
        tree = self.resolved.typed(assignment.value)
        assert tree is not None
        assert field.type is not None
        return stored(field.type, value_of(tree, world))

    def assign(self, scope: Scope, assignments: tuple[Assignment, ...]) -> None:
        """Every expression reads the record as it was before."""
        world = self.world(scope.path, scope, self.data.creator)
        found = [(self.target(scope.process, one), one) for one in assignments]
        values = [(path, self.stored(scope.process, path, one, world)) for path, one in found]
        for path, value in values:
            record = record_at(self.data, (*scope.path, *path[:-1]))
            if record is not None:
                record[path[-1]] = value
                self.data.effects.append(("set", record[""], path[-1], value))

    # chains that a change restarts

    def restart_changed(self) -> None:
        """Restarts, one after the other, the unlocked chains that a change concerns."""
        changed = True
        while changed:
            changed = False
            for active in active_steps(self.data.root):
                if active.chain is not None and not active.chain.locks and approvals.has_changed(self, active):
                    self.note("restart", active.chain.name)
                    approvals.start(self, active, active.chain)
                    changed = True
                    break


def process_scope(scope: Scope) -> Scope:
    """The scope of the process that a branch belongs to."""
    while scope.parent is not None and isinstance(scope.parent.step, Parallel):
        scope = scope.parent.scope
    return scope


def names(refs: tuple[Ref, ...]) -> tuple[str, ...]:
    return tuple(ref.name for ref in refs)


def step_roles(step: Step) -> tuple[str, ...]:
    """The roles that a step itself names."""
    if isinstance(step, Task):
        return names(step.role)
    if isinstance(step, Wait) and step.wait is not None and step.wait.source is not None:
        return (step.wait.source.name,)
    return ()

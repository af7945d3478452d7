"""The reference: start a case, let somebody act, look at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crmdsl.model.processes import ApprovalStep, End, HandoffStep, Outcome, Process, Task, Wait
from crmdsl.model.values import Ref
from crmdsl.resolve.resolved import Resolved
from tests.reference import access, approvals, checks, handoffs, owning
from tests.reference.cases import (
    Act,
    Active,
    CaseData,
    Refusal,
    Refused,
    Scope,
    active_steps,
    copied,
    copied_record,
    record_at,
    states,
)
from tests.reference.deadlines import advance
from tests.reference.evaluation import Record, World, read
from tests.reference.moves import Run, names, step_roles
from tests.reference.naming import names_of_process
from tests.reference.openings import SUPPLIER, Opening, openings
from tests.reference.organisation import Organisation, Person
from tests.reference.working_time import BeyondYearsError


class Reference:
    """Runs the processes, approvals and handoffs of a resolved spec."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self.spec = resolved.spec

    @cached_property
    def organisation(self) -> Organisation:
        """The people of the spec."""
        return Organisation(self.spec)

    def start(
        self, process: str, by: str | None, at: int, record: Record, organisation: Organisation | None = None
    ) -> RefCase | Refusal:  # fmt: skip
        """A new case of a process on a record; `at` in seconds since 1970."""
        return self._start(self.spec.processes[process], by, at, record, organisation, alone=False)

    def start_approval(
        self, name: str, by: str | None, at: int, record: Record, organisation: Organisation | None = None
    ) -> RefCase | Refusal:  # fmt: skip
        """A chain on its own."""
        step = ApprovalStep(name="", name_node=None, node=None, approval=Ref(name, None))  # type: ignore[arg-type]
        process = alone(step, self.spec.approvals[name].entity, {"approved": "success", "rejected": "failure"})
        return self._start(process, by, at, record, organisation, alone=True)

    def start_handoff(
        self, name: str, by: str | None, at: int, record: Record, organisation: Organisation | None = None
    ) -> RefCase | Refusal:  # fmt: skip
        """A handoff on its own."""
        step = HandoffStep(name="", name_node=None, node=None, handoff=Ref(name, None))  # type: ignore[arg-type]
        ends = {"accepted": "success", "declined": "failure", "cancelled": "failure"}
        process = alone(step, self.spec.handoffs[name].entity, ends)
        return self._start(process, by, at, record, organisation, alone=True)

    def _start(
        self, process: Process, by: str | None, at: int, record: Record, organisation: Organisation | None, alone: bool
    ) -> RefCase | Refusal:  # fmt: skip
        people = organisation or self.organisation
        root = Scope(process, process.steps, "", ())
        data = CaseData(root, copied_record(record), at, by, names_of_process(self.spec, process))
        self.fill_defaults(data.record)
        run = Run(self.resolved, people, data)
        try:
            if by is not None:
                person = people.people.get(by)
                if person is None:
                    raise Refused("unknown-person")
                data.record["#creator"] = by
                if not alone and not access.may_create(run.world((), None, by), person):
                    raise Refused("no-grant")
                run.actor = by
                owning.claim(run, person, ())
                data.actors.append(by)
                data.acts.append(Act(by, "create", ()))
            if process.promise is not None:
                try:
                    data.promise = run.calendar(()).after(at, process.promise)
                except BeyondYearsError:
                    run.beyond = True
            assert process.start is not None
            run.enter(root, process.start.name)
            run.restart_changed()
            if run.beyond:
                raise Refused("out-of-years")
        except Refused as refused:
            return Refusal(refused.rule, refused.detail)
        return RefCase(self, people, data)

    def fill_defaults(self, record: Record) -> None:
        for name, field in self.spec.entities[record[""]].fields.items():
            if record.get(name) is None and field.default is not None:
                record[name] = self.resolved.value(field.default)


def alone(step: Any, entity: Ref | None, ends: dict[str, str]) -> Process:
    """A process of one chain or handoff, its states named as they are in it."""
    nothing: dict[str, Any] = {"name_node": None, "node": None}
    step.outcomes = {name: Outcome(name=name, to=Ref(name, None), **nothing) for name in ends}  # type: ignore[arg-type]
    steps = {"": step, **{name: End(name=name, end=end, **nothing) for name, end in ends.items()}}
    return Process(name="", entity=entity, start=Ref("", None), steps=steps, **nothing)  # type: ignore[arg-type]


@dataclass
class RefCase:
    """A case. Every act gives a new one and leaves this one as it is."""

    reference: Reference
    organisation: Organisation
    data: CaseData

    # acts

    def fire(
        self, event: str, by: str | None, at: int, values: dict[str, Any] | None = None,
        reason: str | None = None, score: int | None = None, date: int | None = None, to: str | None = None,
    ) -> RefCase | Refusal:  # fmt: skip
        """Lets somebody fire an event."""

        def act(run: Run) -> None:
            if owning.is_act_of_owner(run.data, event):
                owning.perform(run, event, by, to, dict(values or {}))
                return
            opening, person = checks.opening_for(run, event, by)
            self.check(run, opening, person, dict(values or {}), reason, score, date)
            self.perform(run, opening, person, dict(values or {}), score, date)

        return self._after(at, act)

    def receive(self, event: str, at: int, values: dict[str, Any] | None = None) -> RefCase | Refusal:
        """Lets an event arrive from outside."""
        return self.fire(event, None, at, values)

    def advance(self, at: int) -> RefCase:
        """Lets time pass."""
        after = self._after(at, lambda run: None)
        assert isinstance(after, RefCase)
        return after

    def _after(self, at: int, act: Callable[[Run], None]) -> RefCase | Refusal:
        data = copied(self.data)
        run = Run(self.reference.resolved, self.organisation, data)
        try:
            advance(run, at)
            owning.remember(run)
            act(run)
            run.restart_changed()
            if run.beyond:
                raise Refused("out-of-years")
        except Refused as refused:
            return Refusal(refused.rule, refused.detail)
        return RefCase(self.reference, self.organisation, data)

    def check(
        self, run: Run, opening: Opening, person: Person | None, values: dict[str, Any],
        reason: str | None, score: int | None, date: int | None,
    ) -> None:  # fmt: skip
        if person is not None:
            run.actor = person.name
            checks.check_person(run, opening, person, bool(values))
        checks.check_values(run, opening, person, values)
        checks.check_arguments(run, opening, reason, score, date)
        checks.write(record_at(run.data, checks.target_path(opening)), values)
        checks.check_needs(run, opening)
        checks.check_guard(run, opening)

    def perform(
        self, run: Run, opening: Opening, person: Person | None, values: dict[str, Any],
        score: int | None, date: int | None,
    ) -> None:  # fmt: skip
        if person is not None:
            note_actor(run, opening, person, bool(values))
        active = opening.active
        place = active.name if active is not None else opening.scope.prefix
        run.note("fired", opening.kind, "from outside" if opening.external else "by somebody", place)
        if person is not None and isinstance(active.step if active else None, Task | Wait):
            own = opening.outcome.by if opening.outcome and opening.outcome.by else ()
            if not person.holds(names(own) or step_roles(active.step)):  # type: ignore[union-attr]
                run.note("did by escalation")
        if active is not None and active.chain is not None:
            perform_in_chain(run, opening, active, person)
        elif active is not None and active.handoff is not None:
            checks.check_promise(run, opening, date)
            perform_in_handoff(run, opening.kind, active, score, date)
        elif active is not None:
            assert opening.outcome is not None
            run.take(active, opening.kind, opening.outcome)
        else:
            assert opening.outcome is not None
            event = next(name for name, one in opening.scope.process.anytime.items() if one is opening.outcome)
            run.note("took", opening.scope.prefix, event)
            run.consequences(opening.scope, event, opening.outcome)
            run.go(opening.scope, opening.outcome)

    # looking at it

    @property
    def states(self) -> tuple[str, ...]:
        return states(self.data.root)

    @property
    def ended(self) -> str | None:
        return self.data.root.ended

    @property
    def record(self) -> Record:
        return self.data.record

    @property
    def effects(self) -> list[tuple[Any, ...]]:
        return self.data.effects

    def deadlines(self) -> list[tuple[int, str, str]]:
        """(due, kind, state), sorted; the state of `within` is the step, of `promise` the process."""
        if self.ended is not None:
            return []
        found = [
            (due, kind, active.state if kind in ("level", "respond", "deliver", "verify") else active.name)
            for active in active_steps(self.data.root)
            for kind, due in active.timers.items()
        ]
        if self.data.promise is not None:
            found.append((self.data.promise, "promise", self.data.root.process.name))
        return sorted(found)

    def allowed(self, name: str) -> list[str]:
        """The events that a person may fire now, whatever has still to be given with them."""
        person = self.organisation.people[name]
        run = Run(self.reference.resolved, self.organisation, self.data)
        run.actor = name
        found: dict[str, None] = {}
        opened = openings(run)
        for event in dict.fromkeys(opening.event for opening in opened):
            try:
                opening, _ = checks.opening_of([one for one in opened if one.event == event], run, name)
                checks.check_person(run, opening, person, writes=False)
                checks.check_guard(run, opening)
            except Refused:
                continue
            found[event] = None
        return list(found)

    def visible_to(self, name: str) -> list[str]:
        """The fields of the case's record that a person sees."""
        run = Run(self.reference.resolved, self.organisation, self.data)
        run.actor = name
        return access.visible(run.world((), self.data.root, self.data.creator), self.organisation.people[name])

    def field(self, *parts: str) -> Any:
        """The value of a field, derived ones too."""
        return read(self.world(), self.data.record, parts)

    def world(self) -> World:
        """What the derived fields of the record see."""
        return Run(self.reference.resolved, self.organisation, self.data).world(())


def note_actor(run: Run, opening: Opening, person: Person, writes: bool) -> None:
    """What the case remembers of who acted; who acts in their roles becomes the requester (customer) still unknown."""
    run.data.actors.append(person.name)
    path = checks.target_path(opening)
    owning.claim(run, person, path)
    if writes:
        run.data.acts.append(Act(person.name, "update", path))
    if checks.is_signing(opening):
        run.data.acts.append(Act(person.name, "approve", path))
    for active in active_steps(run.data.root):
        roles = ()
        if active.chain is not None:
            roles = names(active.chain.requester)
        elif active.handoff is not None:
            roles = handoffs.customers(active.handoff)
        other_side = active is opening.active and (opening.kind in SUPPLIER or checks.is_signing(opening))
        if active.person is None and person.holds(roles) and not other_side:
            active.person = person.name


def perform_in_chain(run: Run, opening: Opening, active: Active, person: Person | None) -> None:
    if opening.kind == "recall":
        approvals.end(run, active, "rejected")
    elif opening.kind == "reject":
        approvals.reject(run, active)
    else:
        assert person is not None
        from tests.reference.openings import around

        approvals.approve(run, active, person, approvals.may_sign(run, active, person, around(run, active)))


def perform_in_handoff(run: Run, kind: str, active: Active, score: int | None, date: int | None) -> None:
    if kind == "agree":
        active.agreed = True
    elif kind == "promise":
        handoffs.promise(run, active, date)
    elif kind == "deliver":
        handoffs.deliver(run, active)
    elif kind == "accept":
        handoffs.accept(run, active, score)
    elif kind == "reject":
        handoffs.reject(run, active)
    else:
        handoffs.end(run, active, {"decline": "declined", "cancel": "cancelled"}[kind])

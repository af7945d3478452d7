"""The figures of a company in one frozen report, from its model alone."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.analysis.performance.costs import Cost, costs
from crmdsl.analysis.performance.leadtime import Lead, Leads
from crmdsl.analysis.performance.load import Load, loads
from crmdsl.analysis.performance.profiles import Profile, Work, profiles
from crmdsl.analysis.performance.relief import Relief, Reliefs
from crmdsl.analysis.performance.times import Time
from crmdsl.analysis.performance.waiting import Waiting, waitings
from crmdsl.ir.operations.week import MINUTES, NEVER, Week
from crmdsl.ir.program import Program
from crmdsl.model.processes import ApprovalStep, HandoffStep, Step, TimedStep
from crmdsl.model.values import Duration


@dataclass(frozen=True, slots=True)
class RoleFigures:
    """A role with work: its load and its queue."""

    role: str
    load: Load
    waiting: Waiting

    @property
    def grows(self) -> float:
        """Hours of work a week by which its queue grows; 0 where it does not."""
        return 0.0 if self.waiting.queue.stable else max(0.0, self.load.hours - self.load.capacity.hours)


@dataclass(frozen=True, slots=True)
class StepFigures:
    """A time limit of a step and the chance to keep it. `key` is `within` or `deliver`; `time` is of one visit."""

    process: str
    place: str
    key: str
    limit: Duration
    time: Time
    kept: float


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """Where the cases of a process wait: at a place, for a role (`""` is somebody outside), hours a case."""

    place: str
    role: str
    hours: float


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """A process: its demand, how long a case that succeeds takes, what a case costs. Hours are the company's."""

    process: str
    outside: float
    cases: float
    profile: Profile
    lead: Time
    touch: float
    cost: Cost
    promise: Duration | None
    kept: float | None
    waits: tuple[WaitFigures, ...]

    @property
    def efficiency(self) -> float:
        """The share of the lead time in which somebody works on the case; 0 where it has no end."""
        return self.touch / self.lead.mean if self.lead.mean and not self.lead.endless else 0.0


@dataclass(frozen=True, slots=True)
class Performance:
    """What a company can do by its model. `left_out` are processes that cannot be reckoned."""

    week: Week
    currency: str
    roles: tuple[RoleFigures, ...]
    processes: tuple[ProcessFigures, ...]
    limits: tuple[StepFigures, ...]
    reliefs: tuple[Relief, ...]
    left_out: tuple[str, ...]
    growing: str
    guessed: tuple[str, ...]
    """Roles with work of which nobody says how many persons they have; one is counted."""


def analyze(program: Program) -> Performance:
    """The figures of a checked spec."""
    spec = program.spec
    known = profiles(program.resolved)
    load = loads(program.resolved)
    waits = waitings(known, load)
    leads = Leads(known, waits)
    cost = costs(known)
    processes = []
    for name, profile in known.found.items():
        lead = leads.of(name)
        promise = spec.processes[name].promise
        processes.append(
            ProcessFigures(
                name, load.demand.outside.get(name, 0.0), load.demand.total.get(name, 0.0), profile, lead.time,
                _touch(leads, lead), cost[name], promise,
                lead.time.within(_hours(promise, leads.week)) if promise and lead.time.mean else None,
                _waits(leads, lead, waits),
            )
        )  # fmt: skip
    roles = tuple(
        RoleFigures(role, one, waits[role])
        for role, one in sorted(load.roles.items(), key=lambda item: (-item[1].utilisation, item[0]))
    )
    return Performance(
        leads.week, spec.company.currency if spec.company else "", roles, tuple(processes), tuple(_limits(leads)),
        tuple(Reliefs(load, leads, waits).all()), tuple(n for n in spec.processes if n not in known.found),
        load.demand.growing, tuple(role for role, one in load.roles.items() if not one.capacity.known),
    )  # fmt: skip


def _hours(duration: Duration, week: Week) -> float:
    """A duration in hours of the company's calendar."""
    share = week.open / MINUTES if duration.elapsed else 1
    return duration.total_minutes(week.day) / 60 * share


def _touch(leads: Leads, lead: Lead) -> float:
    """Hours of work on the way of a case that succeeds, on the company's calendar."""
    found = 0.0
    for place, often in lead.often.items():
        work = leads.works.get(place)
        if work is not None and work.roles:
            whole = sum(share for _, share in work.roles)
            scale = sum(share * leads.scale(role) for role, share in work.roles) / whole
            found += often * work.minutes / 60 * scale
    return found


def _waits(leads: Leads, lead: Lead, waits: dict[str, Waiting]) -> tuple[WaitFigures, ...]:
    """Where a case waits, longest first."""
    found = [WaitFigures(place, "", hours) for place, hours in lead.outside.items() if hours]
    for place, often in lead.often.items():
        work = leads.works.get(place)
        if work is None or not work.minutes:
            continue
        whole = sum(share for _, share in work.roles)
        for role, share in work.roles:
            if role in waits and share:
                hours = often * share / whole * waits[role].queue.wait * leads.scale(role)
                found.append(WaitFigures(place, role, hours))
    return tuple(sorted(found, key=lambda one: (-one.hours, one.place, one.role)))


def _limits(leads: Leads) -> list[StepFigures]:
    """Every `within` and `deliver`, with the chance to keep it."""
    spec, found = leads.spec, []
    for name in leads.profiles.found:
        for path, step in spec.processes[name].all_steps.items():
            place = f"{name}.{path}"
            if place in leads.steps:
                found += [*_of_step(leads, name, path, step, leads.steps[place])]
    return found


def _of_step(leads: Leads, process: str, path: str, step: Step, time: Time) -> list[StepFigures]:
    found = []
    if isinstance(step, TimedStep) and step.within and time.mean:
        limit = _on(leads, step.within, f"{process}.{path}")
        found.append(StepFigures(process, path, "within", step.within, time, time.within(limit)))
    if isinstance(step, ApprovalStep) and step.approval:
        for name, level in leads.spec.approvals[step.approval.name].levels.items():
            one = leads.work(f"{process}.{path}.{name}").time
            if level.within and one.mean:
                kept = one.within(_on(leads, level.within, f"{process}.{path}.{name}"))
                found.append(StepFigures(process, f"{path}.{name}", "within", level.within, one, kept))
    if isinstance(step, HandoffStep) and step.handoff:
        handoff = leads.spec.handoffs[step.handoff.name]
        one = leads.work(f"{process}.{path}").time
        if handoff.deliver and one.mean:
            kept = one.within(_on(leads, handoff.deliver, f"{process}.{path}"))
            found.append(StepFigures(process, path, "deliver", handoff.deliver, one, kept))
    return found


def _on(leads: Leads, limit: Duration, place: str) -> float:
    """A limit in hours of the company's calendar, where it runs on that of who works at a place."""
    work: Work | None = leads.works.get(place)
    roles = [role for role, _ in work.roles] if work else []
    calendars = {leads.profiles.capacity[role].week.name for role in roles}
    if limit.elapsed or len(calendars) != 1:
        return _hours(limit, leads.week)
    week = leads.profiles.weeks.get(next(iter(calendars)), NEVER)
    return limit.total_minutes(week.day) / 60 * leads.scale(roles[0])

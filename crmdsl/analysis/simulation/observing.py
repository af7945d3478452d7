"""What is seen of a company at work, from the end of the warm-up to the end of the simulation.

Times are open seconds of the company's calendar unless said. What somebody waits for is told apart by its cause; the
mean of a queue is counted in two ways, by its length over time and by what waits, and both must agree (Little's law).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from crmdsl.analysis.simulation.worktime import OpenHours, both

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Course
    from crmdsl.analysis.simulation.limits import Limits
    from crmdsl.analysis.simulation.work import Item, Staff, Worker
    from crmdsl.model.spec import Spec

NOBODY_FREE, NOBODY_ON_DUTY, CUSTOMER, OUTSIDE, BATCHING = CAUSES = (
    "nobody_free", "nobody_on_duty", "customer", "outside_event", "batching",
)  # fmt: skip
WORK = "work"
WEEK = 7 * 86_400


@dataclass(slots=True)
class Line:
    """How many there are of something over time: `area` in seconds of the clock within the window.

    `stays` sums the same time by what is in it. `weeks` are areas by week, `empty` the last instant at which there was
    nothing, `most` the most there was.
    """

    count: int = 0
    last: int = 0
    area: int = 0
    stays: int = 0
    weeks: list[int] = field(default_factory=list)
    empty: int = 0
    most: int = 0


@dataclass(slots=True)
class Waits:
    """Waits for work at a place or by a role: how many, and seconds by cause."""

    count: int = 0
    seconds: Counter[str] = field(default_factory=Counter)


class Ended(NamedTuple):
    """A case that ended in the window; times in open seconds of the company, `clock` in those of the clock."""

    process: str
    channel: str
    lead: int
    clock: int
    success: bool
    kept: bool
    first_time: bool
    cost: float
    tally: dict[str, int]
    at: int
    course: Course


class Held(NamedTuple):
    """A chain or handoff that was run, from `since` to `at`: how long it took, whether in time, and right at once.

    `delivered` tells that there was something to accept; a chain always comes to a decision. `success` is that it was
    approved or accepted, `score` what the internal customer gave.
    """

    kind: str
    name: str
    step: str
    lead: int
    in_time: bool
    right: bool
    delivered: bool
    success: bool
    score: int | None
    since: int
    at: int
    course: Course


class Piece(NamedTuple):
    """A piece of work that somebody has done: how long it waited for him, and what it took: `spent` of the company's
    time, `worked` of his own."""

    role: str
    person: str
    kind: str
    step: str
    begun: int
    at: int
    waited: int
    spent: int
    worked: int
    cost: float
    in_time: bool
    course: Course


class Observer:
    """Counts what happens."""

    def __init__(self, spec: Spec, staff: Staff, limits: Limits, begins: int, end: int) -> None:
        self.spec = spec
        self.staff = staff
        self.limits = limits
        self.company = staff.calendars.company
        self.begins, self.end = begins, end
        self.cases: dict[str, Line] = {}
        self.queues: dict[str, Line] = {}
        self.waiting: dict[tuple[str, str], Waits] = {}
        """(process.step, role) -> what waited there for it."""
        self.worked: Counter[str] = Counter()
        self.pieces: Counter[str] = Counter()
        self.ended_cases: list[Ended] = []
        self.held: list[Held] = []
        self.done: list[Piece] = []
        """What people have done, where a key figure asks for it."""
        self.keeps = bool(spec.kpis)
        self.started: Counter[tuple[str, str]] = Counter()
        self.effects: Counter[tuple[str, str]] = Counter()
        self.late: Counter[tuple[str, str]] = Counter()
        self.due: Counter[tuple[str, str]] = Counter()
        self.refusals: Counter[tuple[str, str]] = Counter()
        self.open: dict[int, Course] = {}
        self._shared: dict[int, OpenHours] = {}
        self._waiting: dict[int, Item] = {}
        self._working: dict[int, Item] = {}

    def counts(self, now: int) -> bool:
        """Whether an instant counts."""
        return self.begins <= now <= self.end

    # lines over time

    def _line(self, lines: dict[str, Line], name: str) -> Line:
        if name not in lines:
            lines[name] = Line(last=self.begins, empty=self.begins)
        return lines[name]

    def _step(self, line: Line, now: int, by: int) -> None:
        if now > line.last:
            self._until(line, now)
        line.count += by
        if line.count > line.most:
            line.most = line.count
        if not line.count:
            line.empty = now

    def _until(self, line: Line, now: int) -> None:
        """Count the time since the last change."""
        start, end = max(line.last, self.begins), min(now, self.end)
        if line.count and end > start:
            line.area += line.count * (end - start)
            while start < end:
                week = (start - self.begins) // WEEK
                upto = min(end, self.begins + (week + 1) * WEEK)
                line.weeks.extend([0] * (week + 1 - len(line.weeks)))
                line.weeks[week] += line.count * (upto - start)
                start = upto
        line.last = max(line.last, now)

    def _stayed(self, line: Line, since: int, now: int) -> None:
        line.stays += max(0, min(now, self.end) - max(since, self.begins))

    # cases

    def arrived(self, course: Course, now: int) -> None:
        """A case has started."""
        self._step(self._line(self.cases, course.process), now, 1)
        self.open[id(course)] = course
        if self.counts(now) and not course.lay:
            self.started[course.process, course.channel] += 1

    def ended(self, course: Course, case: Any, now: int) -> None:
        """A case has ended."""
        line = self._line(self.cases, course.process)
        self._step(line, now, -1)
        self._stayed(line, course.born, now)
        self.open.pop(id(course), None)
        if course.lay or not self.counts(now):  # nobody knows when that case began, nor what it has cost
            return
        machine = course.cls.MACHINE
        kept = True
        if machine.promise is not None:
            kept = self.limits.due(machine.promise, course.born) >= now
        tally = course.tally
        self.ended_cases.append(
            Ended(
                course.process,
                course.channel,
                self.company.between(course.born, now),
                now - course.born,
                case.ended == "success",
                kept,
                not tally.get("again"),
                tally.get("cost", 0) / 3600,
                tally,
                now,
                course,
            )
        )

    def inside(self, course: Course, root: Any, now: int) -> None:
        """Which chains, handoffs and ended branches a case is in after something has happened to it."""
        found: dict[str, tuple[int, int, str]] = {}
        if root is None or not (root.children or root.data is not None):
            if not course.inside:
                return
            root = None
        for token in root.walk() if root is not None else ():
            node, data = token.node, token.data
            if data is not None:
                found[node.step.name] = data.since, getattr(data, "rejects", 0), node.local
            elif token.parent is not None and not token.children and hasattr(node, "success"):
                found[f"={node.name}"] = token.since, 0, ""
        for name, (since, rejects, local) in course.inside.items():
            if name not in found or found[name][0] != since:
                self._left(course, name, since, rejects, local, now)
        course.inside = found

    def _left(self, course: Course, name: str, since: int, rejects: int, local: str, now: int) -> None:
        lasted = self.company.between(since, now)
        if name.startswith("="):
            course.tally[BATCHING] = course.tally.get(BATCHING, 0) + lasted
            return
        step = course.cls.MACHINE.nodes[name]
        missed = name in course.missed
        course.missed.discard(name)
        if rejects:
            course.tally["again"] = 1
        if not self.counts(now):
            return
        deed = course.deeds[-1] if course.deeds else None
        before, _, act = deed.event.rpartition(".") if deed is not None else ("", "", "")
        handoff, turned = hasattr(step, "agreement"), f"{before}.reject" if before else "reject"
        delivered = not handoff or local == "delivered"
        again = rejects or any(one.event == turned and one.at >= since for one in course.deeds)
        success = act == "approve" if not handoff else delivered and act != "reject"
        self.held.append(Held(
            "handoff" if handoff else "approval", step.agreement.name if handoff else step.chain.name, name, lasted,
            not missed, not again, delivered, success, deed.score if deed is not None and handoff else None,
            since, now, course,
        ))  # fmt: skip

    # work

    def waits(self, item: Item, now: int) -> None:
        """A piece of work waits; what comes from outside is no queue."""
        self._waiting[id(item)] = item
        if item.kind != "wait":
            self._step(self._line(self.queues, item.pool), now, 1)

    def begins_work(self, item: Item, worker: Worker, now: int) -> None:
        """Somebody takes it in hand."""
        self._leaves(item, now)
        self._working[id(item)] = item
        shares = self.split(item, now)
        item.waited = shares.get(NOBODY_FREE, 0) + shares.get(NOBODY_ON_DUTY, 0)
        tally = item.course.tally
        for cause, seconds in shares.items():
            tally[cause] = tally.get(cause, 0) + seconds
        if self.counts(now):
            waits = self._waits((item.place.name, worker.role))
            waits.count += 1
            for cause, seconds in shares.items():
                waits.seconds[cause] += seconds

    def _waits(self, where: tuple[str, str]) -> Waits:
        if where not in self.waiting:
            self.waiting[where] = Waits()
        return self.waiting[where]

    def split(self, item: Item, now: int) -> dict[str, int]:
        """How long a piece of work has waited, by cause."""
        if now <= item.since:
            return {}
        if item.kind in ("verify", "cancel"):
            return {CUSTOMER: self.company.between(item.since, now)}
        pool = self.staff.calendars.pool(item.workers)
        whole = self.company.between(item.since, now)
        if pool is self.company:
            return {NOBODY_FREE: whole, NOBODY_ON_DUTY: 0}
        if id(pool) not in self._shared:
            self._shared[id(pool)] = both(self.company, pool)
        off = whole - self._shared[id(pool)].between(item.since, now)
        return {NOBODY_FREE: pool.between(item.since, now), NOBODY_ON_DUTY: off}

    def _leaves(self, item: Item, now: int) -> None:
        if self._waiting.pop(id(item), None) is not None and item.kind != "wait":
            line = self._line(self.queues, item.pool)
            self._step(line, now, -1)
            if now > item.since:
                self._stayed(line, item.since, now)

    def finished(self, item: Item, now: int) -> None:
        """A piece of work is done, or given up."""
        worker = item.worker
        if self._working.pop(id(item), None) is None or worker is None:
            return
        tally = item.course.tally
        spent = self.company.between(item.begun, now)
        if worker.outside:
            tally[CUSTOMER] = tally.get(CUSTOMER, 0) + spent
            return
        hours = spent if worker.hours is self.company else worker.hours.between(item.begun, now)
        seconds = round(hours * worker.speed)
        tally[WORK] = tally.get(WORK, 0) + spent
        role = self.spec.roles.get(worker.role)
        rate = (role.hourly_cost or 0) if role else 0
        cost = seconds * rate + 3600 * item.place.cost
        tally["cost"] = tally.get("cost", 0) + cost
        start, end = max(item.begun, self.begins), min(now, self.end)
        if end > start:
            whole = start == item.begun and end == now
            self.worked[worker.role] += seconds if whole else round(worker.hours.between(start, end) * worker.speed)
        if self.counts(now):
            self.pieces[worker.role] += 1
            if self.keeps:
                self._keep(item, worker, (spent, seconds), cost / 3600, now)

    def _keep(self, item: Item, worker: Worker, took: tuple[int, int], cost: float, now: int) -> None:
        """Note what somebody has done."""
        step = item.node.step.name if hasattr(item.node, "step") else item.node.name
        in_time = step not in item.course.missed
        if item.kind == "task":
            item.course.missed.discard(step)
        self.done.append(Piece(
            worker.role, worker.name, item.kind, step, item.begun, now, item.waited, *took, cost, in_time, item.course
        ))  # fmt: skip

    def dropped(self, item: Item, now: int) -> None:
        """A piece of work that nobody needs any more."""
        self._leaves(item, now)
        if item.kind == "wait":
            self.came(item, now)
        self.finished(item, now)

    def came(self, item: Item, now: int) -> None:
        """What a wait waited for has come, or is waited for no longer."""
        self._waiting.pop(id(item), None)
        lasted = self.company.between(item.since, now)
        roles = item.node.roles
        cause = CUSTOMER if roles is not None and self._outside(roles.names) else OUTSIDE
        item.course.tally[cause] = item.course.tally.get(cause, 0) + lasted
        if self.counts(now):
            waits = self._waits((item.place.name, ""))
            waits.count += 1
            waits.seconds[cause] += lasted

    def _outside(self, names: tuple[str, ...]) -> bool:
        return all(self.spec.roles[name].external for name in names)

    # what else happens

    def overdue(self, course: Course, due: Any) -> None:
        """A time limit passes."""
        node = due.token.node
        course.missed.add(node.step.name if hasattr(node, "step") else node.name)
        if due.timer.kind != "timeout":
            course.tally["late"] = 1
        if self.counts(due.at):
            self.late[f"{course.process}.{due.node.name}", due.timer.kind] += 1

    def effect(self, course: Course, kind: str) -> None:
        """A case has reminded, escalated, told or emitted something."""
        self.effects[course.process, kind] += 1

    def refused(self, place: Any, refusal: Any) -> None:
        """The machine has refused an act."""
        self.refusals[place.name, refusal.rule] += 1

    def close(self, now: int) -> None:
        """The end: what is still waiting or being worked on counts up to here."""
        for item in list(self._waiting.values()):
            if item.kind != "wait":
                line = self._line(self.queues, item.pool)
                self._until(line, now)
                self._stayed(line, item.since, now)
        for item in list(self._working.values()):
            worker = item.worker
            start, end = max(item.begun, self.begins), min(now, self.end)
            if worker is not None and not worker.outside and end > start:
                self.worked[worker.role] += round(worker.hours.between(start, end) * worker.speed)
        for course in self.open.values():
            line = self._line(self.cases, course.process)
            self._stayed(line, course.born, now)
        for line in (*self.queues.values(), *self.cases.values()):
            self._until(line, now)

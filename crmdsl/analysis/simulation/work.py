"""Work that waits for people, and people who do it: queues by role, served by priority and in the order of arrival.

Whoever holds a role does one thing at a time for it, at the speed of the share of his time that he has for it: an hour
of work takes two of somebody who has half of his calendar. He may have several things in hand for several roles as
long as that is no more than his whole time. He works in his open hours alone, and takes what he has begun up again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.worktime import NEVER, OpenHours, either, open_hours
from crmdsl.ir.calendar import compile_calendar
from crmdsl.ir.operations.staffing import capacities
from crmdsl.ir.operations.week import companys

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Course

WAITING, WORKING, OVER = range(3)
_SLACK = 1e-9


class Worker:
    """Somebody in one of his roles. `speed` is the share of his time that he has for it; `outside` he is as many as it
    takes."""

    __slots__ = ("hours", "human", "idle", "index", "item", "name", "outside", "person", "queue", "role", "speed")

    def __init__(
        self, index: int, person: Any, role: str, speed: float, hours: OpenHours, human: list[float], outside: bool
    ) -> None:
        self.index = index
        self.person = person
        self.name: str = person.name
        self.role = role
        self.speed = speed
        self.hours = hours
        self.human = human
        """How much of his time he is using, shared with his other roles."""
        self.outside = outside
        self.item: Item | None = None
        self.idle = 0
        self.queue: list[tuple[int, int, int, Item]] = []


class Item:
    """A piece of work for one of some people: `seconds` of it, waiting since `since`, `rank` by its priority (0 first).

    `also` are pieces of the same level, which somebody else has to do. `pool` are the roles that it is told to wait
    for. A `kind` is `task level deliver decline cancel verify anytime`, or what needs nobody: `wait`, `part`.
    """

    __slots__ = (
        "also", "begun", "by_role", "course", "done", "entered", "kind", "late", "node", "outcome", "place", "pool",
        "rank", "refused", "seconds", "seq", "since", "state", "status", "visit", "waited", "worker", "workers",
    )  # fmt: skip

    def __init__(self, course: Course, kind: str, node: Any, since: int, seq: int) -> None:
        self.course = course
        self.kind = kind
        self.node = node
        self.state: str = node.name
        self.entered = since
        self.since = since
        self.seq = seq
        self.place: Any = None
        self.outcome = ""
        self.seconds = 0
        self.rank = 0
        self.pool = ""
        self.workers: tuple[Worker, ...] = ()
        self.by_role = True
        """Whether everybody in the roles of the workers may do it, so that it waits in the queues of roles."""
        self.status = WAITING
        self.worker: Worker | None = None
        self.begun = -1
        self.done = NEVER
        self.also: list[Item] = []
        self.late: object = None
        self.visit = 0
        self.waited = 0
        """How long it has waited for whoever has it in hand, in seconds of the company's."""
        self.refused: set[str] = set()
        """Names of those to whom the machine has refused it."""


class Staff:
    """Everybody who works, and what waits for them. `begin` is called with whatever somebody takes in hand."""

    def __init__(self, compiled: Compiled, first: date, last: date, begin: Callable[[Item, Worker, int], None]) -> None:
        self.begin = begin
        self.structure = compiled.structure
        spec = compiled.spec
        self.calendars = Calendars(compiled, first, last)
        self.workers: list[Worker] = []
        self.by_role: dict[str, list[Worker]] = {role: [] for role in spec.roles}
        self.by_person: dict[str, list[Worker]] = {}
        self.queues: dict[str, list[tuple[int, int, int, Item]]] = {role: [] for role in spec.roles}
        self.passing: list[Item] = []
        """Work that takes no time and finds nobody on duty."""
        self.found: dict[int, tuple[Worker, ...]] = {}
        capacity = capacities(spec)
        for person in compiled.organisation.people:
            human = [0.0]
            for role in person.roles:
                one = capacity[role]
                calendar = one.week.name or companys(spec)
                hours = self.calendars.of(calendar, person)
                worker = Worker(len(self.workers), person, role, one.availability, hours, human, one.external)
                self.workers.append(worker)
                self.by_role[role].append(worker)
                self.by_person.setdefault(person.name, []).append(worker)

    def holding(self, mask: int) -> tuple[Worker, ...]:
        """The workers of the roles of a mask."""
        if mask not in self.found:
            self.found[mask] = tuple(one for one in self.workers if self.structure.bits[one.role] & mask)
        return self.found[mask]

    def of(self, persons: Iterable[Any], mask: int) -> tuple[Worker, ...]:
        """The workers that some persons are: in a role of the mask, else in any of theirs."""
        found = []
        for person in persons:
            mine = self.by_person.get(person.name, [])
            if mine:
                found.append(next((one for one in mine if self.structure.bits[one.role] & mask), mine[0]))
        return tuple(found)

    def openings(self) -> dict[int, tuple[OpenHours, list[Worker]]]:
        """The different hours of the workers, with those who keep them."""
        found: dict[int, tuple[OpenHours, list[Worker]]] = {}
        for worker in self.workers:
            found.setdefault(id(worker.hours), (worker.hours, []))[1].append(worker)
        return found

    def offer(self, item: Item, now: int) -> None:
        """Give a piece of work to whoever is free for it, longest idle first, else let it wait."""
        best: Worker | None = None
        for worker in item.workers:
            if worker.outside:
                best = worker
                break
            if item.seconds and (worker.item is not None or worker.human[0] + worker.speed > 1 + _SLACK):
                continue
            if (best is None or (worker.idle, worker.index) < (best.idle, best.index)) and worker.hours.is_open(now):
                best = worker
                if not item.seconds:
                    break
        if best is not None and (best.speed > 0 or not item.seconds):
            self.take(item, best, now)
            return
        self.queue(item)

    def queue(self, item: Item) -> None:
        """Let a piece of work wait for its workers."""
        if not item.seconds:
            if item not in self.passing:
                self.passing.append(item)
            return
        entry = (item.rank, item.since, item.seq, item)
        if item.by_role:
            for role in dict.fromkeys(worker.role for worker in item.workers):
                heappush(self.queues[role], entry)
        else:
            for worker in item.workers:
                heappush(worker.queue, entry)

    def take(self, item: Item, worker: Worker, now: int) -> None:
        """Put a piece of work into somebody's hands."""
        item.status, item.worker, item.begun = WORKING, worker, now
        if item.seconds and not worker.outside:
            worker.item = item
            worker.human[0] += worker.speed
        self.begin(item, worker, now)

    def free(self, item: Item, now: int) -> Worker | None:
        """Whoever had a piece of work in hand has it no longer."""
        worker, item.status = item.worker, OVER
        if worker is None or worker.item is not item:
            return None
        worker.item, worker.idle = None, now
        worker.human[0] = max(0.0, worker.human[0] - worker.speed)
        return worker

    def next_for(self, worker: Worker, now: int) -> None:
        """Let somebody who is free take what waits longest for him."""
        for one in self.by_person[worker.name]:
            able = one.item is None and one.speed > 0 and one.human[0] + one.speed <= 1 + _SLACK
            item = self._first(one) if able and one.hours.is_open(now) else None
            if item is not None:
                self.take(item, one, now)

    @staticmethod
    def _may_take(worker: Worker, item: Item) -> bool:
        """Whether work is still for somebody: not if he has another signature of the same level."""
        if item.status != WAITING or worker not in item.workers:
            return False
        return not any(one.worker is not None and one.worker.name == worker.name for one in item.also)

    def _first(self, worker: Worker) -> Item | None:
        """The first piece of work that waits for somebody."""
        best: list[tuple[int, int, int, Item]] | None = None
        for queue in (self.queues[worker.role], worker.queue):
            while queue and not self._may_take(worker, queue[0][3]):
                heappop(queue)
            if queue and (best is None or queue[0][:3] < best[0][:3]):
                best = queue
        return heappop(best)[3] if best else None


class Calendars:
    """The open hours of the company, of its calendars and of people, from one day to another."""

    def __init__(self, compiled: Compiled, first: date, last: date) -> None:
        self.spec = compiled.spec
        self.zone = compiled.clock.zone
        self.first, self.last = first, last
        self._tables = {name: compile_calendar(calendar) for name, calendar in self.spec.calendars.items()}
        self._hours: dict[str, OpenHours] = {}
        self._pools: dict[tuple[int, ...], OpenHours] = {}
        self.company = self.of(companys(self.spec))

    def of(self, name: str, person: Any = None) -> OpenHours:
        """The hours of a calendar; without the days on which somebody is absent."""
        if person is not None and person.absent:
            return open_hours(self.zone, self._tables[name], self.first, self.last, person.is_absent)
        if name not in self._hours:
            self._hours[name] = open_hours(self.zone, self._tables[name], self.first, self.last)
        return self._hours[name]

    def pool(self, workers: Iterable[Worker]) -> OpenHours:
        """The hours in which somebody of some is on duty."""
        hours = {id(worker.hours): worker.hours for worker in workers}
        if len(hours) == 1:
            return next(iter(hours.values()))
        key = tuple(sorted(hours))
        if key not in self._pools:
            self._pools[key] = either(list(hours.values()))
        return self._pools[key]

    def day(self, at: int) -> date:
        """The local day of an instant."""
        return self.zone.day(at)

    def local(self, at: int) -> datetime:
        """The local time of an instant, without a zone."""
        return datetime(*self.zone.local(at))  # noqa: DTZ001 - the company's local time

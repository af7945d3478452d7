"""The company at work: what happens next, who takes what in hand, and what becomes of it on the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from heapq import heappop, heappush
from math import log1p
from typing import Any

from crmdsl.analysis.simulation.acting import Acting
from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.course import Course
from crmdsl.analysis.simulation.draws import Draws, number
from crmdsl.analysis.simulation.facts import Facts
from crmdsl.analysis.simulation.limits import Limits
from crmdsl.analysis.simulation.moving import Mover
from crmdsl.analysis.simulation.observing import Observer
from crmdsl.analysis.simulation.places import Places
from crmdsl.analysis.simulation.routes import DOOM, TIME
from crmdsl.analysis.simulation.settings import Settings
from crmdsl.analysis.simulation.work import OVER, Item, Staff, Worker
from crmdsl.analysis.simulation.worktime import NEVER

DAY = 86_400
_WHOLE = 10_000
_LONG = 100
"""Deeds of a case from which one more, for which the machine looks through all of them, counts as several events."""


class Engine:
    """One replication, which `run` makes. What is seen goes to the observer; `courses` keep all cases."""

    def __init__(self, compiled: Compiled, settings: Settings, replication: int) -> None:
        self.compiled = compiled
        self.spec = compiled.spec
        self.settings = settings
        self.draws = Draws(settings.seed, replication)
        self.places = Places(compiled)
        self.mover = Mover(compiled, self.places, self.draws, Facts(compiled))
        self.now = settings.start
        self.begins = settings.start + (settings.warm_up or 0) * DAY
        self.end = self.begins + settings.days * DAY
        zone = compiled.clock.zone
        first, last = zone.day(settings.start) - timedelta(1), zone.day(self.end) + timedelta(1)
        self.staff = Staff(compiled, first, last, self._begin)
        self.limits = Limits(compiled, first, last)
        self.watch = Observer(self.spec, self.staff, self.limits, self.begins, self.end)
        self.acting = Acting(self)
        self.courses: list[Course] = []
        self.counts: Counter[str] = Counter()
        self.stuck: Counter[tuple[str, str, str]] = Counter()
        self.agenda: list[tuple[int, int, Callable[..., None], Any]] = []
        self.steps = 0
        self.exhausted = False
        self._number = 0
        self._lasted: dict[tuple[str, bool], tuple[int, float]] = {}
        """A process, as a part of others or not -> how often it has ended by itself, and the seconds it took in all."""

    # what happens next

    def at(self, when: int, what: Callable[..., None], whom: Any = None) -> None:
        """Put something on the agenda; what comes after the end does not happen."""
        if when <= self.end:
            self._number += 1
            heappush(self.agenda, (when, self._number, what, whom))

    def run(self) -> None:
        """Let everything happen up to the end, or as much as the budget of events allows."""
        self._backlog()
        self._sources()
        for hours, workers in self.staff.openings().values():
            self.at(hours.next_start(self.now - 1), self._opening, (hours, workers))
        agenda, limit = self.agenda, self.settings.events
        while agenda:
            self.now, _, what, whom = heappop(agenda)
            what(whom)
            self.steps += 1
            if self.steps >= limit:
                self.exhausted = bool(agenda)
                break
        else:
            self.now = self.end
        self.watch.close(self.now)

    def _backlog(self) -> None:
        """Let the cases be there that have not been worked off: at the start of their process, or at a step of it."""
        for name, count in self.settings.backlog.items():
            process, _, place = name.partition(".")
            if place:
                from crmdsl.analysis.simulation.lying import lie

                lie(self, process, place, count)
                continue
            for _ in range(count):
                self.arrive(name, "backlog")

    def _sources(self) -> None:
        """Let the first case of every source arrive."""
        week = self.places.weeks[self.staff.calendars.spec.company.calendar.name]  # type: ignore[union-attr]
        sources = [(f"process {name}", name, "", one.arrivals) for name, one in self.spec.processes.items()]
        sources += [
            (f"channel {name}", one.feeds.name, name, one.volume)
            for name, one in self.spec.channels.items()
            if one.feeds is not None
        ]
        for source, process, channel, rate in sources:
            if rate is not None and week.open and process in self.compiled.processes:
                each = week.rate(rate) / (week.open * 60)
                if each > 0:
                    self._await((source, process, channel, each, 0, self.now))

    def _await(self, source: tuple[str, str, str, float, int, int]) -> None:
        name, process, channel, each, count, last = source
        gap = -log1p(-self.draws.uniform(self.draws.root, number(name), count, TIME)) / each
        when = self.staff.calendars.company.add(last, max(1, round(gap)))
        self.at(when, self._arrival, (name, process, channel, each, count + 1, when))

    def _arrival(self, source: tuple[str, str, str, float, int, int]) -> None:
        self._await(source)
        self.arrive(source[1], source[2], self.draws.case(source[0], source[4]))

    # cases

    def arrive(
        self, process: str, channel: str = "", key: int | None = None, record: Any = None, supplies: Any = None
    ) -> None:
        """Start a case now; about a record, if there is one already."""
        self.counts[process] += 1
        count = self.counts[process]
        cls = self.compiled.processes[process]
        key = self.draws.case(f"{channel} {process}", count) if key is None else key
        if record is None:
            record = self.mover.facts.start(cls.MACHINE.record().entity, self.draws, key)
        course = Course(cls, key, count, self.now, record, channel)
        course.supplies = supplies
        refusal = self.mover.start(course)
        if refusal is not None:
            self.stopped(course, process, refusal)
            self._supplied(course)
            return
        self.courses.append(course)
        self.watch.arrived(course, self.now)
        self._doom(course, "", process, self.now, course.key)
        self.settle(course)

    def stopped(self, course: Course, place: str, refusal: Any) -> None:
        """Note that a case cannot go on: the place, the rule and what it says."""
        self.stuck[f"{course.process}.{place}", refusal.rule, refusal.place] += 1

    def _doom(self, course: Course, part: str, process: str, since: int, *address: int) -> None:
        """Draw whether an outcome of `anytime` will end a case, or a process that runs as a part of it, and when."""
        for name, outcome in self.spec.processes[process].anytime.items():
            share = (outcome.chance or 0) / _WHOLE
            if share and self.draws.uniform(*address, number(name), DOOM) < share:
                course.doomed[part] = name
                count, seconds = self._lasted.get((process, bool(part)), (0, 0.0))
                if count:
                    later = round(self.draws.uniform(*address, number(name), TIME) * seconds / count)
                    self.at(self.now + later, self._ends_early, (course, part, since))
                return

    def _ends_early(self, doomed: tuple[Course, str, int]) -> None:
        course, part, since = doomed
        if course.doomed.get(part) and course.parts.get(part, course.born) == since and not course.case.ended:
            self.acting.anytime(course, part)

    def _parts(self, course: Course, root: Any) -> None:
        """Note which processes run as parts of a case; of one that has just begun it is drawn whether it ends early."""
        found: dict[str, int] = {}
        for token in root.walk() if root.children else ():
            if not isinstance(token.node, self.compiled.shapes.Call):
                continue
            name, process = token.node.name, token.node.inner.process.name
            found[name] = token.since
            if course.parts.get(name) != token.since:
                course.doomed.pop(name, None)
                visit = course.visits[number(name)] = course.visits.get(number(name), 0) + 1
                self._doom(course, name, process, token.since, course.key, number(name), visit)
        for name, since in course.parts.items():
            if found.get(name) != since and course.doomed.pop(name, None) is None:
                process = course.cls.MACHINE.nodes[name].inner.process.name
                count, seconds = self._lasted.get((process, True), (0, 0.0))
                self._lasted[process, True] = count + 1, seconds + self.now - since
        course.parts = found

    def settle(self, course: Course) -> None:
        """After something has happened to a case: what it opened, and how it goes on."""
        self.steps += len(course.deeds) // _LONG
        case = course.case
        for effect in case.effects:
            self.acting.effect(course, effect)
        self.go_on(course)

    def go_on(self, course: Course) -> None:
        """What waits now in a case, and what falls due next."""
        case, root = course.case, self.compiled.root(course)
        if self.acting.over(root):
            self.watch.inside(course, None, self.now)
            self.acting.reconcile(course, ())
            self._parts(course, root)
            course.due = NEVER
            self._ended(course, case)
            return
        self.watch.inside(course, root, self.now)
        if root.children or course.parts:
            self._parts(course, root)
        self.acting.reconcile(course, root.leaves())
        self._schedule(course, root)

    def _ended(self, course: Course, case: Any) -> None:
        if "" not in course.doomed and not course.lay:
            count, seconds = self._lasted.get((course.process, False), (0, 0.0))
            self._lasted[course.process, False] = count + 1, seconds + self.now - course.born
        self.watch.ended(course, case, self.now)
        self._supplied(course)

    def _supplied(self, course: Course) -> None:
        if course.supplies is not None:
            other, step = course.supplies
            for item in other.items:
                if item.kind == "deliver" and item.node.step.name == step:
                    self.offer(item)

    def _schedule(self, course: Course, root: Any) -> None:
        """Let the next time limit of a case pass in its time; what is on the agenda before looks again."""
        course.due = self.limits.next(root) + 1
        if course.due < course.alarm:
            course.alarm = course.due
            self.at(course.due, self._passes, course)

    def _passes(self, course: Course) -> None:
        if course.alarm != self.now:
            return
        course.alarm = NEVER
        if course.due == self.now:
            self.acting.overdue(course)
        elif course.due < NEVER:
            course.alarm = course.due
            self.at(course.due, self._passes, course)

    # people

    def offer(self, item: Item) -> None:
        """Give work to who is free for it."""
        item.since = self.now
        self.watch.waits(item, self.now)
        self.staff.offer(item, self.now)

    def _begin(self, item: Item, worker: Worker, now: int) -> None:
        """Somebody takes a piece of work in hand."""
        self.watch.begins_work(item, worker, now)
        self.acting.begins(item, worker)
        if item.seconds and worker.speed <= 0:
            return
        item.done = worker.hours.add(now, round(item.seconds / worker.speed)) if item.seconds else now
        self.at(item.done, self._finished, item)

    def _finished(self, item: Item) -> None:
        if item.status == OVER:
            return
        self.watch.finished(item, self.now)
        worker, free = item.worker, self.staff.free(item, self.now)
        if free is not None:
            self.staff.next_for(free, self.now)
        if worker is not None:
            self.acting.finishes(item, worker)

    def drop(self, item: Item) -> None:
        """Work that nobody needs any more: whoever has it in hand is free."""
        if item.status != OVER:
            self.watch.dropped(item, self.now)
            free = self.staff.free(item, self.now)
            if free is not None:
                self.staff.next_for(free, self.now)

    def _opening(self, opened: Any) -> None:
        """Some people come on duty: what could be done in passing is done, who is free takes what waits."""
        hours, workers = opened
        self.at(hours.next_start(self.now), self._opening, opened)
        self.acting.morning()
        passing, self.staff.passing = self.staff.passing, []
        for item in passing:
            if item.status != OVER and item.worker is None:
                self.staff.offer(item, self.now)
        for worker in sorted(workers, key=lambda one: (one.idle, one.index)):
            if worker.item is None:
                self.staff.next_for(worker, self.now)

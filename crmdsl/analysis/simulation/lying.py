"""Cases that lie at a step when a simulation begins: how they have come to it.

Nothing is known of such a case but where it is, so what it was before is made up as chance makes up all others: it
begins, and is driven on by acts of the machine that take no effort, by people who may do them, until it is at the
step. Of the ways that chance draws those count that come there (rejection sampling, Law and Kelton, *Simulation
Modeling and Analysis*, 8.2.4). Time goes by only where a way needs it, such as that of a reminder after thirty days;
the case then began so much earlier that it comes to the step by the first instant, and no limit passes in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

from crmdsl.analysis.simulation.compiled import states_of
from crmdsl.analysis.simulation.course import Course
from crmdsl.analysis.simulation.draws import mixed, number
from crmdsl.analysis.simulation.engine import DAY, Engine
from crmdsl.analysis.simulation.routes import WORK
from crmdsl.analysis.simulation.work import OVER, WAITING, WORKING, Item, Worker
from crmdsl.analysis.simulation.worktime import NEVER
from crmdsl.diagnostics import Message

WAYS = 2_000
"""Ways that are drawn at most until the first leads to the step; for all cases together, `_MORE` each besides."""
_MORE = 20
_PROMPT = 20
"""Ways in vain after which every second one lets the limits pass that lead on by themselves."""
_DEEDS = 400
"""Acts of a way at most."""
_BACK = 400
"""Days before the first instant in which a case can have begun."""
_SHIFTS = 6
"""How often a beginning is moved until the case comes to its step in time."""


class NoWay(Exception):
    """No case comes to a step at which cases are to lie."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def lie(engine: Engine, process: str, place: str, count: int) -> None:
    """Let so many cases of a process lie at one of its steps now. Raises `NoWay` where none comes there."""
    name = f"{process}.{place}"
    cls = engine.compiled.processes.get(process)
    if cls is None or not any(_inside(one, place) for one in cls.MACHINE.nodes):
        raise NoWay(Message("there is no step `{name}` in what is simulated", name=name))
    courses = list(Before(engine, process, place).come(count))
    if not courses and count:
        raise NoWay(
            Message("of {count} ways that chance has drawn none leads a case to `{name}`: "
                    "give the ways to it a `chance`, or name a step before it", name=name, count=WAYS)
        )  # fmt: skip
    for course in courses:
        _goes_on(engine, course, place)


def _goes_on(engine: Engine, course: Course, place: str) -> None:
    """Take over a case at its step: from now on it is like any other, but for what nobody knows of it."""
    engine.counts[course.process] += 1
    course.count, course.lay = engine.counts[course.process], place
    course.items, course.parts, course.inside, course.tally = [], {}, {}, {}
    course.due = course.alarm = NEVER
    engine.courses.append(course)
    engine.watch.arrived(course, engine.now)
    engine.go_on(course)
    fulfilled = {one.node.step.agreement.fulfilled_by for one in course.items if one.kind == "deliver"}
    for effect in course.case.effects:
        if getattr(effect, "process", None) in fulfilled - {None, ""}:
            engine.acting.effect(course, effect)


def _inside(state: str, place: str) -> bool:
    return state == place or state.startswith(place + ".")


class Before(Engine):
    """The time before the first instant, in which one case after the other comes to a step. Nobody has other work."""

    def __init__(self, engine: Engine, process: str, place: str) -> None:
        low = date(engine.compiled.clock.calendar.years[0], 1, 2).toordinal() - date(1970, 1, 1).toordinal()
        self.first_instant = engine.now
        first = max(min(engine.now, low * DAY), engine.now - _BACK * DAY)
        days = (engine.now - first) // DAY + _BACK
        super().__init__(engine.compiled, replace(engine.settings, start=first, days=days, warm_up=0, backlog={}), 0)
        self.mover.facts = engine.mover.facts
        self.keys = engine.draws
        self.process, self.place = process, place
        self.nodes: dict[str, Any] = engine.compiled.processes[process].MACHINE.nodes
        self.lost = self.late = False
        self.hand: Item | None = None
        """The work that is being done."""
        self.coming: list[Item] = []
        """The waits whose event comes."""

    def come(self, count: int) -> Iterator[Course]:
        """So many cases at the step, by the first ways drawn that lead there; fewer than that only if none does.

        Where a step is so rare that not enough ways are found, those found are taken again, each time with other
        chances from there on.
        """
        found: list[tuple[int, bool]] = []
        given = vain = 0
        for way in range(WAYS + _MORE * count):
            if given == count or (way == WAYS and not found):
                break
            key = self.keys.case(f"backlog {self.process}.{self.place}", way)
            self.late = vain >= _PROMPT and way % 2 == 1
            course = self._in_time(key)
            if course is None:
                vain += 1
                continue
            found.append((key, self.late))
            given, vain = given + 1, 0
            yield course
        for again in range(count - given if found else 0):
            key, self.late = found[again % len(found)]
            course = self._in_time(key)
            if course is not None:
                course.key = mixed(key, again)
                yield course

    def _in_time(self, key: int) -> Course | None:
        """A case on its way, begun so that it comes to its step by the first instant."""
        born = self.first_instant
        for _ in range(_SHIFTS):
            course = self._driven(key, born)
            if course is None or self.now <= self.first_instant:
                return course if course is not None and self._rests(course) else None
            born = self._opening_before(born - (self.now - self.first_instant))
            if born <= self.settings.start:
                return None
        return None

    def _rests(self, course: Course) -> bool:
        """Whether no time limit of a case passes before the first instant."""
        return self.limits.next(self.compiled.look(course).root) >= self.first_instant

    def _opening_before(self, at: int) -> int:
        """The instant itself within open hours, else the last opening before it."""
        hours = self.staff.calendars.company
        if hours.is_open(at):
            return at
        return max((one for one in hours.starts if one <= at), default=at)

    def _driven(self, key: int, born: int) -> Course | None:
        """A case begun then, at the step; `None` where its way does not lead there."""
        self.now, self.lost, self.coming = born, False, []
        cls = self.compiled.processes[self.process]
        record = self.mover.facts.start(cls.MACHINE.record().entity, self.draws, key)
        course = Course(cls, key, 0, born, record, "backlog")
        if self.mover.start(course) is not None:
            return None
        self.settle(course)
        for _ in range(_DEEDS):
            if self._arrived(course):
                return course
            if self.lost or not self._still(course) or not (self._acted(course) or self._passed(course)):
                return None
        return None

    def _arrived(self, course: Course) -> bool:
        return any(_inside(state, self.place) for state in states_of(course.case))

    # what a case does on its way

    def _acted(self, course: Course) -> bool:
        """Let the first piece of work be done that leads on; whether there is any."""
        for item in [one for one in course.items if one.status != OVER]:
            if self._beside(item.state) or (self.late and self._leads_on(item)):
                continue
            if item.kind == "wait":
                if item in self.coming:
                    self.acting.arrives(item)
                    return True
                continue
            worker = self._somebody(item)
            if worker is not None:
                self._do(course, item, worker)
                return True
        return False

    def _do(self, course: Course, item: Item, worker: Worker) -> None:
        item.status, item.worker, item.begun, self.hand = WORKING, worker, self.now, item
        self.acting.begins(item, worker)
        if not self._arrived(course):  # with a promise it may have come to its step
            item.status = OVER
            self.acting.finishes(item, worker)

    def _somebody(self, item: Item) -> Worker | None:
        """One of those who may do it, on duty if any of them is."""
        able = [one for one in item.workers if one.name not in item.refused]
        able = [one for one in able if one.hours.is_open(self.now)] or able
        if not able:
            return None
        drawn = self.draws.uniform(item.course.key, item.place.number, item.visit, WORK, number("backlog"))
        return able[int(drawn * len(able))]

    def _passed(self, course: Course) -> bool:
        """Let the next time limit pass; whether there is one."""
        due = self.limits.next(self.compiled.look(course).root) + 1
        if due > self.end:
            return False
        self.now = max(self.now, due)
        before = len(course.deeds)
        self.acting.overdue(course)
        return len(course.deeds) > before

    def _leads_on(self, item: Item) -> bool:
        """Whether a limit that it misses leads on."""
        step = getattr(item.node, "step", item.node)
        timers = (*item.node.timers, *step.timers)
        return any(one.late is not None and one.late.action == "outcome" for one in timers)

    # where the step is

    @cached_property
    def _blocks(self) -> list[tuple[str, str]]:
        """The parallel blocks around the step, each with the branch that leads to it."""
        parts = self.place.split(".")
        names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        block = self.compiled.shapes.Block
        return [(one, two) for one, two in pairwise(names) if isinstance(self.nodes.get(one), block)]

    def _beside(self, state: str) -> bool:
        """Whether a state is in another branch than the step: what is done there does not bring a case to it."""
        return any(_inside(state, block) and not _inside(state, branch) for block, branch in self._blocks)

    @cached_property
    def _leading(self) -> frozenset[str]:
        """The states from which a way may lead to the step: those before it, and all that are in one with them."""
        machine = self.compiled.program.processes[self.process]
        before: dict[str, list[str]] = {}
        for one in machine.transitions:
            if one.kind != "anytime":
                before.setdefault(one.target.split(".")[0], []).append(one.source.split(".")[0])
        found, left = {self.place.split(".")[0]}, [self.place.split(".")[0]]
        while left:
            for name in before.get(left.pop(), ()):
                if name not in found:
                    found.add(name)
                    left.append(name)
        return frozenset(found)

    def _still(self, course: Course) -> bool:
        """Whether the step can still be reached from where a case is."""
        return any(state.split(".")[0] in self._leading for state in states_of(course.case))

    # what an engine does otherwise

    def at(self, when: int, what: Any, whom: Any = None) -> None:
        """Nothing is put off: the event of a wait comes when it is looked for, a promise is made at once."""
        if what == self.acting.arrives:
            self.coming.append(whom)
        elif whom is self.hand and whom is not None:
            what(whom)

    def settle(self, course: Course) -> None:
        """What is to be done on a case now; what it opens and tells is long past."""
        root = self.compiled.look(course).root
        self.acting.reconcile(course, () if self.acting.over(root) else root.leaves())

    def stopped(self, course: Course, place: str, refusal: Any) -> None:
        """The machine refuses all: this way leads nowhere."""
        self.lost = True

    def _begin(self, item: Item, worker: Worker, now: int) -> None:
        """Nobody takes anything in hand by himself."""
        item.status, item.worker = WAITING, None

    def offer(self, item: Item) -> None:
        """Work waits until the case is looked at."""
        item.since = self.now

    def drop(self, item: Item) -> None:
        """Work that nobody needs any more."""
        item.status = OVER

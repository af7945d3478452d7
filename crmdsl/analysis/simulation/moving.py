"""Deeds on the machine: each happens with facts that let the case go the way that chance has drawn for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.course import Course, Deed, Path
from crmdsl.analysis.simulation.draws import Draws
from crmdsl.analysis.simulation.facts import Facts
from crmdsl.analysis.simulation.places import Places
from crmdsl.analysis.simulation.routes import Route

TRIES = 6
"""Facts that fit which are tried on the whole course, before the machine has its own way."""


class Mover:
    """Makes cases go their way, and counts where they could not: `bent` by the place and what was drawn there."""

    def __init__(self, compiled: Compiled, places: Places, draws: Draws, facts: Facts) -> None:
        self.compiled = compiled
        self.places = places
        self.draws = draws
        self.facts = facts
        self.bent: Counter[tuple[str, str]] = Counter()
        self.chosen = 0
        """How often facts were chosen anew for a way."""

    def route(self, course: Course, at: int, by: Any = None) -> Route:
        """The start of a way from where a case is."""
        act = self.compiled.look(course)
        act.at, act.by = at, by
        return Route(self.compiled, self.places, self.draws, course, act, self.facts)

    def start(self, course: Course) -> Any:
        """Start a case; the refusal where it cannot be."""
        machine = course.cls.MACHINE
        first = machine.body.nodes[machine.body.start]
        tokens = self.compiled.kernel("tokens")
        act = self.compiled.act(
            machine, self.compiled.organisation, course.record, tokens.Token(first, course.born), course.born, None
        )
        route = Route(self.compiled, self.places, self.draws, course, act, self.facts)
        route.enter(first)
        options = [course.record]
        if not self.facts.meets(route.wishes, course.record):
            fits = self.facts.fitting(route.wishes, course.record, course.key, self._day(course.born))
            found = [self.facts.changed(course.record, changes) for changes, _ in zip(fits, range(TRIES), strict=False)]
            options = [*found, course.record]
        case: Any = None
        for record in options:
            case = course.begun(self.compiled, record)
            if case and (route.agrees(case) or record is options[-1]):
                course.record = record
                break
        if not case:
            return case
        course.cases = [case]
        self._settled(course, route, case)
        return None

    def happen(
        self, course: Course, deed: Deed, route: Route, writable: Callable[[], Collection[Path]] = frozenset
    ) -> Any:
        """Let a deed happen, on the way drawn if facts allow it, else where the machine leads; or its refusal."""
        record = self._given(course, deed)
        if self.facts.meets(route.wishes, record):
            case = course.done(self.compiled, course.case, deed)
            if case and route.agrees(case):
                return self._adopt(course, deed, route, case)
        mine = frozenset(writable())
        past = [wish for wish in course.past.values() if mine.isdisjoint(self.facts.read(wish, record))]
        past = [wish for wish in past if wish.met(record, self.facts.follow)]
        for wishes in (route.wishes, route.needed()):
            fits = self.facts.fitting(wishes, record, course.key, self._day(deed.at), past)
            for changes, _ in zip(fits, range(TRIES), strict=False):
                moved = self._moved(course, deed, changes, mine)
                if moved is None:
                    continue
                other, changed = moved
                case = other.done(self.compiled, other.case, changed)
                if case and (wishes is not route.wishes or route.agrees(case)):
                    self.chosen += 1
                    if other is not course:
                        course.become(other)
                    return self._adopt(course, changed, route, case)
        case = course.done(self.compiled, course.case, deed)
        return self._adopt(course, deed, route, case) if case else case

    def _day(self, at: int) -> date:
        return self.compiled.clock.zone.day(at)

    def _given(self, course: Course, deed: Deed) -> Any:
        """The record with what comes with a deed."""
        record = course.case.record
        if not deed.values:
            return record
        field_at = self.compiled.kernel("records").field_at
        for name, value in deed.values.items():
            path = deed.base + tuple(name.split("."))
            record = self.facts.put(record, path, field_at(type(record), path).inward(value))
        return record

    def _moved(
        self, course: Course, deed: Deed, changes: dict[Path, Any], writable: Collection[Path]
    ) -> tuple[Course, Deed] | None:
        """The course and the deed with other facts: what can come with the deed does, the rest was so before."""
        field_at = self.compiled.kernel("records").field_at
        here = {path: kept for path, kept in changes.items() if path in writable}
        before = {path: kept for path, kept in changes.items() if path not in writable}
        given = {
            ".".join(path[len(deed.base) :]): field_at(type(course.record), path).outward(kept)
            for path, kept in here.items()
        }
        other = course.with_facts(self.compiled, before) if before else course
        return None if other is None else (other, deed._replace(values={**deed.values, **given}) if given else deed)

    def _adopt(self, course: Course, deed: Deed, route: Route, case: Any) -> None:
        course.deeds.append(deed)
        course.cases.append(case)
        self._settled(course, route, case)

    def _settled(self, course: Course, route: Route, case: Any) -> None:
        if route.counted:
            course.visits.update(route.counted)
        for wish in route.wishes:
            if not wish.known and wish.when is not None:
                course.read.update(self.facts.shown(wish.when, course.record.entity, wish.path))
                course.past[id(wish.when), wish.path, wish.holds] = wish
        if not route.agrees(case):
            self.bent.update(route.drawn[-1:] or [(course.process, "")])

"""The way that a case takes by chance until it waits for somebody or something again, and what it asks of its facts."""

from __future__ import annotations

from typing import Any

from crmdsl.analysis.simulation.compiled import Compiled, states_of
from crmdsl.analysis.simulation.course import Course
from crmdsl.analysis.simulation.draws import Draws
from crmdsl.analysis.simulation.facts import KNOWN, Facts, Wish
from crmdsl.analysis.simulation.places import Place, Places

WAY, RESULT, LEVEL, WORK, DOOM, TIME = range(6)
"""What draws at a place are for."""
STARTER = object()
STEPS = 500
"""Steps that a case may go through at once."""


class Route:
    """A way ahead: `wishes` are what it asks of the facts, `rests` the states in which it comes to rest."""

    def __init__(
        self, compiled: Compiled, places: Places, draws: Draws, course: Course, act: Any, facts: Facts
    ) -> None:
        self.compiled = compiled
        self.facts = facts
        self.places = places
        self.draws = draws
        self.course = course
        self.act = act
        self.wishes: list[Wish] = []
        self.rests: list[str] = []
        self.drawn: list[tuple[str, str]] = []
        """The places at which chance decided, and for what."""
        self.left: list[str] = []
        """The steps in which other processes run that come to their end on the way."""
        self.must = 0
        """How many of the wishes the event itself depends on; fields that must be known it does anyway."""
        self.counted: dict[int, int] = {}
        self._fresh: set[int] = set()
        self._steps = 0

    def needed(self) -> list[Wish]:
        """The wishes without which the machine would refuse the event."""
        return [*self.wishes[: self.must], *(wish for wish in self.wishes[self.must :] if wish.known)]

    def agrees(self, case: Any) -> bool:
        """Whether a case has come to where the way leads."""
        states = states_of(case)
        if len(self.rests) == 1:
            return self.rests[0] in states
        return all(name in states for name in self.rests)

    def visit(self, place: Place) -> int:
        """The number of this visit of a place; the next is another."""
        count = self.counted.get(place.number, self.course.visits.get(place.number, 0))
        self.counted[place.number] = count + 1
        return count

    def wish(self, when: Any, holds: bool, body: Any, path: tuple[str, ...], requester: Any = STARTER) -> None:
        """Ask that a condition holds, or does not. Its requester is who started the case unless told."""
        if when is not None:
            by = self.act.starter() if requester is STARTER else requester
            self.wishes.append(Wish(path, when, holds, self.act.facts(body, by)))
        elif not holds:
            self.wishes.append(Wish(path, None, False, None))

    def enter(self, node: Any) -> bool | None:
        """Enter a step. Whether the body around, if it has just been entered too, has come to its end, and how."""
        shapes = self.compiled.shapes
        self._steps += 1
        if self._steps > STEPS:
            return None
        if isinstance(node, shapes.Decide):
            return self._decide(node)
        if isinstance(node, shapes.End):
            return self._end(node)
        if isinstance(node, shapes.ApprovalStep):
            return self._approval(node)
        if isinstance(node, shapes.Block):
            return self._fork(node)
        if isinstance(node, shapes.Call):
            self._fresh.add(id(node))
            ended = self.enter(node.inner.nodes[node.inner.start])
            return None if ended is None else self.enter(node.outcomes["success" if ended else "failure"].target)
        if isinstance(node, shapes.HandoffStep):
            self.wishes += [Wish(node.path + path, None, True, None, known=True) for path in node.agreement.gives]
            node = node.requested
        self.rests.append(node.name)
        return None

    def _decide(self, node: Any) -> bool | None:
        place = self.places.of(node)
        visit = self.visit(place)
        drawn = self._known(node) or self.draws.choose(place.shares, self.course.key, place.number, visit, WAY)
        self.drawn.append((place.name, drawn))
        for outcome in node.outcomes:
            taken = outcome.name == drawn
            self.wish(outcome.when, taken, node.body, node.body.path)
            if taken:
                return self.enter(outcome.target)
        return None

    def _known(self, node: Any) -> str:
        """The way that a case takes for sure, by facts that it has shown before; chance has nothing to say then."""
        whens = [outcome.when for outcome in node.outcomes if outcome.when is not None]
        if not self.course.read or not whens:
            return ""
        entity, path = self.act.record.entity, node.body.path
        paths = [one for when in whens for one in self.facts.shown(when, entity, path)]
        read = self.course.read
        if not paths or not all(one in read or (one[-1] == KNOWN and one[:-1] in read) for one in paths):
            return ""
        record = self.facts.follow(self.act.record, path) if path else self.act.record
        facts = self.act.facts(node.body, self.act.starter())
        for outcome in node.outcomes:
            if outcome.when is None or (record is not None and outcome.when.test(record, facts)):
                return str(outcome.name)
        return ""

    def _approval(self, node: Any) -> bool | None:
        place = self.places.of(node)
        levels = self.levels(place, self.visit(place))
        self.drawn.append((place.name, "+".join(levels)))
        requester = self.act.last_actor(node.chain.requester.mask)
        for level in node.levels:
            taken = level.local in levels
            self.wish(level.when, taken, node.body, node.path, requester)
            if taken and not node.chain.ladder:
                break
        if not levels:
            return self.enter(node.outcomes["approved" if node.chain.otherwise == "approve" else "rejected"].target)
        self.rests.append(next(level.name for level in node.levels if level.local in levels))
        return None

    def levels(self, place: Place, visit: int) -> list[str]:
        """The levels of a chain that are asked."""
        address = (self.course.key, place.number, visit)
        if not place.ladder:
            drawn = self.draws.choose(place.levels, *address, LEVEL)
            return [drawn] if drawn else []
        return [
            name
            for index, (name, share) in enumerate(place.levels)
            if self.draws.uniform(*address, LEVEL, index) < share
        ]

    def _fork(self, node: Any) -> bool | None:
        self._fresh.add(id(node))
        before = len(self.rests)
        ends = [self.enter(branch.nodes[branch.start]) for branch in node.branches]
        return self._join(node, ends, before)

    def _join(self, node: Any, ends: list[bool | None], before: int) -> bool | None:
        succeeded, running = ends.count(True), ends.count(None)
        if succeeded >= node.join:
            del self.rests[before:]
            return self.enter(node.then.target)
        if succeeded + running < node.join and node.on_failure is not None:
            del self.rests[before:]
            return self.enter(node.on_failure.target)
        return None

    def _end(self, node: Any) -> bool | None:
        around = node.body.around
        if around is None:
            self.rests.append(node.name)
            return None
        if id(around) in self._fresh:
            return bool(node.success)
        shapes = self.compiled.shapes
        if isinstance(around, shapes.Call):
            self.left.append(around.name)
            return self.enter(around.outcomes["success" if node.success else "failure"].target)
        token = next((one for one in self.act.root.walk() if one.node is around), None)
        ends: list[bool | None] = [bool(node.success)]
        others = [child.node for child in token.children if token is not None] if token is not None else []
        ends += [
            bool(one.success) if isinstance(one, shapes.End) else None for one in others if one.body is not node.body
        ]
        return self._join(around, ends, len(self.rests))

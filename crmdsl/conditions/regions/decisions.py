"""What some conditions on the same records decide together: what none covers, what two cover, and who decides what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crmdsl.conditions.ast import Expr
from crmdsl.conditions.regions.cases import Case, case_in, related
from crmdsl.conditions.regions.cover import gaps, overlaps, parted, within
from crmdsl.conditions.regions.formulas import Formulas
from crmdsl.conditions.regions.nodes import SURE, Box, Node, TooManyCases, asked_in, boxes_of, fill, meet
from crmdsl.conditions.regions.points import runs
from crmdsl.conditions.regions.relations import System, Unproven, at_a_corner
from crmdsl.conditions.regions.space import Space
from crmdsl.conditions.regions.variables import Relation, Scale
from crmdsl.conditions.regions.world import World

MOST_GAPS = 24
"""Gaps among which the one with the shortest case is sought."""
MOST_QUESTIONS = 4_000
"""How often it is asked whether values of fields can relate as they should."""
ALWAYS: Node = (SURE, True, ())
"""What holds in every case."""


class Overlap(NamedTuple):
    """Two conditions that hold together, by their places, and a case in which they do."""

    earlier: int
    later: int
    case: Case


class Region(NamedTuple):
    """Cases that are treated alike: a box, and the conditions that hold in all of it, by their places."""

    box: Box
    holding: tuple[int, ...]


MOST_CELLS = 40_000
"""Cells of all variables: there are as many sets of cells, each of which is that many bits."""


class Decisions:
    """Conditions (`None` always holds) on records of an entity, in order. Raises `TooManyCases` when it is made.

    `unproven` gathers the relations between fields on which an answer would have hung.
    """

    def __init__(
        self, world: World, entity: str, conditions: Sequence[Expr | None],
        needed: frozenset[str] = frozenset(), loose: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        space = Space(world, entity, needed, loose)
        formulas = Formulas(space)
        self._judge(space, [ALWAYS if one is None else formulas.read(one) for one in conditions])

    def _judge(self, space: Space, nodes: list[Node]) -> None:
        """Find the boxes of conditions that were read into a space. Raises `TooManyCases`."""
        self.space = space
        self.nodes = nodes
        if space.cells > MOST_CELLS:
            raise TooManyCases
        space.freeze()
        self.variables = space.variables
        self.owned: list[list[Box]] = []
        for place, node in enumerate(self.nodes):
            try:
                self.owned.append(boxes_of(node, space.variables))
            except TooManyCases as many:
                raise TooManyCases(place) from many
        self.unproven: set[int] = set()
        self._single = max(map(len, self.owned), default=0) < 2
        self._apart = False
        self._relating = frozenset(space.relating)
        self._asked: dict[frozenset[tuple[int, int]], bool | frozenset[int]] = {}

    @property
    def boxes(self) -> list[Box]:
        """The boxes of all conditions."""
        return [box for boxes in self.owned for box in boxes]

    def possible(self, box: Box) -> bool:
        """Whether fields can relate as in a box, as far as that is known. Raises `TooManyCases`."""
        return self.verdict(box) is not False

    def verdict(self, box: Box) -> bool | frozenset[int]:
        """Whether fields can relate as in a box; the relations on which it hangs where that is not known.

        Raises `TooManyCases` where it is asked too often.
        """
        if self._relating.isdisjoint(box):
            return True
        inside = related(self.space, box) | self._relating
        key = frozenset(item for item in box.items() if item[0] in inside)
        found = self._asked.get(key)
        if found is None:
            if len(self._asked) >= MOST_QUESTIONS:
                raise TooManyCases
            found = self._asked[key] = at_a_corner(self.variables, dict(key)) or self._solved(dict(key))
        return found

    def _solved(self, box: Box) -> bool | frozenset[int]:
        system = System(self.space)
        system.add(box)
        try:
            return system.solve() is not None
        except Unproven as hanging:
            return hanging.variables

    def mentioning(self, unproven: set[int]) -> list[int]:
        """The conditions that ask about some variables, by their places."""
        return [place for place, node in enumerate(self.nodes) if not unproven.isdisjoint(asked_in(node))]

    def asked(self, places: Iterable[int]) -> set[int]:
        """The variables that some conditions ask about, those that are related in them included."""
        found = {index for place in places for index in asked_in(self.nodes[place])}
        return found.union(*(self.variables[one].variables for one in found & self._relating))  # type: ignore[attr-defined]

    # what none covers

    def gap(self, anybody: frozenset[str] = frozenset()) -> Case | None:
        """A case in which no condition holds, whoever `anybody` is (`actor`), `None` if there is none."""
        boxes = self._whoever(self.boxes, anybody)
        if self._apart and fill(boxes, self.variables):  # plainly: apart, and together as large as all cases
            return None
        found: list[Case] = []
        for region in self.left(boxes):
            case = self._gap_case(region, boxes)
            if case is not None:
                found.append(case)
            if len(found) >= MOST_GAPS:
                break
        return min(found, key=lambda case: len(case.values), default=None)

    def left(self, boxes: Sequence[Box], region: Box | None = None) -> Iterator[Box]:
        """What boxes leave of a region, relations looked at as far as they can be."""
        return gaps(boxes, self.variables, region, self.possible if self._relating else None)

    def _whoever(self, boxes: list[Box], anybody: frozenset[str]) -> list[Box]:
        """The boxes where a person is whoever suits best."""
        free = {one.index for one in self.variables if one.name in anybody} if anybody else None
        if not free:
            return boxes
        free |= {one.index for one in self.variables if isinstance(one, Relation) and free & set(one.variables)}
        return [{index: mask for index, mask in box.items() if index not in free} for box in boxes]

    def _gap_case(self, region: Box, boxes: Sequence[Box], around: Box | None = None) -> Case | None:
        region = self.grown(region, boxes, around or {})

        def untouched(wider: Box) -> bool:
            return all(meet(wider, box) is None for box in boxes)

        try:
            return case_in(self.space, region, untouched if not around else
                           lambda wider: untouched(wider) and within(wider, around) == {})  # fmt: skip
        except Unproven as hanging:
            self.unproven |= hanging.variables
            return None

    def grown(self, region: Box, boxes: Sequence[Box], around: Box) -> Box:
        """A region that no box touches, made as large as it can be, inside of another."""
        found = dict(region)
        for index in sorted(
            region, key=lambda one: (one not in self._relating, self.variables[one].base == "reference", one)
        ):
            variable = self.variables[index]
            rest = {other: mask for other, mask in found.items() if other != index}
            allowed = around.get(index, variable.full)
            for box in boxes:
                own = box.get(index, variable.full)
                if own & allowed and meet(rest, box) is not None:
                    allowed &= ~own
            if allowed == variable.full:
                del found[index]
            elif isinstance(variable, Scale):
                found[index] = sum(run for run in map(_mask, runs(allowed)) if run & found[index])
            else:
                found[index] = allowed
        return found

    # what two cover

    def overlaps(self) -> list[Overlap]:
        """For each condition the earliest before it that can hold with it."""
        pairs = overlaps(self.owned, self.variables, self._sure if self._relating else None)
        if self._single:
            self._apart = not pairs
        found = []
        for later, (earlier, box) in pairs.items():
            case = self._both(earlier, later, box)
            if case is not None:
                found.append(Overlap(earlier, later, case))
        return found

    def _sure(self, box: Box) -> bool:
        """Whether a case in a box surely exists."""
        found = self.verdict(box)
        if found is True or found is False:
            return found
        self.unproven |= found
        return False

    def _both(self, earlier: int, later: int, box: Box) -> Case | None:
        def alike(wider: Box) -> bool:
            return all(next(gaps(self.owned[one], self.variables, wider), None) is None for one in (earlier, later))

        return case_in(self.space, box, alike)

    # what one covers

    def reached(self, place: int, before: Sequence[int] = ()) -> bool:
        """Whether there is a case in which a condition holds and none of some others does (see `unproven`)."""
        others = [box for one in before for box in self.owned[one]]
        for box in self.owned[place]:
            for region in self.left(others, box) if others else (box,):
                found = self.verdict(region)
                if found is True:
                    return True
                if found is not False:
                    self.unproven |= found
        return False

    # who decides

    def partition(self) -> list[Region]:
        """All cases by the conditions that hold in them, region by region. Raises `TooManyCases`.

        Where fields are related, a region may hold no case (`possible` has not refused it, and did not find one).
        """
        found = parted(self.owned, self.variables, self.possible if self._relating else None)
        return [Region(box, holding) for box, holding in found]


def _mask(run: tuple[int, int]) -> int:
    return (1 << run[1]) - (1 << run[0])

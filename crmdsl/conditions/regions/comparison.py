"""The same decisions at two times: the cases that are decided otherwise, in as few regions as can be found.

Conditions of before and of now are read into one space, whose world tells what was possible at either time. All
cases are parted by the conditions that hold in them; regions that are decided otherwise are joined, and then grown
over all cases that are decided in the same new way or cannot be (as the implicants of a Boolean function with cells
of no account are, in the method of Quine and McCluskey, but greedily), so that few of them tell it all.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

from crmdsl.conditions.ast import Expr
from crmdsl.conditions.derived import inlined
from crmdsl.conditions.regions.cases import Case, case_in, related
from crmdsl.conditions.regions.decisions import ALWAYS, Decisions, Region
from crmdsl.conditions.regions.formulas import Formulas
from crmdsl.conditions.regions.nodes import Box, Node, inside, meet
from crmdsl.conditions.regions.relations import Unproven
from crmdsl.conditions.regions.space import Space
from crmdsl.conditions.regions.variables import Choice, Relation, Scale, Variable
from crmdsl.conditions.regions.world import FieldFacts, World

MOST_GROWTH = 400_000
"""Pairs of regions that are compared to grow them; of more, only neighbours are joined."""
Holding = tuple[int, ...]
Decide = Callable[[Holding], Hashable]


class Side(NamedTuple):
    """Conditions (`None` always holds) on a record at one time, and what is so then.

    Optional fields in `needed` are known; fields in `loose` may be missing though they are not optional. The
    requester holds one of the roles `requesters`, if any are given.
    """

    world: World
    conditions: Sequence[Expr | None]
    needed: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    requesters: frozenset[str] = frozenset()


class Difference(NamedTuple):
    """Cases that are decided otherwise: what was decided (`None`: there was no such case), what is, and one of them.

    Without a `case`, whether there is any could not be proven.
    """

    before: Hashable
    now: Hashable
    region: Box
    case: Case | None


class Comparison(Decisions):
    """What two sides decide of records of an entity; `joint` is the world of both. Raises `TooManyCases`."""

    def __init__(self, joint: World, entity: str, before: Side, now: Side) -> None:
        self.space = space = self._spaced(joint, entity, before, now)
        self.sides = before, now
        nodes: list[Node] = []
        places: dict[str, int] = {}
        self.places: list[list[int]] = []
        """For each side, where its conditions are among those of both."""
        for side in self.sides:
            self.places.append([])
            for node in self._nodes(side):
                place = places.setdefault(repr(node), len(nodes))
                if place == len(nodes):
                    nodes.append(node)
                self.places[-1].append(place)
        for variable, path in space.fields:
            for facts in (self._facts(side, path) for side in self.sides):
                if facts is not None and isinstance(variable, Scale):
                    _cut(variable, facts.low, facts.high)
        self._judge(space, nodes)
        self.domains = [self._domain(place) for place in (0, 1)]
        self._hidden = self._behind()
        self._free = frozenset(one.index for one in self.variables if isinstance(one, Relation) and one.test is None)

    def _spaced(self, joint: World, entity: str, before: Side, now: Side) -> Space:
        """The space into which both are read."""
        return Space(joint, entity, before.needed & now.needed, before.loose | now.loose, deep=True)

    def _nodes(self, side: Side) -> Iterator[Node]:
        """The conditions of a side, read into the space."""
        formulas = Formulas(self.space, side.world)
        for one in side.conditions:
            yield ALWAYS if one is None else formulas.read(inlined(one, side.world.field))

    # what was possible

    def _facts(self, side: Side, path: tuple[str, ...]) -> FieldFacts | None:
        """A field as a side knows it, `None` if it does not."""
        entity, facts = self.space.entity, None
        for part in path:
            facts = side.world.field(entity, part)
            if facts is None or facts.derived is not None:
                return None
            entity = facts.type.entity
        return facts

    def _domain(self, place: int) -> Box:
        """The cases that are possible on a side."""
        side, found = self.sides[place], {}
        for variable, path in self.space.fields:
            facts = self._facts(side, path)
            if facts is not None:
                mask = _possible(variable, facts, side.world)
                optional = facts.optional or (len(path) == 1 and path[0] in side.loose)
                if len(path) == 1 and (not optional or path[0] in side.needed):
                    mask &= variable.known
                if mask != variable.full:
                    found[variable.index] = mask
        for variable in self.variables:
            if variable.name == "requester" and isinstance(variable, Choice) and side.requesters:
                mask = variable.where(lambda one: bool(one.roles & side.requesters))[0]
                if mask and mask != variable.full:
                    found[variable.index] = mask
        return found

    def _behind(self) -> list[tuple[int, int, tuple[bool, ...]]]:
        """Each reference that may be missing with each variable behind it, and whether that itself may be missing."""
        paths = {path: variable for variable, path in self.space.fields}
        found = []
        for path, variable in paths.items():
            known = [self._facts(side, path) for side in self.sides]
            optional = tuple(facts is None or facts.optional for facts in known)
            around = [paths[path[:length]] for length in range(1, len(path)) if path[:length] in paths]
            found += [(one.index, variable.index, optional) for one in around if one.missing]
        return found

    def _idle(self, box: Box, place: int) -> bool:
        """Whether a side has no such case: all behind a reference that is missing is missing, and nothing else."""
        for around, behind, optional in self._hidden:
            missing, mask = self.variables[around].missing, box.get(around, -1)
            inner = box.get(behind, -1)
            if mask == missing and not inner & self.variables[behind].missing:
                return True
            if not mask & missing and inner == self.variables[behind].missing and not optional[place]:
                return True
        return False

    # who decides otherwise

    def differences(self, before: Decide, now: Decide, *, all_new: bool = True) -> list[Difference]:
        """Where what `before` makes of the conditions that hold (by their places) is not what `now` does.

        Of cases that were not possible all are told, or (without `all_new`) those that the conditions of before would
        not have decided as they are now. Raises `TooManyCases`.
        """
        count = len(self.owned)
        known: dict[Holding, tuple[Hashable, Hashable]] = {}
        groups: dict[tuple[Hashable, Hashable], list[Box]] = {}
        for region in self._regions():
            key = region.holding
            if key not in known:
                known[key] = self._decided(frozenset(key), before, now)
            verdict = known[key] if count + 1 in key and not self._idle(region.box, 1) else None
            if verdict is not None:
                new = count not in key or self._idle(region.box, 0)
                if new and (all_new or verdict[0] != verdict[1]):
                    verdict = None, verdict[1]
                groups.setdefault(verdict, []).append(region.box)
        joined = {key: merged(boxes, self.variables) for key, boxes in groups.items()}
        found = [one for key in joined if key[0] != key[1] for one in self._told(key, joined)]
        return sorted(found, key=lambda one: self._rank(one.region))

    def _regions(self) -> list[Region]:
        own = self.owned
        try:
            self.owned = [*own, *([domain] for domain in self.domains)]
            return self.partition()
        finally:
            self.owned = own

    def _decided(self, held: frozenset[int], before: Decide, now: Decide) -> tuple[Hashable, Hashable]:
        """What was and is decided where some conditions hold, whether or not there are such cases."""
        first, second = (
            tuple(place for place, node in enumerate(places) if node in held) for places in self.places
        )  # fmt: skip
        return before(first), now(second)

    def _told(
        self, key: tuple[Hashable, Hashable], groups: dict[tuple[Hashable, Hashable], list[Box]]
    ) -> Iterator[Difference]:
        """The regions of a group, as few and as large as they can be made."""
        own = groups[key]
        others = [box for other, boxes in groups.items() if other != key for box in boxes]
        if len(own) * len(others) > MOST_GROWTH:
            wide = own
        else:
            wide = list({_key(one): one for one in (self.grown(box, others, {}) for box in own)}.values())
        left = list(own)
        while left:
            best = max(wide, key=lambda one: (sum(inside(box, one) for box in left), -len(one)))
            covered = [box for box in left if inside(box, best)]
            left = [box for box in left if not inside(box, best)]
            yield self._difference(key, best, covered or [left.pop()])

    def _difference(self, key: tuple[Hashable, Hashable], wide: Box, boxes: list[Box]) -> Difference:
        domains = self.domains if key[0] is not None else self.domains[1:]
        region = dict(wide)
        for domain in domains:
            region.update({index: region[index] & mask for index, mask in domain.items() if index in region})
        case = None
        for box in boxes:
            case = self._witness({index: mask for index, mask in box.items() if index not in self._free}, wide)
            if case is not None:
                break
        return Difference(*key, region, case)

    def _witness(self, box: Box, wide: Box) -> Case | None:
        """A case of a region, with the values that matter."""
        for domain in reversed(self.domains):
            narrowed = meet(box, {index: mask for index, mask in domain.items() if index not in self._relating})
            box = box if narrowed is None else narrowed
        try:
            found = case_in(self.space, box, lambda _: False)
        except Unproven:
            return None
        if found is None:
            return None
        shown = {*wide, *related(self.space, wide)}
        return Case({index: value for index, value in found.values.items() if index in shown}, box)

    def _rank(self, region: Box) -> tuple[tuple[int, int], ...]:
        """Regions in the order in which people would list them."""
        masks = ((one, region.get(one.index, one.full)) for one in self.variables)
        return tuple(((mask & -mask).bit_length() if mask != one.full else 0, mask.bit_length()) for one, mask in masks)


def _cut(variable: Scale, low: Any, high: Any) -> None:
    """Cut a figure where the values of one side end."""
    if low is not None:
        variable.cuts.add(variable.around(low)[0])
    if high is not None:
        variable.cuts.add(variable.around(high)[1])


def _possible(variable: Variable, facts: FieldFacts, world: World) -> int:
    """The cells of the values that a field can have."""
    if isinstance(variable, Scale):
        first = None if facts.low is None else variable.around(facts.low)[0]
        last = None if facts.high is None else variable.around(facts.high)[1]
        return variable.mask(((first, last),)) | variable.missing
    values: Sequence[Any] | None = None
    if facts.type.base == "enum":
        values = facts.type.values
    elif facts.type.base in ("unit", "territory", "channel", "product_line"):
        values = world.names(facts.type.base)
    if values is None or not isinstance(variable, Choice):
        return variable.full
    return variable.where(set(values).__contains__)[0] | variable.missing


def _key(box: Box) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(box.items()))


def merged(boxes: list[Box], variables: Sequence[Variable]) -> list[Box]:
    """Boxes that are apart, those that differ along one variable alone made one, until there are none."""
    found = {_key(box): box for box in boxes}
    changed = True
    while changed:
        changed = False
        for index in sorted({index for box in found.values() for index in box}):
            groups: dict[tuple[tuple[int, int], ...], list[Box]] = {}
            for box in found.values():
                if index in box:
                    rest = {other: mask for other, mask in box.items() if other != index}
                    groups.setdefault(_key(rest), []).append(box)
            for alike in groups.values():
                if len(alike) > 1:
                    changed = True
                    mask = 0
                    for box in alike:
                        mask |= box[index]
                        del found[_key(box)]
                    whole = alike[0] | {index: mask}
                    if mask == variables[index].full:
                        del whole[index]
                    found[_key(whole)] = whole
    return list(found.values())

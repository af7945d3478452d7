"""What chains and guards have in common: which cases they decide otherwise, where they ask anything new at all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, NamedTuple

from crmdsl.analysis.changes.change import Change, Class, Kind, Place
from crmdsl.analysis.changes.extents import extents
from crmdsl.analysis.changes.older import OlderSpace
from crmdsl.conditions.ast import Expr, Literal, walk
from crmdsl.conditions.python import paths
from crmdsl.conditions.regions import TooManyCases
from crmdsl.conditions.regions.cases import Case
from crmdsl.conditions.regions.comparison import Comparison, Difference, Holding, Side
from crmdsl.conditions.regions.space import Space
from crmdsl.conditions.unparse import unparse
from crmdsl.diagnostics import Message, Span
from crmdsl.ir.casespace import CaseSpace
from crmdsl.ir.joint import Incomparable, Joint
from crmdsl.resolve.resolved import Resolved

MOST_SAME = 3
"""Conditions that did not change, and yet are told where others did; of more, none is."""


class Asked(NamedTuple):
    """Conditions of one side in order, what follows where each holds (`None`: nothing of account), and of whom."""

    world: OlderSpace
    trees: Sequence[Expr | None]
    means: Sequence[Hashable]
    side: Side


class Decided(NamedTuple):
    """Where cases are decided otherwise; `partly` where what did not change is left out."""

    differences: list[Difference]
    comparison: Comparison
    partly: bool = False


Told = Callable[[Sequence[Hashable]], Hashable]
"""What is decided where these things follow, in order."""


class Meaning:
    """Tells whether conditions mean the same on both sides without looking at cases."""

    def __init__(self) -> None:
        self._fields: dict[tuple[int, str, str], Hashable] = {}

    def of(self, world: CaseSpace, trees: Sequence[Expr | None]) -> Hashable:
        """What some conditions say and all that it hangs on, positions left out."""
        texts = tuple(None if tree is None else unparse(tree, world.currency) for tree in trees)
        found = {path: None for tree in trees if tree is not None for path in paths(tree)}
        shapes = tuple(dict.fromkeys(self._along(world, path.entity, path.parts) for path in found if
                                     path.root == "record"))  # fmt: skip
        personal = any(path.root != "record" for path in found) or "person" in str(shapes)
        around = _around(world) if personal or "unit" in str(shapes) else ()
        states = tuple((name, world.inside(name)) for tree in trees if tree is not None for name in _states(tree))
        return texts, shapes, around, world.currency, world.day if "duration" in str(shapes) else 0, states

    def _along(self, world: CaseSpace, entity: str, parts: tuple[str, ...]) -> Hashable:
        found: list[Hashable] = []
        for part in parts:
            found.append(self._shape(world, entity, part))
            facts = world.field(entity, part)
            if facts is None:
                break
            entity = facts.type.entity
        return tuple(found)

    def _shape(self, world: CaseSpace, entity: str, name: str) -> Hashable:
        key = id(world.resolved), entity, name
        if key not in self._fields:
            facts = world.field(entity, name)
            derived = self.of(world, [facts.derived]) if facts and facts.derived else None
            names = tuple(world.names(facts.type.base)) if facts and facts.type.base in NAMED else ()
            self._fields[key] = (
                entity, name, facts and (facts.type, facts.optional, facts.low, facts.high), derived, names,
            )  # fmt: skip
        return self._fields[key]


def _states(expr: Expr) -> Iterator[str]:
    """The states that a condition names."""
    for part in walk(expr):
        if isinstance(part, Literal) and part.type.base == "state":
            yield part.value


NAMED = ("unit", "territory", "channel", "product_line")


def _around(world: CaseSpace) -> Hashable:
    units = tuple((unit, world.unit_kind(unit)) for unit in world.names("unit"))
    return tuple(world.people("requester")), tuple(world.people("record")), units


def compare(
    entity: str, before: Asked, now: Asked, told: tuple[Told, Told], *, exclusive: bool, all_new: bool = True
) -> Decided:
    """Where the conditions of two sides lead to something else. Raises `TooManyCases` and `Incomparable`.

    Unless they are `exclusive`, so that the first that holds counts, what is the same on both sides is left out where
    it would part the cases into many. For `all_new` see `Comparison.differences`.
    """
    if not exclusive:
        fewer = _changed(before, now)
        if fewer is not None and len(before.trees) - len(fewer[0].trees) > MOST_SAME:
            return _compared(entity, *fewer, (tuple, tuple), all_new)._replace(partly=True)
    return _compared(entity, before, now, told, all_new)


def _compared(entity: str, before: Asked, now: Asked, told: tuple[Told, Told], all_new: bool) -> Decided:
    first, second = (one.side._replace(conditions=one.trees) for one in (before, now))
    comparison = Comparison(Joint(before.world, now.world), entity, first, second)

    def verdict(asked: Asked, say: Told) -> Callable[[Holding], Hashable]:
        return lambda held: say([asked.means[place] for place in held])

    sides = verdict(before, told[0]), verdict(now, told[1])
    return Decided(comparison.differences(*sides, all_new=all_new), comparison)


def _changed(before: Asked, now: Asked) -> tuple[Asked, Asked] | None:
    """Both sides without what is the same on both, if that is in the same order; `None` where it is not."""
    meaning = Meaning()
    keys = [
        [(meaning.of(asked.world, [tree]), means) for tree, means in zip(asked.trees, asked.means, strict=True)]
        for asked in (before, now)
    ]
    same = [key for key in keys[0] if key in keys[1]]
    if same != [key for key in keys[1] if key in keys[0]]:
        return None
    kept = []
    for asked, own in zip((before, now), keys, strict=True):
        places = [place for place, key in enumerate(own) if key not in same]
        kept.append(asked._replace(trees=[asked.trees[p] for p in places], means=[asked.means[p] for p in places]))
    return kept[0], kept[1]


def changes(section: str, place: Place, decided: Decided, classes: frozenset[Class], span: Span) -> list[Change]:
    """The differences as they are told."""
    space = decided.comparison.space
    return [
        Change(
            section, Kind.DECIDED, place, before=one.before, now=one.now, classes=classes,
            region=extents(space, one.region), case=None if one.case is None else one.case.text(space),
            values={} if one.case is None else values(space, one.case), partly=decided.partly, span=span,
        )
        for one in decided.differences
    ]  # fmt: skip


def values(space: Space, case: Case) -> dict[str, str]:
    """The values of a case by name, as a condition names them."""
    found: dict[str, str] = {}
    for index in sorted(case.values):
        text = Case({index: case.values[index]}, {}).text(space)
        name, sign, value = text.partition(" = ")
        if sign:
            found[name] = value
        elif text:
            found[space.variables[index].name] = text.rpartition(" is ")[2]
    return found


def unknown(section: str, place: Place, error: Exception | None, classes: frozenset[Class], span: Span) -> Change:
    """That it could not be found out which cases are decided otherwise."""
    if isinstance(error, Incomparable):
        reason = Message("`{field}` of `{entity}` was of another type", field=error.field, entity=error.entity)
    elif isinstance(error, TooManyCases):
        reason = Message("the conditions fall into too many cases")
    else:
        reason = Message("a condition has a fault")
    return Change(section, Kind.UNKNOWN, place, classes=classes, reason=reason, span=span)


def faulty(resolved: Resolved, conditions: Sequence[Any]) -> bool:
    """Whether one of some conditions (`None`: there is none) has a fault."""
    return any(one is not None and resolved.typed(one) is None for one in conditions)

"""Which levels of a chain sign together in one case, and who may have asked in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmdsl.conditions.regions import Decisions, TooManyCases
from crmdsl.conditions.regions.variables import Choice
from crmdsl.conditions.regions.world import Somebody
from crmdsl.ir.casespace import CaseSpace, staff
from crmdsl.model.chains import Approval

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

MOST_LEVELS = 500
"""Levels of a ladder with conditions of which it is asked which sign together; the work grows with their square."""
MOST_BANDS = 2_000
Together = dict[tuple[int, ...], list[Somebody | None]]
"""Places of levels that sign in one case, with whoever can have asked in such a case."""


def askers(program: Program, chain: Approval) -> list[Somebody | None]:
    """Who can have asked: those who hold a role of the requester, one of each that are alike where nobody is listed.

    `None` (nobody knows who) where there is no such person.
    """
    memo = program.resolved.memo
    holding: dict[str, list[Somebody]] | None = memo.get("staff by role")
    if holding is None:
        holding = memo["staff by role"] = {}
        for one in staff(program.resolved):
            for held in one.roles:
                holding.setdefault(held, []).append(one)
    found: dict[object, Somebody] = {}
    for role in chain.requester:
        for one in holding.get(role.name, ()):
            found.setdefault(one.name if one.named else (one.roles, one.unit, one.territory), one)
    return list(found.values()) or [None]


def together(program: Program, chain: Approval, asking: Sequence[Somebody | None]) -> Together | None:
    """The sets of levels that surely sign in one case; nothing where too little is known, as of the state of the case.

    Whoever is not among `asking` counts as the one who is like him. `None` where it is too much work to find out.
    """
    resolved = program.resolved
    levels = list(chain.levels.values())
    trees = [resolved.typed(level.when) for level in levels]
    if chain.entity is None or any(tree is None and level.has("when") for tree, level in zip(trees, levels,
                                   strict=True)):  # fmt: skip
        return {}
    bands = chain.mode == "bands"
    if all(tree is None for tree in trees):
        return {(0,) if bands else tuple(range(len(levels))): list(asking)}
    if len(levels) > (MOST_BANDS if bands else MOST_LEVELS):
        return None
    world = CaseSpace(resolved, frozenset(role.name for role in chain.requester))
    try:
        decisions = Decisions(world, chain.entity.name, trees)
        return {} if world.doubted else _found(decisions, bands, asking)
    except TooManyCases:
        return None


def _found(decisions: Decisions, bands: bool, asking: Sequence[Somebody | None]) -> Together:
    variables = decisions.variables
    unsure = [one for one in variables if one.name.startswith("state =")]
    who = next((one for one in variables if one.name == "requester" and isinstance(one, Choice)), None)
    found: Together = {}
    for region in decisions.partition():
        box = region.box
        if not region.holding or any(box.get(one.index, one.full) != one.full for one in unsure):
            continue
        here = found.setdefault(region.holding[:1] if bands else region.holding, [])
        for asker in asking:
            if asker in here:
                continue
            asked = box if who is None or asker is None else _asked_by(asker, box, who)
            if asked is not None and decisions.verdict(asked) is True:
                here.append(asker)
    return {places: here for places, here in found.items() if here}


def _asked_by(asker: Somebody, box: dict[int, int], who: Choice) -> dict[int, int] | None:
    """The part of a region in which somebody asks, `None` if he does not in any of it."""
    place = who.values.index(asker)
    mask = box.get(who.index, who.full) & (1 << place)
    return {**box, who.index: mask} if mask else None

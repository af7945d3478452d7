"""Which cases are decided otherwise: what the regions say is what trying all cases says, before and now."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from crmdsl.conditions.ast import Expr
from crmdsl.conditions.regions import TooManyCases
from crmdsl.conditions.regions.cases import cell_of
from crmdsl.conditions.regions.comparison import Comparison, Difference, Side
from crmdsl.conditions.regions.relations import MISSING
from crmdsl.conditions.regions.variables import Relation, Sum, Variable
from crmdsl.ir.casespace import CaseSpace
from crmdsl.ir.joint import Joint
from crmdsl.resolve.resolved import Resolved
from tests.conditions.regions import small

MOST = 3_000
"""Cases that are tried at most."""
NARROWER = {
    "amount: {type: money, max: 0.04 EUR}": "amount: {type: money, min: 0.01 EUR, max: 0.03 EUR}",
    "discount: {type: percent, max: 0.03%}": "discount: {type: percent, max: 0.02%}",
    "rating: optional D < C < B": "rating: D < C < B",
    "score: {type: number, min: 0, max: 2}": "score: {type: number, min: 0.5, max: 1.5}",
    "partner: optional partner": "partner: partner",
    "grade: low < mid < high, blocked": "grade: low < mid < high, blocked",
    "net: {type: money, derived: amount - cost}": "net: {type: money, derived: amount - 0.01 EUR}",
    "{type: flag, derived: amount > 0.02 EUR}": "{type: flag, derived: amount > 0.01 EUR or cost > 0 EUR}",
}
"""What a field may be on one side instead."""
Holding = tuple[int, ...]


def inside(resolved: Resolved, case: dict[str, Any]) -> bool:
    """Whether a case is possible on a side."""
    world = CaseSpace(resolved)
    if case.get("partner", "known") is None:
        facts = world.field("order", "partner")
        if facts is None or not facts.optional:
            return False
    for name, value in case.items():
        if "." in name or name == "partner":
            continue
        facts = world.field("order", name)
        assert facts is not None
        if value is None:
            if not facts.optional:
                return False
        elif not isinstance(value, str | bool | date) and not (
            (facts.low is None or value >= facts.low) and (facts.high is None or value <= facts.high)
        ):
            return False
    return True


def stored(one: Variable, case: dict[str, Any]) -> Any:
    """The value of a variable in a case."""
    value = case.get(one.name)
    if one.base == "reference":
        return MISSING if case.get(one.name, "known") is None else "known"
    if value is None or (one.name.startswith("partner.") and case.get("partner", "known") is None):
        return MISSING
    return value.toordinal() if isinstance(value, date) else value


def contains(comparison: Comparison, found: Difference, case: dict[str, Any]) -> bool:
    """Whether a case lies in the region of a difference."""
    variables = comparison.variables
    for index, mask in found.region.items():
        one = variables[index]
        if isinstance(one, Sum):
            values = {other: stored(variables[other], case) for other in one.variables}
            known = MISSING not in values.values()
            if known and not mask >> one.cell(one.total(values)) & 1:
                return False
        elif isinstance(one, Relation):
            assert one.test is not None
            given = [stored(variables[other], case) for other in one.variables]
            held = None if MISSING in given else one.test(*given)
            if not mask & one.equal(held):
                return False
        elif one.name in case or one.base == "reference":
            value = stored(one, case)
            if not mask & cell_of(one, value):
                return False
    return True


def sides(random: Random, related: float) -> list[tuple[Resolved, list[Expr | None]]]:
    fields = random.sample(list(small.CONSTANTS), random.choice([1, 2, 2, 3]))
    fields += [name for name in random.sample(small.FLAGS, 1) if random.random() < 0.3]
    before = [small.condition(random, fields, related) for _ in range(random.choice([1, 2, 3, 4]))]
    now = list(before)
    for _ in range(random.choice([1, 1, 2, 3])):
        way = random.random()
        if way < 0.5:
            now[random.randrange(len(now))] = small.condition(random, fields, related)
        elif way < 0.7 and len(now) > 1:
            del now[random.randrange(len(now))]
        elif way < 0.9:
            now.insert(random.randrange(len(now) + 1), small.condition(random, fields, related))
        else:
            random.shuffle(now)
    found = []
    for conditions in (before, now):
        spec = small.SPEC
        for wide, narrow in NARROWER.items():
            assert wide in spec
            if random.random() < 0.15:
                spec = spec.replace(wide, narrow)
        found.append(small.resolved(conditions, spec))
    return found


def names_in(comparison: Comparison) -> set[str]:
    return {one.name for one in comparison.variables if not isinstance(one, Sum | Relation)}


def check(random: Random, related: float) -> int:
    """Compare two chains in all cases; how many were decided otherwise."""
    (old, before), (new, now) = sides(random, related)
    joint = Joint(CaseSpace(old), CaseSpace(new))
    try:
        comparison = Comparison(joint, "order", Side(CaseSpace(old), before), Side(CaseSpace(new), now))
        first = random.random() < 0.5
        found = comparison.differences(
            lambda held: held[:1] if first else held, lambda held: held[:1] if first else held
        )
    except TooManyCases:
        return 0
    names = names_in(comparison)
    if small.size(names) > MOST:
        return 0
    truths = [small.Truth(side, trees, names) for side, trees in ((old, before), (new, now))]
    count = 0
    for case, *held in zip(truths[0].cases, *(truth.held for truth in truths), strict=True):
        was, will = (inside(side, case) for side in (old, new))
        wanted = [tuple(place for place, one in enumerate(each) if one) for each in held]
        wanted = [one[:1] if first else one for one in wanted]
        said = {(one.before, one.now) for one in found if contains(comparison, one, case)}
        if not will:
            continue
        truth = (wanted[0] if was else None, wanted[1])
        assert said == ({truth} if truth[0] != truth[1] else set()), (
            case,
            truth,
            said,
            [
                ({comparison.variables[i].name: bin(m) for i, m in one.region.items()}, one.before, one.now)
                for one in found
            ],
            [one.text for one in []],
        )
        count += truth[0] != truth[1]
    for one in found:
        assert one.case is not None
        assert one.case.text(comparison.space) or not one.region
    assert bool(found) == bool(count)
    return count


@pytest.mark.parametrize("related", [0.0, 0.35])
def test_what_is_decided_otherwise_is_found_and_nothing_else(related: float) -> None:
    random = Random(7)
    assert sum(check(random, related) > 0 for _ in range(18)) > 6

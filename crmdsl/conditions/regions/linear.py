"""Linear inequalities, decided exactly by elimination (Fourier and Motzkin), with a solution where there is one.

Inequalities between whole numbers only are tightened to whole bounds, which is what makes most sets of them exact.
Where whole numbers are asked and the elimination alone does not tell, it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from math import floor, gcd, lcm
from typing import Any, NamedTuple

MOST = 3_000
"""Inequalities that are kept at most."""


class Undecided(Exception):
    """Whether there is a solution was not found out."""


class Budget:
    """What elimination may still cost, in inequalities looked at, for all questions about one set of conditions.

    The questions are many and most are cheap; without a bound on all of them a few fields multiplied with each other
    would take minutes.
    """

    __slots__ = ("left",)

    def __init__(self, left: int = 40_000) -> None:
        self.left = left

    def spend(self, count: int) -> None:
        """Raises `Undecided` once it is used up."""
        self.left -= count
        if self.left < 0:
            raise Undecided


class Inequality(NamedTuple):
    """The sum of `factors` times variables is at most `bound`, less than it if `strict`."""

    factors: Mapping[Any, int]
    bound: Fraction | int
    strict: bool = False


Choose = Callable[[Any, Fraction | None, bool, Fraction | None, bool], Any]
"""A value of a variable from an end (open or not) to another; `None` if there is none."""


def solve(
    inequalities: Sequence[Inequality], whole: Callable[[Any], bool], choose: Choose, budget: Budget
) -> dict[Any, Any] | None:
    """Values that satisfy all inequalities, `None` if there are none. Raises `Undecided`."""
    left: dict[Hashable, Inequality] = {}
    budget.spend(len(inequalities))
    for one in inequalities:
        if not _keep(left, one, whole):
            return None
    steps: list[tuple[Any, list[Inequality]]] = []
    while left:
        variable = _cheapest(left.values())
        own = [one for one in left.values() if variable in one.factors]
        steps.append((variable, own))
        rest = {key: one for key, one in left.items() if variable not in one.factors}
        above = [one for one in own if one.factors[variable] > 0]
        below = [one for one in own if one.factors[variable] < 0]
        if len(above) * len(below) + len(rest) > MOST:
            raise Undecided
        budget.spend(len(above) * len(below))
        for high in above:
            for low in below:
                if not _keep(rest, _without(variable, high, low), whole):
                    return None
        left = rest
    return _substituted(steps, choose)


def _keep(kept: dict[Hashable, Inequality], one: Inequality, whole: Callable[[Any], bool]) -> bool:
    """Add an inequality, unless it says nothing new; whether it can hold at all."""
    factors, bound, strict = one
    if not factors:
        return bound > 0 if strict else bound >= 0
    divisor = gcd(*factors.values())
    if divisor > 1:
        factors = {variable: factor // divisor for variable, factor in factors.items()}
        bound = Fraction(bound) / divisor
    if all(whole(variable) for variable in factors):
        limit = floor(bound)
        bound, strict = (limit - 1 if strict and limit == bound else limit), False
    key = frozenset(factors.items())
    other = kept.get(key)
    if other is None or bound < other.bound or (bound == other.bound and strict):
        kept[key] = Inequality(factors, bound, strict)
    return True


def _cheapest(inequalities: Any) -> Any:
    """The variable whose elimination makes the fewest new inequalities."""
    above: dict[Any, int] = {}
    below: dict[Any, int] = {}
    for one in inequalities:
        for variable, factor in one.factors.items():
            counts = above if factor > 0 else below
            counts[variable] = counts.get(variable, 0) + 1
    names = dict.fromkeys([*above, *below])
    return min(names, key=lambda name: above.get(name, 0) * below.get(name, 0) - above.get(name, 0) -
               below.get(name, 0))  # fmt: skip


def _without(variable: Any, high: Inequality, low: Inequality) -> Inequality:
    """What two inequalities say together of the other variables."""
    up, down = high.factors[variable], -low.factors[variable]
    factors = {name: factor * down for name, factor in high.factors.items()}
    for name, factor in low.factors.items():
        factors[name] = factors.get(name, 0) + factor * up
    factors = {name: factor for name, factor in factors.items() if factor}
    return Inequality(factors, high.bound * down + low.bound * up, high.strict or low.strict)


def _substituted(steps: list[tuple[Any, list[Inequality]]], choose: Choose) -> dict[Any, Any]:
    """The values of the variables, the one eliminated last first."""
    found: dict[Any, Any] = {}
    for variable, own in reversed(steps):
        low: Fraction | None = None
        high: Fraction | None = None
        low_open = high_open = False
        for factors, bound, strict in own:
            rest = bound - sum(factor * found.get(name, 0) for name, factor in factors.items() if name != variable)
            end = Fraction(rest) / factors[variable]
            if factors[variable] > 0:
                if high is None or end < high or (end == high and strict):
                    high, high_open = end, strict
            elif low is None or end > low or (end == low and strict):
                low, low_open = end, strict
        value = choose(variable, low, low_open, high, high_open)
        if value is None:
            raise Undecided
        found[variable] = value
    return found


def scaled(factors: Mapping[Any, Fraction | int], bound: Fraction | int, strict: bool = False) -> Inequality:
    """An inequality with whole factors."""
    by = lcm(*(Fraction(factor).denominator for factor in factors.values()), 1)
    return Inequality({name: int(factor * by) for name, factor in factors.items() if factor}, bound * by, strict)

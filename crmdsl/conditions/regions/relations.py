"""Whether cases exist in which sums and comparisons between fields lie in given cells, and one of them.

The cells of a `Sum` or `Relation` are treated as free when regions are divided; what is found so is a case only if
its values can really relate like that. Sums are decided by elimination, products by the ends of their factors (all
values of a factor that has few), and what is left by z3, if it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterator
from fractions import Fraction
from functools import partial
from itertools import count, islice
from itertools import product as combinations
from math import ceil, floor, prod
from typing import Any

from crmdsl.conditions.regions import smt
from crmdsl.conditions.regions.linear import Budget, Undecided, scaled, solve
from crmdsl.conditions.regions.nodes import Box
from crmdsl.conditions.regions.points import pick, runs
from crmdsl.conditions.regions.space import Space
from crmdsl.conditions.regions.spans import span_of_sum
from crmdsl.conditions.regions.variables import Choice, Cut, Relation, Scale, Sum, Variable
from crmdsl.conditions.regions.words import fitting, representatives

Key = Hashable
MISSING = object()
"""The value of what is missing."""
MOST_WAYS = 256
MOST_FIXED = 600
"""Values that are tried for the factors of products."""
MOST_TRIED = 20_001
Span = tuple[Cut | None, Cut | None]


class Unproven(Exception):
    """Whether there is such a case could not be decided. `variables` are the relations that it hangs on."""

    def __init__(self, variables: frozenset[int]) -> None:
        super().__init__()
        self.variables = variables


def at_a_corner(variables: list[Variable], box: Box) -> bool:
    """Whether the sums in a box are where they should be at an end of their variables: mostly they are, or nowhere."""
    asked = [(one, mask) for index, mask in box.items() if isinstance(one := variables[index], Sum)]
    if len(asked) < sum(isinstance(variables[index], Relation | Sum) for index in box):
        return False
    inside = {index for one, _ in asked for index in one.variables}
    ends: dict[int, tuple[int, int]] = {}
    for index in inside:
        found = _whole_ends(variables[index], box.get(index, variables[index].full))
        if found is None:
            return False
        ends[index] = found
    factors = {index: one.terms.get((index,), 1) for one, _ in asked for index in one.variables}
    lows, highs = ({index: ends[index][side] for index in inside} for side in (0, 1))
    down = {index: ends[index][factors[index] < 0] for index in inside}
    up = {index: ends[index][factors[index] > 0] for index in inside}
    return any(
        all(mask >> one.cell(one.total(values)) & 1 for one, mask in asked) for values in (lows, down, up, highs)
    )


def _whole_ends(variable: Variable, mask: int) -> tuple[int, int] | None:
    """The least and a large whole number in some cells."""
    mask &= variable.known
    if not isinstance(variable, Scale) or variable.dense or not mask:
        return None
    low = variable.ends((mask & -mask).bit_length() - 1, mask.bit_length())[0]
    high = variable.ends(mask.bit_length() - 1, mask.bit_length())[1]
    if low is None:
        return None if high is None else (high - 1, high - 1)
    return low, FAR if high is None else high - 1


FAR = 10**15
"""Farther than any value that somebody means."""


class System:
    """Boxes of one space that hold together, of one case or (by other keys) of several."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.masks: dict[Key, int] = {}
        self.of: dict[Key, Variable] = {}
        self.sums: list[tuple[dict[tuple[Key, ...], int], Sum, int]] = []
        self.relations: list[tuple[tuple[Key, ...], Relation, int]] = []
        self.below: list[tuple[Key, Key]] = []
        self.impossible = False

    def add(self, box: Box, key: Callable[[int], Key] = lambda index: index) -> None:
        """A case lies in a box; `key` names its variables."""
        for index, mask in box.items():
            variable = self.space.variables[index]
            if isinstance(variable, Sum):
                terms = {tuple(key(one) for one in product): factor for product, factor in variable.terms.items()}
                self.sums.append((terms, variable, mask))
                for one in variable.variables:
                    self._narrow(key(one), one, self.space.variables[one].full)
            elif isinstance(variable, Relation):
                self.relations.append((tuple(key(one) for one in variable.variables), variable, mask))
                for one in variable.variables:
                    self._narrow(key(one), one, self.space.variables[one].full)
            else:
                self._narrow(key(index), index, mask)

    def order(self, lesser: Key, greater: Key, index: int) -> None:
        """The value of one case is at most that of another."""
        self.below.append((lesser, greater))
        for key in (lesser, greater):
            self._narrow(key, index, self.space.variables[index].full)

    def _narrow(self, key: Key, index: int, mask: int) -> None:
        self.of[key] = self.space.variables[index]
        self.masks[key] = self.masks.get(key, mask) & mask
        self.impossible = self.impossible or not self.masks[key]

    # solving

    def solve(self) -> dict[Key, Any] | None:
        """Values of all that is related, `None` if there are none. Raises `Unproven`."""
        if self.impossible:
            return None
        words = self._words()
        if words is None:
            return None
        numbers = self._numbers()
        opaque = self._opaque()
        if numbers is None or opaque is None:
            return None
        if opaque:
            raise Unproven(frozenset(opaque))
        return {**words, **numbers}

    def _opaque(self) -> list[int] | None:
        """The relations of which nobody knows whether they hold; `None` where one that is known does not as asked."""
        asked: dict[int, tuple[Relation, int]] = {}
        for _, variable, mask in self.relations:
            if variable.test is None:
                asked[variable.index] = variable, mask & asked.get(variable.index, (variable, mask))[1]
        found = []
        for index, (variable, mask) in asked.items():
            if not self._free(variable):
                found.append(index)
            elif not mask & self._cells(variable):
                return None
        return found

    def _free(self, relation: Relation) -> bool:
        """Whether two references may lead to one record as well as to two, as nothing is said of what they lead to."""
        own = set(relation.variables)
        names = tuple(f"{self.space.variables[index].name}." for index in own)
        return bool(own) and not any(
            one.name.startswith(names)
            or (isinstance(one, Relation) and one is not relation and not own.isdisjoint(one.variables))
            for one in self.space.variables
        )

    def _cells(self, relation: Relation) -> int:
        """Whether two references may be the same and not, and whether that may be unknown, as cells."""
        masks = [(self.masks[index], self.space.variables[index]) for index in relation.variables]
        known = all(mask & one.known for mask, one in masks)
        return (3 if known else 0) | (4 if any(mask & one.missing for mask, one in masks) else 0)

    def _words(self) -> dict[Key, Any] | None:
        """Values of what is compared and is no figure."""
        asked = [one for one in self.relations if one[1].test is not None]
        keys = list(dict.fromkeys(key for inside, _, _ in asked for key in inside))
        if not keys:
            return {}
        texts = _texts([self.of[key] for key in keys])
        values = {key: _values(self.of[key], self.masks[key], texts) for key in keys}
        tests = [(inside, partial(_fits, variable, mask)) for inside, variable, mask in asked]
        try:
            return fitting(representatives(values), tests)
        except Undecided:
            raise Unproven(frozenset(variable.index for _, variable, _ in asked)) from None

    def _numbers(self) -> dict[Key, Any] | None:
        """Values of the figures in sums, or in an order with those of another case."""
        keys = list(dict.fromkeys([key for terms, _, _ in self.sums for product in terms for key in product] +
                                  [key for pair in self.below for key in pair]))  # fmt: skip
        if not keys:
            return {}
        options = [list(_options(self.of[key], self.masks[key])) for key in keys]
        sums = [list(_spans(variable, mask)) for _, variable, mask in self.sums]
        ways = combinations(*options, *sums)
        if prod(len(each) for each in (*options, *sums)) > MOST_WAYS:
            raise Unproven(self._asked)
        undecided = False
        for way in ways:
            spans = dict(zip(keys, way[: len(keys)], strict=True))
            try:
                found = self._numbers_in(spans, way[len(keys) :])
            except Undecided:
                undecided = True
                continue
            if found is not None:
                return found
        if undecided:
            raise Unproven(self._asked)
        return None

    @property
    def _asked(self) -> frozenset[int]:
        return frozenset(variable.index for _, variable, _ in self.sums)

    def _numbers_in(self, spans: dict[Key, Any], sums: tuple[Any, ...]) -> dict[Key, Any] | None:
        """Values of figures between cuts. Raises `Undecided`."""
        gone = {key: MISSING for key, span in spans.items() if span is MISSING}
        for lesser, greater in self.below:
            if (lesser in gone) != (greater in gone):
                return None
        asked = [
            _bounded(terms, span, variable.dense)
            for (terms, variable, _), span in zip(self.sums, sums, strict=True)
            if not any(key in gone for product in terms for key in product)
        ]
        asked += [smt.Bounded({(lesser,): 1, (greater,): -1}, None, False, 0, False)
                  for lesser, greater in self.below if lesser not in gone]  # fmt: skip
        ends = {}
        for key, span in spans.items():
            if span is not MISSING:
                one = _bounded({(key,): 1}, span, self._scale(key).dense)
                asked.append(one)
                ends[key] = one.low, one.high
        found = _Question(asked, ends, self._scale, self.space.budget).answer()
        return None if found is None else {**gone, **found}

    def _scale(self, key: Key) -> Scale:
        variable = self.of[key]
        assert isinstance(variable, Scale)  # noqa: S101 - sums are made of figures
        return variable


class _Question:
    """Sums of products between ends."""

    def __init__(
        self, sums: list[smt.Bounded], ends: dict[Key, Any], scale: Callable[[Key], Scale], budget: Budget
    ) -> None:
        self.sums = sums
        self.ends = ends
        self.scale = scale
        self.budget = budget

    def whole(self, key: Key) -> bool:
        return not self.scale(key).dense

    def answer(self) -> dict[Key, Any] | None:
        """Values, `None` if there are none. Raises `Undecided`."""
        for one in self.sums:
            if _apart(one, span_of_sum(one.terms, {key: self.ends[key] for product in one.terms for key in product})):  # type: ignore[arg-type]
                return None
        fixed = self._factors()
        if fixed:
            return self._by_trying(fixed)
        try:
            return self._linear({})
        except Undecided:
            if not smt.installed() or self.budget.left < 0:
                raise
        found = smt.solve(self.sums, self.whole)
        if found is False:
            raise Undecided
        return found  # type: ignore[return-value]

    def _factors(self) -> list[Key]:
        """Variables without which no product is left."""
        products = [product for one in self.sums for product in one.terms if len(product) > 1]
        fixed: list[Key] = []
        while products:
            counts: dict[Key, int] = {}
            for product in products:
                for key in product:
                    counts[key] = counts.get(key, 0) + 1
            fixed.append(min(counts, key=lambda key: (-counts[key], self._width(key), str(key))))
            products = [rest for product in products if len(rest := tuple(k for k in product if k not in fixed)) > 1]
        return fixed

    def _width(self, key: Key) -> Any:
        low, high = self.ends[key]
        return float("inf") if low is None or high is None else high - low

    def _by_trying(self, fixed: list[Key]) -> dict[Key, Any] | None:
        """Values of the factors one after the other; all of them where there are few."""
        every = [list(self._values(key)) for key in fixed]
        for chosen in islice(combinations(*every), MOST_FIXED):
            at = dict(zip(fixed, chosen, strict=True))
            found = self._linear(at) if self._fits(at) else None
            if found is not None:
                return found
        if len(fixed) > 1 or not self.whole(fixed[0]) or self._width(fixed[0]) >= MOST_TRIED:
            raise Undecided
        low, high = self.ends[fixed[0]]
        for value in range(ceil(low), floor(high) + 1):
            found = self._linear({fixed[0]: value}) if self._fits({fixed[0]: value}) else None
            if found is not None:
                return found
        return None

    def _fits(self, at: dict[Key, Any]) -> bool:
        """Whether each sum alone can lie where it is asked to, with some variables fixed."""
        ends = self.ends | {key: (value, value) for key, value in at.items()}
        return not any(
            _apart(one, span_of_sum(one.terms, {key: ends[key] for product in one.terms for key in product}))  # type: ignore[arg-type]
            for one in self.sums
        )

    def _values(self, key: Key) -> Iterator[Any]:
        low, high = self.ends[key]
        near = [end for end in (low, high) if end is not None]
        near += [low + 1] if low is not None else []
        near += [high - 1] if high is not None else []
        near += [floor((low + high) / 2)] if low is not None and high is not None else []
        near += [0, 1, *sorted(self.scale(key).marks)[:20]]
        for value in dict.fromkeys(near):
            inside = (low is None or value >= low) and (high is None or value <= high)
            if inside and (not self.whole(key) or value == floor(value)):
                yield value

    def _linear(self, fixed: dict[Key, Any]) -> dict[Key, Any] | None:
        """Values where those of some variables are fixed."""
        inequalities = []
        for one in self.sums:
            factors: dict[Key, Fraction | int] = {}
            rest: Fraction | int = 0
            for product, factor in one.terms.items():
                value = factor * prod(fixed[key] for key in product if key in fixed)
                open_ = [key for key in product if key not in fixed]
                if open_:
                    factors[open_[0]] = factors.get(open_[0], 0) + value
                else:
                    rest += value
            if one.high is not None:
                inequalities.append(scaled(factors, Fraction(one.high) - rest, one.high_open))
            if one.low is not None:
                negative = {key: -factor for key, factor in factors.items()}
                inequalities.append(scaled(negative, rest - Fraction(one.low), one.low_open))
        found = solve(inequalities, self.whole, self._chosen, self.budget)
        if found is None:
            return None
        return {**{key: pick(self.scale(key), None, None) for key in self.ends}, **found, **fixed}

    def _chosen(self, key: Key, low: Any, low_open: bool, high: Any, high_open: bool) -> Any:
        scale = self.scale(key)
        if scale.dense:
            first = None if low is None else (low, 1 if low_open else 0)
            last = None if high is None else (high, 0 if high_open else 1)
        else:
            first = None if low is None else (floor(low) + 1 if low_open else ceil(low))
            last = None if high is None else (ceil(high) if high_open else floor(high) + 1)
        return pick(scale, first, last)


def _values(variable: Variable, mask: int, texts: list[str]) -> list[Any]:
    """The values in some cells; of text that is none of its own those of `texts`."""
    if variable.missing & mask:
        rest = _values(variable, mask & variable.known, texts)
        return [*rest, MISSING]
    if not isinstance(variable, Choice):
        raise Unproven(frozenset())
    found = [value for place, value in enumerate(variable.values) if mask >> place & 1]
    if variable.open_ and mask & 1:
        return [*found[1:], *(text for text in texts if text not in variable.values)]
    return found


def _texts(variables: list[Variable]) -> list[str]:
    """The texts that are mentioned of some variables, and of others as many as could differ."""
    mentioned = dict.fromkeys(text for one in variables if isinstance(one, Choice) and one.open_
                              for text in one.values[1:])  # fmt: skip
    return [*mentioned, *islice(other_texts(mentioned), len(variables))]


def other_texts(mentioned: Container[Any]) -> Iterator[str]:
    """Texts that no condition mentions."""
    return (text for number in count(1) if (text := f"x{number}") not in mentioned)


def _fits(relation: Relation, mask: int, values: list[Any]) -> bool:
    """Whether a comparison of some values comes out as one of the cells."""
    return bool(mask & _held(relation, values))


def _held(relation: Relation, values: list[Any]) -> int:
    if any(value is MISSING for value in values):
        return 7
    held = relation.test(*values) if relation.test else None
    return 1 if held else 4 if held is None else 2


def _options(variable: Variable, mask: int) -> Iterator[Any]:
    """Where a figure can be: between cuts, or missing."""
    yield from _spans(variable, mask & variable.known)
    if mask & variable.missing:
        yield MISSING


def _spans(variable: Variable, mask: int) -> Iterator[Span]:
    assert isinstance(variable, Scale)  # noqa: S101 - sums are made of figures
    for start, end in runs(mask):
        yield variable.ends(start, end)


def _bounded(terms: Any, span: Span, dense: bool) -> smt.Bounded:
    low, high = span
    if dense:
        return smt.Bounded(
            terms, None if low is None else low[0], low is not None and low[1] == 1,
            None if high is None else high[0], high is not None and high[1] == 0,
        )  # fmt: skip
    return smt.Bounded(terms, low, False, None if high is None else high - 1, False)


def _apart(asked: smt.Bounded, span: tuple[Any, Any]) -> bool:
    """Whether no value of a sum can lie where it is asked to."""
    low, high = span
    if asked.low is not None and high is not None and (high < asked.low or (asked.low_open and high == asked.low)):
        return True
    return (
        asked.high is not None and low is not None
        and (low > asked.high or (asked.high_open and low == asked.high))
    )  # fmt: skip

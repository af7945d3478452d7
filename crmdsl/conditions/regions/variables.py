"""The variables of conditions, each cut into cells: within a cell no condition can tell two values apart.

A set of values of one variable is a bit mask over its cells, in their order; the bit behind the last cell stands
for a value that is missing. Cuts are gathered while conditions are read, and masks made after `freeze`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, prod
from typing import Any

Cut = Any
"""Between which values it cuts: in front of a whole number, or of or behind (0, 1) an exact one."""
Intervals = tuple[tuple[Cut, Cut], ...]
"""Values from a cut to another; `None` is the end of the domain."""
EVERYTHING: Intervals = ((None, None),)
STEPS = {"<": 0, ">=": 0, "<=": 1, ">": 1}
"""How far behind a whole number an order with it cuts."""


class Variable:
    """What conditions ask about: a field along a path, a person, the state, or how figures relate.

    `name` is what people call it, `base` its type. `full` are all cells, with the missing one where it is
    `optional`, `known` those of values; both hold after `freeze`.
    """

    __slots__ = ("base", "full", "index", "known", "name", "optional")

    def __init__(self, name: str, base: str, optional: bool = False) -> None:
        self.name = name
        self.base = base
        self.optional = optional
        self.index = -1
        self.known = self.full = 1

    def freeze(self) -> None:
        """Fix the cells; no cut is added afterwards."""
        count = self.count()
        self.known = (1 << count) - 1
        self.full = (1 << (count + 1)) - 1 if self.optional else self.known

    def count(self) -> int:
        """How many cells of values there are."""
        return 1

    def mask(self, values: Any) -> int:
        """The cells of some values, as the variable's own methods give them."""
        raise TypeError(values)

    @property
    def missing(self) -> int:
        """The cell of what is missing, 0 if it never is."""
        return self.full & ~self.known


class Scale(Variable):
    """A variable whose values are in order: money, percents, numbers, dates, or a sum of such.

    Whole numbers of the smallest unit, or any exact number where it is `dense`, from `low` to `high` (`None`: no
    end), both inside. `marks` are the values that conditions mention. After `freeze`, `below` has the cells in front of
    each cut, those outside of the domain too.
    """

    __slots__ = ("below", "cuts", "dense", "high", "low", "marks", "order")

    def __init__(
        self, name: str, base: str, low: Any = None, high: Any = None, dense: bool = False, optional: bool = False
    ) -> None:
        self.name = name
        self.base = base
        self.optional = optional
        self.index = -1
        self.known = self.full = 1
        self.low = low
        self.high = high
        self.dense = dense
        self.cuts: set[Cut] = set()
        self.marks: set[Any] = set()

    def around(self, value: int | Fraction) -> tuple[Cut, Cut]:
        """The cuts right in front of a value and right behind it; the same where no value of the domain is equal."""
        if self.dense:
            return (value, 0), (value, 1)
        if isinstance(value, int):
            return value, value + 1
        return ceil(value), floor(value) + 1

    def cut(self, op: str, value: int | Fraction) -> Cut:
        """Where `x op value` cuts, for an order."""
        self.marks.add(value)
        step = STEPS[op]
        cut = value + step if value.__class__ is int and not self.dense else self.around(value)[step]
        self.cuts.add(cut)
        return cut

    def equal(self, value: int | Fraction) -> tuple[Intervals, Intervals]:
        """The values that are equal to one, and those that are not."""
        self.marks.add(value)
        before, behind = self.around(value)
        self.cuts.add(before)
        self.cuts.add(behind)
        return ((before, behind),), ((None, before), (behind, None))

    def freeze(self) -> None:
        """Keep the cuts inside of the domain, in order."""
        low, high = self.low, self.high
        first = low if low.__class__ is int and not self.dense else self.first  # a whole number is a cut itself
        last = high + 1 if high.__class__ is int and not self.dense else self.last
        order = sorted(self.cuts)
        start = 0 if first is None else bisect_right(order, first)
        end = len(order) if last is None else bisect_left(order, last, start)
        self.below: dict[Cut, int] = dict.fromkeys(order[:start], 0)
        below, mask = self.below, 0
        self.order: list[Cut] = order[start:end]
        for cut in self.order:
            below[cut] = mask = 2 * mask + 1
        self.known = known = 2 * mask + 1
        self.full = 2 * known + 1 if self.optional else known
        if end < len(order):
            below.update(dict.fromkeys(order[end:], known))

    @property
    def first(self) -> Cut | None:
        """The cut in front of the domain."""
        return None if self.low is None else self.around(self.low)[0]

    @property
    def last(self) -> Cut | None:
        """The cut behind the domain."""
        return None if self.high is None else self.around(self.high)[1]

    def count(self) -> int:
        """One more than cuts."""
        return len(self.order) + 1

    def mask(self, values: Intervals) -> int:
        """The cells of some intervals, whose ends are cuts."""
        found = 0
        for start, end in values:
            front = 0 if start is None else self.below[start]
            found |= (self.known if end is None else self.below[end]) & ~front
        return found

    def cell(self, value: int | Fraction) -> int:
        """The cell in which a value lies."""
        return bisect_right(self.order, (value, 0) if self.dense else value)

    def ends(self, start: int, end: int) -> tuple[Cut | None, Cut | None]:
        """The cuts in front of the cell `start` and behind the cell `end - 1`."""
        low = self.order[start - 1] if start else self.first
        return low, self.order[end - 1] if end <= len(self.order) else self.last


class Choice(Variable):
    """A variable with some values that have no order of their own: an enumeration, a flag, persons, or text.

    With `open_` (text) there are more values than those mentioned: they are the cell 0, and each text that is
    mentioned is a cell behind it. A set of values is a mask; the complement of one is written `~mask`.
    """

    __slots__ = ("_places", "open_", "values")

    def __init__(
        self, name: str, base: str, values: Sequence[Any] = (), *, open_: bool = False, optional: bool = False
    ) -> None:
        super().__init__(name, base, optional)
        self.open_ = open_
        self.values = [None, *values] if open_ else list(values)
        self._places = {value: place for place, value in enumerate(self.values)}

    def count(self) -> int:
        """As many as values, and one for all the others."""
        return len(self.values)

    def equal(self, value: Any) -> int:
        """The mask of a value, nothing for one that there is not."""
        place = self._places.get(value)
        if place is None:
            if not self.open_:
                return 0
            place = self._places[value] = len(self.values)
            self.values.append(value)
        return 1 << place

    def where(self, test: Callable[[Any], bool | None]) -> tuple[int, int]:
        """The masks of the values for which a test holds, and for which it does not; unknown is neither."""
        yes = no = 0
        for place, value in enumerate(self.values):
            held = test(value)
            if held is not None:
                if held:
                    yes |= 1 << place
                else:
                    no |= 1 << place
        return yes, no

    def mask(self, values: int) -> int:
        """The cells of some values."""
        return values & self.known


class Sum(Scale):
    """A sum of products of other variables, as in `exposure + amount <= credit_limit`, with whole factors.

    `terms` maps the variables of a product (their indexes, in order) to its factor. Its cells are treated as if
    they could be chosen freely; `relations` then finds whether that is so.
    """

    __slots__ = ("terms",)

    def __init__(self, name: str, terms: dict[tuple[int, ...], int], low: Any, high: Any, *, dense: bool) -> None:
        super().__init__(name, "sum", low, high, dense=dense)
        self.terms = terms

    @property
    def variables(self) -> set[int]:
        """The variables in it."""
        return {index for product in self.terms for index in product}

    def total(self, values: Mapping[int, Any]) -> Any:
        """The sum for some values of its variables."""
        return sum(factor * prod(values[index] for index in product) for product, factor in self.terms.items())

    @property
    def linear(self) -> bool:
        """Whether no two variables are multiplied."""
        return all(len(product) == 1 for product in self.terms)


class Relation(Choice):
    """A comparison of values that are no figures, as in `lead = requester`: its cells are true, false and unknown.

    `test` takes the values of `variables` in their order; without it nobody knows when it holds, but that two
    references (its `variables`) lead to one record or to two.
    """

    __slots__ = ("test", "variables")

    def __init__(self, name: str, variables: tuple[int, ...], test: Callable[..., bool | None] | None) -> None:
        super().__init__(name, "relation", (True, False, None))
        self.variables = variables
        self.test = test


RELATING = (Sum, Relation)
"""Variables that tell how others relate."""

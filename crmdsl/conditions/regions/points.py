"""Values that stand for a region: those that conditions mention, or the nearest to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from crmdsl.conditions.regions.variables import Cut, Scale

USUAL = {"date": date(2026, 1, 1).toordinal(), "instant": (date(2026, 1, 1).toordinal() - 1) * 86_400 + 9 * 3_600}
"""Values of types of which the least says nothing to anybody."""


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """The cells of a mask that follow each other: from a cell to another, the end exclusive."""
    place = 0
    while mask:
        skip = (mask & -mask).bit_length() - 1
        mask >>= skip
        place += skip
        length = (~mask & (mask + 1)).bit_length() - 1
        yield place, place + length
        mask >>= length
        place += length


def pick(scale: Scale, low: Cut | None, high: Cut | None) -> Any:
    """A value between two cuts, `None` where there is none.

    One that a condition mentions if an end is such, else the end that is no bound of the domain, else the least.
    """
    return _exact(scale, low, high) if scale.dense else _whole(scale, low, high)


def _whole(scale: Scale, low: int | None, high: int | None) -> int | None:
    last = None if high is None else high - 1
    if low is not None and last is not None and low > last:
        return None
    ends = [end for end in (low, last) if end is not None]
    for wanted in (scale.marks.__contains__, lambda end: end not in (scale.low, scale.high)):
        for end in ends:
            if wanted(end):
                return end
    usual = USUAL.get(scale.base, 0)
    if (low is None or usual >= low) and (last is None or usual <= last):
        return usual
    return ends[0] if ends else 0


def _exact(scale: Scale, low: Cut | None, high: Cut | None) -> Any:
    if low is not None and high is not None and low >= high:
        return None
    ends = []
    if low is not None and low[1] == 0:
        ends.append(low[0])
    if high is not None and high[1] == 1:
        ends.append(high[0])
    for end in ends:
        if end in scale.marks:
            return end
    between = _between(None if low is None else low[0], None if high is None else high[0])
    return ends[0] if ends and between is None else between


def _between(low: Any, high: Any) -> Any:
    """The number with the fewest decimals between two, both outside; `None` if they are equal."""
    if low is None:
        return 0 if high is None else (0 if high > 0 else ceil(high) - 1)
    if high is None:
        return floor(low) + 1
    if low >= high:
        return None
    step = Fraction(1)
    while True:
        found = (floor(low / step) + 1) * step
        if found < high:
            return found
        step /= 10

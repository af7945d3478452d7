"""Between which values a sum of products lies where its variables lie between given ones: exactly, if it can be."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product as combinations
from typing import Any

Ends = tuple[Any, Any]
"""The least and the greatest value, both inside; `None` is no end."""
MOST = 8
"""Variables whose ends are combined; of more, each product is looked at alone, which may give too much."""


def span_of_sum(terms: Mapping[tuple[int, ...], int], ends: Mapping[int, Ends]) -> Ends:
    """The least and the greatest value of a sum.

    A sum in which each variable stands once in a product at most has its extremes at the ends of its variables
    (it is linear in each of them); where one variable has no end, its slope there decides.
    """
    if all(len(product) == 1 for product in terms):
        return _added([_scaled(ends[product[0]], factor) for product, factor in terms.items()])
    open_ = [index for index, (low, high) in ends.items() if low is None or high is None]
    once = all(len(set(product)) == len(product) for product in terms)
    if once and len(ends) <= MOST and len(open_) <= 1:
        return _of_corners(terms, ends, open_)
    return _added([_scaled(_of_product([ends[index] for index in product]), factor) for product, factor in
                   terms.items()])  # fmt: skip


def _of_corners(terms: Mapping[tuple[int, ...], int], ends: Mapping[int, Ends], open_: list[int]) -> Ends:
    closed = [index for index in ends if index not in open_]
    spans: list[Ends] = []
    for corner in combinations(*(ends[index] for index in closed)):
        at = dict(zip(closed, corner, strict=True))
        rest: Fraction | int = 0
        slope: Fraction | int = 0
        for product, factor in terms.items():
            value: Any = factor
            for index in product:
                value *= at.get(index, 1)
            if open_ and open_[0] in product:
                slope += value
            else:
                rest += value
        spans.append(_added([(rest, rest), _scaled(ends[open_[0]], slope)]) if open_ else (rest, rest))
    lows, highs = [low for low, _ in spans], [high for _, high in spans]
    return None if None in lows else min(lows), None if None in highs else max(highs)


def _scaled(span: Ends, factor: Fraction | int) -> Ends:
    if factor == 0:
        return 0, 0
    low, high = (None if end is None else end * factor for end in span)
    return (low, high) if factor > 0 else (high, low)


def _added(spans: list[Ends]) -> Ends:
    lows, highs = [low for low, _ in spans], [high for _, high in spans]
    return None if None in lows else sum(lows), None if None in highs else sum(highs)


def _of_product(spans: list[Ends]) -> Ends:
    found: Ends = (1, 1)
    for span in spans:
        if None in span or None in found:
            low = 0 if _positive(span) and _positive(found) else None
            found = (low, None)
        else:
            every = [one * other for one in found for other in span]
            found = min(every), max(every)
    return found


def _positive(span: Ends) -> bool:
    return span[0] is not None and span[0] >= 0

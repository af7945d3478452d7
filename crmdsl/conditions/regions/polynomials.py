"""Figures of conditions as fractions of polynomials, exactly; a product of variables is a tuple of their indexes.

Units inside: money counts minor units, a percent is its share of one, working and clock time are minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

Product = tuple[int, ...]
Polynomial = dict[Product, Fraction | int]
ONE: Polynomial = {(): 1}


class Ratio(NamedTuple):
    """`top / bottom`; what is divided by is nowhere zero, or the whole is unknown there."""

    top: Polynomial
    bottom: Polynomial


def constant(value: Fraction | int) -> Ratio:
    """A figure without variables."""
    return Ratio({(): value} if value else {}, ONE)


def added(left: Polynomial, right: Polynomial, sign: int = 1) -> Polynomial:
    """`left + sign * right`."""
    found = dict(left)
    for product, factor in right.items():
        total = found.get(product, 0) + sign * factor
        if total:
            found[product] = total
        else:
            found.pop(product, None)
    return found


def multiplied(left: Polynomial, right: Polynomial) -> Polynomial:
    """`left * right`."""
    found: Polynomial = {}
    for one, factor in left.items():
        for other, by in right.items():
            product = tuple(sorted(one + other))
            total = found.get(product, 0) + factor * by
            if total:
                found[product] = total
            else:
                found.pop(product, None)
    return found


def calculated(op: str, left: Ratio, right: Ratio) -> Ratio:
    """`left op right`."""
    if op in "+-":
        sign = 1 if op == "+" else -1
        if left.bottom == right.bottom:
            return Ratio(added(left.top, right.top, sign), left.bottom)
        top = added(multiplied(left.top, right.bottom), multiplied(right.top, left.bottom), sign)
        return Ratio(top, multiplied(left.bottom, right.bottom))
    if op == "/":
        right = Ratio(right.bottom, right.top)
    return folded(Ratio(multiplied(left.top, right.top), multiplied(left.bottom, right.bottom)))


def folded(ratio: Ratio) -> Ratio:
    """A ratio with 1 below, where what stands below is a number."""
    if ratio.bottom == ONE or len(ratio.bottom) != 1 or () not in ratio.bottom:
        return ratio
    by = Fraction(ratio.bottom[()])
    return Ratio({product: factor / by for product, factor in ratio.top.items()}, ONE)


def whole(terms: Mapping[Product, Fraction | int]) -> tuple[dict[Product, int], Fraction]:
    """The same sum with whole factors that share no divisor, the first of them positive, and how it was multiplied."""
    products = sorted(terms, key=lambda product: (len(product), product))
    below = lcm(*(Fraction(terms[product]).denominator for product in products))
    above = gcd(*(int(terms[product] * below) for product in products))
    by = Fraction(below, above) * (1 if terms[products[0]] > 0 else -1)
    return {product: int(terms[product] * by) for product in products}, by

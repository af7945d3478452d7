"""Exact figures as quotients of polynomials over what is read: for targets that are told what to calculate as data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from math import lcm
from typing import NamedTuple

Term = tuple[Hashable, ...]
"""What is multiplied, in an order of its own; nothing for a constant."""
Polynomial = dict[Term, Fraction]


class Quotient(NamedTuple):
    """One polynomial over another; `nonzero` are all that it divides by, where a constant does not."""

    above: Polynomial
    below: Polynomial
    nonzero: tuple[Polynomial, ...] = ()


def constant(value: Fraction | int) -> Quotient:
    """A number."""
    return Quotient({(): Fraction(value)} if value else {}, {(): Fraction(1)})


def variable(read: Hashable, factor: Fraction | int = 1) -> Quotient:
    """What is read, times a factor."""
    return Quotient({(read,): Fraction(factor)}, {(): Fraction(1)})


def times(one: Polynomial, two: Polynomial) -> Polynomial:
    """The product."""
    found: Polynomial = {}
    for left, count in one.items():
        for right, by in two.items():
            term = tuple(sorted((*left, *right), key=repr))
            found[term] = found.get(term, Fraction(0)) + count * by
    return {term: count for term, count in found.items() if count}


def plus(one: Polynomial, two: Polynomial, sign: int = 1) -> Polynomial:
    """The sum, or the difference with `sign` -1."""
    found = dict(one)
    for term, count in two.items():
        found[term] = found.get(term, Fraction(0)) + sign * count
    return {term: count for term, count in found.items() if count}


def calculated(op: str, one: Quotient, two: Quotient) -> Quotient:
    """`one op two`."""
    nonzero = (*one.nonzero, *two.nonzero)
    if op in "+-":
        sign = 1 if op == "+" else -1
        if one.below == two.below:
            return Quotient(plus(one.above, two.above, sign), one.below, nonzero)
        above = plus(times(one.above, two.below), times(two.above, one.below), sign)
        return Quotient(above, times(one.below, two.below), nonzero)
    if op == "*":
        return Quotient(times(one.above, two.above), times(one.below, two.below), nonzero)
    if two.above.keys() != {()}:
        nonzero = (*nonzero, two.above)
    return Quotient(times(one.above, two.below), times(one.below, two.above), nonzero)


def difference(one: Quotient, two: Quotient, *, ordered: bool) -> Polynomial:
    """What compares with zero as one figure does with another: multiplied out, by squares where their order counts."""
    apart = plus(times(one.above, two.below), times(two.above, one.below), -1)
    return times(apart, times(one.below, two.below)) if ordered else apart


def whole(one: Polynomial) -> dict[Term, int]:
    """A polynomial of whole numbers with the same sign everywhere."""
    common = lcm(*(count.denominator for count in one.values()))
    return {term: int(count * common) for term, count in one.items()}


def greatest(one: Mapping[Term, int], most: Mapping[Hashable, int]) -> int:
    """The greatest magnitude that it, or any part of it, can have."""
    found = 0
    for term, count in one.items():
        size = abs(count)
        for read in term:
            size *= max(most[read], 1)
        found += size
    return found

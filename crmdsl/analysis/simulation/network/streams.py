"""Random numbers by name: one stream a purpose and a place, so that a change in one place leaves the others alone.

All draws are made of uniform ones by arithmetic that stands here, so that a seed means the same in every version of
Python and in the loop of arrays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from math import cos, log, pi, sqrt
from random import Random

from crmdsl.analysis.simulation.network.model import Distribution

_BATCH = 1024
TINY = 1e-12
"""A coefficient of variation under which an effort is constant."""


def stream(seed: int, purpose: str, place: str) -> Random:
    """The stream of a purpose at a place; those of other names are independent of it."""
    return Random(f"{seed}/{purpose}/{place}")  # noqa: S311  # chance, not secrecy


def draws(source: Random, distribution: Distribution) -> Callable[[], float]:
    """What draws one value after the other."""
    mean, cv = distribution.mean, distribution.cv
    if not mean or cv < TINY:
        return repeat(mean).__next__
    if cv == 1:
        return chain.from_iterable(_exponentials(source, mean)).__next__
    return chain.from_iterable(_gammas(source, mean, cv)).__next__


def choices(source: Random, shares: Sequence[float], values: Sequence[int]) -> Callable[[], int]:
    """What draws one of some values after the other, each with its share; with no choice no number is drawn."""
    if len(values) == 1:
        return repeat(values[0]).__next__
    return chain.from_iterable(_choices(source, thresholds(shares), values)).__next__


def thresholds(shares: Sequence[float]) -> list[float]:
    """The uniform numbers from which on each value but the first is meant."""
    found, total = [], 0.0
    for share in shares[:-1]:
        total += share
        found.append(total)
    return found


def _exponentials(source: Random, mean: float) -> Iterator[list[float]]:
    random = source.random
    while True:
        yield [-log(1.0 - random()) * mean for _ in range(_BATCH)]


def _choices(source: Random, limits: Sequence[float], values: Sequence[int]) -> Iterator[list[int]]:
    random = source.random
    if len(limits) == 1:
        limit, (first, second) = limits[0], values
        while True:
            yield [first if random() < limit else second for _ in range(_BATCH)]
    while True:
        yield [values[bisect_right(limits, random())] for _ in range(_BATCH)]


def _gammas(source: Random, mean: float, cv: float) -> Iterator[list[float]]:
    shape = 1 / (cv * cv)
    random, scale = source.random, mean / shape
    while True:
        yield [gamma(random, shape) * scale for _ in range(_BATCH)]


def gamma(random: Callable[[], float], shape: float) -> float:
    """A gamma variable with a scale of 1: Marsaglia and Tsang, ACM Trans. Math. Software 26, 2000, p. 363.

    Its normal variables are Box and Muller's, one of a pair.
    """
    boost = 1.0
    if shape < 1:
        boost = (1.0 - random()) ** (1 / shape)
        shape += 1
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    while True:
        x = sqrt(-2 * log(1.0 - random())) * cos(2 * pi * random())
        v = 1 + c * x
        if v > 0:
            v = v * v * v
            if log(1.0 - random()) < 0.5 * x * x + d - d * v + d * log(v):
                return d * v * boost

"""Confidence intervals of means: Student's t, without a library of statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, exp, inf, lgamma, log, pi, sin, sqrt
from statistics import NormalDist

LEVEL = 0.95
_EXACT = 2_000
"""Degrees of freedom up to which the sum is taken; beyond them the expansion about the normal one is as exact."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean of `count` independent values, known up to `half` on either side at a level of confidence.

    `half` is infinite where one value alone says nothing of its spread.
    """

    mean: float
    half: float
    count: int
    level: float = LEVEL

    @property
    def low(self) -> float:
        """Its lower end."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Its upper end."""
        return self.mean + self.half

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def scaled(self, by: float) -> Interval:
        """It in another unit."""
        return self if by == 1 else Interval(self.mean * by, self.half * by, self.count, self.level)

    @property
    def relative(self) -> float:
        """Half its width against its mean; 0 where both are nothing."""
        return self.half / abs(self.mean) if self.mean else inf if self.half else 0.0

    @property
    def decided(self) -> bool:
        """Whether it leaves nothing out: a difference whose sign is sure."""
        return 0 not in self


def interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """The interval of the mean of independent values. Raises `ValueError` without values."""
    count = len(values)
    if not count:
        raise ValueError("no values")
    mean = sum(values) / count
    if count == 1:
        return Interval(mean, inf, 1, level)
    spread = sum((value - mean) ** 2 for value in values)
    return Interval(mean, t_quantile((1 + level) / 2, count - 1) * sqrt(spread / (count - 1) / count), count, level)


def paired(before: Sequence[float], after: Sequence[float], level: float = LEVEL) -> Interval:
    """The interval of `after - before`, of runs that met the same chances one by one (common random numbers).

    (Law and Kelton, Simulation Modeling and Analysis, the paired-t confidence interval.)
    """
    return interval([two - one for one, two in zip(before, after, strict=True)], level)


def batches(values: Sequence[float], number: int = 30, level: float = LEVEL) -> Interval:
    """The interval of the mean of one long run's values, which hang together, by the means of so many batches.

    Raises `ValueError` if there are fewer values than batches.
    """
    size = len(values) // number
    if not size:
        raise ValueError("too few values")
    means = [sum(values[at : at + size]) / size for at in range(0, number * size, size)]
    return interval(means, level)


def t_cdf(value: float, freedom: int) -> float:
    """Student's distribution function with a whole number of degrees of freedom.

    The finite sums of Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = atan(value / sqrt(freedom))
    sine, squared = sin(angle), cos(angle) ** 2
    odd = freedom % 2
    term = total = cos(angle) if odd else 1.0
    for step in range(2 + odd, freedom - 1, 2):
        term *= squared * (step - 1) / step
        total += term
    if odd:
        inside = angle + (sine * total if freedom > 1 else 0.0)
        return 0.5 + inside / pi
    return 0.5 + sine * total / 2


@lru_cache(maxsize=1024)
def t_quantile(share: float, freedom: int) -> float:
    """The value that a Student variable stays under with that share, 0 < share < 1, by Newton's method on `t_cdf`.

    Beyond 2,000 degrees of freedom the expansion of Abramowitz and Stegun, 26.7.5, is exact to ten digits.
    """
    if share < 0.5:
        return -t_quantile(1 - share, freedom)
    found = _expanded(NormalDist().inv_cdf(share), freedom)
    if freedom > _EXACT:
        return found
    low, high = 0.0, max(2 * found, 1.0)
    while t_cdf(high, freedom) < share:
        low, high = high, 2 * high
    found = min(max(found, low), high)
    for _ in range(200):
        over = t_cdf(found, freedom) - share
        low, high = (low, found) if over > 0 else (found, high)
        step = found - over / _density(found, freedom)
        if not low < step < high:
            step = (low + high) / 2
        if abs(step - found) <= 1e-13 * found:
            return step
        found = step
    return found


def _density(value: float, freedom: int) -> float:
    constant = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - log(freedom * pi) / 2
    return exp(constant - (freedom + 1) / 2 * log(1 + value * value / freedom))


def _expanded(normal: float, freedom: int) -> float:
    x, n = normal, freedom
    first = (x**3 + x) / 4
    second = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    third = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    return x + first / n + second / n**2 + third / n**3

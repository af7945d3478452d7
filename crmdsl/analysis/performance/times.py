"""Times that vary: a mean and a variance; shares and percentiles take them to be gamma-distributed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

_STEPS = 160
_EPS = 1e-9


class Time(NamedTuple):
    """A time in hours, by its mean and its variance; `inf` where it has no end."""

    mean: float = 0.0
    variance: float = 0.0

    @property
    def square(self) -> float:
        """The second moment."""
        return self.variance + self.mean * self.mean

    @property
    def endless(self) -> bool:
        """Whether it has no finite mean."""
        return not math.isfinite(self.mean)

    def then(self, other: Time) -> Time:
        """This and after it another, independent of it."""
        return Time(self.mean + other.mean, self.variance + other.variance)

    def scaled(self, factor: float) -> Time:
        """The same time in another unit."""
        return Time(self.mean * factor, self.variance * factor * factor)

    def within(self, limit: float) -> float:
        """The chance to be no longer than a limit; 0 where there is no end."""
        if self.endless:
            return 0.0
        if self.variance <= _EPS * self.mean * self.mean or self.mean <= 0:
            return 1.0 if self.mean <= limit * (1 + _EPS) else 0.0
        shape = self.mean * self.mean / self.variance
        return gamma_cdf(shape, max(limit, 0.0) * self.mean / self.variance)

    def percentile(self, share: float) -> float:
        """The time that a share of the cases does not exceed."""
        if self.endless or self.mean <= 0 or self.variance <= _EPS * self.mean * self.mean:
            return self.mean
        low, high = 0.0, self.mean
        while self.within(high) < share:
            low, high = high, high * 2
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.within(middle) < share else (low, middle)
        return high


def one_of(times: Iterable[tuple[float, Time]]) -> Time:
    """One of some times, each by its share; the shares sum to 1, or nothing is waited for in the rest."""
    chosen = [(share, time) for share, time in times if share > 0]
    if any(time.endless for _, time in chosen):
        return Time(math.inf, math.inf)
    mean = sum(share * time.mean for share, time in chosen)
    return Time(mean, max(0.0, sum(share * time.square for share, time in chosen) - mean * mean))


def repeated(time: Time, times: float) -> Time:
    """A time that comes about so many times on average, as rework does."""
    if times <= 0:
        return Time()
    return Time(time.mean * times, time.variance * times + time.mean**2 * max(0.0, times * (times - 1)))


def nth_of(times: Sequence[Time], number: int) -> Time:
    """When the `number`-th of some times, which run side by side, is over; numerically, over gamma distributions."""
    if not 0 < number <= len(times):
        return Time()
    if len(times) == 1:
        return times[0]
    endless = sum(time.endless for time in times)
    finite = [time for time in times if not time.endless]
    if number > len(finite):
        return Time(math.inf, math.inf)
    if not endless and number == len(times) and sum(time.variance > 0 for time in times) == 0:
        return max(times)
    top = max(time.mean + 8 * math.sqrt(time.variance) for time in finite)
    if top <= 0:
        return Time()
    width = top / _STEPS
    mean = square = 0.0
    for step in range(_STEPS):
        at = (step + 0.5) * width
        left = 1 - _at_least([time.within(at) for time in finite], number)
        mean += left * width
        square += 2 * at * left * width
    return Time(mean, max(0.0, square - mean * mean))


def _at_least(chances: Sequence[float], number: int) -> float:
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[k] * (1 - chance) if k < len(exactly) else 0.0) + (exactly[k - 1] * chance if k else 0.0)
            for k in range(len(exactly) + 1)
        ]
    return sum(exactly[number:])


@lru_cache(maxsize=4096)
def gamma_cdf(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function, by its series or its continued fraction (Numerical Recipes)."""
    if x <= 0:
        return 0.0
    if shape > 1e5:  # next to constant: the normal distribution, and the series would be long
        return 0.5 * math.erfc((shape - x) / math.sqrt(2 * shape))
    head = math.exp(-x + shape * math.log(x) - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        count = shape
        while term > total * 1e-12:
            count += 1
            term *= x / count
            total += term
        return min(1.0, total * head)
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    h = d
    for i in range(1, 10_000):
        a = -i * (i - shape)
        b += 2
        d = 1 / (a * d + b or 1e-300)
        c = b + a / c or 1e-300
        h *= d * c
        if abs(d * c - 1) < 1e-12:
            break
    return max(0.0, 1 - head * h)

"""Queues in equilibrium: how long work waits for somebody to do it.

M/M/c by Erlang's C formula; G/G/c by Allen and Cunneen's approximation (Probability, Statistics and Queueing Theory,
1978), which is exact for M/M/c and, by Pollaczek and Khinchine, for M/G/1; with one server and arrivals more regular
than Poisson with the correction of Kraemer and Langenbach-Belz (Proc. 8th International Teletraffic Congress, 1976).
How regular work arrives, `variability` says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

_NEARLY_FULL = 1 - 1e-9
_NEVER = 1e15
"""One in so many that are blocked are none."""


@lru_cache(maxsize=4096)
def erlang_c(servers: int, offered: float) -> float:
    """The chance to wait in M/M/c with an offered load in Erlang; 1 where there are no more servers than that.

    By the sum `1 + c/a + c(c-1)/a² + …`, which is one in Erlang's B (Jagerman, Bell System Technical Journal 53, 1974):
    its terms fall after about √c of them, so that a role may have a million persons.
    """
    if servers <= 0 or offered >= servers:
        return 1.0
    if not offered:
        return 0.0
    term = total = 1.0
    for left in range(servers, 0, -1):
        term *= left / offered
        total += term
        if total > _NEVER:
            return 0.0
        if term < total * 1e-17:
            break
    share = offered / servers
    return 1 / ((1 - share) * total + share)


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue with `servers` who each take `mean` hours; `rate` is an hour's arrivals, `scv` the squared cv of service.

    `arriving` is the squared cv of the times between arrivals, 1 for Poisson; of `again` of all work more comes right
    behind it, of the same case. The share `even` of it comes from a queue before that works nearly as evenly as this
    one, where it has waited `before` hours; in front of that it arrived with the squared cv `origin`. Hours are open
    hours of the calendar of who serves.
    """

    servers: int
    rate: float
    mean: float
    scv: float
    arriving: float = 1.0
    again: float = 0.0
    even: float = 0.0
    origin: float = 1.0
    before: float = 0.0

    @property
    def utilisation(self) -> float:
        """Work that arrives against work that can be done; `inf` without servers."""
        offered = self.rate * self.mean
        return offered / self.servers if self.servers else float("inf") if offered else 0.0

    @property
    def grows(self) -> float:
        """By how many pieces of work the queue grows in an hour; 0 where it does not."""
        return 0.0 if self.stable or not self.mean else max(0.0, self.rate - self.servers / self.mean)

    @property
    def spread(self) -> float:
        """The squared cv of the service of a case that comes right back, taken as one (Whitt's elimination of immediate
        feedback: a geometric sum of services)."""
        return self.again + (1 - self.again) * self.scv

    @property
    def stable(self) -> bool:
        """Whether there is a finite wait."""
        return self.utilisation < _NEARLY_FULL

    @property
    def delayed(self) -> float:
        """The share of work that has to wait at all."""
        return erlang_c(self.servers, self.rate * self.mean)

    @property
    def wait(self) -> float:
        """The mean hours that work waits; `inf` where the queue grows."""
        if not self.rate or not self.mean:
            return 0.0
        if not self.stable:
            return float("inf")
        wait = self._behind(self.arriving)
        if not self.even:
            return wait
        # work of constant length keeps its distance: what it has waited in front of one queue, it need not again
        return (1 - self.even) * wait + self.even * max(0.0, self._behind(self.origin) - self.before)

    def _behind(self, arriving: float) -> float:
        """The wait behind arrivals with this squared cv."""
        exponential = self.delayed * self.mean / (self.servers * (1 - self.utilisation))
        return exponential * (arriving + self.spread) / 2 * self._regular(arriving)

    def _regular(self, arriving: float) -> float:
        """What arrivals more regular than Poisson spare besides, where one serves."""
        both = arriving + self.spread
        if self.servers > 1 or arriving >= 1 or both <= 0:
            return 1.0
        busy = self.utilisation
        return math.exp(-2 * (1 - busy) * (1 - arriving) ** 2 / (3 * busy * both))

    @property
    def wait_variance(self) -> float:
        """The variance of the wait: nothing for what finds somebody free, exponential for the rest."""
        wait = self.wait
        return (
            0.0
            if not wait or not self.delayed
            else float("inf")
            if wait == float("inf")
            else wait * wait * (2 / self.delayed - 1)
        )

    @property
    def length(self) -> float:
        """The mean number that wait (Little's law)."""
        return self.rate * self.wait

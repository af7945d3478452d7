"""Queues in equilibrium: how long work waits for somebody to do it.

M/M/c by Erlang's C formula; M/G/c by Allen and Cunneen's approximation (Probability, Statistics and Queueing Theory,
1978), which is exact for M/M/c and, by Pollaczek and Khinchine, for M/G/1. Arrivals are taken to be Poisson, also from
one queue to the next (an open network, decomposed as Jackson's and Whitt's QNA do).
"""

from __future__ import annotations

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

    Hours are open hours of the calendar of who serves.
    """

    servers: int
    rate: float
    mean: float
    scv: float

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
        exponential = self.delayed * self.mean / (self.servers * (1 - self.utilisation))
        return exponential * (1 + self.scv) / 2

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

"""What chance decides, drawn so that two companies compared meet the same customers.

Every draw has an address: the case, the place, the how-many-eth visit, and what it is for. The number drawn is a
function of it (common random numbers: Law and Kelton, *Simulation Modeling and Analysis*, 11.2), so that a case takes
the same way and asks for the same work however the rest of the company is changed, and whatever happened before.
"""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

from crmdsl.analysis.simulation.network.streams import TINY, gamma

_MASK = (1 << 64) - 1
_SCALE = 1 / (1 << 53)


def mixed(*parts: int) -> int:
    """Some numbers as one of 64 bits that looks random (the finaliser of splitmix64, Steele and others, 2014)."""
    state = 0x9E3779B97F4A7C15
    for part in parts:
        state = (state ^ part) * 0xBF58476D1CE4E5B9 & _MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & _MASK
        state ^= state >> 31
    return state


def number(name: str) -> int:
    """A name as a number, the same on every machine."""
    return crc32(name.encode())


class Draws:
    """The draws of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.root = mixed(seed, replication)

    def case(self, source: str, count: int) -> int:
        """The key of the case that a source starts as its `count`-th."""
        return mixed(self.root, number(source), count)

    def uniform(self, *address: int) -> float:
        """A number from 0 to 1, without 1."""
        return (mixed(*address) >> 11) * _SCALE

    def stream(self, *address: int) -> Callable[[], float]:
        """Numbers from 0 to 1, one after the other."""
        state = mixed(*address)

        def following() -> float:
            nonlocal state
            state = mixed(state)
            return (state >> 11) * _SCALE

        return following

    def minutes(self, cv: float, mean: float, *address: int) -> float:
        """A time of this mean: constant where the cv is 0, else gamma (exponential where it is 1)."""
        if cv < TINY or mean <= 0:
            return mean
        shape = 1 / (cv * cv)
        return gamma(self.stream(*address), shape) * mean / shape

    def choose(self, shares: tuple[tuple[str, float], ...], *address: int) -> str:
        """One of some names by their shares; `""` where none has any."""
        whole, last = 0.0, ""
        for _, share in shares:
            whole += share
        drawn = self.uniform(*address) * whole
        for name, share in shares:
            if share > 0:
                if drawn < share:
                    return name
                drawn -= share
                last = name
        return last

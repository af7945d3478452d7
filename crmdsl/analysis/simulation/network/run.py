"""Running a network: cards are dealt, cases go through, and what came of it is checked against itself."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import Literal

from crmdsl.analysis.simulation.network import paths, plain
from crmdsl.analysis.simulation.network.log import Log
from crmdsl.analysis.simulation.network.model import Network

Loop = Literal["plain", "fast"]
MOST_VISITS = 50_000_000
"""Visits up to which a run is made: its log takes memory, some gigabytes of it at the most."""
_WORTH_COMPILING = 5_000_000
"""Visits that take plain Python longer than numba takes to compile its loop, which it does once for a machine."""


class TooLong(ValueError):
    """A run of which the log would be too long to keep."""


def simulate_network(network: Network, seed: int | None = None, loop: Loop | None = None) -> Log:
    """Run a network; with another seed than its own if one is given. The same seed gives the same log in either loop.

    `fast` is the loop of arrays, of the extra `fast`; without a choice it is taken where it is there and worth it.
    Raises `TooLong` if more than `MOST_VISITS` are to be expected, `Disagreement` if the run contradicts itself, and
    `ImportError` if the extra is asked for and missing.
    """
    if expected_visits(network) > MOST_VISITS:
        raise TooLong(f"{expected_visits(network):.0f} visits are to be expected")
    if seed is not None:
        network = replace(network, seed=seed)
    log = _fast(network) if (loop or _best(network)) == "fast" else _plain(network)
    log.check()
    return log


def available() -> bool:
    """Whether the extra `fast` is installed."""
    return find_spec("numba") is not None


def expected_visits(network: Network) -> float:
    """How many visits a run will have, roughly."""
    rate = sum(map(network.rate, network.sources))
    cases = float(sum(len(one.times) or (one.rate and one.rate * network.horizon) for one in network.sources))
    if network.cases is not None:
        cases = min(cases, network.cases)
    return cases * sum(network.visits().values()) / rate if rate else 0.0


def _best(network: Network) -> Loop:
    return "fast" if expected_visits(network) > _WORTH_COMPILING and available() else "plain"


def _plain(network: Network) -> Log:
    dealt = paths.deal(network)
    return Log(network, dealt, plain.serve(network, dealt))


def _fast(network: Network) -> Log:
    from crmdsl.analysis.simulation.network import arrays

    return arrays.run(network)

"""The same run on arrays, compiled by numba: an extra (`fast`). A seed gives the log that plain Python gives.

Python's generator of random numbers is run here on the states that Python seeds (MT19937: Matsumoto and Nishimura, ACM
Transactions on Modeling and Computer Simulation 8, 1998, p. 3), and every draw and every step is the arithmetic of
`streams`, `paths` and `plain`, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import inf, sqrt

import numpy as np

from crmdsl.analysis.simulation.network import kernels
from crmdsl.analysis.simulation.network.kernels import BATCH, CHOICE, CONSTANT, EXPONENTIAL, GAMMA, WORDS, Array, Drawn
from crmdsl.analysis.simulation.network.log import Log
from crmdsl.analysis.simulation.network.model import Distribution, Network, Route
from crmdsl.analysis.simulation.network.paths import Codes, Paths, codes
from crmdsl.analysis.simulation.network.plain import Served
from crmdsl.analysis.simulation.network.streams import TINY, stream, thresholds


class _Wanted:
    """Collects the streams that a run needs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.words: list[tuple[int, ...]] = []
        self.rows: list[tuple[int, float, float, int]] = []
        self.limits: list[float] = []
        self.values: list[int] = []

    def _add(self, purpose: str, place: str, kind: int, mean: float, shape: float) -> int:
        self.words.append(stream(self.seed, purpose, place).getstate()[1][:WORDS])
        self.rows.append((kind, mean, shape, len(self.limits)))
        return len(self.rows) - 1

    def effort(self, purpose: str, place: str, one: Distribution) -> int:
        """The number of a stream of durations."""
        if not one.mean or one.cv < TINY:
            return self._add(purpose, place, CONSTANT, one.mean, 0.0)
        shape = 1 / (one.cv * one.cv)
        return self._add(purpose, place, EXPONENTIAL if one.cv == 1 else GAMMA, one.mean, shape)

    def choice(self, purpose: str, place: str, routes: Sequence[Route], values: Sequence[int]) -> int:
        """The number of a stream of choices between some values."""
        kind = CONSTANT if len(values) == 1 else CHOICE
        number = self._add(purpose, place, kind, float(values[0]), 0.0)
        self.limits += [*thresholds([route.share for route in routes]), inf]
        self.values += values
        return number

    def drawn(self) -> Drawn:
        """All of them, nothing drawn yet; what is constant is drawn for good."""
        number = len(self.rows)
        return Drawn(
            np.empty((number, BATCH)),
            np.empty((number, BATCH)),
            np.array(self.words, dtype=np.int64),
            np.array([(BATCH, BATCH, kind, begin) for kind, _, _, begin in self.rows], dtype=np.int64),
            np.array([(mean, shape) for _, mean, shape, _ in self.rows]),
            np.array(self.limits),
            np.array(self.values, dtype=np.int64),
        )


class ArrayLog(Log):
    """A log whose columns are arrays, those that are worked out as well."""

    @cached_property
    def activity(self) -> Array:
        """Which activity it was."""
        return np.array(self.paths.codes.activity, dtype=np.int32)[self.paths.code]

    @cached_property
    def case(self) -> Array:
        """Which case it was."""
        return np.repeat(np.arange(self.cases, dtype=np.int32), np.diff(np.asarray(self.paths.first)))

    @cached_property
    def left(self) -> Array:
        """When each case left."""
        first = np.asarray(self.paths.first)
        found = np.array(self.paths.arrived)
        some = np.diff(first) > 0
        found[some] = np.asarray(self.finished)[first[1:][some] - 1]
        return found

    def stays(self) -> float:
        """The sum of the times that cases were in the network."""
        return float(np.sum(self.left - np.asarray(self.paths.arrived)))


def run(network: Network) -> ArrayLog:
    """Run a network."""
    paths = deal(network)
    return ArrayLog(network, paths, serve(network, paths))


def deal(network: Network) -> Paths:
    """Draw the cards of all cases, as `paths.deal` does."""
    numbers, wanted = codes(network), _Wanted(network.seed)
    index = {one.name: number for number, one in enumerate(network.activities)}
    index |= {end: ~number for number, end in enumerate(network.ends)}
    enter, gap, leave, work = [], [], [], []
    for one in network.sources:
        enter.append(wanted.choice("entry", one.name, one.routes, [index[way.to] for way in one.routes]))
        gap.append(wanted.effort("arrivals", one.name, Distribution(1 / one.rate if one.rate else inf, 1.0)))
    for begin, activity in zip(numbers.first, network.activities, strict=True):
        leave.append(wanted.choice("route", activity.name, activity.routes, range(begin, begin + len(activity.routes))))
        work.append(wanted.effort("effort", activity.name, activity.effort))
    given = np.array([at for one in network.sources for at in one.times], dtype=float)
    last = np.cumsum([len(one.times) for one in network.sources], dtype=np.int64)
    cases, rows = _room(network)
    while True:  # a second time where chance asked for more room
        drawn, arrived, source = wanted.drawn(), _floats(cases), _integers(cases)
        coming = np.full(len(last), inf)
        count = kernels.arrive(drawn, _whole(gap), given, last, cases, network.horizon, coming, arrived, source)
        places = (_whole(enter), _whole(leave), _whole(work), _whole(numbers.target))
        end, first, code, effort = _integers(cases), _integers(cases + 1), _integers(rows), _floats(rows)
        used = kernels.deal(drawn, count, source, *places, end, first, code, effort)
        if used <= rows and (count < cases or network.cases is not None):
            return Paths(
                numbers, arrived[:count], source[:count], end[:count], first[: count + 1], code[:used], effort[:used]
            )
        cases, rows = cases if network.cases is not None else 2 * cases, 2 * rows


def _room(network: Network) -> tuple[int, int]:
    """How many cases and rows there should be, with something to spare for chance."""
    rate = sum(map(network.rate, network.sources))
    each = 1 + (sum(network.visits().values()) / rate if rate else 0.0)
    cases = network.cases
    if cases is None:
        endless = sum(one.rate for one in network.sources if not one.times)
        expected = sum(len(one.times) for one in network.sources) + (endless and endless * network.horizon)
        cases = int(expected + 6 * sqrt(expected)) + 16
    return cases, int(cases * each * 1.05) + 1024


def serve(network: Network, paths: Paths) -> Served:
    """Run the cases through the network, as `plain.serve` does."""
    pools = {pool.name: number for number, pool in enumerate(network.pools)}
    levels = sorted({(pools.get(one.pool, -1), one.priority) for one in network.activities})
    queue = {level: number for number, level in enumerate(levels)}
    own = [(pools.get(one.pool, -1), one.priority) for one in network.activities]
    bounds = [[n for n, (pool, _) in enumerate(levels) if pool == number] for number in range(len(pools))]
    first_level = _whole([found[0] if found else 0 for found in bounds])
    behind_level = _whole([found[-1] + 1 if found else 0 for found in bounds])
    rows, cases = len(paths.code), len(paths.arrived)
    servers = _whole([pool.servers for pool in network.pools])
    base = np.cumsum(servers) - servers
    idle = np.concatenate([np.arange(number, dtype=np.int64) for number in (*servers, 0)])
    server, queued, started, finished = _integers(rows), _floats(rows), _floats(rows), _floats(rows)
    server[:] = -1
    finished[:] = paths.effort
    places = (_by_code([pool for pool, _ in own], paths.codes), _by_code([queue[one] for one in own], paths.codes))
    present = kernels.serve(
        paths.arrived, paths.first, paths.code, _whole(paths.codes.target), (server, queued, started, finished), places,
        (first_level, behind_level, _whole([-1] * len(levels)), _whole([-1] * len(levels)), _integers(rows)),
        (servers, base, idle, _whole([0] * len(pools)), servers.copy()),
        (_floats(cases + 1), _integers(cases + 1)),
    )  # fmt: skip
    return Served(server, queued, started, finished, float(present))


def _floats(number: int) -> Array:
    return np.empty(number)


def _integers(number: int) -> Array:
    return np.empty(number, dtype=np.int64)


def _by_code(values: list[int], numbers: Codes) -> Array:
    return _whole([values[activity] for activity in numbers.activity])


def _whole(values: Sequence[int]) -> Array:
    return np.array(values, dtype=np.int64)

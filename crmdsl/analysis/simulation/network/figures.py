"""What a run comes to: waits, stays, queues and loads, of the time after the warm-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from crmdsl.analysis.simulation.network.log import Log

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Times:
    """Some times: how many, their mean, and the times that that share stays within. Without any all are 0."""

    count: int
    mean: float
    p50: float
    p90: float
    p95: float


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """A pool: the share of its time that it worked, and how many on average waited for it."""

    utilisation: float
    queue: float


@dataclass(frozen=True, slots=True)
class ActivityFigures:
    """An activity: the waits for it and the work on it, and the visits that a case of the run makes."""

    wait: Times
    work: Times
    visits: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run comes to, by the names of the network. Cases count if they arrived after the warm-up.

    `stays` are by source, from arrival to end; `present` is the mean number of cases in the network, `throughput` how
    many leave in a unit of time.
    """

    pools: dict[str, PoolFigures]
    activities: dict[str, ActivityFigures]
    stays: dict[str, Times]
    ends: dict[str, int]
    present: float
    throughput: float

    def values(self) -> dict[str, float]:
        """The figures one by one, for `replicate`: `wait/<activity>`, `stay/<source>`, `utilisation/<pool>` …"""
        found = {f"wait/{name}": one.wait.mean for name, one in self.activities.items() if one.wait.count}
        found |= {f"stay/{name}": one.mean for name, one in self.stays.items() if one.count}
        for name, pool in self.pools.items():
            found |= {f"utilisation/{name}": pool.utilisation, f"queue/{name}": pool.queue}
        return found | {"present": self.present, "throughput": self.throughput}


def figures(log: Log) -> Figures:
    """The figures of a run."""
    network, begin, end = log.network, log.network.warm_up, log.until
    length = max(0.0, end - begin)
    measured = [begin <= at <= end for at in log.arrived]
    waits: list[list[float]] = [[] for _ in network.activities]
    works: list[list[float]] = [[] for _ in network.activities]
    index = {pool.name: number for number, pool in enumerate(network.pools)}
    pool_of = [index.get(one.pool, -1) for one in network.activities]
    busy, queue = [0.0] * (len(index) + 1), [0.0] * (len(index) + 1)
    code = listed(log.code)
    queued, started, finished = listed(log.queued), listed(log.started), listed(log.finished)
    for counts, first, last in zip(measured, log.first, log.last, strict=True):
        for row in range(first, last):
            activity = log.codes.activity[code[row]]
            came, began, done = queued[row], started[row], finished[row]
            if counts:
                waits[activity].append(began - came)
                works[activity].append(done - began)
            if came < end and done > begin:
                pool = pool_of[activity]
                busy[pool] += max(0.0, min(done, end) - max(began, begin))
                queue[pool] += max(0.0, min(began, end) - max(came, begin))
    cases = sum(measured)
    stays, ends = _stays(log, measured)
    inside = zip(log.arrived, log.left, strict=True)
    return Figures(
        {
            one.name: PoolFigures(_share(busy[n], one.servers * length), _share(queue[n], length))
            for n, one in enumerate(network.pools)
        },
        {
            one.name: ActivityFigures(times(waits[n]), times(works[n]), _share(len(waits[n]), cases))
            for n, one in enumerate(network.activities)
        },
        stays,
        ends,
        _share(sum(max(0.0, min(left, end) - max(at, begin)) for at, left in inside), length),
        _share(sum(begin <= left <= end for left in log.left), length),
    )


def times(values: Iterable[float]) -> Times:
    """The figures of some times; shares by the nearest rank."""
    found = sorted(values)
    if not found:
        return Times(0, 0.0, 0.0, 0.0, 0.0)
    count = len(found)
    ranks = (found[min(count - 1, int(share * count))] for share in (0.5, 0.9, 0.95))
    return Times(count, sum(found) / count, *ranks)


def _stays(log: Log, measured: Sequence[bool]) -> tuple[dict[str, Times], dict[str, int]]:
    stays: list[list[float]] = [[] for _ in log.network.sources]
    ends = dict.fromkeys(log.network.ends, 0)
    names, closing = log.network.ends, log.codes.closing
    rows = zip(measured, log.source, log.arrived, log.left, log.last, strict=True)
    for counts, source, at, left, row in rows:
        if counts:
            stays[source].append(left - at)
            ends[names[log.code[row] - closing]] += 1
    return {one.name: times(stays[n]) for n, one in enumerate(log.network.sources)}, ends


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def listed(column: Sequence[_T]) -> list[_T]:
    """A column as a list: to take single values out of an array costs more."""
    convert: Callable[[], list[_T]] | None = getattr(column, "tolist", None)
    return convert() if convert else list(column)

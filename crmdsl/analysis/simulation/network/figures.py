"""What a run comes to: waits, stays, queues and loads, of the time after the warm-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crmdsl.analysis.simulation.network.log import Log, listed


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
    arrived, left = listed(log.paths.arrived), listed(log.left)
    measured = [begin <= at <= end for at in arrived]
    cases = sum(measured)
    of_case = listed(log.case)
    counted = [measured[case] for case in of_case] if cases < len(measured) else None
    queued, started, finished = listed(log.queued), listed(log.started), listed(log.finished)
    rows: list[list[int]] = [[] for _ in network.activities]
    for row, activity in enumerate(listed(log.activity)):
        rows[activity].append(row)
    busy, queue = dict.fromkeys([""], 0.0), dict.fromkeys([""], 0.0)
    activities = {}
    for one, own in zip(network.activities, rows, strict=True):
        busy[one.pool] = busy.get(one.pool, 0.0) + _inside(started, finished, own, begin, end)
        queue[one.pool] = queue.get(one.pool, 0.0) + _inside(queued, started, own, begin, end)
        seen = own if counted is None else [row for row in own if counted[row]]
        waits, works = [started[row] - queued[row] for row in seen], [finished[row] - started[row] for row in seen]
        activities[one.name] = ActivityFigures(times(waits), times(works), _share(len(seen), cases))
    stays, ends = _stays(log, measured)
    pools = {
        one.name: PoolFigures(
            _share(busy.get(one.name, 0.0), one.servers * length), _share(queue.get(one.name, 0.0), length)
        )
        for one in network.pools
    }
    present = _inside(arrived, left, range(len(arrived)), begin, end)
    throughput = sum([begin <= at <= end for at in left])
    return Figures(pools, activities, stays, ends, _share(present, length), _share(throughput, length))


def times(values: Iterable[float]) -> Times:
    """The figures of some times; shares by the nearest rank."""
    found = sorted(values)
    if not found:
        return Times(0, 0.0, 0.0, 0.0, 0.0)
    count = len(found)
    ranks = (found[min(count - 1, int(share * count))] for share in (0.5, 0.9, 0.95))
    return Times(count, sum(found) / count, *ranks)


def _inside(starts: list[float], stops: list[float], rows: Sequence[int], begin: float, end: float) -> float:
    """How much of some spans of time lies between two moments."""
    total = sum([stops[row] - starts[row] for row in rows])
    for row in [row for row in rows if starts[row] < begin or stops[row] > end]:
        start, stop = starts[row], stops[row]
        total -= stop - start - max(0.0, min(stop, end) - max(start, begin))
    return total


def _stays(log: Log, measured: Sequence[bool]) -> tuple[dict[str, Times], dict[str, int]]:
    stays: list[list[float]] = [[] for _ in log.network.sources]
    ends, names, paths = dict.fromkeys(log.network.ends, 0), log.network.ends, log.paths
    rows = zip(measured, *map(listed, (paths.source, paths.arrived, log.left, paths.end)), strict=True)
    for counts, source, at, left, end in rows:
        if counts:
            stays[source].append(left - at)
            ends[names[end]] += 1
    return {one.name: times(stays[n]) for n, one in enumerate(log.network.sources)}, ends


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0

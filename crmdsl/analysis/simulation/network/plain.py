"""The loop in plain Python: no object a case, a heap of tuples, columns that are filled in place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush, heapreplace
from itertools import islice
from math import inf
from typing import NamedTuple

from crmdsl.analysis.simulation.network.model import Network
from crmdsl.analysis.simulation.network.paths import Paths


class _Anybody(deque[int]):
    """The idle servers of a delay, where nobody is needed: always one more, whose number is -1."""

    def popleft(self) -> int:
        return -1

    def append(self, _: int) -> None:
        pass


class Places(NamedTuple):
    """Where a case goes, by the code of its visit: who is idle there, where it waits, and all queues of the pool."""

    idle: list[deque[int]]
    queue: list[deque[int]]
    levels: list[tuple[deque[int], ...]]


class Served(NamedTuple):
    """What the loop found, by row; `present` is the integral over time of the number of cases in the network."""

    server: list[int]
    queued: list[float]
    started: list[float]
    finished: list[float]
    present: float


def places(network: Network, activity: tuple[int, ...]) -> Places:
    """The queues of a network: a pool has one for each priority of its activities."""
    idle = {pool.name: deque(range(pool.servers)) for pool in network.pools}
    idle[""] = _Anybody([-1])
    queues: dict[tuple[str, int], deque[int]] = {
        (one.pool, one.priority): deque()
        for one in sorted(network.activities, key=lambda one: one.priority)
        if one.pool
    }
    found = Places([], [], [])
    for number in activity:
        one = network.activities[number]
        found.idle.append(idle[one.pool])
        found.queue.append(queues.get((one.pool, one.priority), deque()))
        found.levels.append(tuple(queue for (pool, _), queue in queues.items() if pool == one.pool))
    return found


def serve(network: Network, paths: Paths) -> Served:
    """Run the cases through the network.

    At one instant cases go on before others arrive, in the order of their arrival, and who finishes one takes the next
    when it has gone on.
    """
    rows = len(paths.code)
    found = Served([-1] * rows, [0.0] * rows, [0.0] * rows, list(paths.effort), 0.0)
    visits = zip(paths.arrived, paths.first, islice(paths.first, 1, None), strict=False)
    coming = ((at, row) for at, row, behind in visits if row < behind)
    present = _loop(
        paths.code, [to < 0 for to in paths.codes.target], places(network, paths.codes.activity), coming, found
    )
    return found._replace(present=present)


def _loop(
    codes: Sequence[int], last: list[bool], at: Places, coming: Iterator[tuple[float, int]], columns: Served
) -> float:
    """Fill the columns; `finished` holds the efforts until a visit starts. The integral of the number present."""
    (idles, queues, levels), (server, queued, started, finished, _) = at, columns
    push, replace, pop = heappush, heapreplace, heappop
    heap: list[tuple[float, int, int]] = [(inf, -1, -1)]
    following, first = next(coming, (inf, -1))
    here, present, since = 0, 0.0, 0.0
    while True:
        now, row, who = heap[0]
        if now <= following:
            if row < 0:
                break
            left = codes[row]
            row += 1
            free = None
            if last[left]:
                present, here, since = present + here * (now - since), here - 1, now
            else:
                queued[row] = now
                code = codes[row]
                idle = idles[code]
                if idle:
                    free = idle.popleft()
                else:
                    queues[code].append(row)
            for queue in levels[left]:
                if queue:
                    taken = queue.popleft()
                    started[taken] = now
                    server[taken] = who
                    finished[taken] = until = now + finished[taken]
                    replace(heap, (until, taken, who))
                    break
            else:
                pop(heap)
                idles[left].append(who)
            if free is None:
                continue
            who = free
        else:
            now, row = following, first
            following, first = next(coming, (inf, -1))
            code = codes[row]
            present, here, since = present + here * (now - since), here + 1, now
            queued[row] = now
            idle = idles[code]
            if not idle:
                queues[code].append(row)
                continue
            who = idle.popleft()
        started[row] = now
        server[row] = who
        finished[row] = until = now + finished[row]
        push(heap, (until, row, who))
    return present

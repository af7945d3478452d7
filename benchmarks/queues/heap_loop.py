"""The bare loop by hand: a heap, a queue and a list of idle servers for each activity, a line of the log each visit."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from math import log
from random import Random

from benchmarks.queues import BRANCHES, MEANS, RATE, REWORK, SERVERS


def run(cases: int, seed: int) -> list[tuple[float, ...]]:
    """The log in columns: case, activity, server, queued, started, finished."""
    random = Random(seed).random
    first, second = BRANCHES[0][1], BRANCHES[0][1] + BRANCHES[1][1]
    idle = [deque(range(servers)) for servers in SERVERS]
    waiting: list[deque[tuple[int, float]]] = [deque() for _ in SERVERS]
    lines: list[tuple[float, ...]] = []
    heap: list[tuple[float, int, int, int, int]] = []
    following, arrived, number = -log(1.0 - random()) / RATE, 0, 0
    while heap or arrived < cases:
        if arrived < cases and (not heap or following < heap[0][0]):
            now, case, activity = following, arrived, 0
            arrived += 1
            following = now - log(1.0 - random()) / RATE
        else:
            now, _, case, done, server = heappop(heap)
            if waiting[done]:
                other, queued = waiting[done].popleft()
                finish = now - log(1.0 - random()) * MEANS[done]
                number += 1
                heappush(heap, (finish, number, other, done, server))
                lines.append((other, done, server, queued, now, finish))
            else:
                idle[done].append(server)
            if done == 0:
                chance = random()
                activity = 1 if chance < first else 2 if chance < second else 3
            elif done < 4:
                activity = 4
            elif random() < REWORK:
                activity = 0
            else:
                continue
        if idle[activity]:
            server = idle[activity].popleft()
            finish = now - log(1.0 - random()) * MEANS[activity]
            number += 1
            heappush(heap, (finish, number, case, activity, server))
            lines.append((case, activity, server, now, now, finish))
        else:
            waiting[activity].append((case, now))
    return list(zip(*lines, strict=True))

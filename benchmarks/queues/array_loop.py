"""The bare loop by hand on arrays, compiled by numba, with its own random numbers: the least that it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from benchmarks.queues import BRANCHES, MEANS, RATE, REWORK, SERVERS


def run(cases: int, seed: int) -> tuple[Any, ...]:
    """The log in columns: case, activity, server, queued, started, finished."""
    columns, used = _loop(cases, seed, np.array(SERVERS), np.array(MEANS), BRANCHES[0][1], BRANCHES[1][1], REWORK, RATE)
    return tuple(column[:used] for column in columns)


@njit(cache=True)
def _loop(  # noqa: C901  # all in one, as by hand
    cases: int, seed: int, servers: Any, means: Any, first: float, second: float, rework: float, rate: float
) -> Any:
    np.random.seed(seed)
    room = 4 * cases + 1000
    lc, la, ls = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    lq, lb, lf = np.empty(room), np.empty(room), np.empty(room)
    places = len(servers)
    most = servers.max()
    idle, free, oldest = np.empty((places, most), np.int64), servers.copy(), np.zeros(places, np.int64)
    for place in range(places):
        for server in range(servers[place]):
            idle[place, server] = server
    # a case waits in one queue at a time, so that a queue is a chain of cases
    head, tail, behind, since = np.full(places, -1), np.full(places, -1), np.empty(cases, np.int64), np.empty(cases)
    times, rows, size = np.empty(servers.sum() + 1), np.empty(servers.sum() + 1, np.int64), 0
    following, arrived, used = np.random.exponential(1 / rate), 0, 0
    while size > 0 or arrived < cases:
        done, place, server = -1, -1, -1
        if arrived < cases and (size == 0 or following < times[0]):
            now, case, place = following, arrived, 0
            arrived += 1
            following = now + np.random.exponential(1 / rate)
        else:
            now, row = times[0], rows[0]
            size -= 1
            last, lastrow, at = times[size], rows[size], 0
            while 2 * at + 1 < size:
                below = 2 * at + 1
                if below + 1 < size and times[below + 1] < times[below]:
                    below += 1
                if last <= times[below]:
                    break
                times[at], rows[at] = times[below], rows[below]
                at = below
            times[at], rows[at] = last, lastrow
            case, done, server = lc[row], la[row], ls[row]
            if done == 0:
                chance = np.random.random()
                place = 1 if chance < first else 2 if chance < first + second else 3
            elif done < 4:
                place = 4
            elif np.random.random() < rework:
                place = 0
        for turn in range(2):
            if turn == 0:  # the server takes the next
                if done < 0:
                    continue
                if head[done] < 0:
                    idle[done, (oldest[done] + free[done]) % servers[done]] = server
                    free[done] += 1
                    continue
                taken, at_place, who = head[done], done, server
                head[done] = behind[taken]
                queued = since[taken]
            else:  # the case goes on
                if place < 0:
                    continue
                if free[place] == 0:
                    since[case], behind[case] = now, -1
                    if head[place] < 0:
                        head[place] = case
                    else:
                        behind[tail[place]] = case
                    tail[place] = case
                    continue
                taken, at_place, queued = case, place, now
                who = idle[place, oldest[place]]
                oldest[place] = (oldest[place] + 1) % servers[place]
                free[place] -= 1
            finish = now + np.random.exponential(means[at_place])
            lc[used], la[used], ls[used], lq[used], lb[used], lf[used] = taken, at_place, who, queued, now, finish
            at = size
            while at > 0 and times[(at - 1) >> 1] > finish:
                times[at], rows[at] = times[(at - 1) >> 1], rows[(at - 1) >> 1]
                at = (at - 1) >> 1
            times[at], rows[at] = finish, used
            size += 1
            used += 1
    return (lc, la, ls, lq, lb, lf), used

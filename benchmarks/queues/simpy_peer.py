"""SimPy, as its documentation has it: a process a case, a resource a pool; who serves comes from a store of numbers."""

from __future__ import annotations

from collections.abc import Generator
from random import Random
from typing import Any

import simpy

from benchmarks.queues import BRANCHES, MEANS, RATE, REWORK, SERVERS


def run(cases: int, seed: int) -> list[tuple[float, ...]]:
    """The log in columns: case, activity, server, queued, started, finished."""
    chance, env = Random(seed), simpy.Environment()
    pools = [simpy.Resource(env, servers) for servers in SERVERS]
    numbers = [list(range(servers)) for servers in SERVERS]
    lines: list[tuple[float, ...]] = []

    def visit(case: int, activity: int) -> Generator[Any, Any, None]:
        queued = env.now
        with pools[activity].request() as request:
            yield request
            server, started = numbers[activity].pop(), env.now
            yield env.timeout(chance.expovariate(1 / MEANS[activity]))
            numbers[activity].append(server)
            lines.append((case, activity, server, queued, started, env.now))

    def one(case: int) -> Generator[Any, Any, None]:
        while True:
            yield from visit(case, 0)
            drawn, activity = chance.random(), BRANCHES[-1][0]
            for branch, share in BRANCHES:
                if drawn < share:
                    activity = branch
                    break
                drawn -= share
            yield from visit(case, activity)
            yield from visit(case, 4)
            if chance.random() >= REWORK:
                return

    def arrivals() -> Generator[Any, Any, None]:
        for case in range(cases):
            yield env.timeout(chance.expovariate(RATE))
            env.process(one(case))

    env.process(arrivals())
    env.run()
    return list(zip(*lines, strict=True))

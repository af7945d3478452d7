"""Ciw: a node a pool, a routing matrix, and its records, which are the log. It stops when so many cases have left."""

from __future__ import annotations

from typing import Any

import ciw

from benchmarks.queues import BRANCHES, MEANS, RATE, REWORK, SERVERS


def run(cases: int, seed: int) -> list[tuple[Any, ...]]:
    """The log in columns: case, activity, server, queued, started, finished."""
    ciw.seed(seed)
    size = len(SERVERS)
    routing = [[0.0] * size for _ in SERVERS]
    for branch, share in BRANCHES:
        routing[0][branch] = share
        routing[branch][4] = 1.0
    routing[4][0] = REWORK
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE), *[None] * (size - 1)],
        service_distributions=[ciw.dists.Exponential(1 / mean) for mean in MEANS],
        number_of_servers=list(SERVERS),
        routing=routing,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(cases, method="Finish")
    lines = [
        (one.id_number, one.node - 1, one.server_id, one.arrival_date, one.service_start_date, one.service_end_date)
        for one in simulation.get_all_records()
    ]
    return list(zip(*lines, strict=True))

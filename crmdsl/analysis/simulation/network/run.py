"""Running a network: cards are dealt, cases go through, and what came of it is checked against itself."""

from __future__ import annotations

from dataclasses import replace

from crmdsl.analysis.simulation.network.log import Log
from crmdsl.analysis.simulation.network.model import Network
from crmdsl.analysis.simulation.network.paths import deal
from crmdsl.analysis.simulation.network.plain import serve


def simulate_network(network: Network, seed: int | None = None) -> Log:
    """Run a network; with another seed than its own if one is given. The same seed gives the same log.

    Raises `Disagreement` if the run contradicts itself.
    """
    if seed is not None:
        network = replace(network, seed=seed)
    paths = deal(network)
    served = serve(network, paths)
    log = Log(
        network, paths.codes, paths.arrived, paths.source, paths.first, paths.code,
        served.server, served.queued, served.started, served.finished, served.present,
    )  # fmt: skip
    log.check()
    return log

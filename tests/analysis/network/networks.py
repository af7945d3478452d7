"""Networks for tests: small ones by hand, and random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from math import factorial

from hypothesis import strategies as st

from crmdsl.analysis.simulation.network.figures import figures
from crmdsl.analysis.simulation.network.intervals import Interval
from crmdsl.analysis.simulation.network.model import Activity, Distribution, Network, Pool, Route, Source
from crmdsl.analysis.simulation.network.replications import Replications, replicate
from crmdsl.analysis.simulation.network.run import simulate_network

END = (Route("end"),)


def single(rate: float, mean: float, cv: float = 1.0, servers: int = 1, cases: int = 4_000) -> Network:
    """One queue."""
    work = Activity("work", "clerk", Distribution(mean, cv), END)
    return Network(
        (Pool("clerk", servers),), (work,), (Source("in", (Route("work"),), rate),), cases, warm_up=100 * mean
    )


def measured(network: Network, number: int) -> dict[str, float]:
    """The figures of a run, with its visits."""
    found = figures(simulate_network(network, number))
    return found.values() | {f"visits/{name}": one.visits for name, one in found.activities.items()}


def runs(network: Network, number: int = 20) -> Replications:
    """So many runs, in this process."""
    return replicate(partial(measured, network), least=number, most=number, precision=0, level=0.99, processors=1)


def known(found: Replications, name: str, sharp: float = 0.1) -> Interval:
    """The 99% interval of a figure, which must be narrow enough to say something."""
    interval = found.interval(name)
    assert interval.relative < sharp
    return interval


def erlang_wait(rate: float, mean: float, servers: int) -> float:
    """The mean wait in M/M/c, by the sum that defines it."""
    load = rate * mean
    full = load**servers / factorial(servers) * servers / (servers - load)
    delayed = full / (sum(load**k / factorial(k) for k in range(servers)) + full)
    return delayed * mean / (servers - load)


def chain(*stations: tuple[int, float, Sequence[tuple[str, float]]], rate: float, cases: int = 4_000) -> Network:
    """Stations `s0`, `s1` … of so many servers, with a mean effort and ways out; cases come to the first."""
    pools = tuple(Pool(f"p{n}", servers) for n, (servers, _, _) in enumerate(stations))
    activities = tuple(
        Activity(f"s{n}", f"p{n}", Distribution(mean, 1.0), tuple(Route(to, share) for to, share in ways))
        for n, (_, mean, ways) in enumerate(stations)
    )
    return Network(pools, activities, (Source("in", (Route("s0"),), rate),), cases, warm_up=200.0)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Any small network: shared pools, priorities, delays, ties of constant efforts, several sources."""
    pools = tuple(Pool(f"p{n}", draw(st.integers(1, 3))) for n in range(draw(st.integers(1, 3))))
    number = draw(st.integers(1, 4))
    targets = [f"a{n}" for n in range(number)] + ["won", "lost"]

    def ways(last: bool) -> tuple[Route, ...]:
        chosen = draw(st.lists(st.sampled_from(targets), min_size=1, max_size=3, unique=True))
        if last and "won" not in chosen:
            chosen.append("won")
        weights = [draw(st.integers(1, 4)) for _ in chosen]
        return tuple(Route(to, weight / sum(weights)) for to, weight in zip(chosen, weights, strict=True))

    activities = tuple(
        Activity(
            f"a{n}",
            draw(st.sampled_from([*(pool.name for pool in pools), ""])),
            Distribution(draw(st.sampled_from([0.0, 1.0, 2.0])), draw(st.sampled_from([0.0, 0.0, 1.0, 0.5, 2.0]))),
            ways(last=True),
            draw(st.integers(0, 2)),
        )
        for n in range(number)
    )
    times = draw(st.lists(st.integers(0, 20), min_size=1, max_size=12).map(sorted))
    sources = (
        Source("random", ways(last=False), draw(st.sampled_from([0.5, 1.0, 3.0]))),
        Source("given", ways(last=False), times=tuple(map(float, times))),
    )
    made = Network(
        pools, activities, sources, draw(st.integers(0, 60)), seed=draw(st.integers(0, 9)), ends=("won", "lost")
    )
    return draw(st.sampled_from([made, replace(made, cases=None, horizon=draw(st.sampled_from([0.0, 15.0])))]))

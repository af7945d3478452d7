"""What holds in every run of any network."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise

import pytest
from hypothesis import given, settings

from crmdsl.analysis.simulation.network.figures import figures
from crmdsl.analysis.simulation.network.log import Disagreement, Log
from crmdsl.analysis.simulation.network.model import Activity, Distribution, Faulty, Network, Pool, Route, Source
from crmdsl.analysis.simulation.network.plain import serve
from crmdsl.analysis.simulation.network.run import TooLong, simulate_network
from tests.analysis.network.networks import END, networks, single

NOBODY = Pool("clerk", 0)
WORK = Activity("work", "clerk", Distribution(1.0), END)
IN = Source("in", (Route("work"),), 1.0)


@settings(max_examples=50, deadline=None)
@given(networks())
def test_what_holds_in_every_run(network: Network) -> None:
    log = simulate_network(network)
    every = list(log.visits())
    assert len(every) == len(log)
    ways = {one.name: {route.to for route in one.routes} for one in network.activities}
    cases = {one.case: one for one in log.ended()}
    own = defaultdict(list)
    for one in every:
        own[one.case].append(one)
        assert one.queued <= one.started <= one.finished
    for case, left in cases.items():  # every case goes its way to an end, and time passes nowhere else
        visits = own[case]
        for one, after in pairwise(visits):
            assert (one.finished, True) == (after.queued, after.activity in ways[one.activity])
        assert left.arrived == (visits[0].queued if visits else left.left)
        assert left.left == (visits[-1].finished if visits else left.arrived)
        assert not visits or left.end in ways[visits[-1].activity]
    in_order = [left.arrived for left in cases.values()]
    assert in_order == sorted(in_order)


@settings(max_examples=50, deadline=None)
@given(networks())
def test_servers(network: Network) -> None:
    log = simulate_network(network)
    known = {one.name: one for one in network.activities}
    for pool in network.pools:
        visits = [one for one in log.visits() if known[one.activity].pool == pool.name]
        by_server = defaultdict(list)
        for one in visits:
            assert 0 <= one.server < pool.servers
            by_server[one.server].append((one.started, one.finished))
        for spans in by_server.values():  # nobody serves two at once
            assert all(stop <= start for (_, stop), (start, _) in pairwise(sorted(spans)))
        for one in visits:
            for other in visits:
                level, others = known[one.activity].priority, known[other.activity].priority
                if other.queued < one.queued and others <= level:  # the first come first, within a priority
                    assert other.started <= one.started
            if one.queued < one.started:  # nobody is idle while somebody waits
                working = sum(start < one.started <= stop for spans in by_server.values() for start, stop in spans)
                assert working == pool.servers


@settings(max_examples=30, deadline=None)
@given(networks())
def test_littles_law_in_each_pool(network: Network) -> None:
    """The queue, counted up and down at the instants of the log, against the waits."""
    log = simulate_network(network)
    found = figures(log)
    known = {one.name: one.pool for one in network.activities}
    for pool in network.pools:
        steps = []
        for one in log.visits():
            if known[one.activity] == pool.name:
                steps += [(one.queued, 1), (one.started, -1)]
        length, area, before = 0, 0.0, 0.0
        for at, change in [*sorted(step for step in steps if step[0] < log.until), (log.until, 0)]:
            area, before, length = area + length * (at - before), at, length + change
        assert found.pools[pool.name].queue * log.until == pytest.approx(area, abs=1e-6)


def test_a_run_that_contradicts_itself_is_told() -> None:
    log = simulate_network(single(0.5, 1.0, cases=50))
    served = serve(log.network, log.paths)
    with pytest.raises(Disagreement):
        Log(log.network, log.paths, served._replace(finished=[at + 1 for at in served.finished])).check()


@pytest.mark.parametrize(
    "made",
    [
        lambda: Network((NOBODY,), (WORK,), (IN,), 5),
        lambda: Network((), (WORK,), (IN,), 5),
        lambda: Network((Pool("clerk", 1),), (WORK,), (IN,)),
        lambda: Network((Pool("clerk", 1),), (replace(WORK, routes=(Route("end", 0.5),)),), (IN,), 5),
        lambda: Network((Pool("clerk", 1),), (replace(WORK, routes=(Route("work"),)),), (IN,), 5),
        lambda: Network((Pool("clerk", 1),), (replace(WORK, effort=Distribution(-1.0)),), (IN,), 5),
        lambda: Network((Pool("clerk", 1),), (WORK,), (replace(IN, times=(2.0, 1.0)),), 5),
        lambda: Network((Pool("clerk", 1),), (WORK,), (replace(IN, rate=float("nan")),), 5),
    ],
)
def test_what_cannot_be_run_is_refused(made: object) -> None:
    with pytest.raises(Faulty):
        made()  # type: ignore[operator]


def test_a_run_that_would_not_end_is_refused() -> None:
    again = replace(WORK, routes=(Route("work", 0.999999), Route("end", 0.000001)))
    with pytest.raises(TooLong):
        simulate_network(Network((Pool("clerk", 1),), (again,), (IN,), 1_000))


@pytest.mark.slow
@pytest.mark.skipif(find_spec("numba") is None, reason="the extra is not installed")
def test_the_loop_of_arrays_gives_the_same_log() -> None:
    @settings(max_examples=60, deadline=None)
    @given(networks())
    def same(network: Network) -> None:
        plain, fast = (simulate_network(network, loop=loop) for loop in ("plain", "fast"))
        assert list(plain.visits()) == list(fast.visits())
        assert list(plain.ended()) == list(fast.ended())
        assert figures(plain) == figures(fast)

    same()

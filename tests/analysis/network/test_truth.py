"""The simulation against queues of which the truth is known, inside the 99% interval."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import pytest

from crmdsl.analysis.simulation.network.figures import figures
from crmdsl.analysis.simulation.network.model import Activity, Distribution, Network, Pool, Route, Source
from crmdsl.analysis.simulation.network.run import simulate_network
from tests.analysis.network.networks import END, chain, erlang_wait, known, runs, single


def test_m_m_1() -> None:
    found = runs(single(0.7, 1.0))
    assert 0.7 / 0.3 in known(found, "wait/work")
    assert 1 / 0.3 in known(found, "stay/in")
    assert 0.7 in known(found, "utilisation/clerk")
    assert 0.49 / 0.3 in known(found, "queue/clerk", 0.12)
    assert 0.7 / 0.3 in known(found, "present")


@pytest.mark.parametrize(("servers", "load"), [(2, 1.5), (3, 2.4), (6, 4.5)])
def test_m_m_c(servers: int, load: float) -> None:
    found = runs(single(load, 1.0, servers=servers))
    assert erlang_wait(load, 1.0, servers) in known(found, "wait/work", 0.2)


@pytest.mark.parametrize("cv", [0.0, 0.5, 1.5, 2.0])
def test_m_d_1_and_m_g_1_by_pollaczek_and_khinchine(cv: float) -> None:
    found = runs(single(0.6, 1.0, cv))
    assert 0.6 * (1 + cv * cv) / (2 * 0.4) in known(found, "wait/work", 0.2)


def test_what_needs_nobody_only_takes_time() -> None:
    delay = Activity("post", "", Distribution(5.0, 0.5), END)
    found = runs(Network((), (delay,), (Source("in", (Route("post"),), 2.0),), 2_000, warm_up=50))
    assert 10.0 in known(found, "present")
    assert found.interval("wait/post").mean == 0


def test_two_in_a_row_by_burke() -> None:
    found = runs(chain((1, 1.0, [("s1", 1.0)]), (2, 1.5, [("end", 1.0)]), rate=0.6))
    assert erlang_wait(0.6, 1.0, 1) in known(found, "wait/s0")
    assert erlang_wait(0.6, 1.5, 2) in known(found, "wait/s1", 0.12)


def test_a_network_with_feedback_by_jackson() -> None:
    stations = (2, 1.0, [("s1", 0.5), ("s2", 0.5)]), (1, 0.8, [("s2", 1.0)]), (3, 1.5, [("s0", 0.25), ("end", 0.75)])
    network = chain(*stations, rate=0.9)
    rates = network.visits()
    assert rates == pytest.approx({"s0": 1.2, "s1": 0.6, "s2": 1.2})
    found = runs(network)
    for n, (servers, mean, _) in enumerate(stations):
        assert erlang_wait(rates[f"s{n}"], mean, servers) in known(found, f"wait/s{n}", 0.15)


@pytest.mark.parametrize("again", [0.1, 0.5, 0.9])
def test_work_that_is_done_again(again: float) -> None:
    found = runs(chain((9, 0.1, [("s0", again), ("end", 1 - again)]), rate=0.5, cases=2_000), 10)
    assert 1 / (1 - again) in known(found, "visits/s0")


def test_who_goes_first_by_cobham() -> None:
    """Without preemption those of priority k wait W0 / ((1 - s(k-1)) (1 - s(k))), s the load of k and above."""
    calm = Activity("calm", "clerk", Distribution(1.0, 1.0), END, priority=5)
    urgent = Activity("urgent", "clerk", Distribution(1.0, 1.0), END, priority=1)
    sources = Source("a", (Route("urgent"),), 0.3), Source("b", (Route("calm"),), 0.4)
    found = runs(Network((Pool("clerk", 1),), (calm, urgent), sources, 5_000, warm_up=100))
    assert 0.7 / 0.7 in known(found, "wait/urgent")
    assert 0.7 / (0.7 * 0.3) in known(found, "wait/calm")


def test_given_times_by_hand() -> None:
    work = Activity("work", "clerk", Distribution(3.0), END)
    log = simulate_network(Network((Pool("clerk", 2),), (work,), (Source("in", (Route("work"),), times=(0, 1, 2, 9)),)))
    assert [(one.server, one.queued, one.started, one.finished) for one in log.visits()] == [
        (0, 0, 0, 3), (1, 1, 1, 4), (0, 2, 3, 6), (1, 9, 9, 12),
    ]  # fmt: skip
    found = figures(log)
    assert found.activities["work"].wait.mean == 0.25
    assert found.pools["clerk"].utilisation == pytest.approx(9 / 18)  # until the last arrives, at 9
    assert found.pools["clerk"].queue == pytest.approx(1 / 9)


def test_a_queue_that_grows_comes_to_an_end() -> None:
    found = figures(simulate_network(replace(single(2.0, 1.0), cases=None, horizon=500.0)))
    assert found.pools["clerk"].utilisation == pytest.approx(1, abs=0.01)
    assert found.pools["clerk"].queue == pytest.approx(250, rel=0.2)  # one more in each unit of time
    assert found.throughput == pytest.approx(1, rel=0.2)


def test_one_more_server_meets_the_same_cases() -> None:
    """Common random numbers: with one queue alone, nobody waits longer than before."""
    few, more = (simulate_network(single(2.5, 1.0, servers=servers)) for servers in (3, 4))
    assert few.paths == more.paths
    assert all(after <= before for before, after in zip(few.started, more.started, strict=True))


def test_a_difference_is_known_better_than_its_parts() -> None:
    before, after = runs(single(0.8, 1.0)), runs(single(0.8, 0.9))
    apart = hypot(before.interval("wait/work").half, after.interval("wait/work").half)
    assert before.difference(after, "wait/work").half < apart / 1.5

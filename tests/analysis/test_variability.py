"""How regular work arrives, against the simulation of the same networks: nearer than arrivals at random are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmdsl.analysis.performance.figures import analyze
from crmdsl.analysis.performance.queueing import Queue
from crmdsl.analysis.performance.variability import settled
from crmdsl.analysis.simulation.network.lowering import Inexpressible, expressible
from crmdsl.analysis.simulation.network.run import simulate_network
from crmdsl.ir.program import Program
from tests.analysis.operations import program

TANDEM = """
      a: {role: a, effort: {mean: 9m, cv: 0.3}, outcomes: {on: b}}
      b: {role: b, effort: {mean: 9m, cv: 0.8}, outcomes: {on: won}}
"""
BURSTS = """
      a: {role: a, effort: {mean: 9m, cv: 2}, outcomes: {on: b}}
      b: {role: b, effort: {mean: 9m, cv: 0.3}, outcomes: {on: won}}
"""
SPLIT = """
      a: {role: a, effort: {mean: 9m, cv: 0}, outcomes: {left: {to: b, chance: 50%}, right: {to: gate, chance: 50%}}}
      gate: {decide: {c: {to: c, when: amount > 9 EUR, chance: 90%}, b: b}}
      b: {role: b, effort: {mean: 16m, cv: 0.5}, outcomes: {on: won}}
      c: {role: c, effort: {mean: 18m, cv: 0.3}, outcomes: {on: won}}
"""
AGAIN = """
      a: {role: a, effort: {mean: 8m, cv: 0}, outcomes: {on: {to: b, chance: 75%}, again: {to: a, chance: 25%}}}
      b: {role: b, effort: {mean: 8m, cv: 1}, outcomes: {on: {to: won, chance: 90%}, back: {to: a, chance: 10%}}}
"""
ROW = """
      a: {role: a, effort: {mean: 6m, cv: 0}, outcomes: {on: b}}
      b: {role: b, effort: {mean: 9m, cv: 0}, outcomes: {on: c}}
      c: {role: c, effort: {mean: 9m, cv: 0}, outcomes: {on: won}}
"""
EXPONENTIAL = """
      a: {role: a, effort: {mean: 8m, cv: 1}, outcomes: {on: {to: b, chance: 75%}, again: {to: a, chance: 25%}}}
      b: {role: b, effort: {mean: 5m, cv: 1}, outcomes: {on: {to: won, chance: 60%}, back: {to: a, chance: 40%}}}
"""


def net(steps: str, rate: float) -> Program:
    roles = "".join(f"  {role}: {{department: d, headcount: 1}}\n" for role in "abc" if f"role: {role}," in steps)
    return program(
        f"roles:\n{roles}processes:\n  p:\n    entity: order\n    start: a\n    arrivals: {rate} per hour\n"
        f"    steps:\n{steps}      won: {{end: success}}\n"
    )


def test_exponential_work_is_a_network_of_jackson() -> None:
    for one in analyze(net(EXPONENTIAL, 2)).roles:
        queue = one.waiting.queue
        assert queue.arriving == pytest.approx(1)
        assert queue.wait == pytest.approx(queue.utilisation / (1 - queue.utilisation) * queue.mean)


def test_a_stream_by_hand() -> None:
    """Two in a row: what leaves the first, by Whitt's equation 38; arrivals more regular wait less."""
    first, second = (one.waiting.queue for one in sorted(analyze(net(TANDEM, 5)).roles, key=lambda one: one.role))
    busy = (5 * 9 / 60) ** 2
    assert (first.arriving, first.scv) == (1, pytest.approx(0.09))
    assert second.arriving == pytest.approx(1 + busy * (0.2 - 1))
    assert second.wait < replace(second, arriving=1.0).wait
    assert Queue(1, 0.5, 1, 0, 0).wait == 0
    assert Queue(3, 2, 1, 0.5, 0.5).wait == pytest.approx(Queue(3, 2, 1, 1).wait / 2)


def test_constant_work_in_a_row_waits_for_the_slowest_alone() -> None:
    """Behind a constant service of the same length nobody waits; behind a shorter one as much as is left of it."""
    waits = [one.waiting.queue.wait for one in sorted(analyze(net(ROW, 5)).roles, key=lambda one: one.role)]
    assert sum(waits) == pytest.approx(Queue(1, 5, 0.15, 0).wait)
    assert waits[2] == 0


@pytest.mark.parametrize(
    ("loads", "cvs", "servers", "simulated"),
    [
        ((0.8, 0.8, 0.8), (0, 0, 0), 3, 1.32),
        ((0.8, 0.8, 0.8), (0.1, 0.1, 0.1), 1, 1.94),
        ((0.6, 0.6, 0.6), (0.25, 0.25, 0.25), 3, 0.54),
        ((0.9, 0.9, 0.9), (0.25, 0.25, 0.25), 1, 6.67),
        ((0.5, 0.8, 0.8), (1, 0, 0), 1, 2.08),
        ((0.8, 0.8, 0.8), (0.75, 0.75, 0.75), 1, 6.54),
    ],
)
def test_three_in_a_row_beside_their_simulation(
    loads: tuple[float, ...], cvs: tuple[float, ...], servers: int, simulated: float
) -> None:
    """The waits of all three together, with one arrival in a unit of time; simulated with 300,000 cases."""
    rows = enumerate(zip(loads, cvs, strict=True))
    queues = {str(at): Queue(servers, 1.0, load * servers, cv * cv) for at, (load, cv) in rows}
    into: dict[str, dict[str, float]] = {"0": {}, "1": {"0": 1.0}, "2": {"1": 1.0}}
    found = settled(queues, dict.fromkeys(queues, 1.0), into)
    assert sum(one.wait for one in found.values()) == pytest.approx(simulated, rel=0.2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steps", "rate", "near"),
    [(TANDEM, 5.2, 0.15), (BURSTS, 5.2, 0.2), (SPLIT, 5.4, 0.2), (AGAIN, 4, 0.2)],
    ids=["tandem", "bursts", "split", "feedback"],
)
def test_it_is_nearer_to_what_happens(steps: str, rate: float, near: float) -> None:
    model = net(steps, rate)
    network = expressible(model, cases=25_000, warm_up=2_000, seed=3)
    assert not isinstance(network, Inexpressible), network
    of_role = {one.name: one.pool for one in network.activities}
    waits: dict[str, list[float]] = {}
    for visit in simulate_network(network).visits():
        if visit.queued >= network.warm_up:
            waits.setdefault(of_role[visit.activity], []).append(visit.started - visit.queued)
    off = at_random = 0.0
    for one in analyze(model).roles:
        queue, seen = one.waiting.queue, sum(waits[one.role]) / len(waits[one.role])
        assert queue.wait * 60 == pytest.approx(seen, rel=near)
        off += abs(queue.wait * 60 - seen) / seen
        at_random += abs(replace(queue, arriving=1.0, again=0.0).wait * 60 - seen) / seen
    assert off < at_random / 1.5

"""Visits, demand and load against figures worked out by hand."""

from __future__ import annotations

import random

import pytest

from crmdsl.analysis._elimination import Diverges, Elimination
from crmdsl.analysis.performance.load import loads
from crmdsl.analysis.performance.profiles import join_met, profiles
from tests.analysis.operations import program


def test_flows_and_totals_solve_their_equations() -> None:
    random.seed(7)
    for size in range(1, 40):
        names = [f"n{i}" for i in range(size)]
        ways = {
            a: {b: random.random() / 5 for b in random.sample(names, min(size, random.randint(0, 4)))} for a in names
        }
        given = {a: random.random() for a in names}
        system = Elimination(ways, names[:1])
        flows, totals = system.flows(given), system.totals(given)
        for a in names:
            assert flows[a] == pytest.approx(given[a] + sum(flows[b] * ways[b].get(a, 0) for b in names))
            assert totals[a] == pytest.approx(given[a] + sum(weight * totals[b] for b, weight in ways[a].items()))


def test_returns_are_what_comes_back_to_its_start() -> None:
    chance = random.Random(3)
    for size in (1, 2, 5, 30, 60):  # dense enough that the order by degree takes over
        names = [f"n{i}" for i in range(size)]
        ways = {a: {b: chance.random() / 6 for b in chance.sample(names, min(size, 5))} for a in names}
        system = Elimination(ways)
        for node, times in system.returns().items():
            assert times == pytest.approx(system.flows({node: 1.0})[node])


def test_long_loops_that_overlap_fill_in_little() -> None:
    """Every step may go back by half of all: what is filled in grows with the steps, and not with their square."""
    number = 3_000
    ways = {f"s{n}": {f"s{n + 1}": 0.9995, f"s{max(0, n - number // 2)}": 0.0005} for n in range(number)}
    system = Elimination(ways, ["s0"])
    assert sum(len(into) * len(row) for _, _, into, row in system._down) < 10 * number
    flows = system.flows({"s0": 1.0})
    assert flows[f"s{number}"] == pytest.approx(1)
    assert system.totals({f"s{number}": 1.0})["s0"] == pytest.approx(1)


def test_what_flows_back_whole_has_no_solution() -> None:
    with pytest.raises(Diverges):
        Elimination({"a": {"b": 1.0}, "b": {"a": 1.0}})


def test_visits_of_rework_are_one_of_one_minus_p() -> None:
    found = profiles(
        program("""
roles: {r: {department: d, headcount: 1}}
processes:
  p:
    entity: order
    start: a
    steps:
      a: {role: r, outcomes: {on: b}}
      b: {role: r, outcomes: {good: {to: won, chance: 75%}, again: {to: a, chance: 20%}, bad: lost}}
      won: {end: success}
      lost: {end: failure}
""").resolved
    ).found["p"]  # fmt: skip
    assert found.visits["a"] == found.visits["b"] == pytest.approx(1 / (1 - 0.2))
    assert found.success == pytest.approx(0.75 / 0.8)
    assert found.visits["won"] + found.visits["lost"] == pytest.approx(1)


def test_what_anytime_ends_has_done_half() -> None:
    found = profiles(
        program("""
roles: {r: {department: d, headcount: 1}}
processes:
  p:
    entity: order
    start: a
    steps:
      a: {role: r, outcomes: {on: won}}
      won: {end: success}
      stopped: {end: failure}
    anytime: {stop: {by: r, to: stopped, chance: 10%}}
""").resolved
    ).found["p"]  # fmt: skip
    assert (found.visits["a"], found.success) == (pytest.approx(0.95), pytest.approx(0.9))


@pytest.mark.parametrize(("join", "met"), [("all", 0.4), ("any", 0.9), (1, 0.9), (2, 0.4)])
def test_a_join_is_met(join: str | int, met: float) -> None:
    assert join_met([0.5, 0.8], join) == pytest.approx(met)


def test_demand_is_passed_on_and_a_month_has_21_days() -> None:
    spec = program("""
roles:
  r: {department: d, headcount: 2, availability: 50%}
  s: {department: d, headcount: 3}
channels: {web: {kind: online, volume: 42 per month, feeds: p}}
processes:
  p:
    entity: order
    arrivals: 1 per hour
    start: a
    steps:
      a: {role: [r, s], effort: 30m, outcomes: {on: part, off: {to: lost, chance: 50%}}}
      part: {process: q, outcomes: {success: won}}
      won: {end: success}
      lost: {end: failure}
  q:
    entity: order
    start: a
    steps:
      a: {role: s, effort: 1h, outcomes: {on: won}}
      won: {end: success}
""")
    found = loads(spec.resolved)
    assert found.demand.outside == {"p": pytest.approx(40 + 10), "q": 0}
    assert found.demand.total["q"] == pytest.approx(25)
    r, s = found.roles["r"], found.roles["s"]
    assert r.hours == pytest.approx(25 * 40 / 160)  # shared with `s` by the hours that they have
    assert s.utilisation == pytest.approx((25 * 120 / 160 + 25) / 120)


def test_processes_that_set_each_other_off_for_ever_have_no_finite_demand() -> None:
    spec = program("""
roles: {r: {department: d, headcount: 1}}
processes:
  p:
    entity: order
    arrivals: 1 per day
    start: a
    steps: {a: {role: r, effort: 1h, outcomes: {on: {to: won, opens: {process: q}}}}, won: {end: success}}
  q:
    entity: order
    start: a
    steps: {a: {role: r, outcomes: {on: {to: won, opens: {process: p}}}}, won: {end: success}}
""")  # fmt: skip
    assert loads(spec.resolved).demand.growing in {"p", "q"}

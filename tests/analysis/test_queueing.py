"""Queues, lead times and reliefs against closed forms, and what is not a queue at all."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from crmdsl.analysis.performance.figures import Performance, analyze
from crmdsl.analysis.performance.queueing import Queue, erlang_c
from crmdsl.analysis.performance.structure import Structure, articulation, betweenness, likeliest
from crmdsl.analysis.performance.structure import analyze as analyze_structure
from crmdsl.analysis.performance.times import Time, gamma_cdf, nth_of
from crmdsl.api import check
from crmdsl.cli.process import run
from crmdsl.report.performance.data import as_data
from crmdsl.report.performance.text import render
from tests.analysis.operations import HEAD, program

NONE = Structure((), (), (), (), (), (), ())
SPECS = Path(__file__).parents[2] / "specs"


def test_one_server() -> None:
    assert Queue(1, 0.8, 1, 1).wait == pytest.approx(0.8 / 0.2)  # M/M/1
    assert Queue(1, 0.8, 1, 0).wait == pytest.approx(0.8 / 0.2 / 2)  # M/D/1
    mean, scv, rate = 0.5, 0.49, 1.2  # M/G/1 by Pollaczek and Khinchine
    square = mean * mean * (1 + scv)
    assert Queue(1, rate, mean, scv).wait == pytest.approx(rate * square / (2 * (1 - rate * mean)))


def test_many_servers() -> None:
    assert erlang_c(2, 1.5) == pytest.approx(1.5**2 / 2 / (1 - 0.75) / (1 + 1.5 + 1.5**2 / 2 / (1 - 0.75)))
    assert Queue(2, 1.5, 1, 1).wait == pytest.approx(erlang_c(2, 1.5) / (2 - 1.5))
    assert Queue(2, 1.5, 1, 1).length == pytest.approx(1.9286, abs=1e-4)  # tables of M/M/2
    assert erlang_c(1000, 900.0) == pytest.approx(0.0003, abs=1e-3)
    assert Queue(1, 1, 1, 1).wait == math.inf
    assert Queue(0, 1, 1, 1).wait == Queue(0, 1, 1, 1).utilisation == math.inf
    assert Queue(3, 0, 1, 1).wait == Queue(3, 1, 0, 0).wait == 0


def test_the_wait_of_one_exponential_server_varies_as_it_should() -> None:
    """E[W²] of M/M/1 is 2ρ / (μ²(1-ρ)²): nothing with 1-ρ, exponential with μ-λ otherwise."""
    queue = Queue(1, 0.6, 1, 1)
    assert queue.wait_variance + queue.wait**2 == pytest.approx(2 * 0.6 / 0.4**2)


def test_times() -> None:
    assert gamma_cdf(1, 2.0) == pytest.approx(1 - math.exp(-2))
    assert Time(3, 9).within(3) == pytest.approx(1 - math.exp(-1))
    assert Time(3, 9).percentile(0.9) == pytest.approx(-3 * math.log(0.1), rel=1e-4)
    assert Time(3, 0).within(3) == 1
    assert Time(3, 0).within(2.9) == 0
    assert Time(math.inf, math.inf).within(9) == 0
    both = nth_of([Time(1, 1), Time(1, 1)], 2)
    assert both.mean == pytest.approx(1.5, rel=0.01)
    assert nth_of([Time(1, 1), Time(1, 1)], 1).mean == pytest.approx(0.5, rel=0.01)
    assert nth_of([Time(2, 0), Time(5, 0)], 2).mean == 5


def one(text: str) -> Performance:
    return analyze(program(text))


def test_a_tandem_and_feedback_are_queues_of_jackson() -> None:
    """Rates of a Jackson network with feedback, and the waits of M/M/1 in each node."""
    found = one("""
roles:
  a: {department: d, headcount: 1}
  b: {department: d, headcount: 1}
processes:
  p:
    entity: order
    arrivals: 4 per day
    start: first
    steps:
      first: {role: a, effort: {mean: 1h}, outcomes: {on: second}}
      second: {role: b, effort: {mean: 1h}, outcomes: {good: {to: won, chance: 80%}, again: first}}
      won: {end: success}
""")
    rate = 0.5 / 0.8
    for role in found.roles:
        assert role.load.utilisation == pytest.approx(rate)
        assert role.waiting.queue.wait == pytest.approx(rate / (1 - rate))
    assert found.processes[0].lead.mean == pytest.approx(2 / 0.8 / (1 - rate))
    assert found.processes[0].touch == pytest.approx(2 / 0.8)
    # the time in M/M/1 queues in a row with feedback is not exponential, but of one pass it is
    assert found.processes[0].cost.rework == 0


def test_money_rework_and_what_half_the_rework_wins() -> None:
    found = one("""
roles:
  a: {department: d, headcount: 2, hourly_cost: 30 EUR}
  s: {department: d, headcount: 2, hourly_cost: 60 EUR}
handoffs:
  h: {entity: order, customer: a, supplier: s, effort: 1h, cost: 5 EUR, rework: 50%, respond: 1h, deliver: 1d}
processes:
  p:
    entity: order
    arrivals: 1 per day
    start: first
    steps:
      first: {role: a, effort: 1h, outcomes: {on: study, again: {to: first, chance: 20%}}}
      study: {handoff: h, outcomes: {accepted: won, declined: lost}}
      won: {end: success}
      lost: {end: failure}
""")
    cost = found.processes[0].cost
    assert cost.case == pytest.approx(100 * (30 / 0.8 + 2 * 60 + 5), abs=2)
    assert cost.rework == pytest.approx(100 * (30 * 0.25 + 60 + 2.5), abs=2)
    halved = next(one for one in found.reliefs if one.kind == "rework")
    assert halved.hours == pytest.approx(52 * 5 * (2 - 4 / 3))
    assert halved.money == pytest.approx(halved.hours * 6000)
    assert halved.days > 52 * 5 * (2 - 4 / 3) / 8  # the work, and some wait


BROKEN = """
roles:
  full: {department: d, headcount: 1}
  nobody: {department: d, headcount: 0}
  idle: {department: d, headcount: 1, availability: 0%}
  free: {department: d}
processes:
  p:
    entity: order
    arrivals: 9 per day
    promise: 3d
    start: a
    steps:
      a: {role: full, effort: 1h, within: 1d, late: remind, outcomes: {on: b, never: {to: lost, chance: 0%}}}
      b: {role: nobody, effort: 1h, outcomes: {on: c}}
      c: {role: idle, effort: 1h, outcomes: {on: d}}
      d: {role: free, effort: 0m, outcomes: {on: e}}
      e: {parallel: {x: {role: full, effort: 1h}, y: {role: free, effort: 1h}}, join: any, then: won}
      won: {end: success}
      lost: {end: failure}
  silent: {entity: order, start: a, steps: {a: {role: full, effort: 1h, outcomes: {on: {to: won, chance: 100%}}}, won: {end: success}}}
  hopeless: {entity: order, arrivals: 1 per day, start: a, steps: {a: {role: free, effort: 1h, outcomes: {on: lost}}, lost: {end: failure}}}
"""  # noqa: E501


def test_what_cannot_be_served_is_said_and_never_a_nan() -> None:
    found = one(BROKEN)
    text = json.dumps(as_data(found, NONE, (), "x"), allow_nan=False)
    data = json.loads(text)
    roles = {role["role"]: role for role in data["roles"]}
    assert roles["full"]["wait_hours"] is None
    assert roles["full"]["grows_hours_a_week"] == pytest.approx(10 + 40)
    assert roles["nobody"]["utilisation"] is roles["idle"]["utilisation"] is None
    assert data["processes"][0]["lead_hours"]["mean"] is None
    assert data["processes"][0]["promise_kept"] == 0
    assert "nan" not in render(found, NONE, (), "x", every=True).lower()
    assert "free" in data["persons_not_given"]


def test_a_handoff_that_is_never_accepted_and_one_that_always_comes_back() -> None:
    found = one("""
roles: {a: {department: d, headcount: 2}, b: {department: d, headcount: 2}}
handoffs: {h: {entity: order, customer: a, supplier: b, effort: 1h, rework: 100%}}
processes:
  never:
    entity: order
    arrivals: 2 per day
    start: x
    steps: {x: {handoff: h, outcomes: {accepted: won, declined: {to: won, chance: 100%}}}, won: {end: success}}
  always:
    entity: order
    arrivals: 2 per day
    start: x
    steps: {x: {handoff: h, outcomes: {accepted: won, declined: won}}, won: {end: success}}
""")
    assert found.left_out == ("always",)
    assert found.processes[0].lead.mean == found.processes[0].cost.case == 0


def test_nothing_arrives() -> None:
    found = one("processes: {p: {entity: order, start: won, steps: {won: {end: success}}}}")
    assert found.roles == ()
    assert found.processes[0].lead.mean == 0
    assert "nothing arrives" in render(found, NONE, (), "x")


def test_the_customer_of_valvotech_waits_for_the_credit_rating(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["analyze", str(SPECS / "valvotech"), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    order = next(one for one in data["processes"] if one["process"] == "order_to_cash")
    inside = next(wait for wait in order["waits"] if wait["role"])
    assert (inside["step"], inside["role"]) == ("order_to_cash.credit_check", "credit_clerk")
    assert data["roles"][0]["role"] == data["reliefs"][0]["name"] == "credit_clerk"
    assert data["roles"][0]["utilisation"] == pytest.approx(0.799, abs=0.001)


def test_errors_of_load_are_no_obstacle_and_others_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.yaml"
    text = (
        f"{HEAD}roles: {{r: {{department: d, headcount: 1}}}}\n"
        "processes: {p: {entity: order, arrivals: 9 per day, start: a, "
        "steps: {a: {role: r, effort: 1h, outcomes: {on: won}}, won: {end: success}}}}\n"
    )
    spec.write_text(text, encoding="utf-8")
    assert run(["analyze", str(spec), "--lang", "it"]) == 0
    assert "5,0h" in capsys.readouterr().out
    spec.write_text(text.replace("on: won", "on: wno"), encoding="utf-8")
    assert run(["analyze", str(spec)]) == 1


def test_paths_of_a_graph() -> None:
    line = {"a": {"b"}, "b": {"a", "c"}, "c": {"b", "d"}, "d": {"c"}}
    assert articulation(line) == {"b", "c"}
    assert betweenness(line) == {"a": 0, "b": pytest.approx(2 / 3), "c": pytest.approx(2 / 3), "d": 0}
    ring = {"a": {"b", "c"}, "b": {"a", "c"}, "c": {"a", "b"}}
    assert articulation(ring) == set()
    star = {"m": {"a", "b", "c"}, "a": {"m"}, "b": {"m"}, "c": {"m"}}
    assert articulation(star) == {"m"}
    assert betweenness(star)["m"] == 1
    ways = {"s": {"x": 0.6, "y": 0.4}, "x": {"s": 0.5, "won": 0.5}, "y": {"won": 1.0}, "won": {}}
    assert likeliest(ways, "s", {"won"}) == (("s", "y", "won"), pytest.approx(0.4))


def test_who_hands_to_whom_in_valvotech() -> None:
    found = analyze_structure(check(SPECS / "valvotech").program)
    order = next(path for path in found.paths if path.process == "order_to_cash")
    assert 3 < order.passes < 6
    assert order.borders < order.passes
    assert (found.suppliers[0].role, found.suppliers[0].customers) == ("credit_clerk", ("agent", "export_manager"))
    assert {loop[0][0] for loop in order.loops} == {"prepare_quote", "dunning"}

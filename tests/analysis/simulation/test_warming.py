"""How long the warm-up is where nobody says it."""

from __future__ import annotations

from random import Random

from crmdsl.analysis.simulation.warming import Pilot, mser
from tests.analysis.simulation.company import job, text


def test_what_comes_before_the_steady_state_is_left_out() -> None:
    random = Random(1)
    series = [min(at, 60) / 60 * 20 + random.gauss(0, 1) for at in range(300)]
    assert 45 <= mser(series) <= 110
    assert mser([3.0] * 100) == 0
    assert mser([random.gauss(5, 1) for _ in range(300)]) <= 100
    assert mser(range(100)) == 50  # what never settles: as much as can be
    assert mser([]) == mser([1.0]) == 0


def test_the_warm_up_of_a_company_is_as_long_as_it_takes_to_settle() -> None:
    assert Pilot(job(text(arrivals=""), 28)).settled == 0
    wait = "wait: {wait: {event: came, takes: {mean: 15d, cv: 0}}, outcomes: {came: done}}, done: {end: success}"
    slow = text(arrivals="arrivals: 2 per day, ", steps=f"work: {{role: clerk, outcomes: {{go: wait}}}}, {wait}")
    one = job(slow, 112)
    found = Pilot(one).settled
    assert 14 <= found <= 35
    assert found % 7 == 0

"""Student's t against printed tables, and runs that are repeated until they say enough."""

from __future__ import annotations

from math import inf
from random import Random
from time import sleep

import pytest

from crmdsl.analysis.simulation.network.intervals import batches, interval, paired, t_cdf, t_quantile
from crmdsl.analysis.simulation.network.replications import replicate

TABLE = {
    (0.975, 1): 12.706, (0.975, 2): 4.303, (0.975, 3): 3.182, (0.95, 4): 2.132, (0.995, 5): 4.032, (0.995, 7): 3.499,
    (0.9, 10): 1.372, (0.995, 29): 2.756, (0.95, 30): 1.697, (0.975, 120): 1.980, (0.9995, 8): 5.041,
}  # fmt: skip
"""Percentage points of the t distribution as printed (NIST/SEMATECH e-Handbook, 1.3.6.7.2)."""


@pytest.mark.parametrize(("share", "freedom"), TABLE)
def test_quantiles_are_those_of_the_table(share: float, freedom: int) -> None:
    assert t_quantile(share, freedom) == pytest.approx(TABLE[share, freedom], abs=0.0006)
    assert t_quantile(1 - share, freedom) == pytest.approx(-t_quantile(share, freedom))


@pytest.mark.parametrize("freedom", [1, 2, 3, 6, 17, 200, 1_999])
def test_a_quantile_is_where_the_distribution_reaches_it(freedom: int) -> None:
    for share in (0.5, 0.6, 0.9, 0.99, 0.9999):
        assert t_cdf(t_quantile(share, freedom), freedom) == pytest.approx(share, abs=1e-12)


def test_the_sum_and_the_expansion_meet() -> None:
    assert t_quantile(0.995, 2_000) == pytest.approx(t_quantile(0.995, 2_001), abs=2e-6)


def test_an_interval_by_hand() -> None:
    found = interval([1.0, 2.0, 3.0, 4.0])
    assert (found.mean, found.half) == (2.5, pytest.approx(3.1824 * (5 / 3 / 4) ** 0.5, abs=1e-4))
    assert 2.5 in found
    assert 5 not in found
    assert interval([7.0]).half == inf
    assert interval([7.0, 7.0]).relative == 0
    assert not paired([1.0, 2.0, 3.0], [1.5, 1.5, 3.0]).decided
    assert paired([1.0, 2.0, 3.0], [2.0, 3.1, 4.0]).decided
    assert batches([1.0, 3.0] * 50, 10).half == 0


def test_99_of_100_intervals_hold_the_mean() -> None:
    chance = Random(1)
    held = sum(5.0 in interval([chance.gauss(5, 2) for _ in range(6)], 0.99) for _ in range(2_000))
    assert 1_965 <= held <= 1_993


def _noise(number: int) -> dict[str, float]:
    return {"one": 10 + Random(number).random(), "two": 5.0}


def _slow(number: int) -> dict[str, float]:
    sleep(0.1)
    return {"one": 2.0}


def test_runs_are_repeated_until_they_are_precise() -> None:
    rough = replicate(_noise, precision=0.1)
    fine = replicate(_noise, precision=0.01)
    assert (len(rough.runs), rough.reached) == (5, True)
    assert len(fine.runs) > 5
    assert fine.interval("one").relative <= 0.01
    assert fine.runs == replicate(_noise, precision=0.01, processors=1).runs
    assert replicate(_slow, least=4, most=4, precision=0, processors=2).runs == ({"one": 2.0},) * 4  # by two processes
    assert not replicate(_noise, precision=0, most=7).reached
    assert rough.difference(rough, "one").half == 0

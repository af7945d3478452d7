"""Proof that a chain of bands has no gap and no overlap: our cells against z3 asked the same, in the same run.

python -m benchmarks.bench_chains

z3 gets the limits as inequalities of whole numbers: one question whether a case is in no band, then for each band
whether it meets one before it (an assumption for each band, so that it keeps what it has learned). Where z3 takes
longer than its limit, the ratio is a lower bound.
"""

from __future__ import annotations

import time
from random import Random

import z3

from tests.generators.bands import TOP, Chain, divided, spec
from benchmarks.table import show
from crmdsl.api import check_text
from crmdsl.conditions.regions import Decisions
from crmdsl.ir.casespace import CaseSpace

LIMIT = 60.0
"""Seconds that z3 may take for a chain."""


def ours(chain: Chain) -> float:
    """Seconds from typed conditions to the answers."""
    found = check_text({"spec.yaml": spec(chain)})
    resolved = found.program.resolved
    trees = [resolved.typed(level.when) for level in resolved.spec.approvals["chain"].levels.values()]
    times = []
    for _ in range(5):
        start = time.perf_counter()
        decisions = Decisions(CaseSpace(resolved), "order", trees)
        gap, overlaps = decisions.gap(), decisions.overlaps()
        times.append(time.perf_counter() - start)
        assert gap is None
        assert overlaps == []
    return min(times)


def theirs(chain: Chain) -> tuple[float, bool]:
    """Seconds that z3 takes with its formulas made, and whether it came to an end."""
    variables = [z3.Int(f"f{index}") for index in range(chain.fields)]
    bounds = [z3.And(variable >= 0, variable <= TOP) for variable in variables]
    bands = [
        z3.And(*(variables[index] > low for index, (low, _) in band.items() if low is not None),
               *(variables[index] <= high for index, (_, high) in band.items() if high is not None))
        for band in chain.bands
    ]  # fmt: skip
    start = time.perf_counter()
    solver = z3.Solver()
    solver.add(*bounds)
    solver.set("timeout", int(1000 * LIMIT))
    solver.push()
    solver.add(z3.Not(z3.Or(*bands)))
    finished = solver.check() != z3.unknown
    solver.pop()
    before: list[z3.BoolRef] = []
    for band in bands:
        if before:
            left = LIMIT - (time.perf_counter() - start)
            if left <= 0 or not finished:
                return time.perf_counter() - start, False
            solver.set("timeout", int(1000 * left) + 1)
            solver.push()
            solver.add(band, z3.Or(*before))
            finished = solver.check() != z3.unknown
            solver.pop()
        before.append(band)
    return time.perf_counter() - start, finished


def main() -> None:
    """The table."""
    rows = []
    for fields in (2, 4, 8):
        for bands in (5, 50, 200, 1_000):
            chain = divided(bands, fields, Random(1_000 * fields + bands))
            own = ours(chain)
            other, finished = theirs(chain)
            more = "" if finished else "> "
            rows.append((fields, f"{bands:,}", f"{1000 * own:.2f}", f"{1e6 * own / bands:.0f}",
                         f"{more}{1000 * other:,.0f}", f"{more}{other / own:,.0f}"))  # fmt: skip
    show("Proof of chains of bands: no gap, no overlap",
         ["fields", "bands", "cells ms", "µs a band", "z3 ms", "times faster"], rows)  # fmt: skip


if __name__ == "__main__":
    main()

"""Proof that a chain of bands has no gap and no overlap: our cells against z3 asked the same, in the same run.

python -m benchmarks.bench_chains

Both start from the typed conditions. z3 is asked once whether a case is in no band, then for each band whether it
meets one before it. Where z3 takes longer than its limit, the ratio is a lower bound. Small chains are asked several
times, those that take us a tenth of a millisecond a hundred times, and the median counts. The collector is off for
both, as it is in the command line.
"""

from __future__ import annotations

import gc
import time
from random import Random
from statistics import median
from typing import Any

import z3

from benchmarks.table import show
from crmdsl.api import check_text
from crmdsl.conditions.regions import Decisions
from crmdsl.ir.casespace import CaseSpace
from crmdsl.resolve.resolved import Resolved
from tests.generators.bands import TOP, Chain, divided, spec
from tests.generators.smt import translated

LIMIT = 60.0
"""Seconds that z3 may take for a chain."""


def typed(chain: Chain) -> tuple[Resolved, list[Any]]:
    """The typed conditions of a chain."""
    resolved = check_text({"spec.yaml": spec(chain)}).program.resolved
    return resolved, [resolved.typed(level.when) for level in resolved.spec.approvals["chain"].levels.values()]


def ours(chain: Chain, rounds: int = 9) -> float:
    """Seconds from typed conditions to the answers, the median of some rounds."""
    resolved, trees = typed(chain)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        decisions = Decisions(CaseSpace(resolved), "order", trees)
        overlaps, gap = decisions.overlaps(), decisions.gap()
        times.append(time.perf_counter() - start)
        assert gap is None
        assert overlaps == []
    return median(times)


def theirs(chain: Chain) -> tuple[float, bool]:
    """Seconds that z3 takes from typed conditions to the answers, and whether it came to an end."""
    trees = typed(chain)[1]
    start = time.perf_counter()
    variables = {f"f{index}": z3.Int(f"f{index}") for index in range(chain.fields)}
    bounds = [z3.And(variable >= 0, variable <= TOP) for variable in variables.values()]
    bands = [translated(tree, variables) for tree in trees]
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
    gc.disable()
    for fields in (2, 4, 8):
        for bands in (5, 50, 200, 1_000):
            chain = divided(bands, fields, Random(1_000 * fields + bands))
            gc.collect()
            own = ours(chain, 101 if bands < 50 else 9)
            runs = [theirs(chain) for _ in range(7 if bands < 200 else 1)]
            other, finished = median(seconds for seconds, _ in runs), all(done for _, done in runs)
            more = "" if finished else "> "
            rows.append((fields, f"{bands:,}", f"{1000 * own:.2f}", f"{1e6 * own / bands:.0f}",
                         f"{more}{1000 * other:,.0f}", f"{more}{other / own:,.0f}"))  # fmt: skip
    show("Proof of chains of bands: no gap, no overlap",
         ["fields", "bands", "cells ms", "µs a band", "z3 ms", "times faster"], rows)  # fmt: skip


if __name__ == "__main__":
    main()

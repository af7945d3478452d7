"""How long a company takes to settle: a simulation begins empty, and what it says of that time is no use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from crmdsl.analysis.simulation.engine import DAY
from crmdsl.analysis.simulation.job import Job

PILOT = 182
"""Days of the run in which it is looked for; at most half of them can be the warm-up."""
BATCH = 5
_NUMBER = -1
"""The number of the pilot among the replications."""


def warm_up(job: Job) -> int:
    """The days after which a company has settled, in whole weeks: the longest time that one of its processes takes.

    A run shorter than the pilot is followed for as long as it is. What is looked at is how many cases of a process
    there are, each morning on which the company opens.
    """
    settings = job.settings
    days = min(PILOT, max(BATCH, settings.days))
    shorter = replace(job, settings=replace(settings, days=days, warm_up=0))
    engine = shorter.prepared(_NUMBER)
    mornings = engine.staff.calendars.company.starts
    days_open = [at for last, at in pairwise((0, *mornings)) if at // DAY != last // DAY and at >= settings.start]
    counts: dict[str, list[int]] = {name: [] for name in engine.compiled.processes}

    def census(_: object) -> None:
        for name, seen in counts.items():
            line = engine.watch.cases.get(name)
            seen.append(line.count if line is not None else 0)

    for at in days_open:
        engine.at(at, census)
    shorter.finish(engine)
    settled = max((mser(seen) for seen in counts.values()), default=0)
    if not settled or not days_open:
        return 0
    length = days_open[min(settled, len(days_open) - 1)] - settings.start
    return min(-(-length // (7 * DAY)) * 7, -(-days // 14) * 7)


def mser(series: Sequence[float], batch: int = BATCH) -> int:
    """How many of the first values of a series are to be left out, at most half of them.

    MSER-5: of the means of five values each, so many are left out that the rest has the smallest marginal standard
    error (White, An effective truncation heuristic for bias reduction in simulation output, Simulation 69, 1997).
    """
    means = [sum(series[at : at + batch]) / batch for at in range(0, len(series) - batch + 1, batch)]
    best, least = 0, float("inf")
    count, total, squares = 0, 0.0, 0.0
    for left_out in range(len(means) - 1, -1, -1):  # from the end, so that sums are taken along
        count, total, squares = count + 1, total + means[left_out], squares + means[left_out] ** 2
        error = max(0.0, squares - total * total / count) / (count * count)
        if left_out <= len(means) // 2 and count > 1 and error <= least:
            best, least = left_out, error
    return best * batch

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


class Pilot:
    """A run from the start, without a warm-up, in which the cases of each process are counted every morning.

    A simulation shorter than `PILOT` is followed for as long as it is, and half the events are allowed.
    """

    def __init__(self, job: Job) -> None:
        settings = job.settings
        self.settings = replace(
            settings, days=min(PILOT, max(BATCH, settings.days)), warm_up=0, events=max(1, settings.events // 2)
        )
        shorter = replace(job, settings=self.settings)
        self.engine = shorter.prepared(0)
        company = self.engine.staff.calendars.company
        self.mornings = [
            at
            for last, at in pairwise((0, *company.starts))
            if at // DAY != last // DAY and settings.start <= at <= self.engine.end
        ]
        self.counts: dict[str, list[int]] = {name: [] for name in self.engine.compiled.processes}
        for at in self.mornings:
            self.engine.at(at, self._census)
        shorter.finish(self.engine)

    def _census(self, _: object) -> None:
        for name, seen in self.counts.items():
            line = self.engine.watch.cases.get(name)
            seen.append(line.count if line is not None else 0)

    @property
    def exhausted(self) -> bool:
        """Whether there were more events than are allowed."""
        return self.engine.exhausted

    @property
    def settled(self) -> int:
        """The days after which a company has settled, in whole weeks: the longest time that a process takes."""
        values = max((mser(seen) for seen in self.counts.values()), default=0)
        if not values:
            return 0
        days = -(-(self.mornings[min(values, len(self.mornings) - 1)] - self.settings.start) // DAY)
        return min(-(-days // 7) * 7, -(-self.settings.days // 14) * 7)


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

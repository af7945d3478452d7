"""What happened in a run, in columns: every visit of every case, who served it, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import NamedTuple

from crmdsl.analysis.simulation.network.model import Network
from crmdsl.analysis.simulation.network.paths import Codes

_AGREES = 1e-6


class Disagreement(AssertionError):
    """A run contradicts itself (Little's law does not hold in it): a fault of ours, never of a network."""


class Visit(NamedTuple):
    """A line of the log. `server` is the number of one in the pool, -1 in a delay; `outcome` the route that it took."""

    case: int
    activity: str
    server: int
    queued: float
    started: float
    finished: float
    outcome: str


class Left(NamedTuple):
    """A case: where it came from, how it ended, and when."""

    case: int
    source: str
    arrived: float
    left: float
    end: str


@dataclass(frozen=True)
class Log:
    """The visits of all cases by row, those of a case in their order, the cases in that of their arrival.

    Behind the last visit of a case stands a row that tells its end: its `code` is `codes.closing` and more, its other
    columns say nothing. Columns are lists, or arrays where the loop of arrays ran. `present` is the integral over time
    of the number of cases in the network, as the loop counted them.
    """

    network: Network
    codes: Codes
    arrived: Sequence[float]
    source: Sequence[int]
    first: Sequence[int]
    code: Sequence[int]
    server: Sequence[int]
    queued: Sequence[float]
    started: Sequence[float]
    finished: Sequence[float]
    present: float

    def __len__(self) -> int:
        """How many visits there were."""
        return len(self.code) - len(self.first)

    @property
    def cases(self) -> int:
        """How many cases there were."""
        return len(self.first)

    @cached_property
    def last(self) -> list[int]:
        """The row of the end of each case."""
        return [row - 1 for row in self.first[1:]] + [len(self.code) - 1] if len(self.first) else []

    @cached_property
    def left(self) -> list[float]:
        """When each case left."""
        finished = self.finished
        return [
            float(finished[end - 1]) if end > begin else float(at)
            for at, begin, end in zip(self.arrived, self.first, self.last, strict=True)
        ]

    @property
    def until(self) -> float:
        """When the time ends that figures are of: the horizon, or the last arrival."""
        if self.network.horizon != float("inf"):
            return self.network.horizon
        return float(self.arrived[-1]) if len(self.arrived) else 0.0

    def visits(self) -> Iterator[Visit]:
        """The lines of the log, case by case."""
        activities, numbers, closing = self.network.activities, self.codes, self.codes.closing
        case = -1
        starts = {int(row): number for number, row in enumerate(self.first)}
        for row, code in enumerate(self.code):
            case = starts.get(row, case)
            if code < closing:
                yield Visit(
                    case, activities[numbers.activity[code]].name, int(self.server[row]), float(self.queued[row]),
                    float(self.started[row]), float(self.finished[row]), numbers.route[code].name,
                )  # fmt: skip

    def ended(self) -> Iterator[Left]:
        """The cases, in the order of their arrival."""
        sources, ends, closing = self.network.sources, self.network.ends, self.codes.closing
        for case, (at, left, row) in enumerate(zip(self.arrived, self.left, self.last, strict=True)):
            yield Left(case, sources[self.source[case]].name, float(at), left, ends[self.code[row] - closing])

    def check(self) -> None:
        """Little's law: the loop's integral of the number present is the sum of the stays by the log.

        Raises `Disagreement`.
        """
        stays = fsum(left - float(at) for at, left in zip(self.arrived, self.left, strict=True))
        if abs(stays - self.present) > _AGREES * max(1.0, abs(stays)):
            raise Disagreement(f"the stays of all cases are {stays}, the number present sums to {self.present}")

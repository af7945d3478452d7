"""What happened in a run, in columns: every visit of every case, who served it, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import fsum, inf
from typing import NamedTuple, TypeVar

from crmdsl.analysis.simulation.network.model import Network
from crmdsl.analysis.simulation.network.paths import Paths
from crmdsl.analysis.simulation.network.plain import Served

_T = TypeVar("_T")
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
    """The visits of all cases in columns, those of a case in their order, the cases in that of their arrival.

    Of visit `i` `case[i]`, `activity[i]` (its index in the network), `server[i]` (-1 in a delay), `queued[i]`,
    `started[i]` and `finished[i]` are told. Columns are lists, or arrays where the loop of arrays ran.
    """

    network: Network
    paths: Paths
    served: Served

    def __len__(self) -> int:
        """How many visits there were."""
        return len(self.paths.code)

    @property
    def cases(self) -> int:
        """How many cases there were."""
        return len(self.paths.arrived)

    @property
    def server(self) -> Sequence[int]:
        """Who served, by his number in the pool."""
        return self.served.server

    @property
    def queued(self) -> Sequence[float]:
        """When the case came to the activity."""
        return self.served.queued

    @property
    def started(self) -> Sequence[float]:
        """When somebody took it."""
        return self.served.started

    @property
    def finished(self) -> Sequence[float]:
        """When it was done."""
        return self.served.finished

    @cached_property
    def activity(self) -> Sequence[int]:
        """Which activity it was."""
        activity = self.paths.codes.activity
        return [activity[code] for code in self.paths.code]

    @cached_property
    def case(self) -> Sequence[int]:
        """Which case it was."""
        first = self.paths.first
        return [case for case, (at, behind) in enumerate(pairwise(first)) for _ in range(at, behind)]

    @cached_property
    def left(self) -> Sequence[float]:
        """When each case left."""
        finished = self.finished
        rows = zip(self.paths.arrived, pairwise(self.paths.first), strict=True)
        return [finished[behind - 1] if behind > first else at for at, (first, behind) in rows]

    @property
    def until(self) -> float:
        """When the time ends that figures are of: the horizon, or the last arrival."""
        arrived = self.paths.arrived
        return self.network.horizon if self.network.horizon != inf else float(arrived[-1]) if len(arrived) else 0.0

    def visits(self) -> Iterator[Visit]:
        """The lines of the log, case by case."""
        names = [one.name for one in self.network.activities]
        outcomes = [route.name for route in self.paths.codes.route]
        whole = (listed(one) for one in (self.case, self.activity, self.server, self.paths.code))
        times = (listed(one) for one in (self.queued, self.started, self.finished))
        for case, activity, server, code, queued, started, finished in zip(*whole, *times, strict=True):
            yield Visit(case, names[activity], server, queued, started, finished, outcomes[code])

    def ended(self) -> Iterator[Left]:
        """The cases, in the order of their arrival."""
        sources, ends, paths = self.network.sources, self.network.ends, self.paths
        rows = zip(*map(listed, (paths.source, paths.arrived, self.left, paths.end)), strict=True)
        for case, (source, arrived, left, end) in enumerate(rows):
            yield Left(case, sources[source].name, arrived, left, ends[end])

    def stays(self) -> float:
        """The sum of the times that cases were in the network."""
        return fsum(left - at for at, left in zip(self.paths.arrived, self.left, strict=True))

    def check(self) -> None:
        """Little's law: the sum of the stays is the integral of the number present, which the loop kept on its own.

        Raises `Disagreement`.
        """
        stays, present = self.stays(), self.served.present
        if not abs(stays - present) <= _AGREES * max(1.0, abs(stays)):
            raise Disagreement(f"cases stayed {stays} in all, but the number present sums to {present}")


def listed(column: Sequence[_T]) -> list[_T]:
    """A column as a list: to take single values out of an array costs more."""
    convert: Callable[[], list[_T]] | None = getattr(column, "tolist", None)
    return convert() if convert else list(column)

"""Independent runs until what they say is precise enough, on all processors, the same answer on each machine."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import isfinite, sqrt
from multiprocessing.context import BaseContext
from time import perf_counter

from crmdsl.analysis.simulation.network.intervals import LEVEL, Interval, interval, paired, t_quantile

Run = Callable[[int], Mapping[str, float]]
"""A run by its number: its figures by name. The number belongs into its seed, and nothing else may differ."""

Choice = Callable[[Mapping[str, float]], Collection[str]]
"""The figures that have to be precise, by those of the first run."""

_WORTH_IT = 0.25
"""Seconds that runs must take together before other processes are started for them."""


@dataclass(frozen=True, slots=True)
class Replications:
    """The figures of each run, in order; one that a run did not have is left out. `reached`: precise enough."""

    runs: tuple[Mapping[str, float], ...]
    level: float
    reached: bool

    @property
    def names(self) -> list[str]:
        """The names of all figures."""
        return list(dict.fromkeys(name for run in self.runs for name in run))

    def of(self, name: str) -> tuple[float, ...]:
        """A figure in each run that has it."""
        return tuple(run[name] for run in self.runs if name in run)

    def interval(self, name: str) -> Interval:
        """The interval of a figure. Raises `ValueError` if no run has it."""
        return interval(self.of(name), self.level)

    def difference(self, other: Replications, name: str) -> Interval:
        """The interval of `other - self`, run by run. Raises `ValueError` if no two runs have it."""
        pairs = [
            (one[name], two[name])
            for one, two in zip(self.runs, other.runs, strict=False)
            if name in one and name in two
        ]
        return paired([one for one, _ in pairs], [two for _, two in pairs], self.level)


def replicate(
    run: Run,
    *,
    precision: float = 0.05,
    of: Collection[str] | Choice | None = None,
    level: float = LEVEL,
    least: int = 5,
    most: int = 100,
    processors: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    first: Callable[[], Mapping[str, float]] | None = None,
    long: bool = False,
) -> Replications:
    """Runs 0, 1, 2 … until half the interval of each figure in `of` (else of all) is that share of its mean.

    At least `least` and at most `most` are made. How many count does not depend on how many processors there are:
    runs are taken in order, and what was begun beyond the last is thrown away. `run` goes to other processes if it can
    be pickled and is worth it. `progress` hears of each run: how many there are, and the most there can be. `of` may
    be chosen by what run 0 says; `first` makes that run, here, and `long` tells that the others need not wait for it.
    (Law and Kelton, Simulation Modeling and Analysis, the sequential procedure of relative precision.)
    """
    done: list[Mapping[str, float]] = []

    def asked() -> int:
        return _asked(done, of, level, precision, most)

    with _results(run, first or partial(run, 0), least, most, processors, long, asked) as results:
        for figures in results:
            done.append(figures)
            if progress is not None:
                progress(len(done), most)
            if callable(of):
                of = of(figures)
            if len(done) >= least and _precise(done, of, level, precision):
                return Replications(tuple(done), level, True)
    return Replications(tuple(done), level, False)


def _precise(
    done: list[Mapping[str, float]], of: Collection[str] | Choice | None, level: float, precision: float
) -> bool:
    return all(0 <= half <= precision for half, _ in _halves(done, of, level))


def _halves(
    done: list[Mapping[str, float]], of: Collection[str] | Choice | None, level: float
) -> Iterator[tuple[float, int]]:
    """Half the interval of each figure as a share of its mean, and of how many runs; -1 where it has none yet."""
    for name in done[0].keys() if of is None or callable(of) else of:
        values = [run[name] for run in done if name in run]
        known = len(values) > 1 and all(map(isfinite, values))
        yield (interval(values, level).relative if known else -1.0), len(values)


def _asked(
    done: list[Mapping[str, float]], of: Collection[str] | Choice | None, level: float, precision: float, most: int
) -> int:
    """How many runs it will take if figures go on spreading as they do: no more are begun ahead."""
    share, asked = (1 + level) / 2, len(done) + 1
    for half, count in _halves(done, of, level):
        if not 0 <= half < float("inf"):
            return most
        scale = half * sqrt(count) / t_quantile(share, count - 1)
        while asked < most and scale * t_quantile(share, asked - 1) > precision * sqrt(asked):
            asked += 1
    return asked


@contextmanager
def _results(
    run: Run, first: Callable[[], Mapping[str, float]], least: int, most: int, processors: int | None, long: bool,
    asked: Callable[[], int],
) -> Iterator[Iterator[Mapping[str, float]]]:  # fmt: skip
    """The figures of the runs in order, worked out ahead by other processes where that is worth it."""
    number = processors or _processors()
    others = number > 1 and most > 1 and _portable(run)
    start = perf_counter()
    figures = {} if (others and long) or not most else first()
    if not others or (not long and (perf_counter() - start) * (most - 1) < _WORTH_IT):
        yield (figures if at == 0 else run(at) for at in range(most))
        return
    pool = ProcessPoolExecutor(number, _context())
    try:
        yield _ahead(pool, run, first if long else lambda: figures, min(least, most), most, number, asked)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _ahead(
    pool: ProcessPoolExecutor,
    run: Run,
    first: Callable[[], Mapping[str, float]],
    least: int,
    most: int,
    number: int,
    asked: Callable[[], int],
) -> Iterator[Mapping[str, float]]:
    """The results in order. A run that has begun is waited for even if nobody asks for it any more.

    So the runs that there must be begin at once, and others, one for each processor, only when those did not do, and
    no more than are `asked` for as things stand.
    While this process makes the first, one processor less is there for others.
    """
    beside = min(least, number)
    waiting = deque(pool.submit(run, at) for at in range(1, beside))
    figures = first()
    waiting += [pool.submit(run, at) for at in range(max(1, beside), least)]
    given, begun = 1, max(1, least)
    yield figures
    while True:
        ahead = min(most, asked()) if given >= least else 0
        while begun < ahead and len(waiting) < number:
            waiting.append(pool.submit(run, begun))
            begun += 1
        if not waiting:
            return
        yield waiting.popleft().result()
        given += 1


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _context() -> BaseContext:
    """A copy of this process where that is safe, which starts at once; else a new one."""
    alone = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if alone else "spawn")


def _portable(run: Run) -> bool:
    """Whether a new process finds the run: it can be pickled, and is no part of a script or a session."""
    try:
        text = pickle.dumps(run)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return b"__main__" not in text

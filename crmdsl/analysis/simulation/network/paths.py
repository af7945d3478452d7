"""What the cases of a run are dealt before it starts: when they arrive, which way they go, how long each visit takes.

Ways are by chance and do not depend on who waits for whom. Dealt case by case, they are the same cards whatever the
pools look like: that is what makes two variants comparable (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, takewhile
from math import inf

from crmdsl.analysis.simulation.network.model import Distribution, Network, Route
from crmdsl.analysis.simulation.network.streams import choices, draws, stream


@dataclass(frozen=True, slots=True)
class Codes:
    """The routes out of all activities, numbered: `route` and `activity` (its index) of each number.

    `target[code]` is the index of the activity that follows, or negative for an end (`~index`).
    """

    route: tuple[Route, ...]
    activity: tuple[int, ...]
    target: tuple[int, ...]
    first: tuple[int, ...]
    """The number of the first route of each activity; the routes of one follow each other."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The cards of all cases: the visits of one are the rows from `first[case]` to before `first[case + 1]`.

    `arrived` is when a case arrives, `source` and `end` are the indices of where it comes from and of its end; `code`
    and `effort` are by row.
    """

    codes: Codes
    arrived: Sequence[float]
    source: Sequence[int]
    end: Sequence[int]
    first: Sequence[int]
    code: Sequence[int]
    effort: Sequence[float]


def codes(network: Network) -> Codes:
    """The numbers of the routes of a network."""
    index = {one.name: number for number, one in enumerate(network.activities)}
    index |= {end: ~number for number, end in enumerate(network.ends)}
    routes: list[Route] = []
    activity: list[int] = []
    first: list[int] = []
    for number, one in enumerate(network.activities):
        first.append(len(routes))
        routes += one.routes
        activity += [number] * len(one.routes)
    return Codes(tuple(routes), tuple(activity), tuple(index[route.to] for route in routes), tuple(first))


def arrivals(network: Network) -> Iterator[tuple[float, int]]:
    """When cases arrive, and the index of the source of each, in order."""
    every = [_arrivals(network, number) for number in range(len(network.sources))]
    found = every[0] if len(every) == 1 else merge(*every)
    if network.horizon < inf:
        found = takewhile(lambda one: one[0] <= network.horizon, found)
    return found if network.cases is None else islice(found, network.cases)


def _arrivals(network: Network, number: int) -> Iterator[tuple[float, int]]:
    source = network.sources[number]
    if source.times:
        yield from ((at, number) for at in source.times)
    elif source.rate:
        after = draws(stream(network.seed, "arrivals", source.name), Distribution(1 / source.rate, 1.0))
        at = 0.0
        while True:
            at += after()
            yield at, number


def deal(network: Network) -> Paths:
    """Draw the cards of all cases of a run."""
    numbers = codes(network)
    index = {one.name: number for number, one in enumerate(network.activities)}
    index |= {end: ~number for number, end in enumerate(network.ends)}
    enter = [
        choices(
            stream(network.seed, "entry", one.name),
            [route.share for route in one.routes],
            [index[route.to] for route in one.routes],
        )
        for one in network.sources
    ]
    leave = [
        choices(
            stream(network.seed, "route", one.name),
            [route.share for route in one.routes],
            range(numbers.first[number], numbers.first[number] + len(one.routes)),
        )
        for number, one in enumerate(network.activities)
    ]
    work = [draws(stream(network.seed, "effort", one.name), one.effort) for one in network.activities]
    return _dealt(numbers, list(arrivals(network)), enter, leave, work)


def _dealt(
    numbers: Codes,
    arriving: list[tuple[float, int]],
    enter: list[Callable[[], int]],
    leave: list[Callable[[], int]],
    work: list[Callable[[], float]],
) -> Paths:
    target = numbers.target
    end: list[int] = []
    first = [0]
    code: list[int] = []
    effort: list[float] = []
    add, take, close, begin = code.append, effort.append, end.append, first.append
    for _, source in arriving:
        at = enter[source]()
        while at >= 0:
            taken = leave[at]()
            add(taken)
            take(work[at]())
            at = target[taken]
        close(~at)
        begin(len(code))
    return Paths(numbers, [at for at, _ in arriving], [source for _, source in arriving], end, first, code, effort)

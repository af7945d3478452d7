"""A network of queues as data: pools of servers, activities, the ways between them, and what arrives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf, isfinite

from crmdsl.analysis._elimination import Diverges, Elimination

_ROUNDING = 1e-9


class Faulty(ValueError):
    """A network that cannot be run: a name that does not exist, shares that make no whole, no way to an end."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """How long something takes: constant with `cv` 0, exponential with 1, else gamma with that mean and variation.

    `mean` is in the unit of time of the network, whatever that is; `cv` is the standard deviation over the mean.
    """

    mean: float
    cv: float = 0.0

    @property
    def square(self) -> float:
        """The mean of its square."""
        return self.mean * self.mean * (1 + self.cv * self.cv)


@dataclass(frozen=True, slots=True)
class Pool:
    """Servers who are alike: whoever has been free the longest takes what has waited the longest."""

    name: str
    servers: int


@dataclass(frozen=True, slots=True)
class Route:
    """A way out of an activity or source: the activity or end that it leads to, and the share that takes it.

    `name` is what it is called, for the log: the outcome of a task.
    """

    to: str
    share: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """Work that one server of a pool does for one case; without a pool it only takes time (a delay).

    Of what waits for a pool the lowest `priority` comes first, and of those who came first.
    """

    name: str
    pool: str
    effort: Distribution
    routes: tuple[Route, ...]
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Where cases come from: a Poisson process of so many in a unit of time, or at given `times`, in order."""

    name: str
    routes: tuple[Route, ...]
    rate: float = 0.0
    times: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """A network and how long it is run. Raises `Faulty` where it cannot be.

    Cases arrive until there are `cases` of them, or until `horizon`, whichever comes first, and the run ends when
    the last one has left. Figures are of the time from `warm_up` to the last arrival, or to the `horizon`. Every
    `Route` leads to an activity or to one of the `ends`.
    """

    pools: tuple[Pool, ...]
    activities: tuple[Activity, ...]
    sources: tuple[Source, ...]
    cases: int | None = None
    horizon: float = inf
    warm_up: float = 0.0
    seed: int = 0
    ends: tuple[str, ...] = ("end",)

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise Faulty(problem)

    def elimination(self) -> Elimination:
        """The ways between activities as a linear system; raises `Faulty` where cases never leave."""
        try:
            return Elimination({one.name: _shares(one.routes, self.ends) for one in self.activities})
        except Diverges as error:
            raise Faulty(f"cases never leave {error.node}") from error

    def visits(self) -> dict[str, float]:
        """Expected visits of each activity in a unit of time, by the equations of traffic."""
        entering: dict[str, float] = {}
        for source in self.sources:
            for name, share in _shares(source.routes, self.ends).items():
                entering[name] = entering.get(name, 0.0) + share * self.rate(source)
        return self.elimination().flows(entering)

    def rate(self, source: Source) -> float:
        """Cases of a source in a unit of time; of given times on average."""
        if not source.times:
            return source.rate
        return len(source.times) / source.times[-1] if source.times[-1] else 0.0

    def utilisation(self) -> dict[str, float]:
        """Work that arrives for each pool against what it can do; `inf` for work that nobody can do."""
        visits = self.visits()
        work = dict.fromkeys((pool.name for pool in self.pools), 0.0)
        for one in self.activities:
            if one.pool:
                work[one.pool] += visits[one.name] * one.effort.mean
        return {
            pool.name: work[pool.name] / pool.servers if pool.servers else inf if work[pool.name] else 0.0
            for pool in self.pools
        }


def _shares(routes: Iterable[Route], ends: tuple[str, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for route in routes:
        if route.to not in ends:
            found[route.to] = found.get(route.to, 0.0) + route.share
    return found


def _problems(network: Network) -> Iterator[str]:
    """What is wrong with a network, for whoever builds one."""
    yield from _figures(network)
    pools, activities, sources = network.pools, network.activities, network.sources
    for names in ([one.name for one in pools], [one.name for one in activities], [one.name for one in sources]):
        if len(set(names)) < len(names):
            yield f"a name stands twice: {names}"
    known = {pool.name for pool in network.pools} | {""}
    targets = {one.name for one in network.activities} | set(network.ends)
    for one in network.activities:
        if one.pool not in known:
            yield f"{one.name} needs the pool {one.pool}, which is not there"
    places: list[Activity | Source] = [*network.activities, *network.sources]
    for place in places:
        if abs(sum(route.share for route in place.routes) - 1) > _ROUNDING:
            yield f"the shares of {place.name} make no whole"
        for route in place.routes:
            if route.to not in targets:
                yield f"{place.name} leads to {route.to}, which is not there"
            if not 0 <= route.share <= 1 + _ROUNDING:
                yield f"{place.name} leads to {route.to} with a share of {route.share}"
    if all(_served(network)):
        try:
            network.elimination()
        except (Faulty, KeyError) as error:
            yield str(error)


def _served(network: Network) -> Iterator[bool]:
    """Whether every activity has somebody who can do it."""
    persons = {pool.name: pool.servers for pool in network.pools}
    return (not one.pool or persons.get(one.pool, 0) > 0 for one in network.activities)


def _figures(network: Network) -> Iterator[str]:
    """What is wrong with the figures of a network."""
    for pool in network.pools:
        if pool.servers < 1:
            yield f"the pool {pool.name} has nobody"
    for one in network.activities:
        if not (one.effort.mean >= 0 and one.effort.cv >= 0 and isfinite(one.effort.mean) and isfinite(one.effort.cv)):
            yield f"{one.name} takes {one.effort}"
    if network.cases is None and network.horizon == inf and not all(one.times for one in network.sources):
        yield "cases arrive for ever: it needs a number of cases or a horizon"
    if (network.cases is not None and network.cases < 0) or network.horizon != network.horizon:
        yield f"cannot run for {network.cases} cases until {network.horizon}"
    for source in network.sources:
        if not (source.rate >= 0 and isfinite(source.rate)):
            yield f"{source.name} has the rate {source.rate}"
        if any(after < before for before, after in zip((0.0, *source.times), source.times, strict=False)):
            yield f"the times of {source.name} are not in order"

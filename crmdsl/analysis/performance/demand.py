"""How many cases of each process start in a week: from arrivals and channels, and from other processes.

`demand = arrivals + demand · triggers`: a called process, one that an outcome or bad feedback opens and one that
fulfils a handoff get their cases from those that set them off.
"""

from __future__ import annotations

from typing import NamedTuple

from crmdsl.analysis._elimination import Diverges, Elimination
from crmdsl.analysis.performance.profiles import Profiles
from crmdsl.ir.operations.week import NEVER, companys


class Demand(NamedTuple):
    """Cases a week of each process: `outside` those that arrive, `total` with those that other processes set off.

    `growing` is a process that sets itself off as often as it runs, so that there is no finite number of cases.
    """

    outside: dict[str, float]
    total: dict[str, float]
    growing: str = ""


def demand(profiles: Profiles) -> Demand:
    """The demand of all processes that can be reckoned."""
    outside = arrivals(profiles)
    ways: dict[str, dict[str, float]] = {}
    for name, profile in profiles.found.items():
        row = ways[name] = {}
        for trigger in profile.triggers:
            if trigger.process in profiles.found:
                row[trigger.process] = row.get(trigger.process, 0.0) + trigger.times
    try:
        return Demand(outside, Elimination(ways).flows(outside))
    except Diverges as error:
        return Demand(outside, dict(outside), error.node)


def arrivals(profiles: Profiles) -> dict[str, float]:
    """Cases a week that start from outside, by process: its own rate, and that of the channels that feed it."""
    spec = profiles.spec
    week = profiles.weeks.get(companys(spec), NEVER)
    found = dict.fromkeys(profiles.found, 0.0)
    for name in found:
        rate = spec.processes[name].arrivals
        if rate is not None:
            found[name] += week.rate(rate)
    for channel in spec.channels.values():
        if channel.volume is not None and channel.feeds is not None and channel.feeds.name in found:
            found[channel.feeds.name] += week.rate(channel.volume)
    return found

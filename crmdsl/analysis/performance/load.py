"""The load of each role: the hours of work that all processes ask of it in a week, against those that it has."""

from __future__ import annotations

from typing import NamedTuple

from crmdsl.analysis.performance.demand import Demand, demand
from crmdsl.analysis.performance.profiles import Profiles, Work, profiles
from crmdsl.ir.operations.staffing import Capacity
from crmdsl.resolve.resolved import Resolved

FULL = 1.0
STRAINED = 0.85
_SLACK = 1e-9
"""So that a load of just 85% is one, whatever the last digit of a sum of fractions."""


class Share(NamedTuple):
    """What a piece of work asks of a role: how often a week, and how many hours a week."""

    work: Work
    rate: float
    hours: float


class Load(NamedTuple):
    """The load of a role that has work; `shares` are in the order of the hours, most first."""

    capacity: Capacity
    shares: tuple[Share, ...]
    hours: float

    @property
    def utilisation(self) -> float:
        """Hours asked of hours there are; `inf` where there are none."""
        return self.hours / self.capacity.hours if self.capacity.hours else float("inf")

    def at_least(self, share: float) -> bool:
        """Whether the utilisation is that high."""
        return self.hours > 0 and self.utilisation >= share - _SLACK

    def persons_for(self, share: float) -> int:
        """How many persons the role needs to be under a utilisation; 0 where no number of them would do."""
        if not self.capacity.each:
            return 0
        return int(self.hours / self.capacity.each / share + _SLACK) + 1


class Loads(NamedTuple):
    """The load of all roles of the company that have work; those from outside are left out."""

    demand: Demand
    roles: dict[str, Load]


def loads(resolved: Resolved) -> Loads:
    """The loads of a spec, worked out once."""
    found: Loads | None = resolved.memo.get("loads")
    if found is None:
        found = resolved.memo["loads"] = reckon(profiles(resolved))
    return found


def reckon(found: Profiles) -> Loads:
    """The load of each role over all processes."""
    asked = demand(found)
    shares: dict[str, list[Share]] = {}
    for name, profile in found.found.items():
        cases = asked.total.get(name, 0.0)
        for work in profile.works if cases > 0 else ():
            for role, each in work.roles:
                if work.minutes and each:
                    rate = cases * work.times * each
                    shares.setdefault(role, []).append(Share(work, rate, rate * work.minutes / 60))
    roles = {}
    for role, capacity in found.capacity.items():
        own = shares.get(role)
        if own and not capacity.external:
            own.sort(key=lambda share: -share.hours)
            roles[role] = Load(capacity, tuple(own), sum(share.hours for share in own))
    return Loads(asked, roles)

"""How long work waits for each role: a queue of all that the role is asked for, served in the order of arrival.

Somebody who has half of his calendar for it does an hour of work in two. Of the mix of work the mean and the squared
coefficient of variation are taken together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crmdsl.analysis.performance.load import Loads, Share
from crmdsl.analysis.performance.profiles import Profiles
from crmdsl.analysis.performance.queueing import Queue
from crmdsl.analysis.performance.times import Time
from crmdsl.analysis.performance.variability import with_arrivals
from crmdsl.ir.operations.staffing import Capacity


@dataclass(frozen=True, slots=True)
class Waiting:
    """The queue of a role. Times are in open hours of its calendar."""

    capacity: Capacity
    queue: Queue

    @property
    def time(self) -> Time:
        """The wait before work of this role begins."""
        return Time(self.queue.wait, self.queue.wait_variance)

    def service(self, minutes: float, cv: float) -> Time:
        """How long work takes once it has begun."""
        mean = minutes / 60 / self.capacity.availability if self.capacity.availability else float("inf")
        return Time(mean, (mean * cv) ** 2 if minutes else 0.0)


def waitings(profiles: Profiles, loads: Loads) -> dict[str, Waiting]:
    """The queues of all roles that have work."""
    queues = {role: queue(load.capacity, load.shares) for role, load in loads.roles.items()}
    return {
        role: Waiting(loads.roles[role].capacity, one) for role, one in with_arrivals(profiles, loads, queues).items()
    }


def queue(capacity: Capacity, shares: Iterable[Share], persons: int | None = None) -> Queue:
    """The queue of some work, with as many persons as there are or as are asked for."""
    week, speed = capacity.week.hours, capacity.availability
    servers = capacity.persons if persons is None else persons
    asked = [(share.rate, share.hours / share.rate if share.rate else 0.0, share.work.cv) for share in shares]
    rate = sum(one for one, _, _ in asked)
    if not week or not speed or not rate:
        return Queue(0 if rate else servers, rate, 1.0 if rate else 0.0, 0.0)
    mean = sum(one * hours for one, hours, _ in asked) / rate
    square = sum(one * hours * hours * (1 + cv * cv) for one, hours, cv in asked) / rate
    return Queue(servers, rate / week, mean / speed, square / (mean * mean) - 1 if mean else 0.0)

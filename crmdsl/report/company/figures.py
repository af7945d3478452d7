"""The figures of analysis as a report looks them up: by role, and by place."""

from __future__ import annotations

from dataclasses import dataclass, field

from crmdsl.analysis.performance.figures import Performance, ProcessFigures, RoleFigures, StepFigures
from crmdsl.analysis.performance.profiles import Work
from crmdsl.ir.operations.week import Week

_PARTS = ("process", "fulfilled_by")
WARM, HOT, FULL, OVER = 0.5, 0.7, 0.85, 1.0
"""The loads from which a role has a stronger colour."""


def heat(load: float) -> int:
    """How strongly a load is coloured, from 0 to 4."""
    return sum(load >= limit - 1e-9 for limit in (WARM, HOT, FULL, OVER))


@dataclass(slots=True)
class Spot:
    """What is known of a step: how often a week it is worked on, by whom, how long each waits for them before.

    `load` is that of the busiest of them; `wait` in hours of the company's calendar, `inf` where it has no end.
    `outside` are the hours that are waited for somebody else. `hours` are those of work a week.
    """

    rate: float = 0.0
    wait: float = 0.0
    load: float = 0.0
    hours: float = 0.0
    outside: float | None = None
    roles: dict[str, None] = field(default_factory=dict)


class Known:
    """The figures, looked up."""

    def __init__(self, found: Performance) -> None:
        self.found = found
        self.roles: dict[str, RoleFigures] = {one.role: one for one in found.roles}
        self.processes: dict[str, ProcessFigures] = {one.process: one for one in found.processes}
        self.limits: dict[tuple[str, str, str], StepFigures] = {
            (one.process, one.place, one.key): one for one in found.limits
        }
        self.spots: dict[tuple[str, str], Spot] = {}
        """Process and path of a step."""
        self.levels: dict[tuple[str, str], Spot] = {}
        """Process and place of a level of a chain."""
        for one in found.processes:
            for work in one.profile.works:
                self._note(one, work)

    def scale(self, role: str) -> float:
        """Hours of the company's calendar that go by in an open hour of a role's."""
        week = self.roles[role].load.capacity.week
        return self.found.week.open / week.open if week.open else 1.0

    def week(self, role: str) -> Week:
        """The calendar of a role."""
        return self.roles[role].load.capacity.week if role in self.roles else self.found.week

    def alone(self) -> dict[str, float]:
        """Cases a week of each process by itself, without those that run as a part of others."""
        found = {name: one.cases for name, one in self.processes.items()}
        for name, one in self.processes.items():
            for trigger in one.profile.triggers:
                if trigger.why in _PARTS and trigger.process in found:
                    found[trigger.process] -= self.processes[name].cases * trigger.times
        return {name: max(0.0, cases) for name, cases in found.items()}

    def _note(self, process: ProcessFigures, work: Work) -> None:
        """Add some work to what is known of its step."""
        keys = [(self.spots, (process.process, work.step))]
        if work.kind == "level":
            keys.append((self.levels, (process.process, work.place)))
        for spots, key in keys:
            spot = spots.setdefault(key, Spot())
            for role, share in work.roles:
                spot.roles[role] = None
                known = self.roles.get(role)
                rate = process.cases * work.times * share
                if known is None or not share or not work.minutes:
                    continue
                wait = known.waiting.queue.wait * self.scale(role)
                spot.load = max(spot.load, known.load.utilisation)
                spot.hours += rate * work.minutes / 60
                if spot.rate + rate:
                    kept = spot.wait * spot.rate if spot.rate else 0.0
                    spot.wait = (kept + wait * rate) / (spot.rate + rate) if rate else spot.wait
                spot.rate += rate

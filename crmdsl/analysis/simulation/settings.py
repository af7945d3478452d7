"""What a simulation is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """`days` are those of the calendar year that count, after `warm_up` days that do not (none: as many as it takes).

    `start` is the first instant, in seconds since 1970 UTC; `events` how many a replication may have; `backlog` says
    how many cases there are at the start: of a process, waiting to begin, or at a step (`process.step`).
    """

    start: int
    days: int = 364
    warm_up: int | None = None
    seed: int = 1
    events: int = 400_000
    backlog: Mapping[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """All days, those of the warm-up included."""
        return self.days + (self.warm_up or 0)

"""When time limits pass, reckoned on open hours: what the kernel of the package says, many times quicker."""

from __future__ import annotations

from datetime import date
from typing import Any

from crmdsl.analysis.simulation.compiled import Compiled
from crmdsl.analysis.simulation.worktime import NEVER, OpenHours, open_hours

WARNS = frozenset({"within", "level", "respond", "deliver"})
"""Limits that act once: what has passed already is marked in the token."""


class Limits:
    """The time limits of a package, from one day to another; what passes later never does."""

    def __init__(self, compiled: Compiled, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.timers = compiled.timing._timers  # noqa: SLF001 - the timers of a token, since when each runs
        self.pending = compiled.kernel("tokens").PENDING
        self._hours: dict[int, OpenHours] = {}

    def due(self, timer: Any, since: int) -> int:
        """When a limit passes."""
        calendar = timer.calendar
        if calendar is None:
            return int(since + timer.minutes * 60)
        hours = self._hours.get(id(calendar))
        if hours is None:
            hours = self._hours[id(calendar)] = open_hours(calendar.zone, calendar, self.first, self.last)
        return hours.add(since, timer.minutes * 60)

    def next(self, root: Any) -> int:
        """The first limit to come of those that run in a token; `NEVER` if none does."""
        found = NEVER
        if not root.children and root.data is None and not root.node.timers:
            return found
        for token in root.walk() if root.children else (root,):
            if token.data is None and not token.node.timers:
                continue
            for since, timer, whole in self.timers(token):
                late = token.data.late if whole and token.data is not None else token.late
                if timer.kind not in WARNS or late == self.pending:
                    found = min(found, self.due(timer, since))
        return found

"""The company's time while a scenario runs: instants in seconds since 1970 UTC, on the company's calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crmdsl.backends.python.kernel.calendar import Calendar, OutOfYears, Zone
from crmdsl.ir.calendar import compile_calendar, compile_zone, to_minutes
from crmdsl.model.spec import Spec

if TYPE_CHECKING:
    from crmdsl.model.values import Duration

FIRST_YEAR = 2026
"""Scenarios start at the first opening of this year unless they say when."""


class Clock:
    """The company's calendar and time zone."""

    def __init__(self, spec: Spec) -> None:
        company = spec.company
        if company is None or company.calendar is None:
            raise ValueError("a spec without a company has no time")
        self.declared = spec.calendars[company.calendar.name]
        zone = compile_zone(company.timezone, self.declared.years)
        table = compile_calendar(self.declared)
        self.zone = Zone(company.timezone, zone.changes, zone.offsets)
        self.calendar = Calendar(self.zone, table.weekly, table.closed, table.years)

    def opening(self) -> int:
        """The first opening of 2026, or of the first year compiled where 2026 is none of them."""
        first, last = self.calendar.years
        year = FIRST_YEAR if first <= FIRST_YEAR <= last else first
        start = self.zone.instant(year, 1, 1)
        try:
            return self.calendar.opening(start)
        except OutOfYears:
            return start

    def instant(self, local: datetime) -> int:
        """The instant of a local time of the company."""
        return self.zone.instant(local.year, local.month, local.day, local.hour, local.minute, local.second)

    def after(self, start: int, duration: Duration) -> int:
        """The instant when a duration has passed: working time on the company's calendar, or clock time.

        Raises `OutOfYears` beyond the calendar's years.
        """
        minutes = to_minutes(duration, self.declared)
        return start + minutes * 60 if duration.elapsed else self.calendar.add(start, minutes)

    def local(self, at: int) -> datetime:
        """The company's local time at an instant, without a zone."""
        return datetime(*self.zone.local(at))  # noqa: DTZ001 - the company's local time

    def aware(self, at: int) -> datetime:
        """An instant as the generated package takes it."""
        return datetime.fromtimestamp(at, UTC)

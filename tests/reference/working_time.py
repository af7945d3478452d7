"""Working time by walking from window to window, one day after the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

from crmdsl.model.organisation import Calendar
from crmdsl.model.values import Duration


class BeyondYearsError(Exception):
    """The deadline lies outside the years of the calendar."""


@cache
def public_holidays(area: str, year: int) -> frozenset[date]:
    country, _, subdivision = area.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


@lru_cache(maxsize=50_000)
def instant_in(zone: ZoneInfo, day: date, minute: int) -> int:
    local = datetime(day.year, day.month, day.day, tzinfo=None) + timedelta(minutes=minute)
    return int(local.replace(tzinfo=zone).astimezone(UTC).timestamp())


class WorkingTime:
    """One calendar of the spec in the company's time zone. Instants are seconds since 1970 UTC."""

    def __init__(self, calendar: Calendar, zone: ZoneInfo) -> None:
        self.calendar = calendar
        self.zone = zone

    def is_closed(self, day: date) -> bool:
        if any(first <= day <= last for first, last in self.calendar.closed):
            return True
        return self.calendar.holidays is not None and day in public_holidays(self.calendar.holidays, day.year)

    def day_minutes(self) -> int:
        """The commonest length of an open weekday; the longest of those equally common."""
        lengths = [sum(end - start for start, end in windows) for windows in self.calendar.hours]
        opened = [length for length in lengths if length]
        return max(opened, key=lambda length: (opened.count(length), length), default=0)

    def instant(self, day: date, minute: int) -> int:
        return instant_in(self.zone, day, minute)

    def after(self, start: int, duration: Duration) -> int:
        """The instant at which `duration` has passed since `start`."""
        if duration.elapsed:
            return start + 60 * duration.total_minutes()
        first, last = self.calendar.years
        day = datetime.fromtimestamp(start, UTC).astimezone(self.zone).date()
        if day.year < first:
            raise BeyondYearsError
        remaining = 60 * duration.total_minutes(self.day_minutes())
        if remaining == 0:
            return start
        while day.year <= last:
            for opens, closes in [] if self.is_closed(day) else self.calendar.hours[day.weekday()]:
                begin = max(self.instant(day, opens), start)
                end = self.instant(day, closes)
                if end <= begin:
                    continue
                if remaining <= end - begin:
                    return begin + remaining
                remaining -= end - begin
            day += timedelta(days=1)
        raise BeyondYearsError

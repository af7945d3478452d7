"""Between which instants no time limit of a machine leaves the years of its calendar, so that none need be computed."""

from __future__ import annotations

from functools import lru_cache

from crmdsl.backends.python.builder import Builder
from crmdsl.backends.python.kernel.calendar import Calendar, OutOfYears, Zone
from crmdsl.backends.python.views import TimerView
from crmdsl.ir.calendar import CalendarTable, ZoneTable, compile_calendar, compile_zone
from crmdsl.ir.machine import Machine

ALWAYS = (-(10**10), 10**11)


def safe_years(builder: Builder, machine: Machine, promise: TimerView | None) -> tuple[int, int]:
    """The first and last instant at which every time limit of a machine, and its promise, can be computed."""
    limits = {
        (one.calendar, one.duration.total_minutes(builder.minutes_of_a_day(one.calendar)))
        for state in machine.states.values()
        for one in state.deadlines
        if not one.duration.elapsed
    }
    if promise is not None and promise.calendar:
        limits.add((builder.company_calendar, promise.minutes))
    first, last = ALWAYS
    for calendar, minutes in sorted(limits):
        table = compile_calendar(builder.spec.calendars[calendar])
        company = builder.spec.company
        zone = compile_zone(company.timezone if company else "UTC", table.years)
        opens, closes = _span(_Key(table, zone), minutes)
        first, last = max(first, opens), min(last, closes)
    return first, last


class _Key:
    """A calendar with its zone, hashed by name."""

    __slots__ = ("table", "zone")

    def __init__(self, table: CalendarTable, zone: ZoneTable) -> None:
        self.table = table
        self.zone = zone

    def _content(self) -> tuple[object, ...]:
        closed = tuple((year, days) for year, days in self.table.closed.items())
        return (self.table.weekly, self.table.years, closed, self.zone)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._content() == other._content()

    def __hash__(self) -> int:
        return hash(self._content())


@lru_cache(maxsize=256)
def _span(key: _Key, minutes: int) -> tuple[int, int]:
    """The first instant of the calendar's years, and the last at which so many minutes can still be added."""
    zone = Zone(key.zone.name, key.zone.changes, key.zone.offsets)
    calendar = Calendar(zone, key.table.weekly, key.table.closed, key.table.years)
    first = zone.instant(key.table.years[0], 1, 1)
    low, high = first, zone.instant(key.table.years[1], 12, 31, 23, 59)
    if not _fits(calendar, low, minutes):
        return first, first
    while high - low > 60:
        middle = (low + high) // 2
        low, high = (middle, high) if _fits(calendar, middle, minutes) else (low, middle)
    return first, low


def _fits(calendar: Calendar, at: int, minutes: int) -> bool:
    try:
        calendar.add(at, minutes)
    except OutOfYears:
        return False
    return True

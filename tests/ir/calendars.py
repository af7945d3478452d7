"""Calendars for tests, compiled as the compiler does it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from crmdsl.backends.python.kernel import calendar as kernel
from crmdsl.ir.calendar import ZoneTable, compile_calendar, compile_zone
from crmdsl.model.organisation import Calendar
from crmdsl.model.values import DateRange, Window
from crmdsl.syntax.nodes import Scalar, Source

OFFICE = ((Window(510, 750), Window(840, 1080)),) * 5 + ((), ())
FIELD = ((Window(540, 780), Window(870, 1110)),) * 5 + ((Window(540, 720),), ())
ALWAYS = ((Window(0, 1440),),) * 7
NEVER: tuple[tuple[Window, ...], ...] = ((),) * 7


def declared(
    hours: tuple[tuple[Window, ...], ...] = OFFICE,
    holidays: str | None = "IT",
    closed: tuple[DateRange, ...] = (DateRange(date(2026, 8, 10), date(2026, 8, 21)),),
    years: tuple[int, int] = (2024, 2030),
) -> Calendar:
    node = Scalar.of(Source("company.yaml", ""), "office", None, 0, 0)
    return Calendar(
        name="office", name_node=node, node=node, hours=hours, holidays=holidays, closed=closed, years=years
    )


@lru_cache
def zone_table(name: str, years: tuple[int, int]) -> ZoneTable:
    return compile_zone(name, years)


def compiled(calendar: Calendar, zone: str = "Europe/Rome") -> kernel.Calendar:
    offsets = zone_table(zone, calendar.years)
    table = compile_calendar(calendar)
    return kernel.Calendar(
        kernel.Zone(offsets.name, offsets.changes, offsets.offsets), table.weekly, table.closed, table.years
    )

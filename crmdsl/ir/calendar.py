"""Calendars and the company's time zone, compiled into tables that need no database to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.model.organisation import Calendar
from crmdsl.model.values import DateRange, Duration, Window

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

USUAL_DAY = 480
"""Minutes of a day on a calendar that never opens; no deadline on it can be met, whatever its length."""


class ZoneTable(NamedTuple):
    """Offsets of a time zone from UTC, in seconds: `offsets[i]` holds before the instant `changes[i]`.

    There is one offset more than there are changes.
    """

    name: str
    changes: tuple[int, ...]
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CalendarTable:
    """Open windows in minutes after midnight by day of the week, Monday first, and the closed days by year.

    A closed day is month * 100 + day; `day` is the commonest day's length in minutes.
    """

    name: str
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    years: tuple[int, int]
    day: int
    closed: dict[int, tuple[int, ...]] = field(default_factory=dict)


@lru_cache(maxsize=64)
def compile_zone(name: str, years: tuple[int, int]) -> ZoneTable:
    """The offsets of a zone from a year before `years` to a year after. Raises what `ZoneInfo` does."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(name)
    at = _utc(max(years[0] - 1, 1))
    end = _utc(min(years[1] + 2, 9999))
    offsets = [_offset(zone, at)]
    changes: list[int] = []
    while at < end:
        following = min(at + 86_400, end)
        offset = _offset(zone, following)
        if offset != offsets[-1]:
            changes.append(_change(zone, at, following))
            offsets.append(offset)
        at = following
    return ZoneTable(name, tuple(changes), tuple(offsets))


def compile_calendar(calendar: Calendar) -> CalendarTable:
    """The tables of a calendar for its years, public holidays included."""
    closed: dict[int, set[int]] = {year: set() for year in range(calendar.years[0], calendar.years[1] + 1)}
    for day in (*public_holidays(calendar.holidays, calendar.years), *_days(calendar.closed, calendar.years)):
        if day.year in closed:
            closed[day.year].add(day.month * 100 + day.day)
    return CalendarTable(
        calendar.name,
        tuple(merged(windows) for windows in calendar.hours),
        calendar.years,
        day_minutes(calendar),
        {year: tuple(sorted(days)) for year, days in closed.items() if days},
    )


@lru_cache(maxsize=64)
def public_holidays(text: str | None, years: tuple[int, int]) -> tuple[date, ...]:
    """Public holidays of a country (`IT`) or a subdivision of one (`IT-BZ`), in order; none without a country.

    The place must be one that the `holidays` package knows, which the reader has checked.
    """
    if text is None:
        return ()
    from holidays import country_holidays

    country, _, subdivision = text.partition("-")
    return tuple(sorted(country_holidays(country, subdiv=subdivision or None, years=range(years[0], years[1] + 1))))


def day_minutes(calendar: Calendar) -> int:
    """The commonest length of a day on which the calendar opens, in minutes: `1d`. Of two as common, the longer."""
    lengths = [sum(end - start for start, end in merged(windows)) for windows in calendar.hours]
    return max(((lengths.count(length), length) for length in lengths if length), default=(0, USUAL_DAY))[1]


def to_minutes(duration: Duration, calendar: Calendar) -> int:
    """A duration in minutes: working time on the calendar, clock time where the duration is `elapsed`."""
    return duration.total_minutes(day_minutes(calendar))


def merged(windows: tuple[Window, ...]) -> tuple[tuple[int, int], ...]:
    """The windows of a day in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif start < end:
            found.append((start, end))
    return tuple(found)


def _days(ranges: tuple[DateRange, ...], years: tuple[int, int]) -> list[date]:
    """The days of the ranges that fall in the years, so that a range of centuries costs no more than they do."""
    first, last = date(years[0], 1, 1).toordinal(), date(years[1], 12, 31).toordinal()
    return [
        date.fromordinal(ordinal)
        for one in ranges
        for ordinal in range(max(first, one.first.toordinal()), min(last, one.last.toordinal()) + 1)
    ]


def _utc(year: int) -> int:
    return int(datetime(year, 1, 2, tzinfo=UTC).timestamp())


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at, zone).utcoffset() or timedelta()
    return int(offset.total_seconds())


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second between two instants at which the offset is the later one's."""
    later = _offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == later:
            after = middle
        else:
            before = middle
    return after

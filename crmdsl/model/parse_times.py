"""Texts that say when and how long, read as values: durations, dates, ranges, windows of a day."""

from __future__ import annotations

import re
from datetime import date, datetime

from crmdsl.model.values import DateRange, Duration, Window

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = range(1900, 2201)
"""The years that a calendar may be compiled for."""
_DURATION = re.compile(
    r"(?=[0-9])(?:([0-9]{1,6})w\b *)?(?:([0-9]{1,6})d\b *)?(?:([0-9]{1,6})h\b *)?(?:([0-9]{1,6})m\b *)?(elapsed)?"
)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_INSTANT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?")
_RANGE = re.compile(r"([0-9-]{10})(?: *\.\. *([0-9-]{10}))?")
_YEARS = re.compile(r"([0-9]{4})(?: *\.\. *([0-9]{4}))?")
_WINDOW = re.compile(r"([0-9]{2}):([0-9]{2}) *- *([0-9]{2}):([0-9]{2})")
_DAYS = re.compile(r"([a-z]{3})(?: *- *([a-z]{3}))?")


def parse_duration(text: str) -> Duration | None:
    """`1d 4h`, `60d elapsed`: whole weeks, days, hours and minutes in this order, each at most once."""
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(" "):
        return None
    weeks, days, hours, minutes, elapsed = found.groups()
    return Duration(int(weeks or 0), int(days or 0), int(hours or 0), int(minutes or 0), elapsed is not None)


def parse_date(text: str) -> date | None:
    """`2026-03-31`."""
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def parse_instant(text: str) -> datetime | None:
    """`2026-03-31T09:00` (seconds may follow), or a date, which is its midnight; in no time zone of its own."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    numbers = [int(part or 0) for part in found.groups()]
    try:
        return datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - the zone is the company's
    except ValueError:
        return None


def parse_date_range(text: str) -> DateRange | None:
    """`2026-08-10..2026-08-21`, or one day alone."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return None
    first = parse_date(found[1])
    last = parse_date(found[2] or found[1])
    return DateRange(first, last) if first and last and first <= last else None


def parse_years(text: str) -> tuple[int, int] | None:
    """`2020..2040`, or one year alone."""
    found = _YEARS.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return (first, last) if first <= last and first in YEARS and last in YEARS else None


def parse_window(text: str) -> Window | None:
    """`08:30-12:30`; a day may end at `24:00`."""
    found = _WINDOW.fullmatch(text)
    if found is None:
        return None
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    fine = minute < 60 and end_minute < 60 and start < end <= 1440
    return Window(start, end) if fine else None


def parse_days(text: str) -> range | None:
    """`mon` or `mon-fri` -> numbers of weekdays, Monday 0. A week begins on Monday: no range goes round."""
    found = _DAYS.fullmatch(text)
    if found is None or found[1] not in WEEKDAYS or (found[2] or found[1]) not in WEEKDAYS:
        return None
    first, last = WEEKDAYS.index(found[1]), WEEKDAYS.index(found[2] or found[1])
    return range(first, last + 1) if first <= last else None

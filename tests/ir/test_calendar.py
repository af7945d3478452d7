"""Working time, by cases computed by hand."""

from __future__ import annotations

from datetime import date

import pytest

from crmdsl.backends.python.kernel.calendar import NeverOpen, OutOfYears
from crmdsl.ir.calendar import compile_calendar, compile_zone, day_minutes, to_minutes
from crmdsl.model.values import DateRange, Duration, Window
from tests.ir.calendars import ALWAYS, FIELD, NEVER, OFFICE, compiled, declared


def after(start: tuple[int, ...], minutes: int, **of: object) -> tuple[int, ...]:
    calendar = compiled(declared(**of))  # type: ignore[arg-type]
    return calendar.zone.local(calendar.add(calendar.zone.instant(*start), minutes))[:5]


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param((2026, 3, 3, 9), 240, (2026, 3, 3, 14, 30), id="over lunch"),
        pytest.param((2026, 3, 3, 8, 30), 240, (2026, 3, 3, 12, 30), id="stays at closing time"),
        pytest.param((2026, 3, 3, 8, 30), 480, (2026, 3, 3, 18), id="stays at the day's end"),
        pytest.param((2026, 3, 3, 8, 30), 481, (2026, 3, 4, 8, 31), id="a minute over"),
        pytest.param((2026, 3, 3, 12, 30), 60, (2026, 3, 3, 15), id="starts at closing time"),
        pytest.param((2026, 3, 3, 5), 60, (2026, 3, 3, 9, 30), id="starts before opening"),
        pytest.param((2026, 3, 6, 17), 120, (2026, 3, 9, 9, 30), id="over a week-end"),
        pytest.param((2026, 3, 7, 11), 0, (2026, 3, 7, 11), id="no minutes at all"),
        pytest.param((2026, 3, 27, 17), 120, (2026, 3, 30, 9, 30), id="over the change to summer time"),
        pytest.param((2026, 10, 23, 17), 120, (2026, 10, 26, 9, 30), id="over the change to winter time"),
        pytest.param((2026, 8, 7, 17), 120, (2026, 8, 24, 9, 30), id="over Ferragosto and the closing around it"),
        pytest.param((2025, 8, 14, 17), 120, (2025, 8, 18, 9, 30), id="Ferragosto alone, a Friday"),
        pytest.param((2026, 4, 3, 17), 120, (2026, 4, 7, 9, 30), id="over Easter Monday"),
        pytest.param((2026, 12, 24, 17), 120, (2026, 12, 28, 9, 30), id="over Christmas"),
        pytest.param((2025, 12, 31, 17), 61, (2026, 1, 2, 8, 31), id="over New Year"),
        pytest.param((2026, 1, 5, 8, 30), 5 * 480, (2026, 1, 12, 18), id="a week with Epiphany in it"),
    ],
)
def test_office_hours(start, minutes, end):
    assert after(start, minutes) == (*end, 0)[:5]


def test_saturdays_are_short_in_the_field():
    assert after((2026, 3, 6, 18), 30 + 180 + 60, hours=FIELD) == (2026, 3, 9, 10, 0)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [((2026, 3, 28, 20), 6, (2026, 3, 29, 3)), ((2026, 10, 24, 20), 6, (2026, 10, 25, 2)),
     ((2026, 10, 24, 20), 7, (2026, 10, 25, 2)), ((2026, 10, 24, 20), 8, (2026, 10, 25, 3)),
     ((2026, 3, 28, 0), 48, (2026, 3, 30, 1))],
)  # fmt: skip
def test_an_open_hour_is_an_hour_of_the_clock(start, hours, end):
    assert after(start, hours * 60, hours=ALWAYS, holidays=None, closed=())[:4] == end


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 5), ((2026, 10, 25), 7), ((2026, 3, 30), 6)])
def test_a_window_over_the_change_is_as_long_as_the_clock_says(day, hours):
    calendar = compiled(declared(hours=((Window(0, 360),),) * 7, holidays=None))
    assert calendar.worked(calendar.zone.instant(*day), calendar.zone.instant(*day, 12)) == hours * 60


def test_opening():
    calendar = compiled(declared())
    instant, local = calendar.zone.instant, calendar.zone.local

    def opening(*at: int) -> tuple[int, ...]:
        return local(calendar.opening(instant(*at)))[:5]

    assert opening(2026, 3, 3, 9, 17) == (2026, 3, 3, 9, 17)
    assert opening(2026, 3, 3, 8, 30) == (2026, 3, 3, 8, 30)
    assert opening(2026, 3, 3, 12, 30) == (2026, 3, 3, 14, 0)
    assert opening(2026, 1, 1) == (2026, 1, 2, 8, 30)
    assert opening(2026, 8, 8, 10) == (2026, 8, 24, 8, 30)


def test_worked():
    calendar = compiled(declared())
    instant = calendar.zone.instant
    assert calendar.worked(instant(2026, 3, 3, 12), instant(2026, 3, 3, 14, 45)) == 75
    assert calendar.worked(instant(2026, 3, 7), instant(2026, 3, 9)) == 0
    assert calendar.worked(instant(2026, 3, 4), instant(2026, 3, 3)) == 0
    assert calendar.is_open(instant(2026, 3, 3, 8, 30))
    assert not calendar.is_open(instant(2026, 3, 3, 12, 30))


def test_beyond_the_years():
    calendar = compiled(declared(years=(2026, 2026), holidays=None, closed=()))
    instant, local = calendar.zone.instant, calendar.zone.local
    assert local(calendar.add(instant(2026, 12, 31, 8, 30), 480))[:4] == (2026, 12, 31, 18)
    for start, minutes in [((2026, 12, 31, 8, 30), 481), ((2025, 12, 31, 12), 1), ((2027, 1, 1), 1)]:
        with pytest.raises(OutOfYears):
            calendar.add(instant(*start), minutes)
    assert calendar.add(instant(2031, 1, 1), 0) == instant(2031, 1, 1)
    with pytest.raises(OutOfYears):
        calendar.opening(instant(2026, 12, 31, 18))


@pytest.mark.parametrize("of", [{"hours": NEVER}, {"closed": (DateRange(date(1900, 1, 1), date(9999, 1, 1)),)}])
def test_a_calendar_that_never_opens(of):
    calendar = compiled(declared(**of))
    with pytest.raises(NeverOpen):
        calendar.add(calendar.zone.instant(2026, 1, 1), 1)
    with pytest.raises(NeverOpen):
        calendar.opening(calendar.zone.instant(2026, 1, 1))
    assert calendar.worked(calendar.zone.instant(2026, 1, 1), calendar.zone.instant(2026, 12, 1)) == 0


def test_local_times_that_come_twice_or_never():
    zone = compiled(declared()).zone
    assert zone.local(zone.instant(2026, 3, 29, 2, 30)) == (2026, 3, 29, 3, 0, 0)
    assert zone.instant(2026, 10, 25, 3) - zone.instant(2026, 10, 25, 2, 30) == 5400
    assert zone.local(zone.instant(2026, 7, 1, 23, 59, 58)) == (2026, 7, 1, 23, 59, 58)
    assert zone.day(zone.instant(2026, 7, 1)) == date(2026, 7, 1)


def test_the_zone_of_utc_never_changes():
    assert compile_zone("UTC", (2020, 2040)).changes == ()


def test_the_commonest_day():
    assert day_minutes(declared()) == 480
    assert day_minutes(declared(hours=FIELD)) == 480
    half, whole, short = (Window(0, 240),), (Window(0, 480),), (Window(0, 60),)
    assert day_minutes(declared(hours=(half, half, whole, whole, short, (), ()))) == 480
    assert day_minutes(declared(hours=(half, half, half, whole, whole, (), ()))) == 240
    assert day_minutes(declared(hours=((Window(0, 300), Window(240, 600)),) * 5 + ((), ()))) == 600


def test_durations():
    assert to_minutes(Duration(days=2, hours=1), declared(hours=OFFICE)) == 2 * 480 + 60
    assert to_minutes(Duration(weeks=1), declared(hours=FIELD)) == 5 * 480
    assert to_minutes(Duration(days=2, elapsed=True), declared()) == 2 * 1440


def test_holidays_of_a_subdivision():
    assert 1126 not in compile_calendar(declared(holidays="IT")).closed[2026]
    assert 1207 in compile_calendar(declared(holidays="IT-MI")).closed[2026]
    assert compile_calendar(declared(holidays=None, closed=())).closed == {}

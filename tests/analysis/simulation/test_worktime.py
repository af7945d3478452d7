"""Open hours against hand-computed cases, and against the calendars that deadlines run on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

import pytest

from crmdsl.analysis._clock import Clock
from crmdsl.analysis.simulation.worktime import NEVER, OpenHours, both, either, open_hours
from crmdsl.api import check_text
from crmdsl.ir.calendar import compile_calendar
from tests.analysis.simulation.company import text

FERRAGOSTO = '{mon-fri: ["08:30-12:30", "14:00-18:00"]}, holidays: IT, closed: [2026-08-10..2026-08-12]'


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(check_text({"small.yaml": text(hours=FERRAGOSTO)}).spec)


@pytest.fixture(scope="module")
def hours(clock: Clock) -> OpenHours:
    return open_hours(clock.zone, compile_calendar(clock.declared), date(2026, 1, 1), date(2026, 12, 31))


def rome(month: int, day: int, hour: int, minute: int = 0, *, summer: bool = False) -> int:
    """An instant of 2026 by the clock in Rome."""
    return int(datetime(2026, month, day, hour - (2 if summer else 1), minute, tzinfo=UTC).timestamp())


def test_over_the_spring_change_a_day_is_a_day_of_work(hours: OpenHours) -> None:
    # Friday 27 March 2026, 17:00 in winter time; the clocks go forward on Sunday: one hour on Friday, one on Monday
    assert hours.add(rome(3, 27, 17), 2 * 3600) == rome(3, 30, 9, 30, summer=True)
    assert hours.between(rome(3, 27, 17), rome(3, 30, 9, 30, summer=True)) == 2 * 3600


def test_over_the_autumn_change(hours: OpenHours) -> None:
    # Friday 23 October, 16:00 in summer time; two hours on Friday, the rest on Monday in winter time
    assert hours.add(rome(10, 23, 16, summer=True), 3 * 3600) == rome(10, 26, 9, 30)


def test_over_ferragosto(hours: OpenHours) -> None:
    # Friday 7 August 17:30: half an hour, then the company is shut until Wednesday; Thursday 13 and Friday 14 are open,
    # Saturday 15 is the holiday: nine hours more end on Monday 17 at 9:00 less the eight of Thursday …
    assert hours.add(rome(8, 7, 17, 30, summer=True), 3600) == rome(8, 13, 9, 0, summer=True)
    assert hours.between(rome(8, 7, 18, summer=True), rome(8, 17, 8, 30, summer=True)) == 16 * 3600


def test_what_ends_on_closing_time_stays_there_and_begins_at_the_next_opening(hours: OpenHours) -> None:
    assert hours.add(rome(1, 12, 16), 2 * 3600) == rome(1, 12, 18)
    assert not hours.is_open(rome(1, 12, 18))
    assert hours.opening(rome(1, 12, 18)) == rome(1, 13, 8, 30)
    assert hours.opening(rome(1, 12, 9)) == rome(1, 12, 9)
    assert hours.next_start(rome(1, 12, 9)) == rome(1, 12, 14)
    assert hours.add(rome(1, 12, 9), 10**9) == NEVER


def test_they_are_the_hours_of_deadlines(clock: Clock, hours: OpenHours) -> None:
    random = Random(5)
    low, high = rome(1, 2, 9), rome(11, 1, 9)
    for _ in range(400):
        start, minutes = random.randint(low, high), random.choice((1, 30, 240, 480, 2000, 9600))
        assert hours.add(start, minutes * 60) == clock.calendar.add(start, minutes)
        assert hours.is_open(start) == clock.calendar.is_open(start)


def test_hours_together() -> None:
    one, other = OpenHours([(0, 10), (20, 30)]), OpenHours([(5, 25), (40, 50)])
    assert list(both(one, other)) == [(5, 10), (20, 25)]
    assert list(either([one, other])) == [(0, 30), (40, 50)]

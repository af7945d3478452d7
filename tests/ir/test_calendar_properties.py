"""Working time against a walk, minute by minute, over the database of time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from crmdsl.backends.python.kernel.calendar import OutOfYears
from crmdsl.model.values import DateRange, Window
from tests.ir.calendars import compiled, declared

ZONES = ("Europe/Rome", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
CHANGES = (date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 3), date(2026, 9, 4), date(2026, 2, 13))
DAYS = st.one_of(
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.builds(lambda day, by: day + timedelta(days=by), st.sampled_from(CHANGES), st.integers(-1, 2)),
)
MINUTES = st.integers(0, 96).map(lambda quarter: quarter * 15)
WINDOW = st.tuples(MINUTES, MINUTES).map(lambda ends: Window(min(ends), max(ends)))
WEEK = st.lists(st.lists(WINDOW, max_size=3).map(tuple), min_size=7, max_size=7).map(tuple)
CLOSED = st.lists(DAYS.map(lambda day: DateRange(day, day + timedelta(days=2))), max_size=2).map(tuple)


def shown(zone: ZoneInfo, day: date, minutes: int) -> int:
    """The first instant, in minutes, at which the clock of a day shows so many minutes or more."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minutes)
    at = int(wanted.replace(tzinfo=zone).timestamp()) // 60
    while datetime.fromtimestamp((at - 1) * 60, zone).replace(tzinfo=None) >= wanted:
        at -= 1
    return at


class Walk:
    """Which minutes are open, one by one."""

    def __init__(self, zone, hours, closed):
        self.zone, self.hours, self.closed = ZoneInfo(zone), hours, closed
        self.days: dict[date, list[tuple[int, int]]] = {}

    def windows(self, day):
        if day not in self.days:
            shut = any(first <= day <= last for first, last in self.closed)
            self.days[day] = [
                (shown(self.zone, day, start), shown(self.zone, day, end))
                for start, end in (() if shut else self.hours[day.weekday()])
            ]
        return self.days[day]

    def is_open(self, minute):
        day = datetime.fromtimestamp(minute * 60, self.zone).date()
        return any(start <= minute < end for start, end in self.windows(day))

    def add(self, minute, minutes):
        while minutes:
            minutes -= self.is_open(minute)
            minute += 1
        return minute


@settings(max_examples=150, deadline=None)
@given(zone=st.sampled_from(ZONES), hours=WEEK, closed=CLOSED, day=DAYS, at=st.integers(0, 1439), data=st.data())
def test_the_walk_agrees(zone, hours, closed, day, at, data):
    calendar = compiled(declared(hours, None, closed, (2025, 2027)), zone)
    walk = Walk(zone, hours, closed)
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60 + at
    span = data.draw(st.integers(0, 4 * 1440))
    opened = sum(walk.is_open(minute) for minute in range(start, start + span))
    assert calendar.worked(start * 60, (start + span) * 60) == opened
    assert calendar.is_open(start * 60) == walk.is_open(start)
    if opened:
        part = data.draw(st.integers(1, opened))
        due = calendar.add(start * 60, part)
        assert due == walk.add(start, part) * 60
        assert calendar.worked(start * 60, due) == part
        opening = calendar.opening(start * 60)
        assert walk.is_open(opening // 60)
        assert not any(walk.is_open(minute) for minute in range(start, opening // 60))


@settings(max_examples=100, deadline=None)
@given(zone=st.sampled_from(ZONES), at=st.integers(1_735_700_000, 1_830_000_000))
def test_local_time_is_that_of_the_database(zone, at):
    ours = compiled(declared(years=(2025, 2027)), zone).zone
    theirs = datetime.fromtimestamp(at, ZoneInfo(zone))
    assert ours.local(at) == theirs.timetuple()[:6]
    assert ours.offset(at) == theirs.utcoffset().total_seconds()
    assert ours.instant(*ours.local(at)) in (at, at - 3600, at - 1800)


@settings(max_examples=100, deadline=None)
@given(hours=WEEK, day=DAYS, minutes=st.integers(1, 100_000), more=st.integers(1, 100_000))
def test_adding_twice_is_adding_the_sum(hours, day, minutes, more):
    calendar = compiled(declared(hours, "IT", (), (2026, 2027)))
    start = calendar.zone.instant(day.year, day.month, day.day)
    try:
        whole = calendar.add(start, minutes + more)
    except OutOfYears:
        return
    assert calendar.add(calendar.add(start, minutes), more) == whole

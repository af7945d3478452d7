"""Open hours as a list of intervals, quick to ask: what a simulation counts time on.

The intervals are those of the calendars that deadlines run on, holidays, closed days and changes of the clock
included: an open hour is an hour that really passes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import accumulate

from crmdsl.backends.python.kernel.calendar import Zone
from crmdsl.ir.calendar import CalendarTable

NEVER = 1 << 62
"""An instant that does not come."""


class OpenHours:
    """Open intervals `[start, end)` in seconds since 1970 UTC, in order and apart."""

    def __init__(self, intervals: Iterable[tuple[int, int]]) -> None:
        kept = [one for one in intervals if one[0] < one[1]]
        self.starts = [start for start, _ in kept]
        self.ends = [end for _, end in kept]
        self.before = [0, *accumulate(end - start for start, end in kept)]
        self._last = self._asked = (-1, 0)
        """What was last asked of an instant, and the answer: much happens in one."""

    def is_open(self, at: int) -> bool:
        """Whether an instant lies in one of them; a closing time does not."""
        last, found = self._asked
        if at != last:
            index = bisect_right(self.starts, at) - 1
            found = int(index >= 0 and at < self.ends[index])
            self._asked = at, found
        return bool(found)

    def opened(self, at: int) -> int:
        """The open seconds before an instant."""
        last, found = self._last
        if at != last:
            found = self._opened(at)
            self._last = at, found
        return found

    def _opened(self, at: int) -> int:
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        ends = self.ends[index]
        return self.before[index] + (min(ends, at)) - self.starts[index]

    def between(self, start: int, end: int) -> int:
        """The open seconds between two instants; the second is asked for again and again."""
        return self.opened(end) - self._opened(start)

    def add(self, start: int, seconds: int) -> int:
        """The instant at which so many open seconds have passed; `NEVER` beyond the last interval.

        What ends on closing time stays there, and no seconds at all end at `start`, as in the calendars of cases.
        """
        if seconds <= 0:
            return start
        total = self.opened(start) + seconds
        index = bisect_left(self.before, total) - 1
        if index >= len(self.starts):
            return NEVER
        return self.starts[index] + total - self.before[index]

    def opening(self, at: int) -> int:
        """`at` itself within open hours, else the next opening; `NEVER` beyond the last."""
        index = bisect_right(self.starts, at) - 1
        if index >= 0 and at < self.ends[index]:
            return at
        return self.starts[index + 1] if index + 1 < len(self.starts) else NEVER

    def next_start(self, at: int) -> int:
        """The first opening after an instant; `NEVER` beyond the last."""
        index = bisect_right(self.starts, at)
        return self.starts[index] if index < len(self.starts) else NEVER

    @cached_property
    def total(self) -> int:
        """All open seconds."""
        return self.before[-1]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.starts, self.ends, strict=True)


def open_hours(
    zone: Zone, table: CalendarTable, first: date, last: date, absent: Callable[[date], bool] | None = None
) -> OpenHours:
    """The open hours of a calendar from one day to another, without the days on which somebody is absent."""
    return OpenHours(_intervals(zone, table, first, last, absent))


def _intervals(
    zone: Zone, table: CalendarTable, first: date, last: date, absent: Callable[[date], bool] | None
) -> Iterator[tuple[int, int]]:
    low, high = date(table.years[0], 1, 1).toordinal(), date(table.years[1], 12, 31).toordinal()
    for ordinal in range(max(first.toordinal(), low), min(last.toordinal(), high) + 1):
        day = date.fromordinal(ordinal)
        if day.month * 100 + day.day in table.closed.get(day.year, ()) or (absent is not None and absent(day)):
            continue
        for start, end in table.weekly[day.weekday()]:
            yield zone.on(ordinal, start * 60), zone.on(ordinal, end * 60)


def either(many: Collection[OpenHours]) -> OpenHours:
    """The hours in which one of some is open at least."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(interval for one in many for interval in one):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return OpenHours(found)


def both(one: OpenHours, other: OpenHours) -> OpenHours:
    """The hours in which two are open."""
    found, left, right = [], list(one), list(other)
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            found.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return OpenHours(found)

"""Working time: instants, local time and open hours.

An instant is a whole number of seconds since 1970-01-01T00:00 UTC. Everything is compiled in: no time-zone
database and no list of holidays is looked up when a case runs.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from itertools import accumulate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = 86_400
EPOCH = 719_163
"""The ordinal of 1970-01-01, as `datetime.date` counts days."""


class OutOfYears(Exception):
    """A time beyond the years that a calendar was compiled for."""


class NeverOpen(OutOfYears):
    """Working time was asked of a calendar without any open hour."""


class Zone:
    """The local time of a time zone: its offsets from UTC in seconds, and the instants at which they change.

    Before the first change and after the last one the nearest offset holds. A local time that a change
    skips means the moment of the change; one that comes twice means its first coming.
    """

    __slots__ = ("_local_changes", "changes", "name", "offsets")

    def __init__(self, name: str, changes: tuple[int, ...], offsets: tuple[int, ...]) -> None:
        self.name = name
        self.changes = changes
        self.offsets = offsets
        self._local_changes = tuple(at + before for at, before in zip(changes, offsets, strict=False))

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def offset(self, at: int) -> int:
        """How many seconds local time is ahead of UTC at an instant."""
        return self.offsets[bisect_right(self.changes, at)]

    def ordinal(self, at: int) -> int:
        """The local day of an instant, as `datetime.date` counts days."""
        return (at + self.offset(at)) // DAY + EPOCH

    def day(self, at: int) -> date:
        """The local date of an instant."""
        return date.fromordinal(self.ordinal(at))

    def local(self, at: int) -> tuple[int, int, int, int, int, int]:
        """Year, month, day, hour, minute and second of an instant in local time."""
        days, seconds = divmod(at + self.offset(at), DAY)
        day = date.fromordinal(days + EPOCH)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return day.year, day.month, day.day, hour, minute, second

    def instant(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
        """The instant of a local time. Raises `ValueError` for a date that does not exist."""
        return self.on(date(year, month, day).toordinal(), hour * 3600 + minute * 60 + second)

    def on(self, ordinal: int, seconds: int) -> int:
        """The instant at which the clock of a local day shows `seconds` after midnight (up to a whole day)."""
        local = (ordinal - EPOCH) * DAY + seconds
        change = bisect_right(self._local_changes, local)
        at = local - self.offsets[change]
        return max(at, self.changes[change - 1]) if change else at


class Calendar:
    """Open hours: windows of minutes after midnight for each day of the week, Monday first, and closed days.

    `closed` maps a year to its closed days, each written as month * 100 + day (1225 is Christmas). `years` are
    the first and the last year that hours are known for. A window lies between two local times: its
    length is what the clock really passes, also on the day of a change.
    """

    __slots__ = ("_first", "_last", "_totals", "closed", "weekly", "years", "zone")

    def __init__(
        self,
        zone: Zone,
        weekly: tuple[tuple[tuple[int, int], ...], ...],
        closed: Mapping[int, tuple[int, ...]],
        years: tuple[int, int],
    ) -> None:
        self.zone = zone
        self.weekly = weekly
        self.closed = closed
        self.years = years
        self._first = date(years[0], 1, 1).toordinal()
        self._last = date(years[1], 12, 31).toordinal()
        self._totals: list[int] | None = None

    def add(self, start: int, minutes: int) -> int:
        """The instant at which `minutes` of open hours have passed since `start`.

        Outside open hours counting begins at the next opening. What ends on closing time stays there, and no
        minutes at all end at `start`. Raises `OutOfYears` beyond the calendar's years, `NeverOpen`
        where no hour is ever open.
        """
        if minutes <= 0:
            return start
        return self._when(self._open_seconds(start) + minutes * 60)

    def opening(self, at: int) -> int:
        """`at` itself within open hours, else the next opening. Raises as `add` does."""
        opened = self._open_seconds(at)
        return self._when(opened + 1) - 1

    def worked(self, start: int, end: int) -> int:
        """Whole minutes of open hours between two instants. Raises `OutOfYears` beyond the calendar's years."""
        return max(0, self._open_seconds(end) - self._open_seconds(start)) // 60

    def is_open(self, at: int) -> bool:
        """Whether an instant lies within open hours; closing time does not. Raises as `worked` does."""
        return any(opens <= at < closes for opens, closes in self._hours(self._day(at)))

    def _hours(self, ordinal: int) -> list[tuple[int, int]]:
        """Opening and closing instants of a day."""
        day = date.fromordinal(ordinal)
        if day.month * 100 + day.day in self.closed.get(day.year, ()):
            return []
        on = self.zone.on
        return [(on(ordinal, start * 60), on(ordinal, end * 60)) for start, end in self.weekly[day.weekday()]]

    def _day(self, at: int) -> int:
        """The day of an instant; one that began stays begun where the clock goes back over midnight."""
        ordinal = self.zone.ordinal(at)
        if self.zone.on(ordinal + 1, 0) <= at:
            ordinal += 1
        if not self._first <= ordinal <= self._last:
            raise OutOfYears
        return ordinal

    def _open_seconds(self, at: int) -> int:
        """Seconds of open hours from the first day of the calendar's years to an instant."""
        ordinal = self._day(at)
        index = ordinal - self._first
        before = self._cumulated()[index - 1] if index else 0
        return before + sum(min(at, closes) - opens for opens, closes in self._hours(ordinal) if opens < at)

    def _when(self, total: int) -> int:
        """The first instant at which so many seconds of open hours have passed since the first day."""
        totals = self._cumulated()
        index = bisect_left(totals, total)
        if index == len(totals):
            raise OutOfYears if totals[-1] else NeverOpen
        rest = total - (totals[index - 1] if index else 0)
        for opens, closes in self._hours(self._first + index):
            if rest <= closes - opens:
                return opens + rest
            rest -= closes - opens
        raise AssertionError(total)

    def _cumulated(self) -> list[int]:
        """For each day of the years, the seconds of open hours from the first day to its end; made on first use."""
        if self._totals is None:
            seconds = self._usual_days()
            for year, days in self.closed.items():
                for day in days:
                    self._put(seconds, date(year, day // 100, day % 100).toordinal(), 0)
            for at in self.zone.changes:
                changed = self.zone.ordinal(at)
                for ordinal in (changed - 1, changed, changed + 1):
                    if self._first <= ordinal <= self._last:
                        self._put(seconds, ordinal, sum(closes - opens for opens, closes in self._hours(ordinal)))
            self._totals = list(accumulate(seconds))
        return self._totals

    def _usual_days(self) -> list[int]:
        week = [sum(end - start for start, end in day) * 60 for day in self.weekly]
        count = self._last - self._first + 1
        shift = (self._first - 1) % 7
        return ((week[shift:] + week[:shift]) * (count // 7 + 1))[:count]

    def _put(self, seconds: list[int], ordinal: int, length: int) -> None:
        if self._first <= ordinal <= self._last:
            seconds[ordinal - self._first] = length

"""The typical week of a calendar: what rates, capacities and comparisons of durations are reckoned on.

Public holidays, closed days and absences are left out on both sides: they take away demand and hours alike.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from crmdsl.ir.calendar import USUAL_DAY, day_minutes, merged
from crmdsl.model.spec import Spec
from crmdsl.model.values import Rate

MONTH = 21
"""Days of a month, wherever a rate is given by the month."""
YEAR = 52
"""Weeks of a year, where a weekly figure is given by the year."""
MINUTES = 7 * 1440
"""Minutes of a week of the clock."""


class Week(NamedTuple):
    """When a calendar is open: `windows` in minutes after Monday's midnight, `day` the length of `1d` in minutes.

    `starts[i]` is how many minutes have been open before window `i`; `open` the open minutes of the week, `days` the
    number of days on which it opens.
    """

    name: str
    windows: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]
    open: int
    days: int
    day: int

    @property
    def hours(self) -> float:
        """Open hours of the week."""
        return self.open / 60

    def rate(self, rate: Rate) -> float:
        """A rate of demand as cases a week."""
        each = {"hour": self.open / 60, "day": float(self.days), "month": self.days / MONTH}[rate.per]
        return float(rate.amount) * each

    def add(self, at: float, minutes: float) -> float:
        """The minute at which `minutes` of open time after `at` have passed; at once where nothing is ever open.

        Minutes count from a Monday's midnight and may go beyond the week.
        """
        if minutes <= 0 or not self.open:
            return at
        weeks, inside = divmod(at, MINUTES)
        whole, rest = divmod(self._opened(inside) + minutes, self.open)
        if rest == 0:
            whole, rest = whole - 1, self.open
        index = max(0, next((i for i, before in enumerate(self.starts) if before >= rest), len(self.starts)) - 1)
        return (weeks + whole) * MINUTES + self.windows[index][0] + rest - self.starts[index]

    def _opened(self, inside: float) -> float:
        """Open minutes from Monday's midnight until a minute of the week."""
        index = bisect_right(self.windows, (inside, float(MINUTES))) - 1
        if index < 0:
            return 0
        start, end = self.windows[index]
        return self.starts[index] + min(inside, end) - start


NEVER = Week("", (), (), 0, 0, USUAL_DAY)
"""The week of a calendar that does not exist or never opens."""


def weeks(spec: Spec) -> dict[str, Week]:
    """The weeks of all calendars, by name."""
    found = {}
    for name, calendar in spec.calendars.items():
        days = [merged(windows) for windows in calendar.hours]
        windows = tuple((day * 1440 + start, day * 1440 + end) for day, one in enumerate(days) for start, end in one)
        before = tuple(accumulate((end - start for start, end in windows), initial=0))
        opened = sum(1 for one in days if one)
        found[name] = Week(name, windows, before[:-1], before[-1], opened, day_minutes(calendar))
    return found


def companys(spec: Spec) -> str:
    """The name of the company's calendar."""
    return spec.company.calendar.name if spec.company and spec.company.calendar else ""


def shared(spec: Spec, roles: tuple[str, ...]) -> str:
    """The calendar of some roles if they share one, else the company's; roles that do not exist have the company's."""
    own = companys(spec)
    found: str | None = None
    for name in roles:
        role = spec.roles.get(name)
        calendar = role.calendar.name if role and role.calendar else own
        if found is not None and calendar != found:
            return own
        found = calendar
    return own if found is None else found

"""How figures are said to a reader: in his language, no more exact than they are, working time beside clock time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.diagnostics.numbers import localised
from crmdsl.ir.operations.week import MINUTES, Week
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.values import Duration

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_NO_BREAK = "\u00a0"
_STARTS = 41
"""Moments of the week from which is looked how long some work takes by the clock."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as data and as text. `value` is in `unit`; `None` where it has no end, which `text` says.

    A time (`hours`) has what goes by on the clock beside it: `clock` as text, `clock_value` in hours of the clock.
    `short` and `short_clock` are the same in few letters.
    """

    value: float | None
    unit: str
    text: str
    clock: str = ""
    clock_value: float | None = None
    short: str = ""
    short_clock: str = ""

    @property
    def whole(self) -> str:
        """The figure with the time of the clock behind it."""
        return f"{self.text} ({self.clock})" if self.clock else self.text


class Speech:
    """The language of a report, on the company's calendar and in its currency."""

    def __init__(self, language: str, week: Week, currency: str) -> None:
        self.language = language
        self.week = week
        self.currency = currency
        self.catalogue = catalogue(language)

    def say(self, message: Message) -> str:
        """A message in the language."""
        return message.text(self.catalogue)

    def heading(self, message: Message) -> str:
        """A message with a capital first letter."""
        text = self.say(message)
        return text[:1].upper() + text[1:]

    # numbers

    def number(self, value: float, digits: int | None = None) -> str:
        """A number with as many digits as are worth saying: none behind the comma from 10 on."""
        if digits is None:
            digits = 0 if abs(value) >= 9.95 else 1
        text = f"{abs(value):,.{digits}f}"
        if digits and text.endswith("0" * digits):
            text = text[: -digits - 1]
        text = localised(text, self.language)
        return f"−{text}" if value < 0 and text.strip("0.,") else text

    def count(self, value: float, unit: str = "count") -> Figure:
        """How many there are of something."""
        if not math.isfinite(value):
            return self.endless(unit)
        text = self.number(value)
        if 0 < value < 0.05:
            text = self.say(Message("under {number}", number=self.number(0.1)))
        return Figure(_short(value), unit, text)

    def share(self, share: float) -> Figure:
        """A share in whole per cent."""
        if not math.isfinite(share):
            return self.endless("share")
        text = self.number(share * 100, 0) + "%"
        if 0 < share < 0.005:
            text = self.say(Message("under {number}", number="1%"))
        elif 0.995 <= share < 1 - 1e-9:
            text = self.say(Message("over {number}", number="99%"))
        return Figure(_short(share), "share", text)

    def money(self, minor: float, *, rough: bool = False) -> Figure:
        """An amount in the company's currency; from a thousand on in round figures where it is `rough`."""
        if not math.isfinite(minor):
            return self.endless("money")
        decimals = DECIMALS.get(self.currency, 2)
        amount = minor / 10**decimals
        if rough and abs(amount) >= 1000:
            amount = float(f"{amount:.2g}")
        text = self.number(abs(amount), decimals if abs(amount) < 10 and not rough else 0)
        sign = SIGNS.get(self.currency, self.currency)
        minus = "−" if amount < 0 and text.strip("0.,") else ""
        if self.language == "it" or sign == self.currency:
            return Figure(_short(amount), "money", f"{minus}{text}{_NO_BREAK}{sign}")
        return Figure(_short(amount), "money", f"{minus}{sign}{text}")

    def endless(self, unit: str) -> Figure:
        """What has no end."""
        return Figure(None, unit, self.say(Message("without end")))

    # times

    def time(self, hours: float, week: Week | None = None) -> Figure:
        """Open hours of a calendar, the company's if none is named, and what goes by on the clock meanwhile."""
        if not math.isfinite(hours):
            return self.endless("hours")
        on = week or self.week
        return self._both(hours, clock_hours(on, hours), on)

    def by_the_clock(self, hours: float) -> str:
        """Hours of the clock."""
        return self._clock(hours)

    def _both(self, hours: float, clock: float, week: Week) -> Figure:
        return Figure(
            _short(hours), "hours", self._open(hours, week), self._clock(clock), _short(clock),
            self._letters(hours, week.day / 60), self._letters(clock, 36.0, 24.0),
        )  # fmt: skip

    def promised(self, duration: Duration, week: Week | None = None) -> Figure:
        """A duration as it was written, working time or time of the clock, and the other beside it."""
        on = week or self.week
        if not duration.elapsed:
            return self.time(duration.total_minutes(on.day) / 60, on)
        clock = duration.total_minutes() / 60
        return self._both(clock * on.open / MINUTES, clock, on)

    def surely(self, low: Figure, high: Figure) -> str:
        """Between which figures an interval says that another lies, in short."""
        return self.say(
            Message("surely between {low} and {high}", low=low.short or low.text, high=high.short or high.text)
        )

    def work(self, hours: float) -> Figure:
        """An amount of work, which is not a time that goes by."""
        if not math.isfinite(hours):
            return self.endless("work")
        minutes = round(hours * 60)
        if minutes < 60:
            text = self.say(Message("{number} min of work", number=max(minutes, 1) if hours > 0 else 0))
        else:
            text = self.say(Message("{number} h of work", number=self.number(hours)))
        return Figure(_short(hours), "work", text)

    def brief(self, hours: float, week: Week | None = None) -> str:
        """A time on a picture: working time / time of the clock."""
        figure = self.time(hours, week)
        return f"{figure.short} / {figure.short_clock}" if figure.clock else figure.text

    def _letters(self, hours: float, limit: float, day: float | None = None) -> str:
        if 0 < hours < 0.5 / 60:
            return self.say(Message("<{number} min", number=1))
        if round(hours * 60) < 60:
            return self.say(Message("{number} min", number=round(hours * 60)))
        if hours < limit or not limit:
            return self.say(Message("{number} h", number=self.number(hours)))
        return self.say(Message("{number} d", number=self.number(hours / (day or limit))))

    def _open(self, hours: float, week: Week) -> str:
        day = week.day / 60
        if 0 < hours < 0.5 / 60:
            return self.say(Message("under 1 working minute"))
        if round(hours * 60) < 60:
            return self._counted(
                Message.counted("{number} working minute", "{number} working minutes", count=0), hours * 60, 0
            )
        if hours < day or not day:
            return self._counted(Message.counted("{number} working hour", "{number} working hours", count=0), hours)
        return self._counted(Message.counted("{number} working day", "{number} working days", count=0), hours / day)

    def _clock(self, hours: float) -> str:
        if 0 < hours < 0.5 / 60:
            return self.say(Message("under 1 minute by the clock"))
        if round(hours * 60) < 60:
            return self._counted(
                Message.counted("{number} minute by the clock", "{number} minutes by the clock", count=0),
                hours * 60, 0,
            )  # fmt: skip
        if hours < 36:
            return self._counted(
                Message.counted("{number} hour by the clock", "{number} hours by the clock", count=0), hours
            )
        return self._counted(Message.counted("{number} calendar day", "{number} calendar days", count=0), hours / 24)

    def _counted(self, message: Message, value: float, digits: int | None = None) -> str:
        number = self.number(value, digits)
        return self.say(message.having(count=1 if number == "1" else 2, number=number))


def _short(value: float) -> float:
    """A figure as data: six significant digits, never minus nothing."""
    return float(f"{value:.6g}") + 0.0


@lru_cache(maxsize=65536)
def clock_hours(week: Week, hours: float) -> float:
    """What goes by on the clock while a calendar is open for so many hours: the median over moments of its week."""
    if hours <= 0 or not week.open or week.open == MINUTES:
        return max(hours, 0.0)
    if hours * 60 < 1:  # no moment is so near to closing that it would matter
        return hours
    whole, rest = divmod(hours * 60, week.open)
    passed = []
    for number in range(_STARTS):
        start = week.add(0, (number + 0.5) * week.open / _STARTS)
        passed.append(week.add(start, rest) - start if rest > 1e-6 else 0.0)
    return (whole * MINUTES + sorted(passed)[_STARTS // 2]) / 60

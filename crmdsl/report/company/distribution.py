"""How long cases take, as shares of a hundred: the distribution that the model gives, in steps that people count in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.analysis.performance.times import Time
from crmdsl.diagnostics import Message
from crmdsl.report.company.speech import Figure, Speech

_NICE = (1, 2, 5)
_STEPS = 12
"""Bars at most."""
_ALL = 0.995


@dataclass(frozen=True, slots=True)
class Bar:
    """The cases that take longer than `after` and no longer than `until`; the last bar has all the longer ones too.

    `wide` is the share of the longest bar, in per cent; `late` tells that they are over what is promised, `mean` that
    the mean lies among them.
    """

    title: str
    until: Figure
    share: Figure
    wide: int
    late: bool
    mean: bool


def bars(time: Time, promise: float | None, speech: Speech) -> tuple[Bar, ...]:
    """The distribution of a time in open hours of the company's calendar; nothing where it has no end or no length.

    `promise` is in the same hours.
    """
    if time.endless or time.mean <= 0 or time.variance <= 1e-9 * time.mean * time.mean:
        return ()
    return tuple(_bars(time, promise, speech))


def _bars(time: Time, promise: float | None, speech: Speech) -> Iterator[Bar]:
    width = _width(time.percentile(_ALL), speech.week.day / 60)
    count = 1
    while count < _STEPS and time.within(count * width) < _ALL:
        count += 1
    shares = [time.within((number + 1) * width) - time.within(number * width) for number in range(count)]
    shares[-1] = 1 - time.within((count - 1) * width)
    most = max(shares)
    for number, share in enumerate(shares):
        start, end = number * width, (number + 1) * width
        last = number == count - 1
        shown = speech.time(start if last and number else end)
        title = Message("up to {time}", time=shown.text) if not last or not number else Message(
            "over {time}", time=shown.text)  # fmt: skip
        late = promise is not None and start >= promise - 1e-9
        yield Bar(
            speech.say(title), shown, speech.share(share), round(100 * share / most), late,
            start <= time.mean < end or (last and time.mean >= end),
        )  # fmt: skip


def _width(longest: float, day: float) -> float:
    """The width of a bar: one, two or five minutes, hours or days, or tens of them, so that twelve are enough."""
    for unit in (1 / 60, 1.0, day or 8.0):
        for power in range(8):
            for nice in _NICE:
                width: float = nice * 10**power * unit
                if unit < 1 / 60 * 1.5 and width > 31 / 60:
                    break
                if unit == 1.0 and width >= (day or 8.0):
                    break
                if longest <= width * _STEPS:
                    return width
    return longest / _STEPS

"""How the rules on promises tell times: each in working time and on the clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Message, Related
from crmdsl.model.values import Duration

if TYPE_CHECKING:
    from crmdsl.analysis.promises import Kept, Part

_MOST = 6
"""Steps that are told one by one."""


def promised(kept: Kept) -> Message:
    """The promise, in both kinds of time."""
    return _both(kept.promise, kept.promised_clock)


def needed(kept: Kept) -> Message:
    """What the way takes, in both kinds of time."""
    return _both(shortest(kept), kept.clock)


def shortest(kept: Kept) -> Duration:
    """What the way takes in the kind of time of the promise, to be written as one."""
    day = 1440 if kept.promise.elapsed else kept.week.day
    whole = round(kept.minutes)
    days, rest = divmod(whole, day)
    return Duration(0, days, *divmod(rest, 60), elapsed=kept.promise.elapsed)


def steps(kept: Kept) -> str:
    """The times of the steps of the way, in their order."""
    told = [f"`{part.step}` `{part.written}`" for part in kept.way.parts if part.minutes]
    return ", ".join(told[:_MOST]) + (", …" if len(told) > _MOST else "")


def longest(kept: Kept) -> Part:
    """The time of the way that is longest."""
    return max(kept.way.parts, key=lambda part: part.minutes)


def places(kept: Kept) -> Iterable[Related]:
    """Where the times of the way stand."""
    for part in kept.way.parts[:_MOST]:
        if part.minutes:
            yield Related(part.place(), Message("`{time}` for `{step}`", time=part.written, step=part.step))


def _both(duration: Duration, clock: float) -> Message:
    if duration.elapsed:
        return Message("`{time}`", time=duration)
    hours = round(clock / 60)
    days, rest = divmod(hours, 24)
    on_clock = Duration(0, days, rest, 0, elapsed=True)
    return Message("`{time}` of working time (`{clock}`)", time=duration, clock=on_clock)

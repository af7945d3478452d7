"""The key figures of a spec, measured on a replication.

Times are open hours of the company's calendar, shares lie between 0 and 1, money is in the minor unit, rates are by
the week. A figure that is split has its parts behind a slash, `OTHERS` where nothing is said of that. Beside a figure
stands how much of it hangs on values of fields that nothing in the spec says the frequency of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from crmdsl.analysis.simulation.observing import NOBODY_FREE, NOBODY_ON_DUTY, WEEK
from crmdsl.analysis.simulation.readings import Readings
from crmdsl.analysis.simulation.seen import Seen, section_of, seen
from crmdsl.analysis.simulation.unmeasured import unmeasured
from crmdsl.model.parse import parse_percent
from crmdsl.model.quality import Kpi

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.engine import Engine

HOUR, DAY = 3600, 86_400
OTHERS = "—"
"""The part of what has no unit, no channel …"""


def measures(engine: Engine) -> dict[str, float]:
    """The figures that can be measured, as `kpi/name` and `kpi/name/part`; `open/name/field` is the share of what a
    figure counts in which the value of a field is arbitrary."""
    found: dict[str, float] = {}
    for name, kpi in engine.spec.kpis.items():
        if unmeasured(engine.spec, kpi) is not None:
            continue
        for part, value in _measured(engine, kpi, readings := Readings(engine, kpi)):
            found[f"kpi/{name}/{part}" if part else f"kpi/{name}"] = value
        found |= {f"open/{name}/{field}": share for field, share in readings.arbitrary.items()}
    return found


def _measured(engine: Engine, kpi: Kpi, readings: Readings) -> Iterator[tuple[str, float]]:
    section = section_of(engine.spec, kpi)
    whole = kpi.by is None and kpi.when is None
    if section == "roles" and whole and kpi.measure in ("utilisation", "throughput", "count", "waiting_time"):
        yield from _of_role(engine, kpi, kpi.of.name if kpi.of else "")
        return
    counted = readings.counted(seen(engine, kpi))
    groups: dict[str, list[Seen]] = {"": counted}
    for one in counted if kpi.by else ():
        groups.setdefault(readings.part(one) or OTHERS, []).append(one)
    figure = _utilisation(engine, kpi) if kpi.measure == "utilisation" else _figure(engine, kpi, readings)
    for part, some in sorted(groups.items()):
        value = figure(part, some)
        if value is not None:
            yield part, value


def _figure(engine: Engine, kpi: Kpi, readings: Readings) -> Callable[[str, list[Seen]], float | None]:
    """What makes a figure of some of what is counted; nothing where they say nothing."""
    months = _months(engine) if kpi.by == "month" else {}

    def figure(part: str, some: list[Seen]) -> float | None:
        timed = [one for one in some if one.timed]
        if kpi.measure == "throughput":
            return len(some) / (months.get(part) or max(1, engine.now - engine.begins) / WEEK)
        if kpi.measure == "count":
            return float(len(some) if kpi.field is None else sum(readings.value(one) is not None for one in some))
        if kpi.measure == "sum":
            values = [value for one in some if (value := readings.value(one)) is not None]
            return (_at(kpi, values) if values else None) if kpi.at else sum(values)
        if kpi.measure in _EACH:
            values = _EACH[kpi.measure](kpi, some, timed)
            return _at(kpi, values) if values else None
        return None

    return figure


_EACH: dict[str, Callable[[Kpi, list[Seen], list[Seen]], list[float]]] = {
    "conversion": lambda _, some, __: [float(one.success) for one in some],
    "cost": lambda _, some, __: [one.cost for one in some],
    "first_time_right": lambda _, some, __: [float(one.right) for one in some if one.tried],
    "satisfaction": lambda kpi, some, _: list(_scores(kpi, some)),
    "cycle_time": lambda _, __, timed: [one.lead / HOUR for one in timed],
    "waiting_time": lambda _, __, timed: [one.waited / HOUR for one in timed],
    "on_time": lambda _, __, timed: [float(one.kept) for one in timed],
}
"""Measure -> the values that a figure is the mean (or a percentile) of."""
_SHARES = frozenset({"conversion", "first_time_right", "on_time", "satisfaction"})


def _scores(kpi: Kpi, some: list[Seen]) -> Iterator[float]:
    """The scores given; whether they are good enough, where the target is a share."""
    as_share = kpi.target is not None and parse_percent(kpi.target.value) is not None
    for one in some:
        for score, below in one.scores:
            yield float(score >= below) if as_share else float(score)


def _at(kpi: Kpi, values: Iterable[float]) -> float:
    """The mean or the percentile that a kpi asks for; of shares always the mean."""
    from crmdsl.analysis.simulation.figures import percentile

    found: Sequence[float] = sorted(values)
    share = {"p50": 0.5, "p90": 0.9, "p95": 0.95}.get(kpi.at or "")
    return sum(found) / len(found) if share is None or kpi.measure in _SHARES else percentile(found, share)


def _months(engine: Engine) -> dict[str, float]:
    """The weeks of each month that lie in the window."""
    days = Counter(
        f"{engine.staff.calendars.day(at):%Y-%m}"
        for at in range(engine.begins, max(engine.begins + 1, engine.now), DAY)
    )
    return {month: count * DAY / WEEK for month, count in days.items()}


def _of_role(engine: Engine, kpi: Kpi, role: str) -> Iterator[tuple[str, float]]:
    """The figures of a role as a whole, which the observer has counted."""
    weeks = max(1, engine.now - engine.begins) / WEEK
    if kpi.measure == "utilisation":
        hours = _hours(engine, role)
        if hours:
            yield "", engine.watch.worked[role] / hours
    elif kpi.measure == "throughput":
        yield "", engine.watch.pieces[role] / weeks
    elif kpi.measure == "count":
        yield "", float(engine.watch.pieces[role])
    else:
        waits = [one for (_, who), one in engine.watch.waiting.items() if who == role]
        count = sum(one.count for one in waits)
        if count:
            yield "", sum(one.seconds[NOBODY_FREE] + one.seconds[NOBODY_ON_DUTY] for one in waits) / count / HOUR


def _utilisation(engine: Engine, kpi: Kpi) -> Callable[[str, list[Seen]], float | None]:
    """What makes the utilisation of those of a role who are in a part, in its month, or by some of the work."""
    role = kpi.of.name if kpi.of else ""
    months = _months(engine) if kpi.by == "month" else {}
    window = max(1, engine.now - engine.begins) / WEEK

    def figure(part: str, some: list[Seen]) -> float | None:
        only = part if kpi.by in ("person", "unit", "territory") else ""
        hours = _hours(engine, role, kpi.by or "", only) * months.get(part, window) / window
        return sum(one.worked for one in some) / hours if hours else None

    return figure


def _hours(engine: Engine, role: str, by: str = "", part: str = "") -> float:
    """The seconds of work that a role has in the window, or those of it in a part."""
    found = 0.0
    for one in engine.staff.by_role.get(role, []):
        mine = "" if not part else one.name if by == "person" else getattr(one.person, by) or OTHERS
        if mine == part:
            found += one.hours.between(engine.begins, engine.now) * one.speed
    return found

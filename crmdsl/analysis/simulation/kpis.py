"""The key figures of a spec, measured on a replication.

Times are open hours of the company's calendar, shares lie between 0 and 1, money is in the minor unit, rates are by
the week. What a simulation knows nothing of (the values of fields, scores without a chance) is not measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from crmdsl.analysis.simulation.observing import NOBODY_FREE, NOBODY_ON_DUTY, WEEK, Ended
from crmdsl.model.quality import KPI_SECTIONS, Kpi

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.engine import Engine

HOUR = 3600


def measures(engine: Engine) -> dict[str, float]:
    """The figures that can be measured; of one that is split, each part behind a slash."""
    found: dict[str, float] = {}
    for name, kpi in engine.spec.kpis.items():
        for part, value in _measured(engine, kpi):
            found[f"{name}/{part}" if part else name] = value
    return found


def kind_of(engine: Engine, kpi: Kpi) -> str:
    """The section in which what a kpi is of is found."""
    name = kpi.of.name if kpi.of else ""
    return next((section for section in KPI_SECTIONS if name in getattr(engine.spec, section)), "")


def _measured(engine: Engine, kpi: Kpi) -> Iterator[tuple[str, float]]:
    name = kpi.of.name if kpi.of else ""
    section = kind_of(engine, kpi)
    if kpi.when is not None or kpi.field is not None:
        return
    if section == "processes":
        yield from _of_cases(engine, kpi, [one for one in engine.watch.ended_cases if one.process == name])
    elif section == "channels":
        yield from _of_cases(engine, kpi, [one for one in engine.watch.ended_cases if one.channel == name])
    elif section == "entities":
        processes = {p.name for p in engine.spec.processes.values() if p.entity and p.entity.name == name}
        yield from _of_cases(engine, kpi, [one for one in engine.watch.ended_cases if one.process in processes])
    elif section in ("handoffs", "approvals"):
        yield from _of_held(engine, kpi, section[:-1], name)
    elif section == "roles":
        yield from _of_role(engine, kpi, name)


def _of_cases(engine: Engine, kpi: Kpi, cases: list[Ended]) -> Iterator[tuple[str, float]]:
    if kpi.by is None:
        groups = {"": cases}
    else:
        split: Callable[[Ended], str] | None = {
            "month": lambda one: f"{engine.staff.calendars.day(one.at):%Y-%m}",
            "channel": lambda one: one.channel,
        }.get(kpi.by)
        groups = {}
        for one in cases if split is not None else ():
            groups.setdefault(split(one), []).append(one)  # type: ignore[misc]
    weeks = max(1, engine.now - engine.begins) / WEEK
    for part, some in groups.items():
        value = _figure(kpi, some, weeks)
        if value is not None:
            yield part, value


def _figure(kpi: Kpi, cases: list[Ended], weeks: float) -> float | None:
    good = [one for one in cases if one.success]
    if kpi.measure == "throughput":
        return len(cases) / weeks
    if kpi.measure == "count":
        return float(len(cases))
    if not cases:
        return None
    if kpi.measure == "conversion":
        return len(good) / len(cases)
    if kpi.measure == "cost":
        return _at(kpi, [one.cost for one in cases])
    if kpi.measure == "first_time_right":
        return sum(one.success and one.first_time for one in cases) / len(cases)
    if not good:
        return None
    if kpi.measure == "cycle_time":
        return _at(kpi, [one.lead / HOUR for one in good])
    if kpi.measure == "waiting_time":
        waited = [one.tally.get(NOBODY_FREE, 0) + one.tally.get(NOBODY_ON_DUTY, 0) for one in good]
        return _at(kpi, [one / HOUR for one in waited])
    return sum(one.kept for one in good) / len(good) if kpi.measure == "on_time" else None


def _at(kpi: Kpi, values: Iterable[float]) -> float:
    """The mean or the percentile that a kpi asks for."""
    from crmdsl.analysis.simulation.figures import percentile

    found: Sequence[float] = sorted(values)
    share = {"p50": 0.5, "p90": 0.9, "p95": 0.95}.get(kpi.at or "")
    return sum(found) / len(found) if share is None else percentile(found, share)


def _of_held(engine: Engine, kpi: Kpi, kind: str, name: str) -> Iterator[tuple[str, float]]:
    held = [one for one in engine.watch.held if one.kind == kind and one.name == name]
    weeks = max(1, engine.now - engine.begins) / WEEK
    if kpi.measure == "throughput":
        yield "", len(held) / weeks
    elif kpi.measure == "count":
        yield "", float(len(held))
    elif held and kpi.measure in ("cycle_time", "waiting_time"):
        yield "", _at(kpi, [one.lead / HOUR for one in held])
    elif held and kpi.measure == "on_time":
        yield "", sum(one.in_time for one in held) / len(held)
    elif held and kpi.measure == "first_time_right":
        yield "", sum(one.right for one in held) / len(held)


def _of_role(engine: Engine, kpi: Kpi, role: str) -> Iterator[tuple[str, float]]:
    workers = engine.staff.by_role.get(role, [])
    hours = sum(one.hours.between(engine.begins, engine.now) * one.speed for one in workers)
    weeks = max(1, engine.now - engine.begins) / WEEK
    if kpi.measure == "utilisation" and hours:
        yield "", engine.watch.worked[role] / hours
    elif kpi.measure == "throughput":
        yield "", engine.watch.pieces[role] / weeks
    elif kpi.measure == "waiting_time":
        waits = [one for (_, who), one in engine.watch.waiting.items() if who == role]
        count = sum(one.count for one in waits)
        if count:
            yield "", sum(one.seconds[NOBODY_FREE] + one.seconds[NOBODY_ON_DUTY] for one in waits) / count / HOUR

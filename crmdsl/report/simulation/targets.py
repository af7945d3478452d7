"""The key figures of a spec against their targets."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.analysis.simulation.network.intervals import Interval
from crmdsl.analysis.simulation.study import Study
from crmdsl.ir.operations.week import MINUTES, NEVER, Week, companys, weeks
from crmdsl.model.parse import parse_duration, parse_money, parse_number, parse_percent
from crmdsl.model.quality import Kpi

SHARES = frozenset({"on_time", "first_time_right", "utilisation", "conversion", "satisfaction"})
TIMES = frozenset({"cycle_time", "waiting_time"})


@dataclass(frozen=True, slots=True)
class Measured:
    """A key figure, or a part of one that is split. `met` is `None` where there is no target, or it is not sure.

    `kind` is `time` (hours of the company's calendar), `share`, `money` (minor unit), `rate` (a week) or `number`.
    """

    name: str
    part: str
    kind: str
    value: Interval | None
    target: str
    met: bool | None
    sure: bool


def measured(study: Study) -> list[Measured]:
    """Every key figure, those that were not measured too."""
    found = []
    week = weeks(study.spec).get(companys(study.spec), NEVER)
    parts: dict[str, list[str]] = {}
    for name, *rest in study.named("kpi"):
        parts.setdefault(name, []).append("/".join(rest))
    for name, kpi in study.spec.kpis.items():
        for part in parts.get(name, [""]):
            value = study.interval(f"kpi/{name}/{part}" if part else f"kpi/{name}")
            found.append(_one(kpi, name, part, value, week))
    return found


def _one(kpi: Kpi, name: str, part: str, value: Interval | None, week: Week) -> Measured:
    kind = "time" if kpi.measure in TIMES else "share" if kpi.measure in SHARES else {
        "cost": "money", "throughput": "rate"
    }.get(kpi.measure, "number")  # fmt: skip
    target = kpi.target
    shown = f"at {target.bound} {target.value}" if target else ""
    limit = _limit(target.value, kind, week) if target else None
    if limit is None or value is None or target is None:
        return Measured(name, part, kind, value, shown, None, False)
    met = value.mean >= limit if target.bound == "least" else value.mean <= limit
    return Measured(name, part, kind, value, shown, met, limit not in value)


def _limit(text: str, kind: str, week: Week) -> float | None:
    """A target in the unit of what is measured; `None` where it is of another kind."""
    if kind == "share":
        share = parse_percent(text)
        return None if share is None else share / 10_000
    if kind == "time":
        duration = parse_duration(text)
        if duration is None:
            return None
        hours = duration.total_minutes(week.day) / 60
        return hours * week.open / MINUTES if duration.elapsed else hours
    if kind == "money":
        money = parse_money(text, None)
        return None if money is None else float(money)
    number = parse_number(text)
    return None if number is None else float(number)

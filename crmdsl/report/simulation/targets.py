"""The key figures of a spec against their targets, and why there is none where there is none."""

from __future__ import annotations

from dataclasses import dataclass

from crmdsl.analysis.simulation.kpis import OTHERS
from crmdsl.analysis.simulation.network.intervals import Interval
from crmdsl.analysis.simulation.study import Study
from crmdsl.analysis.simulation.unmeasured import ADDED, unmeasured
from crmdsl.diagnostics import Message
from crmdsl.ir.operations.week import MINUTES, NEVER, Week, companys, weeks
from crmdsl.model.parse import parse_duration, parse_money, parse_number, parse_percent, parse_rate
from crmdsl.model.quality import Kpi
from crmdsl.model.spec import Spec

SHARES = frozenset({"on_time", "first_time_right", "utilisation", "conversion"})
TIMES = frozenset({"cycle_time", "waiting_time"})


@dataclass(frozen=True, slots=True)
class Measured:
    """A key figure, or a part of one that is split. `met` is `None` where there is no target, or it says nothing.

    `kind` is `time` (hours of the company's calendar), `share`, `money` (minor unit), `rate` (a week) or `number`.
    `why` says why there is no value. `assumed` are fields of which the spec does not say how often they have which
    value, with the share of the cases in which theirs is arbitrary: the value is no forecast then, and meets nothing.
    """

    name: str
    part: str
    kind: str
    value: Interval | None
    target: str
    met: bool | None
    sure: bool
    why: Message | None = None
    assumed: tuple[tuple[str, float], ...] = ()
    summed: bool = False

    @property
    def hollow(self) -> bool:
        """Whether it sums values that are mostly arbitrary, so that its size says nothing."""
        return self.summed and any(share > _MUCH for _, share in self.assumed)


_LITTLE, _MUCH = 0.005, 0.05
"""A share of cases that decides nothing, and one that decides how large a sum is."""


def measured(study: Study) -> list[Measured]:
    """Every key figure, those that were not measured too; of one that is split the whole first."""
    found = []
    week = weeks(study.spec).get(companys(study.spec), NEVER)
    parts: dict[str, list[str]] = {}
    for name, *rest in study.named("kpi"):
        parts.setdefault(name, []).append("/".join(rest))
    arbitrary: dict[str, list[tuple[str, float]]] = {}
    for name, field in study.named("open"):
        share = study.interval(f"open/{name}/{field}")
        if share is not None and share.mean >= _LITTLE:
            arbitrary.setdefault(name, []).append((field, share.mean))
    for name, kpi in study.spec.kpis.items():
        for part in sorted(parts.get(name, [""]), key=lambda one: (one != "", one == OTHERS, one)):
            value = study.interval(f"kpi/{name}/{part}" if part else f"kpi/{name}")
            found.append(_one(study.spec, kpi, part, value, week, tuple(arbitrary.get(name, ()))))
    return found


def _one(
    spec: Spec, kpi: Kpi, part: str, value: Interval | None, week: Week, assumed: tuple[tuple[str, float], ...]
) -> Measured:  # fmt: skip
    kind, scale = kind_of(spec, kpi)
    target = kpi.target
    shown = f"at {target.bound} {target.value}" if target else ""
    limit = limit_of(target.value, kind, week) if target else None
    if value is None:
        why = unmeasured(spec, kpi) or Message("nothing of the kind happened in these days")
        return Measured(kpi.name, part, kind, None, shown, None, False, why, assumed)
    value = value.scaled(scale)
    if limit is None or target is None or assumed:
        return Measured(kpi.name, part, kind, value, shown, None, False, None, assumed, kpi.measure == "sum")
    met = target.is_met(value.mean, limit)
    return Measured(kpi.name, part, kind, value, shown, met, limit not in value)


def kind_of(spec: Spec, kpi: Kpi) -> tuple[str, float]:
    """What kind of figure it is, and what its value is multiplied by to be one."""
    if kpi.measure == "satisfaction":
        return ("share" if kpi.target and parse_percent(kpi.target.value) is not None else "number"), 1.0
    if kpi.measure == "sum":
        names = (field.type.base for one in spec.entities.values() for name, field in one.fields.items()
                 if kpi.field and name == kpi.field.name and field.type)  # fmt: skip
        base = next((name for name in names if name in ADDED), "")
        return {"money": ("money", 1.0), "percent": ("share", 1e-4), "duration": ("time", 1 / 60)}.get(
            base, ("number", 1.0)
        )
    if kpi.measure in TIMES:
        return "time", 1.0
    kind = "share" if kpi.measure in SHARES else {"cost": "money", "throughput": "rate"}.get(kpi.measure, "number")
    return kind, 1.0


def limit_of(text: str, kind: str, week: Week) -> float | None:
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
    if kind == "rate" and (rate := parse_rate(text)) is not None:
        return week.rate(rate)
    number = parse_number(text)
    return None if number is None else float(number)

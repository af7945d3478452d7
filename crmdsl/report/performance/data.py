"""The figures as JSON: in hours of the company's calendar unless said, and in the currency; `null` has no end."""

from __future__ import annotations

import math
from typing import Any

from crmdsl.analysis.dependence import Dependence
from crmdsl.analysis.performance.figures import Performance, ProcessFigures, RoleFigures
from crmdsl.analysis.performance.relief import Relief
from crmdsl.analysis.performance.structure import Structure
from crmdsl.model.currencies import DECIMALS


def as_data(found: Performance, structure: Structure, points: tuple[Dependence, ...], name: str) -> dict[str, Any]:
    """The report as JSON data."""
    minor = 10 ** DECIMALS.get(found.currency, 2)
    return {
        "spec": name,
        "currency": found.currency,
        "day_hours": found.week.day / 60,
        "week_hours": found.week.hours,
        "roles": [_role(one) for one in found.roles],
        "processes": [_process(one, minor) for one in found.processes],
        "limits": [
            {
                "process": one.process,
                "step": one.place,
                "key": one.key,
                "limit": str(one.limit),
                "mean_hours": _number(one.time.mean),
                "kept": _number(one.kept),
            }
            for one in found.limits
        ],
        "reliefs": [_relief(one, minor) for one in found.reliefs],
        "structure": _structure(structure),
        "single_points_of_failure": [{"role": one.role, "processes": list(one.processes)} for one in points],
        "left_out": list(found.left_out),
        "growing_process": found.growing or None,
        "persons_not_given": list(found.guessed),
    }


def _structure(found: Structure) -> dict[str, Any]:
    return {
        "paths": [
            {
                "process": one.process,
                "passes": _number(one.passes),
                "between_departments": _number(one.borders),
                "likeliest_way": list(one.likeliest),
                "chance": _number(one.chance),
                "loops": [{"steps": list(steps), "done_again": _number(again)} for steps, again in one.loops],
            }
            for one in found.paths
        ],
        "borders": [{"from": b.giver, "to": b.taker, "times_a_week": _number(b.rate)} for b in found.borders],
        "departments": [
            {"department": name, "passes_a_week": _number(rate), "inside": _number(inside)}
            for name, rate, inside in found.silos
        ],
        "betweenness": [{"role": role, "share": _number(share)} for role, share in found.between],
        "articulation_points": list(found.cuts),
        "waits_for": [{"process": w.giver, "for": w.taker, "times_a_week": _number(w.rate)} for w in found.waits],
        "suppliers": [
            {
                "role": one.role,
                "customers": list(one.customers),
                "departments": list(one.departments),
                "times_a_week": _number(one.rate),
            }
            for one in found.suppliers
        ],
    }


def _number(value: float | None) -> float | None:
    """A figure as it is read: six significant digits, nothing where it has no end."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")


def _role(one: RoleFigures) -> dict[str, Any]:
    capacity, queue = one.load.capacity, one.waiting.queue
    return {
        "role": one.role,
        "persons": capacity.persons,
        "availability": capacity.availability,
        "calendar": capacity.week.name,
        "hours_a_week": _number(capacity.hours),
        "asked_a_week": _number(one.load.hours),
        "utilisation": _number(one.load.utilisation),
        "wait_hours": _number(queue.wait),
        "waiting": _number(queue.length),
        "arrival_scv": _number(queue.arriving),
        "service_scv": _number(queue.scv),
        "again_at_once": _number(queue.again),
        "grows_hours_a_week": _number(one.grows),
        "work": [
            {
                "process": share.work.process,
                "step": share.work.place,
                "kind": share.work.kind,
                "times_a_week": _number(share.rate),
                "hours_a_week": _number(share.hours),
            }
            for share in one.load.shares
        ],
    }


def _process(one: ProcessFigures, minor: int) -> dict[str, Any]:
    return {
        "process": one.process,
        "arrivals_a_week": _number(one.outside),
        "cases_a_week": _number(one.cases),
        "success": _number(one.profile.success),
        "lead_hours": {"mean": _number(one.lead.mean), "p90": _number(one.lead.percentile(0.9))},
        "touch_hours": _number(one.touch),
        "flow_efficiency": _number(one.efficiency),
        "cost": _number(one.cost.case / minor),
        "cost_of_rework": _number(one.cost.rework / minor),
        "promise": str(one.promise) if one.promise else None,
        "promise_kept": _number(one.kept),
        "visits": {step: _number(visits) for step, visits in one.profile.visits.items()},
        "waits": [{"step": w.place, "role": w.role or None, "hours": _number(w.hours)} for w in one.waits],
        "starts": [
            {"process": t.process, "step": t.step or None, "why": t.why, "times": _number(t.times)}
            for t in one.profile.triggers
        ],
    }


def _relief(one: Relief, minor: int) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "name": one.name,
        "role": one.role,
        "wait_hours": {"before": _number(one.wait_before), "after": _number(one.wait_after)},
        "utilisation": {"before": _number(one.load_before), "after": _number(one.load_after)},
        "times_a_year": _number(one.cases),
        "work_hours_a_year": _number(one.hours),
        "lead_days_a_year": _number(one.days),
        **({"persons": one.persons} if one.persons else {}),
        "money_a_year": _number(one.money / minor),
    }

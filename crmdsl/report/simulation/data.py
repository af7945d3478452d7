"""A simulation as JSON. Hours are open hours of the company's calendar unless said; money is in the currency."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crmdsl.analysis.simulation.changing import Change
from crmdsl.analysis.simulation.network.intervals import Interval
from crmdsl.analysis.simulation.observing import CAUSES, WORK
from crmdsl.analysis.simulation.study import Study, difference
from crmdsl.diagnostics import Catalogue
from crmdsl.model.currencies import DECIMALS
from crmdsl.report.simulation.targets import measured


def as_data(
    plain: Study, others: Sequence[Study], name: str, translate: Catalogue | None = None
) -> dict[str, Any]:  # fmt: skip
    """The report as JSON data; of specs that were changed also what that changes."""
    data = {"spec": name, **_study(plain, translate)}
    if others:
        data["what_if"] = [
            {"changes": _changes(one.changes), **_study(one, translate), "differences": _differences(plain, one)}
            for one in others
        ]
    return data


def _changes(changes: Sequence[Change]) -> dict[str, str]:
    return dict(changes)


def _study(found: Study, translate: Catalogue | None) -> dict[str, Any]:
    settings = found.settings
    currency = found.spec.company.currency if found.spec.company else ""
    minor = 10 ** DECIMALS.get(currency, 2)
    begins = datetime.fromtimestamp(settings.start, UTC) + timedelta(settings.warm_up or 0)
    return {
        "start": datetime.fromtimestamp(settings.start, UTC).isoformat(),
        "counted_from": begins.isoformat(),
        "days": settings.days,
        "warm_up_days": settings.warm_up,
        "warm_up_found": found.settled >= 0,
        "seed": settings.seed,
        "replications": len(found.found.runs),
        "precise": found.found.reached if found.precision else None,
        "events": round(found.steps),
        "out_of_events": found.exhausted,
        "currency": currency,
        "kpis": [
            {
                "name": one.name, "part": one.part or None, "unit": _UNITS[one.kind],
                "value": None if one.value is None else number(one.value, 1 / minor if one.kind == "money" else 1),
                "target": one.target or None, "met": one.met, "sure": one.sure,
                "why_not": None if one.why is None else one.why.text(translate),
                "arbitrary": [{"field": field, "share": share} for field, share in one.assumed],
            }
            for one in measured(found)
        ],
        "processes": [_process(found, name, minor) for name in found.spec.processes],
        "roles": [_role(found, role) for (role,) in found.named("utilisation")],
        "queues": [_queue(found, pool, begins) for (pool,) in found.named("queue")],
        "waits": _waits(found),
        "backlog": [_backlog(found, name, cases) for name, cases in settings.backlog.items()],
        "late": [
            {"place": place, "limit": kind, "times_a_week": _of(found, f"late/{place}/{kind}")}
            for place, kind in found.named("late")
        ],
        "overruled": [
            {"place": place, "drawn": drawn or None, "times": _of(found, f"bent/{place}/{drawn}")}
            for place, drawn in found.named("bent")
        ],
        "stuck": [
            {"place": place, "rule": rule, "at": "/".join(at),
             "cases": _of(found, "/".join(("stuck", place, rule, *at)))}
            for place, rule, *at in found.named("stuck")
        ],
    }  # fmt: skip


_UNITS = {"time": "hours", "share": "share", "money": "money", "rate": "a_week", "number": "number"}


def number(found: Interval, scale: float = 1.0) -> dict[str, Any]:
    """A figure with the ends of its interval, `null` where a single replication says nothing of it."""
    ends = (found.low * scale, found.high * scale) if math.isfinite(found.half) else (None, None)
    return {"mean": found.mean * scale, "low": ends[0], "high": ends[1], "replications": found.count}


def _of(found: Study, name: str, scale: float = 1.0) -> dict[str, Any] | None:
    interval = found.interval(name)
    return None if interval is None else number(interval, scale)


def _process(found: Study, name: str, minor: int) -> dict[str, Any]:
    return {
        "process": name,
        "started_a_week": _of(found, f"started/{name}"),
        "ended_a_week": _of(found, f"ended/{name}"),
        "present": _of(found, f"present/{name}"),
        "success": _of(found, f"success/{name}"),
        "promise_kept": _of(found, f"kept/{name}") if found.spec.processes[name].promise else None,
        "lead_hours": {key: _of(found, f"lead/{name}/{key}") for key in ("mean", "p50", "p90", "p95")},
        "lead_clock_hours": _of(found, f"lead/{name}/clock"),
        "hours_by_cause": {cause: _of(found, f"cause/{name}/{cause}") for cause in (*CAUSES, WORK)},
        "cost": _of(found, f"cost/{name}", 1 / minor),
        "first_time_right": _of(found, f"first_time/{name}"),
    }


def _role(found: Study, role: str) -> dict[str, Any]:
    return {
        "role": role,
        "utilisation": _of(found, f"utilisation/{role}"),
        "work_hours_a_week": _of(found, f"worked/{role}"),
        "pieces_a_week": _of(found, f"pieces/{role}"),
        "wait_hours": None if _grows(found, role) else {
            "nobody_free": _of(found, f"busy/{role}"), "nobody_on_duty": _of(found, f"off/{role}"),
        },
    }  # fmt: skip


def _grows(found: Study, role: str) -> bool:
    """Whether a queue of a role grows, so that there is no finite wait."""
    return any(role in pool.split("|") for (pool,) in found.named("grows"))


def _queue(found: Study, pool: str, begins: datetime) -> dict[str, Any]:
    weeks = sorted((int(week) for name, week in found.named("week") if name == pool))
    grows = found.interval(f"grows/{pool}")
    return {
        "roles": pool.split("|"),
        "waiting": _of(found, f"queue/{pool}"),
        "most": _of(found, f"most/{pool}"),
        "at_the_end": _of(found, f"left/{pool}"),
        "grows_since": None if grows is None else (begins + timedelta(hours=grows.mean)).isoformat(),
        "by_week": [round(found.found.interval(f"week/{pool}/{week}").mean, 4) for week in weeks],
    }


def _backlog(found: Study, name: str, cases: int) -> dict[str, Any]:
    """Cases that lay somewhere at the start; when they leave a step is known of those at one alone."""
    return {
        "at": name, "cases": cases, "left_hours": _of(found, f"backlog/{name}/left"),
        "last_left_hours": _of(found, f"backlog/{name}/last"), "still_there": _of(found, f"backlog/{name}/still"),
    }  # fmt: skip


def _waits(found: Study) -> list[dict[str, Any]]:
    return [
        {
            "place": place, "role": role or None, "visits": _of(found, f"visits/{place}/{role}"),
            "hours": None if role and _grows(found, role) else {
                cause: _of(found, f"wait/{place}/{role}/{cause}") for cause in CAUSES
                if found.interval(f"wait/{place}/{role}/{cause}")
            },
        }
        for place, role in found.named("visits")
    ]  # fmt: skip


_COMPARED = ("lead", "utilisation", "busy", "queue", "kept", "kpi", "ended", "cost", "backlog")


def _differences(plain: Study, other: Study) -> list[dict[str, Any]]:
    found = []
    for name in plain.found.names:
        if name.split("/")[0] in _COMPARED:
            interval = difference(plain, other, name)
            if interval is not None:
                found.append({"figure": name, **number(interval), "sure": interval.decided})
    return found

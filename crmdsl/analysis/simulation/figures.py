"""What one replication comes to: plain numbers by name, so that replications can be taken together.

Hours are open hours of the company's calendar unless a name says `clock`. A figure that a replication has nothing to
say of is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmdsl.analysis.simulation.compiled import states_of
from crmdsl.analysis.simulation.kpis import measures
from crmdsl.analysis.simulation.observing import CAUSES, WEEK, WORK, Ended, Line

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Course
    from crmdsl.analysis.simulation.engine import Engine

HOUR = 3600
FULL = 0.97
"""The utilisation from which on a queue that has not been empty for long is said to grow."""


def figures(engine: Engine) -> dict[str, float]:
    """The figures of a replication that has been run."""
    found: dict[str, float] = {"steps": float(engine.steps), "chosen": float(engine.mover.chosen)}
    found["exhausted"] = float(engine.exhausted)
    by_process: dict[str, list[Ended]] = {}
    for one in engine.watch.ended_cases:
        by_process.setdefault(one.process, []).append(one)
    weeks = max(1, engine.now - engine.begins) / WEEK
    for (process, _), count in engine.watch.started.items():
        _add(found, f"started/{process}", count / weeks)
    for process, cases in by_process.items():
        found |= _process(process, cases, weeks)
    for process, line in engine.watch.cases.items():
        found[f"present/{process}"] = _mean(line, engine)
    found |= _roles(engine, weeks)
    found |= _waits(engine)
    for name, line in engine.watch.queues.items():
        found |= _queue(name, line, engine)
    for (place, drawn), count in engine.mover.bent.items():
        found[f"bent/{place}/{drawn}"] = float(count)
    for (place, rule, where), count in engine.stuck.items():
        found[f"stuck/{place}/{rule}/{where}"] = float(count)
    for (place, kind), count in engine.watch.late.items():
        found[f"late/{place}/{kind}"] = count / weeks
    sums: Counter[str] = Counter()
    for (_, kind), count in engine.watch.effects.items():
        sums[kind] += count
    found |= {f"effect/{kind}": float(count) for kind, count in sums.items()}
    return found | _backlog(engine) | measures(engine)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of sorted values does not exceed."""
    return values[min(len(values) - 1, max(0, -(-len(values) * round(share * 1000) // 1000) - 1))]


def _add(found: dict[str, float], name: str, value: float) -> None:
    found[name] = found.get(name, 0.0) + value


def _process(process: str, cases: list[Ended], weeks: float) -> dict[str, float]:
    """The figures of a process; lead times and what they are made of by the cases that succeed."""
    found = {
        f"ended/{process}": len(cases) / weeks,
        f"counted/{process}": float(len(cases)),
        f"success/{process}": sum(one.success for one in cases) / len(cases),
        f"cost/{process}": sum(one.cost for one in cases) / len(cases),
        f"first_time/{process}": sum(one.first_time for one in cases) / len(cases),
    }
    good = [one for one in cases if one.success]
    if not good:
        return found
    times = sorted(one.lead for one in good)
    found[f"kept/{process}"] = sum(one.kept for one in good) / len(good)
    found[f"lead/{process}/mean"] = sum(times) / len(good) / HOUR
    found[f"lead/{process}/clock"] = sum(one.clock for one in good) / len(good) / HOUR
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95)):
        found[f"lead/{process}/{name}"] = percentile(times, share) / HOUR
    for cause in (*CAUSES, WORK):
        found[f"cause/{process}/{cause}"] = sum(one.tally.get(cause, 0) for one in good) / len(good) / HOUR
    return found


def _mean(line: Line, engine: Engine) -> float:
    return line.area / max(1, engine.now - engine.begins)


def _roles(engine: Engine, weeks: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for role, workers in engine.staff.by_role.items():
        if workers and workers[0].outside:
            continue
        hours = sum(one.hours.between(engine.begins, engine.now) * one.speed for one in workers)
        worked = engine.watch.worked[role]
        asked = any(role in name.split("|") for name in engine.watch.queues)
        if worked or asked:
            found[f"worked/{role}"] = worked / HOUR / weeks
            found[f"pieces/{role}"] = engine.watch.pieces[role] / weeks
            found[f"utilisation/{role}"] = worked / hours if hours else 0.0
    return found


def _waits(engine: Engine) -> dict[str, float]:
    found: dict[str, float] = {}
    roles: dict[str, list[float]] = {}
    for (place, role), waits in engine.watch.waiting.items():
        if not waits.count:
            continue
        found[f"visits/{place}/{role}"] = float(waits.count)
        for cause, seconds in waits.seconds.items():
            found[f"wait/{place}/{role}/{cause}"] = seconds / waits.count / HOUR
        if role:
            sums = roles.setdefault(role, [0.0, 0.0, 0.0])
            sums[0] += waits.count
            sums[1] += waits.seconds["nobody_free"]
            sums[2] += waits.seconds["nobody_on_duty"]
    for role, (count, free, duty) in roles.items():
        found[f"busy/{role}"] = free / count / HOUR
        found[f"off/{role}"] = duty / count / HOUR
    return found


def _backlog(engine: Engine) -> dict[str, float]:
    """How the cases that lay at a step are worked off: when one leaves it on average, when the last does (if all do),
    and how many are there at the end."""
    found: dict[str, float] = {}
    lying: dict[str, list[float | None]] = {}
    for course in engine.courses:
        if course.lay:
            lying.setdefault(f"{course.process}.{course.lay}", []).append(_left(engine, course))
    for name, times in lying.items():
        gone = [time for time in times if time is not None]
        found[f"backlog/{name}/still"] = float(len(times) - len(gone))
        if gone:
            found[f"backlog/{name}/left"] = sum(gone) / len(gone)
        if len(gone) == len(times):
            found[f"backlog/{name}/last"] = max(gone)
    return found


def _left(engine: Engine, course: Course) -> float | None:
    """The hours after which a case has left the step at which it lay; `None` if it has not."""
    there = False
    for index, case in enumerate(course.cases):
        if any(state == course.lay or state.startswith(f"{course.lay}.") for state in states_of(case)):
            there = True
        elif there:
            at = course.deeds[index - 1].at
            return engine.staff.calendars.company.between(engine.settings.start, at) / HOUR
    return None


def _queue(name: str, line: Line, engine: Engine) -> dict[str, float]:
    """A queue: its mean, its highest, its mean week by week; since when it has not been empty, if it grows."""
    if line.area != line.stays:
        raise AssertionError(f"Little's law fails for the queue of {name}: {line.area} and {line.stays}")
    length = max(1, engine.now - engine.begins)
    found = {f"queue/{name}": _mean(line, engine), f"most/{name}": float(line.most), f"left/{name}": float(line.count)}
    for week in range(-(-length // WEEK)):
        area = line.weeks[week] if week < len(line.weeks) else 0
        found[f"week/{name}/{week}"] = area / min(WEEK, length - week * WEEK)
    roles = [role for role in name.split("|") if role]
    workers = [one for role in roles for one in engine.staff.by_role.get(role, ())]
    hours = sum(one.hours.between(engine.begins, engine.now) * one.speed for one in workers)
    worked = sum(engine.watch.worked[role] for role in roles)
    full = not hours or worked / hours >= FULL
    if line.count and full and line.empty < engine.begins + length // 2:
        found[f"grows/{name}"] = max(0, line.empty - engine.begins) / HOUR
    return found

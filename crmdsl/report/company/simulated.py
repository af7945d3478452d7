"""What a simulation adds to the report: the same company at work, where its cases wait by cause, queues over time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crmdsl.analysis.simulation.network.intervals import Interval
from crmdsl.analysis.simulation.observing import BATCHING, CUSTOMER, NOBODY_FREE, NOBODY_ON_DUTY, OUTSIDE, WORK
from crmdsl.analysis.simulation.study import Study
from crmdsl.diagnostics import Message
from crmdsl.report.company.figures import Known
from crmdsl.report.company.places import Places
from crmdsl.report.company.speech import Figure, Speech

CAUSES = {
    NOBODY_FREE: Message("nobody is free"),
    NOBODY_ON_DUTY: Message("nobody is on duty"),
    CUSTOMER: Message("the customer"),
    OUTSIDE: Message("somebody outside"),
    BATCHING: Message("other branches"),
    WORK: Message("being worked on"),
}
_QUEUES = 8
_WAITING = 0.005
"""Hours, or pieces of work, that are not worth a word."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What the time of a case goes by with; `share` is of all of it."""

    cause: str
    title: str
    time: Figure
    share: Figure


@dataclass(frozen=True, slots=True)
class Course:
    """A process in the simulation, beside what the model says; `sure` is the interval of 95% of its lead time."""

    process: str
    title: str
    lead: Figure
    sure: str
    usual: Figure
    kept: Figure | None
    model: Figure | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A queue: how many wait on average and at most, and week by week; `grows` says since when, if it does."""

    title: str
    mean: Figure
    most: Figure
    weeks: tuple[float, ...]
    grows: str

    @property
    def highest(self) -> float:
        """Its longest week."""
        return max(self.weeks, default=0.0) or 1.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation: its days and replications, the processes and the longest queues."""

    days: int
    replications: int
    courses: tuple[Course, ...]
    lines: tuple[Line, ...]


def simulated(study: Study, known: Known, places: Places, speech: Speech) -> Simulated:
    """What there is to say of a study."""
    courses = tuple(
        _course(name, study, known, places, speech)
        for name in places.spec.processes
        if study.interval(f"lead/{name}/mean") is not None
    )
    lines = sorted(_lines(study, places, speech), key=lambda one: (-(one.mean.value or 0.0), one.title))
    return Simulated(study.settings.days, len(study.found.runs), courses, tuple(lines[:_QUEUES]))


def _course(name: str, study: Study, known: Known, places: Places, speech: Speech) -> Course:
    mean = _mean(study, f"lead/{name}/mean")
    figures = known.processes.get(name)
    kept = study.interval(f"kept/{name}") if places.spec.processes[name].promise else None
    lead = replace_clock(speech.time(mean), _mean(study, f"lead/{name}/clock"), speech)
    return Course(
        name, places.process(name), lead, _sure(study.interval(f"lead/{name}/mean"), speech),
        speech.time(_mean(study, f"lead/{name}/p90")), speech.share(kept.mean) if kept else None,
        speech.time(figures.lead.mean) if figures else None, tuple(_causes(name, study, speech)),
    )  # fmt: skip


def replace_clock(figure: Figure, clock: float, speech: Speech) -> Figure:
    """A time with what really went by on the clock."""
    return replace(figure, clock=speech.by_the_clock(clock), clock_value=float(f"{clock:.6g}"))


def _mean(study: Study, name: str) -> float:
    found = study.interval(name)
    return found.mean if found is not None else 0.0


def _sure(found: Interval | None, speech: Speech) -> str:
    """The interval of a time, in short."""
    if found is None or not math.isfinite(found.half):
        return ""
    return speech.surely(*(speech.time(max(0.0, end)) for end in (found.low, found.high)))


def _causes(name: str, study: Study, speech: Speech) -> Iterator[Cause]:
    hours = {cause: _mean(study, f"cause/{name}/{cause}") for cause in CAUSES}
    whole = sum(hours.values())
    for cause, title in CAUSES.items():
        if hours[cause] > _WAITING:
            share = speech.share(hours[cause] / whole)
            yield Cause(cause, speech.say(title), speech.time(hours[cause]), share)


def _lines(study: Study, places: Places, speech: Speech) -> Iterator[Line]:
    for (pool,) in study.named("queue"):
        roles = [places.role(role) for role in pool.split("|") if role]
        mean = _mean(study, f"queue/{pool}")
        weeks = sorted(int(week) for name, week in study.named("week") if name == pool)
        grows = study.interval(f"grows/{pool}")
        if not roles or (mean <= _WAITING and grows is None):
            continue
        said = ""
        if grows is not None:
            days = speech.number(max(0.0, grows.mean) / 24, 0)
            said = speech.say(Message("It grows, since day {number} of the year.", number=days))
        yield Line(
            " / ".join(roles), speech.count(mean), speech.count(_mean(study, f"most/{pool}")),
            tuple(round(_mean(study, f"week/{pool}/{week}"), 4) for week in weeks), said,
        )  # fmt: skip

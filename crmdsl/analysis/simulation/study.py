"""Replications of a simulation until its figures are precise enough, and two of them compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crmdsl.analysis.simulation.changing import Change
from crmdsl.analysis.simulation.figures import figures
from crmdsl.analysis.simulation.job import Job
from crmdsl.analysis.simulation.network.intervals import LEVEL, Interval
from crmdsl.analysis.simulation.network.lowering import arrivals
from crmdsl.analysis.simulation.network.replications import Replications, replicate
from crmdsl.analysis.simulation.settings import Settings
from crmdsl.analysis.simulation.warming import Pilot
from crmdsl.diagnostics import Message
from crmdsl.ir.operations.week import NEVER, companys, weeks
from crmdsl.model.spec import Spec

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.engine import Engine

ENOUGH = 100
"""Cases of a process in the first replication from which on its lead time decides how many replications there are."""
LEAST, MOST = 4, 30
MOST_STEPS = 10_000
MANY = 500
"""Cases in a replication from which on it is worth a process of its own."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Study:
    """A spec, simulated. `precision` is what was asked for, 0 where a number of replications was."""

    spec: Spec
    changes: tuple[Change, ...]
    settings: Settings
    precision: float
    found: Replications
    settled: int = -1
    """The days of the warm-up where a pilot run has found them, else -1."""

    def interval(self, name: str) -> Interval | None:
        """A figure with its interval; `None` where no replication has it."""
        return self.found.interval(name) if any(name in run for run in self.found.runs) else None

    def named(self, kind: str) -> list[tuple[str, ...]]:
        """The names of the figures of a kind, without it, in parts."""
        return [tuple(name.split("/")[1:]) for name in self.found.names if name.startswith(f"{kind}/")]

    @property
    def exhausted(self) -> bool:
        """Whether a replication has used up the events it may have."""
        return any(run.get("exhausted") for run in self.found.runs)

    @property
    def steps(self) -> float:
        """Events of all replications."""
        return sum(run["steps"] for run in self.found.runs)


class TooLarge(Exception):
    """A spec has more steps than are simulated."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def bounded(spec: Spec) -> None:
    """Raise `TooLarge` where compiling a spec would take longer than anybody waits."""
    count = sum(len(process.all_steps) for process in spec.processes.values())
    if count > MOST_STEPS:
        raise TooLarge(
            Message("{count} steps are more than the {most} that are simulated: simulate a part of the company",
                    count=count, most=MOST_STEPS)
        )  # fmt: skip


def study(
    job: Job,
    spec: Spec,
    *,
    precision: float = 0.05,
    replications: int = 0,
    progress: Progress | None = None,
    seen: Callable[[Engine], None] | None = None,
) -> Study:
    """The replications of a spec: as many as are asked for, or until lead times are precise enough.

    Without a warm-up in the settings it is found in a pilot run. `seen` is given the first replication, to look at
    what happened in it.
    """
    settings, settled = job.settings, -1
    if settings.warm_up is None:
        pilot = Pilot(job)
        if pilot.exhausted:  # more of them would say no more
            if seen is not None:
                seen(pilot.engine)
            runs = Replications((figures(pilot.engine),), LEVEL, reached=False)
            return Study(spec, job.changes, pilot.settings, 0.0 if replications else precision, runs, 0)
        settled = pilot.settled
        settings = replace(settings, warm_up=settled)
        job = replace(job, settings=settings)

    def first() -> Mapping[str, float]:
        engine = job.run(0)
        if seen is not None:
            seen(engine)
        return figures(engine)

    found = replicate(
        job, precision=precision, of=() if replications else _deciding, least=replications or LEAST,
        most=replications or MOST, progress=progress, first=first, long=_is_long(job),
    )  # fmt: skip
    return Study(spec, job.changes, settings, 0.0 if replications else precision, found, settled)


def _is_long(job: Job) -> bool:
    """Whether a replication is worth a process of its own, by the cases to be expected; they are compiled then."""
    compiled, settings = job.compiled(), job.settings
    week = weeks(compiled.spec).get(companys(compiled.spec), NEVER)
    if not week.open:
        return False
    cases = sum(arrivals(compiled.spec, week).values()) * week.open / 7 * settings.whole
    return cases + sum(settings.backlog.values()) > MANY


def _deciding(found: Mapping[str, float]) -> list[str]:
    """The figures that have to be precise, by the first replication.

    They are the lead times of processes with cases enough; none where a queue grows, since nothing settles then, nor
    where there were more events than are allowed.
    """
    if found.get("exhausted") or any(name.startswith("grows/") for name in found):
        return []
    counted = {name.partition("/")[2]: value for name, value in found.items() if name.startswith("counted/")}
    leads = [f"lead/{process}/mean" for process, count in counted.items() if count >= ENOUGH]
    return [name for name in leads if name in found]


def difference(plain: Study, other: Study, name: str) -> Interval | None:
    """What a figure changes by, replication by replication; `None` where not two of them have it."""
    pairs = zip(plain.found.runs, other.found.runs, strict=False)
    if not any(name in one and name in two for one, two in pairs):
        return None
    return plain.found.difference(other.found, name)

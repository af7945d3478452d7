"""Replications of a simulation until its figures are precise enough, and two of them compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crmdsl.analysis.simulation.changing import Change
from crmdsl.analysis.simulation.job import Job
from crmdsl.analysis.simulation.network.intervals import Interval
from crmdsl.analysis.simulation.network.replications import Replications, replicate
from crmdsl.analysis.simulation.settings import Settings
from crmdsl.model.spec import Spec

ENOUGH = 100
"""Cases of a process in the first replication from which on its lead time decides how many replications there are."""
LEAST, MOST = 4, 30
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Study:
    """A spec, simulated. `precision` is what was asked for, 0 where a number of replications was."""

    spec: Spec
    changes: tuple[Change, ...]
    settings: Settings
    precision: float
    found: Replications

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


def study(
    job: Job, spec: Spec, *, precision: float = 0.05, replications: int = 0, progress: Progress | None = None
) -> Study:
    """The replications of a spec: as many as are asked for, or until lead times are precise enough."""
    if replications:
        found = replicate(job, of=(), least=replications, most=replications, progress=progress)
        return Study(spec, job.changes, job.settings, 0.0, found)
    run = _Choosing(job)
    found = replicate(run, precision=precision, of=run.names, least=LEAST, most=MOST, progress=progress)
    return Study(spec, job.changes, job.settings, precision, found)


class _Choosing:
    """A job that names the figures which have to be precise, once its first replication has shown them.

    They are the lead times of processes with cases enough; none where a queue grows, since nothing settles then.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.names: list[str] = []

    def __call__(self, replication: int) -> Mapping[str, float]:
        """The figures of a replication."""
        found = self.job(replication)
        if not replication and not any(name.startswith("grows/") for name in found):
            counted = {name.partition("/")[2]: value for name, value in found.items() if name.startswith("counted/")}
            leads = [f"lead/{process}/mean" for process, count in counted.items() if count >= ENOUGH]
            self.names[:] = [name for name in leads if name in found]
        return found


def difference(plain: Study, other: Study, name: str) -> Interval | None:
    """What a figure changes by, replication by replication; `None` where not two of them have it."""
    pairs = zip(plain.found.runs, other.found.runs, strict=False)
    if not any(name in one and name in two for one, two in pairs):
        return None
    return plain.found.difference(other.found, name)

"""The runs of a process as a part of cases of other processes, found in what happened to those cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from crmdsl.model.processes import Call

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Course, Path
    from crmdsl.analysis.simulation.engine import Engine
    from crmdsl.model.spec import Spec


class Part(NamedTuple):
    """A part of a case, from `since` to `at`; `prefix` is what its states begin with, `path` leads to its record."""

    course: Course
    process: str
    prefix: str
    path: Path
    since: int
    at: int
    success: bool


def run_as_parts(spec: Spec) -> frozenset[str]:
    """The processes that others run as a part."""
    return frozenset(
        step.called.name
        for process in spec.processes.values()
        for step in process.all_steps.values()
        if isinstance(step, Call) and step.called is not None
    )


def parts(engine: Engine, processes: Collection[str]) -> Iterator[Part]:
    """The parts of cases that run one of some processes and ended in the window."""
    steps: dict[Any, list[Any]] = {}
    for course in engine.courses:
        if course.cls not in steps:
            nodes = [node for node in course.cls.MACHINE.nodes.values() if hasattr(node, "inner")]
            steps[course.cls] = [node for node in nodes if node.inner.process.name in processes]
        for step in steps[course.cls]:
            for part in _of(course, step):
                made_up = course.lay and part.at <= engine.settings.start
                if engine.watch.counts(part.at) and not made_up:
                    yield part


def _of(course: Course, step: Any) -> Iterator[Part]:
    """The times that a case has run a part to its end."""
    prefix, since = f"{step.name}.", -1
    for index, case in enumerate(course.cases):
        at = course.deeds[index - 1].at if index else course.born
        inside = any(state.startswith(prefix) for state in case.states)
        if inside and since < 0:
            since = at
        elif not inside and since >= 0:
            yield Part(
                course, step.inner.process.name, prefix, step.inner.path, since, at, _succeeded(step, case.states)
            )  # fmt: skip
            since = -1


def _succeeded(step: Any, states: tuple[str, ...]) -> bool:
    """Whether a case went on from a part as from its success: it is where nothing but a failure leads, if not."""
    good, bad = (_reached(step.outcomes[name].target) for name in ("success", "failure"))
    return not any(_within(state, bad) and not _within(state, good) for state in states)


def _within(state: str, steps: Collection[str]) -> bool:
    return any(state == name or state.startswith(f"{name}.") for name in steps)


def _reached(target: Any) -> set[str]:
    """The steps that a case may stand in after it was sent to one: those behind a `decide` instead of it."""
    found: set[str] = set()
    seen: set[int] = set()
    left = [target]
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if type(node).__name__ == "Decide":
            left += [one.target for one in node.outcomes]
        else:
            found.add(node.name)
    return found

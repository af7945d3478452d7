"""Which ways out of a step are told by the cases in which they are open."""

from __future__ import annotations

from collections.abc import Mapping

from crmdsl.model.processes import Decide, Outcome, Step
from crmdsl.resolve.flow import outcomes_of


def guarded(ways: Mapping[str, Outcome]) -> bool:
    """Whether a way out has a condition."""
    return any(way.when is not None for way in ways.values())


def compares(before: Step, now: Step) -> bool:
    """Whether it is told by cases where the ways out of a step lead."""
    if isinstance(now, Decide) != isinstance(before, Decide):
        return False
    return guarded(outcomes_of(before)) or guarded(outcomes_of(now))

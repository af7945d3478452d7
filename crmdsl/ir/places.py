"""What is known of a case where a condition is asked: its state, what may still be missing, who started it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmdsl.model.processes import ApprovalStep, Decide, Process, Step, Task
from crmdsl.model.spec import Spec


def inside_step(step: Step) -> Callable[[str], bool | None]:
    """Whether a case in a step is in a state; `None` where it may be, or not: other branches, states of a part."""
    own = step.path.split(".")
    bare = isinstance(step, Task | Decide)

    def inside(state: str) -> bool | None:
        asked = state.split(".")
        common = in_common(own, asked)
        if common == len(asked):
            return True
        if common == len(own):
            return False if bare else None
        return None if common % 2 else False

    return inside


def in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many parts the names of two states begin with together."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


class Places:
    """Where the chains of a spec run."""

    def __init__(self, spec: Spec) -> None:
        self.steps: dict[str, list[Step]] = {}
        for process in spec.processes.values():
            for step in process.all_steps.values():
                if isinstance(step, ApprovalStep) and step.approval:
                    self.steps.setdefault(step.approval.name, []).append(step)

    def of_chain(self, name: str) -> Callable[[str], bool | None]:
        """Whether a case is in a state when the levels of a chain are evaluated, if that is always the same."""
        tests = [inside_step(step) for step in self.steps.get(name, ())]

        def inside(state: str) -> bool | None:
            found = {test(state) for test in tests}
            return found.pop() if len(found) == 1 else None

        return inside


def loose(process: Process, step: Step | None) -> frozenset[str]:
    """Fields that may still be missing in a step though they are not optional: nobody has left it with them yet."""
    if isinstance(step, Task):
        return frozenset(ref.name for ref in step.edits) - {ref.name for ref in step.needs}
    if step is not None and isinstance(step, Decide) and process.start and process.start.name == step.path:
        tasks = (one for one in process.all_steps.values() if isinstance(one, Task))
        return frozenset(ref.name for one in tasks for ref in one.edits)
    return frozenset()


def starters(spec: Spec) -> dict[str, frozenset[str]]:
    """The roles that may create the records of an entity, who start its cases, by entity."""
    found: dict[str, set[str]] = {}
    for grant in spec.access.grants:
        for entity in grant.on if "create" in grant.can else ():
            found.setdefault(entity.name, set()).update(role.name for role in grant.role)
    return {entity: frozenset(roles) for entity, roles in found.items()}

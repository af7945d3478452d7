"""What the events of a process are called: `branch.event` where more than one branch has one of that name."""

from __future__ import annotations

from crmdsl.model.processes import ApprovalStep, Branch, Call, HandoffStep, Parallel, Process, Step, Task, Wait
from crmdsl.model.spec import Spec

Names = dict[tuple[str, str], str]
"""(step as its state is named, event) -> the event as it is fired; the step is `""` for `anytime`."""


def own_events(spec: Spec, step: Step) -> list[str]:
    """The events of a step itself, in the order in which they are listed."""
    if isinstance(step, Task):
        return list(step.outcomes)
    if isinstance(step, Wait):
        assert step.wait is not None
        assert step.wait.event is not None
        return [step.wait.event.name]
    if isinstance(step, ApprovalStep):
        assert step.approval is not None
        return ["approve", "reject"] + ["recall"] * spec.approvals[step.approval.name].recall
    if isinstance(step, HandoffStep):
        return ["promise", "decline", "deliver", "agree", "accept", "reject"] + ["cancel"] * (
            "cancelled" in step.outcomes
        )
    return []


def names_of_process(spec: Spec, process: Process) -> Names:
    found = names_of_steps(spec, process.steps)
    for event in process.anytime:
        found["", event] = event
    return found


def names_of_steps(spec: Spec, steps: dict[str, Step]) -> Names:
    found: Names = {}
    for name, step in steps.items():
        for event in own_events(spec, step):
            found[name, event] = event
        if isinstance(step, Call):
            assert step.called is not None
            inner = names_of_process(spec, spec.processes[step.called.name])
            found.update({(f"{name}.{place}", event): fired for (place, event), fired in inner.items()})
        if isinstance(step, Parallel):
            found.update(names_of_branches(spec, name, step.parallel))
    return found


def names_of_branches(spec: Spec, around: str, branches: dict[str, Branch]) -> Names:
    inside = {name: names_of_steps(spec, branch.steps) for name, branch in branches.items()}
    found: Names = {}
    for name, names in inside.items():
        elsewhere = {fired for other, more in inside.items() if other != name for fired in more.values()}
        for (place, event), fired in names.items():
            # the one step of a branch of one task has the branch's name, and the branch's state
            full = f"{around}.{name}" if branches[name].single else f"{around}.{name}.{place}"
            found[full, event] = f"{name}.{fired}" if fired in elsewhere else fired
    return found

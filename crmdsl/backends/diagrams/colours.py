"""The colour of each role: the same in every picture of a spec."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.model.processes import ApprovalStep, HandoffStep, Task
from crmdsl.model.spec import Spec


def role_colours(spec: Spec) -> dict[str, int]:
    """A number for each role, those that act in a process first: two of them look alike only where they are many."""
    acting = set(_acting(spec))
    ordered = [*(role for role in spec.roles if role in acting), *(role for role in spec.roles if role not in acting)]
    return {role: number for number, role in enumerate(ordered)}


def _acting(spec: Spec) -> Iterator[str]:
    """The roles that do, sign, ask or deliver something in a process."""
    for process in spec.processes.values():
        yield from (ref.name for ref in process.owner if process.anytime)
        for step in process.all_steps.values():
            if isinstance(step, Task):
                yield from (ref.name for ref in step.role)
            elif isinstance(step, ApprovalStep) and step.approval and (chain := spec.approvals.get(step.approval.name)):
                yield from (ref.name for level in chain.levels.values() for ref in level.approver)
            elif isinstance(step, HandoffStep) and step.handoff and (found := spec.handoffs.get(step.handoff.name)):
                yield from (ref.name for ref in (*found.customer, *found.supplier))

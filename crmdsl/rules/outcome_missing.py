"""An approval, handoff, wait or process whose outcome leads nowhere.

Why:
    These steps end in ways that the step does not choose: an approval is `approved` or `rejected`, a handoff
    `accepted` or `declined`, a wait ends with its event or its `timeout`, a process with `success` or
    `failure`. For each of them the spec must say where the case goes.

Place: the step

Wrong:
    steps:
      check: {approval: discount, outcomes: {approved: won}}
      won: {end: success}

Right:
    steps:
      check: {approval: discount, outcomes: {approved: won, rejected: lost}}
      won: {end: success}
      lost: {end: failure}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Process, Step
from crmdsl.resolve.flow import outcomes_of, routable
from crmdsl.syntax.nodes import Mapping

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "outcome-missing"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every step with outcomes that are not routed."""
    for process in program.spec.processes.values():
        for step in process.all_steps.values():
            needed = routable(step)
            missing = [name for name in needed if name not in outcomes_of(step)]
            if missing and _is_written_well(program, process, step, needed):
                names = ", ".join(f"`{name}`" for name in missing)
                yield Diagnostic(
                    CODE, SEVERITY, step.name_span,
                    Message("step `{name}` has no way for {missing}", name=step.name, missing=names),
                    Message("{case}: route it, as `{missing}: next_step`", case=_case(step), missing=missing[0]),
                )  # fmt: skip


def _is_written_well(program: Program, process: Process, step: Step, needed: tuple[str, ...]) -> bool:
    """Whether its outcomes could be read and have the right names: else that is the fault, and reported."""
    node = step.node.get("outcomes") if isinstance(step.node, Mapping) else None
    if node is None:
        return f"processes.{process.name}.outcomes" not in program.spec.unread
    known = {*needed, "cancelled"} if isinstance(step, HandoffStep) else {*needed, "timeout"}
    return isinstance(node, Mapping) and known.issuperset(node.entries)


def _case(step: Step) -> Message:
    """How the case comes about, in a sentence's beginning."""
    if isinstance(step, ApprovalStep):
        return Message("whoever signs may approve or reject")
    if isinstance(step, HandoffStep):
        return Message("the supplier may decline, the customer accepts in the end")
    if isinstance(step, Call):
        return Message("the process may end in success or in failure")
    return Message("the event may come, or the time run out")

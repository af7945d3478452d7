"""Proofs that rules report; the engine is loaded only where a spec has something to prove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Message
from crmdsl.model.chains import Approval, Level
from crmdsl.model.processes import Outcome, Step

if TYPE_CHECKING:
    from crmdsl.analysis.proofs.answers import Edit
    from crmdsl.analysis.proofs.chains import ChainProof
    from crmdsl.analysis.proofs.outcomes import StepProof
    from crmdsl.ir.program import Program


def chains(program: Program) -> Iterator[tuple[Approval, list[Level], ChainProof]]:
    """Every chain that can be judged, its levels, and what was found."""
    if not any(level.when for chain in program.spec.approvals.values() for level in chain.levels.values()) and not any(
        len(chain.levels) > 1 for chain in program.spec.approvals.values()
    ):
        return
    from crmdsl.analysis.proofs.chains import chains as proven

    for chain, proof in proven(program):
        yield chain, list(chain.levels.values()), proof


def steps(program: Program) -> Iterator[tuple[Step | None, list[Outcome], StepProof]]:
    """Every step with conditions on its ways out, those ways, and what was found; `None` stands for `anytime`."""
    memo = program.resolved.memo
    if "conditional" not in memo:
        memo["conditional"] = any(
            condition.when is not None
            for process in program.spec.processes.values()
            for condition in _ways(process.anytime, process.all_steps)
        )
    if not memo["conditional"]:
        return
    from crmdsl.analysis.proofs.outcomes import steps as proven

    yield from proven(program)


def _ways(anytime: dict[str, Outcome], declared: dict[str, Step]) -> Iterator[Outcome]:
    from crmdsl.resolve.flow import outcomes_of

    yield from anytime.values()
    for step in declared.values():
        yield from outcomes_of(step).values()


def repaired(edit: Edit | None, names: list[str], otherwise: Message) -> Message:
    """The change of one comparison that would do, else what to do."""
    if edit is None or edit.place < 0:
        return otherwise
    return Message(
        "write `{after}` instead of `{before}` in `{name}`", after=edit.after, before=edit.before,
        name=names[edit.place],
    )  # fmt: skip

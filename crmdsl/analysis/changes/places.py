"""Where declarations stand, by what they are."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.analysis.changes.change import Place
from crmdsl.ir.program import Program
from crmdsl.model.declaration import Declaration
from crmdsl.model.processes import Parallel
from crmdsl.resolve.flow import outcomes_of


class Places:
    """The places of the processes, chains and handoffs of a spec and of all in them."""

    def __init__(self, program: Program) -> None:
        self._known = {id(declaration): place for declaration, place in _all(program)}

    def of(self, declaration: Declaration | None, *others: Declaration | None) -> Place | None:
        """The place of the first of some declarations that has one."""
        return next((self._known[id(one)] for one in (declaration, *others) if id(one) in self._known), None)


def _all(program: Program) -> Iterator[tuple[Declaration, Place]]:
    spec = program.spec
    for name, chain in spec.approvals.items():
        yield chain, ("approvals", name)
        for level in chain.levels.values():
            yield level, ("approvals", name, "levels", level.name)
    for name, handoff in spec.handoffs.items():
        yield handoff, ("handoffs", name)
    for name, process in spec.processes.items():
        yield process, ("processes", name)
        for path, step in process.all_steps.items():
            place = ("processes", name, "steps", path)
            yield step, place
            for outcome in outcomes_of(step).values():
                yield outcome, (*place, "outcomes", outcome.name)
            for branch in step.parallel.values() if isinstance(step, Parallel) else ():
                yield branch, place
        for outcome in process.anytime.values():
            yield outcome, ("processes", name, "anytime", outcome.name)

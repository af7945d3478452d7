"""The compiled machines of a spec as a simulation uses them: its package, imported from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmdsl.analysis._clock import Clock
from crmdsl.analysis._memory import InMemory
from crmdsl.analysis._people import organisation
from crmdsl.ir.program import Program
from crmdsl.model.processes import Step

if TYPE_CHECKING:
    from crmdsl.analysis.simulation.course import Course


class Compiled:
    """What a simulation takes from a generated package, whose classes have no types here."""

    def __init__(self, program: Program, package: InMemory) -> None:
        self.program = program
        self.resolved = program.resolved
        self.spec = program.spec
        self.clock = Clock(self.spec)
        self.package = package
        self.organisation = organisation(package, self.spec, self.spec.people)
        self.structure: Any = self.organisation.structure
        self._kernel: dict[str, Any] = {}
        self.shapes = self.kernel("shapes")
        self.act: Any = self.kernel("acts").Act
        self.checks = self.kernel("checks")
        self.performing = self.kernel("performing")
        self.signers = self.kernel("signers")
        self.timing = self.kernel("timing")
        self._token: Any = self.kernel("tokens").Token
        self._look: Any = _look(self.act)
        classes: list[Any] = [one for one in vars(package.module("records")).values() if isinstance(one, type)]
        self.records: dict[str, Any] = {one.entity: one for one in classes if getattr(one, "entity", "")}
        self.processes: dict[str, Any] = dict(self._cases())

    def kernel(self, name: str) -> Any:
        """A module of the package's own kernel."""
        found = self._kernel.get(name)
        if found is None:
            found = self._kernel[name] = self.package.module(f"_kernel.{name}")
        return found

    def root(self, course: Course) -> Any:
        """Where a course is now, to be read alone."""
        case = course.cases[-1]
        if course.seen is not case:
            kept = case._data  # noqa: SLF001 - `token` would copy it
            course.root = kept if isinstance(kept, self._token) else case.token()
            course.seen = case
        return course.root

    def look(self, course: Course) -> Any:
        """A course as it is now, to be read alone."""
        return self._look(course.cases[-1], self.root(course))

    def _cases(self) -> list[tuple[str, Any]]:
        found = []
        for module in self.package.names():
            if module.startswith("processes."):
                for value in vars(self.package.module(module)).values():
                    machine = getattr(value, "MACHINE", None)
                    if isinstance(value, type) and machine is not None:
                        found.append((machine.name, value))
        return found

    def step(self, node: Any) -> Step | None:
        """The declaration of a step of the package; of a level or phase, that of the step around."""
        step = getattr(node, "step", node)
        process = step.body.process
        declared = self.spec.processes[process.name].all_steps
        local = step.name.removeprefix(process.prefix)
        if step.body.single:  # the one task of a branch has the name of the branch
            return declared.get(f"{local}.{step.local}") or declared.get(local)
        return declared.get(local)


def _look(act: Any) -> Any:
    """A class of acts on cases to which nothing happens: where a case is, is worked out once for all of them."""

    class Look(act):  # type: ignore[misc]
        """A case that is looked at."""

        def __init__(self, case: Any, root: Any) -> None:
            super().__init__(case.MACHINE, case.organisation, case.record, root, case.history[2], case.history)
            self.case = case

        def states(self) -> tuple[str, ...]:
            """The names of the active states."""
            return states_of(self.case)

    return Look


def states_of(case: Any) -> tuple[str, ...]:
    """The names of the active states of a case, without a copy of where it is."""
    node = case._state  # noqa: SLF001 - the public `states` copies
    if node.name:
        return (node.name,)
    return tuple([one.node.name for one in case._data.leaves() if not getattr(one.node, "hidden", False)])  # noqa: SLF001

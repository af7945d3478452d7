"""What the compiler knows of a spec: machines, policy and organisation, each worked out when it is asked for."""

from __future__ import annotations

from functools import cached_property

from crmdsl.ir import expansion, policy
from crmdsl.ir.machine import Machine
from crmdsl.ir.naming import package_name
from crmdsl.ir.policy import Place, Policy
from crmdsl.model.spec import Spec
from crmdsl.resolve.resolved import Resolved


class Program:
    """A lowered spec. Processes in `spec.unsound` are left out, with chains and handoffs that are incomplete."""

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved

    @property
    def spec(self) -> Spec:
        """The declarations."""
        return self.resolved.spec

    @property
    def package(self) -> str:
        """The name of the generated package: that of the spec's folder or file, as an identifier."""
        return package_name(self.spec.name)

    @cached_property
    def processes(self) -> dict[str, Machine]:
        """The machines of all sound processes, by name."""
        spec = self.spec
        return {
            name: expansion.of_process(spec, process)
            for name, process in spec.processes.items()
            if name not in spec.unsound
        }

    @cached_property
    def policy(self) -> Policy:
        """Who may do what, by the grants and what follows from the processes."""
        return policy.policy(self)

    @cached_property
    def edited(self) -> dict[str, dict[str, tuple[Place, ...]]]:
        """For each entity the fields that are written in steps alone, with the states in which they are."""
        return policy.edited(self)

    @cached_property
    def locked(self) -> dict[str, tuple[Place, ...]]:
        """For each entity the states in which a pending approval locks its records."""
        return policy.locked(self)

    @cached_property
    def approvals(self) -> dict[str, Machine]:
        """The machines of all chains on their own."""
        return {name: expansion.of_chain(self.spec, chain) for name, chain in self.spec.approvals.items()}

    @cached_property
    def handoffs(self) -> dict[str, Machine]:
        """The machines of all handoffs on their own."""
        return {name: expansion.of_handoff(self.spec, handoff) for name, handoff in self.spec.handoffs.items()}

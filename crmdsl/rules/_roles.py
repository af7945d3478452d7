"""Who acts in a step or level, and who is above."""

from __future__ import annotations

from collections.abc import Iterable

from crmdsl.model.chains import Approval, Level
from crmdsl.model.processes import Process, Step, Task
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref


def names(refs: Iterable[Ref]) -> set[str]:
    """The names that references stand for."""
    return {ref.name for ref in refs}


def superiors(spec: Spec, roles: Iterable[str]) -> set[str]:
    """The roles that some of the roles report to."""
    found = (spec.roles[role].reports_to for role in roles if role in spec.roles)
    return {ref.name for ref in found if ref}


class Signers:
    """Who signs the levels of chains; the managers of units are looked up once."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self._managers: dict[str, set[str]] = {}
        for unit in spec.sales_network.values():
            if unit.manager:
                for role in unit.role:
                    self._managers.setdefault(role.name, set()).add(unit.manager.name)

    def managers_of(self, role: str) -> set[str]:
        """Who `manager_of: requester` may mean: the managers of units with the role, else its superior."""
        return self._managers.get(role) or superiors(self.spec, [role])

    def of(self, approval: Approval, level: Level) -> set[str] | None:
        """The roles that sign a level; `None` where a field names the person."""
        if level.named_in:
            return None
        if level.manager_of:
            return {manager for role in names(approval.requester) for manager in self.managers_of(role)}
        return names(level.approver)


def responsible(process: Process, step: Step) -> set[str]:
    """The roles that a step's deadline concerns: its own, else the process owner."""
    return names(step.role) if isinstance(step, Task) else names(process.owner)

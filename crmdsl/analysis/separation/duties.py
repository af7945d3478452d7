"""Who may do the actions that a separation of duties names: create, read, update, delete, export, approve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmdsl.ir import policy
from crmdsl.model.access import SeparationRule
from crmdsl.model.chains import Approval
from crmdsl.model.processes import Task

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

SIGNING = "approve"


class Duties:
    """The roles that may do each action (`order.create`), by grants and, for signing, by chains.

    Nothing is known of them where no rule of separation asks.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.spec = program.spec
        self._roles: dict[str, list[str]] = {}
        self._granted: dict[str, dict[str, None]] = {}
        self._chains: dict[str, list[Approval]] = {}
        for grant in self.spec.access.grants if self.spec.access.separation else ():
            for action in [f"{entity.name}.{verb}" for entity in grant.on for verb in grant.can]:
                self._granted.setdefault(action, {}).update((role.name, None) for role in grant.role)
        for chain in self.spec.approvals.values() if self.spec.access.separation else ():
            if chain.entity is not None:
                self._chains.setdefault(chain.entity.name, []).append(chain)

    def roles(self, action: str) -> list[str]:
        """The roles that may do an action, in the order of the spec."""
        if action not in self._roles:
            entity, _, verb = action.rpartition(".")
            held = self._signing(entity) if verb == SIGNING else set(self._granted.get(action, ()))
            if verb in policy.READING:
                held.update(*(policy.superiors(self.spec, role) for role in held.copy()))
            self._roles[action] = [name for name in self.spec.roles if name in held]
        return self._roles[action]

    def _signing(self, entity: str) -> set[str]:
        """The roles that sign in chains on an entity; who is named in a field holds no role for it."""
        found: set[str] = set()
        for chain in self._chains.get(entity, ()):
            asking = [role.name for role in chain.requester]
            for level in chain.levels.values():
                found.update(role.name for role in level.approver)
                found.update(self._managing(asking) if level.manager_of else ())
        return found

    def _managing(self, asking: list[str]) -> set[str]:
        """The roles that manage somebody with one of some roles: the manager of his unit, else the superior."""
        found: set[str] = set()
        for role in asking:
            for unit in self._units_of(role):
                declared = self.spec.sales_network.get(unit) if unit is not None else None
                manager = declared.manager if declared is not None else None
                found.update([manager.name] if manager is not None else policy.reported_to(self.spec, [role]))
        return found

    def _units_of(self, role: str) -> set[str | None]:
        """The units to which those who hold a role belong; `None` where they belong to none."""
        if self.spec.people:
            held = [one for one in self.spec.people.values() if any(ref.name == role for ref in one.roles)]
            return {one.unit.name if one.unit else None for one in held}
        units = {name for name, unit in self.spec.sales_network.items() if any(ref.name == role for ref in unit.role)}
        return {*units} or {None}

    def written(self, entity: str) -> bool:
        """Whether somebody writes fields of an entity in a step of a process or a handoff."""
        spec = self.spec
        tasks = (
            step
            for process in spec.processes.values()
            if process.entity is not None and process.entity.name == entity
            for step in process.all_steps.values()
        )
        return any(isinstance(step, Task) and step.edits for step in tasks) or any(
            handoff.returns for handoff in spec.handoffs.values() if handoff.entity and handoff.entity.name == entity
        )

    def on_records(self, entity: str) -> list[tuple[SeparationRule, tuple[str, ...]]]:
        """The rules on one record of an entity, with the actions that they keep apart there."""
        found = []
        for rule in self.spec.access.separation.values():
            own = tuple(dict.fromkeys(ref.name for ref in rule.never_both if ref.name.startswith(f"{entity}.")))
            if rule.per == "record" and len(own) > 1:
                found.append((rule, own))
        return found

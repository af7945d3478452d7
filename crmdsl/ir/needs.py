"""What who works in a place must see and write there: the tasks of processes, levels of chains, sides of handoffs.

It is what grants are for: one that opens what nobody needs, or a need that no grant meets, is a fault of the spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeAlias

from crmdsl.ir.places import in_common
from crmdsl.ir.policy import managers
from crmdsl.model.chains import Approval, Handoff, Level
from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Process, Step, Task, TimedStep, Wait
from crmdsl.model.quality import Kpi
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref

Place: TypeAlias = Task | Level | Handoff
Names: TypeAlias = tuple[tuple[str, ...], ...]
"""A full name of a state: of each process, chain or handoff around it the part of the name that is its own."""
PHASES = ("requested", "promised", "delivered")
MOST_CALLS = 8
ANYBODY = "*"
"""Stands for the role of a person whom a field names."""


NO_BRANCHES: frozenset[int] = frozenset()


class Need(NamedTuple):
    """Fields of an entity that a role must read, and update, where it works. `side` is that of a handoff."""

    place: Place
    role: Ref
    entity: str
    reads: tuple[str, ...]
    updates: tuple[str, ...]
    side: str = ""


def needs(spec: Spec) -> Iterator[Need]:
    """All needs, in the order of the spec; what is not resolved is left out."""
    for process in spec.processes.values():
        for step in process.all_steps.values():
            if isinstance(step, Task):
                edits = _known(spec, process.entity, step.edits)
                reads = _known(spec, process.entity, (*step.edits, *step.needs, *step.reads))
                yield from _of_roles(spec, step, step.role, process.entity, reads, edits)
    for chain in spec.approvals.values():
        for level in chain.levels.values():
            reads = _known(spec, chain.entity, level.reads)
            yield from _of_roles(spec, level, level.approver, chain.entity, reads, ())
    for handoff in spec.handoffs.values():
        both = _known(spec, handoff.entity, (*handoff.gives, *handoff.returns))
        returns = _known(spec, handoff.entity, handoff.returns)
        yield from _of_roles(spec, handoff, handoff.customer, handoff.entity, both, (), "customer")
        yield from _of_roles(spec, handoff, handoff.supplier, handoff.entity, both, returns, "supplier")


def _of_roles(
    spec: Spec, place: Place, roles: Iterable[Ref], entity: Ref | None, reads: tuple[str, ...],
    updates: tuple[str, ...], side: str = "",
) -> Iterator[Need]:  # fmt: skip
    if entity is None or not reads:
        return
    for role in roles:
        if role.name in spec.roles:
            yield Need(place, role, entity.name, reads, updates, side)


def _known(spec: Spec, entity: Ref | None, refs: tuple[Ref, ...]) -> tuple[str, ...]:
    """The fields of an entity among those named, each once."""
    declared = spec.entities.get(entity.name) if entity is not None and refs else None
    if declared is None:
        return ()
    fields = declared.fields
    return tuple(dict.fromkeys([ref.name for ref in refs if ref.name in fields]))


class Whereabouts:
    """The states in which a case is while somebody works in a place."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.callers: dict[str, list[tuple[Process, Step]]] = {}
        self.chains: dict[str, list[tuple[Process, Step]]] = {}
        self.handoffs: dict[str, list[tuple[Process, Step]]] = {}
        self.owners: dict[int, Process | Approval] = {}
        for process in spec.processes.values():
            for step in process.all_steps.values():
                self.owners[id(step)] = process
                if isinstance(step, Call) and step.called is not None:
                    self.callers.setdefault(step.called.name, []).append((process, step))
                elif isinstance(step, ApprovalStep) and step.approval is not None:
                    self.chains.setdefault(step.approval.name, []).append((process, step))
                elif isinstance(step, HandoffStep) and step.handoff is not None:
                    self.handoffs.setdefault(step.handoff.name, []).append((process, step))
        for chain in spec.approvals.values():
            for level in chain.levels.values():
                self.owners[id(level)] = chain

    def of(self, place: Place) -> list[Names]:
        """The full names of the states of a place: of a chain or handoff that no process runs those it has alone."""
        if isinstance(place, Handoff):
            return self._parts(self.handoffs.get(place.name, []), PHASES)
        owner = self.owners.get(id(place))
        if isinstance(owner, Approval):
            return self._parts(self.chains.get(owner.name, []), (place.name,))
        if isinstance(owner, Process) and isinstance(place, Task):
            return [(*around, tuple(place.path.split("."))) for around in self._around(owner, MOST_CALLS)]
        return []

    def _parts(self, run: list[tuple[Process, Step]], inner: tuple[str, ...]) -> list[Names]:
        steps = [(*around, tuple(step.path.split("."))) for process, step in run
                 for around in self._around(process, MOST_CALLS)]  # fmt: skip
        return [(*names, (name,)) for names in steps or [()] for name in inner]

    def _around(self, process: Process, depth: int) -> Iterator[Names]:
        """What stands before the names of a process: nothing, and the steps of others that run it as a part."""
        yield ()
        for caller, step in self.callers.get(process.name, ()) if depth else ():
            for around in self._around(caller, depth - 1):
                yield (*around, tuple(step.path.split(".")))


def inside(names: Names) -> Callable[[str], bool | None]:
    """Whether a case in a state is in another too, or in one around it; `None` where a branch beside it may be."""
    own = [part for segment in names for part in segment]
    branches = frozenset(_branches(names)) if len(own) > 1 else NO_BRANCHES

    def test(state: str) -> bool | None:
        asked = state.split(".")
        common = in_common(own, asked)
        if common == len(asked):
            return True
        return None if common in branches else False

    return test


def _branches(names: Names) -> Iterator[int]:
    """The places in a full name at which branches stand: every second in the part of a process."""
    start = 0
    for segment in names:
        yield from range(start + 1, start + len(segment), 2)
        start += len(segment)


class Work:
    """Which role works on which entities: does or owns it, asks, signs, supplies, or may fire something of it.

    Whom a process serves works on it only if he is from outside.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.entities: dict[str, set[str]] = {}
        for process in spec.processes.values():
            served = (spec.roles.get(ref.name) for ref in process.customer)
            outside = {role.name for role in served if role is not None and role.external}
            roles = [*process.owner, *(ref for ref in process.customer if ref.name in outside)]
            for step in process.all_steps.values():
                roles += _working(step)
            roles += [ref for outcome in process.anytime.values() for ref in outcome.by]
            self._add(process.entity, roles)
        for chain in spec.approvals.values():
            self._add(chain.entity, [*chain.requester, *self._signers(chain)])
            if chain.entity is not None and any(level.manager_of for level in chain.levels.values()):
                for name in managers(spec, tuple(ref.name for ref in chain.requester)):
                    self.entities.setdefault(name, set()).add(chain.entity.name)
        for handoff in spec.handoffs.values():
            late = handoff.late.roles if handoff.late is not None else ()
            self._add(handoff.entity, [*handoff.customer, *handoff.supplier, *late])
        for channel in spec.channels.values():
            fed = spec.processes.get(channel.feeds.name) if channel.feeds is not None else None
            self._add(fed.entity if fed is not None else None, channel.handled_by)
        for name, entity in spec.entities.items():
            for ref in entity.owner:
                self.entities.setdefault(ref.name, set()).add(name)

    def _add(self, entity: Ref | None, roles: Iterable[Ref]) -> None:
        if entity is not None:
            for role in roles:
                self.entities.setdefault(role.name, set()).add(entity.name)

    def _signers(self, chain: Approval) -> Iterator[Ref]:
        for level in chain.levels.values():
            yield from level.approver
            yield from level.late.roles if level.late is not None else ()

    def on(self, role: str) -> set[str]:
        """The entities that a role works on."""
        return self.entities.get(role, set())


def _working(step: Step) -> list[Ref]:
    """The roles that do a step, are waited for in it, may fire something of it or are told when it is late."""
    roles: list[Ref] = []
    if isinstance(step, Task):
        roles += step.role
    elif isinstance(step, Wait) and step.wait and step.wait.source:
        roles.append(step.wait.source)
    for outcome in getattr(step, "outcomes", {}).values():
        if outcome.by:
            roles += outcome.by
    if isinstance(step, TimedStep) and step.late is not None:
        roles += step.late.roles
    return roles


def reports(spec: Spec) -> dict[str, set[str]]:
    """For each role itself and all below it."""
    found: dict[str, set[str]] = {name: {name} for name in spec.roles}
    for name in spec.roles:
        seen, current = {name}, spec.roles[name].reports_to
        while current is not None and current.name in found and current.name not in seen:
            found[current.name].add(name)
            seen.add(current.name)
            current = spec.roles[current.name].reports_to
    return found


def needed_fields(spec: Spec) -> set[tuple[str, str, str]]:
    """Every role, entity and field that it needs somewhere: in a place of work, or on a dashboard of its own."""
    found = {(need.role.name, need.entity, name) for need in needs(spec) for name in (*need.reads, *need.updates)}
    for chain in spec.approvals.values():
        managed = managers(spec, tuple(ref.name for ref in chain.requester))
        for level in chain.levels.values():
            signers = managed if level.manager_of else (ANYBODY,) if level.named_in else ()
            fields = _known(spec, chain.entity, level.reads)
            found |= {(role, chain.entity.name, name) for role in signers for name in fields if chain.entity}
    for dashboard in spec.dashboards.values():
        shown = [spec.kpis[ref.name] for ref in dashboard.shows if ref.name in spec.kpis]
        for kpi in shown:
            entity, field = _measured(spec, kpi), kpi.field
            if entity is not None and field is not None:
                found |= {(ref.name, entity.name, field.name) for ref in dashboard.audience}
    return found


def _measured(spec: Spec, kpi: Kpi) -> Ref | None:
    """The entity whose records a figure is about."""
    if kpi.of is None:
        return None
    for section in (spec.processes, spec.handoffs, spec.approvals):
        if kpi.of.name in section:
            return section[kpi.of.name].entity
    return kpi.of if kpi.of.name in spec.entities else None

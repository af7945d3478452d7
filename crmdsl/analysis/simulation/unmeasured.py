"""Why a key figure cannot come from a simulation, where it cannot: what the spec would have to say."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.analysis.simulation.seen import processes_on, section_of
from crmdsl.diagnostics import Message
from crmdsl.model.processes import ApprovalStep, HandoffStep
from crmdsl.model.quality import Kpi
from crmdsl.model.spec import Spec

ADDED = frozenset({"money", "percent", "number", "integer", "duration", "flag"})
"""What can be summed; of a flag, how often it is set."""


def unmeasured(spec: Spec, kpi: Kpi) -> Message | None:
    """Why a figure cannot be simulated; `None` if it can."""
    name, section = kpi.of.name if kpi.of else "", section_of(spec, kpi)
    if kpi.measure == "utilisation" and section != "roles":
        return Message("only a role has a utilisation, and `{name}` is none", name=name)
    if kpi.measure == "satisfaction":
        return _scores(spec, name, section)
    if kpi.measure == "sum":
        return _sum(spec, kpi)
    if section == "channels" and spec.channels[name].feeds is None:
        return Message("`{name}` feeds no process, so no case comes from it: give it `feeds`", name=name)
    if kpi.measure == "on_time" and not any(_limits(spec, name, section)):
        return Message("`{name}` has no time limit: give it a `promise` or a `within`", name=name)
    if kpi.by in ("unit", "territory") and not spec.people:
        return Message("`by: {by}` needs `people`: without them nobody has one", by=kpi.by)
    return None


def _sum(spec: Spec, kpi: Kpi) -> Message | None:
    if kpi.field is None:
        return Message("a `sum` needs a `field`")
    kinds = {
        one.type.base
        for entity in spec.entities.values()
        for field, one in entity.fields.items()
        if field == kpi.field.name and one.type is not None
    }
    if kinds & ADDED:
        return None
    return Message("`{field}` is nothing that can be added up: count it, or sum a figure", field=kpi.field.name)


def _scores(spec: Spec, name: str, section: str) -> Message | None:
    """Why nobody gives a score."""
    handoffs = dict.fromkeys(_handoffs(spec, name, section))
    if any(spec.handoffs[one].feedback and spec.handoffs[one].feedback.chance is not None for one in handoffs):  # type: ignore[union-attr]
        return None
    if not handoffs:
        return Message("scores are given in handoffs, and `{name}` has none", name=name)
    return Message("nobody gives a score: `feedback` of `{handoff}` needs `scale`, `below` and a `chance`",
                   handoff=next(iter(handoffs)))  # fmt: skip


def _handoffs(spec: Spec, name: str, section: str) -> Iterator[str]:
    """The handoffs that something has to do with."""
    if section == "handoffs":
        yield name
    elif section == "roles":
        yield from (key for key, one in spec.handoffs.items() if any(ref.name == name for ref in one.supplier))
    elif section != "approvals":
        for process in _processes(spec, name, section):
            for step in spec.processes[process].all_steps.values():
                if isinstance(step, HandoffStep) and step.handoff is not None:
                    yield step.handoff.name


def _processes(spec: Spec, name: str, section: str) -> list[str]:
    if section == "channels":
        feeds = spec.channels[name].feeds
        return [feeds.name] if feeds is not None and feeds.name in spec.processes else []
    return list(processes_on(spec, name)) if section == "entities" else [name]


def _limits(spec: Spec, name: str, section: str) -> Iterator[object]:
    """The time limits of something."""
    if section == "roles":
        yield from _limits_of_role(spec, name)
    elif section == "handoffs":
        handoff = spec.handoffs[name]
        yield from (handoff.respond, handoff.deliver, handoff.verify)
        yield from _within(spec, HandoffStep, name)
    elif section == "approvals":
        yield from (level.within for level in spec.approvals[name].levels.values())
        yield from _within(spec, ApprovalStep, name)
    else:
        for process in _processes(spec, name, section):
            yield spec.processes[process].promise
            for step in spec.processes[process].all_steps.values():
                yield getattr(step, "within", None)
                if isinstance(step, HandoffStep) and step.handoff is not None:
                    yield from _limits(spec, step.handoff.name, "handoffs")
                elif isinstance(step, ApprovalStep) and step.approval is not None:
                    yield from (level.within for level in spec.approvals[step.approval.name].levels.values())


def _within(spec: Spec, kind: type, name: str) -> Iterator[object]:
    """The limits of the steps that run a chain or handoff."""
    for process in spec.processes.values():
        for step in process.all_steps.values():
            if isinstance(step, kind):
                ref = getattr(step, "handoff", None) or getattr(step, "approval", None)
                if ref is not None and ref.name == name:
                    yield getattr(step, "within", None)


def _limits_of_role(spec: Spec, role: str) -> Iterator[object]:
    for process in spec.processes.values():
        for step in process.all_steps.values():
            if any(ref.name == role for ref in getattr(step, "role", ())):
                yield getattr(step, "within", None)
    for handoff in spec.handoffs.values():
        if any(ref.name == role for ref in handoff.supplier):
            yield from (handoff.respond, handoff.deliver)
    for chain in spec.approvals.values():
        for level in chain.levels.values():
            if any(ref.name == role for ref in level.approver):
                yield level.within

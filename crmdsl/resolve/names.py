"""A spec's names → what they refer to, and its conditions → typed trees: `resolve`."""

from __future__ import annotations

from crmdsl.conditions.scope import Vocabulary
from crmdsl.diagnostics import Diagnostic
from crmdsl.model.processes import ApprovalStep, Call, HandoffStep, Process
from crmdsl.model.spec import Spec
from crmdsl.resolve.cycles import check_cycles
from crmdsl.resolve.failures import check_failures
from crmdsl.resolve.members import check_members
from crmdsl.resolve.processes import check_processes
from crmdsl.resolve.references import check_references
from crmdsl.resolve.resolved import Resolved
from crmdsl.resolve.scenarios import check_scenarios
from crmdsl.resolve.sizes import check_sizes
from crmdsl.resolve.symbols import Symbols
from crmdsl.resolve.typing import Typing
from crmdsl.resolve.values import Values


def resolve(spec: Spec) -> tuple[Resolved, list[Diagnostic]]:
    """The typed conditions and values of a spec, and every fault of its names and conditions.

    Adds to `spec.unsound` the processes in which a name is unresolved. Never raises for what a spec says. Nothing is
    looked up where reading alone found more faults than are told.
    """
    symbols, resolved, vocabulary = Symbols(spec), Resolved(spec), Vocabulary(spec)
    if spec.overrun:
        spec.unsound = set(spec.processes)
        return resolved, []
    check_references(symbols)
    check_processes(symbols)
    check_members(symbols)
    check_cycles(symbols)
    check_sizes(symbols)
    values = Values(symbols, vocabulary, resolved.values)
    values.fields()
    Typing(symbols, vocabulary, resolved).all()
    check_scenarios(symbols, values)
    for name, fault in check_failures(spec):
        symbols.unsound.add(("processes", name))
        symbols.report(fault)
    mark_unsound(spec, symbols.unsound, symbols.circular)
    return resolved, once(symbols.diagnostics)


def mark_unsound(spec: Spec, places: set[tuple[str, str]], circular: set[str]) -> None:
    """Processes with an unresolved name in them, or in a chain, handoff, entity or process that they use."""
    spec.faulty = {name for section, name in places if section == "processes"} | spec.unsound
    unsound = spec.faulty | circular
    if places:
        unsound.update(name for name, process in spec.processes.items() if _used(process) & places)
    callers: dict[str, list[str]] = {}
    for name, process in spec.processes.items():
        for called in _calls(process):
            callers.setdefault(called, []).append(name)
    work = [*unsound] if callers else []
    for name in work:
        above = [caller for caller in callers.get(name, ()) if caller not in unsound]
        unsound.update(above)
        work += above
    spec.unsound = unsound


def _used(process: Process) -> set[tuple[str, str]]:
    found = {("entities", process.entity.name)} if process.entity else set()
    for step in process.all_steps.values():
        if isinstance(step, ApprovalStep) and step.approval:
            found.add(("approvals", step.approval.name))
        elif isinstance(step, HandoffStep) and step.handoff:
            found.add(("handoffs", step.handoff.name))
    return found


def _calls(process: Process) -> set[str]:
    return {step.called.name for step in process.all_steps.values() if isinstance(step, Call) and step.called}


def once(found: list[Diagnostic]) -> list[Diagnostic]:
    """Each fault once: what is taken over by `use` is looked at for each declaration that takes it."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in found:
        seen.setdefault((diagnostic.span, diagnostic.code), diagnostic)
    return [seen[key] for key in sorted(seen)]

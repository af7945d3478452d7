"""A territory in which nobody acquires customers.

Why:
    A territory counts as covered if a unit that acquires is given to it, to one that it lies in, or to all of
    those in it. Where there is none, the customers of that territory are nobody's.

Wrong:
    territories: {italy: {}, north: {in: italy}, south: {in: italy}}
    sales_network:
      agents: {kind: employees, role: agent, territories: [north], functions: [acquire, quote]}

Right:
    territories: {italy: {}, north: {in: italy}, south: {in: italy}}
    sales_network:
      agents: {kind: employees, role: agent, territories: [north, south], functions: [acquire, quote]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.model.spec import Spec
from crmdsl.rules._doubt import doubtful

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "territory-uncovered"
SEVERITY = Severity.WARNING


def check(program: Program) -> Iterator[Diagnostic]:
    """Every territory that no unit covers."""
    spec = program.spec
    acquiring = [unit for unit in spec.sales_network.values() if "acquire" in unit.functions]
    if any(not unit.has("territories") for unit in acquiring):
        return  # a unit without territories sells in all of them
    given = {ref.name for unit in acquiring for ref in unit.territories}
    covered = _below(spec, given) | _above(spec, given)
    missing = [name for name in spec.territories if name not in covered]
    doubt = doubtful(program, missing)
    for name in missing:
        if name not in doubt:
            yield Diagnostic(
                CODE, SEVERITY, spec.territories[name].name_span,
                Message("no unit acquires customers in territory `{name}`", name=name),
                Message("give it to a unit with the function `acquire`"),
            )  # fmt: skip


def _below(spec: Spec, given: set[str]) -> set[str]:
    """The territories given, and all that lie in them."""
    found = set(given)
    changed = True
    while changed:
        added = {
            name
            for name, territory in spec.territories.items()
            if name not in found and territory.parent and territory.parent.name in found
        }
        found |= added
        changed = bool(added)
    return found


def _above(spec: Spec, given: set[str]) -> set[str]:
    """The territories of which all parts are covered, part by part."""
    children: dict[str, list[str]] = {}
    for name, territory in spec.territories.items():
        if territory.parent:
            children.setdefault(territory.parent.name, []).append(name)
    found = _below(spec, given)
    changed = True
    while changed:
        added = {name for name, parts in children.items() if name not in found and found.issuperset(parts)}
        found |= added
        changed = bool(added)
    return found

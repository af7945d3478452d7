"""A territory in which nobody acquires customers.

Why:
    A territory counts as covered if a unit that acquires is given to it, to one that it lies in, or to all of
    those in it. Where there is none, the customers of that territory are nobody's.

Place: the territory

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
from crmdsl.model.network import Unit
from crmdsl.model.spec import Spec
from crmdsl.rules._doubt import doubtful

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "territory-uncovered"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every territory that no unit covers."""
    spec = program.spec
    acquiring = [unit for unit in spec.sales_network.values() if _acquires(spec, unit)]
    given = {ref.name for unit in acquiring for ref in unit.territories}
    given |= _adrift(spec) if given else set()
    covered = _covered(spec, given)
    missing = [name for name in spec.territories if name not in covered]
    doubt = doubtful(program, missing, "sales_network", "territories")
    covered = _covered(spec, given | doubt) if doubt else covered
    for name in missing:
        if name not in covered:
            yield Diagnostic(
                CODE, SEVERITY, spec.territories[name].name_span,
                Message("no unit acquires customers in territory `{name}`", name=name),
                Message("give it to a unit with the function `acquire`"),
            )  # fmt: skip


def _adrift(spec: Spec) -> set[str]:
    """The territories of which nobody knows what they lie in: that one may be covered."""
    return {
        name for name, one in spec.territories.items()
        if (one.parent is not None and one.parent.name not in spec.territories)
        or f"territories.{name}.in" in spec.unread
    }  # fmt: skip


def _acquires(spec: Spec, unit: Unit) -> bool:
    """Whether a unit acquires, or may: nobody knows where its functions could not be read."""
    return "acquire" in unit.functions or f"sales_network.{unit.name}.functions" in spec.unread


def _covered(spec: Spec, given: set[str]) -> set[str]:
    """The territories given, all that lie in them, and those of which all parts are covered."""
    parts: dict[str, list[str]] = {}
    for name, territory in spec.territories.items():
        if territory.parent:
            parts.setdefault(territory.parent.name, []).append(name)
    missing = {name: len(inside) for name, inside in parts.items()}
    covered = set(given)
    work = list(given)
    for name in work:
        added = list(parts.get(name, ()))
        parent = spec.territories[name].parent if name in spec.territories else None
        if parent and parent.name in spec.territories:
            whole = parent.name
            missing[whole] -= 1
            added += [whole] if not missing[whole] else []
        work += [one for one in added if one not in covered]
        covered.update(added)
    return covered

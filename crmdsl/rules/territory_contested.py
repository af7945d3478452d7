"""Two units do the same for the same customers.

Why:
    Two units with the same territory, product line and function meet at the same customer, and the spec does not say
    whose he is. A unit without product lines sells them all.

Wrong:
    sales_network:
      agents: {kind: employees, role: agent, territories: [north], functions: [acquire]}
      resellers: {kind: resellers, role: reseller, territories: [north], functions: [acquire]}

Right:
    sales_network:
      agents: {kind: employees, role: agent, territories: [north], product_lines: [valves], functions: [acquire]}
      resellers: {kind: resellers, role: reseller, territories: [north], product_lines: [spares], functions: [acquire]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.model.network import Unit
from crmdsl.rules._roles import names

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "territory-contested"
SEVERITY = Severity.WARNING


def check(program: Program) -> Iterator[Diagnostic]:
    """Every unit that meets an earlier one, the first of them as related."""
    by_territory: dict[str, list[Unit]] = {}
    for unit in program.spec.sales_network.values():
        met = None
        for territory in dict.fromkeys(ref.name for ref in unit.territories):
            earlier = by_territory.setdefault(territory, [])
            met = met or next((_met(territory, unit, other) for other in earlier if _shared(unit, other)), None)
            earlier.append(unit)
        if met:
            yield met


def _shared(one: Unit, other: Unit) -> tuple[str, ...]:
    """The functions that both have, if they share a product line."""
    lines, others = names(one.product_lines), names(other.product_lines)
    apart = one.has("product_lines") and other.has("product_lines") and not lines & others
    return () if apart else tuple(name for name in one.functions if name in other.functions)


def _met(territory: str, unit: Unit, other: Unit) -> Diagnostic:
    return Diagnostic(
        CODE, SEVERITY, unit.name_span,
        Message(
            "`{unit}` and `{other}` both {functions} in `{territory}`",
            unit=unit.name, other=other.name, territory=territory,
            functions=", ".join(f"`{name}`" for name in _shared(unit, other)),
        ),
        Message("give them different territories, product lines or functions"),
        (Related(other.name_span, Message("the other unit")),),
    )  # fmt: skip

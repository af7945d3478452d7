"""Two units do the same for the same customers.

Why:
    Two units with the same territory, product line and function meet at the same customer, and the spec does not say
    whose he is. A unit without product lines sells them all.

Place: the later of the two units

Wrong:
    territories: {north: {}}
    sales_network:
      agents: {kind: employees, role: agent, territories: [north], functions: [acquire]}
      resellers: {kind: resellers, role: agent, territories: [north], functions: [acquire]}

Right:
    territories: {north: {}}
    product_lines: {valves: {}, spares: {}}
    sales_network:
      agents: {kind: employees, role: agent, territories: [north], product_lines: [valves], functions: [acquire]}
      resellers: {kind: resellers, role: agent, territories: [north], product_lines: [spares], functions: [acquire]}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.model.network import Unit

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "territory-contested"
SEVERITY = Severity.WARNING
EVERY = "*"
"""Stands for the lines of a unit that says none."""
ANY = "?"
"""Stands for whatever a unit sells."""
MOST = 2_000_000
"""Combinations of territory, line and function that are looked at; no sales network has as many."""


def check(program: Program) -> Iterator[Diagnostic]:
    """Every unit that meets an earlier one, the first of them as related."""
    held: dict[tuple[str, str], dict[str, Unit]] = {}
    looked = 0
    for unit in program.spec.sales_network.values():
        lines = [ref.name for ref in unit.product_lines] if unit.has("product_lines") else [EVERY]
        territories = dict.fromkeys(ref.name for ref in unit.territories)
        looked += len(lines) * len(territories) * len(unit.functions)
        if looked > MOST:
            return
        met = None
        for territory, function in product(territories, unit.functions):
            sold = held.setdefault((territory, function), {})
            met = met or _earlier(sold, lines, territory)
            for line in (*lines, ANY):
                sold.setdefault(line, unit)
        if met:
            yield _met(*met, unit)


def _earlier(sold: dict[str, Unit], lines: list[str], territory: str) -> tuple[str, Unit] | None:
    """The territory and the earlier unit that sells one of the lines there."""
    for line in (ANY,) if lines == [EVERY] else (EVERY, *lines):
        if line in sold:
            return territory, sold[line]
    return None


def _shared(one: Unit, other: Unit) -> tuple[str, ...]:
    """The functions that both have."""
    return tuple(name for name in one.functions if name in other.functions)


def _met(territory: str, other: Unit, unit: Unit) -> Diagnostic:
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

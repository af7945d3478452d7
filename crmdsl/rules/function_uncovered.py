"""A function of selling that no unit and no department has.

Why:
    Acquiring and managing customers, quoting, taking orders, approving them and collecting are done in every company
    that sells. One that nobody has is done by whoever comes along.

Place: the key `sales_network`; without one, `departments`

Wrong:
    departments:
      sales: {class: primary, functions: [acquire, manage, quote, order, approve_order]}

Right:
    departments:
      sales: {class: primary, functions: [acquire, manage, quote, order, approve_order]}
      administration: {class: support, functions: [collect]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.model.organisation import FUNCTIONS
from crmdsl.rules._doubt import doubtful
from crmdsl.syntax.nodes import Node

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "function-uncovered"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every function that is given to nobody."""
    spec = program.spec
    place = spec.section_spans.get("sales_network") or spec.section_spans.get("departments")
    given = {name for unit in spec.sales_network.values() for name in unit.functions}
    given |= {name for department in spec.departments.values() for name in department.functions}
    missing = [function for function in FUNCTIONS if function not in given]
    doubt = doubtful(program, missing, "sales_network", "departments")
    for function in missing:
        if isinstance(place, Node) and function not in doubt:
            yield Diagnostic(
                CODE, SEVERITY, place.span,
                Message("no unit and no department has the function `{function}`", function=function),
                Message("add it to the `functions` of a unit or of a department"),
            )  # fmt: skip

"""A field that nothing in the company names.

Why:
    A field that no step edits, no condition reads and no handoff gives or returns is filled, if at all, by the calling
    system, and read by people only. That can be meant; often a step's `edits` was forgotten.

Wrong:
    entities:
      order:
        fields: {amount: money, delivery_terms: optional text}
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: agent, edits: [amount], outcomes: {send: won}}
          won: {end: success}

Right:
    steps:
      quote: {role: agent, edits: [amount, delivery_terms], outcomes: {send: won}}
      won: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.resolve.uses import uses
from crmdsl.rules._doubt import doubtful

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "unused-field"
SEVERITY = Severity.INFO


def check(program: Program) -> Iterator[Diagnostic]:
    """Every field of a used entity that is named nowhere outside `access` and `scenarios`."""
    used = uses(program.resolved)
    unused = [
        (entity, name)
        for entity in program.spec.entities.values()
        if entity.name in used.entities
        for name in entity.fields
        if (entity.name, name) not in used.fields
    ]
    doubt = doubtful(program, dict.fromkeys(name for _, name in unused))
    for entity, name in unused:
        if name not in doubt:
            yield Diagnostic(
                CODE, SEVERITY, entity.fields[name].name_span,
                Message("nothing names field `{name}` of `{entity}`", name=name, entity=entity.name),
                Message("let a step edit or read it, or take it out"),
            )  # fmt: skip

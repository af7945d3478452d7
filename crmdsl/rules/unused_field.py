"""A field that nothing in the company works with.

Why:
    A field that no step reads or edits, no condition asks, no handoff gives or returns and no integration writes is
    filled, if at all, by the calling system, and seen by people only. That can be meant; often a step's `edits` was
    forgotten. The lists of fields in grants and the scenarios do not count, the `when` of a grant does.

Place: the field

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
    entities:
      order:
        fields: {amount: money, delivery_terms: optional text}
    processes:
      sale:
        entity: order
        start: quote
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
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every field of a used entity that no integration writes, and nothing names but lists of grants and scenarios."""
    used = uses(program.resolved)
    named = used.fields | used.governing
    unused = [
        (entity, name)
        for entity in program.spec.entities.values()
        if entity.name in used.entities
        for name, field in entity.fields.items()
        if not field.source and (entity.name, name) not in named
    ]
    doubt = doubtful(program, dict.fromkeys(name for _, name in unused))
    for entity, name in unused:
        if name not in doubt:
            yield Diagnostic(
                CODE, SEVERITY, entity.fields[name].name_span,
                Message(
                    "no step, condition, handoff or figure names field `{name}` of `{entity}`",
                    name=name, entity=entity.name,
                ),
                Message("let a step edit or read it, take it out, or say why it stands: `allow: {{unused-field: …}}`"),
            )  # fmt: skip

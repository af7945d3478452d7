"""An entity that nothing in the company names.

Why:
    Records that no process, approval or handoff is about, and that no other record refers to, are never made: the
    entity is left over, or what was to happen with it was forgotten. Grants and scenarios do not count.

Place: the entity

Wrong:
    entities:
      order: {fields: {amount: money}}
      invoice: {fields: {number: text}}
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: agent, outcomes: {send: won}}
          won: {end: success}

Right:
    entities:
      order: {fields: {amount: money, invoice: optional invoice}}
      invoice: {fields: {number: text}}
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: agent, outcomes: {send: won}}
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

CODE = "unused-entity"
SEVERITY = Severity.WARNING
ENTIRE = True


def check(program: Program) -> Iterator[Diagnostic]:
    """Every entity that is named nowhere outside `access` and `scenarios`."""
    entities = program.spec.entities
    unused = [name for name in entities if name not in uses(program.resolved).entities]
    doubt = doubtful(program, unused)
    for name in unused:
        if name not in doubt:
            yield Diagnostic(
                CODE, SEVERITY, entities[name].name_span,
                Message("nothing outside `access` and `scenarios` names entity `{name}`", name=name),
                Message("let a process be about it, refer to it from another entity, or take it out"),
            )  # fmt: skip

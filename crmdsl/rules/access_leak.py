"""A sensitive field is open to a role that needs it nowhere.

Why:
    `sensitive` says that a field is only for those who need it: a margin, a wage, an address. Who needs it says so: it
    is in what a task `reads`, `needs` or `edits`, in what a level `reads`, or in what a handoff `gives` or `returns`.
    A grant to read or export it without such a need is how it gets around.

Place: the grant

Wrong:
    entities:
      order: {fields: {amount: money, margin: {type: percent, sensitive: true}}}
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: agent, edits: amount, outcomes: {send: won}}
          won: {end: success}
    access:
      grants:
        - {role: agent, can: [read, update], on: order}

Right:
    access:
      grants:
        - {role: agent, can: [read, update], on: order, except: margin}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.diagnostics.message import quoted
from crmdsl.ir.needs import ANYBODY, needed_fields, reports
from crmdsl.ir.policy import granted_fields
from crmdsl.rules._doubt import doubtful
from crmdsl.rules._grants import is_whole

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "access-leak"
SEVERITY = Severity.WARNING
ENTIRE = True
SEEING = frozenset({"read", "export"})
"""The actions by which somebody gets to see a field."""


def check(program: Program) -> Iterator[Diagnostic]:
    """Every grant that shows a sensitive field to a role which needs it nowhere, nor anybody below."""
    spec = program.spec
    sensitive = {name: {field for field, declared in entity.fields.items() if declared.sensitive}
                 for name, entity in spec.entities.items()}  # fmt: skip
    if not any(sensitive.values()) or not spec.access.grants:
        return
    needed, below = needed_fields(spec), reports(spec)
    for grant in spec.access.grants:
        if not SEEING & set(grant.can) or not is_whole(program, grant):
            continue
        for entity in dict.fromkeys(ref.name for ref in grant.on):
            opened = [name for name in granted_fields(spec, grant, entity) if name in sensitive[entity]]
            for role in dict.fromkeys(ref.name for ref in grant.role) if opened else ():
                everybody = below[role]
                leaking = [
                    name for name in opened if not any((one, entity, name) in needed for one in (*everybody, ANYBODY))
                ]
                if leaking and not doubtful(program, [*everybody, *leaking]):
                    yield Diagnostic(
                        CODE, SEVERITY, grant.name_span,
                        Message("{fields} of `{entity}` is sensitive, and `{role}` needs it nowhere",
                                fields=quoted(leaking), entity=entity, role=role),
                        Message("write `except: [{fields}]`, or name it in `reads` where `{role}` needs it",
                                fields=", ".join(leaking), role=role),
                    )  # fmt: skip

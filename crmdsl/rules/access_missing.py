"""Somebody must see or write a field where he works, and no grant lets him.

Why:
    Firing the events of a step needs no grant, but reading and writing fields always does. Who does a task must read
    what it `reads`, `needs` and `edits`, and update what it `edits`; who signs a level must read what it `reads`; the
    customer of a handoff reads what it `gives` and `returns`, its supplier too, and updates what it `returns`. Without
    the grant the work cannot be done, and nobody notices before the first case. Scopes do not count here; a `when`
    counts unless it is false in every state of the place. What superiors read because of their reports counts.

Place: the step, level or handoff

Wrong:
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: clerk, edits: [amount, discount], outcomes: {send: won}}
          won: {end: success}
    access:
      grants:
        - {role: clerk, can: [read, update], on: order, fields: amount}

Right:
    processes:
      sale:
        entity: order
        start: quote
        steps:
          quote: {role: clerk, edits: [amount, discount], outcomes: {send: won}}
          won: {end: success}
    access:
      grants:
        - {role: clerk, can: [read, update], on: order, fields: [amount, discount]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.diagnostics.message import Row, quoted
from crmdsl.ir.needs import Need, needs
from crmdsl.rules._grants import Holdings

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "access-missing"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every role that holds no grant for what it must read or update in a step, level or side of a handoff."""
    holdings: Holdings | None = None
    for need in needs(program.spec):
        if holdings is None:
            holdings = Holdings(program)
        if holdings.unreadable:
            return
        unread = holdings.lacking(need, "read", need.reads)
        unwritten = holdings.lacking(need, "update", need.updates)
        if unread or unwritten:
            yield _missing(need, unread, unwritten)


def _missing(need: Need, unread: list[str], unwritten: list[str]) -> Diagnostic:
    role, entity = need.role.name, need.entity
    both = unread == unwritten
    parts = []
    if both:
        parts.append(Message("`{role}` may neither read nor update {fields} of `{entity}`", role=role, entity=entity,
                             fields=quoted(unread)))  # fmt: skip
    if unread and not both:
        parts.append(Message("`{role}` may not read {fields} of `{entity}`", role=role, entity=entity,
                             fields=quoted(unread)))  # fmt: skip
    if unwritten and not both:
        parts.append(Message("`{role}` may not update {fields} of `{entity}`", role=role, entity=entity,
                             fields=quoted(unwritten)))  # fmt: skip
    wanted = [("[read, update]", unread)] if both else [("read", unread), ("update", unwritten)]
    grants = [
        f"{{role: {role}, can: {can}, on: {entity}, fields: [{', '.join(fields)}]}}" for can, fields in wanted if fields
    ]
    return Diagnostic(
        CODE, SEVERITY, need.place.name_span,
        Message("{lacks}, which its work here asks for", lacks=Row(parts, "; ")),
        Message("add to the grants: {grants}", grants=quoted(grants)),
    )  # fmt: skip

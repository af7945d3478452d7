"""Steps that lead to each other and are never left.

Why:
    Rework is part of every process, but some share of the cases must leave the ring each time round. Where the
    ways out have chance 0 together, the analysis has no answer and the simulation no end. A ring without a task,
    wait, approval, handoff or process is worse: it turns at once, and for ever.

Place: the first step of the ring, in the order of the file

Wrong:
    steps:
      draft: {role: agent, outcomes: {submit: review}}
      review: {role: lead, outcomes: {again: draft, good: {to: won, chance: 0%}}}
      won: {end: success}

Right:
    steps:
      draft: {role: agent, outcomes: {submit: review}}
      review: {role: lead, outcomes: {again: {to: draft, chance: 20%}, good: won}}
      won: {end: success}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.resolve.endless import endless
from crmdsl.resolve.flow import Scope

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "endless-rework"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every ring that no share of the cases leaves, and every ring that takes no time."""
    for scope, never_left, at_once in endless(program.resolved):
        first = _in_order(scope)
        found = {min(ring, key=first): _never_left(ring) for ring in never_left}
        for ring in at_once:
            found.setdefault(min(ring, key=first), _no_time(ring))
        for name, message in found.items():
            help_ = Message("give a way out of the ring a chance above 0%, or let it lead elsewhere")
            yield Diagnostic(CODE, SEVERITY, scope.steps[name].name_span, message, help_)


def _never_left(ring: set[str]) -> Message:
    return Message("no case ever leaves {steps}: the ways out have chance 0% together", steps=_named(ring))


def _no_time(ring: set[str]) -> Message:
    return Message.counted(
        "{steps} leads to itself at once, without anything done in between",
        "{steps} lead to each other at once, without anything done in between",
        count=len(ring),
        steps=_named(ring),
    )


def _named(ring: set[str]) -> str:
    names = sorted(ring)
    return ", ".join(f"`{name}`" for name in names[:6]) + (", …" if len(names) > 6 else "")


def _in_order(scope: Scope) -> Callable[[str], int]:
    """Where a step stands among the others."""
    return {name: number for number, name in enumerate(scope.steps)}.__getitem__

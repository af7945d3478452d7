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
from crmdsl.model.processes import Decide, Parallel
from crmdsl.model.spec import Spec
from crmdsl.resolve.flow import Scope, chances, lasting, likely, outcomes_of, rings, scopes

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "endless-rework"
SEVERITY = Severity.ERROR
_QUICK = (Decide, Parallel)


def check(program: Program) -> Iterator[Diagnostic]:
    """Every ring that no share of the cases leaves, and every ring that takes no time."""
    for scope in scopes(program.resolved):
        endless: dict[str, Message] = {}
        first = _in_order(scope)
        if _may_be_endless(scope, program.spec):
            found = [ring for ring in rings(scope.steps, scope.ways) if _is_endless(scope, ring, program.spec)]
            endless = {min(ring, key=first): _never_left(ring) for ring in found}
        for ring in _at_once(scope):
            endless.setdefault(min(ring, key=first), _no_time(ring))
        for name, message in endless.items():
            help_ = Message("give a way out of the ring a chance above 0%, or let it lead elsewhere")
            yield Diagnostic(CODE, SEVERITY, scope.steps[name].name_span, message, help_)


def _may_be_endless(scope: Scope, spec: Spec) -> bool:
    """Whether some step comes to no end by ways that have a chance; the rings are looked for only then."""
    ways = dict(scope.ways)
    unlikely = False
    for name, step in scope.steps.items():
        if not likely(step, spec):
            unlikely = True
            ways[name] = tuple(to for to, chance in _chances(scope, name, spec) if chance)
    return unlikely and len(scope.ending(ways)) < len(scope.steps)


def _at_once(scope: Scope) -> list[set[str]]:
    """The rings of steps that take no time."""
    steps = scope.steps
    quick = [name for name, step in steps.items() if step.__class__ in _QUICK and not lasting(step)]
    inside = set(quick)
    if not any(to in inside for name in quick for to in scope.ways[name]):
        return []
    return rings(quick, scope.ways)


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


def _is_endless(scope: Scope, ring: set[str], spec: Spec) -> bool:
    """Whether the ring has ways out and none of them is ever taken. Without any it is a dead end."""
    leaves = False
    for name in ring:
        if name in scope.unrouted:
            return False
        for to, chance in _chances(scope, name, spec):
            if to not in ring:
                if chance:
                    return False
                leaves = True
    return leaves


def _chances(scope: Scope, name: str, spec: Spec) -> list[tuple[str, int]]:
    step = scope.steps[name]
    if isinstance(step, Parallel):
        return [(to, 1) for to in scope.ways[name]]
    shares = chances(step, spec)
    return [(way.to.name, shares[outcome]) for outcome, way in outcomes_of(step).items() if way.to]

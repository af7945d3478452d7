"""A step that no case can come to.

Why:
    A step that nothing leads to is never done, though the spec says that it belongs to the process: either a way
    to it was forgotten, or it is left over. An outcome of `anytime` counts as a way.

Place: the step

Wrong:
    steps:
      quote: {role: agent, outcomes: {send: won}}
      negotiate: {role: agent, outcomes: {agree: won}}
      won: {end: success}

Right:
    steps:
      quote: {role: agent, outcomes: {send: negotiate}}
      negotiate: {role: agent, outcomes: {agree: won}}
      won: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.resolve.flow import Scope, scopes

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "unreachable-step"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every step without a way to it, unless a step on the way lacks its own ways out, which is the fault then."""
    for scope in scopes(program.resolved):
        reached = scope.reached()
        if len(reached & scope.steps.keys()) == len(scope.steps) or _blocked(scope, reached):
            continue
        before = _before(scope)
        for name, step in scope.steps.items():
            if name not in reached:
                yield Diagnostic(
                    CODE, SEVERITY, step.name_span,
                    Message("no case can come to step `{name}`", name=name),
                    Message("let an outcome lead `to: {name}`, or take the step out", name=name),
                    _related(scope, before.get(name)),
                )  # fmt: skip


def _blocked(scope: Scope, reached: set[str]) -> bool:
    """Whether a step that cases do come to is a dead end, or does not say where some outcome leads."""
    return bool(reached & scope.unrouted) or not reached <= scope.ending()


def _before(scope: Scope) -> dict[str, str]:
    """For each step the first other one that leads to it."""
    found: dict[str, str] = {}
    for name, ways in scope.ways.items():
        for to in ways:
            if to != name:
                found.setdefault(to, name)
    return found


def _related(scope: Scope, other: str | None) -> tuple[Related, ...]:
    """The step that does lead to it, but cannot be reached itself."""
    if other is None:
        return ()
    message = Message("`{other}` leads to it, but no case comes to `{other}`", other=other)
    return (Related(scope.steps[other].name_span, message),)

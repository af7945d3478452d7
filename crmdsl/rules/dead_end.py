"""A step from which no end can be reached.

Why:
    A case that comes to such a step can never be finished: it stays open for ever, in every list of work and every
    figure. Guards and the outcomes of `anytime` are left out of account, because a process that ends only
    by way of an exception is not finished either.

Place: the step

Wrong:
    steps:
      order: {role: agent, outcomes: {confirm: won, question: clarify}}
      clarify: {role: clerk}
      won: {end: success}

Right:
    steps:
      order: {role: agent, outcomes: {confirm: won, question: clarify}}
      clarify: {role: clerk, outcomes: {answer: order}}
      won: {end: success}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity
from crmdsl.model.processes import End
from crmdsl.resolve.flow import Scope, scopes

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "dead-end"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every step without a way to an end."""
    for scope in scopes(program.resolved):
        ending = scope.ending()
        if len(ending) < len(scope.steps):
            help_ = _help(scope)
            for name, step in scope.steps.items():
                if name not in ending:
                    yield Diagnostic(CODE, SEVERITY, step.name_span, _message(scope, name), help_)


def _message(scope: Scope, name: str) -> Message:
    ways = scope.ways[name]
    if not ways:
        return Message("step `{name}` has no way out", name=name)
    return Message(
        "no end can be reached from step `{name}`: it leads only to {ways}",
        name=name,
        ways=", ".join(f"`{way}`" for way in list(dict.fromkeys(ways))[:6]),
    )


def _help(scope: Scope) -> Message:
    ends = [name for name, step in scope.steps.items() if isinstance(step, End)]
    if ends:
        return Message("give it an outcome that leads on, to `{end}` for one", end=ends[0])
    return Message("give it an outcome that leads to an end: `done: {{end: success}}`")

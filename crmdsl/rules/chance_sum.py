"""The chances of a step's outcomes, or of a chain's levels, do not make a whole.

Why:
    A chance is the share of visits that take an outcome. Together they are 100%: what has no chance shares the
    rest, so that at most one hundred can be given, and all of it if every one is given. In a chain of bands
    `otherwise` is one of them.

Place: the outcomes, or the levels

Wrong:
    steps:
      offer: {role: agent, outcomes: {accept: {to: won, chance: 70%}, refuse: {to: lost, chance: 40%}}}
      won: {end: success}
      lost: {end: failure}

Right:
    steps:
      offer: {role: agent, outcomes: {accept: {to: won, chance: 70%}, refuse: lost}}
      won: {end: success}
      lost: {end: failure}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Severity, Span
from crmdsl.model.chains import Approval
from crmdsl.model.processes import Decide, Step
from crmdsl.resolve.flow import outcomes_of, scopes

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "chance-sum"
SEVERITY = Severity.ERROR
WHOLE = 10_000
OUTCOMES = Message("the chances of the outcomes of step `{name}` sum to {total}, not 100%")
LEVELS = Message("the chances of the levels sum to {total}, not 100%")


def check(program: Program) -> Iterator[Diagnostic]:
    """Every set of outcomes and every chain of bands whose chances are over or under a whole."""
    for scope in scopes(program.resolved):
        for step in scope.steps.values():
            chances = [way.chance for way in outcomes_of(step).values()]
            if _wrong(chances):
                yield _fault(_outcomes_span(step), chances, OUTCOMES.having(name=step.name))
    for approval in program.spec.approvals.values():
        if approval.mode == "bands" and not _unread(program, approval):
            chances = _of_bands(approval)
            if _wrong(chances):
                yield _fault(approval.key_span("levels"), chances, LEVELS)


def _unread(program: Program, approval: Approval) -> bool:
    """Whether `otherwise` or a chance stands and could not be read."""
    return any(f"approvals.{approval.name}.{key}" in program.spec.unread for key in ("otherwise", "chance", "mode"))


def _outcomes_span(step: Step) -> Span:
    return step.key_span("decide" if isinstance(step, Decide) else "outcomes")


def _of_bands(approval: Approval) -> list[int | None]:
    """The chances of the levels; `otherwise` takes the rest."""
    rest = [None] if approval.otherwise else []
    return [*(level.chance for level in approval.levels.values()), *rest]


def _wrong(chances: list[int | None]) -> bool:
    given = [chance for chance in chances if chance is not None]
    return bool(given) and (sum(given) > WHOLE or (len(given) == len(chances) and sum(given) < WHOLE))


def _fault(span: Span, chances: list[int | None], what: Message) -> Diagnostic:
    total = sum(chance or 0 for chance in chances)
    return Diagnostic(
        CODE, SEVERITY, span,
        what.having(**what.args, total=_percent(total)),
        Message("leave one of them out: it takes the rest")
        if None not in chances and len(chances) > 1
        else Message("lower them, so that what has no chance has a share")
        if total > WHOLE
        else Message("leave it out: an only outcome is always taken"),
    )  # fmt: skip


def _percent(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"

"""Two handoffs that run at the same time wait for each other.

Why:
    A handoff can begin when what it gives is known. Where, in two branches of one parallel block, each gives what the
    other returns, neither can begin, and the case stands still.

Place: the handoff

Wrong:
    handoffs:
      study: {entity: order, customer: agent, supplier: clerk, gives: [amount], returns: [due]}
      pricing: {entity: order, customer: agent, supplier: lead, gives: [due], returns: [amount]}
    processes:
      quotation:
        entity: order
        start: both
        steps:
          both:
            parallel:
              technical:
                start: ask_study
                steps:
                  ask_study: {handoff: study, outcomes: {accepted: studied, declined: studied}}
                  studied: {end: success}
              commercial:
                start: ask_price
                steps:
                  ask_price: {handoff: pricing, outcomes: {accepted: priced, declined: priced}}
                  priced: {end: success}
            then: won
          won: {end: success}

Right:
    handoffs:
      study: {entity: order, customer: agent, supplier: clerk, gives: [kind], returns: [due]}
      pricing: {entity: order, customer: agent, supplier: lead, gives: [due], returns: [amount]}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity
from crmdsl.model.chains import Handoff
from crmdsl.model.processes import HandoffStep, Parallel
from crmdsl.model.spec import Spec
from crmdsl.resolve.flow import handoff_steps, scopes
from crmdsl.rules._roles import names

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "handoff-cycle"
SEVERITY = Severity.ERROR
MOST = 500_000
"""Pairs that are looked at; no company has as many."""


def check(program: Program) -> Iterator[Diagnostic]:
    """Every pair of handoffs that wait for each other, once, at the one that is declared first."""
    spec = program.spec
    order = {name: number for number, name in enumerate(spec.handoffs)}
    blocks = (step for scope in scopes(program.resolved) for step in scope.steps.values() if isinstance(step, Parallel))
    done: set[tuple[str, ...]] = set()
    for one, other in islice((pair for block in blocks for pair in _pairs(block)), MOST):
        steps = {step.handoff.name: step for step in (one, other) if step.handoff}
        pair = tuple(sorted(steps, key=lambda name: order.get(name, -1)))
        if len(pair) == 2 and pair not in done:
            done.add(pair)
            yield from _judged(spec, pair, *steps.values())


def _pairs(block: Parallel) -> Iterator[tuple[HandoffStep, HandoffStep]]:
    """Steps of different branches that run handoffs, each handoff of a branch once."""
    branches = [
        {step.handoff.name: step for step in reversed([*handoff_steps(branch.steps.values())]) if step.handoff}
        for branch in block.parallel.values()
    ]
    for one, other in combinations([branch for branch in branches if branch], 2):
        yield from product(reversed(one.values()), reversed(other.values()))


def _judged(spec: Spec, pair: tuple[str, ...], *steps: HandoffStep) -> Iterator[Diagnostic]:
    first, second = (spec.handoffs.get(name) for name in pair)
    if first and second and _wait_for_each_other(first, second):
        yield _diagnostic(first, second, *steps)


def _wait_for_each_other(one: Handoff, other: Handoff) -> bool:
    if one.entity != other.entity:
        return False
    return bool(names(one.gives) & names(other.returns) and names(other.gives) & names(one.returns))


def _diagnostic(first: Handoff, second: Handoff, *steps: HandoffStep) -> Diagnostic:
    return Diagnostic(
        CODE, SEVERITY, first.name_span,
        Message(
            "`{first}` and `{second}` run at the same time, and each needs what the other returns: "
            "{needed} and {returned}",
            first=first.name, second=second.name,
            needed=_shared(first, second), returned=_shared(second, first),
        ),
        Message("run one after the other, or let one of them begin without what the other returns"),
        (
            Related(second.name_span, Message("the other handoff")),
            *(Related(step.name_span, Message("runs in a branch of the same block")) for step in steps),
        ),
    )  # fmt: skip


def _shared(asks: Handoff, delivers: Handoff) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names(asks.gives) & names(delivers.returns)))

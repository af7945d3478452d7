"""One event means two things to one role in one state.

Why:
    An outcome of `anytime` is open in every step. Where a step has an event of the same name that the same role may
    fire, nobody can say which of the two is meant when it is fired.

Place: the later of the two outcomes

Wrong:
    steps:
      quote: {role: agent, outcomes: {send: won, cancel: lost}}
      won: {end: success}
      lost: {end: failure}
      withdrawn: {end: failure}
    anytime:
      cancel: {by: agent, to: withdrawn}

Right:
    steps:
      quote: {role: agent, outcomes: {send: won, cancel: lost}}
      won: {end: success}
      lost: {end: failure}
      withdrawn: {end: failure}
    anytime:
      withdraw: {by: agent, to: withdrawn}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Diagnostic, Message, Related, Severity, Span
from crmdsl.rules._events import Event, Events, anytime_of

if TYPE_CHECKING:
    from crmdsl.ir.program import Program

CODE = "event-clash"
SEVERITY = Severity.ERROR


def check(program: Program) -> Iterator[Diagnostic]:
    """Every outcome that means, to some role, something else than one that is declared before it."""
    found: dict[Span, Diagnostic] = {}
    events = Events(program.spec)
    for process in program.spec.processes.values():
        if not process.anytime:
            continue
        always = {event.name: event for event in anytime_of(process)}
        for event in events.of(process):
            other = always.get(event.name)
            if other is None:
                continue
            both = event.roles & other.roles
            if both:
                diagnostic = _clash(event, other, min(both))
                found.setdefault(diagnostic.span, diagnostic)
    yield from found.values()


def _clash(event: Event, other: Event, role: str) -> Diagnostic:
    """The diagnostic at the later of two outcomes; what the kind of a step brings with it has no outcome."""
    places = sorted((one for one in (event, other) if one.outcome), key=lambda one: _span(one)[:3])
    later = places[-1]
    earlier = event if later is other else other
    return Diagnostic(
        CODE, SEVERITY, _span(later),
        Message("to `{role}` the event `{event}` means two things in one state", role=role, event=event.name),
        Message("give one of them another name, or let it be fired `by` another role"),
        (Related(_span(earlier), _said(earlier)),),
    )  # fmt: skip


def _span(event: Event) -> Span:
    declared = event.outcome or event.step
    assert declared is not None  # noqa: S101 - an event has one or the other
    return declared.name_span


def _said(event: Event) -> Message:
    if event.outcome:
        return Message("the other `{event}`", event=event.name)
    return Message("`{event}` is open here because of the kind of this step", event=event.name)

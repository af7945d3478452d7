"""Which fields a task must know before a case leaves it, and which of them the case may still be without."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from crmdsl.ir.machine import Machine, Transition
from crmdsl.model.declaration import Declaration
from crmdsl.model.entities import Entity, Field
from crmdsl.model.processes import Task


def needed(entity: Entity, task: Task) -> tuple[str, ...]:
    """The fields that must be known to leave a task: those it `needs`, and those it edits that are not optional.

    What a system writes, or what follows from other fields, nobody can fill in there.
    """
    edited = (ref.name for ref in task.edits)
    wanted = (name for name in edited if name in entity.fields and _is_filled_in(entity.fields[name]))
    return tuple(dict.fromkeys([*(ref.name for ref in task.needs), *wanted]))


def _is_filled_in(field: Field) -> bool:
    known = field.type is None or field.type.optional
    return not known and field.source is None and field.derived is None


def surely_known(machine: Machine, entity: Entity) -> dict[str, frozenset[str]]:
    """State → the fields, none optional, that every way there has filled in already.

    What is not optional cannot be cleared, so that what is known once stays known: the greatest fixed point of the
    intersection over the ways in. Inside a step (a branch, a part) it is what is known where that step is entered.
    """
    lasting = frozenset(name for name, field in entity.fields.items() if _is_filled_in(field))
    into: dict[str, list[Transition]] = {name: [] for name in machine.states}
    follow: dict[str, list[str]] = {name: [] for name in machine.states}
    for way in machine.transitions:
        if way.target in into:
            into[way.target].append(way)
            follow[way.source].append(way.target)
    for name, state in machine.states.items():
        if state.around:
            follow[state.around].append(name)
    known = dict.fromkeys(machine.states, lasting)
    waiting = deque(machine.states)
    while waiting:
        name = waiting.popleft()
        around = machine.states[name].around
        now = (
            known[around] if around else lasting.intersection(*(_after(machine, entity, known, w) for w in into[name]))
        )
        if name == machine.initial:
            now = _by_default(entity)
        if now != known[name]:
            known[name] = now
            waiting.extend(follow[name])
    return known


def _by_default(entity: Entity) -> frozenset[str]:
    return frozenset(name for name, field in entity.fields.items() if field.default is not None)


def _after(machine: Machine, entity: Entity, known: dict[str, frozenset[str]], way: Transition) -> frozenset[str]:
    """What is known after a way out of a state: what somebody leaves by an event of a task has been filled in."""
    source = machine.states[way.source]
    if way.kind != "event" or source.path or not isinstance(source.declaration, Task):
        return known[way.source]
    return known[way.source].union(_lasting(entity, source.declaration))


def _lasting(entity: Entity, task: Task) -> Iterator[str]:
    return (name for name in needed(entity, task) if name in entity.fields and _is_filled_in(entity.fields[name]))


def to_be_said(entity: Entity, step: Declaration, known: frozenset[str]) -> frozenset[str]:
    """The fields of which whoever leaves a task has to say something: it `needs` and edits them, and the case may be
    without them. What is not optional often comes with the record, and is only missed when it is not there."""
    if not isinstance(step, Task):
        return frozenset()
    edited = {ref.name for ref in step.edits}
    return frozenset(ref.name for ref in step.needs if ref.name in edited) - known - _by_default(entity)

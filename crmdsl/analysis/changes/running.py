"""Cases that are running: what was saved of them and cannot be read any more, or means something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crmdsl.analysis.changes.change import Class, Effect, Pair, Place
from crmdsl.analysis.changes.places import Places
from crmdsl.analysis.changes.surface import MACHINES
from crmdsl.diagnostics import Message, quoted
from crmdsl.ir.casespace import SECTIONS
from crmdsl.ir.machine import Machine
from crmdsl.ir.staff import members
from crmdsl.model.entities import Entity, Field

SHOWN = 3


def effects(pair: Pair) -> Iterator[Effect]:
    """Everything that a saved case has and that is gone, or counted otherwise."""
    for name, entity in pair.before.spec.entities.items():
        now = pair.now.spec.entities.get(name)
        if now is not None:
            yield from _record(name, entity, now)
    yield from _currency(pair)
    yield from _words(pair)
    places = Places(pair.before)
    for section in MACHINES if pair.sound else ():
        old, new = (getattr(program, section) for program in pair.programs)
        for name, machine in old.items():
            if name in new:
                yield from _states(machine, new[name], places)
            elif name not in getattr(pair.now.spec, section):
                yield _effect(Message("its cases cannot be read any more"), (section, name))
    yield from _positions(pair)
    yield from _people(pair)


def _people(pair: Pair) -> Iterator[Effect]:
    """Who acted in a case must be there: the people listed, without any so many of each role as it has."""
    listed, there = pair.before.spec.people, {one.name for one in members(pair.now.spec)}
    gone: dict[str, list[str]] = {}
    for one in members(pair.before.spec):
        if one.name not in there and one.name in listed:
            message = Message("cases in which `{name}` acted cannot be read any more", name=one.name)
            yield _effect(message, ("people", one.name))
        elif one.name not in there:
            gone.setdefault(one.roles[0], []).append(one.name)
    for role, names in gone.items():
        more = ", …" if len(names) > SHOWN else ""
        message = Message("cases in which {names} acted cannot be read any more", names=quoted(names[:SHOWN]) + more)
        yield Effect(Class.CASES, (("roles", role), ("people",)), message, ("headcount",))


def _effect(message: Message, *places: Place) -> Effect:
    return Effect(Class.CASES, places, message, ("type", "derived"))


def _record(name: str, before: Entity, now: Entity) -> Iterator[Effect]:
    """The record of a case, which has just the fields that are kept."""
    old, new = (_kept(entity) for entity in (before, now))
    for field in [*old, *(one for one in new if one not in old)]:
        place = ("entities", name, "fields", field)
        if field not in new:
            yield _effect(Message("saved cases have `{field}`, which is not read any more", field=field), place)
        elif field not in old:
            yield _effect(Message("saved cases have no `{field}`", field=field), place)
        elif not _reads(old[field], new[field]):
            yield _effect(Message("saved cases may have a `{field}` that cannot be read", field=field), place)


def _kept(entity: Entity) -> dict[str, Field]:
    return {name: field for name, field in entity.fields.items() if field.derived is None}


def _reads(before: Field, now: Field) -> bool:
    """Whether every saved value of a field is one of it now."""
    old, new = before.type, now.type
    if old is None or new is None:
        return True
    if old.base == "enum":
        return new.base == "enum" and set(old.values) <= set(new.values)
    return (old.base, old.entity) == (new.base, new.entity)


def _currency(pair: Pair) -> Iterator[Effect]:
    """Amounts are saved as figures, which are read in the currency of the company."""
    before, now = (program.spec.company.currency if program.spec.company else "" for program in pair.programs)
    if before and now and before != now:
        message = Message("saved amounts are in `{before}`, and are read as `{now}`", before=before, now=now)
        yield Effect(Class.CASES, (("company", ""),), message, ("currency",))


def _words(pair: Pair) -> Iterator[Effect]:
    """Units, territories and the like that records name."""
    types = {
        field.type.base
        for entity in pair.before.spec.entities.values()
        for field in entity.fields.values()
        if field.type is not None and field.derived is None
    }
    for base, section in SECTIONS.items():
        old, new = (getattr(program.spec, section) for program in pair.programs)
        for name in old if base in types else ():
            if name not in new:
                yield _effect(Message("records that name `{name}` cannot be read any more", name=name), (section, name))


def _states(before: Machine, now: Machine, places: Places) -> Iterator[Effect]:
    """Where cases are, and were: each state of their history must be there."""
    gone: dict[Place, list[str]] = {}
    for name, state in before.states.items():
        if name not in now.states and state.kind != "decide":
            place = places.of(state.declaration) or places.of(before.declaration) or ()
            gone.setdefault(place, []).append(name)
    own = places.of(before.declaration) or ()
    if before.entity != now.entity:
        yield _effect(Message("its cases cannot be read any more"), own)
    for place, names in gone.items():
        more = ", …" if len(names) > SHOWN else ""
        yield _effect(
            Message("cases of `{process}` that are or were in {states} cannot be read any more", process=before.name,
                    states=quoted(names[:SHOWN]) + more), place, own)  # fmt: skip


def _positions(pair: Pair) -> Iterator[Effect]:
    """What saved cases count by its position: the levels that signed, and the roles for which somebody did."""
    for name, old in pair.before.spec.approvals.items():
        new = pair.now.spec.approvals.get(name)
        if new is not None and _moved(old.levels, new.levels):
            message = Message("pending cases count levels by their position, which is another now")
            yield _effect(message, *_cause(old.levels, new.levels, ("approvals", name, "levels")))
    roles = (program.spec.roles for program in pair.programs)
    before, now = roles
    if _moved(before, now):
        message = Message("signatures of pending cases count roles by their position, which is another now")
        yield _effect(message, *_cause(before, now, ("roles",)))


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether something has another position than it had."""
    places = {name: place for place, name in enumerate(now)}
    return any(places.get(name, place) != place for place, name in enumerate(before))


def _cause(before: Mapping[str, Any], now: Mapping[str, Any], place: Place) -> tuple[Place, ...]:
    """What moved the others: what came or went, else the order."""
    come = [(*place, name) for name in now if name not in before]
    gone = [(*place, name) for name in before if name not in now]
    return (*come, *gone, place)

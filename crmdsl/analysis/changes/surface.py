"""The generated package as its users see it: classes, fields, methods and what they take; what breaks of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crmdsl.analysis.changes.change import Class, Effect, Pair, Place
from crmdsl.analysis.changes.places import Places
from crmdsl.backends.python import names
from crmdsl.backends.python.builder import Builder
from crmdsl.backends.python.entities import annotation
from crmdsl.backends.python.machines import event_views
from crmdsl.conditions.unparse import figure
from crmdsl.diagnostics import Message
from crmdsl.ir.casespace import CaseSpace
from crmdsl.ir.machine import Machine, Opening
from crmdsl.ir.program import Program
from crmdsl.model.entities import Entity
from crmdsl.model.processes import Task

MACHINES = ("processes", "approvals", "handoffs")
BOUNDED = frozenset({"money", "percent", "number", "integer"})


class Method(NamedTuple):
    """The method of an event: what it takes, with the types, what of it it needs, and where the event is declared."""

    name: str
    arguments: dict[str, str]
    needs: tuple[str, ...]
    places: tuple[Place, ...]


def effects(pair: Pair) -> Iterator[Effect]:
    """Everything that somebody may use and that is gone, or is to be used otherwise."""
    for name, entity in pair.before.spec.entities.items():
        yield from _entity(pair, name, entity)
    for name in pair.before.spec.roles:
        if name not in pair.now.spec.roles:
            yield Effect(Class.API, (("roles", name),), Message("there is no role `{name}`", name=name))
    if not pair.sound:
        return
    places = Places(pair.before), Places(pair.now)
    needing: set[tuple[str, str]] = set()
    for section in MACHINES:
        old, new = (getattr(program, section) for program in pair.programs)
        for name, machine in old.items():
            if name not in new:
                if name not in getattr(pair.now.spec, section):
                    yield _gone(names.class_of(name), ((section, name),))
                continue
            yield from _machine(pair, machine, new[name], places, needing)
    yield from _needs(pair, needing)
    yield from _reasons(pair)


def _gone(name: str, places: tuple[Place, ...]) -> Effect:
    return Effect(Class.API, places, Message("`{name}` is gone", name=name), ("type", "recall", "of"))


def _entity(pair: Pair, name: str, entity: Entity) -> Iterator[Effect]:
    """The class of an entity's records."""
    now, cls = pair.now.spec.entities.get(name), names.class_of(name)
    if now is None:
        yield _gone(cls, (("entities", name),))
        return
    for field in entity.fields.values():
        shown, place = f"{cls}.{names.attribute(field.name)}", ("entities", name, "fields", field.name)
        other = now.fields.get(field.name)
        if other is None:
            yield _gone(shown, (place,))
        elif field.type is not None and other.type is not None:
            before, after = annotation(field.type), annotation(other.type)
            if field.type.base == other.type.base == "enum":
                for value in field.type.values:
                    if value not in other.type.values:
                        message = Message("`{name}` is no longer `{value}`", name=shown, value=value)
                        yield Effect(Class.API, (place,), message, ("type",))
            elif before != after:
                message = Message("`{name}` is `{now}`, no longer `{before}`", name=shown, now=after, before=before)
                yield Effect(Class.API, (place,), message, ("type",))
            if (other.derived is None) != (field.derived is None) and other.derived is not None:
                yield Effect(Class.API, (place,), Message("`{name}` cannot be written any more", name=shown))
            elif other.derived is None and field.derived is None:
                yield from _bounds(pair, name, field.name, shown)


def _bounds(pair: Pair, entity: str, name: str, shown: str) -> Iterator[Effect]:
    """A bound of a field that is narrower: values that were taken are refused."""
    before, now = (CaseSpace(program.resolved) for program in pair.programs)
    old, new = before.field(entity, name), now.field(entity, name)
    if old is None or new is None or old.type != new.type or old.type.base not in BOUNDED:
        return
    place = ("entities", entity, "fields", name)
    if new.high is not None and (old.high is None or new.high < old.high):
        value = figure(new.type.base, new.high, now.currency)
        message = Message("`{name}` is `{value}` at most", name=shown, value=value)
        yield Effect(Class.API, (place,), message, ("max", "type"))
    if new.low is not None and (old.low is None or new.low > old.low):
        value = figure(new.type.base, new.low, now.currency)
        message = Message("`{name}` is `{value}` at least", name=shown, value=value)
        yield Effect(Class.API, (place,), message, ("min", "type"))


def methods(program: Program, machine: Machine, places: Places) -> dict[str, Method]:
    """The methods of a class of cases, by event."""
    builder, found = Builder(program), {}
    for view in event_views(builder, machine):
        openings = machine.events[view.name].openings
        declared = [_place(one, machine, places) for one in openings]
        arguments = {one.attribute: one.annotation for one in view.values}
        arguments |= {name: "" for name in ("reason", "score", "date") if getattr(view, name)}
        where = tuple(dict.fromkeys(place for place in declared if place is not None))
        needs = ("by",) * (view.by == "required") + tuple(one.attribute for one in view.values if one.required)
        found[view.name] = Method(view.method, arguments, needs, where)
    return found


def _place(opening: Opening, machine: Machine, places: Places) -> Place | None:
    """Where it is declared that an event is open: of what the whole chain allows, the chain."""
    found = places.of(opening.declaration, machine.states[opening.state].declaration)
    return found[:2] if found is not None and opening.meaning == "recall" else found


def _machine(
    pair: Pair, old: Machine, new: Machine, places: tuple[Places, Places], needing: set[tuple[str, str]]
) -> Iterator[Effect]:
    """The class of the cases of a process, chain or handoff; adds the arguments that its methods newly need."""
    cls = names.class_of(old.name)
    before, now = methods(pair.before, old, places[0]), methods(pair.now, new, places[1])
    own = places[1].of(new.declaration) or ()
    for event, was in before.items():
        method, where = now.get(event), (*was.places, own)
        shown = f"{cls}.{was.name}"
        if method is None or method.name != was.name:
            yield _gone(shown, where)
            continue
        for argument, kind in was.arguments.items():
            yield from _argument(pair, old, shown, where, (argument, kind, method.arguments.get(argument)))
        for argument in method.needs:
            if argument not in was.needs:
                needing.add((shown, argument))
                message = Message("`{name}` needs `{argument}`", name=shown, argument=argument)
                yield Effect(Class.API, where, message, ("needs", "edits", "type", "by"))


def _argument(
    pair: Pair, machine: Machine, shown: str, where: tuple[Place, ...], changed: tuple[str, str, str | None]
) -> Iterator[Effect]:
    """An argument of a method: its name, the type that it had, and the one that it has if it is there."""
    argument, kind, after = changed
    if after is None:
        message = Message("`{name}` takes no `{argument}` any more", name=shown, argument=argument)
    elif _parts(kind) - {"None"} <= _parts(after):
        return
    else:
        message = Message("`{name}` takes `{now}` as `{argument}`, no longer `{before}`", name=shown, argument=argument,
                          now=after, before=kind)  # fmt: skip
    places = _with_field(pair, machine, argument, where, missing=after is None)
    yield Effect(Class.API, places, message, ("edits", "type"))


def _with_field(
    pair: Pair, machine: Machine, argument: str, places: tuple[Place, ...], *, missing: bool
) -> tuple[Place, ...]:
    """The places of a method, behind that of the field that an argument is, where the field changed."""
    for name, entity in pair.before.spec.entities.items():
        now = pair.now.spec.entities.get(name)
        for field in entity.fields:
            gone = now is None or field not in now.fields
            if names.parameter(field) == argument and (gone if missing else name == machine.entity):
                return (("entities", name, "fields", field), *places)
    return places


def _parts(kind: str) -> set[str]:
    """What a type takes: the values of a `Literal` one by one."""
    found: set[str] = set()
    for part in kind.split(" | "):
        inner = part.removeprefix("Literal[").removesuffix("]") if part.startswith("Literal[") else None
        found |= {part} if inner is None else {f"={value}" for value in inner.split(", ")}
    return found


def _needs(pair: Pair, needing: set[tuple[str, str]]) -> Iterator[Effect]:
    """Fields that must be known to fire an event, and needed not be, unless its method needs them as arguments."""
    for name, process in pair.before.spec.processes.items():
        other = pair.now.spec.processes.get(name)
        for path, step in process.all_steps.items():
            now = other.all_steps.get(path) if other else None
            if not isinstance(step, Task) or not isinstance(now, Task) or process.entity is None:
                continue
            before = _asked(pair.before, process.entity.name, step)
            places = ("processes", name, "steps", path), ("entities", process.entity.name, "fields")
            for field in sorted(_asked(pair.now, process.entity.name, now) - before):
                for outcome in now.outcomes:
                    shown = f"{names.class_of(name)}.{outcome}"
                    if outcome in step.outcomes and (shown, names.parameter(field)) not in needing:
                        message = Message("`{name}` is refused while `{field}` is missing", name=shown, field=field)
                        where = (places[0], (*places[1], field))
                        yield Effect(Class.API, where, message, ("needs", "edits", "type"))


def _reasons(pair: Pair) -> Iterator[Effect]:
    """Signatures that need a reason, and needed none."""
    for name, chain in pair.before.spec.approvals.items():
        after = pair.now.spec.approvals.get(name)
        for event, needing in (("approve", ("always",)), ("reject", ("always", "on_reject"))):
            if after is not None and after.reason in needing and chain.reason not in needing:
                shown = f"{names.class_of(name)}.{event}"
                message = Message("`{name}` needs `{argument}`", name=shown, argument="reason")
                yield Effect(Class.API, (("approvals", name),), message, ("reason",))


def _asked(program: Program, entity: str, step: Task) -> set[str]:
    """The fields without which a task cannot be left, and that nobody but who does it gives."""
    declared = program.spec.entities.get(entity)
    fields = declared.fields if declared else {}
    edited = {ref.name for ref in step.edits}
    given = {
        name for name in edited
        if (field := fields.get(name)) and field.type and not field.type.optional and field.default is None
        and field.derived is None
    }  # fmt: skip
    return given | {ref.name for ref in step.needs}

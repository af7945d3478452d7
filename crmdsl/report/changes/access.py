"""Differences in access: as entries for people, and a request that is answered otherwise as data."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from crmdsl.analysis.changes.change import Access, Change, Kind, Request
from crmdsl.diagnostics import Message
from crmdsl.model.currencies import DECIMALS
from crmdsl.model.spec import Spec
from crmdsl.report.changes.entry import Entry
from crmdsl.report.changes.speaker import AROUND, Speaker

SIGNS = {Kind.GAINED: "+", Kind.LOST: "-"}


def entry(change: Change, speaker: Speaker) -> Entry:
    """Who gains or loses what, on which records."""
    found = change.access
    heading, tags = speaker.titled("entities", change.place[1]), tuple(speaker.tags(change))
    assert found is not None  # noqa: S101 - changes of this section have it
    line = speaker.say(_line(found, speaker))
    if change.kind is Kind.UNKNOWN:
        reason = speaker.say(change.reason) if change.reason else ""
        said = speaker.say(Message("could not be compared: {reason}", reason=reason))
        return Entry(heading, "~", line, tags, (("", said),))
    return Entry(heading, SIGNS[change.kind], line, tags, tuple(_details(change, found, speaker)))


def _line(found: Access, speaker: Speaker) -> Message:
    who = ", ".join([*([speaker.roles(found.roles)] if found.roles else []), *found.people])
    actions = ", ".join(f"`{action}`" for action in found.actions)
    if not found.fields:
        return Message("{who}: {actions}", who=who, actions=actions)
    if found.every:
        return Message("{who}: {actions} of every field", who=who, actions=actions)
    fields = ", ".join(speaker.field(found.entity, name) for name in found.fields)
    return Message("{who}: {actions} of {fields}", who=who, actions=actions, fields=fields)


def _details(change: Change, found: Access, speaker: Speaker) -> Iterator[tuple[str, str]]:
    yield "", speaker.region(found.entity, change.region)
    if found.request is None:
        yield "", speaker.say(Message("whether there is such a case could not be proven"))
    else:
        yield speaker.say(Message("for example")), ", ".join(_example(change, found.request, speaker))
    if found.grants:
        yield "", speaker.say(Message("by the grant at {places}", places=", ".join(found.grants)))


def _example(change: Change, asked: Request, speaker: Speaker) -> Iterator[str]:
    """The parts of a request: who asks for what, of which record."""
    entity = change.place[1]
    nobody = Message("somebody as {role}", role=speaker.roles([asked.role]))
    yield asked.person if asked.person is not None else speaker.say(nobody)
    yield f"`{asked.action}` `{entity}.{asked.on}`" if asked.on else f"`{asked.action}` `{entity}`"
    if asked.creator is not None:
        yield speaker.say(Message("created by {person}", person=asked.creator))
    if asked.owner is not None:
        yield speaker.say(Message("owned by {person}", person=asked.owner))
    if asked.states:
        yield speaker.case(asked.process, asked.states)
    for name, done in asked.history.items():
        yield f"{speaker.say(AROUND[name])} {speaker.around(name, done)}"
    if change.case:
        yield change.case


def as_data(found: Access, specs: tuple[Spec, Spec], kind: Kind) -> dict[str, Any]:
    """Who, what and by which grants, with a request on the record that `crmdsl access … explain` reads."""
    spec = specs[0] if kind is Kind.LOST else specs[1]
    return {
        "roles": list(found.roles), "people": list(found.people), "actions": list(found.actions),
        "fields": list(found.fields), "every_field": found.every, "grants": list(found.grants),
        "request": None if found.request is None else _request(found.entity, found.request, spec),
    }  # fmt: skip


def _request(entity: str, asked: Request, spec: Spec) -> dict[str, Any]:
    record: dict[str, Any] = {"fields": _fields(entity, asked, spec)}
    for name in ("creator", "owner", "requester"):
        if (value := getattr(asked, name)) is not None:
            record[name] = value
    if asked.states:
        record |= {"process": asked.process, "states": list(asked.states)}
    for name in ("writers", "signers"):
        done = asked.history.get(name, "others")
        if done != "unknown":
            record[name] = [asked.person] if done == "actor" else []
    return {
        "actor": asked.person, "role": asked.role, "action": asked.action,
        "on": f"{entity}.{asked.on}" if asked.on else entity, "scope": asked.standing or None,
        "record": record, "today": asked.today.isoformat() if asked.today else None,
    }  # fmt: skip


def _fields(entity: str, asked: Request, spec: Spec) -> dict[str, Any]:
    """The fields of a record as JSON has them, those of what it refers to inside."""
    found: dict[str, Any] = {}
    for path, value in asked.values.items():
        at, inside = entity, found
        for part in path[:-1]:
            inside = inside.setdefault(part, {})
            at = _type(spec, at, part).entity
        kind = _type(spec, at, path[-1])
        inside[path[-1]] = {} if kind.base == "reference" else _value(kind.base, value, spec)
    return found


def _type(spec: Spec, entity: str, field: str) -> Any:
    return spec.entities[entity].fields[field].type


def _value(base: str, value: Any, spec: Spec) -> Any:
    """A value as the generated package writes it."""
    if base in ("money", "percent"):
        digits = DECIMALS.get(spec.company.currency, 2) if base == "money" and spec.company else 2
        return format(Decimal(f"{value}E-{digits}"), "f")
    if base in ("date", "instant"):
        return value.isoformat()
    return str(value) if base == "number" else value

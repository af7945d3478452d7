"""Every target of access, asked the same of the same world."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from crmdsl.ir.lower import lower
from tests.differential.deciding import Deciding, deciding
from tests.differential.engines import files_of
from tests.differential.policy_engines import Casbin, Cedar, Rego
from tests.differential.rows import Installed
from tests.differential.tables import fill
from tests.generators.policies import World
from tests.reference.decisions import ACTIONS, Request

Answers = list[bool | None]
"""The answers to the requests of a world, `None` where a target has no such question."""


class Room(NamedTuple):
    """Where targets work: a folder, and a PostgreSQL, in which the first `tried` changes are tried."""

    folder: Path
    opened: Any
    tried: int = 60


def python(world: World, room: Room) -> Answers:
    """The generated package; every decision has its reason."""
    with _package(world, room) as package:
        decisions = [package.decide(request) for request in world.requests]
        different = dict(zip(world.requests, decisions, strict=True)).values()
        assert all(one.place or one.rule.startswith("unknown") for one in different)
        return [bool(one) for one in decisions]


@contextmanager
def _package(world: World, room: Room) -> Iterator[Deciding]:
    with deciding(world, room.folder, lower(world.resolved).package) as package:
        yield package


def filters(world: World, room: Room) -> Answers:
    """The package's filters, as SQL over all rows and as predicates, which must choose the same."""
    room.opened.execute("SET search_path = public")
    fill(room.opened, world)
    known: dict[tuple[str, str, str], set[int]] = {}
    with _package(world, room) as package:
        real = package.policy.situation
        package.policy.situation = lambda actor, **given: real(actor, **{"at": world.noon(), **given})

        def chosen(actor: str, action: str, entity: str) -> set[int]:
            found = package.policy.filter(package.people[actor], action, entity)
            rows = room.opened.execute(f'SELECT _id FROM "{entity}" WHERE {found.where}', found.parameters)
            selected = {int(row[0]) for row in rows if "." not in row[0]}
            numbers = (number for number, record in enumerate(world.records) if record[""] == entity)
            by_predicate = {n for n in numbers if found(package.records[n], package.situations[n])}
            assert selected == by_predicate, (world.seed, actor, action, entity, found.where)
            return selected

        answers: Answers = []
        for request in world.requests:
            key = request.actor, request.action, world.records[request.record][""]
            if request.field is not None or request.actor not in package.people or request.action not in ACTIONS[1:]:
                answers.append(None)
                continue
            if key not in known:
                known[key] = chosen(*key)
            answers.append(request.record in known[key])
        return answers


def rows(world: World, room: Room) -> Answers:
    """Row and column security: what is read is what the views show, some of what is written is tried."""
    installed, tried = Installed(room.opened, world), 0
    answers: Answers = []
    for request in world.requests:
        reading = request.action in ("read", "export")
        tried += not reading
        answers.append(installed.allowed(request) if reading or tried <= room.tried else None)
    for actor in world.organisation.people:
        for number in range(len(world.records)):
            assert not list(installed.masked(actor, number)), (world.seed, actor, number)
    return answers


def cedar(world: World, room: Room) -> Answers:
    """The policies, checked against their schema."""
    return once(Cedar(files_of("cedar", lower(world.resolved))).decide, world)


def rego(world: World, room: Room) -> Answers:
    """The fixed policy, with the grants as data."""
    return once(Rego(files_of("rego", lower(world.resolved))).decide, world)


def casbin(world: World, room: Room) -> Answers:
    """The model, for what it can say."""
    return once(Casbin(files_of("casbin", lower(world.resolved)), room.folder).decide, world)


def once(decide: Callable[[World], list[bool]], world: World) -> Answers:
    """The answers of an engine, which is asked once what is drawn several times."""
    requests = list(dict.fromkeys(world.requests))
    known = dict(zip(requests, decide(dataclasses.replace(world, requests=requests)), strict=True))
    return [known[request] for request in world.requests]


class Target(NamedTuple):
    """A target: how it answers, by what name `compile` knows it, and what it needs."""

    decide: Callable[[World, Room], Answers]
    compiled: str = ""
    wheel: str = ""


TARGETS = {
    "python": Target(python),
    "filters": Target(filters),
    "rows": Target(rows, "postgres"),
    "cedar": Target(cedar, "cedar", "cedarpy"),
    "rego": Target(rego, "rego", "regorus"),
    "casbin": Target(casbin, "casbin", "casbin"),
}


def every_reading(world: World) -> Iterator[Request]:
    """Everybody's question for each action on each record, so that what is selected is exactly what is permitted."""
    for number in range(len(world.records)):
        for actor in world.organisation.people:
            for action in ACTIONS[1:]:
                yield Request(actor, action, number)

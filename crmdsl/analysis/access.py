"""Who holds which access, by which grant, and which work justifies each grant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdsl.ir.needs import Need, Work, needs, reports
from crmdsl.ir.policy import WRITING, Permission, Resource
from crmdsl.model.access import ACTIONS, Grant
from crmdsl.model.chains import Level
from crmdsl.model.processes import Task

if TYPE_CHECKING:
    from crmdsl.ir.program import Program


@dataclass(frozen=True, slots=True)
class Way:
    """How a role holds an action on a field (or on an entity, for `create` and `delete`).

    `below` is the role from which it reads, empty where the grant is its own; `when` is the text of the condition.
    """

    role: str
    entity: str
    field: str
    action: str
    scope: str
    when: str
    below: str
    place: str

    @property
    def free(self) -> bool:
        """Whether it holds on every record, whatever is in it."""
        return self.scope == "all" and not self.when


@dataclass(frozen=True, slots=True)
class Justified:
    """A grant with the work that asks for it: needs of its roles, entities that they work on besides."""

    grant: Grant
    place: str
    needs: tuple[Need, ...]
    works: tuple[tuple[str, str], ...]
    """Roles (of the grant or below) and the entity that each works on, where no step names its fields."""


def ways(program: Program) -> Iterator[Way]:
    """Every way in which a role holds an action, by entity, field, action and role in the order of the spec."""
    spec, policy = program.spec, program.policy
    found: dict[tuple[str, str, str], list[Way]] = {}
    for one in policy.permissions:
        when = " ".join(one.when.text.split()) if one.when is not None else ""
        place = f"{one.declaration.name_span.file}:{one.declaration.name_span.line}"
        fields = _shown(one, policy.resources[one.entity])
        holders = [(role, "") for role in one.granted]
        holders += [(heir, below[0]) for heir, below in one.heirs.items() if heir not in one.granted]
        for field in fields:
            for role, below in holders:
                way = Way(role, one.entity, field, one.action, one.scope, when, below, place)
                found.setdefault((one.entity, field, role), []).append(way)
    for entity, resource in policy.resources.items():
        for field in ("", *resource.fields):
            for role in spec.roles:
                yield from sorted(found.get((entity, field, role), ()), key=lambda way: ACTIONS.index(way.action))


def _shown(one: Permission, resource: Resource) -> tuple[str, ...]:
    """The fields that a permission opens (nobody writes some), and the whole record for `create` and `delete`."""
    if one.action == "delete":
        return ("",)
    writing = one.action in WRITING
    fields = tuple(name for name in one.fields if not writing or resource.fields[name].by != "nobody")
    return ("", *fields) if one.action == "create" else fields


def who_can(program: Program, action: str, entity: str, field: str) -> list[Way]:
    """The ways in which anybody holds an action on an entity, or on a field of it."""
    found = [way for way in ways(program) if (way.action, way.entity) == (action, entity)]
    if field:
        return [way for way in found if way.field == field]
    once: dict[tuple[str, str, str], Way] = {}
    for way in found:
        once.setdefault((way.role, way.place, way.below), way)
    return list(once.values())


def people_of(program: Program, role: str) -> list[str]:
    """Who holds a role, where people are listed."""
    return [name for name, person in program.spec.people.items() if any(ref.name == role for ref in person.roles)]


def justifications(program: Program) -> Iterator[Justified]:
    """Every grant with what asks for it, in the order of the spec."""
    spec = program.spec
    work, below, asked = Work(spec), reports(spec), list(needs(spec))
    opened: dict[str, dict[str, set[str]]] = {}
    for one in program.policy.permissions:
        opened.setdefault(one.declaration.name, {}).setdefault(one.entity, set()).update(one.fields)
    for grant in spec.access.grants:
        fields = opened.get(grant.name, {})
        roles = dict.fromkeys(role for ref in grant.role for role in spec.roles if role in below.get(ref.name, ()))
        serving = tuple(
            need for need in asked
            if need.role.name in roles and need.entity in fields and _serves(grant, need, fields[need.entity])
        )  # fmt: skip
        named = {(need.role.name, need.entity) for need in serving}
        works = tuple(
            (role, entity) for role in roles for entity in fields
            if entity in work.on(role) and (role, entity) not in named
        )  # fmt: skip
        span = grant.name_span
        yield Justified(grant, f"{span.file}:{span.line}", serving, works)


def _serves(grant: Grant, need: Need, fields: set[str]) -> bool:
    """Whether a grant opens something that a need asks for."""
    reads = "read" in grant.can and not fields.isdisjoint(need.reads)
    return reads or ("update" in grant.can and not fields.isdisjoint(need.updates))


def where(program: Program, need: Need) -> str:
    """The place of a need as people name it: `process.step`, `chain.level`, `handoff (side)`."""
    place = need.place
    if isinstance(place, Task):
        return f"{place.process}.{place.path}"
    if isinstance(place, Level):
        chains = program.spec.approvals.items()
        return next((f"{name}.{place.name}" for name, chain in chains if place in chain.levels.values()), place.name)
    return f"{place.name} ({need.side})"

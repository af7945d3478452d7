"""A program → its files for Cedar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crmdsl.backends import GeneratedFile
from crmdsl.backends._engines.kept import Kept, Records
from crmdsl.backends._engines.layout import asking, environment, header
from crmdsl.backends.cedar.policies import Policies
from crmdsl.backends.cedar.words import attribute, type_of
from crmdsl.conditions.cedar import ENTITIES, quoted
from crmdsl.ir.program import Program
from crmdsl.ir.staff import Member, members

KINDS = {"figure": "Long", "flag": "Bool", "text": "String", "date": "datetime", "instant": "datetime"}


def files(program: Program) -> Iterator[GeneratedFile]:
    """Every file. Raises `NotExpressible`."""
    records = Records(program)
    jinja = environment("cedar")
    jinja.filters["text"] = quoted
    permits = Policies(program, records).permits()
    types = {name: type_of(name) for name in program.spec.entities}
    schema = [(types[name], list(attributes(records, name))) for name in types]
    view: dict[str, Any] = {"header": header(program), "permits": permits, "entities": schema}
    for name in ("policies.cedar", "schema.cedarschema"):
        yield GeneratedFile(name, jinja.get_template(f"{name}.jinja").render(view))
    yield GeneratedFile("entities.json", json.dumps(list(organisation(program)), indent=1, ensure_ascii=False) + "\n")
    yield GeneratedFile("ask.py", asking(program, records, "cedar", types=types, names=ENTITIES, rego=False))


def attributes(records: Records, entity: str) -> Iterator[tuple[str, str]]:
    """The fields of an entity that Cedar is told, with their types."""
    for name, kept in records.fields(entity):
        if kept.kind != "untold":
            yield attribute(name), _type(kept)


def _type(kept: Kept) -> str:
    if kept.kind == "record":
        return type_of(kept.of)
    return ENTITIES[kept.of] if kept.of else KINDS.get(kept.kind, "String")


def organisation(program: Program) -> Iterator[dict[str, Any]]:
    """Roles, units, territories and people. A role has the units and territories of those who hold it."""
    spec = program.spec
    people = list(members(spec))
    holding: dict[str, list[Member]] = {}
    for one in people:
        for role in one.roles:
            holding.setdefault(role, []).append(one)
    for role in spec.roles:
        holders = holding.get(role, [])
        units = dict.fromkeys(one.unit for one in holders if one.unit is not None)
        territories = dict.fromkeys(one.territory for one in holders if one.territory is not None)
        attrs = {
            "units": [of("Unit", one) for one in units],
            "territories": [of("Territory", one) for one in territories],
        }
        yield entity("Role", role, attrs)
    for unit in spec.sales_network.values():
        yield entity("Unit", unit.name, {"kind": unit.kind})
    for territory in spec.territories.values():
        parents = [uid("Territory", territory.parent.name)] if territory.parent is not None else []
        yield entity("Territory", territory.name, {}, parents)
    for one in people:
        yield person(one)


def person(one: Member) -> dict[str, Any]:
    """A person."""
    attrs: dict[str, Any] = {"role": list(one.roles)}
    for name, value in (("unit", one.unit), ("territory", one.territory)):
        if value is not None:
            attrs[name] = of(ENTITIES[name], value)
    return entity("Person", one.name, attrs, [uid("Role", role) for role in one.roles])


def entity(kind: str, name: str, attrs: dict[str, Any], parents: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """An entity as Cedar reads it."""
    return {"uid": uid(kind, name), "attrs": attrs, "parents": parents or []}


def uid(kind: str, name: str) -> dict[str, str]:
    """The identity of an entity."""
    return {"type": kind, "id": name}


def of(kind: str, name: str) -> dict[str, Any]:
    """An attribute that is an entity."""
    return {"__entity": uid(kind, name)}

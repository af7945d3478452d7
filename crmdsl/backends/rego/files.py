"""A program → its files for Rego."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crmdsl import __version__
from crmdsl.backends import GeneratedFile
from crmdsl.backends._engines.kept import Records
from crmdsl.backends._engines.layout import asking, environment
from crmdsl.backends.rego.grants import Grants
from crmdsl.ir.program import Program
from crmdsl.ir.staff import members

DEEPEST = 7
"""Levels of the data down to a grant."""


def files(program: Program) -> Iterator[GeneratedFile]:
    """Every file. Raises `NotExpressible`."""
    records = Records(program)
    company = {"entities": Grants(program, records).entities(), **organisation(program)}
    yield GeneratedFile("data.json", laid_out({"company": company}) + "\n")
    yield GeneratedFile("policy.rego", environment("rego").get_template("policy.rego").render(version=__version__))
    yield GeneratedFile("ask.py", asking(program, records, "rego", rego=True))


def laid_out(value: Any, depth: int = 0) -> str:
    """JSON in lines of their own down to single grants and people, each of which is one."""
    if depth == DEEPEST or not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    margin, closing = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, list):
        if not isinstance(value[0], dict):
            return json.dumps(value, ensure_ascii=False)
        return "[" + ",".join(margin + laid_out(one, depth + 1) for one in value) + closing + "]"
    pairs = (f"{margin}{json.dumps(key)}: {laid_out(one, depth + 1)}" for key, one in value.items())
    return "{" + ",".join(pairs) + closing + "}"


def organisation(program: Program) -> dict[str, Any]:
    """Who works here: people, and by role those who hold it with their units and territories."""
    spec, policy = program.spec, program.policy
    people: dict[str, Any] = {}
    roles: dict[str, Any] = {
        name: {"department": policy.departments.get(name), "people": [], "units": [], "territories": []}
        for name in spec.roles
    }
    for one in members(spec):
        known = {"unit": one.unit, "territory": one.territory}
        people[one.name] = {"roles": list(one.roles)} | {key: value for key, value in known.items() if value}
        for role in one.roles:
            for key, value in (("people", one.name), ("units", one.unit), ("territories", one.territory)):
                if value is not None and value not in roles[role][key]:
                    roles[role][key].append(value)
    around = {
        name: [outer for outer, parts in policy.parts.items() if name in parts] for name in spec.territories
    }  # fmt: skip
    units = {unit.name: unit.kind for unit in spec.sales_network.values()}
    return {"people": people, "roles": roles, "units": units, "territories": around}

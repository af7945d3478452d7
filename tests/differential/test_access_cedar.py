"""What Cedar says to nonsense, to names that mean something to it and to whole companies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crmdsl.api import check
from crmdsl.ir.lower import lower
from tests.differential.engines import NONSENSE, files_of
from tests.differential.generated import resolved
from tests.differential.policy_engines import Cedar, library

cedarpy = library("cedarpy")

SPECS = Path(__file__).parents[2] / "specs"


@pytest.fixture(scope="module")
def engine() -> Cedar:
    return Cedar(files_of("cedar", lower(resolved(OPEN, "open"))))


OPEN = """
crmdsl: 1
company: {name: A, currency: EUR, timezone: Europe/Rome, calendar: c}
calendars: {c: {hours: {mon-fri: "09:00-17:00"}}}
departments: {d: {}}
roles: {agent: {department: d}}
people: {anna: {roles: agent}, bob: {roles: agent}}
sales_network: {north: {kind: employees, role: agent}}
entities:
  client: {fields: {title: text}}
  order:
    fields:
      {client: client, amount: money, rush: flag, kind: a | b, team: optional unit, due: optional date, remark: text,
       called: optional instant, lead: optional person, quantity: integer, spent: optional duration}
access:
  grants:
    - {role: agent, can: [create, read, update, delete, export], on: order, scope: all}
  separation: {twice: {never_both: [order.update, order.delete], per: record}}
"""
ASKED: dict[str, Any] = {
    "actor": "anna", "action": "read", "entity": "order", "field": "amount", "record": {"fields": {"amount": "3.50"}},
}  # fmt: skip


def allowed(engine: Cedar, asked: dict[str, Any]) -> bool:
    try:
        question, entities = engine.ask.ask(**asked)
    except engine.ask.Refused:
        return False
    return bool(engine.answer(question, entities))


def test_nonsense_is_refused(engine: Cedar) -> None:
    assert allowed(engine, ASKED)
    for wrong in NONSENSE:
        assert not allowed(engine, ASKED | wrong), wrong


def test_what_fits_no_schema_is_no_answer_and_without_the_schema_it_is_denied(engine: Cedar) -> None:
    question, entities = engine.ask.ask("anna", "delete", "order", {"fields": {}, "writers": ["bob"]})
    assert engine.answer(question, entities)
    for wrong in ("bob", ["bob"], [3], 3, None, {}):
        entities[-1]["attrs"]["_writers"] = wrong
        everything = [*engine.organisation, *entities]
        result = cedarpy.is_authorized(question, engine.policies, everything, schema=engine.schema)
        assert result.decision.value == "NoDecision"
        assert not result.allowed
        if not isinstance(wrong, list):  # a set of anything else than persons contains nobody: hence the schema
            assert not cedarpy.is_authorized(question, engine.policies, everything).allowed


NAMES = (
    "true", "if", "in", "is", "has", "like", "then", "else", "datetime", "duration", "decimal", "ipaddr", "long", "set",
    "string", "bool", "entity", "action", "type", "namespace", "record", "person", "role", "unit", "principal",
    "resource", "context", "permit", "forbid", "when", "unless", "applies_to", "if_",
)  # fmt: skip


def test_names_that_mean_something_to_cedar() -> None:
    fields = ", ".join(f"{name}: integer" for name in NAMES)
    text = OPEN.partition("entities:")[0] + "entities:\n"
    text += "".join(f"  {name}: {{fields: {{to: if, on: type, {fields}}}}}\n" for name in NAMES)
    text += "access:\n  grants:\n"
    when = 'when: "to.if = 3 and on.to.type = 4 and has = 5"'
    text += "".join(f"    - {{role: agent, can: read, on: {name}, {when}}}\n" for name in NAMES)
    engine = Cedar(files_of("cedar", lower(resolved(text, "names"))))
    for name in NAMES:
        for number in (4, 5):
            inner = {"to": {"fields": {"if": 3}}, "on": {"fields": {"to": {"fields": {"type": number}}}}, "has": 5}
            asked = ASKED | {"entity": name, "field": "if", "record": {"fields": inner}}
            assert allowed(engine, asked) == (number == 4), name


@pytest.mark.parametrize("spec", ["valvotech", "termolinea", "montalta"])
def test_the_companies_can_be_said(spec: str) -> None:
    engine = Cedar(files_of("cedar", check(SPECS / spec).program))
    cedarpy.Entities.from_json_str(json.dumps(engine.organisation), engine.schema)

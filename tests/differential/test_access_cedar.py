"""Cedar decides as the oracle does: what is generated, checked against its schema and asked of the real engine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from crmdsl.api import check
from crmdsl.ir.lower import lower
from tests.differential.engines import MUTANTS, NONSENSE, Files, Telling, agreed, caught, files_of, module, sayable
from tests.differential.generated import resolved
from tests.generators.policies import World

try:
    import cedarpy
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest.skip("Cedar NOT TRIED: no wheel for this platform", allow_module_level=True)

SPECS = Path(__file__).parents[2] / "specs"


class Engine:
    """The files of a spec, loaded."""

    def __init__(self, files: Files) -> None:
        self.schema = cedarpy.Schema.from_str(files["schema.cedarschema"])
        checked = cedarpy.validate_policies(files["policies.cedar"], self.schema)
        assert checked.validation_passed, [str(error) for error in checked.errors][:3]
        self.policies = cedarpy.PolicySet.from_str(files["policies.cedar"])
        self.organisation: list[Any] = json.loads(files["entities.json"])
        self.ask = module(files["ask.py"])

    def answer(self, question: dict[str, Any], entities: list[Any]) -> bool:
        """The answer to one question."""
        everything = [*self.organisation, *entities]
        result = cedarpy.is_authorized(question, self.policies, everything, schema=self.schema)
        assert not result.diagnostics.errors, result.diagnostics.errors
        return bool(result.allowed)

    def decide(self, world: World) -> list[bool]:
        """The answers to a world's requests; what the module refuses is denied."""
        telling = Telling(world)
        entities, asked, found = list(self.organisation), {}, [False] * len(world.requests)
        told = [telling.record(record, str(number)) for number, record in enumerate(world.records)]
        added: set[int] = set()
        for number, request in enumerate(world.requests):
            entity = world.records[request.record][""]
            try:
                question, more = self.ask.ask(
                    request.actor, request.action, entity, told[request.record], request.field, today=world.today
                )  # fmt: skip
            except self.ask.Refused:
                continue
            asked[number] = question
            if request.record not in added:
                added.add(request.record)
                entities += more
        handle = cedarpy.Entities.from_json_str(json.dumps(entities), self.schema)
        results = cedarpy.is_authorized_batch(list(asked.values()), self.policies, handle, schema=self.schema)
        for number, result in zip(asked, results, strict=True):
            assert not result.diagnostics.errors, result.diagnostics.errors[:3]
            found[number] = result.allowed
        return found


def compare(seed: int, requests: int) -> int:
    world, files = sayable("cedar", seed, requests)
    return agreed(world, Engine(files).decide(world))


def test_cedar_decides_as_the_oracle_does() -> None:
    assert sum(compare(seed, 1000) for seed in range(5)) == 5000


@pytest.mark.slow
def test_cedar_decides_as_the_oracle_does_on_many_requests() -> None:
    count = 100_000 if "CRMDSL_THOROUGH" in os.environ else 10_000
    assert sum(compare(seed, 1000) for seed in range(1000, 1000 + count // 1000)) == count


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_policy_is_caught(mutant: str) -> None:
    assert caught("cedar", mutant, lambda files, world: Engine(files).decide(world), range(60, 90))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(files_of("cedar", lower(resolved(OPEN, "open"))))


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


def allowed(engine: Engine, asked: dict[str, Any]) -> bool:
    try:
        question, entities = engine.ask.ask(**asked)
    except engine.ask.Refused:
        return False
    return bool(engine.answer(question, entities))


def test_nonsense_is_refused(engine: Engine) -> None:
    assert allowed(engine, ASKED)
    for wrong in NONSENSE:
        assert not allowed(engine, ASKED | wrong), wrong


def test_what_fits_no_schema_is_no_answer_and_without_the_schema_it_is_denied(engine: Engine) -> None:
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
    engine = Engine(files_of("cedar", lower(resolved(text, "names"))))
    for name in NAMES:
        for number in (4, 5):
            inner = {"to": {"fields": {"if": 3}}, "on": {"fields": {"to": {"fields": {"type": number}}}}, "has": 5}
            asked = ASKED | {"entity": name, "field": "if", "record": {"fields": inner}}
            assert allowed(engine, asked) == (number == 4), name


@pytest.mark.parametrize("spec", ["valvotech", "termolinea", "montalta"])
def test_the_companies_can_be_said(spec: str) -> None:
    engine = Engine(files_of("cedar", check(SPECS / spec).program))
    cedarpy.Entities.from_json_str(json.dumps(engine.organisation), engine.schema)

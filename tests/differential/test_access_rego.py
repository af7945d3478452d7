"""The policy of Rego decides as the oracle does, asked of a real engine with its data."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from crmdsl.api import check
from crmdsl.ir.lower import lower
from tests.differential.engines import MUTANTS, NONSENSE, Files, Telling, agreed, caught, files_of, module, sayable
from tests.differential.generated import resolved
from tests.differential.test_access_cedar import ASKED, OPEN, SPECS
from tests.generators.policies import World

try:
    import regorus
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest.skip("Rego NOT TRIED: no wheel for this platform", allow_module_level=True)

ALLOW = "data.crmdsl.access.allow"


class Engine:
    """The files of a spec, loaded."""

    def __init__(self, files: Files) -> None:
        self.engine = regorus.Engine()
        self.engine.add_policy("policy.rego", files["policy.rego"])
        self.engine.add_data_json(files["data.json"])
        self.ask = module(files["ask.py"])

    def answer(self, question: str) -> bool:
        """The answer to one question."""
        self.engine.set_input_json(question)
        found: Any = self.engine.eval_rule(ALLOW)
        assert isinstance(found, bool)
        return found

    def decide(self, world: World) -> list[bool]:
        """The answers to a world's requests; what the module refuses is denied."""
        telling, found = Telling(world), []
        told = [telling.record(record, str(number)) for number, record in enumerate(world.records)]
        for request in world.requests:
            entity = world.records[request.record][""]
            try:
                question = self.ask.ask(
                    request.actor, request.action, entity, told[request.record], request.field, today=world.today
                )  # fmt: skip
            except self.ask.Refused:
                found.append(False)
            else:
                found.append(self.answer(question))
        return found


def compare(seed: int, requests: int) -> int:
    world, files = sayable("rego", seed, requests)
    return agreed(world, Engine(files).decide(world))


def test_rego_decides_as_the_oracle_does() -> None:
    assert sum(compare(seed, 1000) for seed in range(5)) == 5000


@pytest.mark.slow
def test_rego_decides_as_the_oracle_does_on_many_requests() -> None:
    count = 100_000 if "CRMDSL_THOROUGH" in os.environ else 8_000
    assert sum(compare(seed, 1000) for seed in range(1000, 1000 + count // 1000)) == count


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_policy_is_caught(mutant: str) -> None:
    assert caught("rego", mutant, lambda files, world: Engine(files).decide(world), range(60, 90))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(files_of("rego", lower(resolved(OPEN, "open"))))


def allowed(engine: Engine, asked: dict[str, Any]) -> bool:
    try:
        return engine.answer(engine.ask.ask(**asked))
    except engine.ask.Refused:
        return False


def test_nonsense_is_refused(engine: Engine) -> None:
    assert allowed(engine, ASKED)
    for wrong in NONSENSE:
        assert not allowed(engine, ASKED | wrong), wrong


PARTS: list[dict[str, Any]] = [
    {"record": None}, {"record": {}}, {"record": []}, {"actor": None}, {"actor": 3}, {"actor": ["anna"]}, {"field": 3},
    {"field": "no_such_field"}, {"entity": "no_such"}, {"entity": None}, {"action": "approve"}, {"action": None},
    {"today": "2026-01-01"}, {"today": None},
]  # fmt: skip


def test_what_the_module_did_not_make_is_never_allowed(engine: Engine) -> None:
    good = json.loads(engine.ask.ask("anna", "delete", "order", {"fields": {}, "writers": ["bob"]}))
    assert answered(engine, good)
    for wrong in ({}, [], None, 3, {"actor": "anna"}, *(good | part for part in PARTS)):
        assert not answered(engine, wrong), wrong
    for key in ("writers", "signers", "states", "at", "owner", "creator", "requester"):
        for value in (3, True, {}, {"anna": 1}, [3], [None], ["bob", 3]):
            assert not answered(engine, good | {"record": good["record"] | {key: value}}), (key, value)
    assert not answered(engine, good | {"record": good["record"] | {"writers": "bob"}})
    assert not answered(engine, good | {"record": good["record"] | {"writers": ["anna"]}})


def answered(engine: Engine, asked: Any) -> bool:
    """An engine that raises has not allowed anything."""
    try:
        return engine.answer(json.dumps(asked))
    except RuntimeError:
        return False


def test_flags_that_a_binding_made_numbers_of_open_nothing() -> None:
    text = OPEN.replace("on: order, scope: all}", "on: order, scope: all, when: rush}")
    for condition, value in (("rush", True), ("not rush", False)):
        engine = Engine(files_of("rego", lower(resolved(text.replace("when: rush", f"when: {condition}"), "flags"))))
        asked = json.loads(engine.ask.ask("anna", "read", "order", {"fields": {"rush": value}}))
        assert answered(engine, asked)
        asked["record"]["fields"]["rush"] = int(value)
        assert not answered(engine, asked)


def test_a_company_can_be_said() -> None:
    Engine(files_of("rego", check(SPECS / "valvotech").program))

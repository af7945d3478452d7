"""Real engines of policies with what is generated for them, which answer the requests of a world."""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.differential.engines import Files, Telling, module
from tests.generators.policies import World


def library(name: str) -> Any:
    """The package of an engine; where there is no wheel for a platform the test is skipped, but not in CI."""
    try:
        return import_module(name)
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"{name} NOT TRIED: no wheel for this platform", allow_module_level=True)


class Cedar:
    """The files of a spec, checked against their schema and loaded."""

    def __init__(self, files: Files) -> None:
        cedarpy = self.engine = library("cedarpy")
        self.schema = cedarpy.Schema.from_str(files["schema.cedarschema"])
        checked = cedarpy.validate_policies(files["policies.cedar"], self.schema)
        assert checked.validation_passed, [str(error) for error in checked.errors][:3]
        self.policies = cedarpy.PolicySet.from_str(files["policies.cedar"])
        self.organisation: list[Any] = json.loads(files["entities.json"])
        self.ask = module(files["ask.py"])

    def answer(self, question: dict[str, Any], entities: list[Any]) -> bool:
        """The answer to one question."""
        everything = [*self.organisation, *entities]
        result = self.engine.is_authorized(question, self.policies, everything, schema=self.schema)
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
        handle = self.engine.Entities.from_json_str(json.dumps(entities), self.schema)
        results = self.engine.is_authorized_batch(list(asked.values()), self.policies, handle, schema=self.schema)
        for number, result in zip(asked, results, strict=True):
            assert not result.diagnostics.errors, result.diagnostics.errors[:3]
            found[number] = result.allowed
        return found


ALLOW = "data.crmdsl.access.allow"


class Rego:
    """The files of a spec, loaded; fed by JSON text."""

    def __init__(self, files: Files) -> None:
        self.engine = library("regorus").Engine()
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


class Casbin:
    """The files of a spec, loaded."""

    def __init__(self, files: Files, folder: Path) -> None:
        for name in ("model.conf", "policy.csv"):
            (folder / name).write_text(files[name], encoding="utf-8")
        self.enforcer = library("casbin").FastEnforcer(
            str(folder / "model.conf"), str(folder / "policy.csv"), cache_key_order=(1, 2, 3)
        )  # fmt: skip
        self.ask = module(files["ask.py"])

    def decide(self, world: World) -> list[bool]:
        """The answers to a world's requests; what the module refuses is denied."""
        telling, found = Telling(world), []
        told = [telling.record(record, str(number)) for number, record in enumerate(world.records)]
        known: dict[tuple[str, ...], bool] = {}
        for request in world.requests:
            entity = world.records[request.record][""]
            try:
                question = self.ask.ask(
                    request.actor, request.action, entity, told[request.record], request.field, today=world.today
                )  # fmt: skip
            except self.ask.Refused:
                found.append(False)
                continue
            if question not in known:
                known[question] = self.enforcer.enforce(*question)
            found.append(known[question])
        return found

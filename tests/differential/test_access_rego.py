"""What the policy of Rego says to nonsense, and to what its module did not make."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crmdsl.api import check
from crmdsl.ir.lower import lower
from tests.differential.engines import NONSENSE, files_of
from tests.differential.generated import resolved
from tests.differential.policy_engines import Rego, library
from tests.differential.test_access_cedar import ASKED, OPEN, SPECS

library("regorus")


@pytest.fixture(scope="module")
def engine() -> Rego:
    return Rego(files_of("rego", lower(resolved(OPEN, "open"))))


def allowed(engine: Rego, asked: dict[str, Any]) -> bool:
    try:
        return engine.answer(engine.ask.ask(**asked))
    except engine.ask.Refused:
        return False


def test_nonsense_is_refused(engine: Rego) -> None:
    assert allowed(engine, ASKED)
    for wrong in NONSENSE:
        assert not allowed(engine, ASKED | wrong), wrong


PARTS: list[dict[str, Any]] = [
    {"record": None}, {"record": {}}, {"record": []}, {"actor": None}, {"actor": 3}, {"actor": ["anna"]}, {"field": 3},
    {"field": "no_such_field"}, {"entity": "no_such"}, {"entity": None}, {"action": "approve"}, {"action": None},
    {"today": "2026-01-01"}, {"today": None},
]  # fmt: skip


def test_what_the_module_did_not_make_is_never_allowed(engine: Rego) -> None:
    good = json.loads(engine.ask.ask("anna", "delete", "order", {"fields": {}, "writers": ["bob"]}))
    assert answered(engine, good)
    for wrong in ({}, [], None, 3, {"actor": "anna"}, *(good | part for part in PARTS)):
        assert not answered(engine, wrong), wrong
    for key in ("writers", "signers", "states", "at", "owner", "creator", "requester"):
        for value in (3, True, {}, {"anna": 1}, [3], [None], ["bob", 3]):
            assert not answered(engine, good | {"record": good["record"] | {key: value}}), (key, value)
    assert not answered(engine, good | {"record": good["record"] | {"writers": "bob"}})
    assert not answered(engine, good | {"record": good["record"] | {"writers": ["anna"]}})


def answered(engine: Rego, asked: Any) -> bool:
    """An engine that raises has not allowed anything."""
    try:
        return engine.answer(json.dumps(asked))
    except RuntimeError:
        return False


def test_flags_that_a_binding_made_numbers_of_open_nothing() -> None:
    text = OPEN.replace("on: order, scope: all}", "on: order, scope: all, when: rush}")
    for condition, value in (("rush", True), ("not rush", False)):
        engine = Rego(files_of("rego", lower(resolved(text.replace("when: rush", f"when: {condition}"), "flags"))))
        asked = json.loads(engine.ask.ask("anna", "read", "order", {"fields": {"rush": value}}))
        assert answered(engine, asked)
        asked["record"]["fields"]["rush"] = int(value)
        assert not answered(engine, asked)


def test_a_company_can_be_said() -> None:
    Rego(files_of("rego", check(SPECS / "valvotech").program))

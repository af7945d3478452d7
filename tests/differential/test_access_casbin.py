"""Casbin decides as the oracle does, where it can say what the spec says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from crmdsl.backends.faults import NotExpressible
from crmdsl.ir.lower import lower
from tests.differential.engines import NONSENSE, Files, Telling, agreed, caught, files_of, module, sayable
from tests.differential.generated import resolved
from tests.differential.test_access_cedar import ASKED, OPEN
from tests.generators.policies import World

try:
    import casbin
except ImportError:
    if os.environ.get("CI"):
        raise
    pytest.skip("Casbin NOT TRIED: it is not installed", allow_module_level=True)


class Engine:
    """The files of a spec, loaded."""

    def __init__(self, files: Files, folder: Path) -> None:
        for name in ("model.conf", "policy.csv"):
            (folder / name).write_text(files[name], encoding="utf-8")
        self.enforcer = casbin.FastEnforcer(
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


def compare(seed: int, requests: int, folder: Path) -> int:
    world, files = sayable("casbin", seed, requests)
    return agreed(world, Engine(files, folder).decide(world))


def test_casbin_decides_as_the_oracle_does(tmp_path: Path) -> None:
    assert sum(compare(seed, 1000, tmp_path) for seed in range(5, 10)) == 5000


@pytest.mark.slow
def test_casbin_decides_as_the_oracle_does_on_many_requests(tmp_path: Path) -> None:
    count = 100_000 if "CRMDSL_THOROUGH" in os.environ else 5_000
    assert sum(compare(seed, 500, tmp_path) for seed in range(1000, 1000 + count // 500)) == count


@pytest.mark.parametrize("mutant", ["a dropped separation", "a wider scope"])
def test_a_mutant_of_a_policy_is_caught(mutant: str, tmp_path: Path) -> None:
    assert caught("casbin", mutant, lambda files, world: Engine(files, tmp_path).decide(world), range(60, 90))


SAID = OPEN.replace("order.update, order.delete], per: record", "order.create, order.delete], per: record")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(files_of("casbin", lower(resolved(SAID, "open"))), tmp_path_factory.mktemp("casbin"))


def allowed(engine: Engine, asked: dict[str, Any]) -> bool:
    try:
        return bool(engine.enforcer.enforce(*engine.ask.ask(**asked)))
    except engine.ask.Refused:
        return False


def test_nonsense_is_refused(engine: Engine) -> None:
    assert allowed(engine, ASKED)
    for wrong in NONSENSE:
        assert not allowed(engine, ASKED | wrong), wrong


def test_who_created_a_record_is_kept_apart(engine: Engine) -> None:
    asked = ASKED | {"action": "delete", "record": {"fields": {}, "creator": "bob"}}
    assert allowed(engine, asked)
    assert not allowed(engine, asked | {"actor": "bob"})


def test_nobody_is_called_like_a_role(engine: Engine) -> None:
    names = ("role:agent", "people:all", "owners:order", "", "agent", "*")
    for name in names:
        assert not allowed(engine, ASKED | {"actor": name}), name
        assert not engine.enforcer.enforce(name, "order", "read", "amount", name, name), name
        for strange in names:
            assert not engine.enforcer.enforce("anna", strange, "read", "amount", "", "")
            assert not engine.enforcer.enforce("anna", "order", strange, "amount", "", "")


GRANT = "    - {role: agent, can: [create, read, update, delete, export], on: order, scope: all}"
UNSAID = {
    "Casbin is not told the fields of a record, which this condition asks":
        (GRANT, "    - {role: agent, can: read, on: order, when: «rush»}"),
    "Casbin cannot say the scope `unit`": (GRANT, "    - «{role: agent, can: read, on: order, scope: unit}»"),
    "Casbin is not told who did `order.update` on a record":
        ("{twice: {never_both: [order.update, order.delete], per: record}}",
         "{«twice»: {never_both: [order.update, order.delete], per: record}}"),
}  # fmt: skip


@pytest.mark.parametrize("message", UNSAID)
def test_what_casbin_cannot_say_is_named(message: str) -> None:
    old, new = UNSAID[message]
    text = (OPEN if "update" in old and "twice" in old else SAID).replace(old, new)
    assert "«" in text
    place = text.index("«")
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    with pytest.raises(NotExpressible) as refused:
        files_of("casbin", lower(resolved(text.replace("«", "").replace("»", ""), "open")))
    said = [one for one in refused.value.diagnostics if str(one.message) == message]
    assert [(one.span.line, one.span.column, one.help is not None) for one in said] == [(line, column, True)]

"""What Casbin says to nonsense, and what it cannot say."""

from __future__ import annotations

from typing import Any

import pytest

from crmdsl.backends.faults import NotExpressible
from crmdsl.ir.lower import lower
from tests.differential.engines import NONSENSE, files_of
from tests.differential.generated import resolved
from tests.differential.policy_engines import Casbin, library
from tests.differential.test_access_cedar import ASKED, OPEN

library("casbin")


SAID = OPEN.replace("order.update, order.delete], per: record", "order.create, order.delete], per: record")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Casbin:
    return Casbin(files_of("casbin", lower(resolved(SAID, "open"))), tmp_path_factory.mktemp("casbin"))


def allowed(engine: Casbin, asked: dict[str, Any]) -> bool:
    try:
        return bool(engine.enforcer.enforce(*engine.ask.ask(**asked)))
    except engine.ask.Refused:
        return False


def test_nonsense_is_refused(engine: Casbin) -> None:
    assert allowed(engine, ASKED)
    for wrong in NONSENSE:
        assert not allowed(engine, ASKED | wrong), wrong


def test_who_created_a_record_is_kept_apart(engine: Casbin) -> None:
    asked = ASKED | {"action": "delete", "record": {"fields": {}, "creator": "bob"}}
    assert allowed(engine, asked)
    assert not allowed(engine, asked | {"actor": "bob"})


def test_nobody_is_called_like_a_role(engine: Casbin) -> None:
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

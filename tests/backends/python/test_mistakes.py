"""What developers get wrong with a generated package, and what they are told; and cases that are pickled."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crmdsl import api
from tests.backends.python.packages import NOON, VALVOTECH, World, imported


@pytest.fixture(scope="module")
def valvotech(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    files = api.emit(api.check(VALVOTECH).program)
    with imported(files, tmp_path_factory.mktemp("mistakes"), "valvotech") as package:
        yield World(package)


def record(v: World, **more: Any) -> Any:
    client = v.Customer(vat_number="IT1", segment="key", exposure=Decimal(0), blocked=False)
    given = {"amount": Decimal(20_000), "discount": Decimal(8), "kind": "standard", "margin": Decimal(20)}
    return v.Order(customer=client, **(given | more))


def quote(v: World) -> Any:
    return v.OrderToCash.start(v.who("agent"), NOON, record(v))


def sent(v: World) -> Any:
    return quote(v).submit(v.who("agent"), NOON)


def altered(v: World, change: Callable[[dict[str, Any]], object]) -> Any:
    data = json.loads(sent(v).to_json())
    change(data)
    return v.OrderToCash.from_json(json.dumps(data))


MISTAKES: list[tuple[str, type[Exception], Callable[[World], Any]]] = [
    ("a `Person` acts, not 'agent': for somebody of that role take `organisation.first('agent')`",
     TypeError, lambda v: quote(v).fire("submit", "agent", NOON)),
    ("take `organisation.person('agent_1')`", TypeError, lambda v: quote(v).allowed("agent_1")),
    ("take one of the organisation", TypeError, lambda v: sent(v).fire("approve", 7, NOON)),
    ("a `Person` acts", TypeError, lambda v: quote(v).visible_to("ann")),
    ("a `Person` acts", TypeError, lambda v: v.OrderToCash.start("ann", NOON, record(v))),
    ("an organisation is made of `Person`s, not of 'ann'", TypeError, lambda v: v.Organisation(["ann"])),
    ("an `Organisation` holds who acts", TypeError, lambda v: v.OrderToCash.start(None, NOON, record(v), "us")),
    ("no role 'agnt'; there are managing_director, ", KeyError, lambda v: v.ORGANISATION.first("agnt")),
    ("no role 'agnt'; there are", ValueError, lambda v: v.Organisation([v.Person("ann", "agnt")])),
    ("an instant is a `datetime`", TypeError, lambda v: quote(v).submit(v.who("agent"), "2026-03-02T11:00")),
    ("an instant is a `datetime`", TypeError, lambda v: quote(v).advance(NOON.date())),
    ("a reason is a text, not 5", TypeError, lambda v: sent(v).reject(v.who("area_manager"), NOON, reason=5)),
    ("values are given as a dict", TypeError, lambda v: quote(v).fire("submit", v.who("agent"), NOON, ["amount"])),
    ("order_to_cash is about a record of order, `Order(…)`, and not about Customer(",
     TypeError, lambda v: v.OrderToCash.start(v.who("agent"), NOON, record(v).customer)),
    ("the owner of a record is a person's name",
     TypeError, lambda v: v.OrderToCash.start(None, NOON, record(v, owner=v.who("agent")))),
    ("'approve' is asked of a refusal, no case came of the act before: only agent or export_manager may fire `submit`",
     AttributeError, lambda v: quote(v).submit(v.who("engineer"), NOON).approve(v.who("area_manager"), NOON)),
    ("of another version of the spec: without kind", ValueError,
     lambda v: altered(v, lambda data: data["record"]["fields"].pop("kind"))),
    ("of another version of the spec: with colour, which there is not", ValueError,
     lambda v: altered(v, lambda data: data["record"]["fields"].update(colour="red"))),
    ("order_to_cash has no state 'gone': the case is of another version of the spec", ValueError,
     lambda v: altered(v, lambda data: data["where"].update(at="gone"))),
]  # fmt: skip


@pytest.mark.parametrize(("told", "kind", "mistake"), MISTAKES, ids=[told for told, _, _ in MISTAKES])
def test_a_mistake_is_told(valvotech: World, told: str, kind: type[Exception], mistake: Callable[[World], Any]) -> None:
    with pytest.raises(kind) as caught:
        mistake(valvotech)
    assert told in str(caught.value)


def test_pickled_and_copied(valvotech: World) -> None:
    case = sent(valvotech)
    again = pickle.loads(pickle.dumps(case))
    assert again == case == copy.deepcopy(case)
    assert again.trail()[-1].event == "submit"
    assert again.organisation is valvotech.ORGANISATION
    others = valvotech.Organisation([valvotech.Person("ann", "agent"), valvotech.Person("bob", "area_manager")])
    theirs = valvotech.OrderToCash.start(others.person("ann"), NOON, record(valvotech), others)
    back = pickle.loads(pickle.dumps(theirs))
    assert back == theirs
    assert back.submit(back.organisation.person("ann"), NOON)
    assert [pickle.loads(pickle.dumps(one)) is one for one in (valvotech.NOT_GIVEN, valvotech.PERMITTED)] == [True] * 2
    rated = valvotech.CreditRating.start(valvotech.who("agent"), NOON, record(valvotech).customer)
    rated = rated.deliver(valvotech.who("credit_clerk"), NOON)
    refusal = rated.accept(valvotech.who("agent"), NOON)
    assert pickle.loads(pickle.dumps(refusal)) == refusal
    assert refusal.rule == "guard"


def test_threads_share_everything(valvotech: World) -> None:
    case, agent = quote(valvotech), valvotech.who("agent")

    def work(number: int) -> str:
        at = NOON + timedelta(minutes=number)
        found: str = case.submit(agent, at, amount=Decimal(number), discount=Decimal(number % 30)).to_json()
        return found

    alone = [work(number) for number in range(60)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(60))) == alone


def test_members_act_on_the_spot(valvotech: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a member does in a plain step never goes the general way, which takes some seventy times as long."""
    case = quote(valvotech)
    monkeypatch.setattr(type(case), "fire", None)
    monkeypatch.setattr(type(case), "check", None, raising=False)
    assert case.can_submit(valvotech.who("agent"))
    sent_on = case.submit(valvotech.who("agent"), NOON)
    assert sent_on.history[0] == "submit"

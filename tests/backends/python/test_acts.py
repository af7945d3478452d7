"""Events of generated cases: what they do, and every way in which they are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.backends.python.packages import NOON, World

SALE = """
processes:
  sale:
    entity: deal
    owner: boss
    promise: 10d
    start: draft
    steps:
      draft:
        role: seller
        edits: [amount, rebate, notes]
        needs: [amount, notes]
        within: 4h
        late: escalate
        outcomes:
          send: {to: check, when: amount <= 500_000 EUR and rebate <= 40%}
          drop: lost
      check: {approval: chain, outcomes: {approved: rate, rejected: draft}}
      rate: {handoff: rating, of: client, outcomes: {accepted: won, declined: lost, cancelled: lost}}
      won: {end: success}
      lost: {end: failure}
    anytime: {stop: lost}
approvals:
  chain:
    entity: deal
    requester: seller
    levels:
      low: {when: rebate <= 10%, approver: lead, within: 4h, late: escalate}
      high: {when: rebate > 10%, approver: boss}
    separation: [requester, levels]
    recall: true
handoffs:
  rating:
    entity: client
    customer: seller
    supplier: clerk
    gives: [code]
    returns: [rating]
    respond: 2h
    deliver: 1d
    verify: 4h
    accept_when: rating is known
    rework_limit: 1
"""


@pytest.fixture
def sale(world: Callable[[str], World]) -> World:
    return world(SALE)


def started(sale: World, **fields: Any) -> Any:
    case = sale.Sale.start(sale.who("seller"), NOON, sale.deal(**{"notes": "n"} | fields))
    assert case, case
    return case


def pending(sale: World, **fields: Any) -> Any:
    case = started(sale, **fields).send(by=sale.who("seller"), at=NOON)
    assert case, case
    return case


def requested(sale: World, **fields: Any) -> Any:
    return pending(sale, **fields).approve(by=sale.who("lead"), at=NOON)


def rule(answer: Any) -> str:
    assert not answer
    return str(answer.rule)


def test_a_case_goes_its_way(sale: World) -> None:
    seller, clerk = sale.who("seller"), sale.who("clerk")
    case = started(sale)
    assert (case.state, case.ended, case.states) == ("draft", None, ("draft",))
    case = case.send(by=seller, at=NOON, amount=Decimal("200.50"), notes="better")
    assert (case.state, case.record.amount, case.record.notes) == ("check.low", Decimal("200.50"), "better")
    case = case.approve(by=sale.who("lead"), at=NOON).deliver(by=clerk, at=NOON, rating="A")
    assert (case.state, case.record.client.rating) == ("rate.delivered", "A")
    case = case.accept(by=seller, at=NOON + timedelta(minutes=1))
    assert (case.state, case.ended) == ("won", "success")
    assert [entry.event for entry in case.trail()] == ["start", "send", "approve", "deliver", "accept"]
    assert case.trail()[1].before == ("draft",)
    assert case.trail()[1].after == ("check.low",)
    assert case.trail()[1].by == seller


def test_a_case_is_never_changed(sale: World) -> None:
    case = started(sale)
    before = case.to_json()
    assert case.send(by=sale.who("seller"), at=NOON, amount=Decimal(7))
    assert case.to_json() == before


@pytest.mark.parametrize(
    ("expected", "attempt"),
    [
        ("not-in-state", lambda s: started(s).approve(by=s.who("lead"), at=NOON)),
        ("not-in-state", lambda s: started(s).fire("nonsense", s.who("lead"), NOON)),
        ("not-in-state", lambda s: started(s).drop(by=s.who("seller"), at=NOON).stop(by=s.who("boss"), at=NOON)),
        ("unknown-person", lambda s: started(s).send(by=None, at=NOON)),
        ("unknown-person", lambda s: started(s).send(by=s.Person("nobody", ["seller"]), at=NOON)),
        ("wrong-role", lambda s: started(s).send(by=s.who("clerk"), at=NOON)),
        ("wrong-role", lambda s: pending(s).approve(by=s.who("clerk"), at=NOON)),
        ("wrong-role", lambda s: pending(s).recall(by=s.who("seller", 2), at=NOON)),
        ("wrong-role", lambda s: requested(s).agree(by=s.who("seller", 2), at=NOON)),
        ("locked", lambda s: pending(s).fire("approve", s.who("lead"), NOON, {"amount": Decimal(1)})),
        ("not-editable", lambda s: started(s).fire("send", s.who("seller"), NOON, {"sure": True})),
        ("not-editable", lambda s: started(s).fire("send", s.who("seller"), NOON, {"client.rating": "A"})),
        ("not-editable", lambda s: started(s).fire("send", s.who("seller"), NOON, {"nothing": 1})),
        ("bad-value", lambda s: started(s).send(by=s.who("seller"), at=NOON, amount=Decimal(2_000_000))),
        ("bad-value", lambda s: started(s).send(by=s.who("seller"), at=NOON, amount=Decimal("1.001"))),
        ("bad-value", lambda s: started(s).send(by=s.who("seller"), at=NOON, amount=1.5)),
        ("bad-value", lambda s: started(s).send(by=s.who("seller"), at=NOON, amount=None)),
        ("bad-value", lambda s: requested(s).promise(by=s.who("clerk"), at=NOON, date=NOON)),
        ("bad-value", lambda s: requested(s).deliver(by=s.who("clerk"), at=NOON, rating="Z")),
        ("reason-missing", lambda s: pending(s).reject(by=s.who("lead"), at=NOON, reason=" ")),
        ("reason-missing", lambda s: requested(s).decline(by=s.who("clerk"), at=NOON)),
        ("missing-field", lambda s: started(s, notes=None).send(by=s.who("seller"), at=NOON)),
        ("guard", lambda s: started(s, rebate=Decimal(41)).send(by=s.who("seller"), at=NOON)),
        ("guard", lambda s: requested(s).deliver(by=s.who("clerk"), at=NOON).accept(by=s.who("seller"), at=NOON)),
        ("gives-missing", lambda s: requested(s, client=s.Client())),
        ("not-agreed", lambda s: requested(s).promise(by=s.who("clerk"), at=NOON, date=NOON + timedelta(days=9))),
        ("out-of-years", lambda s: started(s).send(by=s.who("seller"), at=NOON.replace(year=2999))),
    ],
)  # fmt: skip
def test_refusals(sale: World, expected: str, attempt: Callable[[World], Any]) -> None:
    answer = attempt(sale)
    assert rule(answer) == expected
    assert answer.place.startswith("spec.yaml:")
    assert answer.message
    assert isinstance(answer.detail, dict)


def test_the_requester_never_signs(sale: World) -> None:
    both = sale.Person("both", ["seller", "lead"])
    people = type(sale.ORGANISATION)([both, sale.Person("other", ["lead"]), sale.Person("chief", ["boss"])])
    case = sale.Sale.start(both, NOON, sale.deal(notes="n"), people).send(by=both, at=NOON)
    assert rule(case.can_approve(by=both)) == "four-eyes"
    assert case.can_approve(by=people.person("other"))


def test_a_guard_says_what_fails(sale: World) -> None:
    answer = started(sale, rebate=Decimal(41)).can_send(by=sale.who("seller"))
    assert answer.detail == {
        "condition": "amount <= 500_000 EUR and rebate <= 40%", "part": "rebate <= 40%", "values": {"rebate": "41.00"},
    }  # fmt: skip
    assert answer.message == "`rebate <= 40%` does not hold: rebate = 41.00"


def test_permitted_and_static_refusals_are_constants(sale: World) -> None:
    case, other = pending(sale), pending(sale)
    lead, clerk, seller = sale.who("lead"), sale.who("clerk"), sale.who("seller")
    assert started(sale).can_drop(by=seller) is sale.PERMITTED
    assert case.can_approve(by=clerk) is other.can_approve(by=clerk)
    assert case.can_send(by=seller) is other.can_send(by=lead)


def test_what_somebody_may_do(sale: World) -> None:
    seller, lead, boss = sale.who("seller"), sale.who("lead"), sale.who("boss")
    assert started(sale, notes=None).allowed(seller) == ("send", "drop")
    assert started(sale, rebate=Decimal(41)).allowed(seller) == ("drop",)
    case = pending(sale)
    assert case.allowed(lead) == ("approve", "reject")
    assert case.allowed(seller) == ("recall",)
    assert case.allowed(boss) == ("stop",)
    assert case.allowed(sale.Person("nobody")) == ()
    refused = case.why_not(seller, "approve")
    assert refused is not None
    assert refused.rule == "wrong-role"
    assert case.why_not(lead, "reject", reason="no") is None


def test_fields_by_grants(sale: World) -> None:
    case = started(sale)
    assert case.visible_to(sale.who("clerk")) == ("client", "amount", "net", "notes", "sure")
    assert "rebate" in case.visible_to(sale.who("boss")), "superiors read what their reports read"
    assert case.writable_by(sale.who("lead")) == ()
    assert rule(sale.Sale.start(sale.who("clerk"), NOON, sale.deal())) == "no-grant"


def test_deadlines_and_what_they_set_off(sale: World) -> None:
    case = pending(sale)
    limits = [(one.state, one.kind, one.due.strftime("%d %H:%M %z")) for one in case.deadlines()]
    assert limits == [("check.low", "level", "02 17:00 +0100"), ("sale", "promise", "16 12:00 +0100")]
    late = case.advance(NOON + timedelta(hours=5))
    assert not late.effects, "an act at the very deadline is in time"
    late = case.advance(NOON + timedelta(hours=5, seconds=1))
    assert late.effects == (sale.Escalate(("boss",), "check.low"),)
    assert not case.can_approve(by=sale.who("boss"))
    assert late.can_approve(by=sale.who("boss"))
    assert late.can_approve(by=sale.who("lead")), "nobody's right is taken away"
    signed = case.approve(by=sale.who("boss"), at=NOON + timedelta(hours=6))
    assert signed.state == "rate.requested"
    assert signed.effects == late.effects


def test_rework_has_a_limit(sale: World) -> None:
    seller, clerk = sale.who("seller"), sale.who("clerk")
    case = requested(sale).deliver(by=clerk, at=NOON).reject(by=seller, at=NOON)
    assert case.state == "rate.promised"
    assert case.deliver(by=clerk, at=NOON).reject(by=seller, at=NOON).state == "lost"
    assert requested(sale).cancel(by=seller, at=NOON).state == "lost"


def test_silence_rejects_or_accepts(sale: World) -> None:
    clerk, week = sale.who("clerk"), NOON + timedelta(days=7)
    assert requested(sale).deliver(by=clerk, at=NOON).advance(week).state == "rate.promised"
    assert requested(sale).deliver(by=clerk, at=NOON, rating="B").advance(week).state == "won"


def test_a_later_date_needs_the_customer(sale: World) -> None:
    later = NOON + timedelta(days=9)
    case = requested(sale).agree(by=sale.who("seller"), at=NOON).promise(by=sale.who("clerk"), at=NOON, date=later)
    assert [one.due for one in case.deadlines() if one.kind == "deliver"] == [later]


def test_time_never_runs_backwards(sale: World) -> None:
    case = pending(sale).advance(NOON + timedelta(hours=1))
    signed = case.approve(by=sale.who("lead"), at=NOON)
    assert signed.at == NOON + timedelta(hours=1)
    assert [entry.event for entry in signed.trail()] == ["start", "send", "approve"]


def test_naive_instants_are_local(sale: World) -> None:
    case = sale.Sale.start(sale.who("seller"), NOON.replace(tzinfo=None), sale.deal(notes="n"))
    assert case.at == NOON - timedelta(hours=1)

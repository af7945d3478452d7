"""What the process owner does with a case: its record given to somebody else, the case brought back from its end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.backends.python.packages import COMPANY, NOON, World
from tests.backends.python.test_acts import SALE

STRAIGHT = """
processes:
  gate:
    entity: deal
    owner: [boss, clerk]
    start: gate
    steps:
      gate: {decide: {dear: {when: amount > 5 EUR, to: lost}, rest: work}}
      work: {role: seller, outcomes: {reopen: done, reassign_case: done}}
      done: {end: success}
      lost: {end: failure}
  free:
    entity: deal
    start: work
    steps: {work: {role: seller, outcomes: {go: done}}, done: {end: success}}
"""


@pytest.fixture
def sale(world: Callable[[str], World]) -> World:
    return world(SALE)


def started(sale: World) -> Any:
    return sale.Sale.start(sale.who("seller"), NOON, sale.deal(notes="n"))


def lost(sale: World) -> Any:
    return started(sale).drop(by=sale.who("seller"), at=NOON)


def test_a_reopened_case_is_where_it_ended_and_its_timers_restart(sale: World) -> None:
    later = NOON + timedelta(days=2)
    case = lost(sale).reopen_case(by=sale.who("boss"), at=later, reason="too early")
    assert (case.state, case.ended) == ("draft", None)
    assert {due.kind: due.due.day for due in case.deadlines()} == {"within": 4, "promise": 16}
    entry = case.trail()[-1]
    assert (entry.event, entry.by, entry.before, entry.after) == ("reopen", sale.who("boss"), ("lost",), ("draft",))
    assert (entry.reason, entry.to) == ("too early", None)
    assert case.send(by=sale.who("seller"), at=later).state == "check.low"


def test_a_record_given_away_has_another_owner_and_nothing_else_changes(sale: World) -> None:
    case = started(sale).send(by=sale.who("seller"), at=NOON)
    given = case.reassign_case(by=sale.who("boss"), at=NOON + timedelta(hours=1), to=sale.who("seller", 2))
    assert (given.record.owner, given.record.creator) == ("seller_2", "seller_1")
    assert (given.states, given.deadlines(), given.effects) == (case.states, case.deadlines(), ())
    assert given.trail()[-1].to == "seller_2"
    assert repr(given.trail()[-1]).startswith("<reassign to seller_2 by boss_1 at 2026-03-02 13:00")
    # the requester stays who asked: he may take the request back, the new owner may not
    assert given.allowed(sale.who("seller")) == ("recall",)
    assert given.allowed(sale.who("seller", 2)) == ()
    assert given.reassign_case(by=sale.who("boss"), at=NOON, to="seller_1").record == case.record


@pytest.mark.parametrize(
    ("rule", "act"),
    [
        ("not-in-state", lambda sale: started(sale).can_reopen_case(by=sale.who("boss"))),
        ("not-in-state", lambda sale: lost(sale).can_reassign_case(by=sale.who("boss"), to="seller_2")),
        ("wrong-role", lambda sale: lost(sale).can_reopen_case(by=sale.who("lead"))),
        ("wrong-role", lambda sale: started(sale).can_reassign_case(by=sale.who("seller"), to="seller_2")),
        ("unknown-person", lambda sale: lost(sale).can_reopen_case(by=sale.Person("x", roles=["boss"]))),
        ("unknown-person", lambda sale: started(sale).can_reassign_case(by=sale.who("boss"), to="somebody")),
        ("unknown-person", lambda sale: started(sale).check("reassign", by=sale.who("boss"))),
        ("unknown-person", lambda sale: lost(sale).receive("reopen")),
        ("wrong-owner", lambda sale: started(sale).can_reassign_case(by=sale.who("boss"), to=sale.who("clerk"))),
        ("not-editable", lambda sale: lost(sale).fire("reopen", by=sale.who("boss"), values={"notes": "x"})),
    ],
)
def test_refusals_are_data(sale: World, rule: str, act: Callable[[World], Any]) -> None:
    refusal = act(sale)
    assert refusal.rule == rule
    assert refusal.message
    # the line of `owner` in the entity, or in the process
    owner = "    owner: seller" if rule == "wrong-owner" else "    owner: boss"
    assert refusal.place == f"spec.yaml:{(COMPANY + SALE).split(chr(10)).index(owner) + 1}"


def test_it_answers_by_name_and_is_in_no_inbox(sale: World) -> None:
    boss, case = sale.who("boss"), lost(sale)
    assert case.allowed(boss) == ()
    assert case.why_not(boss, "reopen") is None
    assert case.can_reopen_case(by=boss) is sale.PERMITTED
    assert case.why_not(boss, "reassign", to="seller_2").rule == "not-in-state"
    again = case.fire("reopen", by=boss, at=NOON)
    assert again == case.reopen_case(by=boss, at=NOON)
    assert again.why_not(boss, "reassign", to="seller_2") is None
    assert again.fire("reassign", by=boss, at=NOON, to="seller_2").record.owner == "seller_2"


def test_the_history_survives_as_json(sale: World) -> None:
    case = lost(sale).reopen_case(by=sale.who("boss"), at=NOON, reason="so")
    case = case.reassign_case(by=sale.who("boss"), at=NOON, to="seller_2").drop(by=sale.who("seller"), at=NOON)
    again = sale.Sale.from_json(case.to_json())
    assert again == case
    assert [repr(entry) for entry in again.trail()] == [repr(entry) for entry in case.trail()]
    assert again.reopen_case(by=sale.who("boss"), at=NOON).state == "draft"
    for old, new in (('"boss_1", "seller_2"', '7, "seller_2"'), ('"boss_1", "seller_2"', '"boss_1"')):
        with pytest.raises(ValueError, match="not a"):
            sale.Sale.from_json(case.to_json().replace(old, new))


def test_time_passes_first(sale: World) -> None:
    """The owner comes too late to a case that a time limit has ended meanwhile, and may reopen it."""
    case = started(sale).send(by=sale.who("seller"), at=NOON).approve(by=sale.who("lead"), at=NOON)
    case = case.promise(by=sale.who("clerk"), at=NOON).deliver(by=sale.who("clerk"), at=NOON, rating="A")
    later = NOON + timedelta(days=30)
    assert case.can_reassign_case(by=sale.who("boss"), at=later, to="seller_2").rule == "not-in-state"
    case = case.advance(later)
    assert case.ended == "success"
    again = case.reopen_case(by=sale.who("boss"), at=later)
    assert again.state == "rate.requested"
    assert again.allowed(sale.who("seller"))[:1] == ("agree",)


def test_a_case_that_was_nowhere_is_not_reopened(world: Callable[[str], World]) -> None:
    package = world(STRAIGHT)
    boss, seller = package.who("boss"), package.who("seller")
    case = package.Gate.start(None, NOON, package.deal())
    assert case.state == "lost"
    refusal = case.can_reopen_case(by=package.who("clerk"))
    assert (refusal.rule, "without having been in a step" in refusal.message) == ("not-in-state", True)
    case = package.Gate.start(None, NOON, package.deal(amount=1))
    assert case.why_not(boss, "reopen").rule == "wrong-role"
    assert case.reassign_case_(by=seller, at=NOON).state == "done"
    done = case.reopen(by=seller, at=NOON)
    assert done.why_not(boss, "reopen").rule == "not-in-state"
    assert done.reopen_case(by=boss, at=NOON).state == "work"


def test_a_process_without_an_owner_has_neither(world: Callable[[str], World]) -> None:
    package = world(STRAIGHT)
    case = package.Free.start(None, NOON, package.deal())
    assert not hasattr(case, "reopen_case")
    assert not hasattr(case, "reassign_case")
    assert case.why_not(package.who("boss"), "reassign", to="seller_2").rule == "not-in-state"
    assert case.go(by=package.who("seller"), at=NOON).why_not(package.who("boss"), "reopen").rule == "not-in-state"


def test_nothing_of_it_is_loaded_before(sale: World) -> None:
    lost(sale).can_drop(by=sale.who("seller"))
    owning = f"{sale.package.__name__}._kernel.owning"
    assert owning not in sys.modules
    assert lost(sale).can_reopen_case(by=sale.who("boss"))
    assert owning in sys.modules

"""Blocks, calls, waits, effects and everything else that a step can be or do."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy, deepcopy
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from crmdsl import api
from tests.backends.python.packages import COMPANY, NOON, World, imported

FLOW = """
processes:
  flow:
    entity: deal
    owner: boss
    start: gate
    steps:
      gate:
        decide:
          big: {when: amount > 1_000 EUR, to: both}
          small: {to: bill, set: {notes: '"small"'}, emits: booked}
      both:
        parallel:
          left:
            start: one
            steps: {one: {role: clerk, outcomes: {go: fine, fail: bad}}, fine: {end: success}, bad: {end: failure}}
          right: {start: two, steps: {two: {role: clerk, outcomes: {go: good}}, good: {end: success}}}
          alone: {role: seller, edits: [notes]}
        join: 2
        then: bill
        on_failure: lost
        within: 1d
        late: {escalate: lead}
      bill:
        wait: {event: paid, from: erp, timeout: 10d elapsed}
        within: 1d
        late: remind
        outcomes: {paid: part, timeout: lost}
      part: {process: review, of: client, outcomes: {success: won, failure: lost}}
      won: {end: success}
      lost: {end: failure}
    anytime: {stop: {by: lead, to: lost, notify: [seller]}}
  review:
    entity: client
    owner: boss
    start: look
    steps:
      look:
        role: clerk
        edits: [rating]
        outcomes:
          done: {to: good, set: {code: '"seen"'}, opens: {process: follow_up, with: {notes: code}}}
          doubt: {to: bad}
      good: {end: success}
      bad: {end: failure}
  follow_up:
    entity: deal
    owner: boss
    start: call
    steps:
      call: {role: seller, outcomes: {called: end}}
      end: {end: success}
"""


def test_branches_run_at_the_same_time(world: Callable[[str], World]) -> None:
    flow = world(FLOW)
    clerk, seller = flow.who("clerk"), flow.who("seller")
    case = flow.Flow.start(seller, NOON, flow.deal(amount=Decimal(2_000)))
    assert case.states == ("both.left.one", "both.right.two", "both.alone")
    assert case.allowed(clerk) == ("left.go", "fail", "right.go")
    assert case.allowed(flow.who("lead")) == ("stop",)
    case = case.left_go(by=clerk, at=NOON)
    assert case.states == ("both.left.fine", "both.right.two", "both.alone")
    assert case.done(by=seller, at=NOON, notes="x").state == "bill"
    failed = flow.Flow.start(seller, NOON, flow.deal(amount=Decimal(2_000))).fail(by=clerk, at=NOON)
    assert failed.right_go(by=clerk, at=NOON).done(by=seller, at=NOON).state == "bill"
    assert case.stop(by=flow.who("lead"), at=NOON).effects == (flow.Notify(("seller",), "stop"),)


def test_a_late_block_lets_others_in(world: Callable[[str], World]) -> None:
    flow = world(FLOW)
    case = flow.Flow.start(flow.who("seller"), NOON, flow.deal(amount=Decimal(2_000)))
    late = case.advance(NOON + timedelta(days=3))
    assert late.effects == (flow.Escalate(("lead",), "both"),)
    assert "fail" not in case.allowed(flow.who("lead"))
    assert late.allowed(flow.who("lead")) == ("left.go", "fail", "right.go", "done", "stop")


def test_waits_and_calls(world: Callable[[str], World]) -> None:
    flow = world(FLOW)
    clerk, seller = flow.who("clerk"), flow.who("seller")
    case = flow.Flow.start(seller, NOON, flow.deal())
    assert case.state == "bill"
    assert case.record.notes == "small"
    assert case.effects == (flow.Set("deal", "notes", "small"), flow.Emit("booked"))
    assert case.can_paid().__class__ is flow.Permitted
    assert case.fire("paid", clerk, NOON).rule == "wrong-role"
    assert case.advance(NOON + timedelta(days=2)).effects == (flow.Remind(("boss",), "bill"),)
    assert case.advance(NOON + timedelta(days=11)).state == "lost"
    inner = case.paid(at=NOON)
    assert inner.state == "part.look"
    done = inner.done(by=clerk, at=NOON, rating="B")
    assert (done.state, done.record.client.code, done.record.client.rating) == ("won", "seen", "B")
    told, opened = done.effects
    assert told == flow.Set("client", "code", "seen")
    assert (opened.process, opened.values, opened.about["fields"]["code"]) == ("follow_up", {"notes": "seen"}, "seen")
    assert inner.doubt(by=clerk, at=NOON).ended == "failure"


def test_what_comes_from_outside_writes_its_fields(world: Callable[[str], World]) -> None:
    flow = world(
        """
processes:
  pay:
    entity: client
    start: bill
    steps:
      bill: {wait: {event: paid, from: erp}, outcomes: {paid: {to: done}}}
      done: {end: success}
"""
    )
    case = flow.Pay.start(None, NOON, flow.Client(code="c"))
    assert case.paid(at=NOON, debt=Decimal(3)).record.debt == Decimal(3)
    assert case.receive("paid", NOON, {"code": "d"}).rule == "not-editable"


LADDER = """
processes:
  ask:
    entity: deal
    start: check
    steps:
      check: {approval: ladder, outcomes: {approved: yes, rejected: no}}
      yes: {end: success}
      no: {end: failure}
approvals:
  ladder:
    entity: deal
    requester: seller
    mode: ladder
    levels:
      clerks: {approver: clerk, quorum: 2}
      each: {approver: [clerk, lead], quorum: all}
      top: {manager_of: requester}
    separation: [requester, levels]
    on_reject: previous_level
    locks: false
"""


def test_a_ladder_with_quorums(world: Callable[[str], World]) -> None:
    ask = world(LADDER)
    seller = ask.who("seller")
    clerks = [ask.who("clerk", number) for number in (1, 2, 3)]
    leads = [ask.who("lead", number) for number in (1, 2)]
    case = ask.Ask.start(seller, NOON, ask.deal()).approve(by=clerks[0], at=NOON)
    assert case.state == "check.clerks"
    assert case.can_approve(by=clerks[0]).rule == case.can_reject(by=clerks[0]).rule == "signed-already"
    assert copy(case) is deepcopy(case) is case, "what is never changed is its own copy"
    case = case.approve(by=clerks[1], at=NOON)
    assert case.state == "check.each"
    assert case.can_approve(by=clerks[0]).rule == "four-eyes"
    case = case.approve(by=leads[0], at=NOON)
    assert case.can_approve(by=leads[1]).rule == "signed-already", "one signature for each role"
    assert case.reject(by=leads[1], at=NOON, reason="no").state == "check.clerks"
    case = case.approve(by=clerks[2], at=NOON)
    assert case.state == "check.top"
    assert case.can_approve(by=leads[0]).rule == "four-eyes"
    assert case.approve(by=leads[1], at=NOON).state == "yes"


def test_a_signature_that_later_levels_need(world: Callable[[str], World]) -> None:
    ask = world(LADDER)
    people = type(ask.ORGANISATION)(
        [
            ask.Person("sara", ["seller"]), ask.Person("anna", ["clerk"]), ask.Person("bice", ["clerk"]),
            ask.Person("carla", ["clerk", "lead"]), ask.Person("dina", ["clerk"]), ask.Person("emma", ["lead"]),
        ]
    )  # fmt: skip
    case = ask.Ask.start(people.person("sara"), NOON, ask.deal(), people)
    refused = case.can_approve(by=people.person("carla"))
    assert refused.rule == "later-signer"
    assert case.can_approve(by=people.person("anna"))


def test_substitutes(world: Callable[[str], World]) -> None:
    from datetime import date

    ask = world(LADDER.replace("on_reject: previous_level", "substitutes: named"))
    away = [(date(2026, 3, 2), date(2026, 3, 2))]
    people = [
        ask.Person("sara", ["seller"]), ask.Person("lia", ["lead"]), ask.Person("mia", ["lead"]),
        ask.Person("anna", ["clerk"], substitute="paul", absent=away), ask.Person("bice", ["clerk"], absent=away),
        ask.Person("paul", ["boss"]), ask.Person("cora", ["clerk"], absent=away),
    ]  # fmt: skip
    organisation = type(ask.ORGANISATION)(people)
    case = ask.Ask.start(organisation.person("sara"), NOON, ask.deal(), organisation)
    assert case.can_approve(by=organisation.person("paul"))
    assert case.can_approve(by=organisation.person("anna")), "who is absent may still act"
    assert case.can_approve(by=organisation.person("paul"), at=NOON + timedelta(days=1)).rule == "wrong-role"


def test_chains_and_handoffs_on_their_own(world: Callable[[str], World]) -> None:
    ask = world(LADDER.replace("on_reject: previous_level", "on_reject: end"))
    case = ask.Ladder.start(ask.who("seller"), NOON, ask.deal())
    assert case.state == "clerks"
    assert case.reject(by=ask.who("clerk"), at=NOON, reason="no").state == "rejected"


def test_priorities(world: Callable[[str], World]) -> None:
    flow = world(
        """
processes:
  p:
    entity: deal
    start: s
    priority: {high: amount > 1_000 EUR, normal: amount > 10 EUR}
    steps: {s: {role: clerk, outcomes: {go: e}}, e: {end: success}}
"""
    )
    found = [flow.P.start(None, NOON, flow.deal(amount=Decimal(amount))).priority for amount in (2_000, 20, 5)]
    assert found == ["high", "normal", None]


SCORED = """
crmdsl: 1
entities:
  gripe: {owner: lead, fields: {about: optional deal, from: optional person, score: integer}}
  grumble: {owner: lead, fields: {about: optional shape | size, case: optional deal}}
handoffs:
  study: {entity: deal, customer: seller, supplier: clerk, feedback: {scale: 5, below: 3, opens: mend}}
  check: {entity: deal, customer: seller, supplier: clerk, feedback: {scale: 5, below: 3, opens: soothe}}
processes:
  mend: {entity: gripe, start: read, steps: {read: {role: lead, outcomes: {close: done}}, done: {end: success}}}
  soothe: {entity: grumble, start: read, steps: {read: {role: lead, outcomes: {close: done}}, done: {end: success}}}
"""


def test_a_bad_score_fills_what_fields_can_hold(tmp_path: Path) -> None:
    files = api.emit(api.check_text({"company.yaml": COMPANY, "scored.yaml": SCORED}).program)
    with imported(files, tmp_path, "scored") as package:
        made = World(package)
        seller, deal = made.who("seller"), made.deal()

        def opened(handoff: str) -> dict[str, Any]:
            case = getattr(made, handoff).start(seller, NOON, deal).deliver(made.who("clerk"), NOON)
            values: dict[str, Any] = case.accept(seller, NOON, score=1).effects[0].values
            return values

        assert opened("Study") == {"about": deal.as_json(), "score": 1, "from": "seller_1"}
        assert opened("Check") == {"about": None, "case": deal.as_json()}

"""Scenarios run against the compiled machine: those that hold, and what is said of those that do not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from crmdsl import api
from crmdsl.api import check, check_text, run_scenarios

ROOT = Path(__file__).parents[2]
BASE = """crmdsl: 1
company: {name: Test, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}, holidays: IT}}
departments: {d: {head: boss, functions: [acquire, manage, quote, order, approve_order, collect]}}
roles:
  boss: {department: d}
  lead: {department: d, reports_to: boss, headcount: 2}
  agent: {department: d, reports_to: lead, headcount: 3}
integrations: {erp: {kind: erp, owner: boss, sends: [paid_in], receives: [confirmed, sent]}}
entities:
  customer: {key: vat, owner: agent, fields: {vat: text, rating: optional A | B}}
  order:
    owner: agent
    fields:
      customer: customer
      amount: {type: money, max: 5_000 EUR}
      net: {type: money, derived: amount * 90%}
      paid: optional flag
      wait: optional duration
approvals:
  big:
    entity: order
    requester: agent
    levels: {lead: {when: amount > 100 EUR, approver: lead, within: 4h, late: escalate}}
    otherwise: approve
    separation: requester
access:
  grants:
    - {role: agent, can: [create, read, update], on: [order, customer]}
processes:
  sale:
    entity: order
    owner: boss
    start: write
    steps:
      write:
        role: agent
        edits: [amount, wait]
        needs: amount
        outcomes: {submit: {to: check, emits: sent}, drop: lost}
      check: {approval: big, outcomes: {approved: {to: pay, emits: confirmed}, rejected: write}}
      pay: {wait: {event: paid_in, from: erp}, outcomes: {paid_in: {to: won, set: {paid: true}}}}
      won: {end: success}
      lost: {end: failure}
scenarios:
"""
HOLDS = """
    process: sale
    given: {order: {amount: 50.10 EUR}, customer: {vat: IT1, rating: A}}
    when:
      - {by: agent, do: submit, set: {amount: 200 EUR, wait: 1d}}
      - {after: 5h}
      - {by: boss, do: approve}
      - {event: paid_in}
    then:
      state: won
      fields: {amount: 200 EUR, net: 180 EUR, paid: true, customer.vat: IT1, customer.rating: A, wait: 8h}
      emitted: [sent, confirmed]
      refused: [{by: agent 2, do: drop}]
      visible_to:
        agent: [customer, amount, net, paid, wait]
        lead: [amount, customer, net, paid, wait]
        agent 2: [wait, paid, net, amount, customer]
      inbox: {agent: [], lead: []}
"""


def ran(*scenarios: str) -> api.Tested:
    text = BASE + "".join(f"  s{n}:{body}" for n, body in enumerate(scenarios))
    return run_scenarios(check_text({"all.yaml": text}))


def failure(body: str) -> tuple[str, str]:
    """What a scenario expected and what happened; it must be the only fault."""
    found = ran(body)
    (result,) = found.results
    assert [d.code for d in found.diagnostics if d.severity.value == "error"] == ["scenario-failed"]
    assert not result.passed
    return str(result.expected), str(result.happened)


SPECS = ("specs/valvotech", *(f"tests/golden/semantics{part}" for part in ("", "_examined", "_grants", "_around")))


@pytest.mark.parametrize("spec", SPECS)
def test_all_hold(spec: str) -> None:
    checked = check(ROOT / spec)
    # what is refused where a grant is missing is asked on purpose
    others = tuple(one for one in checked.diagnostics if one.code != "access-missing")
    found = run_scenarios(checked._replace(diagnostics=others))
    assert [(r.name, r.expected, r.happened) for r in found.results if not r.passed] == []
    assert len(found.results) >= 4


def test_everything_that_can_be_expected() -> None:
    found = ran(HOLDS)
    (result,) = found.results
    assert result.passed, result.happened
    assert [(act.by, str(act.what), act.after) for act in result.trace] == [
        ("agent_1", "start", "write"),
        ("agent_1", "submit", "check.lead"),
        ("", "`5h` pass", "check.lead"),
        ("boss_1", "approve", "pay"),
        ("", "paid_in", "won"),
    ]
    assert result.trace[0].at.isoformat() == "2026-01-02T09:00:00"
    assert result.trace[2].at.isoformat() == "2026-01-02T15:00:00"
    assert result.trace[2].effects


@pytest.mark.parametrize(
    ("then", "expected", "happened"),
    [
        ("{state: check.lead}", "state `check.lead`", "state `pay`"),
        ("{state: [pay, won]}", "state `pay`, `won`", "state `pay`"),
        ("{fields: {amount: 51 EUR}}", "`amount = 51.00`", "`amount = 50.10`"),
        ("{fields: {paid: true}}", "`paid = true`", "`paid` is unknown"),
        ("{fields: {customer.rating: B}}", "`customer.rating = B`", "`customer.rating = A`"),
        ("{inbox: {boss: [paid_in]}}", "`boss` may do `paid_in`", "`boss` may do nothing"),
        ("{visible_to: {agent: amount}}", "`agent` sees `amount`",
         "`agent` sees `customer`, `amount`, `net`, `paid`, `wait`"),
        ("{emitted: [confirmed, sent]}", "emitted: `confirmed`, `sent`", "emitted: `sent`, `confirmed`"),
        ("{refused: [{event: paid_in}]}", "`paid_in` is refused",
         "`paid_in` is permitted and leads to `won`"),
        ("{refused: [{by: lead 3, do: drop}]}", "`drop` by `lead 3` is refused",
         "`lead` has 2 persons, so there is no `lead 3`"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_failure(then: str, expected: str, happened: str) -> None:
    given = "given: {order: {amount: 50.10 EUR}, customer: {vat: IT1, rating: A}}"
    body = f"\n    process: sale\n    {given}\n    when: [{{by: agent, do: submit}}]\n    then: {then}\n"
    assert failure(body) == (expected, happened)


def test_a_refused_action_fails_the_scenario() -> None:
    body = (
        "\n    process: sale\n    given: {order: {amount: 200 EUR}}\n"
        "    when: [{by: agent, do: submit}, {by: agent, do: approve}]\n    then: {state: pay}\n"
    )
    expected, happened = failure(body)
    assert expected == "`approve` by `agent` is possible"
    assert happened.startswith("it is refused: ")
    (result,) = ran(body).results
    assert result.trace[-1].refused is not None
    assert result.trace[-1].refused.rule in {"wrong-role", "four-eyes"}


def test_the_diagnostic_stands_at_the_then() -> None:
    found = ran("\n    process: sale\n    given: {order: {amount: 1 EUR}}\n    when: []\n    then: {state: won}\n")
    (diagnostic,) = (d for d in found.diagnostics if d.code == "scenario-failed")
    line = BASE.count("\n") + 5
    assert diagnostic.span == ("all.yaml", line, 5, line, 9)
    assert found.results[0].line == line - 4


def test_other_people_take_the_place_of_the_company() -> None:
    people = "people: {ada: {roles: agent}, leo: {roles: [lead, agent]}}"
    body = (
        f"\n    process: sale\n    {people}\n    given: {{order: {{amount: 200 EUR}}}}\n"
        "    when: [{by: ada, do: submit}]\n"
        "    then: {inbox: {ada: [], leo: [approve, reject], lead: [approve, reject]}}\n"
    )
    assert ran(body).results[0].passed


def test_a_chain_alone_and_a_start_in_summer() -> None:
    body = (
        "\n    approval: big\n    at: 2026-07-01T09:30\n    given: {order: {amount: 200 EUR}}\n"
        "    when: [{after: 2h elapsed}, {by: lead 2, do: reject, reason: too much}]\n    then: {state: rejected}\n"
    )
    (result,) = ran(body).results
    assert result.passed, result.happened
    assert [act.at.isoformat() for act in result.trace] == [
        "2026-07-01T09:30:00", "2026-07-01T11:30:00", "2026-07-01T11:30:00",
    ]  # fmt: skip


def test_only_those_that_were_asked_for() -> None:
    body = "\n    process: sale\n    given: {order: {amount: 1 EUR}}\n    when: []\n    then: {state: write}\n"
    text = f"{BASE}  one:{body}  two:{body}"
    found = run_scenarios(check_text({"all.yaml": text}), ["two"])
    assert [result.name for result in found.results] == ["two"]


def test_nothing_stays_behind() -> None:
    before, finders = set(sys.modules), list(sys.meta_path)
    ran("\n    process: sale\n    given: {order: {amount: 1 EUR}}\n    when: []\n    then: {state: write}\n")
    assert [name for name in set(sys.modules) - before if "in_memory" in name] == []
    assert sys.meta_path == finders


def test_a_spec_with_errors_runs_nothing() -> None:
    found = run_scenarios(check_text({"all.yaml": f"{BASE}  s: {{process: sal, then: {{state: won}}}}\n"}))
    assert found.results == ()
    assert found.failed

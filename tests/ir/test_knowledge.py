"""Which fields must be known to leave a task, and which of them whoever leaves it has to say."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from crmdsl.api import check_text
from crmdsl.ir.knowledge import needed, surely_known, to_be_said
from crmdsl.ir.program import Program
from crmdsl.model.processes import Task
from tests.differential.generated import Generated

SPEC = """crmdsl: 1
company: {name: X, currency: EUR, timezone: UTC, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
departments: {all: {}}
roles: {seller: {department: all}}
entities:
  deal:
    fields: {amount: money, size: a | b, cost: {type: money, default: 0 EUR}, notes: optional text}
processes:
  sale:
    entity: deal
    start: draft
    steps:
      draft:
        role: seller
        edits: [amount, size, cost, notes]
        needs: [amount, cost, notes]
        outcomes: {send: check, skip: either}
      check: {role: seller, edits: [amount], needs: [amount], outcomes: {back: draft, go: either}}
      either:
        role: seller
        edits: [amount, notes]
        needs: [amount, notes]
        within: 1d
        late: lost
        outcomes: {done: won, lost: no}
      won: {end: success}
      no: {end: failure}
access: {grants: [{role: seller, can: [create, read, update], on: deal}]}
"""


def program() -> Program:
    found = check_text({"spec.yaml": SPEC}, "sale")
    assert not found.failed, found.diagnostics
    return found.program


def test_what_is_edited_and_not_optional_must_be_known() -> None:
    spec = program().spec
    draft = spec.processes["sale"].steps["draft"]
    assert isinstance(draft, Task)
    assert needed(spec.entities["deal"], draft) == ("amount", "cost", "notes", "size")


def test_what_every_way_there_has_filled_in_is_known() -> None:
    made = program()
    known = surely_known(made.processes["sale"], made.spec.entities["deal"])
    assert known["draft"] == {"cost"}
    assert known["check"] == known["either"] == known["won"] == {"amount", "cost", "size"}


def test_only_what_the_case_may_be_without_has_to_be_said() -> None:
    made = program()
    entity, steps = made.spec.entities["deal"], made.spec.processes["sale"].steps
    known = surely_known(made.processes["sale"], entity)
    said = {name: to_be_said(entity, step, known[name]) for name, step in steps.items()}
    assert said == {
        "draft": {"amount", "notes"}, "check": frozenset(), "either": {"notes"}, "won": frozenset(), "no": frozenset()
    }  # fmt: skip


def test_left_out_at_run_time_it_is_refused_unless_it_is_known(tmp_path: Path) -> None:
    generated = Generated(program().resolved, tmp_path, "sale")
    try:
        records, sale = generated.module("records"), generated.case_class("process", "sale")
        anna, now = generated.organisation.first("seller"), datetime(2026, 3, 2, 10, tzinfo=UTC)
        case = sale.start(anna, now, records.Deal(amount=Decimal(5), notes="n"))
        refused = case.send(by=anna, at=now)
        assert (refused.rule, refused.message) == ("missing-field", "size must be known to leave draft")
        assert case.send(by=anna, at=now, size="a").state == "check"
        assert case.send(anna, now, Decimal(6), "m", "b").record.amount == Decimal(6)
    finally:
        generated.close()

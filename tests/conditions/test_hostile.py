"""Any text as a condition: it is read, or refused at its place; never a crash, and never a long wait."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crmdsl.api import check_text
from crmdsl.diagnostics import Diagnostic

SPEC = """crmdsl: 1
company: {name: B, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00"]}}}
departments: {sales: {head: boss}}
roles: {agent: {department: sales}, boss: {department: sales}}
entities:
  order:
    fields: {amount: money, discount: percent, kind: A | B, rating: optional C < D, due: date, paid: flag, other: text,
             hours: duration, count: integer, size: number, since: optional instant, boss: optional person}
approvals:
  chain:
    entity: order
    requester: agent
    levels:
      one:
        when: '
"""
LINE, COLUMN = 16, 16
WORDS = [
    "amount", "discount", "kind", "rating", "due", "paid", "other", "hours", "count", "size", "since", "boss", "today",
    "requester", "actor.role", "requester.unit.kind", "state", "A", "B", "C", "agent", "and", "or", "not", "in", "|",
    "between", "is known", "is missing", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "(", ")", "5 EUR",
    "0 EUR", "7%", "3", "0", "1.5", "2d", "3h elapsed", "2026-01-01", "2026-01-01T09:00", '"x"', "true", "false",
    "==", "&&", "%",
]  # fmt: skip


def found(condition: str) -> list[Diagnostic]:
    quoted = condition.replace("'", "''")
    text = SPEC.rstrip("\n") + f"{quoted}'\n        approver: boss\n"
    return list(check_text({"spec.yaml": text}).diagnostics)


def placed(condition: str) -> list[Diagnostic]:
    """The diagnostics of a condition, which lie inside of it."""
    diagnostics = found(condition)
    length = len(condition.replace("'", "''"))
    for one in diagnostics:
        if one.code.startswith("condition") or one.code in ("unknown-name", "unchecked-condition"):
            span = one.span
            assert (span.line, span.end_line) == (LINE, LINE), (condition, one)
            assert COLUMN - 1 <= span.column < span.end_column <= COLUMN + length + 1, (condition, one)
    return diagnostics


sentences = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=40)
SETTINGS = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@example("amount / discount > 3 EUR")
@example("hours * 2 > 1d and hours / 1h < size")
@example("since is known and since + 3h elapsed < 2026-01-01T09:00")
@given(sentences)
def test_words_of_the_language_in_any_order(condition: str) -> None:
    placed(condition)


@SETTINGS
@given(texts)
def test_any_text(condition: str) -> None:
    placed(condition)


@pytest.mark.parametrize(
    "condition",
    ["amount > 5 EUR and " * 6_000 + "paid", "(" * 10_000 + "paid" + ")" * 10_000, "not " * 30_000 + "paid",
     "x" * 100_000,
     "amount " + "+ amount " * 12_000 + "> 5 EUR", '"' * 99_999, "paid " + "or paid " * 13_000, "-" * 100_000],
)  # fmt: skip
def test_long_and_deep_conditions_are_refused(condition: str) -> None:
    start = time.perf_counter()
    codes = [one.code for one in placed(condition)]
    assert "condition-syntax" in codes
    assert time.perf_counter() - start < 5


def test_a_deep_condition_is_refused_where_it_gets_too_deep() -> None:
    (fault,) = [one for one in found("(" * 1_000 + "paid" + ")" * 1_000) if one.code == "condition-syntax"]
    assert str(fault.message) == "the condition is nested too deeply"
    assert fault.span.column == COLUMN + 32


def test_comparisons_of_conditions_are_refused_where_they_get_too_deep() -> None:
    """Each doubles what is printed for a target in which nothing is unknown."""
    row = "paid"
    for _ in range(28):
        row = f"({row} = (amount > 1 EUR))"
    (fault,) = [one for one in placed(row) if one.code == "condition-syntax"]
    assert str(fault.message) == "conditions are compared with conditions too deeply"
    assert fault.span.column == COLUMN + 24
    (fault,) = [one for one in placed("(".join(["paid in amount > 1 EUR | "] * 8) + "true" + ")" * 7)
                if one.code == "condition-syntax"]  # fmt: skip
    assert "condition-syntax" not in {one.code for one in placed("(((paid = paid) = paid) = paid) = paid")}


@pytest.mark.parametrize("derived", ["flag, derived: f{} = (g > 1 EUR)", "flag, derived: not f{}"])
def test_fields_derived_through_too_many_others_are_refused_once(derived: str) -> None:
    fields = "".join(f"      f{n}: {{type: {derived.format(n - 1)}}}\n" for n in range(39, 0, -1))
    text = SPEC.partition("entities:")[0] + f"entities:\n  job:\n    fields:\n      f0: flag\n      g: money\n{fields}"
    faults = [one for one in check_text({"spec.yaml": text}).diagnostics if one.severity.value == "error"]
    assert [str(one.message) for one in faults] == ["`f33` is derived through too many fields"]


def test_conditions_with_many_cases_end_with_a_clear_message() -> None:
    parts = [f"(count = {a} or size > {b})" for a, b in product(range(24), range(3))]
    codes = [one.code for one in found(" and ".join(parts))]
    assert "unchecked-condition" in codes or "approval-gap" in codes
    many = " and ".join(f"(count = {n} or size = {n}.5 or discount = {n}% or amount = {n} EUR)" for n in range(40))
    start = time.perf_counter()
    found(many)
    assert time.perf_counter() - start < 20

"""Tables of boundary cases: what they say is what the generated package does, and they stay short."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crmdsl.analysis import boundaries
from crmdsl.analysis._memory import InMemory
from crmdsl.analysis.boundaries import MOST_ROWS, Special, Table
from crmdsl.api import Checked, check, check_text, emit, tables
from tests.e2e.commands import VALVOTECH
from tests.generators.specs import generate

COMPANY = """crmdsl: 1
company: {name: "Acme <&|*", currency: EUR, timezone: Europe/Rome, language: en, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}, holidays: IT}}
departments: {all: {functions: [acquire, manage, quote, order, approve_order, collect]}}
roles:
  agent: {department: all, reports_to: boss, headcount: 3}
  boss: {department: all, label: {it: Il capo, en: The boss}}
  clerk: {department: all, reports_to: boss}
territories: {north: {}, south: {}}
sales_network: {n: {kind: employees, role: agent, functions: [acquire], territories: [north, south]}}
entities:
  customer: {fields: {name: text, rating: optional D < C < B < A, limit: optional money}}
  order:
    fields:
      customer: optional customer
      amount: {type: money, min: 1 EUR, max: 1_000 EUR}
      cost: {type: money, min: 0 EUR, max: 1_000 EUR}
      discount: percent
      kind: plain | special | odd
      due: optional date
      paid: optional flag
      weight: number
      notes: optional text
      at: instant
      who: person
      margin: {type: number, derived: (amount - cost) / amount}
approvals:
  chain:
    entity: order
    requester: agent
    mode: ladder
    levels: {first: {approver: boss, within: 1d}, second: {when: CONDITION, approver: clerk}}
    separation: [requester, levels]
"""
CONDITIONS = (
    "amount > 100 EUR and discount >= 5%",
    "kind = special or kind = odd and amount <= 5 EUR",
    "due is missing",
    "due is known and due > 2026-03-01",
    "paid is known and paid",
    "paid is known and not paid",
    "weight >= 2.5 and weight < 3",
    'notes is known and notes = "x"',
    "customer is known",
    "customer.rating is known and customer.rating > C",
    "customer.limit is known and amount > customer.limit",
    "amount + cost > 1_000 EUR",
    "amount > cost",
    "who.role = boss",
    "requester.territory = north",
    "who = requester",
    "margin < 0.1",
    "due is known and due < today",
    "amount * 2 > 33 EUR",
    "not (amount > 5 EUR and discount > 1%)",
    "at > 2026-05-01T09:00",
)


def checked(condition: str) -> Checked:
    found = check_text({"spec.yaml": COMPANY.replace("CONDITION", f"'{condition}'")}, "acme")
    assert not found.failed, [str(one.message) for one in found.diagnostics]
    return found


def only(found: Checked) -> Table:
    (table,) = boundaries.analyze(found.program)
    return table


def run(found: Checked) -> int:
    """Run the tests that come with a package; how many cases they have."""
    files = {file.path: file.text for file in (*emit(found.program), *tables(found.program))}
    count = 0
    with InMemory(files) as package:
        for path in sorted(files):
            if path.startswith("tables/test_"):
                module: Any = package.module(path.removesuffix(".py").replace("/", "."))
                module.test_who_signs_each_level()
                for case in module.CASES:
                    module.test_who_decides(*case)
                    count += 1
    return count


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_package_decides_as_the_table_says(condition: str) -> None:
    found = checked(condition)
    table = only(found)
    decided = {row.levels for row in table.rows}
    assert decided == {("first",), ("first", "second")}
    assert not table.left_out
    assert run(found) == len(table.rows)


@pytest.mark.parametrize("seed", range(12))
def test_the_package_of_any_company_does(seed: int) -> None:
    found = check_text({"spec.yaml": generate(seed)}, "any_company")
    assert not found.failed
    run(found)


def test_each_limit_is_looked_at_from_both_sides() -> None:
    table = only(checked("amount > 100 EUR and discount >= 5%"))
    names = [column.name for column in table.columns]
    amounts, discounts = ({row.values[names.index(name)] for row in table.rows} for name in ("amount", "discount"))
    assert {10_000, 10_001, 100, 100_000, Special.ANY} == amounts | {Special.ANY}
    assert {499, 500, 0, 10_000} <= discounts
    assert len(table.rows) <= 8


def test_what_is_missing_and_every_value_of_an_enumeration_has_a_row() -> None:
    rating = only(checked("customer.rating is known and customer.rating > C"))
    assert {"D", "C", "B", "A", Special.MISSING} <= {row.filled[-1] for row in rating.rows}
    kind = only(checked("kind = special"))
    assert {row.values[0] for row in kind.rows} == {"plain", "special", "odd"}


def test_a_chain_of_many_fields_gets_no_product_of_them() -> None:
    found = checked(" or ".join(f"({one})" for one in CONDITIONS[:11]))
    assert 0 < len(only(found).rows) <= MOST_ROWS


def test_of_more_cases_than_are_listed_each_limit_is() -> None:
    parts = "(kind = special or weight > 3.5 and paid is known and paid) and (notes is known or at > 2026-05-01T09:00)"
    parts += " and (due is missing or due > 2026-03-01 or cost < 7 EUR) or cost > 900 EUR and kind = odd and weight < 2"
    table = only(checked(f"amount * (100% - discount) > 100 EUR and discount > 5% and {parts}"))
    assert table.left_out
    amounts, discounts = ({row.values[place] for row in table.rows} for place in (0, 1))
    assert {0, 500, 501} <= discounts
    assert {10_000, 10_001, 10_528} <= amounts


def test_who_signs_otherwise_fails() -> None:
    found = checked("amount > 5 EUR")
    other = {file.path: file.text.replace('roles("clerk")', 'roles("boss")') for file in emit(found.program)}
    files = other | {file.path: file.text for file in tables(found.program)}
    with InMemory(files) as package, pytest.raises(AssertionError):
        package.module("tables.test_approval_chain").test_who_signs_each_level()


def test_valvotech_as_people_read_it() -> None:
    files = {file.path: file.text for file in tables(check(VALVOTECH).program, "it")}
    text = files["tables/approval_discount.md"]
    assert "| 12,01% | 0 EUR | Director | Sales director | 1 | 1 giorno |" in text
    assert "| 12% | 100.000 EUR | Area | Area manager | 1 | 4 ore |" in text
    assert "| 0% | 0 EUR | – | approvato senza firma | 0 | – |" in text
    english = {file.path: file.text for file in tables(check(VALVOTECH).program, "en")}
    assert "Exactly one level decides each case" in english["tables/approval_discount.md"]
    assert "100,000.01 EUR" in english["tables/approval_discount.html"]


def test_only_figures_stand_at_the_right_and_the_notes_say_who_may_sign() -> None:
    ladder = COMPANY.replace("{approver: boss, within: 1d}", "{manager_of: requester, within: 30h elapsed}")
    found = check_text({"spec.yaml": ladder.replace("CONDITION", "amount > 1 EUR and kind = odd")})
    files = {file.path: file.text for file in tables(found.program, "it")}
    page, text = files["tables/approval_chain.html"], files["tables/approval_chain.md"]
    assert re.search(r'<td class="figure">[\d.,]+ EUR</td><td>(?:any|plain|special|odd|qualsiasi)</td>', page)
    assert "| --- | ---: | --- | --- | --- | --- | --- |" in text
    assert "capo del richiedente | 1 | 30 ore solari |" in text
    assert "- Il capo del richiedente è, secondo il ruolo di chi chiede: Il capo\n" in text
    assert "- Chi chiede non firma mai, qualunque ruolo abbia\n- Nessuno firma due volte\n" in text


def test_labels_cannot_break_the_page() -> None:
    files = {file.path: file.text for file in tables(checked("discount > 1%").program)}
    page, text = files["tables/approval_chain.html"], files["tables/approval_chain.md"]
    assert "Acme &lt;&amp;|*" in page
    assert r"Acme \<&\|\*" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in rows[:-3]}) == 1

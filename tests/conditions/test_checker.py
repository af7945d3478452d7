"""Names and types of conditions, and the exact place of what does not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl.conditions.assignment import check_value
from crmdsl.conditions.ast import And, Compare, Expr, Literal, Path, State
from crmdsl.conditions.checker import check
from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.conditions.types import MONEY, PERCENT, TEXT
from tests.conditions.test_parser import WORDS
from tests.conditions.world import faults, scope, typed

GOOD = [
    "amount > 100_000.01 EUR",
    "discount between 5% and 10%",
    "special = kind",
    "kind in standard | special",
    "direction = in",
    "amount * 10% >= 3.50 EUR and amount / 2 EUR > 1.5",
    "amount * (100% - discount) < cost",
    "amount / cost > 2 and amount / (100% - discount) > 3 EUR",
    "count > 0 and 10 / count < 3",
    "not (count <= 0) and 10 / count < 3",
    "count <= 0 or 10 / count < 3",
    "weight > 3 and weight * count > 4.5 and 3 < weight",
    "discount * 2 > 10% and discount * share < 3%",
    "customer.blocked",
    "customer.rating is known and customer.rating >= B",
    "customer.rating is missing or customer.rating in A | B",
    "not (customer.rating is missing) and customer.rating = A",
    "not (customer.rating is missing or customer.rating < B)",
    "customer.parent.rating is known and customer.parent.blocked",
    "due is known and due < today and today - due > 5d elapsed and due + 3d elapsed < 2026-01-01",
    "at + 36h elapsed < 2026-03-31T09:00",
    "warranty >= 1w 2d",
    "requester.role = agent or requester = who or actor.unit.kind = employees",
    "who.unit = agents and where = north and who.territory = where",
    "state = check or state in check.lead | won",
    "paid is known and paid",
    "(amount > 5 EUR) = customer.blocked",
    'customer.vat = "IT 1" and notes is missing',
    "true",
    "100% - discount > 5% and -amount < 5 EUR",
]


@pytest.mark.parametrize("text", GOOD)
def test_good(text: str) -> None:
    assert typed(text).type.base == "flag"


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("amount + discount > 5 EUR", "condition-type", "amount + discount"),
        ("kind = special and amount > 5", "condition-type", "5"),
        ("amount > 5% ", "condition-type", "5%"),
        ("5 = discount", "condition-type", "5"),
        ("amount > discount", "condition-type", "amount > discount"),
        ("amount", "condition-type", "amount"),
        ("customer.blocked and discount", "condition-type", "discount"),
        ("amount / count > 1 EUR", "condition-type", "count"),
        ("count >= 0 and 10 / count > 1", "condition-type", "count"),
        ("10 / (5 - 5) > 1", "condition-type", "5 - 5"),
        ("kind < special", "condition-type", "kind < special"),
        ("kind between standard and special", "condition-type", "kind between standard and special"),
        ('kind = "special"', "condition-type", '"special"'),
        ("kind = customer.segment", "condition-type", "kind = customer.segment"),
        ("count > weight", "condition-type", "count > weight"),
        ("count > 3.5", "condition-type", "3.5"),
        ("amount > 5 USD", "condition-type", "5 USD"),
        ("amount > 5.001 EUR", "condition-syntax", "5.001 EUR"),
        ("warranty > 48h elapsed", "condition-type", "48h elapsed"),
        ("at + 5d > at", "condition-type", "at + 5d"),
        ("at > 2026-03-31", "condition-type", "2026-03-31"),
        ("(amount > 5 EUR) is known", "condition-type", "amount > 5 EUR"),
        ("amount * amount > 5 EUR", "condition-type", "amount * amount"),
        ("customer", "condition-type", "customer"),
        ("discont > 5%", "unknown-name", "discont"),
        ("amount > 3 EUR and customer.blokked", "unknown-name", "blokked"),
        ("kind = speciale", "unknown-name", "speciale"),
        ("kind in standard | speciale", "unknown-name", "speciale"),
        ("requester.role = agnt", "unknown-name", "agnt"),
        ("who.rolle = agent", "unknown-name", "rolle"),
        ("state = wonn", "unknown-name", "wonn"),
        ("state = notes", "unknown-name", "notes"),
        ("where = nord", "unknown-name", "nord"),
        ("customer.vat = IT", "unknown-name", "IT"),
        ("amount.cents > 3", "unknown-name", "cents"),
        ("amount > 5 EUR and customer.credit_limit > 3 EUR", "condition-missing", "customer.credit_limit"),
        ("due < today and due is known", "condition-missing", "due"),
        ("customer.parent.blocked", "condition-missing", "customer.parent"),
        ("customer.rating is known or customer.rating = A", "condition-missing", "customer.rating"),
        ("not (customer.rating is known) and customer.rating = A", "condition-missing", "customer.rating"),
        ("paid", "condition-missing", "paid"),
    ],
)
def test_one_fault(text: str, code: str, part: str) -> None:
    (fault,) = faults(text)
    assert fault.fault.code == code  # type: ignore[attr-defined]
    assert text[fault.start : fault.end] == part


def test_all_faults_of_a_condition() -> None:
    found = faults("discont > 5% and amount > 5 and customer.rating = X")
    assert [(fault.start, fault.fault.code) for fault in found] == [  # type: ignore[attr-defined]
        (0, "unknown-name"), (26, "condition-type"), (32, "condition-missing"), (50, "unknown-name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("discont > 5%", "did you mean `discount`?"),
        ("kind = speciale", "did you mean `special`?"),
        ("state = wonn", "did you mean `won`?"),
        ("discount > 5", "write `5%`"),
        ("amount > 5", "write `5 EUR`"),
        ('kind = "special"', "write `special`"),
        ("amount + discount > 5 EUR", "a share of it is `amount * (100% + discount)`"),
        ("customer.vat = IT", 'text stands in double quotes: `"IT"`'),
        ("paid", "write `paid is known and ...` before it, or list it in `needs`"),
    ],
)
def test_repairs(text: str, hint: str) -> None:
    assert str(faults(text)[0].help) == hint


def test_needs_make_known() -> None:
    typed("paid and due < today", "paid", "due")
    assert [fault.start for fault in faults("paid and due < today", "paid")] == [9]


def test_words_that_are_not_there() -> None:
    (fault,) = faults("requester.role = agent", words=frozenset())
    assert fault.fault.code == "unknown-name"  # type: ignore[attr-defined]


def test_the_typed_tree() -> None:
    found = typed("state = check.lead and customer.rating is known and customer.rating >= B and amount > 5 EUR")
    assert isinstance(found, And)
    state, _, rating, amount = found.parts
    assert isinstance(state, Compare)
    assert isinstance(state.left, State)
    assert isinstance(state.right, Literal)
    assert state.right.value == "check.lead"
    assert isinstance(rating, Compare)
    assert isinstance(rating.left, Path)
    assert (rating.left.parts, rating.left.entity, rating.left.optional) == (("customer", "rating"), "order", True)
    assert rating.left.type.values == ("D", "C", "B", "A")
    assert isinstance(amount, Compare)
    assert isinstance(amount.right, Literal)
    assert amount.right.value == 500


def test_values_for_a_field() -> None:
    assert typed("amount * (100% - discount)", expected=MONEY).type == MONEY
    assert typed("customer.credit_limit", expected=MONEY, optional=True).type == MONEY
    (fault,) = faults("customer.credit_limit", expected=MONEY)
    assert fault.fault.code == "condition-missing"  # type: ignore[attr-defined]
    (fault,) = faults("amount", expected=PERCENT)
    assert fault.fault.code == "condition-type"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hello there", "hello there"),
        ('"kind"', "kind"),
        ("5 EUR", "5 EUR"),
        ("unheard_of", "unheard_of"),
        ("a, b!", "a, b!"),
    ],
)
def test_plain_text(text: str, value: str) -> None:
    found, wrong = check_value(text, scope())
    assert not wrong
    assert isinstance(found, Literal)
    assert (found.type, found.value) == (TEXT, value)


def test_text_that_is_the_name_of_a_field() -> None:
    found, _ = check_value("customer.vat", scope())
    assert isinstance(found, Path)
    found, (fault,) = check_value("kind", scope())
    assert found is None
    assert fault.fault.code == "condition-type"


FIELDS = """
    amount discount kind customer.rating customer.parent.parent who.unit.kind state requester special B nope count
    weight due at warranty notes 5.001%
""".split()
FIELDS += ["5.001 EUR", "3h elapsed"]


@given(st.lists(st.one_of(WORDS, st.sampled_from(FIELDS)), max_size=12).map(" ".join))
def test_any_condition_has_a_tree_or_faults(text: str) -> None:
    parsed = parse(text)
    if not isinstance(parsed, SyntaxFault):
        for expected in (typed("true").type, MONEY, TEXT):
            found, wrong = check(parsed, scope(), expected)
            assert (found is None) == bool(wrong)
            assert isinstance(found, Expr) or all(0 <= f.start <= f.end <= len(text) for f in wrong)
            for fault in wrong:
                assert str(fault.message)
                assert fault.help is None or str(fault.help)

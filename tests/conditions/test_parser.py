"""Text → tree, and the exact place of what is no condition."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl.conditions.ast import And, Arithmetic, Compare, Expr, In, Known, Literal, Name, Negate, Not, Or
from crmdsl.conditions.faults import SyntaxFault
from crmdsl.conditions.parser import MAX_ARITHMETIC, MAX_DEPTH, parse
from crmdsl.model.values import Duration


def tree(text: str) -> Expr:
    found = parse(text)
    assert not isinstance(found, SyntaxFault), str(found.message)
    return found


def test_precedence() -> None:
    found = tree("a or b and not c = 1 + 2 * 3")
    assert isinstance(found, Or)
    both = found.parts[1]
    assert isinstance(both, And)
    denied = both.parts[1]
    assert isinstance(denied, Not)
    assert isinstance(denied.value, Compare)
    total = denied.value.right
    assert isinstance(total, Arithmetic)
    assert total.op == "+"
    assert isinstance(total.right, Arithmetic)


@pytest.mark.parametrize(
    ("text", "base", "value"),
    [
        ("100_000 EUR", "money", "100_000 EUR"),
        ("- 5 EUR", "money", "-5 EUR"),
        ("12.5%", "percent", 1250),
        ("-3%", "percent", -300),
        ("3.5", "number", Fraction(7, 2)),
        ("1_000", "integer", 1000),
        ('"a \\"b\\" \\\\ c"', "text", 'a "b" \\ c'),
        ("true", "flag", True),
        ("1d 4h", "duration", Duration(0, 1, 4, 0)),
        ("60d elapsed", "elapsed", Duration(0, 60, 0, 0, True)),
        ("2026-03-31", "date", date(2026, 3, 31)),
        ("2026-03-31T09:00", "instant", datetime(2026, 3, 31, 9, 0)),
    ],
)
def test_constants(text: str, base: str, value: object) -> None:
    found = tree(text)
    assert isinstance(found, Literal)
    assert (found.type.base, found.value) == (base, value)


def test_places_are_those_of_the_text() -> None:
    text = "amount > 5 EUR and (kind = special)"
    found = tree(text)
    assert isinstance(found, And)
    assert [text[part.start : part.end] for part in found.parts] == ["amount > 5 EUR", "kind = special"]


def test_double_equals_and_choices() -> None:
    same = tree("a == b")
    assert isinstance(same, Compare)
    assert same.op == "="
    chosen = tree("a in b | c.d | 5%")
    assert isinstance(chosen, In)
    assert len(chosen.choices) == 3


def test_words_of_the_language_as_values() -> None:
    found = tree("direction = in and other in is | between")
    assert isinstance(found, And)
    assert isinstance(found.parts[0], Compare)
    assert found.parts[0].right == Name(12, 14, found.parts[0].right.type, ("in",))


def test_known_and_minus() -> None:
    found = tree("a.b is missing and -(x) < -y")
    assert isinstance(found, And)
    assert isinstance(found.parts[0], Known)
    assert not found.parts[0].known
    assert isinstance(found.parts[1], Compare)
    assert isinstance(found.parts[1].left, Negate)


@pytest.mark.parametrize(
    ("text", "part", "hint"),
    [
        ("amount >", "amount >", None),
        ("a = 1 and", "and", None),
        ("a = 1 and or b", "or", None),
        ("= 5", "=", None),
        ("a && b", "&&", "write `and`"),
        ("a || b", "||", "write `or`"),
        ("!a", "!", "write `not`"),
        ("a <> 3", "<>", "write `!=`"),
        ("a =< 3", "=<", "write `<=`"),
        ("a AND b", "AND", "write `and`"),
        ("a = 'x'", "'x'", 'text stands in double quotes: `"x"`'),
        ("1% < x < 5%", "<", "write `x > 1% and x < 5%`"),
        ("5 %", "%", "a percent is written without a blank: `5%`"),
        ("a > 5 eur", "eur", "write `5 EUR`"),
        ("a > 5EUR", "5EUR", "put a blank before the currency: `5 EUR`"),
        ("a > 1.234%", "1.234%", "a percent has two decimals at most: `12.25%`"),
        ("a > 1.5h", "1.5h", "a duration has whole numbers: `1h 30m`"),
        ("d = 2026-02-30", "2026-02-30", "there is no such day; a date is written `2026-03-31`"),
        ("a is B", "B", "write `is known` or `is missing`, or compare with `=`"),
        ("a is not known", "not", "write `is known` or `is missing`"),
        ("a not in B", "not", "put `not` in front: `not kind in A | B`"),
        ("a between 1 or 2", "or", "write `between 1 and ...`"),
        ("a between 1", "a between 1", "write `between 1 and ...`"),
        ("(a", "(", "close it with `)`"),
        ("a)", ")", None),
        ("a = ()", "()", None),
        ("a b", "b", "between two values stands `and`, `or`, a comparison or an arithmetic sign"),
        ("a in b, c", ",", None),
        ("a..b", ".", None),
    ],
)
def test_what_is_wrong(text: str, part: str, hint: str | None) -> None:
    found = parse(text)
    assert isinstance(found, SyntaxFault)
    assert text[found.start : found.end] == part
    if hint is not None:
        assert str(found.help) == hint


def test_a_text_that_is_never_closed_tells_of_yaml() -> None:
    found = parse('name = "Rossi')
    assert isinstance(found, SyntaxFault)
    assert found.start == 7
    assert "single quotes inside `{ }`" in str(found.help)


def test_limits() -> None:
    for text in (
        "(" * 10_000 + "a" + ")" * 10_000,
        "a" * 100_000,
        "not " * 1_000 + "a",
        "a + " * 500 + "a",
        "-" * 90 + "a",
    ):
        assert isinstance(parse(text), SyntaxFault)
    assert not isinstance(parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH), SyntaxFault)
    assert not isinstance(parse("a + " * MAX_ARITHMETIC + "a"), SyntaxFault)
    assert not isinstance(parse("a and " * 1_500 + "a"), SyntaxFault)


WORDS = st.sampled_from(
    ["and", "or", "not", "in", "is", "known", "missing", "between", "=", "<", ">=", "(", ")", "|", "+", "-", "*", "/",
     "a", "b.c", "5%", "5 EUR", "1d", "elapsed", '"x"', "true", "today", "2026-01-01", "é", ".", '"', "'", "\n"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
def test_any_text_is_a_tree_or_a_fault(text: str) -> None:
    found = parse(text)
    if isinstance(found, SyntaxFault):
        assert 0 <= found.start <= found.end <= len(text)
        assert str(found.message)
        assert found.help is None or str(found.help)

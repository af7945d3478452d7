"""Random conditions, as trees that are not checked and as texts that are sound."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from crmdsl.conditions.ast import (
    FLAG,
    UNKNOWN,
    And,
    Arithmetic,
    Between,
    Compare,
    Expr,
    In,
    Known,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    Type,
)
from crmdsl.model.values import Duration

OPS = ["=", "!=", "<", "<=", ">", ">="]
NAMES = st.sampled_from(["amount", "customer.rating", "a", "b_2", "state", "known", "today", "knownish"])
LITERALS = st.one_of(
    st.integers(0, 10**9).map(lambda n: ("percent", n)),
    st.integers(0, 10**9).map(lambda n: ("integer", n)),
    st.integers(1, 10**6).map(lambda n: ("number", Fraction(n, 100))),
    st.tuples(st.integers(0, 10**9), st.sampled_from(["", ".5", ".25"])).map(
        lambda n: ("money", f"{n[0]:_}{n[1]} EUR")
    ),
    st.text(max_size=8).map(lambda text: ("text", text)),
    st.booleans().map(lambda flag: ("flag", flag)),
    st.builds(Duration, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)).map(
        lambda d: ("duration", d)
    ),
    st.dates().map(lambda d: ("date", d)),
)


def literal(pair: tuple[str, Any]) -> Expr:
    return Literal(0, 0, Type(pair[0]), pair[1])


VALUES: st.SearchStrategy[Expr] = st.recursive(
    st.one_of(NAMES.map(lambda n: Name(0, 0, UNKNOWN, tuple(n.split(".")))), LITERALS.map(literal)),
    lambda inner: st.one_of(
        st.builds(Arithmetic, st.just(0), st.just(0), st.just(UNKNOWN), st.sampled_from("+-*/"), inner, inner),
        inner.filter(lambda e: not isinstance(e, Literal)).map(lambda e: Negate(0, 0, UNKNOWN, e)),
    ),
    max_leaves=6,
)


def several(inner: st.SearchStrategy[Expr], of: type[Expr]) -> st.SearchStrategy[tuple[Expr, ...]]:
    return st.lists(inner.filter(lambda e: not isinstance(e, of)), min_size=2, max_size=3).map(tuple)


TREES: st.SearchStrategy[Expr] = st.recursive(
    st.one_of(
        st.builds(Compare, st.just(0), st.just(0), st.just(FLAG), st.sampled_from(OPS), VALUES, VALUES),
        st.builds(Between, st.just(0), st.just(0), st.just(FLAG), VALUES, VALUES, VALUES),
        st.builds(
            In, st.just(0), st.just(0), st.just(FLAG), VALUES, st.lists(VALUES, min_size=1, max_size=3).map(tuple)
        ),
        st.builds(
            Known,
            st.just(0),
            st.just(0),
            st.just(FLAG),
            NAMES.map(lambda n: Name(0, 0, UNKNOWN, tuple(n.split(".")))),
            st.booleans(),
        ),
    ),
    lambda inner: st.one_of(
        inner.map(lambda e: Not(0, 0, FLAG, e)),
        several(inner, And).map(lambda parts: And(0, 0, FLAG, parts)),
        several(inner, Or).map(lambda parts: Or(0, 0, FLAG, parts)),
        st.builds(Compare, st.just(0), st.just(0), st.just(FLAG), st.just("="), inner, inner),
    ),
    max_leaves=8,
)

SIMPLE = """
    customer.blocked
    customer.blocked = false
    customer.rating >= B
    customer.rating in D | A
    C > customer.rating
    kind = special
    kind != special
    kind in special | standard
    customer.rating is known
    notes is missing
    due < today
    today - due > 10d elapsed
    due + 3d elapsed <= 2026-01-10
    state = check
    state != check.lead
    state in won | check
    requester.role = agent
    who != requester
    requester.role != agent
    paid
    not paid
    count in 1 | 2 | 3
    warranty > 1d 2h
    (amount > 5 EUR) = customer.blocked
    (customer.rating is known and customer.rating > C) = (amount > 5 EUR)
    (notes is known) != customer.blocked
    true
    direction = in
    at + 5h elapsed > at
    customer.parent.blocked
    customer.parent is missing
""".strip().split("\n    ")

MONEY_TAILS = """
    * 12.5%
    * discount
    / 3
    * count
    * (100% - share)
    / 40%
    * weight
    / (weight * 0.0 + 2.5)
""".strip().split("\n    ")

MONEY = st.recursive(
    st.sampled_from(["amount", "cost", "5 EUR", "0.05 EUR", "1_000.01 EUR"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(MONEY_TAILS)).map(lambda t: f"{t[0]} {t[1]}"),
        inner.map(lambda e: f"-({e})"),
    ),
    max_leaves=4,
)  # fmt: skip
PERCENT = st.recursive(
    st.sampled_from(["discount", "share", "5%", "0.01%"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["* 50%", "* share", "* 3", "/ 2"])).map(lambda t: f"{t[0]} {t[1]}"),
    ),
    max_leaves=4,
)
NUMBERS = """
    weight
    2.5
    weight * 3 - 1.25
    cost / 3 EUR
    amount / cost
    share / 7%
    count * 1.5
    3.0 / (5.0 + 0.5)
    odd * weight
""".strip().split("\n    ")
NUMBER = st.sampled_from(NUMBERS)
COMPARED = st.one_of(
    *(
        st.tuples(side, st.sampled_from(OPS), side).map(lambda t: f"{t[0]} {t[1]} {t[2]}")
        for side in (MONEY, PERCENT, NUMBER)
    ),
    st.tuples(MONEY, MONEY, MONEY).map(lambda t: f"{t[0]} between {t[1]} and {t[2]}"),
    st.sampled_from(SIMPLE),
)
CONDITIONS = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        inner.map(lambda e: f"not ({e})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: " and ".join(f"({p})" for p in parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: " or ".join(f"({p})" for p in parts)),
    ),
    max_leaves=5,
)

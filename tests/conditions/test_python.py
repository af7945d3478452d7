"""The Python that is printed means what the condition means: compared with fractions, computed naively."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl.conditions import ast
from crmdsl.conditions.checker import check
from crmdsl.conditions.faults import ConditionMissing, SyntaxFault
from crmdsl.conditions.parser import parse
from crmdsl.conditions.python import PythonPrinter, paths, to_python
from crmdsl.conditions.types import MONEY
from tests.conditions.trees import CONDITIONS
from tests.conditions.trees import MONEY as MONEY_TEXTS
from tests.conditions.world import VOCABULARY, scope, typed

TODAY = date(2026, 1, 15)
SCALE = {"money": 1, "percent": 10_000, "number": 1, "integer": 1}


def source(path: ast.Path) -> str:
    return ".".join(("r" if path.root == "record" else path.root, *path.parts))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


PERSON = st.builds(
    SimpleNamespace, name=st.sampled_from("ab"), role=st.sampled_from([("agent",), ("clerk", "agent"), ()])
)
CUSTOMER = st.deferred(
    lambda: st.builds(
        SimpleNamespace, blocked=maybe(st.booleans()), rating=maybe(st.sampled_from("DCBA")), parent=maybe(CUSTOMER),
        vat=st.just("x"),
    )
)  # fmt: skip
DAYS = datetime(2026, 1, 1), datetime(2026, 1, 3)
RECORD = st.builds(
    SimpleNamespace,
    amount=maybe(st.integers(0, 10**7)), cost=maybe(st.integers(0, 500)), discount=maybe(st.integers(0, 6000)),
    share=maybe(st.integers(0, 9_999)), count=maybe(st.integers(-3, 4)),
    kind=maybe(st.sampled_from(["standard", "special"])), weight=maybe(st.fractions(0, 9, max_denominator=100)),
    odd=maybe(st.fractions(-9, 9, max_denominator=7)),
    customer=maybe(CUSTOMER), due=maybe(st.dates(date(2025, 12, 1), date(2026, 2, 1))), paid=maybe(st.booleans()),
    notes=maybe(st.just("n")), who=maybe(PERSON), warranty=maybe(st.integers(0, 2000)),
    direction=maybe(st.sampled_from(["in", "out"])), at=maybe(st.datetimes(*DAYS)),
)  # fmt: skip


def value(expr: ast.Expr, record: Any, requester: Any, active: tuple[str, ...]) -> Any:
    """What an expression is worth, `None` where something is unknown."""

    def of(part: ast.Expr) -> Any:
        return value(part, record, requester, active)

    if isinstance(expr, ast.Literal):
        return constant(expr)
    if isinstance(expr, ast.Path):
        return kept(expr, requester if expr.root == "requester" else record)
    if isinstance(expr, ast.Today):
        return TODAY
    if isinstance(expr, ast.Negate):
        inner = of(expr.value)
        return None if inner is None else -inner
    if isinstance(expr, ast.Arithmetic):
        left, right = of(expr.left), of(expr.right)
        if left is None or right is None or (expr.op == "/" and right == 0):
            return None
        return {
            "+": lambda: left + right,
            "-": lambda: left - right,
            "*": lambda: left * right,
            "/": lambda: left / right,
        }[expr.op]()
    return holds(expr, of, active)


def constant(expr: ast.Literal) -> Any:
    base = expr.type.base
    if base in SCALE:
        return Fraction(expr.value) / SCALE[base]
    if base == "elapsed":
        return timedelta(minutes=expr.value.total_minutes())
    return expr.value.total_minutes(480) if base == "duration" else expr.value


def kept(path: ast.Path, thing: Any) -> Any:
    for part in path.parts:
        thing = None if thing is None else getattr(thing, part)
    if thing is None:
        return None
    return Fraction(thing) / SCALE[path.type.base] if path.type.base in SCALE else thing


def holds(expr: ast.Expr, of: Callable[[ast.Expr], Any], active: tuple[str, ...]) -> bool | None:
    if isinstance(expr, ast.Not):
        inner = of(expr.value)
        return None if inner is None else not inner
    if isinstance(expr, ast.And):
        parts = [of(part) for part in expr.parts]
        return False if False in parts else None if None in parts else True
    if isinstance(expr, ast.Or):
        parts = [of(part) for part in expr.parts]
        return True if True in parts else None if None in parts else False
    if isinstance(expr, ast.Known):
        return (of(expr.path) is not None) == expr.known
    if isinstance(expr, ast.Between):
        low = ast.Compare(0, 0, ast.FLAG, ">=", expr.value, expr.low)
        high = ast.Compare(0, 0, ast.FLAG, "<=", expr.value, expr.high)
        return of(ast.And(0, 0, ast.FLAG, (low, high)))  # type: ignore[no-any-return]
    if isinstance(expr, ast.In):
        each = tuple(ast.Compare(0, 0, ast.FLAG, "=", expr.value, choice) for choice in expr.choices)
        return of(ast.Or(0, 0, ast.FLAG, each))  # type: ignore[no-any-return]
    assert isinstance(expr, ast.Compare)
    return compared(expr, of, active)


def compared(expr: ast.Compare, of: Callable[[ast.Expr], Any], active: tuple[str, ...]) -> bool | None:
    if isinstance(expr.left, ast.State):
        assert isinstance(expr.right, ast.Literal)
        name = expr.right.value
        inside = any(state == name or state.startswith(f"{name}.") for state in active)
        return inside == (expr.op == "=")
    left, right = of(expr.left), of(expr.right)
    if left is None or right is None:
        return None
    if expr.left.type.base == "role":
        return (right in left) == (expr.op == "=")
    if expr.left.type.base == "enum" and expr.op not in ("=", "!="):
        left, right = expr.left.type.values.index(left), expr.left.type.values.index(right)
    outcomes = {"=": left == right, "!=": left != right}
    if expr.op in outcomes:
        return outcomes[expr.op]
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[expr.op])


def tree(text: str, expected: ast.Type = ast.FLAG) -> ast.Expr | None:
    """The typed tree, even where an optional value is not guarded: printed code must not fail on it."""
    parsed = parse(text)
    assert not isinstance(parsed, SyntaxFault), text
    names = {path.split(".")[0] for path in ("paid", "due", "notes", "odd")}
    found, faults = check(parsed, scope(*names), expected)
    assert all(fault.fault is ConditionMissing or "zero" in str(fault.message) for fault in faults), (text, faults)
    return found


def run(text: str, record: Any, requester: Any, active: tuple[str, ...]) -> Any:
    facts = SimpleNamespace(
        today=TODAY, inside=lambda name: any(state == name or state.startswith(f"{name}.") for state in active)
    )
    names = {"r": record, "requester": requester, "facts": facts, "Fraction": Fraction, "timedelta": timedelta,
             "date": date, "datetime": datetime}  # fmt: skip
    return eval(text, names)


@given(CONDITIONS, RECORD, maybe(PERSON), st.sampled_from([(), ("check.lead",), ("won", "check")]))
def test_printed_python_means_the_same(text: str, record: Any, requester: Any, active: tuple[str, ...]) -> None:
    found = tree(text)
    if found is None:
        return
    printed = to_python(found, source)
    assert run(printed, record, requester, active) is (value(found, record, requester, active) is True), printed


@given(MONEY_TEXTS, RECORD)
def test_printed_values_are_exact(text: str, record: Any) -> None:
    found = tree(text, MONEY)
    if found is None:
        return
    printed = PythonPrinter(source).value(found)
    assert run(printed, record, None, ()) == value(found, record, None, ()), printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("amount > 100_000 EUR", "r.amount is not None and r.amount > 10000000"),
        ("amount * 10% >= 3.50 EUR", "r.amount is not None and r.amount >= 3500"),
        ("state = check", "facts.inside('check')"),
        ("not (kind = special)", "r.kind is not None and r.kind != 'special'"),
        ("amount between 5 EUR and 6 EUR", "r.amount is not None and r.amount >= 500 and r.amount <= 600"),
    ],
)
def test_printed_text(text: str, printed: str) -> None:
    assert to_python(typed(text), source) == printed


def test_paths_of_a_tree() -> None:
    found = typed("amount > 5 EUR and customer.blocked and requester = who")
    assert [source(path) for path in paths(found)] == ["r.amount", "r.customer.blocked", "requester", "r.who"]
    assert VOCABULARY.currency == "EUR"

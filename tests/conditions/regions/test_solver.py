"""What the elimination leaves open: decided by z3 where it is installed, said to be open where it is not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crmdsl.api import check_text
from crmdsl.conditions.regions import smt
from crmdsl.conditions.regions.linear import Budget, Inequality, solve
from crmdsl.diagnostics import Diagnostic
from tests.conditions.test_hostile import SPEC

ODD = "3 * amount != 2 * cost + 0.01 EUR"


def found(condition: str) -> list[Diagnostic]:
    text = SPEC.replace("amount: money,", "amount: money, cost: money,").rstrip("\n")
    checked = check_text({"spec.yaml": f"{text}{condition}'\n        approver: boss\n"})
    return [one for one in checked.diagnostics if one.code in ("approval-gap", "dead-level", "unchecked-condition")]


def test_with_the_solver() -> None:
    pytest.importorskip("z3")
    (gap,) = found(ODD)
    assert gap.code == "approval-gap"
    amount, cost = (part.split(" = ")[1].split(" ")[0] for part in str(gap.message).split("`")[1].split(", "))
    assert 3 * round(100 * float(amount)) == 2 * round(100 * float(cost)) + 1


def test_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "installed", lambda: False)
    (open_,) = found(ODD)
    assert (open_.code, open_.severity.value) == ("unchecked-condition", "info")
    assert "pip install 'crmdsl[solver]'" in str(open_.help)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("amount > cost or amount <= cost", None),
        ("amount > cost or amount < cost", "approval-gap"),
        ("amount + cost >= 0 EUR", None),
        ("amount >= 2 * cost or amount < cost or cost <= amount", None),
        ("2 * amount != 2 * cost + 0.01 EUR", None),
        ("amount - cost <= 5 EUR or cost < amount", None),
        ("today <= due or due < today", None),
        ("today - due <= 24h elapsed or due < today", None),
        ("amount * discount > 5 EUR or amount * discount <= 5 EUR", None),
        ("amount * discount <= amount", None),
        ("amount * discount < amount or amount = 0 EUR", "approval-gap"),
    ],
)
def test_sums_are_decided_without_it(condition: str, code: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smt, "installed", lambda: False)
    assert [one.code for one in found(condition)] == ([code] if code else [])


def test_no_validate_imports_it() -> None:
    program = (
        "import sys; from crmdsl.api import check_text;"
        "from tests.conditions.test_hostile import found;"
        "found('amount > 5 EUR and amount * 2 < amount + 3 EUR'); assert 'z3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_elimination_finds_values_or_none() -> None:
    whole = [Inequality({"x": -1}, -3), Inequality({"x": 2, "y": 3}, 12), Inequality({"y": -1}, -1)]
    found = solve(whole, lambda _: True, lambda _n, low, _lo, high, _ho: low if low is not None else high, Budget())
    assert found == {"x": 3, "y": 1}
    assert solve([*whole, Inequality({"x": -1, "y": -1}, -6)], lambda _: True, lambda *_: None, Budget()) is None

"""Sums between bounds, decided by z3 where the extra `solver` is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from typing import Any, NamedTuple

EFFORT = 4_000_000
"""The resources that z3 may use for one question; unlike a time limit it gives the same answer on every machine."""


class Bounded(NamedTuple):
    """A sum of products between two ends, each inside unless it is open; `None` is no end."""

    terms: Mapping[tuple[Any, ...], Fraction | int]
    low: Fraction | int | None
    low_open: bool
    high: Fraction | int | None
    high_open: bool


def installed() -> bool:
    """Whether z3 can be asked; it is not imported for that."""
    from importlib.util import find_spec

    return find_spec("z3") is not None


def solve(sums: Sequence[Bounded], whole: Callable[[Any], bool]) -> dict[Any, Any] | bool | None:
    """Values that keep all sums between their ends, `None` if there are none, `False` if z3 does not know."""
    z3: Any = import_module("z3")
    names = sorted({name for one in sums for product in one.terms for name in product}, key=str)
    known = {name: (z3.Int if whole(name) else z3.Real)(f"v{place}") for place, name in enumerate(names)}
    solver = z3.Solver()
    solver.set("rlimit", EFFORT)
    for one in sums:
        total = z3.Sum([z3.RealVal(str(Fraction(factor))) * z3.Product([known[name] for name in product])
                        for product, factor in one.terms.items()])  # fmt: skip
        for end, open_, is_low in ((one.low, one.low_open, True), (one.high, one.high_open, False)):
            if end is not None:
                value = z3.RealVal(str(Fraction(end)))
                above, below = (total, value) if is_low else (value, total)
                solver.add(above > below if open_ else above >= below)
    answer = solver.check()
    if answer != z3.sat:
        return None if answer == z3.unsat else False
    model = solver.model()
    values = {name: model.eval(variable, model_completion=True) for name, variable in known.items()}
    if any(not z3.is_int_value(value) and not z3.is_rational_value(value) for value in values.values()):
        return False
    return {name: value.as_long() if z3.is_int_value(value) else Fraction(str(value.as_fraction()))
            for name, value in values.items()}  # fmt: skip

"""What is printed in SMT-LIB holds exactly where the reference says, asked of the real z3."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.smtlib import SmtPrinter, counted, exact, quoted_text, to_smtlib
from tests.conditions.world import typed
from tests.differential.sampling import STATES, Sample, read, sample
from tests.reference.evaluation import World, covered

z3: Any = pytest.importorskip("z3")
THOROUGH = bool(os.environ.get("CRMDSL_THOROUGH"))
SEEDS = range(40) if THOROUGH else range(1)


def facts(sample: Sample, world: World) -> Iterator[tuple[str, str]]:
    """Every constant of a world with its value, unknown ones with one that means nothing."""
    yield "|@today|", str(counted(world.today))
    for path in sample.read():
        rooted = () if path.root == "record" else (f"@{path.root}",)
        for count in range(0 if rooted else 1, len(path.parts) + 1):
            name = ".".join((*rooted, *path.parts[:count]))
            yield f"|{name} known|", "true" if read(sample, world, path, count) is not None else "false"
        value = read(sample, world, path, len(path.parts))
        name = ".".join((*rooted, *path.parts))
        yield f"|{name}|", term(path.type.base, value)


def term(base: str, value: Any) -> str:
    if base == "flag":
        return "true" if value else "false"
    if base == "role":
        held = "((as const (Array String Bool)) false)"
        for role in sorted(value or ()):
            held = f"(store {held} {quoted_text(role)} true)"
        return held
    if base in ("date", "instant"):
        return str(0 if value is None else counted(value))
    if base == "number":
        return exact(value or 0) if value else "0.0"
    if base in ("money", "percent", "integer", "duration"):
        found = int(value or 0)
        return f"(- {-found})" if found < 0 else str(found)
    return quoted_text(str(sorted(value.items(), key=str)) if isinstance(value, dict) else value or "")


def compare(seed: int, count: int, worlds: int, every: int) -> None:
    """Every condition in some of the worlds: all constants have values, so that z3 has nothing to search."""
    made = sample(seed, count, worlds)
    printer = SmtPrinter(made.day)
    asked: list[int] = []
    lines = []
    for place, tree in enumerate(made.trees):
        try:
            test = printer.test(tree, True)
        except Inexpressible:
            continue
        asked.append(place)
        lines.append(f"(declare-const |@holds {place}| Bool)\n(assert (= |@holds {place}| {test}))")
    declarations = [line for line in printer.declared.values() if "@state" not in line]
    known = "\n".join(declarations)
    for number, world in list(enumerate(made.worlds))[::every]:
        values = [f"(assert (= {name} {value}))" for name, value in dict(facts(made, world)).items()
                  if f"(declare-const {name} " in known]  # fmt: skip
        solver = z3.Solver()
        solver.from_string("\n".join([*declarations, states(world), *printer.defined, *lines, *values]))
        assert solver.check() == z3.sat
        model = solver.model()
        answers = {str(one): bool(model[one]) for one in model.decls() if str(one).startswith("@holds")}
        for place in asked:
            assert answers[f"@holds {place}"] == made.held[number][place], made.shown(number, place)


def states(world: World) -> str:
    inside = [f"(= s {quoted_text(state)})" for state in STATES if covered(state, world.states)]
    return f"(define-fun |@state| ((s String)) Bool (or false {' '.join(inside)}))"


@pytest.mark.parametrize("seed", SEEDS)
def test_smt_means_the_same(seed: int) -> None:
    compare(seed, 70, 10, every=3)


@pytest.mark.slow
def test_smt_means_the_same_on_many() -> None:
    compare(1_000, 120, 30, every=1 if THOROUGH else 4)


@pytest.mark.parametrize(
    ("text", "known", "possible"),
    [
        ("amount > 5 EUR and amount < 5.01 EUR", (), False),
        ("amount > 5 EUR and amount < 5.02 EUR", (), True),
        ("not (rating is known)", (), True),
        ("discount * 2 = 0.01%", (), False),
        ("(paid = (amount > 1 EUR)) and not paid and amount > 1 EUR", ("paid",), False),
        ("due - 48h elapsed = today and due = today", ("due",), False),
        ('notes = "a\\\\u{41}" and notes = "a\\\\u{41}"', ("notes",), True),
    ],
)
def test_a_solver_answers(text: str, known: tuple[str, ...], possible: bool) -> None:
    entity = "customer" if "rating" in text else "order"
    script = to_smtlib(typed(text, *known, entity=entity))
    solver = z3.Solver()
    solver.from_string(script.text)
    assert (solver.check() == z3.sat) is possible


def test_a_long_row_of_comparisons_stays_small() -> None:
    row = "paid"
    for _ in range(4):
        row = f"({row} = (amount > 1 EUR))"
    assert len(to_smtlib(typed(row, "paid")).text) < 2_500


def test_what_smt_cannot_say() -> None:
    with pytest.raises(Inexpressible, match="U\\+2FFFF"):
        to_smtlib(typed('notes = "\U000e0041"', "notes"))

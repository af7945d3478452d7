"""Gaps, overlaps, dead conditions and holes, compared with trying every case by the reference evaluator."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from crmdsl.conditions.ast import Path
from crmdsl.conditions.python import paths
from crmdsl.conditions.regions import Case, Decisions, Space, hole, holes
from crmdsl.conditions.regions.relations import MISSING
from crmdsl.conditions.regions.variables import Scale
from crmdsl.ir.casespace import CaseSpace
from tests.conditions.regions.small import CONSTANTS, FLAGS, Truth, condition, resolved, size

MOST = 3_000
AMOUNTS = {"amount", "cost", "discount", "margin", "partner.limit", "backup.limit"}


def example(seed: int, related: float) -> tuple[Any, list[Any], set[str], list[str]] | None:
    """Some conditions on a few fields, if their cases can all be tried."""
    random = Random(seed)
    fields = random.sample([*CONSTANTS, *FLAGS], random.choice([1, 2, 2, 3]))
    texts = [condition(random, fields, related) for _ in range(random.choice([1, 2, 3, 4]))]
    if random.random() < 0.3:
        texts.append(f"not ({' or '.join(f'({text})' for text in texts)})")
    found, trees = resolved(texts)
    names = {name(path) for tree in trees if tree is not None for path in paths(tree)}
    return (found, trees, names, texts) if size(names) <= MOST else None


def name(path: Path) -> str:
    return ".".join(path.parts)


def is_in(case: dict[str, Any], shown: Case, space: Space) -> bool:
    """Whether a tried case is one of those that a shown one stands for."""
    for index, value in shown.values.items():
        variable = space.variables[index]
        tried = case.get(variable.name, case.get("partner") if variable.name == "partner" else None)
        if variable.base == "reference":
            tried = MISSING if tried is None else "known"
        elif variable.base == "date":
            tried = tried.toordinal()
        if isinstance(variable, Scale) and variable.dense and tried is not None and value is not MISSING:
            tried = value if variable.cell(tried) == variable.cell(value) else tried
        if variable.name.startswith("partner.") and case.get("partner") is None:
            tried = None
        if (MISSING if tried is None else tried) != value:
            return False
    return True


def compare(seed: int, related: float) -> bool:
    """One example; whether everything was decided."""
    made = example(seed, related)
    if made is None:
        return True
    found, trees, names, texts = made
    truth = Truth(found, trees, names)
    decisions = Decisions(CaseSpace(found), "order", trees)
    space, about = decisions.space, (seed, texts)
    count = len(trees)

    gap = decisions.gap()
    sure = not decisions.unproven
    uncovered = [case for case, held in zip(truth.cases, truth.held, strict=True) if not any(held)]
    assert gap is None or uncovered, (about, gap and gap.text(space))
    assert gap is not None or not uncovered or not sure, (about, uncovered[:1])
    if gap is not None:
        alike = [(c, h) for c, h in zip(truth.cases, truth.held, strict=True) if is_in(c, gap, space)]
        assert alike, (about, gap.text(space))
        assert not any(any(held) for _, held in alike), (about, gap.text(space))

    decisions.unproven = set()
    overlaps = {one.later: one for one in decisions.overlaps()}
    decided = not decisions.unproven
    sure = sure and decided
    for later in range(count):
        first = next((e for e in range(later) if any(h[e] and h[later] for h in truth.held)), None)
        one = overlaps.get(later)
        assert one is None or (first is not None and one.earlier >= first), (about, one)
        if decided:
            assert (one.earlier if one else None) == first, (about, later, first, one)
        if one is not None:
            alike = [h for c, h in zip(truth.cases, truth.held, strict=True) if is_in(c, one.case, space)]
            assert alike, (about, one.case.text(space))
            assert all(h[one.earlier] and h[later] for h in alike), (about, one.case.text(space))

    for place in range(count):
        decisions.unproven = set()
        found = decisions.reached(place)
        held = any(h[place] for h in truth.held)
        assert held or not found, (about, place)
        assert found or not held or decisions.unproven, (about, place)
        sure = sure and (found or not decisions.unproven)

    parts = decisions.partition()
    if not decisions._relating:
        for case, held in zip(truth.cases, truth.held, strict=True):
            inside = [part for part in parts if contains(part.box, case, space)]
            assert len(inside) == 1, (about, case)
            assert inside[0].holding == tuple(p for p in range(count) if held[p]), (about, case)
    return compare_hole(decisions, truth, names, about) and sure


def contains(box: dict[int, int], case: dict[str, Any], space: Space) -> bool:
    from crmdsl.conditions.regions.cases import cell_of

    for index, mask in box.items():
        variable = space.variables[index]
        value = case.get(variable.name)
        if variable.base == "reference":
            value = None if value is None else "known"
        if value is None and not variable.missing:
            value = variable.values[0]  # behind a reference that is missing: of no importance
        elif value is None:
            value = MISSING
        elif variable.base == "date":
            value = value.toordinal()
        if not cell_of(variable, value) & mask:
            return False
    return True


def compare_hole(decisions: Decisions, truth: Truth, names: set[str], about: Any) -> bool:
    if len(truth.cases) > 700 or decisions.space.hidden or not names:
        return True
    decisions.unproven = set()
    found = hole(decisions)
    passing = [case for case, held in zip(truth.cases, truth.held, strict=True) if not any(held)]
    stopped = [case for case, held in zip(truth.cases, truth.held, strict=True) if any(held)]
    amounts = AMOUNTS | ({"amount"} if names & {"gross", "large"} else set())

    def smaller(one: dict[str, Any], other: dict[str, Any]) -> bool:
        for field, value in one.items():
            against = other[field]
            if field in amounts and value is not None and against is not None:
                if value > against:
                    return False
            elif value != against:
                return False
        return True

    exists = any(smaller(small, large) for large in passing for small in stopped)
    shown = found and (found.passing.text(decisions.space), found.stopped.text(decisions.space))
    assert found is None or exists, (about, shown)
    assert found is not None or not exists or decisions.unproven, about
    if found is not None:
        large = [case for case in passing if is_in(case, found.passing, decisions.space)]
        small = [case for case in stopped if is_in(case, found.stopped, decisions.space)]
        assert any(smaller(one, other) for one in small for other in large), (about, shown)
    return not (found is None and decisions.unproven)


@pytest.mark.parametrize("start", range(0, 240, 40))
def test_constants(start: int) -> None:
    for seed in range(start, start + 40):
        assert compare(seed, 0), seed


def test_constants_where_too_much_passes_to_list_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holes, "MOST_AT_ONCE", -1)
    for seed in range(500, 560):
        assert compare(seed, 0), seed


@pytest.mark.parametrize("start", range(0, 240, 40))
def test_fields_against_each_other(start: int) -> None:
    decided = [compare(seed, 0.3) for seed in range(10_000 + start, 10_040 + start)]
    assert sum(decided) >= 36


def test_the_text_of_a_case_is_a_condition() -> None:
    made = example(7, 0)
    assert made is not None
    found, trees, _, _ = made
    decisions = Decisions(CaseSpace(found), "order", trees)
    case = decisions.gap()
    assert case is None or re.fullmatch(r"[\w.]+ (= .+|is missing)", case.text(decisions.space).split(", ")[0])

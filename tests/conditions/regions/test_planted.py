"""Gaps and overlaps of one unit planted in chains at random: all are found and none invented, by cells and by z3."""

from __future__ import annotations

from bisect import bisect
from random import Random
from typing import Any

import pytest

from crmdsl.api import check_text
from crmdsl.diagnostics import Diagnostic
from tests.generators.bands import TOP, Band, Chain, company, condition, disguised, divided, planted, spec

z3 = pytest.importorskip("z3")
from tests.generators.smt import translated  # noqa: E402 - it needs z3

SOLVER = z3.SimpleSolver()


def example(seed: int) -> Chain:
    random = Random(seed)
    chain = divided(random.choice([2, 3, 4, 5, 8, 12]), random.choice([1, 2, 3, 5]), random)
    return planted(chain, random, gap=random.random() < 0.5, overlap=random.random() < 0.5)


def written(seed: int) -> tuple[Chain, list[str]]:
    """A chain with the conditions of its bands, in any order and as people write them."""
    random, chain = Random(-seed), example(seed)
    order = list(range(len(chain.bands)))
    random.shuffle(order)
    return chain, [condition(chain.bands[place], lambda *limits: disguised(*limits, random)) for place in order]


def compare(seeds: range) -> None:
    """Chains, as many as stand in one company: the diagnostics, what was planted, and what z3 says."""
    chains = [written(seed) for seed in seeds]
    checked = check_text({"spec.yaml": company(chains)})
    assert not {"dead-level", "unchecked-condition", "condition-type"} & {one.code for one in checked.diagnostics}
    approvals = checked.program.resolved.spec.approvals
    begins = [approval.name_span.line for approval in approvals.values()]
    found: dict[str, list[Diagnostic]] = {name: [] for name in approvals}
    for one in checked.diagnostics:
        if one.code in ("approval-gap", "approval-overlap"):
            found[list(approvals)[bisect(begins, one.span.line) - 1]].append(one)
    for seed, (name, diagnostics), (chain, texts) in zip(seeds, found.items(), chains, strict=True):
        levels = approvals[name].levels
        conditions = [checked.program.resolved.typed(level.when) for level in levels.values()]
        lines = [level.when.span.line for level in levels.values() if level.when is not None]
        SOLVER.push()
        agree(f"{seed}: {texts}", chain, list(zip(levels, conditions, lines, strict=True)), diagnostics)
        SOLVER.pop()


def agree(told: str, chain: Chain, levels: list[tuple[str, Any, int]], diagnostics: list[Diagnostic]) -> None:
    """One chain: its levels by name, condition and line, and what is said of it."""
    codes = [one.code for one in diagnostics]
    assert ("approval-gap" in codes) == (chain.gap is not None), told
    assert ("approval-overlap" in codes) == (chain.overlap is not None), told
    fields = {f"f{index}": z3.Int(f"f{index}") for index in range(chain.fields)}
    bands = [z3.Bool(name) for name, _, _ in levels]
    SOLVER.add(*(z3.And(variable >= 0, variable <= TOP) for variable in fields.values()))
    SOLVER.add(*(band == translated(when, fields) for band, (_, when, _) in zip(bands, levels, strict=True)))
    assert satisfiable(*map(z3.Not, bands)) == (chain.gap is not None), told
    said = {one.span.line: str(one.message).split("`")[3] for one in diagnostics if one.code == "approval-overlap"}
    earlier = [z3.Bool(f"earlier than {name}") for name, _, _ in levels]
    for later, (_, _, line) in enumerate(levels):
        before = [earlier[later - 1], bands[later - 1]] if later else []
        SOLVER.add(earlier[later] == z3.Or(*before))
        meets = satisfiable(earlier[later], bands[later])
        first = next(e for e in range(later) if satisfiable(bands[e], bands[later])) if meets else None
        assert said.get(line) == (None if first is None else levels[first][0]), told
    for one in diagnostics:
        case = shown(str(one.message).split("`")[1])
        SOLVER.push()
        SOLVER.add(*(fields[name] == at for name, at in case.items()))
        assert satisfiable(), (told, case)
        held = [z3.is_true(SOLVER.model().eval(band)) for band in bands]
        assert not satisfiable(z3.Or(*(band != at for band, at in zip(bands, held, strict=True)))), (told, case)
        assert sum(held) == 0 if one.code == "approval-gap" else sum(held) >= 2, (told, case)
        SOLVER.pop()


def satisfiable(*parts: Any) -> bool:
    """Whether what was added can hold together with these."""
    return bool(SOLVER.check(*parts) == z3.sat)


def shown(text: str) -> dict[str, int]:
    """The values of a case, in the smallest unit."""
    found = {}
    for part in text.split(", ") if text else []:
        name, _, value = part.partition(" = ")
        exact = value.endswith((" EUR", "%"))
        number = value.removesuffix(" EUR").removesuffix("%").replace("_", "")
        found[name] = round(float(number) * 100) if exact else int(number)
    return found


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_some(start: int) -> None:
    compare(range(start, start + 50))


@pytest.mark.parametrize(("levels", "fields", "limits"), [(40, 6, 3), (150, 8, 3)])
def test_levels_that_overlap_heavily_are_decided(levels: int, fields: int, limits: int) -> None:
    random = Random(levels)
    chain = Chain(fields)
    for _ in range(levels):
        band: Band = {}
        for field in random.sample(range(fields), limits):
            low = random.randrange(TOP * 3 // 10)
            wide = random.random() < 0.6
            band[field] = low, low + random.randrange(1, TOP * 7 // 10) if wide else None
        chain.bands.append(band)
    ladder = "    mode: ladder\n    otherwise: approve\n    separation: requester\n    levels:\n"
    found = check_text({"a.yaml": spec(chain).replace("    levels:\n", ladder)})
    assert [one.code for one in found.diagnostics if one.code in ("approval-hole", "unchecked-condition")] == [
        "approval-hole"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("start", range(1_000, 11_000, 500))
def test_many(start: int) -> None:
    for first in range(start, start + 500, 50):
        compare(range(first, first + 50))

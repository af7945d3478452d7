"""Gaps and overlaps of one unit planted in chains at random: all are found and none invented, by cells and by z3."""

from __future__ import annotations

from bisect import bisect
from itertools import islice
from random import Random
from typing import Any

import pytest

from crmdsl.api import check_text
from crmdsl.diagnostics import Diagnostic
from tests.generators.bands import TOP, Band, Chain, company, condition, disguised, divided, planted, spec

z3 = pytest.importorskip("z3")
from tests.generators.smt import written as smt  # noqa: E402 - it needs z3

SOLVER = z3.SimpleSolver()
FIELDS = {f"f{index}": z3.Int(f"f{index}") for index in range(5)}
WITHIN = [z3.And(field >= 0, field <= TOP) for field in FIELDS.values()]
BANDS = {f"l{place}": z3.Bool(f"l{place}") for place in range(12)}
NOT = {name: z3.Not(band) for name, band in BANDS.items()}
EARLIER = [z3.Or(*list(BANDS.values())[:place]) for place in range(12)]
DECLARED = "".join(f"(declare-const {name} {term.sort()})" for name, term in (FIELDS | BANDS).items())


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
    said = [
        f"(assert (= {name} {smt(checked.program.resolved.typed(level.when))}))"
        for approval in approvals.values() for name, level in approval.levels.items()
    ]  # fmt: skip
    definitions = iter(z3.parse_smt2_string(DECLARED + "".join(said)))
    for seed, (name, diagnostics), (chain, texts) in zip(seeds, found.items(), chains, strict=True):
        levels = approvals[name].levels
        lines = {name: level.when.span.line for name, level in levels.items() if level.when is not None}
        SOLVER.push()
        SOLVER.add(*islice(definitions, len(levels)))
        agree(f"{seed}: {texts}", chain, lines, diagnostics)
        SOLVER.pop()
    assert next(definitions, None) is None


def agree(told: str, chain: Chain, levels: dict[str, int], diagnostics: list[Diagnostic]) -> None:
    """One chain, whose levels z3 knows: their lines, and what is said of it."""
    codes = [one.code for one in diagnostics]
    assert ("approval-gap" in codes) == (chain.gap is not None), told
    assert ("approval-overlap" in codes) == (chain.overlap is not None), told
    bands = [BANDS[name] for name in levels]
    SOLVER.add(*WITHIN[: chain.fields])
    assert satisfiable(*(NOT[name] for name in levels)) == (chain.gap is not None), told
    said = {one.span.line: str(one.message).split("`")[3] for one in diagnostics if one.code == "approval-overlap"}
    for later, line in enumerate(levels.values()):
        meets = later and satisfiable(EARLIER[later], bands[later])
        first = next(e for e in range(later) if satisfiable(bands[e], bands[later])) if meets else None
        assert said.get(line) == (None if first is None else list(levels)[first]), told
    for one in diagnostics:
        case = shown(str(one.message).split("`")[1])
        SOLVER.push()
        SOLVER.add(*(FIELDS[name] == at for name, at in case.items()))
        assert satisfiable(), (told, case)
        model = SOLVER.model()
        held = {name: z3.is_true(model.eval(BANDS[name])) for name in levels}
        other = z3.Or(*((NOT if at else BANDS)[name] for name, at in held.items()))
        assert not satisfiable(other), (told, case)
        count = sum(held.values())
        assert count == 0 if one.code == "approval-gap" else count >= 2, (told, case)
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

"""Gaps and overlaps of one unit planted in chains at random: all are found and none invented, by cells and by z3."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from crmdsl.api import check_text
from tests.generators.bands import TOP, Band, Chain, condition, disguised, divided, planted, spec

z3 = pytest.importorskip("z3")
from tests.generators.smt import translated  # noqa: E402 - it needs z3

SOLVER = z3.SimpleSolver()


def example(seed: int) -> Chain:
    random = Random(seed)
    chain = divided(random.choice([2, 3, 4, 5, 8, 12]), random.choice([1, 2, 3, 5]), random)
    return planted(chain, random, gap=random.random() < 0.5, overlap=random.random() < 0.5)


def compare(seed: int) -> None:
    """One chain: the diagnostics, what was planted, and what z3 says."""
    random, chain = Random(-seed), example(seed)
    order = list(range(len(chain.bands)))
    random.shuffle(order)
    texts = [condition(chain.bands[place], lambda *limits: disguised(*limits, random)) for place in order]
    checked = check_text({"spec.yaml": spec(chain, texts)})
    codes = [one.code for one in checked.diagnostics]
    assert ("approval-gap" in codes) == (chain.gap is not None), (seed, texts)
    assert ("approval-overlap" in codes) == (chain.overlap is not None), (seed, texts)
    assert not {"dead-level", "unchecked-condition", "condition-type"} & set(codes), (seed, codes)

    fields = {f"f{index}": z3.Int(f"f{index}") for index in range(chain.fields)}
    resolved = checked.program.resolved
    levels = resolved.spec.approvals["chain"].levels
    names = list(levels)
    bands = [z3.Bool(name) for name in names]
    SOLVER.push()
    SOLVER.add(*(z3.And(variable >= 0, variable <= TOP) for variable in fields.values()))
    SOLVER.add(
        *(
            band == translated(resolved.typed(levels[name].when), fields)
            for name, band in zip(names, bands, strict=True)
        )
    )
    assert satisfiable(*map(z3.Not, bands)) == (chain.gap is not None), (seed, texts)
    found = {
        one.span.line: str(one.message).split("`") for one in checked.diagnostics if one.code == "approval-overlap"
    }  # fmt: skip
    for later, name in enumerate(names):
        first = next((e for e in range(later) if satisfiable(bands[e], bands[later])), None)
        when = levels[name].when
        assert when is not None
        said = found.get(when.span.line)
        assert (said[3] if said else None) == (None if first is None else names[first]), (seed, texts)
    for one in checked.diagnostics:
        if one.code in ("approval-gap", "approval-overlap"):
            case = shown(str(one.message).split("`")[1])
            SOLVER.push()
            SOLVER.add(*(fields[name] == at for name, at in case.items()))
            held = [satisfiable(band) for band in bands]
            assert held == [not satisfiable(z3.Not(band)) for band in bands], (seed, case)
            assert sum(held) == 0 if one.code == "approval-gap" else sum(held) >= 2, (seed, case)
            SOLVER.pop()
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
    for seed in range(start, start + 50):
        compare(seed)


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
    for seed in range(start, start + 500):
        compare(seed)

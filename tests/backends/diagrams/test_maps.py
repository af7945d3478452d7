"""Pictures of organisation, approval chains and internal customers: nothing overlaps, nothing is lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml

from crmdsl.api import check, check_text
from crmdsl.backends.diagrams import pictures_of
from crmdsl.backends.diagrams.scene import Group, Text
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.syntax.loader import load_text
from tests.backends.diagrams.geometry import faults
from tests.generators.specs import spec as generated

SPECS = Path(__file__).parents[3] / "specs"
KINDS = ("organisation", "approvals")
LONG = "word " * 60


def made(spec: Spec, language: str = "en") -> dict[str, list[str]]:
    """The faults of every picture of these kinds."""
    found = {p.name: list(faults(p.scene)) for p in pictures_of(spec, language) if p.group in KINDS}
    again = {p.name: p.scene.svg() for p in pictures_of(spec, language) if p.group in KINDS}
    assert again == {p.name: p.scene.svg() for p in pictures_of(spec, language) if p.group in KINDS}
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in SPECS.iterdir() if path.is_dir()))
@pytest.mark.parametrize("language", ["it", "en"])
def test_nothing_overlaps(name: str, language: str) -> None:
    spec = check(SPECS / name).spec
    found = made(spec, language)
    assert set(found) == {"organisation", "customers", *(f"approval-{chain}" for chain in spec.approvals)}
    assert not any(found.values()), found


def test_nothing_overlaps_in_generated_specs() -> None:
    for seed in range(12):
        generated_is_drawn(seed)


@pytest.mark.slow
def test_nothing_overlaps_in_more_of_them() -> None:
    for seed in range(12, 100):
        generated_is_drawn(seed)


def generated_is_drawn(seed: int) -> None:
    text = yaml.safe_dump(generated(Random(seed)), sort_keys=False)
    found = made(read(load_text({"spec.yaml": text}, "spec"))[0])
    assert found
    assert not any(found.values()), (seed, found)


def test_large_and_odd_specs_are_drawn() -> None:
    roles = "".join(f"  r{n}: {{department: d, label: {LONG}}}\n" for n in range(40))
    levels = "".join(f"      l{n}: {{approver: r{n % 40}, label: {LONG}, within: 1d}}\n" for n in range(60))
    text = (
        f"crmdsl: 1\ndepartments: {{d: {{label: {LONG}}}}}\nroles:\n{roles}"
        "entities: {order: {fields: {amount: money}}}\n"
        f"approvals:\n  a:\n    entity: order\n    requester: r0\n    mode: ladder\n    levels:\n{levels}"
    )
    found = made(check_text({"spec.yaml": text}).spec)
    assert set(found) == {"organisation", "customers", "approval-a"}
    assert not any(found.values()), found


def test_a_chart_shows_who_decides_in_each_region() -> None:
    spec = check(SPECS / "valvotech").spec
    (picture,) = pictures_of(spec, "it", ["approval-discount"])
    texts = [item.text for _, _, item in picture.scene.placed() if isinstance(item, Text)]
    assert {"≤ 5%", "≤ 12%", "≤ 25%", "≤ 100.000 EUR", "Passa senza firma"} <= set(texts)


def test_every_way_from_supplier_to_customer_is_drawn() -> None:
    spec = check(SPECS / "valvotech").spec
    (picture,) = pictures_of(spec, "en", ["customers"])
    lines = [item for _, _, item in picture.scene.placed() if isinstance(item, Group) and item.kind == "line"]
    signers = sum(len({r.name for lv in c.levels.values() for r in lv.approver}) for c in spec.approvals.values())
    sides = sum(len(h.customer) + len(h.supplier) for h in spec.handoffs.values())
    assert len(lines) == signers + sides + sum(len(c.requester) for c in spec.approvals.values())

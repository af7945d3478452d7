"""The ways from picture to picture: each leads to a shape that is there, and there is a way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from crmdsl.api import check
from crmdsl.backends.diagrams import pictures_of
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import Group
from crmdsl.model.spec import Spec
from tests.backends.diagrams.test_lanes import chain, company

SPECS = Path(__file__).parents[3] / "specs"


def groups(spec: Spec, pictures: Sequence[Picture] = ()) -> dict[str, list[Group]]:
    """The groups of each picture, by its file; `pictures` are those of the spec where they are drawn already."""
    return {
        f"{picture.name}.svg": [item for _, _, item in picture.scene.placed() if isinstance(item, Group)]
        for picture in pictures or pictures_of(spec, "en")
    }


def links(spec: Spec, pictures: Sequence[Picture] = ()) -> dict[str, set[str]]:
    """The files that each picture leads to; every one and every place in it must be there."""
    found = groups(spec, pictures)
    idents = {file: {item.ident for item in items if item.ident} for file, items in found.items()}
    ways: dict[str, set[str]] = {}
    for file, items in found.items():
        seen = [item.ident for item in items if item.ident]
        assert len(seen) == len(set(seen)), file
        for item in items:
            target, _, place = item.link.partition("#")
            assert not item.link or (target or file) in found, (file, item.link)
            assert not place or place in idents[target or file], (file, item.link)
            ways.setdefault(file, set()).add(target)
    return ways


@pytest.mark.parametrize("name", sorted(path.name for path in SPECS.iterdir() if path.is_dir()))
def test_every_way_of_the_companies_leads_somewhere_and_back(name: str) -> None:
    spec = check(SPECS / name).spec
    ways = links(spec)
    for process in spec.processes:
        assert f"{process}-states.svg" in ways[f"{process}.svg"]
        assert f"{process}.svg" in ways[f"{process}-states.svg"]
    for here, targets in ways.items():
        for there in targets - {""}:
            assert here in ways[there] or here.endswith("-states.svg"), (here, there)


def test_ways_into_the_parts_of_a_large_process() -> None:
    inner = chain(60, 3)
    outer = chain(5, 3)
    outer["steps"]["s2"] = {"process": "inner", "outcomes": {"success": "s3", "failure": "lost"}}  # type: ignore[index]
    inner["steps"]["s50"] = {"process": "last", "outcomes": {"success": "s51", "failure": "lost"}}  # type: ignore[index]
    ways = links(company({"outer": outer, "inner": inner, "last": chain(3, 3)}))
    assert "inner.svg" in ways["outer.svg"]
    assert "outer.svg" in ways["inner-1.svg"]
    assert any(target.startswith("inner-") for target in ways["last.svg"])


def test_a_handoff_leads_to_the_step_and_its_line_too() -> None:
    found = groups(check(SPECS / "valvotech").spec)
    ways = {item.link for item in found["customers.svg"] if item.kind == "line"}
    assert "order_to_cash.svg#order_to_cash--credit_check" in ways
    (step,) = (item for item in found["order_to_cash.svg"] if item.ident == "order_to_cash--credit_check")
    assert step.link == "customers.svg#handoff--credit_rating"
    (cheque,) = (item for item in found["order_to_cash.svg"] if item.ident == "order_to_cash--discount_check")
    assert cheque.link == "approval-discount.svg"
    assert any(item.link.endswith("--discount_check") for item in found["approval-discount.svg"])


def test_shapes_and_ways_have_tooltips() -> None:
    for file, items in groups(check(SPECS / "montalta").spec).items():
        bare = [item for item in items if item.kind == "box" and item.link and not item.tooltip]
        assert bare == [], file
        assert all(item.tooltip for item in items if item.kind == "line" and "customers" in file), file

"""Every kind of picture of every spec: nothing overlaps, nothing leaves its box, nothing is lost, whatever the spec."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
import yaml

from crmdsl.backends.diagrams import pictures_of
from crmdsl.backends.diagrams.extract import outcomes_of
from crmdsl.backends.diagrams.marks import TURNS, Mark, mark_of, person, texture
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.pictures.customers import FEW
from crmdsl.backends.diagrams.scene import ROLE_COLOURS, Group, Scene
from crmdsl.model.chains import Approval, Level
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.syntax.loader import load, load_text
from tests.backends.diagrams.geometry import faults
from tests.backends.diagrams.test_lanes import chain, company, nothing_is_lost
from tests.backends.diagrams.test_links import links
from tests.backends.diagrams.test_network import drawn, long, selling

SPECS = sorted(path for path in (Path(__file__).parents[3] / "specs").iterdir() if path.is_dir())
SEEDS = range(12, 112 if not os.environ.get("CRMDSL_THOROUGH") else 1012)


def sound(spec: Spec, language: str = "en") -> list[Picture]:
    """The pictures of a spec, each held to what all are."""
    found = pictures_of(spec, language)
    for picture in found:
        assert list(faults(picture.scene)) == [], picture.name
    for name, process in spec.processes.items():
        if name not in spec.unsound:
            states = [p for p in found if p.group == "states" and p.subject == name]
            ways = Counter(way for picture in states for way in events(picture.scene))
            assert sum(ways.values()) >= sum(
                outcome.to is not None for step in process.all_steps.values() for outcome in outcomes_of(step).values()
            )
    services(spec, next((p.scene for p in found if p.name == "customers"), None))
    return found


def events(scene: Scene) -> list[str]:
    """What the tooltips of the ways say."""
    return [item.tooltip for _, _, item in scene.placed() if isinstance(item, Group) and item.kind == "line"]


def services(spec: Spec, scene: Scene | None) -> None:
    """Every side of every handoff and chain has its way on the map of internal customers."""
    sides = sum(len({*names(h.customer)}) + len({*names(h.supplier)}) for h in spec.handoffs.values())
    for chain_ in spec.approvals.values():
        signers = {name for level in chain_.levels.values() for name in signing(spec, chain_, level)}
        sides += len(signers) + len({*names(chain_.requester)})
    assert len(events(scene) if scene else []) == sides


def signing(spec: Spec, chain_: Approval, level: Level) -> list[str]:
    """Who signs a level on the map: its roles, the few that the requester's manager may be, or one for all others."""
    above = {
        manager
        for role in names(chain_.requester)
        for manager in (
            [u.manager.name for u in spec.sales_network.values() if u.manager and role in names(u.role)]
            or names((spec.roles[role].reports_to,) if role in spec.roles and spec.roles[role].reports_to else ())
        )
    }
    other = f"~{level.named_in.name}" if level.named_in else "~manager"
    return names(level.approver) or ([*above] if level.manager_of and len(above) <= FEW and above else [other])


def names(refs: tuple[object, ...]) -> list[str]:
    return [getattr(ref, "name", "") for ref in refs]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_companies(path: Path, language: str) -> None:
    assert sound(read(load(path))[0], language)


def all_of(seed: int) -> None:
    """Everything about one generated company."""
    spec, language = selling(seed), ("it", "en")[seed % 2]
    found = sound(spec, language)
    nothing_is_lost(spec, language)
    drawn(spec, found)
    links(spec, found)


def test_generated() -> None:
    for seed in range(6):
        all_of(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(SEEDS.start, SEEDS.stop, 25))
def test_a_hundred_that_are_generated(first: int) -> None:
    for seed in range(first, min(first + 25, SEEDS.stop)):
        all_of(seed)


def test_forty_roles_sixty_levels_and_long_labels() -> None:
    roles = {f"r{n}": {"department": "d", "label": long(300)} for n in range(40)}
    levels = {f"l{n}": {"approver": f"r{n % 40}", "label": long(300), "within": "1d"} for n in range(60)}
    handoffs = {
        f"h{n}": {"entity": "order", "customer": f"r{n}", "supplier": f"r{n + 1}", "label": long(300)}
        for n in range(30)
    }
    body = {
        "crmdsl": "1", "departments": {"d": {"label": long(300)}}, "roles": roles, "handoffs": handoffs,
        "entities": {"order": {"fields": {"amount": "money"}}},
        "approvals": {"a": {"entity": "order", "requester": "r0", "mode": "ladder", "levels": levels}},
    }  # fmt: skip
    spec = read(load_text({"spec.yaml": yaml.safe_dump(body, sort_keys=False)}, "spec"))[0]
    assert {picture.name for picture in sound(spec)} == {"organisation", "customers", "approval-a"}


def test_a_company_with_nothing_has_no_picture() -> None:
    assert sound(read(load_text({"spec.yaml": "crmdsl: 1\n"}, "spec"))[0]) == []


def test_one_role_and_no_label() -> None:
    assert len(sound(company({"p": chain(4, 1)}, 1))) == 3


def test_the_states_of_a_large_process_are_cut_as_its_lanes_are() -> None:
    spec = company({"p": chain(120, 5)}, 5)
    found = [picture.name for picture in sound(spec)]
    parts = [name for name in found if name.startswith("p-") and not name.startswith("p-states")]
    assert [name for name in found if name.startswith("p-states-")] == [f"p-states-{n + 1}" for n in range(len(parts))]
    ways = links(spec)
    assert "p-states-2.svg" in ways["p-2.svg"]
    assert "p-2.svg" in ways["p-states-2.svg"]


@pytest.mark.slow
def test_two_thousand_steps() -> None:
    spec = company({"p": chain(2000, 8)}, 8)
    found = sound(spec)
    assert len([picture for picture in found if picture.group == "states"]) > 50
    assert all(picture.scene.width < 6000 for picture in found)


def test_no_two_roles_look_alike() -> None:
    numbers = {f"r{n}": n for n in range(len(ROLE_COLOURS) * TURNS)}
    marks = [mark_of(role, numbers) for role in numbers]
    assert len(set(marks)) == len(marks)
    assert len({tuple(person(0, 0, mark)) for mark in marks}) == len(marks)
    bars = [tuple(texture(0, 0, 5, 60, Mark("#000000", turn))) for turn in range(TURNS)]
    assert len(set(bars)) >= TURNS - 2
    assert mark_of("nobody", numbers).colour not in ROLE_COLOURS


def test_the_same_bytes_each_time() -> None:
    spec = selling(3)
    assert [p.scene.svg() for p in pictures_of(spec, "it")] == [p.scene.svg() for p in pictures_of(spec, "it")]

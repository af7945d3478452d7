"""Swim lanes: nothing overlaps, nothing leaves its box, no way is lost, whatever the process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import yaml

from crmdsl.api import check_text
from crmdsl.backends.diagrams import emit, emit_binary, pictures_of
from crmdsl.backends.diagrams.colours import role_colours
from crmdsl.backends.diagrams.extract import diagram, outcomes_of
from crmdsl.backends.diagrams.graphviz import CannotDraw
from crmdsl.backends.diagrams.lanes.cards import card
from crmdsl.backends.diagrams.lanes.flow import Flow, flow
from crmdsl.backends.diagrams.lanes.pages import parts
from crmdsl.backends.diagrams.lanes.placing import Placed
from crmdsl.backends.diagrams.lanes.ranks import columns, longest_paths
from crmdsl.backends.diagrams.lanes.strips import strips
from crmdsl.backends.diagrams.scene import Group, Scene, Text
from crmdsl.model.processes import Step
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.syntax.loader import load, load_text
from tests.backends.diagrams.geometry import crossed, faults
from tests.backends.diagrams.test_network import long
from tests.generators.specs import generate

ROOT = Path(__file__).parents[3]
SPECS = sorted(path for path in (ROOT / "specs").iterdir() if path.is_dir())


def flows(spec: Spec, language: str = "en") -> Iterator[Flow]:
    colours = role_colours(spec)
    for process in spec.processes.values():
        if process.name not in spec.unsound:
            yield flow(spec, process, diagram(spec, process, language, colours))


def hold(spec: Spec, language: str = "en") -> None:
    """Everything that every picture is held to."""
    for picture in pictures_of(spec, language):
        if picture.group == "processes":
            assert list(faults(picture.scene)) == [], picture.name
    nothing_is_lost(spec, language)


def nothing_is_lost(spec: Spec, language: str = "en") -> None:
    """Every step and way of every process is in its lanes, and no way crosses a step."""
    for each in flows(spec, language):
        split = parts(each)
        drawn = [node for part in split for column in part for node in column]
        assert sorted(drawn) == sorted(each.nodes)
        placed = [strip for part in split for strip in placed_strips(each, part)]
        no_way_is_lost(spec, each, placed)
        for strip in placed:
            no_way_crosses_a_step(each, strip)


def placed_strips(each: Flow, part: list[list[str]]) -> list[Placed]:
    cards = {
        node: card(each.nodes[node], each.diagram.colours, each.lane_of[node], "en")
        for column in part
        for node in column
    }
    return strips(each, part, cards)


def no_way_is_lost(spec: Spec, each: Flow, strips_: list[Placed]) -> None:
    process = spec.processes[each.diagram.name]
    routed = [(way.source, way.exit.way.edge.event) for placed in strips_ for way in placed.ways()]
    wanted = [(path, name) for path, step in process.all_steps.items() for name in out(step)]
    wanted += [("#anytime", name) for name in process.anytime]
    lost = [way for way in wanted if way not in routed]
    assert lost == []
    assert len(routed) == len(each.ways)


def out(step: Step) -> list[str]:
    return [name for name, outcome in outcomes_of(step).items() if outcome.to is not None]


def no_way_crosses_a_step(each: Flow, placed: Placed) -> None:
    boxes = []
    for node in placed.strip.column:
        left, top, wide, high = placed.card_at(node)
        boxes.append((node, (left, top, left + wide, top + high)))
    for way in placed.ways():
        others = [box for box in boxes if box[0] not in (way.source, way.exit.target)]
        assert list(crossed(list(way.corners), others)) == [], (each.diagram.name, way.source)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_companies(path: Path, language: str) -> None:
    hold(read(load(path))[0], language)


@pytest.mark.parametrize("seed", range(4))
def test_generated(seed: int) -> None:
    hold(read(load_text({"spec.yaml": generate(seed)}, "spec"))[0])


def test_hostile_texts() -> None:
    hold(read(load(Path(__file__).parent / "hostile.yaml"))[0])


def company(processes: dict[str, object], roles: int = 3, labels: int = 0) -> Spec:
    """A company with processes; `labels` is how many characters the label of a role has."""
    body = {
        "crmdsl": "1",
        "company": {"name": "X", "currency": "EUR", "timezone": "Europe/Rome", "calendar": "office"},
        "calendars": {"office": {"hours": {"mon-fri": "09:00-18:00"}}},
        "departments": {"d": {}, "e": {}},
        "roles": {
            f"r{n}": {"department": "d" if n % 2 else "e"} | ({"label": long(labels)} if labels else {})
            for n in range(roles)
        },
        "entities": {"order": {"fields": {"amount": "money"}}},
        "processes": processes,
    }
    spec, found = read(load_text({"spec.yaml": yaml.safe_dump(body, sort_keys=False)}, "spec"))
    assert found == []
    return spec


def chain(steps: int, roles: int, labels: int = 0, seed: int = 1) -> dict[str, object]:
    """A process of tasks in a row, with ways back and ways on."""
    random = Random(seed)
    made: dict[str, object] = {}
    for number in range(steps):
        following = f"s{number + 1}" if number + 1 < steps else "won"
        outcomes: dict[str, object] = {"next": following}
        if random.random() < 0.3:
            outcomes["back"] = f"s{random.randrange(max(0, number - 9), number + 1)}"
        if random.random() < 0.2:
            outcomes["on"] = f"s{min(steps - 1, number + random.randrange(1, 9))}"
        if random.random() < 0.2:
            outcomes["give_up"] = "lost"
        made[f"s{number}"] = {"role": f"r{random.randrange(roles)}", "outcomes": outcomes}
        if labels:
            made[f"s{number}"] |= {"label": long(labels)}  # type: ignore[operator]
    return {
        "entity": "order", "start": "s0", "steps": made | {"won": {"end": "success"}, "lost": {"end": "failure"}},
    } | ({"label": long(labels)} if labels else {})  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "roles", "labels"),
    [(1, 1, 0), (12, 1, 0), (40, 3, 0), (41, 3, 0), (40, 40, 0), (80, 40, 300), (25, 3, 300), (300, 5, 0)],
)
def test_processes_of_all_sizes(steps: int, roles: int, labels: int) -> None:
    hold(company({"p": chain(steps, roles, labels)}, roles, labels))


def test_a_large_process_becomes_an_overview_with_parts() -> None:
    spec = company({"p": chain(400, 8)}, 8)
    (found,) = flows(spec)
    names = [picture.name for picture in pictures_of(spec) if picture.group == "processes"]
    assert names == ["p", *(f"p-{number + 1}" for number in range(len(parts(found))))]
    overview = pictures_of(spec, only=["p"])[0].scene
    assert list(faults(overview)) == []
    assert {f"p-{number + 1}.svg" for number in range(len(parts(found)))} <= links(overview)
    assert sorted(node for part in parts(found) for column in part for node in column) == sorted(found.nodes)


def links(scene: Scene) -> set[str]:
    return {item.link for _, _, item in scene.placed() if getattr(item, "link", "")}


def test_a_step_with_two_hundred_ways_out() -> None:
    outcomes = {f"way_{number}": "won" if number % 2 else "lost" for number in range(200)}
    steps = {"s": {"role": "r0", "outcomes": outcomes}, "won": {"end": "success"}, "lost": {"end": "failure"}}
    hold(company({"p": {"entity": "order", "start": "s", "steps": steps}}))


@pytest.mark.slow
def test_sixty_processes_of_forty_steps_in_one_call() -> None:
    spec = company({f"p{number}": chain(40, 6, seed=number) for number in range(60)}, 6)
    nothing_is_lost(spec)


def test_ways_back_do_not_count_to_the_columns() -> None:
    links_ = {"a": ["b"], "b": ["c", "a"], "c": ["a", "d"], "d": []}
    assert longest_paths(links_, links_) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_nothing_else_stands_in_the_columns_of_a_parallel_block() -> None:
    spec = read(load(ROOT / "specs/valvotech"))[0]
    found = next(each for each in flows(spec) if each.diagram.name == "order_to_cash")
    inside = [column for column in columns(found) if any(found.nodes[node].group for node in column)]
    assert all(found.nodes[node].group for column in inside for node in column)
    assert next(sorted(column) for column in inside) == ["fulfilment#fork"]


def test_the_picture_says_what_it_shows_and_leads_on() -> None:
    spec = check_text({"spec.yaml": (Path(__file__).parent / "hostile.yaml").read_text(encoding="utf-8")}).spec
    picture = next(picture for picture in pictures_of(spec, "en", ["nested"]) if picture.name == "nested")
    assert {"approval-chk.svg", "customers.svg#handoff--h", "other.svg", "nested-states.svg"} <= links(picture.scene)
    text = picture.scene.svg()
    assert 'role="img"' in text
    assert '<desc id="description">' in text


def test_text_forms_of_the_lanes() -> None:
    spec = read(load(ROOT / "specs/valvotech"))[0]
    (lanes,) = (f.text for f in emit(spec, "mermaid", "en", ["order_to_cash"]) if f.path == "order_to_cash.mmd")
    assert lanes.startswith("flowchart LR\n")
    assert '["Agent"]' in lanes
    assert lanes.count("subgraph") == lanes.count("    end\n")
    (graph,) = (f.text for f in emit(spec, "dot", "en", ["order_to_cash"]) if f.path == "order_to_cash.dot")
    assert graph.count("subgraph cluster_") == lanes.count("subgraph")


def test_the_checker_sees_what_overlaps_and_what_sticks_out() -> None:
    box = Group((Text(0, 10, "a text that is wider than its box"),), kind="box", width=20, height=20)
    found = list(faults(Scene(30, 30, "t", "en", (box, replace(box, x=15)))))
    assert len([fault for fault in found if "overlap" in fault]) == 1
    assert len([fault for fault in found if "leaves its box" in fault]) == 2
    assert len([fault for fault in found if "leaves the picture" in fault]) == 1


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_png_and_pdf(form: str) -> None:
    pytest.importorskip("resvg_py" if form == "png" else "svglib")
    spec = read(load(ROOT / "specs/valvotech"))[0]
    files = emit_binary(spec, form, "it", ["service_improvement"])
    assert sorted(files) == [f"service_improvement-states.{form}", f"service_improvement.{form}"]
    for name, data in files.items():
        assert data.startswith(b"\x89PNG" if form == "png" else b"%PDF"), name
        assert len(data) > 20_000
    if form == "pdf":
        assert emit_binary(spec, form, "it", ["service_improvement"]) == files


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_without_the_extra_it_says_what_to_install(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setitem(sys.modules, "svglib.svglib", None)
    spec = read(load(ROOT / "specs/valvotech"))[0]
    with pytest.raises(CannotDraw, match=r"crmdsl\[pictures\]"):
        emit_binary(spec, form, "it", ["lead_qualification"])

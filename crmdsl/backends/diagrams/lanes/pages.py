"""The pictures of a process: one, or an overview with the parts of the process behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from crmdsl.backends.diagrams import legend
from crmdsl.backends.diagrams.diagram import Diagram
from crmdsl.backends.diagrams.extract import diagram
from crmdsl.backends.diagrams.lanes.cards import card
from crmdsl.backends.diagrams.lanes.drawing import drawn, requests
from crmdsl.backends.diagrams.lanes.flow import Flow, flow
from crmdsl.backends.diagrams.lanes.ranks import columns
from crmdsl.backends.diagrams.lanes.strips import BETWEEN, strips
from crmdsl.backends.diagrams.metrics import shorten
from crmdsl.backends.diagrams.pills import Link, pills
from crmdsl.backends.diagrams.scene import GREY, INK, Group, Item, Scene, Text
from crmdsl.backends.diagrams.words import human, word
from crmdsl.model.processes import Process
from crmdsl.model.spec import Spec

MARGIN, HEAD = 24.0, 56.0
STEPS = 40
"""Steps beyond which a process gets an overview."""
PART, HIGH = 26, 8
"""Steps of one part, and of one column."""


def parts(flow: Flow) -> list[list[list[str]]]:
    """The columns of each picture that shows steps: one picture, or the parts of a large process."""
    low = [column[at : at + HIGH] for column in columns(flow) for at in range(0, len(column), HIGH)]
    if sum(map(len, low)) <= STEPS:
        return [low]
    found: list[list[list[str]]] = [[]]
    for column in low:
        if found[-1] and sum(map(len, found[-1])) + len(column) > PART:
            found.append([])
        found[-1].append(column)
    return found


def files(spec: Spec, process: Process, language: str) -> dict[str, str]:
    """The steps of a process that stand in a part of it, each with the name of that picture."""
    if len(process.all_steps) * 2 < STEPS:
        return {}
    shown = flow(spec, process, diagram(spec, process, language, {}))
    split = parts(shown)
    if len(split) == 1:
        return {}
    page = {node: number for number, each in enumerate(split) for column in each for node in column}
    return {node: file_of(process.name, number, len(split)) for node, number in page.items()}


def file_of(name: str, part: int, count: int) -> str:
    """The name of the picture that shows a part."""
    return name if count == 1 else f"{name}-{part + 1}"


def scene(flow: Flow, split: Sequence[Sequence[Sequence[str]]], part: int) -> Scene:
    """The picture of a part."""
    diagram, name = flow.diagram, flow.diagram.name
    here = {node for column in split[part] for node in column}
    page = {node: number for number, each in enumerate(split) for column in each for node in column}
    cards = {
        node: card(
            flow.nodes[node], diagram.colours, flow.lane_of[node], diagram.language, flow.overlay.notes.get(node)
        )
        for node in here
    }
    placed = strips(flow, split[part], cards)

    def link_to(node: str) -> str:
        file = "" if node in here else file_of(name, page[node], len(split)) + ".svg"
        return f"{file}#{name}--{node}"

    items: list[Item] = []
    y = 0.0
    wide = max(each.width for each in placed)
    for each in placed:
        items.append(drawn(each, link_to, y, wide))
        y += each.height + BETWEEN
    title = diagram.title + (f" · {part + 1} / {len(split)}" if len(split) > 1 else "")
    states = f"{file_of(f'{name}-states', part, len(split))}.svg"
    way = f"{human(word('states', diagram.language))} →", states
    asked = any(True for each in placed for _ in requests(each))
    return framed(diagram, title, tuple(items), wide, y - BETWEEN, flow, way, asked=asked)


def framed(
    diagram: Diagram, title: str, items: tuple[Item, ...], wide: float, high: float, flow: Flow, way: Link,
    *, asked: bool = False,
) -> Scene:  # fmt: skip
    """A drawing with heading and legend; `way` leads to the other picture of the same thing.

    `asked` is whether dotted lines lead from handoffs to those who ask for them.
    """
    key = legend.kinds(diagram, max(wide, 420), flow.overlay, asked=asked)
    room = max(wide, key.width)
    total = room + 2 * MARGIN
    alone = flow.overlay.room is not None  # on a page of its own, which has no states
    links, free = pills([*diagram.links, *([] if alone else [way])], room, 24)
    heading = (
        Text(0, 20, shorten(title, 20, room, bold=True), 20, True, INK),
        Text(0, 39, shorten(diagram.subtitle, 12, free), 12, False, GREY),
    )
    below = MARGIN + HEAD + high + 12
    whole = (
        Group(heading, MARGIN, MARGIN),
        Group(tuple(links), MARGIN, MARGIN),
        Group(items, MARGIN + (room - wide) / 2, MARGIN + HEAD),
        Group(key.items, MARGIN, below),
    )
    return Scene(total, below + key.height + MARGIN, title, diagram.language, whole, _told(flow))


def _told(flow: Flow) -> str:
    """The picture in words: the lanes and the steps in each."""
    steps: dict[str, list[str]] = {}
    for node in flow.nodes.values():
        if node.title:
            steps.setdefault(flow.lane_of[node.id], []).append(node.title)
    return "; ".join(f"{flow.lanes[lane].label}: {', '.join(titles)}" for lane, titles in steps.items())


def drawings(flow: Flow) -> Iterator[tuple[str, tuple[str, ...], Callable[[], Scene]]]:
    """Name, steps and drawing of each picture of a process, the overview first, which has the steps of none."""
    from crmdsl.backends.diagrams.lanes.overview import overview

    split = parts(flow)
    name = flow.diagram.name
    if len(split) > 1:
        yield name, (), partial(overview, flow, split)
    for number, shown in enumerate(split):
        steps = tuple(step for column in shown for step in column)
        yield file_of(name, number, len(split)), steps, partial(scene, flow, split, number)

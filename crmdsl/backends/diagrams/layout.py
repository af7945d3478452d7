"""Where the cards, edges and boxes of a picture go. Graphviz decides; this asks it and reads the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crmdsl.backends.diagrams.cards import Card
from crmdsl.backends.diagrams.diagram import Cluster, Diagram, Edge, Node
from crmdsl.backends.diagrams.graphviz import CannotDraw, laid_out
from crmdsl.backends.diagrams.metrics import width, wrap
from crmdsl.diagnostics import Message

Point = tuple[float, float]
NOTE_ROOM = 190.0


@dataclass(frozen=True, slots=True)
class Tag:
    """The text at an edge: its event, and what belongs to it in smaller letters."""

    title: str
    notes: tuple[str, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Route:
    """An edge as it runs: the points of its Bézier curves, the tip of its arrow, the middle of its tag."""

    edge: Edge
    points: tuple[Point, ...]
    tip: Point
    tag: Tag
    tag_at: Point | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in points, y downwards. Nodes and clusters by their id: left, top, width, height."""

    width: float
    height: float
    nodes: dict[str, tuple[float, float, float, float]]
    clusters: dict[str, tuple[float, float, float, float]]
    routes: tuple[Route, ...]


def tag(edge: Edge) -> Tag:
    """The text at an edge."""
    title = " ".join(wrap(edge.title, 11, NOTE_ROOM, 1, bold=True))
    notes = wrap(edge.note, 10, NOTE_ROOM, 3)
    wide = max([width(title, 11, bold=True), *(width(note, 10) for note in notes)])
    return Tag(title, notes, wide + 8 if wide else 0, (15 if title else 0) + 13 * len(notes) + (3 if wide else 0))


def lay_out(diagram: Diagram, cards: Mapping[str, Card]) -> Layout:
    """Place a picture that flows from top to bottom. Raises `CannotDraw`."""
    tags = [tag(edge) for edge in diagram.edges]
    answer = json.loads(laid_out(_source(diagram, cards, tags)))
    left, bottom, right, top = (float(v) for v in answer["bb"].split(","))
    things = {thing["name"]: thing for thing in answer.get("objects", ())}
    nodes = {}
    for number, node in enumerate(diagram.nodes):
        x, y = _point(things[f"n{number}"]["pos"])
        wide, high = cards[node.id].width, cards[node.id].height
        nodes[node.id] = (x - left - wide / 2, top - y - high / 2, wide, high)
    clusters = {}
    for number, cluster in enumerate(diagram.clusters):
        x0, y0, x1, y1 = (float(v) for v in things[f"cluster_{number}"]["bb"].split(","))
        clusters[cluster.id] = (x0 - left, top - y1, x1 - x0, y1 - y0)
    routes = tuple(_routes(diagram.edges, tags, answer.get("edges", ()), left, top))
    return Layout(right - left, top - bottom, nodes, clusters, routes)


def _routes(
    edges: Sequence[Edge], tags: Sequence[Tag], drawn: Sequence[dict[str, Any]], left: float, top: float
) -> Iterator[Route]:
    """The edges as they run; every one must have been drawn, and every tag have its place."""
    found = {thing.get("id"): thing for thing in drawn}
    for number, (edge, text) in enumerate(zip(edges, tags, strict=True)):
        thing = found.get(f"e{number}")
        if thing is None or "pos" not in thing or (text.width and "lp" not in thing):
            raise CannotDraw(
                Message("Graphviz lost the way from `{source}` to `{target}`", source=edge.source, target=edge.target)
            )
        words = thing["pos"].split(" ")
        tips = [word[2:] for word in words if word.startswith("e,")]
        points = tuple(_shifted(_point(word), left, top) for word in words if word[1] != ",")
        tip = _shifted(_point(tips[0]), left, top) if tips else points[-1]
        at = _shifted(_point(thing["lp"]), left, top) if text.width else None
        yield Route(edge, points, tip, text, at)


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


def _shifted(point: Point, left: float, top: float) -> Point:
    return point[0] - left, top - point[1]


def _source(diagram: Diagram, cards: Mapping[str, Card], tags: Sequence[Tag]) -> str:
    """The picture in the DOT language: boxes of a size and labels of a size, and not a word of the spec."""
    ids = {node.id: f"n{number}" for number, node in enumerate(diagram.nodes)}
    lines = [
        "digraph { graph [newrank=true nodesep=0.4 ranksep=0.42 remincross=true fontname=Courier fontsize=10]",
        'node [fixedsize=true label="" shape=box] edge [arrowsize=0.8 fontname=Courier fontsize=10]',
    ]
    lines += _nodes(diagram, cards, ids)
    lines += _clusters(diagram, ids)
    for number, (edge, text) in enumerate(zip(diagram.edges, tags, strict=True)):
        label = f" label={_space(text.width, text.height)}" if text.width else ""
        weight = 12 if edge.main else 2 if edge.kind == "automatic" else 1
        lines.append(f"{ids[edge.source]} -> {ids[edge.target]} [id=e{number} weight={weight}{label}]")
    return "\n".join([*lines, "}"])


def _nodes(diagram: Diagram, cards: Mapping[str, Card], ids: Mapping[str, str]) -> Iterator[str]:
    for node in diagram.nodes:
        drawn = cards[node.id]
        size = f"width={drawn.width / 72:.4f} height={drawn.height / 72:.4f}"
        yield f"{ids[node.id]} [{size} shape={drawn.shape}]"


def _clusters(diagram: Diagram, ids: Mapping[str, str]) -> Iterator[str]:
    """The boxes, each with the nodes and boxes inside."""

    def inside(parent: str) -> Iterator[str]:
        for number, cluster in enumerate(diagram.clusters):
            if cluster.parent == parent:
                yield f"subgraph cluster_{number} {{ margin=12 labeljust=l label={_space(*cluster_title(cluster))}"
                yield " ".join(ids[node.id] for node in diagram.nodes if node.group == cluster.id)
                yield from inside(cluster.id)
                yield "}"

    return inside("")


def cluster_title(cluster: Cluster) -> tuple[float, float]:
    """Width and height of the title of a box."""
    return width(cluster.title[:60], 12, bold=True) + 8, 18.0


def _space(wide: float, high: float) -> str:
    """A label that is nothing but room: letters of a known size (not every Graphviz has labels like HTML)."""
    columns, rows = -(-int(wide) // 6) + 1, max(1, round(high / 12))
    return '"' + "\\n".join(["x" * columns] * rows) + '"'


def all_cards(nodes: Sequence[Node], colours: Mapping[str, int]) -> dict[str, Card]:
    """The card of every node, by its id."""
    from crmdsl.backends.diagrams.cards import card

    return {node.id: card(node, colours) for node in nodes}

"""A picture as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator

from crmdsl.backends.diagrams import legend
from crmdsl.backends.diagrams.cards import Card
from crmdsl.backends.diagrams.diagram import Cluster, Diagram, Edge
from crmdsl.backends.diagrams.layout import Layout, Point, Route, all_cards, lay_out
from crmdsl.backends.diagrams.metrics import shorten
from crmdsl.backends.diagrams.pills import pills
from crmdsl.backends.diagrams.route import with_own_failures
from crmdsl.backends.diagrams.scene import (
    FAILURE,
    GREY,
    INK,
    LINE,
    Group,
    Item,
    Scene,
    Shape,
    Text,
    number,
    path,
    rect,
    tint,
)
from crmdsl.backends.diagrams.words import human, word

MARGIN = 28.0
HEAD = 62.0


def svg(diagram: Diagram) -> str:
    """The picture as text. Raises `CannotDraw` where no Graphviz runs."""
    return scene(diagram).svg()


def scene(diagram: Diagram, lanes: str = "") -> Scene:
    """The picture with everything in its place; `lanes` is the file with its lanes, where that has another name.

    Raises `CannotDraw` where no Graphviz runs.
    """
    diagram = with_own_failures(diagram)
    cards = all_cards(diagram.nodes, diagram.colours)
    layout = lay_out(diagram, cards)
    back = (f"← {human(word('lanes', diagram.language))}", lanes or f"{diagram.name}.svg")
    links, free = pills([back, *diagram.links], 0, 22)
    room = max(layout.width, 420, legend.text_width(diagram) - free + 24)
    key = legend.legend(diagram, room)
    wide = max(room, key.width) + 2 * MARGIN
    high = HEAD + layout.height + 26 + key.height + 2 * MARGIN
    drawing = (
        *_boxes(diagram, layout),
        *(_way(route) for route in layout.routes),
        *_nodes(diagram, layout, cards),
        *_titles(diagram, layout),
        *(_tag(route) for route in layout.routes if route.tag_at),
    )
    items = (
        Group(tuple(_heading(diagram)), MARGIN, MARGIN),
        Group(tuple(links), wide - MARGIN, MARGIN),
        Group(drawing, (wide - layout.width) / 2, MARGIN + HEAD),
        Group(key.items, MARGIN, high - MARGIN - key.height),
    )
    return Scene(wide, high, shorten(diagram.title, 12, 2000), diagram.language, items, diagram.subtitle)


def _heading(diagram: Diagram) -> list[Text]:
    title = shorten(diagram.title, 21, 900, bold=True)
    return [Text(0, 20, title, 21, True), Text(0, 41, shorten(diagram.subtitle, 12.5, 900), 12.5, False, GREY)]


def _boxes(diagram: Diagram, layout: Layout) -> Iterator[Item]:
    """Parallel blocks and their branches, the outer first."""
    for cluster in diagram.clusters:
        left, top, wide, high = layout.clusters[cluster.id]
        yield Group(_box(cluster, wide, high), left, top, "", cluster.tooltip, "", "frame", wide, high)


def _box(cluster: Cluster, wide: float, high: float) -> tuple[Shape, ...]:
    if cluster.kind == "parallel":
        frame = rect(0, 0, wide, high, fill="#eef3f8", stroke="#7d92a8", radius=12, thick=1.3)
    else:
        frame = rect(0, 0, wide, high, fill="#ffffff", stroke="#a9b8c7", radius=9, thick=1, dash="4 3")
    return (frame,)


def _titles(diagram: Diagram, layout: Layout) -> Iterator[Item]:
    """The titles of the boxes, over the ways that cross them."""
    for cluster in diagram.clusters:
        left, top, wide, _ = layout.clusters[cluster.id]
        yield Text(
            left + 10, top + 18, shorten(cluster.title, 12, wide - 16, bold=True), 12, True, "#33475b", halo=True
        )


def _nodes(diagram: Diagram, layout: Layout, cards: dict[str, Card]) -> Iterator[Item]:
    for node in diagram.nodes:
        left, top, *_ = layout.nodes[node.id]
        tooltip = " — ".join(part for part in (node.tooltip, node.place) if part)
        ident = f"{diagram.name}--{node.id}"
        card = cards[node.id]
        yield Group(card.items, left, top, ident, tooltip, node.link, "box", card.width, card.height)


def _paint(edge: Edge) -> tuple[str, str, float]:
    """Colour, dashes and thickness of an edge."""
    dash = {"timeout": "6 4", "anytime": "2 4", "failure": "6 4"}.get(edge.kind, "")
    colour = FAILURE if edge.kind == "failure" else tint(LINE, 0.7) if edge.kind == "anytime" else LINE
    return colour, dash, 2.1 if edge.main else 1.4


def _way(route: Route) -> Group:
    colour, dash, thick = _paint(route.edge)
    first, *rest = route.points
    data = f"M {_xy(first)} C " + " ".join(_xy(point) for point in rest)
    items = (path(data, stroke=colour, thick=thick, dash=dash), _arrow(route.points[-1], route.tip, colour))
    source, target = route.edge.source.strip("#"), route.edge.target.strip("#")
    tooltip = route.edge.tooltip or f"{source} → {target}"
    return Group(items, tooltip=tooltip, kind="line")


def _arrow(start: Point, tip: Point, colour: str) -> Shape:
    """The head of an arrow from `start` to `tip`."""
    dx, dy = tip[0] - start[0], tip[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    side = 3.6
    across = (-dy / length * side, dx / length * side)
    corners = [tip, (start[0] + across[0], start[1] + across[1]), (start[0] - across[0], start[1] - across[1])]
    return path("M " + " L ".join(_xy(corner) for corner in corners) + " Z", fill=colour)


def _xy(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _tag(route: Route) -> Group:
    """The text at an edge, in the room that the layout kept for it."""
    tag, (x, y) = route.tag, route.tag_at or (0.0, 0.0)
    middle, top = tag.width / 2, 0.0
    items = []
    if tag.title:
        colour = FAILURE if route.edge.kind == "failure" else INK
        items.append(Text(middle, top + 12, tag.title, 11, True, colour, "middle", True))
        top += 15
    for note in tag.notes:
        items.append(Text(middle, top + 10, note, 10, False, GREY, "middle", True))
        top += 13
    place = x - tag.width / 2, y - tag.height / 2
    return Group(tuple(items), *place, "", route.edge.tooltip, "", "label", tag.width, tag.height)

"""A swim-lane picture as a scene."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.diagram import Edge, Node
from crmdsl.backends.diagrams.lanes.bands import TITLE as BRANCH
from crmdsl.backends.diagrams.lanes.cards import SMALL
from crmdsl.backends.diagrams.lanes.flow import Flow
from crmdsl.backends.diagrams.lanes.labels import NOTE, TITLE
from crmdsl.backends.diagrams.lanes.placing import HEAD, POOL, Drawn, Placed, Point
from crmdsl.backends.diagrams.marks import colour_of, mark_of, texture
from crmdsl.backends.diagrams.metrics import ELLIPSIS, shorten, width, wrap
from crmdsl.backends.diagrams.scene import (
    FAILURE,
    GREY,
    INK,
    LINE,
    PAPER,
    Group,
    Item,
    Shape,
    Text,
    circle,
    number,
    path,
    rect,
    tint,
)

LinkTo = Callable[[str], str]
"""The file and anchor of a step that stands in another strip or picture."""


def drawn(placed: Placed, link_to: LinkTo, y: float, wide: float) -> Group:
    """A strip with its upper edge at `y`, its lanes as wide as those of the others."""
    placed.width = wide
    flow = placed.flow
    ways = list(placed.ways())
    items = (
        *_lanes(placed),
        *_frames(placed),
        *_bands(placed),
        *(_line(way) for way in sorted(ways, key=_layer)),
        *_arrivals(placed),
        *requests(placed),
        *_steps(placed),
        *_frame_titles(placed),
        *_band_titles(placed),
        *(item for way in ways for item in _beside(flow, way, link_to)),
    )
    return Group(items, 0, y)


def _layer(way: Drawn) -> int:
    """What is drawn over what where ways share a track: failures lowest, the usual way on top."""
    edge = way.exit.way.edge
    return 2 if edge.main else edge.kind not in ("failure", "timeout", "anytime")


def _lanes(placed: Placed) -> Iterator[Item]:
    """The lanes, the heading of each, and the departments around them."""
    flow, strip = placed.flow, placed.strip
    for place, key in enumerate(strip.lanes):
        lane = flow.lanes[key]
        top, bottom = placed.lane_top[key], placed.lane_bottom[key]
        mark = mark_of(lane.role, flow.diagram.colours)
        hue = mark.colour
        fill = tint(hue, 0.055) if lane.role else "#f4f6f8"
        yield rect(POOL, top, placed.width - POOL, bottom - top, fill=fill)
        yield rect(POOL, top, HEAD, bottom - top, fill=tint(hue, 0.17))
        yield rect(POOL, top, 5, bottom - top, fill=hue)
        yield from texture(POOL, top, 5, bottom - top, mark)
        size, lines = fitted(lane.label, max(1, min(3, int((bottom - top - 6) / 13))))
        middle = (top + bottom) / 2 - 13 * len(lines) / 2
        texts = tuple(Text(12, 13 * n + 10.2, line, size, True) for n, line in enumerate(lines))
        yield Group(texts, POOL, middle, tooltip=lane.label, kind="box", width=HEAD, height=13 * len(lines))
        if place:
            same = flow.lanes[strip.lanes[place - 1]].pool == lane.pool
            start = POOL if same else 0
            yield path(f"M {start} {number(top)} H {number(placed.width)}", stroke=tint(LINE, 0.35 if same else 0.8))
    yield from _pools(placed)
    yield rect(0, 0, placed.width, placed.height, stroke=tint(LINE, 0.8), radius=2, thick=1.2)


def fitted(label: str, most: int) -> tuple[float, tuple[str, ...]]:
    """The title of a lane in letters small enough for its words, and its lines."""
    for size in (10.5, 9.5, 8.8):
        lines = wrap(label, size, HEAD - 18, most, bold=True)
        if not any(line.endswith(ELLIPSIS) for line in lines):
            return size, lines
    return 10.5, wrap(label, 10.5, HEAD - 18, most, bold=True)


def _pools(placed: Placed) -> Iterator[Item]:
    flow, lanes = placed.flow, placed.strip.lanes
    first = 0
    for place in range(1, len(lanes) + 1):
        if place < len(lanes) and flow.lanes[lanes[place]].pool == flow.lanes[lanes[first]].pool:
            continue
        title = flow.lanes[lanes[first]].pool
        top, bottom = placed.lane_top[lanes[first]], placed.lane_bottom[lanes[place - 1]]
        lines = wrap(title, 9, bottom - top - 6, 2, bold=True)
        start = POOL / 2 + 3.2 - 5.2 * (len(lines) - 1)
        texts = [
            Text(start + 10.4 * n, (bottom - top) / 2, line, 9, True, PAPER, "middle", turned=True)
            for n, line in enumerate(lines)
        ]
        fill = "#3d4f60" if title else "#c9d2da"
        frame = rect(0, 0, POOL, bottom - top, fill=fill, stroke=PAPER, thick=1)
        yield Group((frame, *texts), 0, top, "", title, "", "box", POOL, bottom - top)
        first = place


def _frames(placed: Placed) -> Iterator[Item]:
    for block, left, top, wide, high in placed.boxes():
        frame = rect(0, 0, wide, high, stroke="#51677d", radius=9, thick=1.5, dash="7 4")
        yield Group((frame,), left, top, "", placed.flow.blocks[block].tooltip, "", "frame", wide, high)


def _frame_titles(placed: Placed) -> Iterator[Item]:
    for block, left, top, wide, _ in placed.boxes():
        title = shorten(placed.flow.blocks[block].title, 10.5, wide - 14, bold=True)
        yield Text(left + 8, top + 13, title, 10.5, True, "#33475b", halo=True)


def _bands(placed: Placed) -> Iterator[Item]:
    """Behind the steps of a branch, what shows that they belong together."""
    for band in placed.strip.bands:
        left, top, wide, high = placed.band(band)
        frame = rect(0, 0, wide, high, fill=PAPER, stroke="#9fb0c0", radius=6, thick=0.9)
        yield Group((frame,), left, top, "", band.branch.tooltip or band.branch.title, "", "frame", wide, high)


def _band_titles(placed: Placed) -> Iterator[Item]:
    """The title of a branch over its first step in a row, where the labels of the ways out of it do not reach."""
    for band in placed.strip.bands:
        first = band.steps[0]
        left, top, wide, _ = placed.card_at(first)
        start = placed.band(band)[0] + 6
        shown = shorten(band.branch.title, BRANCH, left + wide - start, bold=True)
        text = Text(0, 9, shown, BRANCH, True, "#33475b")
        yield Group((text,), start, top - 13, "", band.branch.title, "", "label", width(shown, BRANCH, bold=True), 11)


def _steps(placed: Placed) -> Iterator[Item]:
    name = placed.flow.diagram.name
    for key in placed.strip.column:
        node = placed.flow.nodes[key]
        left, top, wide, high = placed.card_at(key)
        tooltip = " — ".join(part for part in (node.tooltip, node.place) if part)
        items = placed.strip.cards[key].items
        yield Group(items, left, top, f"{name}--{key}", tooltip, node.link, "box", wide, high)


def _arrivals(placed: Placed) -> Iterator[Item]:
    """A mark before each step that is reached from another strip."""
    for key in sorted(placed.strip.entered):
        left, top, _, high = placed.card_at(key)
        y = top + high / 2
        line = path(f"M {number(left - 12)} {number(y)} H {number(left - 4)}", stroke=LINE, thick=1.4)
        dot = circle(left - 12, y, 3, fill=PAPER, stroke=LINE, thick=1.6)
        yield Group((line, dot, _arrow((left, y), 1, LINE)), kind="line")


def requests(placed: Placed) -> Iterator[Item]:
    """Between a handoff, in the supplier's lane, and the lane of its customer: who asks, and who verifies."""
    strip, flow = placed.strip, placed.flow
    for key, column in strip.column.items():
        node = flow.nodes[key]
        customer = next((who for who in (node.rows[-1].who if node.kind == "handoff" and node.rows else ())), None)
        if customer is None or customer.role == flow.lane_of[key] or customer.role not in strip.lanes:
            continue
        rows = [number for number, lane in enumerate(strip.lane_of_row) if lane == customer.role]
        here = strip.row[key]
        row = min(rows, key=lambda number: abs(number - here))
        between = range(min(row, here), max(row, here) + 1)
        if any(not strip.empty(number, column, column) for number in between if number != here):
            continue
        left, top, wide, high = placed.card_at(key)
        x, y = left + wide / 2, placed.middle[row]
        start, end = (top + high, y - 11) if row > here else (top, y + 11)
        hue = colour_of(customer.role, flow.diagram.colours)
        line = path(f"M {number(x)} {number(start)} V {number(end)}", stroke=hue, thick=1.5, dash="1.5 3.5")
        badge = circle(x, y, 11, fill=PAPER, stroke=hue, thick=1.6)
        yield Group((line, badge, *icons.exchange(x - 6, y - 6, LINE, 12)), tooltip=customer.label, kind="line")


def paint(edge: Edge) -> tuple[str, str, float]:
    """Colour, dashes and thickness of a way."""
    dash = {"timeout": "6 4", "anytime": "2 4", "failure": "6 4"}.get(edge.kind, "")
    colour = FAILURE if edge.kind == "failure" else LINE
    return colour, dash, 2.2 if edge.main else 1.4


def _line(way: Drawn) -> Group:
    colour, dash, thick = paint(way.exit.way.edge)
    corners = _without_repeats(way.corners)
    edge = way.exit.way.edge
    tooltip = edge.tooltip or f"{edge.source.strip('#')} → {edge.target.strip('#')}"
    items: tuple[Item, ...] = (path(_rounded(corners), stroke=colour, thick=thick, dash=dash),)
    if way.exit.target:
        items = (*items, _arrow(corners[-1], thick / 2, colour))
    return Group(items, ident="", tooltip=tooltip, kind="line")


def _without_repeats(corners: Sequence[Point]) -> list[Point]:
    """The corners, without those that lie on the line between their neighbours."""
    found: list[Point] = []
    for x, y in corners:
        if found and abs(found[-1][0] - x) < 0.05 and abs(found[-1][1] - y) < 0.05:
            continue
        if len(found) > 1 and ((found[-1][0] == found[-2][0] == x) or (found[-1][1] == found[-2][1] == y)):
            found.pop()
        found.append((x, y))
    return found


def _rounded(corners: Sequence[Point]) -> str:
    """A path through corners that are a little rounded."""
    parts = [f"M {number(corners[0][0])} {number(corners[0][1])}"]
    for before, here, behind in zip(corners, corners[1:], corners[2:], strict=False):
        into, out = _towards(here, before), _towards(here, behind)
        parts.append(f"L {number(into[0])} {number(into[1])} Q {number(here[0])} {number(here[1])} "
                     f"{number(out[0])} {number(out[1])}")  # fmt: skip
    parts.append(f"L {number(corners[-1][0])} {number(corners[-1][1])}")
    return " ".join(parts)


def _towards(here: Point, there: Point, most: float = 5.0) -> Point:
    """A point a little way from one corner to another."""
    length = abs(there[0] - here[0]) + abs(there[1] - here[1])
    share = min(most, length / 2) / length if length else 0
    return here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share


def _arrow(tip: Point, wider: float, colour: str) -> Shape:
    """The head of an arrow that points to the right."""
    x, y, side = tip[0], tip[1], 3 + wider * 0.7
    return path(f"M {number(x)} {number(y)} l -8 {number(-side)} v {number(2 * side)} Z", fill=colour)


def _beside(flow: Flow, way: Drawn, link_to: LinkTo) -> Iterator[Item]:
    """The label over a way, and the mark at its end."""
    label, (x, y), edge = way.exit.label, way.label_at, way.exit.way.edge
    colour = FAILURE if edge.kind == "failure" else INK
    texts: list[Item] = []
    top = 0.0
    for line in label.titles:
        texts.append(Text(2, top + 9.8, line, TITLE, True, colour, halo=True))
        top += 12.5
    for line in label.notes:
        texts.append(Text(2, top + 8.6, line, NOTE, False, GREY, halo=True))
        top += 11
    if texts:
        place = (x + 2, y - label.height - (10 if label.mark else 2))
        yield Group(tuple(texts), *place, "", edge.tooltip, "", "label", label.width, label.height)
    if label.mark:
        yield _mark(flow, way, label.mark, link_to)


def _mark(flow: Flow, way: Drawn, title: str, link_to: LinkTo) -> Group:
    """What stands at the end of a way that leads out of the strip: an end, or where it goes on."""
    x, y = way.label_at
    node: Node | None = way.exit.way.mark
    wide = width(title, SMALL, bold=True) + 26
    if node is not None:
        frame = rect(0, 0, wide, 17, fill=tint(FAILURE, 0.09), stroke=FAILURE, radius=8.5, thick=1.4)
        items: tuple[Item, ...] = (frame, *icons.cross(3, 3, FAILURE, 11), Text(18, 12, title, SMALL, True, FAILURE))
        return Group(items, x + 14, y - 8.5, "", node.tooltip or node.title, "", "box", wide, 17)
    tip = f"M 0 0 H {number(wide - 7)} L {number(wide)} 8.5 L {number(wide - 7)} 17 H 0 Z"
    items = (path(tip, fill="#e8edf2", stroke=LINE, thick=1.2), Text(7, 12, title, SMALL, True, INK))
    target = way.exit.way.target
    return Group(items, x + 14, y - 8.5, "", flow.nodes[target].title or title, link_to(target), "box", wide, 17)

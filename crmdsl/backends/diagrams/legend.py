"""What the shapes and colours of a picture mean, in a few rows under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crmdsl.backends.diagrams import icons
from crmdsl.backends.diagrams.diagram import Diagram
from crmdsl.backends.diagrams.marks import mark_of, person
from crmdsl.backends.diagrams.metrics import shorten, width
from crmdsl.backends.diagrams.overlay import NOTHING, Overlay, sample
from crmdsl.backends.diagrams.scene import (
    FAILURE,
    GREY,
    LINE,
    PAPER,
    SUCCESS,
    Item,
    Moved,
    Shape,
    Text,
    circle,
    path,
    rect,
    tint,
)
from crmdsl.backends.diagrams.words import human, word

ROW, SIZE = 22.0, 11.0


@dataclass(frozen=True, slots=True)
class Legend:
    """The rows, with the upper left corner at (0, 0)."""

    width: float
    height: float
    items: tuple[Item, ...]


def text_width(diagram: Diagram) -> float:
    """The room that the heading needs."""
    title = width(shorten(diagram.title, 21, 900, bold=True), 21, bold=True)
    return max(title, width(shorten(diagram.subtitle, 12.5, 900), 12.5))


def legend(diagram: Diagram, room: float) -> Legend:
    """The kinds of node and the roles that occur, in rows of at most `room` points."""
    return _rows([*_kinds(diagram), *_roles(diagram)], room)


def kinds(diagram: Diagram, room: float, overlay: Overlay = NOTHING, *, asked: bool = False) -> Legend:
    """The kinds of node and of way that occur, and what figures mean: it is the lanes that name the roles.

    `asked` is whether dotted lines lead from handoffs to those who ask for them.
    """
    figures = [(sample(heat), text) for heat, text in overlay.legend]
    if overlay.wait:
        figures.append((tuple(icons.hourglass(2, 1, 14, LINE)), overlay.wait))
    asking = _asking(diagram) if asked else ()
    return _rows([*_kinds(diagram), *_ways(diagram), *asking, *figures], room)


def _asking(diagram: Diagram) -> Iterator[tuple[tuple[Shape, ...], str]]:
    """Who asks for a handoff, and verifies it."""
    ring = circle(10, 8, 7, fill=PAPER, stroke=LINE, thick=1.4)
    dots = path("M 0 8 H 3", stroke=LINE, thick=1.5, dash="1.5 1.5")
    yield (dots, ring, *icons.exchange(6, 4, LINE, 8)), human(word("asks", diagram.language))


def _rows(entries: Sequence[tuple[tuple[Shape, ...], str]], room: float) -> Legend:
    """Samples with their names, in rows of at most `room` points."""
    items: list[Item] = [path(f"M 0 0 H {room:.1f}", stroke=tint(LINE, 0.25), thick=1)]
    x, y, widest = 0.0, 12.0, 0.0
    for marks, text in entries:
        wide = 24 + width(text, SIZE) + 18
        if x and x + wide > room:
            x, y = 0.0, y + ROW
        items.append(Moved(x, y, (*marks, Text(24, 12, text, SIZE, False, GREY))))
        x += wide
        widest = max(widest, x - 18)
    return Legend(max(widest, room), y + ROW, tuple(items))


def _kinds(diagram: Diagram) -> Iterator[tuple[tuple[Shape, ...], str]]:
    """A sample of every kind of node that occurs, with its name."""
    present = {node.kind for node in diagram.nodes}
    diamond = path("M 9 1 L 18 8 L 9 15 L 0 8 Z", fill="#fff8e1", stroke="#8a6d00")
    samples: dict[str, tuple[Shape, ...]] = {
        "task": (rect(0, 2, 18, 12, fill=PAPER, stroke=LINE, radius=3), rect(0, 2, 4, 12, fill=LINE, radius=1)),
        "approval": tuple(icons.tick(2, 1, LINE)),
        "handoff": tuple(icons.exchange(2, 1, LINE)),
        "wait": tuple(icons.envelope(2, 1, LINE)),
        "call": tuple(icons.plus(2, 1, LINE)),
        "fork": (rect(7, 0, 4, 16, fill=LINE, radius=2),),
        "decide": (diamond,),
        "success": tuple(icons.tick(2, 1, SUCCESS)),
        "failure": tuple(icons.cross(2, 1, FAILURE)),
    }
    for kind, marks in samples.items():
        if kind in present:
            yield marks, human(word(kind, diagram.language))


def _ways(diagram: Diagram) -> Iterator[tuple[tuple[Shape, ...], str]]:
    """A sample of each kind of way that is drawn in its own manner."""
    present = {edge.kind for edge in diagram.edges}
    if any(edge.main for edge in diagram.edges):
        yield (path("M 0 8 H 20", stroke=LINE, thick=2.4),), human(word("main", diagram.language))
    for kind, dash, colour in (
        ("timeout", "6 4", LINE), ("anytime", "2 4", LINE), ("failure", "6 4", FAILURE),
    ):  # fmt: skip
        if kind in present:
            name = "not met" if kind == "failure" else kind
            yield (path("M 0 8 H 20", stroke=colour, thick=1.6, dash=dash),), human(word(name, diagram.language))


def _roles(diagram: Diagram) -> Iterator[tuple[tuple[Shape, ...], str]]:
    """Everybody who acts, in his colour."""
    for who in diagram.roles:
        yield tuple(person(3, 1, mark_of(who.role, diagram.colours), 14)), shorten(who.label, SIZE, 220)
